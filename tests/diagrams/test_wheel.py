"""The wheel: every step at an equal angle, words that keep their place, whether the loop closes, counts on request."""

from __future__ import annotations

import time
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from polku.diagrams.wheel.wheel import draw_wheel
from polku.documents import Journey, Settings, Stage, Step, Workspace
from polku.scene import DARK, Badge, Group, Scene, Text, scene_to_svg, walk
from tests.diagrams.eye import outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts
from tests.diagrams.test_matrix_layout import NAUGHTY


def draw(*steps: Step, stages: tuple[Stage, ...] | None = None, **options) -> Scene:
    stages = stages or (Stage(id="use", name="Use", loops_to="use"),)
    journey = Journey(id="journey", name="A journey", stages=stages, steps=steps)
    return draw_wheel(
        Workspace(settings=Settings(), journeys={"journey": journey}), journey, today=TODAY, **options
    )


def said(scene: Scene) -> str:
    return "\n".join(text.text for text in texts(scene))


def look(scene: Scene, journey: Journey) -> None:
    assert sorted(steps_drawn(scene)) == sorted(step.id for step in journey.steps)
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert too_small(scene) == []


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("words", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("steps", [1, 2, 5, 16, 24, 25, 60])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_no_journey_is_too_small_or_too_large_for_a_wheel(steps, words, language, measured):
    workspace, journey = made_up(steps, stages=min(5, steps), roles=9 if words is LONG else 4, words=words)
    counts = made_up_counts(journey) if measured else None

    look(draw_wheel(workspace, journey, language=language, today=TODAY, measured=counts), journey)


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize(("steps", "stages"), [(14, 14), (200, 14), (200, 1)])
def test_many_stages_and_very_many_steps_have_room(steps, stages, measured):
    workspace, journey = made_up(steps, stages=stages, roles=9, words=LONG)
    counts = made_up_counts(journey) if measured else None

    look(draw_wheel(workspace, journey, language="fi", today=TODAY, measured=counts), journey)


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize("width", [600, 700, 1000, 1200, 2400])
def test_a_page_of_any_width_keeps_all_steps_at_full_type(width, measured):
    workspace, journey = made_up(20, words=LONG, roles=9)
    counts = made_up_counts(journey) if measured else None

    scene = draw_wheel(workspace, journey, width=width, today=TODAY, measured=counts)

    assert scene.width == width
    look(scene, journey)


@pytest.mark.parametrize("steps", [1, 9, 30])
def test_what_nobody_said_is_drawn_as_a_hole(steps):
    workspace, journey = made_up(steps, stages=min(4, steps), holes=True)
    scene = draw_wheel(workspace, journey, today=TODAY)

    look(scene, journey)
    assert "nobody asked how" in scene.title
    assert "nobody has written" in said(scene)
    assert "not asked" in said(scene)


def test_a_journey_without_anything_is_still_a_wheel():
    scene = draw_wheel(Workspace(settings=Settings()), Journey(id="empty"), today=TODAY)

    assert scene.title == "empty"
    assert "no step yet" in said(scene)


def test_a_stage_without_a_step_takes_its_part_of_the_round():
    stages = (Stage(id="use", name="Use"), Stage(id="later", name="Later"))
    scene = draw(Step(id="a", stage="use"), stages=stages)

    assert "no step yet" in said(scene)
    assert "Later" in said(scene)


def test_every_step_has_the_same_angle():
    scene = draw(*(Step(id=f"s{n}", stage="use", role="r") for n in range(8)))
    cells = [m for m in walk(scene.marks) if isinstance(m, Group) and m.role == "step"]
    badges = [next(c for c in cell.children if isinstance(c, Badge)) for cell in cells]
    gaps = [((a.cx - b.cx) ** 2 + (a.cy - b.cy) ** 2) ** 0.5 for a, b in pairwise(badges)]

    assert max(gaps) - min(gaps) < 0.01


def test_the_loop_closes_only_where_a_stage_leads_to_the_first():
    first, last = Stage(id="a", name="First"), Stage(id="b", name="Last")
    steps = (Step(id="x", stage="a", feels=1), Step(id="y", stage="b", feels=1))
    closed = draw(*steps, stages=(first, last.model_copy(update={"loops_to": "a"})))
    opened = draw(*steps, stages=(first, last))
    elsewhere = draw(*steps, stages=(first, last.model_copy(update={"loops_to": "b"})))

    assert "the loop closes here" in said(closed)
    assert closed.title.startswith("The end feeds the beginning")
    assert "the loop is open" in said(opened)
    assert opened.title.startswith("The end leads nowhere")
    assert "leads back to Last" in said(elsewhere).replace("\n", " ")


def test_over_twenty_four_steps_only_extremes_are_in_words_and_the_rest_in_the_table():
    workspace, journey = made_up(60)
    scene = draw_wheel(workspace, journey, today=TODAY)

    assert "16 of 60 steps have their words here" in said(scene)
    assert scene.table is not None
    assert len(scene.table.rows) == 60
    titled = [m.title for m in walk(scene.marks) if isinstance(m, Group) and m.role == "step"]
    assert all(titled)


def test_counts_take_the_place_of_feelings():
    workspace, journey = made_up(16)
    scene = draw_wheel(workspace, journey, today=TODAY, measured=made_up_counts(journey))
    roles = [m.role for m in walk(scene.marks) if isinstance(m, Group)]

    assert roles.count("way-unintended") == 5
    assert "2 more unintended ways are not drawn" in said(scene)
    assert "40 cases, 24 accounts" in said(scene)
    assert "not seen in data" in said(scene)
    assert "below neutral" not in said(scene)


def test_words_that_are_bent_are_searchable_whole():
    svg = scene_to_svg(draw(Step(id="a", stage="use")))

    assert ">Use</textPath>" in svg
    ElementTree.fromstring(svg)


def test_one_curve_is_drawn_through_the_steps_of_a_role():
    steps = [Step(id=f"s{n}", stage="use", role="rp"[n % 2], feels=n % 3 - 1) for n in range(6)]
    through_all = scene_to_svg(draw(*steps))
    through_one = scene_to_svg(draw(*steps, roles=["r"]))

    assert 'stroke-width="2"' not in through_all.partition('id="loop"')[0]
    assert through_one.partition('id="loop"')[0].count('stroke-width="2"') == 2


def test_the_same_journey_gives_the_same_wheel(hoppebold):
    journey = hoppebold.journeys["new-machine"]
    drawn = [scene_to_svg(draw_wheel(hoppebold, journey, today=TODAY)) for _ in range(2)]

    assert drawn[0] == drawn[1]


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("wheel", draw_wheel(hoppebold, journey, today=TODAY))
    narrow = draw_wheel(hoppebold, journey, today=TODAY, language="fi", theme=DARK, width=760)
    matches_snapshot("wheel-fi-dark-narrow", narrow)


def test_sixty_steps_with_long_words_are_drawn_in_a_moment():
    whole, journey = made_up(60, words=LONG, roles=9)
    draw_wheel(whole, journey, today=TODAY)
    begun = time.process_time()
    draw_wheel(whole, journey, today=TODAY)

    assert time.process_time() - begun < 0.3


def test_no_word_is_turned_but_those_along_the_rings():
    workspace, journey = made_up(16)
    scene = draw_wheel(workspace, journey, today=TODAY)

    assert all(t.bend for t in walk(scene.marks) if isinstance(t, Text) and t.rotate)


def test_the_eye_sees_turned_words_as_they_stand():
    level = Text(50, 50, "level words here", anchor="middle")
    upright = Text(50, 50, "turned words here", anchor="middle", rotate=90)
    aslant = Text(50, 20, "x", anchor="middle", rotate=45)

    def pairs(*marks: Text) -> int:
        return len(overlaps(Scene(200, 200, "t", "d", "en", marks)))

    assert pairs(level, upright) == 1
    assert pairs(level, aslant) == 0
    assert pairs(Text(100, 40, "w" * 9, anchor="middle", bend=60), Text(130, 48, "ww")) == 1
    assert pairs(Text(100, 40, "w" * 9, anchor="middle", bend=60), Text(130, 30, "ww")) == 0


@pytest.mark.parametrize("width", [None, 700])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_words_of_any_kind_keep_their_place(measured, width):
    workspace, journey = made_up(18, words=dict.fromkeys(PLAIN, NAUGHTY))
    counts = made_up_counts(journey) if measured else None

    scene = draw_wheel(workspace, journey, today=TODAY, measured=counts, width=width)

    look(scene, journey)
    ElementTree.fromstring(scene_to_svg(scene))
