"""Effect: what an improvement's measure shows since it went live, against the same weeks a year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from polku.analytics.asking.asked import unknown
from polku.analytics.asking.things import hits_sql, nodes_of_things
from polku.analytics.effect_measures import BINARY, Met, Spans, Sums, observations_of, observe
from polku.analytics.result import Result
from polku.analytics.statistics.intervals import Estimate, difference, mean_of, share_of
from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.study import Study
    from polku.documents import Improvement, Measure

YEAR = dt.timedelta(weeks=52)
"""Whole weeks, so that days of the week meet themselves."""
COMPARISONS = ("all", "met", "others", "difference-in-differences")


@dataclass(frozen=True)
class Effect(Result):
    """Rows `all`; and where the improvement has a place on a journey, `met`, `others`, `difference-in-differences`.

    Args:
        compared: all accounts; those that met the improved step or touchpoint since it went live; those that did
            not; and how much more the measure changed for the first than for the second.
        measure: its kind: win-rate, share and retention are shares of deals or accounts, score and nps of answers,
            time in seconds, count in events per account, value in the workspace's currency per won deal.
        before, after: the measure in the same weeks a year before, and since it went live; n_before, n_after: the
            deals, answers, accounts … it is of. Of the last row the differences of `others` and of `met`.
        difference: after less before, with low and high its 95 % interval; None where there is too little.
        periods: first and last day of both; weeks: their length. target: what the improvement should reach.
        met_accounts: accounts that met it; None without a place.
        whole_before: whether the data begins before the earlier weeks do.
    """

    EXTRA: ClassVar[tuple[str, ...]] = (
        "improvement",
        "live",
        "weeks",
        "periods",
        "target",
        "met_accounts",
        "whole_before",
    )

    compared: tuple[str, ...]
    measure: tuple[str, ...]
    before: tuple[float | None, ...]
    after: tuple[float | None, ...]
    n_before: tuple[int, ...]
    n_after: tuple[int, ...]
    difference: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    improvement: str
    live: str
    weeks: int
    periods: Mapping[str, Mapping[str, str]]
    target: float | None
    met_accounts: int | None
    whole_before: bool


def effect(study: Study, improvement: Improvement) -> Effect:
    """Look at an improvement's measure before and after.

    After are the whole weeks from the day it went live to the end of the data, at most 52; before are the same weeks
    52 weeks earlier. Accounts that met it and those that did not are held against each other, as what changed for
    both is not its doing; they may still differ in more than that.

    Raises:
        QuestionError: the improvement names no measure or no day, is not live for a week yet, or its measure cannot
            be looked at.
    """
    measure, live, weeks, spans = _asked(study, improvement)
    inner = _inner(study, improvement)
    try:
        met = _met(inner, improvement, spans[1])
        sums = observe(inner, measure, spans, met)
        about = inner.about("effect", "observation")
    finally:
        inner.close()
    rows = _rows(measure.kind, sums, placed=met is not None)
    left = {name: n for name, n in about.remainder.items() if not name.startswith("events_")}
    return Effect(
        replace(about, journey=None, events=None, remainder=left, parameters={"improvement": improvement.id}),
        compared=COMPARISONS[: len(rows)],
        measure=(measure.kind,) * len(rows),
        before=tuple(row[0].value for row in rows),
        after=tuple(row[1].value for row in rows),
        n_before=tuple(row[0].n for row in rows),
        n_after=tuple(row[1].n for row in rows),
        difference=tuple(row[2].value for row in rows),
        low=tuple(row[2].low for row in rows),
        high=tuple(row[2].high for row in rows),
        improvement=improvement.id,
        live=live.isoformat(),
        weeks=weeks,
        periods={
            name: {"from": first.isoformat(), "to": (after - dt.timedelta(days=1)).isoformat()}
            for name, (first, after) in zip(("before", "after"), spans, strict=True)
        },
        target=improvement.target,
        met_accounts=None if met is None else len(met),
        whole_before=about.first is not None
        and about.first <= study.moment(spans[0][0] + dt.timedelta(days=1)),
    )


def _asked(study: Study, improvement: Improvement) -> tuple[Measure, dt.date, int, Spans]:
    """What is looked at, from which day on, for how many weeks, and the two periods."""
    measure, live = improvement.measure, improvement.live
    if measure is None or live is None:
        lacks = "measure" if measure is None else "live"
        raise QuestionError(Message("analytics.effect-needs", {"id": improvement.id, "needed": lacks}))
    last = dt.datetime.fromtimestamp(study.now / 1e6, ZoneInfo(study.workspace.settings.zone)).date()
    weeks = min(((last - live).days + 1) // 7, 52)
    if weeks < 1:
        raise QuestionError(
            Message("analytics.effect-early", {"id": improvement.id, "live": live, "last": last})
        )
    end = live + dt.timedelta(weeks=weeks)
    return measure, live, weeks, ((live - YEAR, end - YEAR), (live, end))


def _inner(study: Study, improvement: Improvement) -> Study:
    return replace(study, since=None, until=None, journey=_journey(study, improvement))


def accounts_observed(
    study: Study, improvement: Improvement, compared: str, *, after: bool
) -> dict[str | None, int]:
    """Accounts behind a number of observations of `effect`, and how many of these each has.

    Raises:
        QuestionError: as of `effect`; and of the last row, which counts nothing of its own.
    """
    measure, _, _, spans = _asked(study, improvement)
    if compared not in COMPARISONS[:3]:
        raise unknown("compared", compared, COMPARISONS[:3])
    inner = _inner(study, improvement)
    try:
        found = observations_of(inner, measure, spans)
        who = _met(inner, improvement, spans[1])
        met = frozenset() if who is None else who.names
    finally:
        inner.close()
    return {
        account: n
        for (period, account), n in found.items()
        if period == after and (compared == "all" or (account in met) == (compared == "met"))
    }


def _rows(kind: str, sums: Mapping[tuple[int, bool], Sums], *, placed: bool) -> list[tuple[Estimate, ...]]:
    def estimate(period: int, *groups: bool) -> Estimate:
        own = [sums.get((period, group), (0, 0.0, 0.0)) for group in groups]
        n, total, squares = (sum(one[column] for one in own) for column in range(3))
        return share_of(round(total), int(n)) if kind in BINARY else mean_of(int(n), total, squares)

    rows: list[tuple[Estimate, ...]] = []
    for groups in ((True, False), (True,), (False,)) if placed else ((True, False),):
        before, after = estimate(0, *groups), estimate(1, *groups)
        rows.append((before, after, difference(after, before)))
    if placed:
        met, others = rows[1][2], rows[2][2]
        rows.append((others, met, difference(met, others)))
    return rows


def _journey(study: Study, improvement: Improvement) -> Any:
    """The journey that the improvement is about: that of its first pain, else the one that was asked for."""
    journeys = study.workspace.journeys
    named = next((pain.journey for pain in improvement.solves if pain.journey in journeys), None)
    return journeys[named] if named is not None else study.journey


def _met(study: Study, improvement: Improvement, span: tuple[dt.date, dt.date]) -> Met | None:
    """Accounts that met the improved steps, else what its measure is about, in a span; None without a place."""
    assert improvement.measure is not None
    own = study.journey.id if study.journey is not None else None
    things = [pain.step for pain in improvement.solves if pain.step is not None and pain.journey == own]
    measure = improvement.measure
    things = things or [id for id in (measure.step, measure.touchpoint, measure.stage) if id is not None]
    if not things:
        return None
    touchpoints, steps = nodes_of_things(
        study, things, lambda id, known: unknown_part(improvement.id, id, known)
    )
    low, high = (study.moment(day) for day in span)
    if study.log.engine.gives_arrays:
        from polku.analytics.columns.effect_columns import cases_met

        wanted = [(study.nodes("touchpoint"), {node for node, _ in touchpoints})]
        if study.journey is not None:
            wanted.append((study.nodes("step"), {node for node, _ in steps}))
        return Met(study, cases_met(study, wanted, low, high))
    hits, bound = hits_sql(study, touchpoints, steps)
    rows = study.ask(
        f"hits AS ({hits}) SELECT DISTINCT k.account_id FROM hits h JOIN kept k ON k.id = h.id "
        "WHERE h.ts >= $low AND h.ts < $high",
        low=low,
        high=high,
        **bound,
    )
    return Met(study, None, frozenset(row[0] for row in rows))


def unknown_part(improvement: str, id: str, known: list[str]) -> Message:
    """What to say of a name in an improvement that is no step, touchpoint or stage."""
    return Message("analytics.effect-names", {"id": improvement, "name": id, "known": known or None})
