"""Views on slides and sheets: every step is on some page, no words are small, cut or on top of others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from polku.diagrams.blueprint.blueprint import draw_blueprint
from polku.diagrams.matrix.pages import A4
from polku.diagrams.parts.cuts import StagePart
from polku.diagrams.view_pages import SLIDE_SLACK, pages_of_view, view_pages
from polku.documents import Journey
from polku.scene import Group, Scene, Text, walk
from polku.scene.pptx import LAYOUT, least_points
from tests.diagrams.eye import outside, overlaps, steps_drawn
from tests.diagrams.maps import PLAIN, TODAY, made_up, made_up_counts

BROKEN = ("timeline", "path", "pillars", "blueprint")
VIEWS = (*BROKEN, "wheel", "network", "circles", "relief", "ladder")
FULL = ("timeline", "path", "pillars", "blueprint", "wheel")
"""Views in which each step has a mark of its own."""


@cache
def slides(name: str, steps: int, measured: bool = False) -> tuple[Scene, ...]:
    workspace, journey = made_up(steps, words=PLAIN)
    more = {"measured": made_up_counts(journey)} if measured else {}
    return pages_of_view(
        name,
        workspace,
        journey,
        page_width=LAYOUT[0],
        page_height=LAYOUT[1],
        slack=SLIDE_SLACK,
        today=TODAY,
        **more,
    )


def drawn(pages: Sequence[Scene]) -> list[str]:
    return [step for page in pages for step in steps_drawn(page)]


@pytest.mark.parametrize("steps", [1, 7, 16])
@pytest.mark.parametrize("name", VIEWS)
def test_no_words_on_a_slide_are_under_nine_points(name: str, steps: int) -> None:
    assert min(least_points(page) for page in slides(name, steps)) >= 8.95


@pytest.mark.parametrize("name", FULL)
def test_each_step_is_on_one_slide(name: str) -> None:
    found = drawn(slides(name, 16))

    assert sorted(set(found)) == sorted(f"step-{number}" for number in range(16))
    assert len(found) == 16


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize("name", BROKEN)
def test_pages_of_a_broken_view_are_as_legible_as_the_whole(name: str, measured: bool) -> None:
    for page in slides(name, 16, measured):
        assert not overlaps(page), page.title
        assert not outside(page), page.title


def test_a_stage_with_too_many_steps_for_a_page_is_broken_too() -> None:
    pages = slides("pillars", 60)

    assert len(set(drawn(pages))) == 60
    assert min(least_points(page) for page in pages) >= 8.95


@pytest.mark.parametrize("name", ["network", "circles"])
def test_numbers_in_a_round_picture_are_explained(name: str) -> None:
    words = [mark for page in slides(name, 16) for mark in walk(page.marks) if isinstance(mark, Text)]
    numbers = {
        mark.text for mark in words if mark.weight == 700 and mark.anchor == "middle" and mark.text.isdigit()
    }
    said = {mark.text for mark in words if mark.weight == 700 and mark.anchor == "end"}

    assert len(numbers) > 4
    assert numbers == said


@pytest.mark.parametrize("steps", [1, 16])
def test_circles_and_what_their_numbers_mean_share_a_slide(steps: int) -> None:
    (page,) = slides("circles", steps)

    assert not outside(page)


def test_a_page_tried_with_its_legend_and_without_is_drawn_once() -> None:
    seen: list[tuple[float, object]] = []
    workspace, journey = made_up(60, words=PLAIN)
    parts = [
        StagePart(one.id, [step.id for step in journey.steps if step.stage == one.id])
        for one in journey.stages
    ]

    def draw(width: float, some: Sequence[str] | None) -> Scene:
        seen.append((width, some and tuple((one, *getattr(one, "ordered", ())) for one in some)))
        return draw_blueprint(workspace, journey, width=width, stages=some, today=TODAY)

    view_pages(draw, parts, page_width=LAYOUT[0], page_height=LAYOUT[1], cuttable=True, slack=SLIDE_SLACK)

    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", ["timeline", "path", "pillars"])
def test_a_part_says_how_much_of_the_journey_it_shows(name: str) -> None:
    workspace, journey = made_up(16, words=PLAIN)
    page, *_ = pages_of_view(
        name,
        workspace,
        journey,
        page_width=A4[0],
        page_height=A4[1],
        stages=[journey.stages[1].id],
        today=TODAY,
    )
    inside = {step.id for step in journey.steps if step.stage == journey.stages[1].id}

    assert set(steps_drawn(page)) == inside
    assert any("1 of" in mark.text for mark in walk(page.marks) if isinstance(mark, Text))


def test_a_comparison_is_broken_stage_by_stage_on_paper() -> None:
    workspace, journey = made_up(24, words=PLAIN)
    to_be = changed(journey)
    pages = pages_of_view(
        "matrix", workspace, to_be, against=journey, page_width=A4[0], page_height=A4[1], today=TODAY
    )

    assert len(pages) > 1
    assert sorted(set(drawn(pages))) == sorted(step.id for step in journey.steps)
    assert all(page.width <= A4[0] + 1 and page.height <= A4[1] + 1 for page in pages)
    for page in pages:
        assert not overlaps(page) and not outside(page)


def test_each_page_says_which_it_is() -> None:
    pages = slides("path", 16)

    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        head = next(mark for mark in page.marks if isinstance(mark, Group) and mark.role == "head")
        words = " ".join(mark.text for mark in head.children if isinstance(mark, Text))
        assert f"({number} of {len(pages)})" in words and f"({number} of {len(pages)})" in page.title


def changed(journey: Journey) -> Journey:
    steps = tuple(
        step.model_copy(update={"feels": 2, "does": "Asks a colleague"}) if number % 2 else step
        for number, step in enumerate(journey.steps)
    )
    return journey.model_copy(update={"id": "to-be", "state": "to-be", "steps": steps})
