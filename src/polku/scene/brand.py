"""Whose a deck, a report or a guide is: name, logo, one colour, a font for slides, a line for the foot."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from polku.scene.theme import Theme

TOKEN = "brand"
"""The token of the brand's colour; nothing that has a meaning is painted with it."""


@dataclass(frozen=True)
class Brand:
    """What says whose it is; each part may be missing.

    Args:
        logo: an SVG that stands alone.
        shape: width of the logo by its height.
        accent: a colour dark enough for lines on white.
        font: a family of letters for slides.
    """

    name: str = ""
    logo: str | None = None
    shape: float = 1.0
    accent: str | None = None
    font: str | None = None
    foot: str = ""

    @property
    def is_there(self) -> bool:
        """Whether anything is to be shown of it."""
        return bool(self.logo or self.accent or self.foot)

    def colours(self, theme: Theme) -> Theme:
        """A theme with the brand's colour as one more token; ink where there is none."""
        return Theme(theme.name, {**theme.colours, TOKEN: self.accent or theme["ink"]})

    def logo_size(self, width: float, height: float) -> tuple[float, float]:
        """Width and height of the logo where there is so much room."""
        wide = min(width, height * self.shape)
        return wide, wide / self.shape

    def logo_png(self, height: int) -> bytes:
        """The logo as PNG, so many pixels high."""
        import resvg_py

        assert self.logo is not None
        wide = max(1, round(height * self.shape))
        return bytes(resvg_py.svg_to_bytes(svg_string=self.logo, width=wide, height=height))

    def logo_address(self) -> str:
        """The logo as the address of a picture within a page."""
        assert self.logo is not None
        data = base64.b64encode(self.logo.encode("utf-8")).decode("ascii")
        return f"data:image/svg+xml;base64,{data}"


PLAIN = Brand()
"""No brand."""
