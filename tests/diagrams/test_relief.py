"""What the relief says: which role stands high or low in which stage, and where nobody looks."""

from __future__ import annotations

import datetime as dt
import random
import time

import pytest

from polku.diagrams.relief.relief import draw_relief
from polku.documents import Evidence, Journey, Role, Settings, Stage, Step, Workspace
from polku.scene import DARK, Group, Path, Scene, Text, walk
from tests.diagrams.eye import box, outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts

STAGES = (Stage(id="need", name="Need"), Stage(id="use", name="Use"))


def workspace(*steps: Step, evidence: tuple[Evidence, ...] = ()) -> Workspace:
    journey = Journey(id="journey", name="A journey", stages=STAGES, steps=steps)
    return Workspace(
        settings=Settings(roles=("ole", "per")),
        roles={"ole": Role(id="ole", name="Ole"), "per": Role(id="per", name="Per")},
        journeys={"journey": journey},
        evidence={one.id: one for one in evidence},
    )


def step(id: str, **fields) -> Step:
    return Step(**{"id": id, "stage": "use", "role": "ole", "does": id.capitalize(), **fields})


def draw(whole: Workspace, **options) -> Scene:
    return draw_relief(whole, whole.journeys["journey"], today=TODAY, **options)


def words(scene: Scene) -> list[str]:
    return [text.text for text in texts(scene)]


def hidden(scene: Scene) -> list[str]:
    """Words that a form painted after them covers."""
    marks = list(walk(scene.marks))
    forms = [
        (number, [(float(one[1]), float(one[2])) for one in mark.segments if len(one) == 3])
        for number, mark in enumerate(marks)
        if isinstance(mark, Path) and mark.fill and all(one[0] in "MLZ" for one in map(tuple, mark.segments))
    ]
    found = []
    for number, mark in enumerate(marks):
        if not isinstance(mark, Text):
            continue
        one = box(mark)
        corners = [(x, y) for x in (one.left, one.right) for y in (one.top + 2, one.bottom - 2)]
        for later, form in forms:
            if later > number and any(inside(corner, form) for corner in corners):
                found.append(mark.text)
                break
    return found


def inside(point: tuple[float, float], form: list[tuple[float, float]]) -> bool:
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(form, form[1:] + form[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("kind", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize(
    ("steps", "stages", "roles"), [(1, 1, 1), (5, 2, 3), (16, 5, 4), (60, 7, 5), (60, 14, 9), (200, 9, 2)]
)
def test_no_map_is_too_small_or_too_large_to_be_read(steps, stages, roles, kind, language):
    whole, journey = made_up(steps, stages=stages, roles=roles, words=kind)
    counts = made_up_counts(journey) if language == "fi" else None

    scene = draw_relief(whole, journey, language=language, today=TODAY, measured=counts)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene), too_small(scene)) == ([], [], [])
    assert hidden(scene) == []


@pytest.mark.parametrize("seed", range(12))
def test_no_tower_hides_the_number_of_another_cell(seed):
    chance = random.Random(seed)
    whole, journey = made_up(
        chance.choice((12, 24, 40)), stages=chance.choice((2, 5, 7)), roles=chance.choice((2, 4, 5))
    )
    steps = tuple(
        one.model_copy(
            update={
                "feels": chance.choice((-2, -1, 0, 1, 2, 2, None)),
                "moment_of_truth": chance.random() < 0.4,
            }
        )
        for one in journey.steps
    )
    scene = draw_relief(whole, journey.model_copy(update={"steps": steps}), today=TODAY)

    assert (hidden(scene), overlaps(scene), outside(scene)) == ([], [], [])


@pytest.mark.parametrize("steps", [1, 9, 30])
def test_a_map_where_everything_is_missing_is_drawn_with_its_holes(steps):
    whole, journey = made_up(steps, stages=min(4, steps), holes=True)
    scene = draw_relief(whole, journey, today=TODAY)

    assert sorted(steps_drawn(scene)) == sorted(one.id for one in journey.steps)
    assert (overlaps(scene), outside(scene)) == ([], [])
    assert "not asked" in words(scene)


@pytest.mark.parametrize("width", [700, 1200, 2400])
def test_a_page_of_any_width_keeps_all_cells_at_full_type(width):
    whole, journey = made_up(24, words=LONG, roles=6)
    scene = draw_relief(whole, journey, width=width, today=TODAY)

    assert scene.width == width
    assert (overlaps(scene), outside(scene), too_small(scene), hidden(scene)) == ([], [], [], [])


def test_a_cell_prints_its_mean_and_its_range_because_the_extremes_are_not_nought():
    scene = draw(workspace(step("a", feels=-2), step("b", feels=2)))

    assert {"0", "−2 to +2"} <= set(words(scene))


def test_a_cell_that_nobody_asked_about_is_not_a_cell_without_steps():
    scene = draw(workspace(step("a"), step("b", role="per", feels=1)))
    outlines = [mark for mark in walk(scene.marks) if isinstance(mark, Path) and mark.dash]

    assert words(scene).count("not asked") == 1
    assert {"steps, nobody asked", "no step"} <= set(words(scene))
    assert len({round(mark.stroke_width, 1) for mark in outlines}) == 2


def test_the_title_is_the_deepest_pit_else_what_nobody_asked_else_the_highest_tower():
    assert draw(workspace(step("a", feels=-1))).title == "Deepest pit: Ole in Use, −1"
    assert draw(workspace(step("a"), step("b", feels=1, role="per"))).title == (
        "Nobody asked how 1 of 2 cells feel"
    )
    assert draw(workspace(step("a", feels=1))).title == "No pit; highest tower: Ole in Use, +1"
    assert draw(workspace()).title == "A journey"


def test_the_role_with_the_tallest_tower_stands_at_the_back():
    scene = draw(workspace(step("a", feels=2), step("b", role="per", feels=0)))
    front = {text.text: text.y for text in texts(scene) if text.text in ("Ole", "Per") and text.y > 150}

    assert front["Ole"] < front["Per"]


def test_height_can_be_time_and_is_the_measured_median_where_something_was_measured():
    whole = workspace(
        step("a", waits=dt.timedelta(days=21), takes=dt.timedelta(days=1)), step("b", role="per", feels=-2)
    )
    scene = draw(whole, height="effort")

    assert scene.title == "Most time: Ole in Use, 22 days"
    assert {"22 d", "no time given"} <= set(words(scene))
    counted = made_up_counts(whole.journeys["journey"])
    assert draw(whole, measured=counted).title == "Most time: Per in Use, 98 days"


def test_more_stages_than_towers_can_stand_side_by_side_make_a_flat_table():
    whole, journey = made_up(40, stages=8)
    scene = draw_relief(whole, journey, today=TODAY)
    groups = [mark.id for mark in walk(scene.marks) if isinstance(mark, Group)]

    assert "floor" not in groups
    assert "above neutral" in words(scene)


def test_who_is_absent_from_which_stage_is_said_in_words():
    scene = draw(
        workspace(step("a", feels=1), step("b", stage="need", feels=1), step("c", role="per", feels=1))
    )

    assert "Of 4 cells 3 have steps. Per is absent from Need." in " ".join(words(scene))


def test_the_table_has_a_row_for_every_cell(hoppebold):
    scene = draw_relief(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)

    assert scene.table is not None
    assert len(scene.table.rows) == 20
    assert all(len(row) == len(scene.table.columns) for row in scene.table.rows)
    assert "Of 20 cells 11 have steps" in scene.desc


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("relief", draw_relief(hoppebold, journey, today=TODAY))
    matches_snapshot(
        "relief-fi-dark-flat",
        draw_relief(hoppebold, journey, today=TODAY, language="fi", theme=DARK, width=900),
    )


def test_the_same_journey_is_drawn_the_same_twice_and_in_a_moment():
    whole, journey = made_up(200, stages=7, roles=5, words=LONG)
    first = draw_relief(whole, journey, today=TODAY)
    begun = time.process_time()

    assert draw_relief(whole, journey, today=TODAY) == first
    assert time.process_time() - begun < 0.5
