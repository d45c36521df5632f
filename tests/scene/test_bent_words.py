"""Words along a circle become straight words on slides, each where it stands on the circle."""

from __future__ import annotations

from math import hypot

import pytest

from polku.scene import Text
from polku.scene.pptx_places import unbent


@pytest.mark.parametrize("bend", [200.0, -200.0])
def test_each_word_stands_on_the_circle_and_along_it(bend: float) -> None:
    words = unbent(Text(300, 300, "Delivery and start-up", 14, 600, anchor="middle", bend=bend))

    assert [word.text for word in words] == ["Delivery", "and", "start-up"]
    for word in words:
        assert hypot(word.x - 300, word.y - (300 + bend)) == pytest.approx(200)
        assert word.bend == 0
    turns = [word.rotate for word in words]
    assert turns == sorted(turns, reverse=bend < 0) and turns[0] * turns[-1] < 0


def test_words_turned_with_their_circle_keep_their_middle() -> None:
    (word,) = unbent(Text(300, 300, "Use", 14, anchor="middle", rotate=40, bend=150))

    assert (word.x, word.y, word.rotate) == (pytest.approx(300), pytest.approx(300), pytest.approx(40))
