"""How the workspace's company looks on what is handed out: its name, its logo, one colour, a font, a line."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from polku.documents.base import Item

LEAST_CONTRAST = 4.5
"""Below this on white a colour is too pale for lines and words on paper."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ENDINGS = (".svg", ".png")


def parse_colour(value: str) -> str:
    """A colour as #rrggbb.

    Raises:
        ValueError: the text is something else.
    """
    if _COLOUR.fullmatch(value.strip()) is None:
        raise ValueError('a colour is written "#0B5CAD"')
    return value.strip().upper()


def parse_logo(value: str) -> str:
    """The path of a picture inside the workspace, with slashes forwards.

    Raises:
        ValueError: the path is absolute, leaves the workspace, or ends neither in .svg nor in .png.
    """
    path = PurePosixPath(value.strip().replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", str(path))
    if outside:
        raise ValueError("logo outside the workspace")
    if path.suffix.lower() not in _ENDINGS:
        raise ValueError("logo neither .svg nor .png")
    return str(path)


def contrast(first: str, second: str = "#FFFFFF") -> float:
    """Contrast of two colours as WCAG 2 defines it: 1 for the same, 21 for black on white."""
    one, other = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (one + 0.05) / (other + 0.05)


def _luminance(colour: str) -> float:
    parts: list[Any] = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


class Brand(Item):
    """How reports, slides and guides say whose they are; colours that mean something stay what they are."""

    name: Annotated[str, StringConstraints(max_length=80)] | None = None
    """The name on reports and slides, where it is another than the company's."""
    logo: (
        Annotated[
            str,
            AfterValidator(parse_logo),
            WithJsonSchema({"type": "string", "pattern": r"\.([sS][vV][gG]|[pP][nN][gG])$"}),
        ]
        | None
    ) = None
    """An SVG or a PNG inside the workspace's folder, `brand/logo.svg`; at most 500 kB."""
    accent: (
        Annotated[
            str,
            AfterValidator(parse_colour),
            WithJsonSchema({"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}),
        ]
        | None
    ) = None
    """One colour for rules and bars, written "#0B5CAD"; never for roles or for good and bad."""
    font: Annotated[str, StringConstraints(pattern=r"^[^<>&\"\n]*$", max_length=60)] | None = None
    """The family of letters on slides; whoever opens them needs it installed. Paper and pages stay with Inter."""
    foot: Annotated[str, StringConstraints(max_length=120)] | None = None
    """A line at the foot of every slide and page."""
