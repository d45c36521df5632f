"""Where open rounds stand now: counted by hand, and by plain Python on random logs."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polku.analytics.asking.questions import ask, open_study
from polku.analytics.now import _Middle, _others, _Standing, now
from polku.records.log import Log
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Truth, quantile, span
from tests.analytics.small import TODAY as LATE
from tests.analytics.small import WORKSPACE, a_log
from tests.analytics.worlds import TODAY

DAY = 86_400_000_000


def test_open_rounds_stand_by_how_long_they_are_over_the_median_of_others(tmp_path: Path) -> None:
    log_of = (
        "a: guide 3 call offer",  # looked 4 days
        "b: guide 9 call offer",  # looked 10 days
        "c: 19 guide",  # looks since day 19
        "d: 10 guide call 13 guide",  # talks since day 11, then looks since day 25
        "e: 14 call 9 visit",  # talks since day 14
        "f: 25 visit",
    )
    with a_log(tmp_path, *log_of) as log:
        told = ask(log, WORKSPACE, "now", journey="buy", today=LATE)

    assert [
        (row["account_id"], row["stage"], row["days_in_stage"], row["median_days_others"], row["others"])
        for row in told.rows()
    ] == [
        ("e", "talk", 11, 1, 3),
        ("c", "look", 6, 4, 3),
        ("d", "look", 0, 4, 2),
    ]
    assert [row["step"] for row in told.rows()] == ["first-call", "read", "read"]
    assert [row["last_event"] for row in told.rows()] == ["2026-01-25", "2026-01-20", "2026-01-26"]
    assert (told.about.cases, told.about.accounts) == (3, 3)
    assert told.about.remainder == {"accounts_without_round": 1, "cases_over": 2}


def _stays(truth: Truth, case: Case) -> list[tuple[str, int, int | None]]:
    """Stage, first moment, and how long until the next stage (or the end of a round that is done or lost)."""
    runs = [list(run) for _, run in itertools.groupby(truth.walk(case, "stage"), key=lambda one: one[1])]
    found = []
    for place, run in enumerate(runs):
        first, stage = run[0]
        until = runs[place + 1][0][0] if place + 1 < len(runs) else None
        if until is None and case.outcome in ("done", "lost"):
            until = case.events[-1]
        found.append((stage, first.at, None if until is None else span(first, until)))
    return found


def compare_now(world: Market, log: Log, seed: int) -> None:
    journey = world.journey
    truth = world.truth()
    cases = truth.match(truth.rounds())
    study = open_study(log, world.workspace, journey="walk", case="round", today=TODAY)
    told = now(study)
    few = [(most, now(study, most=most)) for most in (1, 2, 5)]
    study.close()

    stays = {case.id: _stays(truth, case) for case in cases}
    expected: dict[str, Any] = {}
    for case in cases:
        if case.outcome != "open" or not stays[case.id]:
            continue
        stage, since, _ = stays[case.id][-1]
        others = [
            lasted
            for id, theirs in stays.items()
            if id != case.id
            for where, _, lasted in theirs
            if where == stage and lasted is not None
        ]
        median = quantile(others, 0.5)
        days = max(truth.now - since, 0) / DAY
        expected[case.id] = {
            "account_id": case.account,
            "journey": "walk",
            "round": int(case.id.rpartition("/")[2]),
            "stage": stage,
            "step": [journey.steps[at].id for at in case.steps if at is not None][-1],
            "days_in_stage": pytest.approx(days),
            "median_days_others": None if median is None else pytest.approx(median / DAY),
            "days_over": None if median is None else pytest.approx(days - median / DAY),
            "others": len(others),
            "last_event": case.events[-1].time.date().isoformat(),
        }
    rows = told.rows()
    assert {f"{row['account_id']}/{row['round']}": row for row in rows} == expected
    over = [row["days_over"] for row in rows if row["days_over"] is not None]
    assert over == sorted(over, reverse=True)
    assert all(row["days_over"] is None for row in rows[len(over) :])
    ended = sum(case.outcome != "open" for case in cases)
    assert told.about.remainder.get("cases_over", 0) == ended
    assert len(rows) + ended + told.about.remainder.get("cases_off_map", 0) == len(cases)
    standing = {
        stage: {
            "rounds": sum(row["stage"] == stage for row in rows),
            "over": sum(row["stage"] == stage and (row["days_over"] or 0) > 0 for row in rows),
        }
        for stage in {row["stage"] for row in rows}
    }
    assert told.standing == standing
    for most, fewer in few:
        assert fewer.rows() == rows[:most]
        assert fewer.standing == standing
        assert fewer.about.remainder.get("cases_not_shown", 0) == max(len(rows) - most, 0)


@given(
    st.lists(st.integers(0, 6), max_size=12),
    st.lists(st.lists(st.integers(0, 6), max_size=4), min_size=1, max_size=5),
)
def test_the_median_of_others_leaves_out_the_own_stays_of_a_round(
    strangers: list[int], own: list[list[int]]
) -> None:
    every = [*strangers, *(span for spans in own for span in spans)]
    most = max(map(len, own))
    of_round = np.repeat(np.arange(len(own)), [len(spans) for spans in own])
    none = np.zeros(len(own), dtype=np.int64)
    standing = _Standing(
        over=(_Middle.of(np.array(every, dtype=np.int64) * DAY, most),),
        id=none,
        stage=none,
        since=none,
        step=none,
        own_round=of_round,
        own=np.array([span for spans in own for span in spans], dtype=np.int64) * DAY,
        times=np.array([len(spans) for spans in own]),
    )

    others, median = _others(standing)

    for place, spans in enumerate(own):
        left = sorted(every)
        for one in spans:
            left.remove(one)
        assert others[place] == len(left)
        if left:
            assert median[place] == left[(len(left) + 1) // 2 - 1]
        else:
            assert np.isnan(median[place])
