"""Two funnels in one picture: bars of each stage to one scale, with what each group adds up to."""

from __future__ import annotations

import pytest

from polku.diagrams.answers.funnel_pair import draw_funnel_pair
from polku.scene import Rect, Scene, Text, scene_to_svg, walk
from polku.words import LANGUAGES
from tests.diagrams.test_funnel import funnel


def words(scene: Scene) -> list[str]:
    return [mark.text for mark in walk(scene.marks) if isinstance(mark, Text)]


def bars(scene: Scene) -> list[Rect]:
    return [mark for mark in walk(scene.marks) if isinstance(mark, Rect) and mark.height == 18]


def test_bars_are_shares_of_those_who_entered_so_that_groups_of_any_size_compare() -> None:
    scene = draw_funnel_pair(funnel([40, 20, 10], [0, 5, 3]), funnel([10, 5, 1], [0, 1, 2]))
    first, second, third, fourth, *_ = bars(scene)
    assert first.width == second.width and third.width == fourth.width == pytest.approx(first.width / 2)
    assert (first.fill, second.fill, second.stroke) == ("ink-2", "sunken-2", "ink-2")
    said = words(scene)
    assert "A  20 of 40 · 50%" in said and "B  5 of 10 · 50%" in said
    assert "A: 8 may still go on + 22 left + 10 at the last stage = 40" in said
    assert "B: 3 may still go on + 6 left + 1 at the last stage = 10" in said


def test_a_small_group_is_hollow_and_has_no_percent() -> None:
    scene = draw_funnel_pair(funnel([40, 20], [0, 5]), funnel([4, 2], [0, 1]))
    assert not any(one.startswith("B") and "%" in one for one in words(scene))
    assert [one.fill for one in bars(scene)] == ["ink-2", None, "ink-2", None]


def test_nobody_and_stages_of_one_only_are_said() -> None:
    empty = draw_funnel_pair(funnel([0, 0], [0, 0]), funnel([], []))
    assert bars(empty) == [] and "B  no such stage" in words(empty)
    assert len(empty.table.rows) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_drawn_in_each_language(language: str) -> None:
    scene = draw_funnel_pair(funnel([9, 6], [0, 1]), funnel([8, 6], [0, 1]), language=language)
    assert scene.title and "funnel." not in scene_to_svg(scene)
