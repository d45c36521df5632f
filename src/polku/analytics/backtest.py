"""Back-test: whether the score as it was on a past day told apart the accounts that won a deal afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

import numpy as np

from polku.analytics.columns.blocks import in_threads, places_of
from polku.analytics.columns.deal_columns import deal_columns
from polku.analytics.filters.filters import (
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
from polku.analytics.result import Result, share
from polku.analytics.score import LETTERS, NUMBERS, figures, made_scoring
from polku.analytics.statistics.intervals import share_of
from polku.analytics.statistics.scores import Z95
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.documents import Scoring

HALF_YEAR = dt.timedelta(days=180)
STEADY = ("account", "case", "segment", "country", "industry", "employees", "start")
"""Fields of a filter of accounts that say on a past day what they say now; the others may know what came later."""
HIGH, LOW = HIGH_AND_LOW = ("high", "low")
HALVES: Mapping[str | None, tuple[int, ...]] = {None: (0, 1, 2), HIGH: (0,), LOW: (1, 2)}
"""Sides → the places of the halves of a grade that are on them."""


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
        told = figures(then, steady)
        there = _there(then, told["id"], after)
        if not len(there):
            raise QuestionError(Message("analytics.backtest-early", {"day": day}))
        won = _won(then, told["id"], after, until)
        every = len(there) == len(told["id"])
        columns = (
            np.asarray(column) if every else np.asarray(column)[there]
            for column in (*(told[name] for name in ("id", "fit", "engagement", "letter", "number")), won)
        )
        accounts = Scored(*columns)
    finally:
        then.close()
    return ScoredThen(day, last, accounts, left_out)


def _there(then: Study, id: Column, after: int) -> Column:
    """The places of the cases that had begun by a moment, among all of the study, which rise by id."""
    from polku.analytics.columns.case_facts import case_facts

    if then.case != "account" or not then.log.engine.gives_arrays:
        begun: Column = np.asarray(then.ask_columns(_THERE, after=after)["id"])
        return np.searchsorted(id, begun)
    return np.flatnonzero(case_facts(then).t0 <= after)


def _won(then: Study, id: Column, after: int, until: int) -> Column:
    """Case of the study → whether its account won a deal after a moment, up to and with another."""
    from polku.analytics.columns.members import members

    found = np.zeros(len(id), dtype=bool)
    known = members(then.log) if then.case == "account" else None
    if known is None:
        found[np.searchsorted(id, np.asarray(then.ask_columns(_WON, after=after, until=until)["id"]))] = True
        return found
    told = deal_columns(then.log)
    deals = np.flatnonzero((told.closed > after) & (told.closed <= until))
    won = (told.first & told.is_("outcome", "won") & (told.cid >= 0))[deals]
    of_case = np.zeros(len(known.cid), dtype=bool)
    of_case[places_of(known.cid, told.cid[deals[won]])] = True
    return of_case if len(id) == len(known.cid) else of_case[places_of(known.cid, id)]


def _told(study: Study, then: ScoredThen) -> Backtest:
    accounts, days = then.accounts, (then.day, then.last)
    small = study.workspace.settings.limits.small
    quadrants: list[tuple[str | None, str | None]] = [(None, None)]
    quadrants += [(fit, engagement) for fit in (HIGH, LOW) for engagement in (HIGH, LOW)]
    whole = share(int(accounts.won.sum()), len(accounts.id))
    cell = accounts.letter * np.int8(3) + accounts.number
    # Of each grade those who did not win, then those who did.
    counted = np.bincount(cell * np.int8(2) + accounts.won, minlength=18).reshape(3, 3, 2)
    every, won = counted.sum(2), counted[:, :, 1]
    rows = []
    for fit, engagement in quadrants:
        own = np.ix_(*(HALVES[side] for side in (fit, engagement)))
        rows.append((fit, engagement, *_rates(int(every[own].sum()), int(won[own].sum()), whole, small)))
    grades: dict[str, dict[str, int]] = {
        letter + number: {"accounts": int(every[n, m]), "won": int(won[n, m])}
        for n, letter in enumerate(LETTERS)
        for m, number in enumerate(NUMBERS)
        if every[n, m]
    }
    values = accounts.fit, accounts.engagement
    ranked = in_threads(lambda place: _ranked(values[place], accounts.won, whole, small), (0, 1))
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
        ranked=dict(zip(("fit", "engagement"), ranked, strict=True)),
        grades=grades,
        left_out=then.left_out,
        written=study.workspace.settings.scoring is not None,
    )


def _rates(n: int, won: int, whole: float | None, small: int) -> tuple[Any, ...]:
    """Accounts, won, the rate and the lift with their intervals."""
    if n < max(small, 1):
        return n, won, *(None,) * 6
    rate = share_of(won, n)
    lifts = [
        None if not whole or bound is None else bound / whole for bound in (rate.value, rate.low, rate.high)
    ]
    return n, won, rate.value, rate.low, rate.high, *lifts


def order_of(told: Sequence[tuple[float, bool]], small: int) -> dict[str, Any]:
    """How well values, each with whether it won, stand in the order of winning; see `Backtest.ranked`."""
    values, won = np.array([one[0] for one in told]), np.array([one[1] for one in told], dtype=bool)
    return _order(np.sort(values[won]), np.sort(values[~won]), small)


def _ranked(values: Column, won: Column, whole: float | None, small: int) -> dict[str, Any]:
    """The order of values and the tenth that stands highest, with those that are level with the last of it."""
    winners, others = (np.sort(values[np.flatnonzero(side)]) for side in (won, ~won))
    bound = _at(winners, others, len(values) - ceil(len(values) / 10))
    top_won, top_lost = (len(side) - int(np.searchsorted(side, bound)) for side in (winners, others))
    n, count, rate, low, high, lift, *_ = _rates(top_won + top_lost, top_won, whole, small)
    return {
        **_order(winners, others, small),
        "top_accounts": n,
        "top_won": count,
        "top_win_rate": rate,
        "top_low": low,
        "top_high": high,
        "top_lift": lift,
    }


def _at(one: Column, other: Column, place: int) -> float:
    """The value at a place of two sorted columns together."""
    low, high = max(0, place - len(other)), min(place, len(one))
    # How many of the one stand before the place.
    while low < high:
        middle = (low + high) // 2
        if one[middle] < other[place - middle - 1]:
            low = middle + 1
        else:
            high = middle
    left = [column[n] for column, n in ((one, low), (other, place - low)) if n < len(column)]
    return float(min(left))


def _order(winners: Column, others: Column, small: int) -> dict[str, Any]:
    """The chance that one who won stands above one who did not: the area under the ROC curve, by ranks.

    Its standard error (Hanley and McNeil 1982): √((A(1−A) + (w−1)(A/(2−A) − A²) + (n−1)(2A²/(1+A) − A²)) / (w n)).

    Args:
        winners, others: their values, rising.
    """
    w, n = len(winners), len(others)
    if min(n, w) < max(small, 1):
        return {"order": None, "order_low": None, "order_high": None}
    # Ties count half; halves add up exactly.
    twice = sum(int(np.searchsorted(others, winners, side).sum()) for side in ("left", "right"))
    a = twice / 2 / (n * w)
    spread = a * (1 - a) + (w - 1) * (a / (2 - a) - a * a) + (n - 1) * (2 * a * a / (1 + a) - a * a)
    half = Z95 * sqrt(max(spread, 0.0) / (n * w))
    return {"order": a, "order_low": max(a - half, 0.0), "order_high": min(a + half, 1.0)}


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
