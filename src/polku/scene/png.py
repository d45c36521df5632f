"""A scene as PNG, drawn by resvg with our own font files only."""

from __future__ import annotations

from math import sqrt
from pathlib import Path as File

from polku.errors import DrawingError
from polku.outputs import write_output
from polku.scene.font import FAMILY, font_files
from polku.scene.marks import Scene
from polku.scene.svg import scene_to_svg
from polku.scene.theme import Theme
from polku.words import Message

MOST_PIXELS = 120_000_000
"""Beyond this an image needs half a gigabyte and no viewer opens it; SVG has no such limit."""


SHARP = 2.0
"""Pixels per px that are sharp on today's screens."""

QUICK_PIXELS = 7_500_000
"""An image of so many pixels is drawn and packed in under a second; larger drawings take fewer per px."""


def scale_of(scene: Scene) -> float:
    """Pixels per px of a scene's image: SHARP, less for a large drawing, but never below 1, where words blur."""
    return min(SHARP, max(1.0, sqrt(QUICK_PIXELS / max(scene.width * scene.height, 1.0))))


def scene_to_png(scene: Scene, *, scale: float | None = None, theme: Theme | None = None) -> bytes:
    """The scene as PNG.

    Args:
        scale: pixels per px; None takes that of `scale_of`.
    Raises:
        DrawingError: the fonts are not built, or the image would be larger than MOST_PIXELS.
    """
    import resvg_py

    scale = scale_of(scene) if scale is None else scale
    fonts = [str(file) for file in font_files()]
    if not fonts:
        # resvg leaves out words without a word when it has no font for them.
        raise DrawingError(Message("scene.no-fonts"))
    if scene.width * scene.height * scale * scale > MOST_PIXELS:
        raise DrawingError(
            Message(
                "scene.too-large",
                {"width": round(scene.width * scale), "height": round(scene.height * scale)},
            )
        )
    image: bytes = bytes(
        resvg_py.svg_to_bytes(
            svg_string=scene_to_svg(scene, theme=theme),
            zoom=scale,
            skip_system_fonts=True,
            font_files=fonts,
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )
    return image


def write_png(scene: Scene, file: File, *, scale: float | None = None, theme: Theme | None = None) -> float:
    """Write the scene to a PNG file; returns its pixels per px."""
    write_output(file, scene_to_png(scene, scale=scale, theme=theme))
    return scale_of(scene) if scale is None else scale
