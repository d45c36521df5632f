"""Scenes within pages: no style attributes, so that the page's policy holds, and both themes by class."""

from __future__ import annotations

from functools import lru_cache

from polku.scene import LIGHT, Scene, scene_to_svg
from polku.scene.marks import Badge
from polku.scene.theme import RoleSign


def drawing(scene: Scene, *, prefix: str = "drawing-") -> str:
    """A scene as SVG for a page: its parts can be walked with the keyboard.

    Args:
        prefix: of the ids, another for each drawing of one page.
    """
    return scene_to_svg(scene, prefix=prefix, interactive=True, classes=True, theme=LIGHT)


def still(scene: Scene) -> str:
    """A scene as SVG that says nothing by itself, because the words around it do; it fills the room it gets."""
    svg = scene_to_svg(scene, classes=True, hidden_text=False, theme=LIGHT)
    return svg.replace("<svg ", '<svg class="still" aria-hidden="true" focusable="false" ', 1).replace(
        ' role="img" aria-label=""', "", 1
    )


@lru_cache(maxsize=512)
def badge_svg(sign: RoleSign, *, filled: bool = True, size: int = 18) -> str:
    """The sign of a role as small SVG that says nothing by itself."""
    box = size * 1.3
    mark = Badge(
        cx=box / 2,
        cy=box / 2,
        size=float(size),
        shape=sign.shape,
        token=sign.token,
        letter=sign.letters,
        filled=filled,
    )
    scene = Scene(width=box, height=box, title="", desc="", language="en", marks=(mark,))
    svg = scene_to_svg(scene, classes=True, hidden_text=False, theme=LIGHT)
    return svg.replace("<svg ", '<svg class="badge" aria-hidden="true" focusable="false" ', 1).replace(
        ' role="img" aria-label=""', "", 1
    )
