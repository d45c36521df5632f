"""The buying centre over time: whom we knew and met at the end of each quarter or month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from polku.analytics.columns.blocks import kept_blocks
from polku.analytics.columns.held import Held, chosen_cases, places_held
from polku.analytics.columns.members import members
from polku.analytics.result import Result, share
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study

CentreBy = Literal["quarter", "month"]
CENTRE_BYS: tuple[CentreBy, ...] = ("quarter", "month")
MOST_PERIODS: dict[CentreBy, int] = {"quarter": 8, "month": 12}


@dataclass(frozen=True)
class Centre(Result):
    """Rows by period, the earliest first: all parts together (part None), then each part.

    Args:
        when: 2026-Q3 or 2026-09; day: its last day, or the last of the data.
        required, completeness, high, engaged: as in coverage, on that day.
        accounts_met: of all accounts those with an event of a known person in the last `limits.ageing`; people: mean
            number of distinct persons in these; events_per_person: of these persons; multithreaded: share of these
            accounts where at least two parts were met. Only in the rows of all parts.
    """

    when: tuple[str, ...]
    day: tuple[str, ...]
    part: tuple[str | None, ...]
    required: tuple[int | None, ...]
    completeness: tuple[float | None, ...]
    high: tuple[float | None, ...]
    engaged: tuple[float | None, ...]
    accounts_met: tuple[int | None, ...]
    people: tuple[float | None, ...]
    events_per_person: tuple[float | None, ...]
    multithreaded: tuple[float | None, ...]


_SEEN = (
    "met AS (SELECT p.id, count(DISTINCT p.person) AS people, count(*) AS n, "
    "count(DISTINCT CASE WHEN p.part >= 0 THEN p.part END) AS parts FROM placed p "
    "WHERE p.person >= 0 AND p.ts > $since AND p.ts <= $until GROUP BY p.id) "
)
_EACH_MET = _SEEN + "SELECT id, parts FROM met ORDER BY id"
_MET = (
    _SEEN + "SELECT count(*), coalesce(sum(people), 0)::BIGINT, coalesce(sum(n), 0)::BIGINT, "
    "count(*) FILTER (WHERE parts >= 2) FROM met"
)


def centre(study: Study, by: CentreBy = "quarter") -> Centre:
    """Look at coverage at the end of each of the last quarters (8) or months (12) of the data."""
    days = list(_ends(study, by))
    rows: list[tuple[Any, ...]] = []
    ageing = round(study.workspace.settings.limits.ageing.total_seconds() * 1_000_000)
    moments = [min(study.moment(day + dt.timedelta(days=1)) - 1, study.now) for day in days]
    figures, bits = _met(study, moments, ageing)
    for day, held, (met, people, events, several) in zip(
        days, places_held(study, moments, bits), figures, strict=True
    ):
        name = f"{day.year}-Q{(day.month + 2) // 3}" if by == "quarter" else f"{day.year}-{day.month:02}"
        of_met = (met, share(people, met), share(events, people), share(several, met))
        parts = {part: one for part, one in sorted(held.items()) if part >= 0}
        rows.append((name, day.isoformat(), None, *_shares(parts.values()), *of_met))
        rows += [
            (name, day.isoformat(), PARTS[part], *_shares([one]), None, None, None, None)
            for part, one in parts.items()
        ]
    about = study.about("centre", "place")
    left = {name: n for name, n in about.remainder.items() if not name.startswith("events_")}
    columns: Any = list(zip(*rows, strict=True)) or [()] * 11
    about = replace(about, events=None, remainder=left, parameters={**about.parameters, "by": by})
    return Centre(about, **dict(zip(Centre.columns(), columns, strict=True)))


def _met(study: Study, moments: list[int], ageing: int) -> tuple[Sequence[tuple[int, ...]], Column | None]:
    """At each moment the cases with known persons in the time before, these persons, their events, and the cases with
    several parts; and bits of the parts of each case, where these came along."""
    known = members(study.log)
    kept = kept_blocks(study.log, "account")
    if study.case != "account" or study.events is not None or known is None or kept is None:
        return [study.ask_placed(_MET, since=one - ageing, until=one)[0] for one in moments], None
    from polku.analytics.columns.met import Windows, people_met

    windows = Windows(tuple(one - ageing for one in moments), tuple(moments))
    return people_met(study.log, kept, windows, chosen_cases(study, known.cid))


def met_since(study: Study, until: int) -> dict[int, int]:
    """Cases in which known persons were seen in the last `limits.ageing` before a moment, with how many known parts."""
    ageing = round(study.workspace.settings.limits.ageing.total_seconds() * 1_000_000)
    rows = study.ask_placed(_EACH_MET, since=until - ageing, until=until)
    return {int(id): int(parts) for id, parts in rows}


def _shares(places: Iterable[Held]) -> tuple[int | float | None, ...]:
    """Places that are needed, and the shares of them that are known, known at most, and met."""
    own = list(places)
    required = sum(one.required for one in own)
    counts = (sum(one.known for one in own), sum(one.high for one in own), sum(one.engaged for one in own))
    return required, *(share(count, required) for count in counts)


def _ends(study: Study, by: CentreBy) -> list[dt.date]:
    """The last days of the periods that the data reaches into, the last cut at the end of the data."""
    counts = study.counts
    if counts.first is None:
        return []
    zone = ZoneInfo(study.workspace.settings.zone)
    first, last = (
        dt.datetime.fromtimestamp(moment / 1e6, zone).date() for moment in (counts.first, study.now)
    )
    months = 3 if by == "quarter" else 1
    found = [last]
    start = dt.date(last.year, (last.month - 1) // months * months + 1, 1)
    while start > first and len(found) < MOST_PERIODS[by]:
        end = start - dt.timedelta(days=1)
        found.append(end)
        start = dt.date(end.year, (end.month - 1) // months * months + 1, 1)
    return found[::-1]
