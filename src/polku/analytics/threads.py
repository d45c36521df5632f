"""Threads: whether deals in which several parts of the buying centre were met are won more often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from polku.analytics.result import DAY, Result, share
from polku.analytics.statistics.intervals import difference, share_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

MOST_PARTS = 3
"""So many parts and more stand in one row."""


@dataclass(frozen=True)
class Threads(Result):
    """One row per number of parts met: 0, 1, 2, and 3 and more.

    A deal's parts are those of the persons of its account who acted between the day it was created (a year before it
    closed, where nobody knows that day) and the day it closed.

    Args:
        parts: how many were met; the last number stands for itself and more.
        deals: ended ones; won: of these; win_rate, low, high: with Wilson's interval.
        people: mean number of distinct persons seen; events_per_person: of those; None where nobody was.
        multithreaded: deals with at least two parts against the others: both win rates, their numbers, the
            difference with its 95 % interval. Long deals meet more people and end otherwise; it shows what goes
            together, not why.
        with_unknown_parts: deals in which somebody of unknown part was seen, and that might belong further down.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("multithreaded", "with_unknown_parts")

    parts: tuple[int, ...]
    deals: tuple[int, ...]
    won: tuple[int, ...]
    win_rate: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    people: tuple[float | None, ...]
    events_per_person: tuple[float | None, ...]
    multithreaded: Mapping[str, Any]
    with_unknown_parts: int


_DEALS = (
    "told AS (SELECT d.*, row_number() OVER (PARTITION BY d.deal_id ORDER BY d.source) AS place FROM {deals} d), "
    "deal AS (SELECT t.deal_id, k.id, t.outcome = 'won' AS won, epoch_us(t.closed) AS closed, "
    "coalesce(epoch_us(t.created), epoch_us(t.closed) - 365 * $day) AS created FROM told t "
    "JOIN kept k ON k.account_id = t.account_id WHERE t.place = 1 AND t.outcome IN ('won', 'lost') "
    "AND t.closed IS NOT NULL), "
)
_SEEN = (
    _DEALS
    + "met AS (SELECT d.deal_id, p.person, p.part, count(*) AS n FROM deal d JOIN placed p ON p.id = d.id "
    "AND p.ts >= d.created - d.created % $day AND p.ts < d.closed - d.closed % $day + $day AND p.person >= 0 "
    "GROUP BY d.deal_id, p.person, p.part), "
    "seen AS (SELECT deal_id, count(DISTINCT CASE WHEN part >= 0 THEN part END) AS parts, "
    "count(DISTINCT person) AS people, sum(n)::BIGINT AS n, max(CASE WHEN part < 0 THEN 1 ELSE 0 END) AS unknown "
    "FROM met GROUP BY deal_id) "
)
_ROWS = (
    _SEEN + "SELECT least(coalesce(s.parts, 0), $most), count(*), count(*) FILTER (WHERE d.won), "
    "coalesce(sum(s.people), 0)::BIGINT, coalesce(sum(s.n), 0)::BIGINT, coalesce(sum(s.unknown), 0)::BIGINT "
    "FROM deal d LEFT JOIN seen s ON s.deal_id = d.deal_id GROUP BY 1 ORDER BY 1"
)
_EACH = (
    _SEEN + "SELECT d.deal_id, d.won FROM deal d LEFT JOIN seen s ON s.deal_id = d.deal_id "
    "WHERE least(coalesce(s.parts, 0), $most) = $parts ORDER BY d.deal_id"
)
_LEFT = (
    _DEALS + "every AS (SELECT count(*) AS n FROM told WHERE place = 1) "
    "SELECT (SELECT n FROM every), (SELECT count(*) FROM deal), "
    "(SELECT count(*) FROM told t WHERE t.place = 1 AND (t.outcome IS NULL OR t.outcome NOT IN ('won', 'lost') "
    "OR t.closed IS NULL))"
)


def threads(study: Study) -> Threads:
    """Count the ended deals of the study's accounts by the parts of the buying centre that were met."""
    rows, (every, ours, running) = _counted(study)
    rates = [share_of(row[2], row[1]) for row in rows]
    many, few = (
        share_of(sum(row[2] for row in own), sum(row[1] for row in own))
        for own in ([row for row in rows if row[0] >= 2], [row for row in rows if row[0] < 2])
    )
    gap = difference(many, few)
    about = study.about("threads", "deal")
    left = {
        **{name: n for name, n in about.remainder.items() if not name.startswith("events_")},
        "deals_not_ended": running,
        "deals_elsewhere": every - ours - running,
    }
    return Threads(
        replace(about, events=None, remainder={name: n for name, n in left.items() if n}),
        parts=tuple(row[0] for row in rows),
        deals=tuple(row[1] for row in rows),
        won=tuple(row[2] for row in rows),
        win_rate=tuple(one.value for one in rates),
        low=tuple(one.low for one in rates),
        high=tuple(one.high for one in rates),
        people=tuple(share(row[3], row[1]) for row in rows),
        events_per_person=tuple(share(row[4], row[3]) for row in rows),
        multithreaded={
            "win_rate": many.value,
            "deals": many.n,
            "others_win_rate": few.value,
            "others_deals": few.n,
            "difference": gap.value,
            "low": gap.low,
            "high": gap.high,
        },
        with_unknown_parts=sum(row[5] for row in rows),
    )


def _counted(study: Study) -> tuple[list[tuple[Any, ...]], tuple[int, int, int]]:
    """Rows, and how many deals there are, of them in the study, and not ended."""
    if study.log.engine.gives_arrays:
        from polku.analytics.columns.deal_threads import count_threads

        if (found := count_threads(study, MOST_PARTS)) is not None:
            return found
    bound: dict[str, Any] = {"day": DAY, "most": MOST_PARTS}
    every, ours, running = study.ask_placed(_LEFT, **bound)[0]
    return study.ask_placed(_ROWS, **bound), (every, ours, running)


def deals_of(study: Study, parts: int, *, won: bool) -> list[str]:
    """The deals behind a row of `threads`, all or those that were won, by id."""
    rows = study.ask_placed(_EACH, day=DAY, most=MOST_PARTS, parts=parts)
    return [str(deal) for deal, was_won in rows if was_won or not won]
