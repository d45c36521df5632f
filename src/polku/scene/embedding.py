"""The letters of a scene as a small font within the SVG, so that it looks the same everywhere."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from pathlib import Path

from polku.scene.font import COMMON, FAMILY, WEIGHTS, common_file, font_file
from polku.scene.marks import Badge, Scene, Text, walk


def font_faces(scene: Scene) -> str:
    """CSS with one face per weight and slant used, holding only the letters used."""
    letters: dict[tuple[int, bool], set[str]] = {}
    for mark in walk(scene.marks):
        if isinstance(mark, Text):
            letters.setdefault((mark.weight, mark.italic), set()).update(mark.text)
        elif isinstance(mark, Badge):
            letters.setdefault((700, False), set()).update(mark.letter)
    faces = []
    for (weight, italic), used in sorted(letters.items()):
        font = subset("".join(sorted(used)), weight, italic)
        if font:
            faces.append(
                f"@font-face{{font-family:{FAMILY};font-weight:{weight};"
                f"font-style:{'italic' if italic else 'normal'};"
                f"src:url(data:font/woff2;base64,{base64.b64encode(font).decode('ascii')}) format('woff2')}}"
            )
    return "".join(faces)


@lru_cache(maxsize=64)
def subset(letters: str, weight: int, italic: bool = False) -> bytes:
    """A WOFF2 font of those letters with figures of one width and kerning; empty where no font is built."""
    file = font_file(next((known for known in WEIGHTS if known >= weight), WEIGHTS[-1]), italic)
    if not file.exists():
        return b""
    if COMMON.issuperset(letters) and common_file(file).exists():
        file = common_file(file)
    return cut(file, letters, "woff2")


def cut(file: Path, letters: str, flavor: str | None) -> bytes:
    """The font of a file with those letters alone, the same bytes for the same letters.

    Args:
        flavor: "woff2", or None for plain TrueType.
    """
    from fontTools import subset as fonttools_subset
    from fontTools.ttLib import TTFont

    options = fonttools_subset.Options()
    # Figures are of one width without tnum, which would widen hyphens too.
    options.layout_features = ["kern", "ccmp", "mark", "mkmk"]
    options.notdef_outline = True
    options.flavor = flavor
    # Without this the time of the run would stand in the file and no two would be equal.
    font = TTFont(file, recalcTimestamp=False)
    maker = fonttools_subset.Subsetter(options)
    maker.populate(text=letters)
    maker.subset(font)
    font.flavor = flavor
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()
