"""Deviations stand where they happen: at the stage, the role or the account, and each case counts once there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answer, ask, open_study
from polku.analytics.behind.openings import cases_behind
from polku.analytics.deviations import DEVIATION_SPLITS, deviations_by
from polku.analytics.intended import FIT_KINDS
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.markets import Market
from tests.analytics.oracle import Case, Truth
from tests.analytics.small import TODAY, WORKSPACE, a_log
from tests.analytics.worlds import TODAY as WORLD_TODAY


def told(log: Any, by: str | None = None, case: str = "account") -> dict[str | None, dict[str, Any]]:
    result = ask(log, WORKSPACE, "deviations", Asked(by=by), journey="buy", case=case, today=TODAY)
    return {row["where"]: row for row in result.rows()}


def test_a_way_nobody_drew_belongs_to_the_stage_and_role_it_leaves(tmp_path: Path) -> None:
    # read → first call → see → last call → weigh is drawn; a goes from read to see, b from the first call to weigh.
    with a_log(
        tmp_path, "a: guide demo call offer", "b: guide call offer", "c: guide call demo call offer"
    ) as log:
        stages, roles = told(log, "stage"), told(log, "role")
    assert {where: row["unintended"] for where, row in stages.items() if row["unintended"]} == {
        "look": 1,
        "talk": 1,
    }
    assert {where: row["unintended"] for where, row in roles.items() if row["unintended"]} == {
        "per": 1,
        "ole": 1,
    }
    assert stages["look"]["cases"] == 1 and stages["look"]["share"] == pytest.approx(1 / 3)


def test_a_stage_that_is_never_met_is_a_place_of_its_own_with_the_roles_that_act_there(
    tmp_path: Path,
) -> None:
    with a_log(tmp_path, "a: guide", "b: guide call demo call offer") as log:
        stages, roles = told(log, "stage"), told(log, "role")
    assert {where: row["missing"] for where, row in stages.items()} == {"talk": 1, "decide": 1}
    # Ole and Per act in talking, Ivan decides; the step that cannot be observed has nobody.
    assert {where: row["missing"] for where, row in roles.items()} == {"ole": 1, "per": 1, "ivan": 1}


def test_how_cases_end_that_deviate_is_held_against_those_that_do_not(tmp_path: Path) -> None:
    good = [f"g{n}: guide call demo call offer" for n in range(4)]
    bad = [f"b{n}: guide demo los" for n in range(3)]
    with a_log(tmp_path, *good, *bad) as log:
        stages = told(log, "stage", case="round")
    row = stages["look"]
    assert (row["cases"], row["ended"], row["well"], row["ended_others"], row["well_others"]) == (
        3,
        3,
        0,
        4,
        1,
    )
    assert row["difference"] == -1 and row["high"] < 0


def test_by_account_each_has_its_own_share(tmp_path: Path) -> None:
    with a_log(
        tmp_path, "a: guide demo call offer 1 guide call demo call offer", "b: guide call demo call offer"
    ) as log:
        rows = told(log, "account", case="round")
        study = open_study(log, WORKSPACE, question="deviations", journey="buy", case="round", today=TODAY)
        row = answer(study, "deviations", Asked(by="account")).rows()[0]
        behind = cases_behind(study, "deviations", row, "cases", Asked(by="account"))
        study.close()
    assert set(rows) == {"a"} and rows["a"]["cases"] == 1 and rows["a"]["share"] == pytest.approx(0.5)
    assert rows["a"]["difference"] is None and rows["a"]["well_others"] is None
    assert behind.case == ("a/1",)


def test_only_what_there_is_splits(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: guide") as log, pytest.raises(QuestionError):
        told(log, "colour")


def plain_deviations(
    truth: Truth, cases: list[Case], by: str, *, rounds: bool
) -> dict[str | None, dict[str, set[str]]]:
    """Ids of cases by place and kind; under "" those of any kind."""
    assert truth.journey is not None
    steps = truth.journey.steps
    found: dict[str | None, dict[str, set[str]]] = {}
    for case in cases:
        for kind, start, _ in truth.deviations(case, rounds=rounds)[0]:
            wheres: set[str | None] = {case.account}
            if by != "account" and kind == "unintended":
                (step,) = [step for step in steps if step.id == start]
                wheres = {step.role if by == "role" else step.stage}
            elif by == "stage":
                wheres = {start}
            elif by == "role":
                wheres = {
                    step.role
                    for place, step in enumerate(steps)
                    if step.stage == start and truth.observable(place)
                }
            for where in wheres:
                for name in ("", kind):
                    found.setdefault(where, {}).setdefault(name, set()).add(case.id)
    return found


def compare_deviations(world: Market, log: Log, seed: int) -> None:
    by = DEVIATION_SPLITS[seed % 3]
    rounds = seed % 4 != 0
    truth = world.truth()
    cases = truth.match(truth.rounds() if rounds else truth.accounts())
    study = open_study(
        log, world.workspace, journey="walk", case="round" if rounds else "account", today=WORLD_TODAY
    )
    result = deviations_by(study, by)
    study.close()
    expected = plain_deviations(truth, cases, by, rounds=rounds)
    rows = {row["where"]: row for row in result.rows()}
    assert rows.keys() == expected.keys()
    ended = {case.id for case in cases if case.outcome in ("done", "won", "lost", "faded")}
    well = {case.id for case in cases if case.outcome in ("done", "won")}
    for where, kinds in expected.items():
        row, own = rows[where], kinds[""]
        assert row["cases"] == len(own)
        assert {kind: row[kind] for kind in FIT_KINDS} == {
            kind: len(kinds.get(kind, ())) for kind in FIT_KINDS
        }
        whole = sum(case.account == where for case in cases) if by == "account" else len(cases)
        assert row["share"] == pytest.approx(len(own) / whole)
        assert row["ended"] == len(own & ended)
        assert row["well"] == (len(own & well) / len(own & ended) if own & ended else None)
        if by != "account":
            others = ended - own
            assert row["ended_others"] == len(others)
            assert row["well_others"] == (len(others & well) / len(others) if others else None)
    counts = list(result.cases)
    assert counts == sorted(counts, reverse=True)
