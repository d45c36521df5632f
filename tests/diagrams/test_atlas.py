"""All journeys side by side: one scale, every journey once, and what nobody knows stays visible."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from polku.diagrams.atlas import UNIT, atlas_entries, atlas_pages, draw_atlas
from polku.documents import Journey, Workspace
from polku.scene import DARK, Circle, Group, Path, Scene, scene_to_svg, walk
from tests.diagrams.eye import outside, overlaps, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up


def made_up_atlas(journeys: int, words: dict = PLAIN) -> Workspace:
    whole, _ = made_up(16, words=words)
    found = {}
    for n in range(journeys):
        _, one = made_up((1, 7, 16, 30, 60, 200)[n % 6], words=words, holes=n % 5 == 4)
        found[f"j{n}"] = one.model_copy(
            update={
                "id": f"j{n}",
                "state": "to-be" if n % 4 == 1 else "as-is",
                "improves": f"j{n - 1}" if n % 4 == 1 else None,
                "validated": TODAY - dt.timedelta(days=30 * n) if n % 3 else None,
                "owner": "team-0" if n % 2 else None,
            }
        )
    return replace(whole, journeys=found)


def with_journeys(whole: Workspace, *journeys: Journey) -> Workspace:
    return replace(whole, journeys={one.id: one for one in journeys})


def cards(scene: Scene) -> list[Group]:
    return [mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "journey"]


def draw(whole: Workspace, **options) -> Scene:
    return draw_atlas(whole, today=TODAY, **options)


def dots(card: Group) -> list[Circle]:
    return [mark for mark in card.children if isinstance(mark, Circle) and mark.r <= 4]


@pytest.mark.parametrize("words", [PLAIN, LONG])
@pytest.mark.parametrize("journeys", [0, 1, 5, 23])
def test_nothing_overlaps_is_cut_or_too_small(journeys: int, words: dict):
    whole = made_up_atlas(journeys, words)
    for width in (None, 700.0):
        scene = draw(whole, width=width, language=whole.settings.language)

        assert overlaps(scene) == []
        assert outside(scene) == []
        assert too_small(scene) == []
        assert len(cards(scene)) == journeys


def test_two_hundred_journeys_are_drawn_in_half_a_second():
    whole = made_up_atlas(200)
    draw(whole)
    start = time.perf_counter()
    scene = draw(whole)

    assert time.perf_counter() - start < 1.0
    assert len(cards(scene)) == 200


def test_pages_hold_every_journey_once():
    whole = made_up_atlas(23)
    pages = atlas_pages(whole, rows=2, today=TODAY)

    ids = [card.id for page in pages for card in cards(page)]
    assert len(ids) == len(set(ids)) == 23
    assert len(pages) == 3
    assert "page 2 of 3" in " ".join(text.text for text in texts(pages[1]))


def test_all_cards_share_one_scale_and_a_filled_dot_is_evidenced(hoppebold):
    steps = hoppebold.journeys["new-machine"].steps
    card = cards(draw(hoppebold))[0]
    points = dots(card)
    heights = {round(point.cy, 3) for point in points}

    assert len(points) == len(steps)
    assert max(heights) - min(heights) == pytest.approx(4 * UNIT)
    assert sum(point.fill == "ink" for point in points) == 3


def test_a_feeling_nobody_asked_about_is_a_dashed_dot_and_breaks_the_curve():
    whole, one = made_up(6)
    same = tuple(
        step.model_copy(update={"role": "role-0", "feels": None if n == 2 else 1})
        for n, step in enumerate(one.steps)
    )
    card = cards(draw(with_journeys(whole, one.model_copy(update={"steps": same}))))[0]

    assert sum(bool(point.dash) for point in dots(card)) == 1
    assert sum(isinstance(mark, Path) and mark.stroke == "ink" for mark in card.children) == 3


def test_a_change_of_role_is_a_dotted_link():
    whole, one = made_up(3)
    steps = tuple(
        step.model_copy(update={"role": role, "feels": 1})
        for step, role in zip(one.steps, ("role-0", "role-0", "role-1"), strict=True)
    )
    card = cards(draw(with_journeys(whole, one.model_copy(update={"steps": steps}))))[0]
    curves = [mark for mark in card.children if isinstance(mark, Path) and mark.stroke in ("ink", "ink-3")]

    assert [bool(curve.dash) for curve in curves] == [False, True]


def test_a_journey_to_be_stands_right_after_the_one_it_improves(hoppebold):
    now = hoppebold.journeys["new-machine"]
    other = now.model_copy(update={"id": "a-part", "name": "Spare part"})
    to_be = now.model_copy(update={"id": "zz", "state": "to-be", "improves": "new-machine"})
    found = atlas_entries(with_journeys(hoppebold, now, other, to_be), TODAY)

    assert [one.journey.id for one in found] == ["new-machine", "zz", "a-part"]


def test_journeys_that_improve_each_other_are_all_shown(hoppebold):
    now = hoppebold.journeys["new-machine"]
    a = now.model_copy(update={"id": "a", "state": "to-be", "improves": "b"})
    b = now.model_copy(update={"id": "b", "state": "to-be", "improves": "a"})

    assert {one.journey.id for one in atlas_entries(with_journeys(hoppebold, a, b), TODAY)} == {"a", "b"}


def test_the_title_says_what_is_not_known_before_what_hurts(hoppebold):
    now = hoppebold.journeys["new-machine"]
    bare = now.model_copy(
        update={
            "id": "bare",
            "steps": tuple(step.model_copy(update={"evidence": (), "pains": ()}) for step in now.steps),
        }
    )
    never = now.model_copy(update={"id": "never", "validated": None})
    fresh = now.model_copy(update={"id": "fresh", "validated": TODAY})

    def title(*journeys: Journey) -> str:
        return draw(with_journeys(hoppebold, *journeys)).title

    assert title(now, bare) == "1 of 2 journeys stand on no evidence at all"
    assert title(fresh, never) == "1 of 2 journeys were never validated"
    assert title(fresh, fresh.model_copy(update={"id": "b"})).endswith("on average")
    assert title(now).endswith("was validated 140 days ago")
    assert title() == "No journey has been drawn yet"


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot: Callable[[str, Scene], None]):
    matches_snapshot("atlas", draw(made_up_atlas(6)))
    matches_snapshot("atlas-fi-dark", draw(hoppebold, language="fi", theme=DARK))
    assert scene_to_svg(draw(hoppebold)) == scene_to_svg(draw(hoppebold))
