"""The style sheet of colours, made from the same tokens as the drawings."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpResponse
from django.urls import URLPattern

from polku.scene import DARK, LIGHT
from polku.studio.rights import Right, page
from polku.studio.visit import Visit


@lru_cache(maxsize=1)
def sheet() -> str:
    """Both themes as variables, and the classes that drawings within pages are painted with."""
    light = "".join(f"--{name}:{colour};" for name, colour in LIGHT.colours.items())
    dark = "".join(f"--{name}:{colour};" for name, colour in DARK.colours.items())
    classes = "".join(
        f".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}" for name in LIGHT.colours
    )
    return (
        f":root{{color-scheme:light;{light}}}"
        f'@media screen{{:root[data-theme="dark"]{{color-scheme:dark;{dark}}}}}'
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme]){{color-scheme:dark;{dark}}}}}"
        f"@media print{{:root{{--paper:#fff}}}}{classes}"
    )


def colours(visit: Visit) -> HttpResponse:
    """The sheet, to be kept: its address changes with it."""
    answer = HttpResponse(sheet(), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


addresses: list[URLPattern] = [page("colours.css", colours, name="studio-colours", right=Right.OPEN)]
