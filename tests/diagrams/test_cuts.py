"""Cuts for an audience: some stages, some lanes, some roles, with or without counts and names."""

from __future__ import annotations

import pytest

from polku.diagrams.blueprint.blueprint import draw_blueprint
from polku.diagrams.blueprint.lanes import BEHIND
from polku.diagrams.matrix.matrix import LANES, draw_matrix, measured_lanes
from polku.diagrams.matrix.pages import matrix_pages
from polku.diagrams.parts.journey import journey_facts
from polku.errors import DrawingError
from polku.scene import Group, Scene, walk
from tests.diagrams.eye import outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, TODAY, made_up, made_up_counts


def said(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene))


def look(scene: Scene) -> None:
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert too_small(scene) == []


@pytest.mark.parametrize("draw", [draw_matrix, draw_blueprint])
def test_only_the_steps_of_the_stages_are_drawn_under_their_own_numbers(draw, hoppebold):
    journey = hoppebold.journeys["new-machine"]

    scene = draw(hoppebold, journey, stages=["start-up", "use"], today=TODAY)

    assert steps_drawn(scene) == [
        "machine-arrives",
        "learn",
        "run",
        "call-support",
        "answer-survey",
        "talk-renewal",
    ]
    assert "2 of 5 stages, 6 of 16 steps" in said(scene)
    first = next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "step")
    assert (first.label or "").startswith("Step 11 of 16, Delivery and start-up")
    assert scene.table is not None and len(scene.table.rows) == 6


def test_the_title_speaks_of_what_is_shown(hoppebold):
    journey = hoppebold.journeys["new-machine"]

    scene = draw_matrix(hoppebold, journey, stages=["start-up"], today=TODAY)

    assert scene.title == "Lowest point: Anders, “Clears the floor and waits”"


def test_counts_are_cut_with_their_ways():
    workspace, journey = made_up(16)
    counts = made_up_counts(journey)

    for stages in (["stage-0"], ["stage-1", "stage-3"], ["stage-4"]):
        look(draw_matrix(workspace, journey, stages=stages, measured=counts, today=TODAY))


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("words", ["plain", "holes"])
def test_each_lane_of_the_matrix_can_stand_alone(lane, words):
    workspace, journey = made_up(16, holes=words == "holes")

    look(draw_matrix(workspace, journey, lanes=[lane], today=TODAY))


def test_each_counted_lane_can_stand_alone():
    workspace, journey = made_up(16)
    counts = made_up_counts(journey)

    for lane in measured_lanes(counts):
        look(draw_matrix(workspace, journey, lanes=[lane], measured=counts, today=TODAY))


@pytest.mark.parametrize(
    "lanes",
    [
        *([one] for one in ("touchpoint", "action", *BEHIND)),
        ["action", "back"],
        ["front", "systems"],
        ["back", "partner"],
        ["touchpoint", "systems", "partner"],
        ["action", "front", "partner"],
    ],
    ids="-".join,
)
def test_any_lanes_of_the_blueprint_stand_together(lanes):
    workspace, journey = made_up(16, words=LONG)

    look(draw_blueprint(workspace, journey, lanes=lanes, language="fi", today=TODAY))


def test_lanes_keep_their_order_and_others_are_left_out(hoppebold):
    journey = hoppebold.journeys["new-machine"]

    words = said(draw_matrix(hoppebold, journey, lanes=["owner", "emotion"], today=TODAY))

    assert words.index("Emotion") < words.index("Owner and")
    assert "Touchpoint" not in words and "Frontstage" not in words


def test_a_lane_of_systems_without_that_of_teams_names_the_systems(hoppebold):
    journey = hoppebold.journeys["new-machine"]

    words = said(draw_blueprint(hoppebold, journey, lanes=["action", "systems"], today=TODAY))

    assert "CRM" in words and "Writes the guide" not in words


@pytest.mark.parametrize("draw", [draw_matrix, draw_blueprint])
def test_what_is_not_there_is_named_with_what_is(draw, hoppebold):
    journey = hoppebold.journeys["new-machine"]

    with pytest.raises(DrawingError) as wrong:
        draw(hoppebold, journey, stages=["usage"], today=TODAY)
    assert "no stage “usage”; nearest: use; known: awareness, consideration" in wrong.value.text("en")

    with pytest.raises(DrawingError) as wrong:
        draw(hoppebold, journey, lanes=["touchpoints"], today=TODAY)
    assert "no lane “touchpoints”; nearest: touchpoint; possible: " in wrong.value.text("en")


def test_pages_are_cut_alike(hoppebold):
    journey = hoppebold.journeys["new-machine"]

    pages = matrix_pages(
        hoppebold,
        journey,
        page_width=1400,
        page_height=900,
        stages=["use"],
        lanes=["action", "emotion"],
        today=TODAY,
    )

    assert {id for page in pages for id in steps_drawn(page)} == {
        step.id for step in journey.steps if step.stage == "use"
    }
    assert pages[0].table is not None and pages[0].table.rows[0][2] == "Runs the early shift"


def test_a_whole_journey_says_nothing_of_a_cut(hoppebold):
    facts = journey_facts(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)

    assert (facts.total, facts.whole) == (16, None)
