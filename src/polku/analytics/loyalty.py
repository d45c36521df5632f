"""Loyalty: whether customers who recommend stay longer than those who do not, from their answer on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from polku.analytics.columns.customers import stays_of_accounts
from polku.analytics.result import Result
from polku.analytics.statistics.intervals import Estimate, difference
from polku.analytics.statistics.survival import Curve, Life, log_rank
from polku.analytics.voice import NPS_ANSWER, started_sql
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study
    from polku.analytics.voice import VoiceOf

GROUPS = ("promoter", "passive", "detractor")
YEAR = dt.timedelta(days=365)
UNKNOWN = "unknown"
Key = tuple[int | None, int | None]
"""Node and part; None is all."""


@dataclass(frozen=True)
class Loyalty(Result):
    """Rows of all answers, of each touchpoint (or stage) and of each part; in each, promoters, passives, detractors.

    Args:
        touchpoint, stage, part: None for all, and for what was not asked.
        group: by the first answer that the account gave there while it was a customer: 9–10, 7–8, 0–6.
        accounts: of the group; lost: of these, lost within the horizon.
        retained, low, high: share that stays at least so long after its answer, with Greenwood's interval; None below
            `limits.small` accounts, and where nobody was followed so long. Without any loss there is no interval.
        differences: promoters less detractors where both are known, with the 95 % interval and both numbers.
        logrank: chi2, df and p of the difference between the three groups of all answers; None without a loss.

    Answers and staying go together or not; that one brings the other cannot be seen from here.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("differences", "logrank", "horizon_days", "basis_accounts")

    touchpoint: tuple[str | None, ...]
    stage: tuple[str | None, ...]
    part: tuple[str | None, ...]
    group: tuple[str, ...]
    accounts: tuple[int, ...]
    lost: tuple[int, ...]
    retained: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    differences: tuple[Mapping[str, Any], ...]
    logrank: Mapping[str, float] | None
    horizon_days: int
    basis_accounts: int


_TOLD = (
    "SELECT a.account_id, epoch_us(a.time), a.part, s.node, a.score FROM answered a "
    "LEFT JOIN stood s ON s.event_no = a.event_no WHERE {nps} AND a.account_id IS NOT NULL "
    "ORDER BY a.account_id, a.time, a.event_no"
).replace("{nps}", NPS_ANSWER.replace("score", "a.score"))


def loyalty(study: Study, of: VoiceOf = "touchpoint", *, horizon: dt.timedelta = YEAR) -> Loyalty:
    """Follow the customers of the study from their first answer until they are lost, or the data ends."""
    nodes = study.nodes(of)
    first, strangers = first_answers(study, of)
    lives: dict[Key, list[list[Life]]] = {}
    for (key, _), (group, life) in first.items():
        lives.setdefault(key, [[], [], []])[group].append(life)
    days = horizon.days
    small = study.workspace.settings.limits.small
    told = []
    differences = []
    for key in sorted(lives, key=_order):
        names = _names(key, nodes.labels, of)
        known = [_stays(own, days, small) for own in lives[key]]
        told += [
            (*names, GROUPS[place], len(own), sum(life.lost and life.left <= days for life in own), one)
            for place, (own, one) in enumerate(zip(lives[key], known, strict=True))
            if own
        ]
        gap = difference(known[0], known[2])
        if gap.value is not None:
            said = dict(zip(("touchpoint", "stage", "part"), names, strict=True))
            differences.append(
                {
                    **said,
                    "difference": gap.value,
                    "low": gap.low,
                    "high": gap.high,
                    "n_promoters": known[0].n,
                    "n_detractors": known[2].n,
                }
            )
    test = log_rank([group for group in lives.get((None, None), []) if group])
    about = study.about("loyalty", "account", nodes=nodes, parameters={"of": of, "horizon_days": days})
    left = {
        name: n
        for name, n in about.remainder.items()
        if not name.startswith("events_") and name != "cases_off_map"
    }
    if strangers:
        left["answers_of_no_customer"] = strangers
    columns: Any = list(zip(*told, strict=True)) or [()] * 7
    return Loyalty(
        replace(about, events=None, remainder=left),
        touchpoint=columns[0],
        stage=columns[1],
        part=columns[2],
        group=columns[3],
        accounts=columns[4],
        lost=columns[5],
        retained=tuple(one.value for one in columns[6]),
        low=tuple(one.low for one in columns[6]),
        high=tuple(one.high for one in columns[6]),
        differences=tuple(differences),
        logrank={"chi2": test.chi2, "df": test.df, "p": test.p} if test is not None else None,
        horizon_days=days,
        basis_accounts=len({account for _, account in first}),
    )


def first_answers(study: Study, of: VoiceOf) -> tuple[dict[tuple[Key, str], tuple[int, Life]], int]:
    """By place or part and by account the group of the first answer there, and the life from it on.

    Also how many answers are of nobody who was a customer then.
    """
    rows = study.ask_placed(started_sql(of).rstrip(", ") + " " + _TOLD, nodes=study.nodes(of))
    zone = ZoneInfo(study.workspace.settings.zone)
    last = dt.datetime.fromtimestamp(study.now / 1e6, zone).date()
    stays = stays_of_accounts(study, {row[0] for row in rows})
    first: dict[tuple[Key, str], tuple[int, Life]] = {}
    strangers = 0
    for account, at, part, node, score in rows:
        day = dt.datetime.fromtimestamp(at / 1e6, zone).date()
        life = _life(stays.get(account, ()), day, last)
        if life is None:
            strangers += 1
            continue
        group = 0 if score >= 9 else 2 if score <= 6 else 1
        keys: list[Key] = [(None, None), (None, part), *([(node, None)] if node is not None else [])]
        for key in keys:
            first.setdefault((key, account), (group, life))
    return first, strangers


def _life(stays: Iterable[tuple[dt.date, dt.date | None]], day: dt.date, last: dt.date) -> Life | None:
    """From a day on which somebody is a customer until lost or last seen; None for who is none then."""
    for since, until in stays:
        if since <= day and (until is None or day <= until):
            lost = until is not None and until < last
            end = until if lost and until is not None else last
            return Life(0, (end - day).days + 1, lost)
    return None


def _stays(lives: list[Life], days: int, small: int) -> Estimate:
    if len(lives) < max(small, 1):
        return Estimate(len(lives))
    curve = Curve(lives)
    there = curve.at(days)
    if curve.longest < days and there.share > 0:
        return Estimate(len(lives))
    if there.share == 1:
        # Greenwood's formula would be sure of it, as sure of three accounts as of three hundred.
        return Estimate(len(lives), there.share)
    return Estimate(len(lives), there.share, there.low, there.high)


def _names(key: Key, labels: tuple[str, ...], of: VoiceOf) -> tuple[str | None, str | None, str | None]:
    node, part = key
    named = None if node is None else labels[node]
    said = None if part is None else PARTS[part] if part >= 0 else UNKNOWN
    return (named, None, said) if of == "touchpoint" else (None, named, said)


def _order(key: Key) -> tuple[bool, bool, int, bool, int]:
    """All, then nodes in their order, then parts, the unknown one last."""
    node, part = key
    return part is not None, node is not None, node or 0, part == -1, part or 0
