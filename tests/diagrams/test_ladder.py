"""The ladder: rungs upwards, who stands on them, ways up on the right and down on the left."""

from __future__ import annotations

import time

import pytest

from polku.diagrams.roles.ladder import draw_ladder
from polku.documents import Journey, Role, Settings, Workspace
from polku.scene import DARK, Group, Scene, scene_to_svg, walk
from tests.diagrams.eye import outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts


def said(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene))


def look(scene: Scene, journey: Journey) -> None:
    assert sorted(steps_drawn(scene)) == sorted(step.id for step in journey.steps)
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert too_small(scene) == []


def small(*steps: dict, roles: dict[str, str | None] | None = None, stages: int = 3) -> Scene:
    journey = Journey.model_validate(
        {
            "id": "journey",
            "name": "A journey",
            "stages": [{"id": f"s{n}", "name": f"Rung {n}"} for n in range(1, stages + 1)],
            "steps": steps,
        }
    )
    people = {
        id: Role.model_validate({"id": id, "name": id.capitalize(), "insight": insight})
        for id, insight in (roles or {}).items()
    }
    workspace = Workspace(Settings(name="Small"), roles=people, journeys={"journey": journey})
    return draw_ladder(workspace, journey, today=TODAY)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("words", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize(("steps", "stages"), [(1, 1), (5, 5), (16, 5), (60, 14), (200, 5), (200, 1)])
@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_ladders_of_any_height_keep_all_steps_and_words_apart(steps, stages, words, language, measured):
    workspace, journey = made_up(steps, stages=stages, roles=9 if words is LONG else 4, words=words)
    counts = made_up_counts(journey) if measured else None

    look(draw_ladder(workspace, journey, language=language, today=TODAY, measured=counts), journey)


@pytest.mark.parametrize("width", [600, 1300, 2400])
def test_readings_stand_beneath_where_the_page_is_narrow(width):
    workspace, journey = made_up(16, roles=9, words=LONG)

    look(draw_ladder(workspace, journey, language="fi", today=TODAY, width=width), journey)


def test_a_journey_of_holes_and_one_without_steps_have_a_ladder():
    workspace, journey = made_up(9, holes=True)
    look(draw_ladder(workspace, journey, today=TODAY), journey)

    empty = Journey(id="empty", name="Nothing yet")
    scene = draw_ladder(Workspace(Settings(name="x")), empty, today=TODAY)
    assert scene.title == "Nothing yet" and overlaps(scene) == []


def test_rungs_stand_from_below_upwards():
    scene = small(*({"id": f"step{n}", "stage": f"s{n}", "role": "ole"} for n in (1, 2, 3)))

    heights = [
        text.y for name in ("Rung 1", "Rung 2", "Rung 3") for text in texts(scene) if text.text == name
    ]

    assert heights == sorted(heights, reverse=True)


def test_the_title_names_who_knows_most_and_is_missing_on_most_rungs():
    scene = small(
        {"id": "a", "stage": "s1", "role": "ole"},
        {"id": "b", "stage": "s2", "role": "ivan"},
        {"id": "c", "stage": "s3", "role": "ivan"},
        roles={"ole": "high", "ivan": "low"},
    )

    assert scene.title == "Ole knows what the product must do, and is missing on 2 of 3 rungs"


def test_a_rung_without_a_step_is_the_finding():
    scene = small({"id": "a", "stage": "s1", "role": "ole"}, {"id": "b", "stage": "s3", "role": "ole"})

    assert scene.title == "Nobody stands on the rung Rung 2"


def test_ways_down_are_counted_and_said_in_their_own_words():
    scene = small(
        {"id": "a", "stage": "s1", "role": "ole"},
        {"id": "b", "stage": "s2", "role": "ole", "next": [{"to": "a", "label": "stops opening"}, "c"]},
        {"id": "c", "stage": "s3", "role": "ole", "next": [{"to": "b", "unsolved": True}]},
    )

    assert scene.title == "2 ways lead back down"
    assert "stops opening" in said(scene) and "1 way down" in said(scene)
    falls = [mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "fall"]
    assert len(falls) == 2


def test_where_no_way_up_is_drawn_the_ladder_says_so():
    scene = small(
        {"id": "a", "stage": "s1", "role": "ole", "next": []},
        {"id": "b", "stage": "s2", "role": "ole"},
        stages=2,
    )

    assert "no way up is drawn" in said(scene)


def test_who_has_no_step_stands_under_the_ground():
    scene = small({"id": "a", "stage": "s1", "role": "ole"}, roles={"ole": None, "per": None}, stages=1)

    below = next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "below")
    assert "Per" in " ".join(text.text for text in texts(scene))
    assert any(getattr(mark, "letter", "") == "P" for mark in walk(below.children))


def test_counted_the_title_says_how_many_get_to_the_top():
    workspace, journey = made_up(16)

    scene = draw_ladder(workspace, journey, today=TODAY, measured=made_up_counts(journey))

    assert scene.title == "12 of 40 cases get as far as Use"


def test_the_same_ladder_is_drawn_the_same_in_every_theme(hoppebold):
    journey = hoppebold.journeys["new-machine"]

    one, two = (scene_to_svg(draw_ladder(hoppebold, journey, today=TODAY)) for _ in range(2))

    assert one == two
    assert draw_ladder(hoppebold, journey, today=TODAY, theme=DARK).theme == "dark"


def test_a_long_ladder_is_drawn_quickly():
    workspace, journey = made_up(200, stages=14, roles=9, words=LONG)
    draw_ladder(workspace, journey, today=TODAY)

    began = time.perf_counter()
    draw_ladder(workspace, journey, today=TODAY)

    assert time.perf_counter() - began < 1.5


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    matches_snapshot(
        "hoppebold-ladder", draw_ladder(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)
    )
