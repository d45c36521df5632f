"""Colours as a style sheet, made from the same tokens as the drawings."""

from __future__ import annotations

from functools import lru_cache

from polku.scene import DARK, LIGHT


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
