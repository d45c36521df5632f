"""What a report looks like: its fonts, both themes as variables, its style sheet and its script."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from importlib.resources import files

from polku.scene import DARK, LIGHT
from polku.scene.embedding import subset


def fonts(letters: str) -> str:
    """The letters used, as fonts within the page."""
    faces: list[str] = []
    cuts: Sequence[tuple[int, bool]] = ((400, False), (500, False), (600, False), (700, False), (400, True))
    for weight, italic in cuts:
        font = subset(letters, weight, italic)
        if font:
            data = base64.b64encode(font).decode("ascii")
            faces.append(
                f"@font-face{{font-family:Inter;font-weight:{weight};font-style:{'italic' if italic else 'normal'};"
                f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
            )
    return "".join(faces)


def colours() -> str:
    """Both themes as CSS variables; paper is white and light whatever the screen says."""

    def tokens(colours: Callable[[str], str], names: Sequence[str]) -> str:
        return "".join(f"--polku-{name}:{colours(name)};" for name in names)

    names = list(LIGHT.colours)
    light, dark = tokens(LIGHT.__getitem__, names), tokens(DARK.__getitem__, names)
    return (
        f":root{{color-scheme:light;{light}}}"
        f'@media screen{{:root[data-theme="dark"]{{color-scheme:dark;{dark}}}}}'
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme]){{color-scheme:dark;{dark}}}}}"
        "@media print{:root{--polku-paper:#fff}}"
    )


def asset(name: str) -> str:
    """A file that came with polku."""
    return files("polku.exports").joinpath(name).read_text(encoding="utf-8")
