"""A journey proposed from data: assumed on every card, measured at once, and nothing of the workspace changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.map.common_path import CommonPath, CommonStep
from polku.cli.app import run
from polku.documents import EventRule, Role, Settings, Workspace
from polku.errors import WrongUse
from polku.exports.proposed_journey import propose_journey
from polku.words import reader

HOUR = 3600.0
SAY = reader("en")


def step(
    name: str,
    hours: float,
    *,
    touchpoint: str | None = None,
    part: str | None = None,
    won: float | None = None,
) -> CommonStep:
    rules = () if touchpoint else (EventRule(source="crm", activity=name),)
    return CommonStep(name, touchpoint, rules, 5, 0.5, part, hours * HOUR, won)


def path(*steps: CommonStep) -> CommonPath:
    return CommonPath(steps, "account", 10, 100, 5, 3)


EIGHT = path(
    step("Visit", 0, part="expert"),
    step("Download", 1, part="expert"),
    step("Call", 200, touchpoint="call", part="buyer"),
    step("Demo", 210, touchpoint="demo"),
    step("Offer", 220),
    step("Order", 225),
    step("Training", 400, won=0.9),
    step("Ticket", 500, won=1.0, part="operator"),
)
WORKSPACE = Workspace(Settings(), roles={"per": Role(id="per", part="expert")})


def test_every_card_is_assumed_and_finds_its_events() -> None:
    journey = propose_journey(EIGHT, WORKSPACE, SAY).journey
    assert [one.does for one in journey.steps][:3] == ["Visit", "Download", "Call"]
    assert not any(one.evidence or one.feels is not None for one in journey.steps)
    assert all(one.touchpoint or one.events for one in journey.steps)


def test_stages_are_cut_at_the_purchase_and_where_most_time_passes() -> None:
    journey = propose_journey(EIGHT, WORKSPACE, SAY).journey
    begins = [next(one.id for one in journey.steps if one.stage == stage.id) for stage in journey.stages]
    assert begins == ["visit", "call", "training"]
    assert [stage.when for stage in journey.stages] == [None, None, "after"]


def test_roles_are_those_of_the_workspace_and_new_ones_for_other_parts() -> None:
    proposed = propose_journey(EIGHT, WORKSPACE, SAY)
    assert [one.role for one in proposed.journey.steps] == [
        "per",
        "per",
        "buyer",
        None,
        None,
        None,
        None,
        "operator",
    ]
    assert [role.part for role in proposed.roles] == ["buyer", "operator"]


@pytest.mark.parametrize("count", [1, 3, 4, 6, 7, 14])
def test_a_path_of_any_length_has_stages_of_steps(count: int) -> None:
    journey = propose_journey(path(*(step(f"S{n}", n) for n in range(count))), WORKSPACE, SAY).journey
    assert all(any(one.stage == stage.id for one in journey.steps) for stage in journey.stages)
    assert len(journey.stages) == (1 if count < 4 else 2 if count < 7 else 3)


def test_names_that_give_one_id_stay_apart() -> None:
    journey = propose_journey(path(step("Köp", 0), step("Kop", 1)), WORKSPACE, SAY, "Köp").journey
    assert [one.id for one in journey.steps] == ["kop", "kop-2"]


def test_without_a_step_there_is_no_journey() -> None:
    with pytest.raises(WrongUse):
        propose_journey(path(), WORKSPACE, SAY)


def test_the_command_writes_a_draft_that_can_be_measured(tmp_path: Path, capsys: Any) -> None:
    example = Path(__file__).parents[2] / "examples" / "hoppebold"
    shutil.copytree(example, tmp_path / "ws")
    file = tmp_path / "events.csv"
    rows = [f"{account}{n},2026-01-{n + 1:02d},{activity},{account}" for account in ("Pallo", "Nordhop") for n, activity in enumerate(("Chat", "Webinar", "Chat", "Trial"))]  # fmt: skip
    file.write_text("event id,date,activity,company\n" + "\n".join(rows) + "\n")
    assert run(["import", str(tmp_path / "ws"), str(file)]) == 0
    capsys.readouterr()
    assert run(["map", str(tmp_path / "ws"), "--dry-run"]) == 0
    assert "does: Chat" in capsys.readouterr().out
    assert not list((tmp_path / "ws" / "journeys").glob("as-the*"))
    for name in ("as-the-data-tells-it", "as-the-data-tells-it-2"):
        assert run(["map", str(tmp_path / "ws")]) == 0
        assert (tmp_path / "ws" / "journeys" / f"{name}.yaml").exists()
    capsys.readouterr()
    assert (
        run(
            [
                "measure",
                str(tmp_path / "ws"),
                "steps",
                "--journey",
                "as-the-data-tells-it",
                "--format",
                "json",
            ]
        )
        == 0
    )
    assert '"cases": 2' in capsys.readouterr().out
