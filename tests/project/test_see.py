"""tools/see.py shows pictures as others see them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

TOOL = Path(__file__).parents[2] / "tools" / "see.py"


@pytest.fixture(scope="module")
def see() -> ModuleType:
    spec = importlib.util.spec_from_file_location("see", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def colour(text: str) -> np.ndarray:
    return np.array([[[int(text[place : place + 2], 16) for place in (1, 3, 5)]]], np.uint8)


def test_who_cannot_tell_red_from_green_sees_them_much_alike(see):
    red, green = colour("#B33A22"), colour("#0B7A66")

    def far(how: str | None) -> float:
        one, other = (see.seen(c, how) if how else c for c in (red, green))
        return float(np.abs(one[0, 0, :2].astype(int) - other[0, 0, :2]).sum())

    assert far("deutan") < far(None) / 2


def test_grey_has_no_hue_and_keeps_black_and_white(see):
    assert len(set(see.seen(colour("#B33A22"), "grey")[0, 0])) == 1
    assert see.seen(colour("#000000"), "grey").max() == 0
    assert see.seen(colour("#FFFFFF"), "deutan").min() == 255


def test_pictures_of_polku_are_read_as_they_were_drawn(see, tmp_path):
    from polku.scene import Circle, Rect, Scene, Text, scene_to_png

    marks = (
        Rect(0, 0, 60, 40, "paper"),
        Circle(30, 20, 12, "role-1"),
        Rect(4, 4, 20, 9, "ink", texture=None),
        Text(8, 34, "Ab", 12),
    )
    file = tmp_path / "drawn.png"
    file.write_bytes(scene_to_png(Scene(60, 40, "A", "B", "en", marks), scale=1.0))

    pixels = see.read_png(file)

    assert pixels.shape == (40, 60, 3)
    assert tuple(pixels[8, 8]) == (0x1A, 0x1F, 0x26)
    assert tuple(pixels[20, 33]) == (0x24, 0x41, 0x8C)
    assert tuple(pixels[39, 59]) == (0xFB, 0xFA, 0xF7)
    see.write_png(tmp_path / "again.png", pixels)
    assert (see.read_png(tmp_path / "again.png") == pixels).all()
