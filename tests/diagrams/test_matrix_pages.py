"""The matrix on pages: everything is there once, nothing is small, cut or on top of something else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from polku.diagrams.matrix.compact import compact_strip
from polku.diagrams.matrix.matrix import draw_matrix
from polku.diagrams.matrix.pages import A3, A4, PRINTED, matrix_pages
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import journey_facts
from polku.diagrams.parts.page import role_entries
from polku.documents import Workspace
from polku.scene import Group, Rect, Scene, Text, scene_to_json, walk
from polku.scene.pptx import LAYOUT
from polku.words import reader
from tests.diagrams.eye import outside, overlaps, steps_drawn, texts
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts

JOURNEYS = {
    "one": (1, 1, 1, PLAIN, False),
    "few": (7, 3, 2, PLAIN, False),
    "sixteen": (16, 5, 4, PLAIN, False),
    "long words": (12, 4, 9, LONG, False),
    "holes": (9, 3, 2, PLAIN, True),
    "sixty": (60, 14, 9, PLAIN, False),
}


def pages_of(name: str, size: tuple[float, float], *, measured: bool = False) -> Sequence[Scene]:
    steps, stages, roles, words, holes = JOURNEYS[name]
    workspace, journey = made_up(steps, stages=stages, roles=roles, words=words, holes=holes)
    counts = made_up_counts(journey) if measured else None
    language = "fi" if words is LONG else "en"
    return matrix_pages(
        workspace,
        journey,
        page_width=size[0],
        page_height=size[1],
        language=language,
        today=TODAY,
        measured=counts,
    )


def ids(name: str) -> set[str]:
    return {f"step-{number}" for number in range(JOURNEYS[name][0])}


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
@pytest.mark.parametrize("size", [A4, LAYOUT], ids=["A4", "slide"])
@pytest.mark.parametrize("name", list(JOURNEYS))
def test_every_step_is_on_a_page_and_nothing_collides(
    name: str, size: tuple[float, float], measured: bool
) -> None:
    pages = pages_of(name, size, measured=measured)

    assert {id for page in pages for id in steps_drawn(page)} == ids(name)
    for page in pages:
        assert overlaps(page) == []
        assert outside(page) == []
        assert min(text.size for text in texts(page)) >= 12


@pytest.mark.parametrize("size", [A4, A3, LAYOUT], ids=["A4", "A3", "slide"])
def test_pages_are_as_large_as_asked(size: tuple[float, float]) -> None:
    for page in pages_of("sixteen", size):
        assert (page.width, page.height) == pytest.approx(size)


def test_words_of_12_px_are_7_points_in_print() -> None:
    smallest = 12 * PRINTED * 0.75
    assert smallest == pytest.approx(7.0)
    assert A4[0] * PRINTED * 25.4 / 96 == pytest.approx(291)


def test_a_large_paper_needs_fewer_pages() -> None:
    assert len(pages_of("sixteen", A3)) < len(pages_of("sixteen", A4))


def test_each_page_says_which_it_is_and_only_the_first_asks_the_question(hoppebold: Workspace) -> None:
    pages = matrix_pages(
        hoppebold, hoppebold.journeys["new-machine"], page_width=A4[0], page_height=A4[1], today=TODAY
    )

    said = [" ".join(text.text for text in texts(page)) for page in pages]
    assert all(f"page {number} of {len(pages)}" in words for number, words in enumerate(said, 1))
    assert ["What does each role do" in words for words in said] == [True] + [False] * (len(pages) - 1)
    assert all("Ole, operator" in words for words in said)
    assert all("sample numbers" in words for words in said)


def test_a_legend_shows_only_the_signs_of_its_page(hoppebold: Workspace) -> None:
    pages = matrix_pages(
        hoppebold, hoppebold.journeys["new-machine"], page_width=A4[0], page_height=A4[1], today=TODAY
    )

    handoff = [any("handoff between teams" in text.text for text in texts(page)) for page in pages]
    capsule = [
        any(
            isinstance(mark, Rect) and (mark.width, mark.height) == (28, 16) for mark in walk(page.marks[:-1])
        )
        for page in pages
    ]
    assert handoff == capsule and any(handoff) and not all(handoff)


@pytest.mark.parametrize("size", [A3, LAYOUT], ids=["A3", "slide"])
def test_a_page_has_a_row_for_each_of_its_steps(size: tuple[float, float]) -> None:
    for page in pages_of("sixteen", size):
        assert page.table is not None and len(page.table.rows) == len(steps_drawn(page))


def test_the_same_journey_is_the_same_pages() -> None:
    assert list(map(scene_to_json, pages_of("few", A4))) == list(map(scene_to_json, pages_of("few", A4)))


CROWDED = {
    "two hundred": (200, 5, 4, PLAIN, False),
    "two hundred in forty stages": (200, 40, 4, PLAIN, False),
    "thirty stages": (30, 30, 3, PLAIN, True),
}


@pytest.mark.parametrize("room", [900.0, 420.0, 250.0])
@pytest.mark.parametrize("width", [1152.0, 1490.0])
@pytest.mark.parametrize("name", [*JOURNEYS, *CROWDED])
def test_a_strip_holds_every_step_and_opens_those_it_is_about(name: str, width: float, room: float) -> None:
    steps, stages, roles, words, holes = {**JOURNEYS, **CROWDED}[name]
    workspace, journey = made_up(steps, stages=stages, roles=roles, words=words, holes=holes)
    language = "fi" if words is LONG else "en"
    drawing = Drawing(journey_facts(workspace, journey, today=TODAY), reader(language), language)
    framed = (f"step-{steps // 2}",)

    strip = compact_strip(drawing, width, 20, room, framed=framed)

    scene = Scene(width, strip.bottom, "x", "x", language, strip.marks)
    assert set(steps_drawn(scene)) == {f"step-{number}" for number in range(steps)}
    assert set(framed) <= strip.opened
    assert overlaps(scene) == [] and outside(scene) == []
    frames = [mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "frame"]
    assert len(frames) == 1
    assert min(text.size for text in texts(scene)) >= 12


@pytest.mark.parametrize("name", list(CROWDED))
def test_names_of_stages_in_a_strip_are_not_set_in_syllables(name: str) -> None:
    steps, stages, roles, words, holes = CROWDED[name]
    workspace, journey = made_up(steps, stages=stages, roles=roles, words=words, holes=holes)
    drawing = Drawing(journey_facts(workspace, journey, today=TODAY), reader("en"), "en")

    strip = compact_strip(drawing, LAYOUT[0], 20, 420, framed=("step-3", f"step-{steps // 2}"))

    heads = [mark for mark in walk(strip.marks) if isinstance(mark, Group) and mark.role == "stage"]
    assert len(heads) < 12
    for head in heads:
        assert len([mark for mark in head.children if isinstance(mark, Text) and mark.size == 12.5]) < 4


def test_a_page_says_the_whole_period_of_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    period = "sample numbers, 43 rounds of 37 accounts, 25 November 2024 – 17 November 2026, all stages, " * 2
    monkeypatch.setattr("polku.diagrams.matrix.pages.meta_words", lambda *given: period.strip())

    _, page, *_ = pages_of("sixteen", LAYOUT, measured=True)

    head = next(mark for mark in page.marks if isinstance(mark, Group) and mark.role == "head")
    assert period.strip() in " ".join(mark.text for mark in head.children if isinstance(mark, Text))
    assert overlaps(page) == [] and outside(page) == []


def test_of_very_many_roles_a_legend_names_those_with_the_most_steps_and_counts_the_others() -> None:
    made, journey = made_up(40, roles=30)
    facts = journey_facts(made, journey, today=TODAY)
    entries = role_entries(facts, reader("en"))
    assert len(entries) == 16 and entries[-1].sign is None
    assert entries[-1].label == f"{len(facts.roles) - 15} more roles"
    scene = draw_matrix(made, journey, today=TODAY)
    assert any(isinstance(one, Text) and one.text == entries[-1].label for one in walk(scene.marks))
