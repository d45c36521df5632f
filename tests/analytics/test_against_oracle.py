"""Every measure equals the plain definition, on random small logs with ties, nulls, dated events and long names."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.fit import fit
from polku.analytics.funnel import funnel
from polku.analytics.nodes import Of
from polku.analytics.paths import paths
from polku.analytics.questions import open_study
from polku.analytics.result import Result
from polku.analytics.steps import steps
from polku.analytics.study import Study
from polku.analytics.time import TIME_DEFINITIONS, time
from polku.analytics.variants import variants
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.oracle import PRIORITY, Case, Happened, Truth
from tests.analytics.worlds import TODAY, a_world

WORLDS = range(100)
MORE = range(1000, 1060)
MANY = range(1060, 2000)
OFS: tuple[Of, ...] = ("activity", "touchpoint", "step", "stage", "channel")
TRANSFORMS = ("identity", "exposure", "first")


def a_log(folder: Path, events: list[Happened], people: dict[str, tuple[str, str | None]]) -> Log:
    sources: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
    for event in sorted(events, key=lambda one: one.row):
        sources.setdefault((event.source, event.source), {"events": [], "memberships": []})["events"].append(
            {
                "time": event.time,
                "precision": "day" if event.day else "second",
                "account_id": event.account,
                "person_id": event.person,
                "activity": event.activity,
                "channel": event.channel,
                "campaign": event.campaign,
                "score": event.score,
                "score_kind": event.score_kind,
                "score_max": event.score_max,
                "priority": PRIORITY[event.source],
                "source_row": event.row,
                "event_id": f"{event.source}-{event.row}",
            }
        )
    if people:
        sources.setdefault(("hr", "other"), {"events": [], "memberships": []})["memberships"] = [
            {"person_id": id, "account_id": account, "parts": [part] if part else None}
            for id, (account, part) in people.items()
        ]
    return publish_rows(folder, sources)


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


def compare_world(folder: Path, seed: int, ofs: Sequence[Of], kinds: Sequence[str]) -> None:
    workspace, journey, events, people = a_world(seed)
    with a_log(folder, events, people) as log:
        truth = Truth(events, workspace, journey, TODAY)
        for kind in kinds:
            study = open_study(log, workspace, journey="walk", case=kind, today=TODAY)
            cases = truth.rounds() if kind == "round" else truth.accounts()
            assert study.counts.cases == len(cases)
            compare(study, truth, cases, ofs, random.Random(seed))


@pytest.mark.parametrize("seed", WORLDS)
def test_measures_equal_the_definitions(seed: int, tmp_path: Path) -> None:
    compare_world(tmp_path, seed, [OFS[seed % 5]], ["account" if seed % 4 == 0 else "round"])


@pytest.mark.long
@pytest.mark.parametrize("seed", MORE)
def test_measures_equal_the_definitions_in_many_more_worlds(seed: int, tmp_path: Path) -> None:
    compare_world(tmp_path, seed, OFS, ["round", "account"])


@pytest.mark.long
@pytest.mark.parametrize("seed", MANY)
def test_measures_equal_the_definitions_in_a_thousand_worlds(seed: int, tmp_path: Path) -> None:
    compare_world(tmp_path, seed, [OFS[seed % 5]], ["account" if seed % 4 == 0 else "round"])
