"""The matrix to work on: one row, stages folded to spines, places to take hold of; views without their heads."""

from __future__ import annotations

import time

import pytest

from polku.diagrams.headless import without_head
from polku.diagrams.matrix.board import draw_board, fold_to_fit
from polku.diagrams.views import VIEWS, view
from polku.documents import Pain
from polku.scene import Group, Path, Rect, Scene, Text, scene_to_svg, text_width, walk
from polku.scene.pptx_places import bounds
from polku.words import reader
from tests.diagrams.eye import outside, overlaps, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts


def ids(scene: Scene, role: str) -> list[str]:
    return [mark.id or "" for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == role]


def without_chosen(scene: Scene) -> Scene:
    """As it is seen while no step is in hand."""
    from dataclasses import replace

    def bare(mark):
        if not isinstance(mark, Group):
            return mark
        kept = [one for one in mark.children if not (isinstance(one, Group) and one.role == "chosen")]
        return replace(mark, children=tuple(bare(one) for one in kept))

    return replace(scene, marks=tuple(bare(mark) for mark in scene.marks))


@pytest.mark.parametrize(
    ("steps", "roles", "words"), [(1, 1, PLAIN), (16, 4, PLAIN), (60, 6, PLAIN), (24, 5, LONG)]
)
def test_nothing_overlaps_leaves_the_page_or_is_too_small(steps, roles, words):
    whole, journey = made_up(steps=steps, roles=roles, words=words)
    scene = without_chosen(draw_board(whole, journey, today=TODAY))
    assert outside(scene) == [] and too_small(scene) == []
    assert overlaps(scene) == []
    assert sorted(ids(scene, "step")) == sorted(f"step-{step.id}" for step in journey.steps)


def test_a_folded_stage_keeps_its_feelings_and_no_step():
    whole, journey = made_up(steps=16, roles=4)
    first = journey.stages[0].id
    scene = draw_board(whole, journey, today=TODAY, folded=[first])
    assert ids(scene, "spine") == [f"spine-{first}"]
    inside = {f"step-{step.id}" for step in journey.steps if step.stage == first}
    assert inside and not inside & set(ids(scene, "step"))
    labels = [mark.label for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "spine"]
    assert str(len(inside)) in (labels[0] or "")


def test_no_curve_leads_past_a_folded_stage():
    whole, journey = made_up(steps=16, roles=1)
    middle = journey.stages[1].id

    def curves(scene: Scene) -> int:
        return sum(
            isinstance(mark, Path) and mark.stroke in ("ink", "ink-3") and mark.segments[1][0] == "C"
            for mark in walk(scene.marks)
        )

    opened = draw_board(whole, journey, today=TODAY)
    folded = draw_board(whole, journey, today=TODAY, folded=[middle])
    assert curves(folded) < curves(opened)


def test_stages_farthest_from_the_one_in_hand_are_folded_first():
    drawn = {"a": 3, "b": 3, "c": 4, "d": 2, "e": 4}
    assert fold_to_fit(drawn, 4000, "e") == ()
    assert fold_to_fit(drawn, 900, "e") == ("a", "b", "c")
    assert fold_to_fit(drawn, 900, "a") == ("c", "d", "e")
    assert fold_to_fit(drawn, 100, "c") == ("a", "b", "d", "e"), "one stage always stays"
    assert fold_to_fit({"a": 99}, 100) == ()
    assert fold_to_fit({"a": 3, "b": 0, "c": 2, "d": 0}, 800, "c") == ("b",), "empty ones first"
    assert fold_to_fit({"a": 3, "b": 0, "c": 2, "d": 0}, 100, "b") == ("a", "c", "d")


def test_holds_are_drawn_for_those_who_may_edit():
    whole, journey = made_up(steps=16, roles=4)
    reading, editing = (draw_board(whole, journey, today=TODAY, editable=may) for may in (False, True))
    assert ids(reading, "add") == [] and len(ids(editing, "add")) == len(journey.stages)
    assert ids(editing, "lane") and len(ids(editing, "column")) == len(journey.steps)


def test_measured_lanes_take_the_place_of_the_others():
    whole, journey = made_up(steps=16, roles=4)
    counts = made_up_counts(journey)
    folded = [journey.stages[0].id]
    scene = draw_board(whole, journey, today=TODAY, measured=counts, folded=folded)
    assert "lane-cases" in ids(scene, "lane") and "lane-emotion" not in ids(scene, "lane")


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_without_its_head_keeps_its_body_title_and_table(name):
    whole, journey = made_up(steps=16, roles=4)
    scene = view(name)(whole, journey, today=TODAY)
    cut = without_head(scene)
    assert cut.height < scene.height and cut.width <= scene.width
    assert (cut.title, cut.desc, cut.table) == (scene.title, scene.desc, scene.table)
    assert ids(cut, "step") == ids(scene, "step") and "head" not in ids(cut, "head")
    assert outside(cut) == []


def test_two_hundred_steps_are_drawn_in_time():
    whole, journey = made_up(steps=200, roles=5)
    scene_to_svg(draw_board(whole, journey, today=TODAY), classes=True)
    begin = time.process_time()
    scene_to_svg(draw_board(whole, journey, today=TODAY), classes=True)
    assert time.process_time() - begin < 0.8


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
@pytest.mark.parametrize("width", [680, 1040, 1600])
def test_how_to_move_a_feeling_stands_within_its_stage_and_over_no_other_feeling(language, width):
    whole, journey = made_up(steps=16, roles=4)
    scene = draw_board(whole, journey, today=TODAY, language=language, width=width, editable=True)
    columns = {
        mark.id: mark.children[0]
        for mark in walk(scene.marks)
        if isinstance(mark, Group) and mark.role == "column"
    }
    badges = {
        (mark.id or "")[5:]: mark.children[-1]
        for mark in walk(scene.marks)
        if isinstance(mark, Group) and mark.role == "feel"
    }
    words = reader(language)("board.drag")
    plates = {}
    for mark in walk(scene.marks):
        if isinstance(mark, Group) and mark.role == "step":
            (chosen,) = [one for one in mark.children if isinstance(one, Group) and one.role == "chosen"]
            inside = list(chosen.children)
            plates |= {
                (mark.id or "")[5:]: inside[place - 1]
                for place, one in enumerate(inside)
                if isinstance(one, Text) and one.text == words
            }
    assert set(plates) == {step.id for step in journey.steps}
    for id, plate in plates.items():
        own = next(step for step in journey.steps if step.id == id)
        beside = [columns[f"column-{step.id}"] for step in journey.steps if step.stage == own.stage]
        assert min(one.x for one in beside) - 12 <= plate.x
        assert plate.x + plate.width <= max(one.x + one.width for one in beside) + 12
        for other, badge in badges.items():
            if other != id:
                across = plate.x - 9 < badge.cx < plate.x + plate.width + 9
                down = plate.y - 9 < badge.cy < plate.y + plate.height + 9
                assert not (across and down), (id, other)


@pytest.mark.parametrize("place", [0, -1], ids=["after a fold", "before a fold"])
def test_words_at_a_peak_stay_beside_a_folded_stage(place):
    whole, journey = made_up(steps=15, roles=2)
    stages = [stage.id for stage in journey.stages]
    inside = [step for step in journey.steps if step.stage == stages[1]]
    hurts = inside[place].id
    said = "The line stops again and again"
    steps = tuple(
        step.model_copy(
            update={
                "feels": -2 if step.id == hurts else 0,
                "gains": (),
                "pains": (Pain(says=said),) if step.id == hurts else (),
            }
        )
        for step in journey.steps
    )
    folded = [stages[0], stages[2]]
    scene = draw_board(
        whole, journey.model_copy(update={"steps": steps}), today=TODAY, width=1300, folded=folded
    )

    words = next(mark for mark in walk(scene.marks) if isinstance(mark, Text) and mark.text == said)
    spines = [mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "spine"]
    edges = [bounds([mark for mark in walk(one.children) if isinstance(mark, Rect)]) for one in spines]
    assert len(edges) == 2
    assert edges[0][2] <= words.x and words.x + text_width(said, 12, 600) <= edges[1][0]
