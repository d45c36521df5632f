"""How many pixels a picture has: sharp where it is small, quick where it is large, and never blurred."""

from __future__ import annotations

import pytest

from polku.scene import Scene
from polku.scene.png import QUICK_PIXELS, SHARP, scale_of


def page(width: float, height: float) -> Scene:
    return Scene(width, height, "t", "d", "en", ())


def test_a_drawing_of_a_screen_is_sharp() -> None:
    assert scale_of(page(1600, 1000)) == SHARP


def test_a_long_one_has_no_more_pixels_than_are_quick() -> None:
    long = page(1600, 3000)
    scale = scale_of(long)

    assert 1 < scale < SHARP
    assert long.width * long.height * scale**2 == pytest.approx(QUICK_PIXELS)


def test_no_word_is_made_smaller_than_it_was_drawn() -> None:
    assert scale_of(page(1800, 18_000)) == 1
