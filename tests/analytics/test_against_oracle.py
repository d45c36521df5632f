"""Every measure equals the plain definition, on random small logs with ties, nulls, dated events and long names.

`test_many_markets` holds them on a hundred logs and a thousand; here each kind of node and of case has its turn in each.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import open_study
from polku.analytics.fit import fit
from polku.analytics.funnel import funnel
from polku.analytics.map.nodes import Of
from polku.analytics.paths import paths
from polku.analytics.result import Result
from polku.analytics.steps import steps
from polku.analytics.study import Study
from polku.analytics.time import TIME_DEFINITIONS, time
from polku.analytics.variants import variants
from polku.records.log import Log
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Truth
from tests.analytics.worlds import TODAY, a_world

WORLDS = range(1000, 1060)
OFS: tuple[Of, ...] = ("activity", "touchpoint", "step", "stage", "channel")
TRANSFORMS = ("identity", "exposure", "first")


def same(
    result: Result, expected: dict[Any, dict[str, Any]], key: Any, *, without: tuple[str, ...] = ()
) -> None:
    """Rows equal by value, floats to the last few bits."""
    rows = {
        key(row): {name: value for name, value in row.items() if name not in without} for row in result.rows()
    }
    assert rows.keys() == expected.keys()
    for name, row in rows.items():
        assert row.keys() == expected[name].keys()
        for column, value in row.items():
            wanted = expected[name][column]
            if isinstance(value, float) and isinstance(wanted, float):
                wanted = pytest.approx(wanted, rel=1e-12, abs=1e-9)
            assert value == wanted, (name, column)


def compare(study: Study, truth: Truth, cases: list[Case], ofs: Sequence[Of], chance: random.Random) -> None:
    """All measures of one study."""
    rounds = study.case == "round"
    truth.match(cases)
    for of in ofs:
        transform = chance.choice(TRANSFORMS)
        told: Result = paths(study, of, transform=transform)
        same(told, truth.paths(cases, of, transform), lambda row: (row["from"], row["to"]))
        transform = chance.choice(TRANSFORMS)
        told = variants(study, of, transform=transform)
        same(told, truth.variants(cases, of, transform), lambda row: tuple(row["path"]))
        labels = sorted({name for case in cases for _, name in truth.walk(case, of)})
        if not labels:
            continue
        pairs = [(chance.choice(labels), chance.choice(labels)) for _ in range(3)]
        definition = chance.choice(TIME_DEFINITIONS)
        for (a, b), row in zip(pairs, time(study, pairs, of, definition=definition).rows(), strict=True):
            assert row == truth.time(cases, of, a, b, definition)
        asked = chance.sample(labels, min(len(labels), 3))
        window = chance.choice([None, dt.timedelta(days=1), dt.timedelta(days=30)])
        limit = None if window is None else window // dt.timedelta(microseconds=1)
        answer = funnel(study, asked, of, window=window).rows()
        assert answer == truth.funnel(cases, of, asked, limit, rounds=rounds)
    same(steps(study), truth.steps(cases, rounds=rounds), lambda row: row["step"], without=("sources",))
    fitted = fit(study)
    deviations, fitness, fitting = truth.fit(cases, rounds=rounds)
    told_rows = {(row["kind"], row["from"], row["to"]): (row["count"], row["cases"]) for row in fitted.rows()}
    assert told_rows == deviations
    assert fitted.fitness == pytest.approx(fitness)
    assert fitted.fitting_cases == fitting


def compare_measures(
    market: Market,
    log: Log,
    seed: int,
    ofs: Sequence[Of] | None = None,
    kinds: Sequence[str] | None = None,
) -> None:
    """All measures in a published log; of one kind of node and one of case, unless they are named."""
    truth = market.truth()
    for kind in kinds or ["account" if seed % 4 == 0 else "round"]:
        study = open_study(log, market.workspace, journey="walk", case=kind, today=TODAY)
        cases = truth.rounds() if kind == "round" else truth.accounts()
        assert study.counts.cases == len(cases)
        compare(study, truth, cases, ofs or [OFS[seed % 5]], random.Random(seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", WORLDS)
def test_measures_equal_the_definitions_of_every_kind(seed: int, tmp_path: Path) -> None:
    world = Market(*a_world(seed))
    with world.log(tmp_path) as log:
        compare_measures(world, log, seed, OFS, ["round", "account"])
