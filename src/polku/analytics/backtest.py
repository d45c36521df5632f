"""Back-test: whether the score as it was on a past day told apart the accounts that won a deal afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

import numpy as np

from polku.analytics.deal_columns import deal_columns
from polku.analytics.filters import (
    Call,
    Compare,
    Either,
    Every,
    Expression,
    Named,
    Not,
    Within,
    read_filter,
    saved_filters,
)
from polku.analytics.intervals import share_of
from polku.analytics.result import Result, share
from polku.analytics.score import LETTERS, NUMBERS, figures, made_scoring
from polku.analytics.scores import Z95
from polku.errors import QuestionError
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.blocks import Column
    from polku.analytics.study import Study
    from polku.documents import Scoring

HALF_YEAR = dt.timedelta(days=180)
STEADY = ("account", "case", "segment", "country", "industry", "employees", "start")
"""Fields of a filter of accounts that say on a past day what they say now; the others may know what came later."""
HIGH, LOW = HIGH_AND_LOW = ("high", "low")


@dataclass(frozen=True)
class Backtest(Result):
    """Rows: all accounts, then the four quadrants of fit and engagement, both high first.

    The score is made of what had happened by the evening of `as_of`, with points fading up to that day. Rules of fit
    that could know what came later (an outcome, a status, what was done) are left out and named in `left_out`; that
    an account's segment or country were the same then is taken for granted.

    Args:
        fit, engagement: high from the upper of the two bounds of the grades (A; 1), else low; None means all.
        accounts: those with an event by that day; won: of these, with a deal won after it, until the end of the data.
        win_rate: won over accounts, with Wilson's interval; None below `limits.small` accounts, as are the rest.
        lift: win_rate over that of all, with its interval, the latter being taken as known.
        as_of, until: first and last day of what was won come after the one, up to the other; horizon_days between.
        ranked: for fit and engagement, `order`, the chance that an account that won stood higher than one that did
            not (0.5: as a coin tells, ties count half), with the interval of Hanley and McNeil; and of the tenth that
            stood highest (with those level with its last) accounts, won, rate and lift.
        grades: accounts and won by grade.
        left_out: names of the rules of fit that were left out.
        written: whether the workspace says the rules, else they are made from its map.
    """

    EXTRA: ClassVar[tuple[str, ...]] = (
        "as_of",
        "until",
        "horizon_days",
        "ranked",
        "grades",
        "left_out",
        "written",
    )

    fit: tuple[str | None, ...]
    engagement: tuple[str | None, ...]
    accounts: tuple[int, ...]
    won: tuple[int, ...]
    win_rate: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    lift: tuple[float | None, ...]
    lift_low: tuple[float | None, ...]
    lift_high: tuple[float | None, ...]
    as_of: str
    until: str
    horizon_days: int
    ranked: Mapping[str, Mapping[str, Any]]
    grades: Mapping[str, Mapping[str, int]]
    left_out: tuple[str, ...]
    written: bool


@dataclass(frozen=True)
class Scored:
    """Accounts (by the ids of their cases) as they were scored, and whether they won a deal since.

    Args:
        letter, number: places of the halves of the grade, 0 the highest.
    """

    id: Column
    fit: Column
    engagement: Column
    letter: Column
    number: Column
    won: Column

    def stand(self, fit: str | None, engagement: str | None) -> Column:
        """Which are in a quadrant; None takes both sides."""
        found = np.ones(len(self.id), dtype=bool)
        for side, place in ((fit, self.letter), (engagement, self.number)):
            if side is not None:
                found &= (place == 0) == (side == HIGH)
        return found


@dataclass(frozen=True)
class ScoredThen:
    """The accounts that were there on a day.

    Args:
        day, last: the day of the score, and the last of the data.
        left_out: names of rules of fit that could know what came later.
    """

    day: dt.date
    last: dt.date
    accounts: Scored
    left_out: tuple[str, ...]


_WON = (
    "told AS (SELECT d.*, row_number() OVER (PARTITION BY d.deal_id ORDER BY d.source) AS place FROM {deals} d) "
    "SELECT DISTINCT k.id FROM told t JOIN kept k ON k.account_id = t.account_id WHERE t.place = 1 "
    "AND t.outcome = 'won' AND epoch_us(t.closed) > $after AND epoch_us(t.closed) <= $until ORDER BY k.id"
)
_THERE = "SELECT id FROM kept WHERE t0 <= $after ORDER BY id"


def backtest(study: Study, horizon: dt.timedelta | None = None) -> Backtest:
    """Score the accounts as of some time before the end of the data, and see who won a deal since.

    Args:
        horizon: how long before the end of the data the score is made, in whole days; none: half a year, of less
            than a year of data half of it.

    Raises:
        QuestionError: nothing had happened by that day, or a rule of fit cannot be read.
    """
    return _told(study, scored_then(study, horizon))


def scored_then(study: Study, horizon: dt.timedelta | None = None) -> ScoredThen:
    """The accounts as they were scored; see `backtest`."""
    zone = ZoneInfo(study.workspace.settings.zone)
    last = dt.datetime.fromtimestamp(study.now / 1e6, zone).date()
    if horizon is None:
        first = study.now if study.counts.first is None else study.counts.first
        horizon = min(HALF_YEAR, dt.timedelta(microseconds=study.now - first) / 2)
    day = last - dt.timedelta(days=max(horizon.days, 1))
    scoring = study.workspace.settings.scoring or made_scoring(study.workspace)
    steady, left_out = _steady(study, scoring)
    settings = study.workspace.settings.model_copy(update={"scoring": steady})
    then = replace(study, today=day, workspace=replace(study.workspace, settings=settings))
    after, until = study.moment(day + dt.timedelta(days=1)) - 1, study.moment(last + dt.timedelta(days=1)) - 1
    try:
        there = np.asarray(then.ask_columns(_THERE, after=after)["id"])
        if not len(there):
            raise QuestionError(Message("analytics.backtest-early", {"day": day}))
        won = _won(then, after, until)
        told = figures(then, steady)
        own = np.isin(told["id"], there, assume_unique=True)
        id, fit, engagement, letter, number = (
            np.asarray(told[name])[own] for name in ("id", "fit", "engagement", "letter", "number")
        )
        accounts = Scored(id, fit, engagement, letter, number, np.isin(id, won))
    finally:
        then.close()
    return ScoredThen(day, last, accounts, left_out)


def _won(then: Study, after: int, until: int) -> Column:
    """The ids of cases whose account won a deal after a moment, up to and with another."""
    from polku.analytics.held import chosen_cases
    from polku.analytics.members import members

    known = members(then.log) if then.case == "account" else None
    if known is None:
        return np.asarray(then.ask_columns(_WON, after=after, until=until)["id"])
    told = deal_columns(then.log)
    won = told.first & told.is_("outcome", "won") & (told.closed > after) & (told.closed <= until)
    found = np.zeros(len(known.cid), dtype=bool)
    found[np.searchsorted(known.cid, told.cid[won & (told.cid >= 0)])] = True
    chosen = chosen_cases(then, known.cid)
    return known.cid[found if chosen is None else found & chosen]


def _told(study: Study, then: ScoredThen) -> Backtest:
    accounts, days = then.accounts, (then.day, then.last)
    small = study.workspace.settings.limits.small
    quadrants: list[tuple[str | None, str | None]] = [(None, None)]
    quadrants += [(fit, engagement) for fit in (HIGH, LOW) for engagement in (HIGH, LOW)]
    whole = share(int(accounts.won.sum()), len(accounts.id))
    rows = []
    for fit, engagement in quadrants:
        own = accounts.stand(fit, engagement)
        rows.append((fit, engagement, *_rates(accounts.won[own], whole, small)))
    grades: dict[str, dict[str, int]] = {}
    cell = accounts.letter * 3 + accounts.number
    every, won = (
        np.bincount(cell, minlength=9).tolist(),
        np.bincount(cell[accounts.won], minlength=9).tolist(),
    )
    for place, number in enumerate(every):
        if number:
            name = LETTERS[place // 3] + NUMBERS[place % 3]
            grades[name] = {"accounts": number, "won": won[place]}
    about = study.about("backtest", "account", parameters={"window_days": (days[1] - days[0]).days})
    left = {name: n for name, n in about.remainder.items() if not name.startswith("events_")}
    late = about.cases - len(accounts.id)
    columns: Any = dict(zip(Backtest.columns(), zip(*rows, strict=True), strict=True))
    return Backtest(
        replace(
            about,
            events=None,
            cases=len(accounts.id),
            remainder={**left, **({"accounts_later": late} if late else {})},
        ),
        **columns,
        as_of=days[0].isoformat(),
        until=days[1].isoformat(),
        horizon_days=(days[1] - days[0]).days,
        ranked={
            name: {
                **order_of_columns(values, accounts.won, small),
                **_top(values, accounts.won, whole, small),
            }
            for name, values in (("fit", accounts.fit), ("engagement", accounts.engagement))
        },
        grades=grades,
        left_out=then.left_out,
        written=study.workspace.settings.scoring is not None,
    )


def _rates(own: Column, whole: float | None, small: int) -> tuple[Any, ...]:
    """Accounts, won, the rate and the lift with their intervals, of which won."""
    n, won = len(own), int(own.sum())
    if n < max(small, 1):
        return n, won, *(None,) * 6
    rate = share_of(won, n)
    lifts = [
        None if not whole or bound is None else bound / whole for bound in (rate.value, rate.low, rate.high)
    ]
    return n, won, rate.value, rate.low, rate.high, *lifts


def order_of(told: Sequence[tuple[float, bool]], small: int) -> dict[str, Any]:
    """The same as `order_of_columns` of values and whether each won."""
    values, won = np.array([one[0] for one in told]), np.array([one[1] for one in told], dtype=bool)
    return order_of_columns(values, won, small)


def order_of_columns(values: Column, won: Column, small: int) -> dict[str, Any]:
    """The chance that one who won stands above one who did not: the area under the ROC curve, by ranks.

    Its standard error (Hanley and McNeil 1982): √((A(1−A) + (w−1)(A/(2−A) − A²) + (l−1)(2A²/(1+A) − A²)) / (w l)).
    """
    winners = int(won.sum())
    others = len(won) - winners
    if min(others, winners) < max(small, 1):
        return {"order": None, "order_low": None, "order_high": None}
    order = np.argsort(values)
    new = np.flatnonzero(np.append(True, np.diff(values[order]) > 0))
    won_here = np.add.reduceat(won[order], new, dtype=np.int64)
    lost = np.diff(np.append(new, len(won))) - won_here
    # Halves add up exactly.
    above = float((won_here * (np.cumsum(lost) - lost + lost / 2)).sum())
    a = above / (others * winners)
    spread = (
        a * (1 - a) + (winners - 1) * (a / (2 - a) - a * a) + (others - 1) * (2 * a * a / (1 + a) - a * a)
    )
    half = Z95 * sqrt(max(spread, 0.0) / (others * winners))
    return {"order": a, "order_low": max(a - half, 0.0), "order_high": min(a + half, 1.0)}


def _top(values: Column, won: Column, whole: float | None, small: int) -> dict[str, Any]:
    """The tenth that stands highest, and those that are level with the last of it."""
    place = len(values) - ceil(len(values) / 10)
    bound = np.partition(values, place)[place]
    n, count, rate, low, high, lift, *_ = _rates(won[values >= bound], whole, small)
    return {
        "top_accounts": n,
        "top_won": count,
        "top_win_rate": rate,
        "top_low": low,
        "top_high": high,
        "top_lift": lift,
    }


def _steady(study: Study, scoring: Scoring) -> tuple[Scoring, tuple[str, ...]]:
    """The rules without those of fit that could know what came after a day, and the names of these."""
    saved = saved_filters(study.workspace.settings.filters, "cases")
    kept = [rule for rule in scoring.fit if not looks_ahead(read_filter(rule.when, saved=saved))]
    left_out = tuple(rule.label for rule in scoring.fit if rule not in kept)
    return scoring.model_copy(update={"fit": tuple(kept)}), left_out


def looks_ahead(expression: Expression) -> bool:
    """Whether a filter of accounts may hold for what happened after a past day."""
    if isinstance(expression, Every | Either):
        return any(looks_ahead(member) for member in expression.members)
    if isinstance(expression, Not | Named):
        return looks_ahead(expression.member)
    if isinstance(expression, Compare | Within):
        return expression.field not in STEADY
    return isinstance(expression, Call)
