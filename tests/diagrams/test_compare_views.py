"""As-is against to-be as drawings: all steps there, changed ones alone in words, nothing over anything else."""

from __future__ import annotations

from typing import Any

import pytest

from polku.diagrams.compare.matrix import draw_compare
from polku.diagrams.matrix.matrix import draw_matrix
from polku.diagrams.path.path import draw_path
from polku.diagrams.wheel.wheel import draw_wheel
from polku.documents import Journey
from polku.scene import Circle, Group, Scene, scene_to_svg, walk
from tests.diagrams.eye import badges, outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up
from tests.diagrams.to_be import changed, with_to_be

VIEWS = {"matrix": draw_matrix, "wheel": draw_wheel, "path": draw_path}


def said(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene))


def otherwise(journey: Journey, *, every: int = 1) -> Journey:
    """Every so-manieth step changed, better or worse; one left out and one added."""
    changes: dict[str, dict[str, Any] | None] = {}
    for number, step in enumerate(journey.steps):
        if number % every == 0:
            changes[step.id] = {"feels": (1, -1, 2, None)[number // every % 4], "does": step.label[::-1][:60]}
    if len(journey.steps) > 3:
        changes[journey.steps[2].id] = None
    found = changed(journey, changes)
    added = journey.steps[-1].model_copy(update={"id": "brand-new", "feels": 2, "touchpoint": None})
    return found.model_copy(update={"steps": (*found.steps, added)})


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("words", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize(("steps", "every"), [(1, 1), (2, 1), (16, 3), (16, 1), (60, 1), (60, 29)])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_overlaps_and_all_steps_are_there(view, steps, every, words, language):
    workspace, as_is = made_up(steps, stages=min(5, steps), roles=9 if words is LONG else 4, words=words)
    to_be = otherwise(as_is, every=every)

    scene = VIEWS[view](workspace, to_be, against=as_is, today=TODAY, language=language)

    expected = {step.id for step in to_be.steps}
    if view == "matrix":
        expected |= {step.id for step in as_is.steps}
    assert set(steps_drawn(scene)) == expected
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert too_small(scene) == []


@pytest.mark.parametrize("width", [900, 1200, 2400])
def test_a_comparison_fits_pages_of_any_width(width):
    workspace, as_is = made_up(16, roles=9, words=LONG)

    scene = draw_compare(workspace, otherwise(as_is), as_is, today=TODAY, width=width)

    assert overlaps(scene) == [] and outside(scene) == []


@pytest.mark.parametrize("view", VIEWS)
def test_without_anything_known_there_is_still_a_drawing(view):
    workspace, as_is = made_up(9, holes=True)

    scene = VIEWS[view](workspace, changed(as_is, {}), against=as_is, today=TODAY)

    assert scene.title == "Nothing would change: both are the same"
    assert overlaps(scene) == []


@pytest.mark.parametrize("view", VIEWS)
def test_the_title_counts_what_is_better_and_what_nobody_carries(view, hoppebold):
    workspace, as_is, to_be = with_to_be(hoppebold)

    scene = VIEWS[view](workspace, to_be, against=as_is, today=TODAY)

    assert scene.title == "8 of 16 steps would feel better; 5 changes nobody carries"
    assert said(scene).count("nobody does it yet") == 5
    assert "▼" not in said(scene)


@pytest.mark.parametrize("view", VIEWS)
def test_words_stand_at_changed_steps_with_what_carries_them(view, hoppebold):
    workspace, as_is, to_be = with_to_be(hoppebold)

    words = said(VIEWS[view](workspace, to_be, against=as_is, today=TODAY))

    assert "Answer the hotline at night" in words
    if view != "path":
        assert "Asks for a longer guarantee" not in words


@pytest.mark.parametrize("view", VIEWS)
def test_a_changed_step_stands_on_nothing_until_it_is_measured(view, hoppebold):
    workspace, as_is, to_be = with_to_be(hoppebold)

    scene = VIEWS[view](workspace, to_be, against=as_is, today=TODAY)

    changed_step = next(m for m in walk(scene.marks) if isinstance(m, Group) and m.id == "step-call-support")
    hoped = [mark for mark in walk(changed_step.children) if mark in badges(scene)]
    # Of the two cards of the matrix the one as it is keeps what it is known from.
    assert [one.filled for one in hoped] == ([False, True, False] if view == "matrix" else [False])
    assert "Nobody does it yet" not in (changed_step.label or "")
    assert "Carried by Answer the hotline at night" in (changed_step.label or "")


@pytest.mark.parametrize("view", VIEWS)
def test_where_it_feels_otherwise_a_hollow_dot_says_how_it_is(view, hoppebold):
    workspace, as_is, to_be = with_to_be(hoppebold)

    scene = VIEWS[view](workspace, to_be, against=as_is, today=TODAY)

    stages = [mark for mark in scene.marks if isinstance(mark, Group) and mark.role == "stage"]
    dots = [
        mark
        for mark in walk(tuple(stages))
        if isinstance(mark, Circle) and mark.stroke == "line-strong" and not mark.dash
    ]
    assert len(dots) == 8


def test_the_table_has_both_states_of_every_step(hoppebold):
    workspace, as_is, to_be = with_to_be(hoppebold)

    table = draw_matrix(workspace, to_be, against=as_is, today=TODAY).table

    assert table is not None and len(table.rows) == 16
    row = next(row for row in table.rows if row[2] == "Calls at four in the morning")
    assert row[3:7] == ("−2", "Calls at four and is answered", "0", "+2")
    assert row[8] == "Answer the hotline at night (planned · Field service · live 1 December 2026)"


def test_what_is_left_out_and_what_is_added_have_their_places(hoppebold):
    workspace, as_is, _ = with_to_be(hoppebold)
    to_be = changed(as_is, {"ask-peers": None})
    added = to_be.steps[0].model_copy(update={"id": "watch", "does": "Watches the line on a screen"})
    to_be = to_be.model_copy(update={"steps": (added, *to_be.steps)})

    words = said(draw_matrix(workspace, to_be, against=as_is, today=TODAY))

    assert "left out" in words and "not there today" in words
    assert "2 steps would change; 2 changes nobody carries" in words
    assert "Left out: “Asks two other toy makers what they run”" in said(
        draw_path(workspace, to_be, against=as_is, today=TODAY)
    )


def test_the_same_comparison_is_drawn_the_same(hoppebold):
    workspace, as_is, to_be = with_to_be(hoppebold)

    first, second = (
        scene_to_svg(draw_matrix(workspace, to_be, against=as_is, today=TODAY)) for _ in range(2)
    )

    assert first == second


@pytest.mark.parametrize("view", VIEWS)
def test_the_example_is_compared_as_stored(view, hoppebold, matches_snapshot):
    workspace, as_is, to_be = with_to_be(hoppebold)

    scene = VIEWS[view](workspace, to_be, against=as_is, today=TODAY)

    matches_snapshot(f"hoppebold-compare-{view}", scene)
