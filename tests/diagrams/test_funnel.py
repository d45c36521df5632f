"""The funnel's picture: bars that add up to who entered, on one scale, with words that never meet."""

from __future__ import annotations

import random

import pytest

from polku.analytics.funnel import Funnel
from polku.analytics.result import About
from polku.diagrams.answers.funnel import draw_funnel, left_before
from polku.scene import Group, Rect, Text, scene_to_svg, walk
from tests.diagrams import eye

DAY = 86_400.0


def funnel(reached: list[int], pending: list[int], case: str = "round") -> Funnel:
    """A funnel of numbered stages; pending[k] may still reach stage k."""
    count = len(reached)
    return Funnel(
        about=About("funnel", case, case, max(reached, default=0), 5, 1, first=10**15, last=10**15 + 10**13),
        stage=tuple(f"s{n}" for n in range(count)),
        reached=tuple(reached),
        from_previous=tuple(None if not n else 0.5 for n in range(count)),
        overall=tuple(reached[n] / reached[0] if reached[0] else None for n in range(count)),
        pending=tuple(pending),
        returned=tuple(n % 2 for n in range(count)),
        median_seconds_from_previous=tuple(None if not n else n * 9 * DAY for n in range(count)),
    )


def test_who_entered_is_who_went_on_who_may_and_who_left() -> None:
    asked = funnel([38, 24, 9], [0, 5, 3])

    scene = draw_funnel(asked)

    assert [left_before(asked, place) for place in range(3)] == [0, 9, 12]
    words = [mark.text for mark in walk(scene.marks) if isinstance(mark, Text)]
    assert "8 may still go on + 21 left + 9 at the last stage = 38" in words
    assert scene.title == "12 of 24 leave between s1 and s2"


def test_bars_have_one_scale() -> None:
    scene = draw_funnel(funnel([40, 20, 10], [0, 0, 0]))

    bars = [
        [mark.width for mark in group.children if isinstance(mark, Rect) and mark.height == 24]
        for group in walk(scene.marks)
        if isinstance(group, Group) and group.role == "stage"
    ]
    assert pytest.approx([sum(bar) / sum(bars[0]) * 40 for bar in bars]) == [40, 20, 10]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("stages", [1, 2, 5, 14])
@pytest.mark.parametrize("seed", range(3))
def test_words_never_meet_or_leave_the_page(stages: int, seed: int, language: str) -> None:
    chance = random.Random(f"{stages} {seed}")
    reached = sorted((chance.randrange(10 ** (seed + 2)) for _ in range(stages)), reverse=True)
    pending = [0, *(chance.randint(0, reached[n] - reached[n + 1]) for n in range(stages - 1))]
    names = {
        f"s{n}": "Asiakaspalvelukeskuksenpalautekyselylomake" if n % 2 else "Päätös" for n in range(stages)
    }

    scene = draw_funnel(funnel(reached, pending), names, language=language, width=1000)

    assert eye.overlaps(scene) == []
    assert eye.outside(scene) == []


def test_a_funnel_of_nobody_says_so() -> None:
    assert draw_funnel(funnel([0, 0], [0, 0])).title == "Nobody has entered yet"
    assert draw_funnel(funnel([], [])).title == "Nobody has entered yet"


def test_a_funnel_is_drawn_the_same_each_time() -> None:
    asked = funnel([38, 24, 9], [0, 5, 3])

    assert scene_to_svg(draw_funnel(asked)) == scene_to_svg(draw_funnel(asked))
