"""Event to step: the actor's role first, then the drawn way from the step before, then the first drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import ask, open_study
from polku.analytics.map.matching import compile_steps
from polku.analytics.map.places import Code, place_codes
from polku.documents import PARTS, EventRule, Journey, Settings, Workspace
from tests.analytics.small import TODAY, WORKSPACE, a_log

CALL = Code(0, "crm", "crm", "call")
JOURNEY = WORKSPACE.journeys["buy"]
STEPS = compile_steps(JOURNEY, WORKSPACE, place_codes([CALL], WORKSPACE))
FIRST, SEE, LAST = (STEPS.steps.index(id) for id in ("first-call", "see", "last-call"))


@pytest.mark.parametrize(
    ("part", "last", "step", "rule"),
    [
        (-1, -1, FIRST, "first"),
        (PARTS.index("operator"), -1, FIRST, "role"),
        (PARTS.index("decision-maker"), -1, LAST, "role"),
        (PARTS.index("decision-maker"), LAST, LAST, "role"),
        (PARTS.index("buyer"), SEE, LAST, "way"),
        (-1, SEE, LAST, "way"),
        (-1, FIRST, LAST, "way"),
        (-1, LAST, FIRST, "first"),
    ],
)
def test_a_call_is_the_step_that_role_way_or_order_say(part: int, last: int, step: int, rule: str) -> None:
    assert STEPS.decide(0, part, last) == (step, rule)


def test_an_event_of_no_step_is_off_the_map() -> None:
    assert STEPS.decide(1, -1, -1) == (-1, "off")


def test_a_step_that_is_not_observable_is_looked_through() -> None:
    ponder, see = STEPS.steps.index("ponder"), STEPS.steps.index("see")
    assert not STEPS.observable[ponder]
    assert STEPS.nexts[FIRST] == (see,)
    assert STEPS.nexts[STEPS.steps.index("weigh")] == ()


def test_a_rule_for_a_source_that_is_not_loaded_makes_nothing_observable() -> None:
    touchpoints = [
        {"id": "ticket", "events": [{"source": "support"}]},
        {"id": "call", "events": [{"source": "crm"}]},
    ]
    workspace = Workspace(settings=Settings.model_validate({"touchpoints": touchpoints}))
    steps: list[dict[str, Any]] = [{"id": "a", "touchpoint": "ticket"}, {"id": "b", "touchpoint": "call"}]
    journey = Journey.model_validate({"id": "j", "steps": steps})

    assert compile_steps(journey, workspace, place_codes([CALL], workspace)).observable == (False, True)


def test_the_first_rule_that_fits_wins_and_wildcards_know_no_case() -> None:
    touchpoints = [
        {"id": "social", "events": [{"channel": "posts"}]},
        {"id": "any-call", "channel": "phone", "events": ["CALL*"]},
        {"id": "call", "events": ["call: first"]},
    ]
    channels = [{"id": "posts", "matches": ["LinkedIn*"]}, {"id": "phone"}]
    workspace = Workspace(
        settings=Settings.model_validate({"touchpoints": touchpoints, "channels": channels})
    )
    places = place_codes(
        [
            Code(0, "crm", "crm", "call: first", "linkedin ads"),
            Code(1, "crm", "crm", "Call: first", "landline"),
            Code(2, "crm", "crm", "[call]", "landline"),
        ],
        workspace,
    )

    assert places.touchpoint == {0: "social", 1: "any-call", 2: None}
    assert places.channel == {0: "posts", 1: "phone", 2: "landline"}


def test_own_events_make_a_step_beyond_its_touchpoint(tmp_path: Path) -> None:
    steps = [
        step.model_copy(update={"events": (EventRule(activity="ponder*"),)}) if step.id == "ponder" else step
        for step in JOURNEY.steps
    ]
    journey = JOURNEY.model_copy(update={"steps": tuple(steps)})
    with a_log(tmp_path, "a: call pondering demo") as log:
        rows = ask(
            log, replace(WORKSPACE, journeys={"buy": journey}), "steps", journey="buy", today=TODAY
        ).rows()

    assert [row["step"] for row in rows if row["cases"]] == ["first-call", "ponder", "see"]


def test_reached_asks_for_the_step_that_was_decided(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: demo call", "b: call") as log:
        for step, cases in (
            ("first-call", {"b"}),
            ("last-call", {"a"}),
            ("decide", {"a"}),
            ("talk", {"a", "b"}),
        ):
            study = open_study(
                log, WORKSPACE, journey="buy", case="account", cases=f"reached({step})", today=TODAY
            )
            assert {row[0] for row in study.ask("SELECT key FROM kept")} == cases
