"""Comparing a journey as it is with one to be: pairs, what differs, and what carries it."""

from __future__ import annotations

import pytest

from polku.diagrams.compare.compare import carriers, compare, hope
from polku.documents import Improvement, Journey, Settings, Workspace
from tests.diagrams.to_be import with_to_be


def journey(id: str, *steps: dict) -> Journey:
    return Journey.model_validate({"id": id, "stages": [{"id": "one"}, {"id": "two"}], "steps": steps})


def kinds(as_is: Journey, to_be: Journey) -> list[tuple[str, str]]:
    return [(pair.step.id, pair.kind) for pair in compare(as_is, to_be).pairs]


def test_the_same_journey_differs_in_nothing():
    one = journey("a", {"id": "call", "feels": 1}, {"id": "sign"})

    assert kinds(one, one) == [("call", "same"), ("sign", "same")]


def test_a_step_is_known_by_its_id_and_what_differs_is_named():
    before = journey("a", {"id": "call", "does": "Calls", "feels": -2, "stage": "one"})
    after = journey("b", {"id": "call", "does": "Is answered", "feels": 0, "stage": "two"})

    (pair,) = compare(before, after).pairs

    assert (pair.kind, pair.differs, pair.difference) == ("changed", ("stage", "does", "feels"), 2)


def test_a_step_with_another_id_is_known_by_its_role_and_touchpoint():
    before = journey("a", {"id": "call", "role": "ole", "touchpoint": "phone", "feels": -1})
    after = journey("b", {"id": "chat", "role": "ole", "touchpoint": "phone", "feels": 1})

    (pair,) = compare(before, after).pairs

    assert (pair.kind, pair.before.id, pair.after.id) == ("changed", "call", "chat")


def test_steps_without_a_touchpoint_are_not_taken_for_one_another():
    before = journey("a", {"id": "waits", "role": "ole"})
    after = journey("b", {"id": "sleeps", "role": "ole"})

    assert sorted(kinds(before, after)) == [("sleeps", "added"), ("waits", "removed")]


def test_a_step_left_out_stands_where_it_was():
    before = journey("a", {"id": "one"}, {"id": "two"}, {"id": "three"})
    after = journey("b", {"id": "one"}, {"id": "three"}, {"id": "four"})

    assert kinds(before, after) == [
        ("one", "same"),
        ("two", "removed"),
        ("three", "same"),
        ("four", "added"),
    ]


def test_only_the_step_that_changed_its_place_is_said_to_have_moved():
    before = journey("a", {"id": "one"}, {"id": "two"}, {"id": "three"})
    after = journey("b", {"id": "three"}, {"id": "one"}, {"id": "two"})

    found = compare(before, after)

    assert [(pair.step.id, pair.differs) for pair in found.changes] == [("three", ("order",))]


def test_what_a_step_is_known_from_is_no_change_of_it():
    before = journey("a", {"id": "call", "evidence": ["int"], "note": "?"})
    after = journey("b", {"id": "call"})

    assert kinds(before, after) == [("call", "same")]


def test_a_stage_that_is_left_out_keeps_its_place():
    before = journey("a", {"id": "call", "stage": "one"}, {"id": "sign", "stage": "two"})
    after = Journey.model_validate(
        {"id": "b", "stages": [{"id": "two"}], "steps": [{"id": "sign", "stage": "two"}]}
    )

    assert [stage.id for stage in compare(before, after).merged.stages] == ["one", "two"]


@pytest.mark.parametrize(
    ("status", "solves", "carried"),
    [
        ("planned", {"journey": "a", "step": "call"}, 1),
        ("planned", {"journey": "b", "step": "call"}, 1),
        ("planned", {"step": "call"}, 1),
        ("planned", {"journey": "other", "step": "call"}, 0),
        ("dropped", {"journey": "a", "step": "call"}, 0),
    ],
)
def test_a_change_is_carried_by_improvements_of_its_step(status, solves, carried):
    improvement = Improvement.model_validate({"id": "hotline", "status": status, "solves": [solves]})
    workspace = Workspace(Settings(name="x"), improvements={"hotline": improvement})
    found = compare(journey("a", {"id": "call", "feels": -1}), journey("b", {"id": "call", "feels": 1}))

    assert len(carriers(workspace, found)["call"]) == carried


def test_a_change_is_hoped_for_until_somebody_looked():
    idea = Improvement.model_validate({"id": "hotline"})
    looked = Improvement.model_validate({"id": "hotline", "looked": {"date": "2026-12-01", "result": 7.2}})

    assert hope(()) == hope((idea,)) == "hoped"
    assert hope((idea, looked)) == "measured"


def test_the_example_has_changes_that_nobody_carries(hoppebold):
    workspace, as_is, to_be = with_to_be(hoppebold)
    found = compare(as_is, to_be)

    carried = carriers(workspace, found)

    assert (found.better, found.worse, found.count("added"), found.count("removed")) == (8, 0, 0, 0)
    assert [step.id for step in found.handoffs_added] == ["talk-renewal"]
    assert {id: [one.id for one in by] for id, by in carried.items() if by} == {
        "get-offer": ["demo-first"],
        "machine-arrives": ["door-drawing"],
        "call-support": ["night-hotline"],
    }
