"""The winding path: a row a stage, height for feeling, ways back as arcs, words that keep their place."""

from __future__ import annotations

import time
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from polku.diagrams.path.path import draw_path
from polku.documents import Journey, Next, Settings, Stage, Step, Team, Workspace
from polku.scene import DARK, Badge, Group, Path, Scene, Text, scene_to_svg, walk
from tests.diagrams.eye import box, outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts
from tests.diagrams.test_matrix_layout import NAUGHTY

STAGES = (Stage(id="one", name="One"), Stage(id="two", name="Two"))


def step(id: str, stage: str = "one", **fields) -> Step:
    return Step(**{"id": id, "stage": stage, "role": "ole", "does": id.capitalize(), **fields})


def draw(*steps: Step, stages: tuple[Stage, ...] = STAGES, **options) -> Scene:
    journey = Journey(id="journey", name="A journey", stages=stages, steps=steps)
    teams = (Team(id="sales", name="Sales"), Team(id="service", name="Service"))
    workspace = Workspace(settings=Settings(teams=teams), journeys={"journey": journey})
    return draw_path(workspace, journey, today=TODAY, **options)


def said(scene: Scene) -> str:
    return "\n".join(text.text for text in texts(scene))


def badge(scene: Scene, id: str) -> Badge:
    group = next(m for m in walk(scene.marks) if isinstance(m, Group) and m.id == f"step-{id}")
    return next(mark for mark in group.children if isinstance(mark, Badge))


def roles(scene: Scene) -> list[str]:
    return [m.role or "" for m in walk(scene.marks) if isinstance(m, Group)]


def look(scene: Scene, journey: Journey) -> None:
    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert too_small(scene) == []


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("words", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("steps", [1, 2, 5, 7, 16, 60])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_no_journey_is_too_small_or_too_large_for_a_path(steps, words, language, measured):
    workspace, journey = made_up(steps, stages=min(5, steps), roles=9 if words is LONG else 4, words=words)
    counts = made_up_counts(journey) if measured else None

    scene = draw_path(workspace, journey, language=language, today=TODAY, measured=counts)

    look(scene, journey)
    assert crossed(scene) == []


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize(("steps", "stages"), [(14, 14), (200, 14), (200, 1)])
def test_many_stages_and_very_many_steps_have_room(steps, stages, measured):
    workspace, journey = made_up(steps, stages=stages, roles=9, words=LONG)
    counts = made_up_counts(journey) if measured else None

    look(draw_path(workspace, journey, language="fi", today=TODAY, measured=counts), journey)


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize("width", [600, 700, 1000, 1040, 1300, 2400])
def test_a_page_of_any_width_keeps_all_steps_at_full_type(width, measured):
    workspace, journey = made_up(20, words=LONG, roles=9)
    counts = made_up_counts(journey) if measured else None

    scene = draw_path(workspace, journey, width=width, today=TODAY, measured=counts)

    assert scene.width == width
    look(scene, journey)


def crossed(scene: Scene) -> list[tuple[str, str]]:
    """Ways that run through the words of a station or of a stage; both run level or upright but in corners."""
    words = [
        box(mark)
        for group in walk(scene.marks)
        if isinstance(group, Group) and group.role in ("step", "stage")
        for mark in group.children
        if isinstance(mark, Text)
    ]
    found = []
    for group in walk(scene.marks):
        if not isinstance(group, Group) or not (group.role or "").startswith("way-"):
            continue
        path = next(mark for mark in group.children if isinstance(mark, Path))
        points = [(float(segment[-2]), float(segment[-1])) for segment in path.segments]
        for (x1, y1), (x2, y2) in pairwise(points):
            found += [
                (group.id or "", one.words)
                for one in words
                if min(x1, x2) < one.right
                and max(x1, x2) > one.left
                and min(y1, y2) < one.bottom
                and max(y1, y2) > one.top
            ]
    return found


@pytest.mark.parametrize("width", [None, 700, 1100])
@pytest.mark.parametrize("spread", [1, 3, 7, 19])
def test_ways_back_of_any_reach_keep_their_words_apart(spread, width):
    workspace, journey = made_up(20, stages=4)
    steps = tuple(
        one.model_copy(
            update={"next": (Next(to=f"step-{n + 1}"), Next(to=f"step-{n - spread}", label=f"again {n}"))}
        )
        if spread <= n < 19 and n % 3 == 0
        else one
        for n, one in enumerate(journey.steps)
    )
    journey = journey.model_copy(update={"steps": steps})

    scene = draw_path(workspace, journey, today=TODAY, width=width)

    look(scene, journey)
    assert crossed(scene) == []
    assert roles(scene).count("way-back") == len([n for n in range(spread, 19) if n % 3 == 0])


@pytest.mark.parametrize("steps", [1, 9, 30])
def test_what_nobody_said_is_drawn_as_a_hole(steps):
    workspace, journey = made_up(steps, stages=min(4, steps), holes=True)
    scene = draw_path(workspace, journey, today=TODAY)

    look(scene, journey)
    assert "nobody asked how" in scene.title
    assert "feeling not asked" in said(scene)


def test_a_journey_without_anything_is_still_a_drawing():
    scene = draw_path(Workspace(settings=Settings()), Journey(id="empty"), today=TODAY)

    assert scene.title == "empty"
    assert "no step yet" in said(scene)


@pytest.mark.parametrize("width", [None, 700])
@pytest.mark.parametrize("held", [("one",), ("two",), ("three",), ("one", "three")])
def test_a_stage_without_a_step_keeps_its_row(held, width):
    stages = (*STAGES, Stage(id="three", name="Three"))
    scene = draw(*(step(f"s-{id}", id) for id in held), stages=stages, width=width)

    assert said(scene).count("no step yet") == 3 - len(held)
    assert overlaps(scene) == []
    assert outside(scene) == []


def test_good_stands_above_the_dotted_line_and_bad_below():
    scene = draw(step("good", feels=2), step("so", feels=0), step("bad", feels=-1))
    good, so, bad = (badge(scene, id).cy for id in ("good", "so", "bad"))

    assert so - good == 2 * (bad - so) > 0


def test_rows_alternate_and_a_stage_of_more_than_six_goes_on_without_a_new_number():
    scene = draw(*(step(f"s{n}") for n in range(7)), step("last", "two"))
    first = [badge(scene, f"s{n}") for n in range(7)]

    assert first[0].cx < first[1].cx
    assert first[4].cx > first[5].cx
    assert first[0].cy < first[4].cy
    assert said(scene).split("\n").count("2") == 1
    assert "3" not in said(scene).split("\n")


def test_a_badge_is_filled_only_where_evidence_knows_the_feeling(hoppebold):
    scene = draw_path(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)

    assert badge(scene, "call-support").filled
    assert not badge(scene, "sign").filled


def test_ways_back_are_counted_in_the_title_but_closing_the_loop_is_none():
    stages = (STAGES[0], STAGES[1].model_copy(update={"loops_to": "one"}))
    scene = draw(
        step("a", feels=1),
        step("b", feels=-2, next=({"to": "a", "label": "tries again", "unsolved": True}, "c")),
        step("c", "two", feels=1, next=("a",)),
        stages=stages,
    )

    assert scene.title == "The path sinks lowest for ole, “B”, and turns back once"
    assert "tries again, unsolved" in said(scene)
    assert "the loop closes" in said(scene)
    assert roles(scene).count("way-back") == 1
    assert roles(scene).count("way-loop") == 1


def test_where_no_way_is_drawn_the_bed_has_no_ink():
    scene = draw(step("a", next=()), step("b"))

    assert "no way drawn here" in said(scene)
    assert "no way drawn here" not in said(draw(step("a"), step("b")))


def test_handoffs_stand_on_the_path_and_a_missing_one_says_so():
    scene = draw(
        step("a", owner="sales"),
        step("b", owner="service", receives={"passes": ["the layout"], "within": "P5D"}),
        step("c", "two", owner="sales"),
    )

    assert "Sales → Service" in said(scene)
    assert "the layout; within 5 days" in said(scene)
    assert "Service → Sales" in said(scene)
    assert "no handoff described" in said(scene)


def test_counts_make_the_path_a_track_with_ink_as_wide_as_cases():
    workspace, journey = made_up(16)
    scene = draw_path(workspace, journey, today=TODAY, measured=made_up_counts(journey))
    ground = next(m for m in walk(scene.marks) if isinstance(m, Group) and m.id == "ground")
    widths = {m.stroke_width for m in ground.children if isinstance(m, Path) and m.stroke == "ink"}

    assert len(widths) > 3
    assert roles(scene).count("way-unintended") == 5
    assert "not seen in data" in said(scene)
    assert "jump to" in said(scene)


def test_at_most_twelve_ways_back_are_drawn_and_the_rest_is_counted():
    steps = [step("s0"), *(step(f"s{n}", next=("s0", f"s{n + 1}")) for n in range(1, 15)), step("s15")]
    scene = draw(*steps)

    assert roles(scene).count("way-back") == 12
    assert "and 2 more ways" in said(scene)


def test_the_table_has_a_row_for_every_step_and_steps_are_read_in_order(hoppebold):
    journey = hoppebold.journeys["new-machine"]
    scene = draw_path(hoppebold, journey, today=TODAY)

    assert scene.table is not None
    assert len(scene.table.rows) == 16
    assert steps_drawn(scene) == [one.id for one in journey.steps]
    assert scene.desc.endswith("turns back 2 times")
    ElementTree.fromstring(scene_to_svg(scene))


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("path", draw_path(hoppebold, journey, today=TODAY))
    narrow = draw_path(hoppebold, journey, today=TODAY, language="fi", theme=DARK, width=760)
    matches_snapshot("path-fi-dark-narrow", narrow)


def test_sixty_steps_with_long_words_are_drawn_in_a_moment():
    whole, journey = made_up(60, words=LONG, roles=9)
    draw_path(whole, journey, today=TODAY)
    begun = time.process_time()
    draw_path(whole, journey, today=TODAY)

    assert time.process_time() - begun < 0.3


@pytest.mark.parametrize("width", [None, 700])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_words_of_any_kind_keep_their_place(measured, width):
    workspace, journey = made_up(18, words=dict.fromkeys(PLAIN, NAUGHTY))
    counts = made_up_counts(journey) if measured else None

    scene = draw_path(workspace, journey, today=TODAY, measured=counts, width=width)

    look(scene, journey)
    ElementTree.fromstring(scene_to_svg(scene))
