"""The brand on slides: a band at the foot of their layout with a rule, a line and the logo, and the logo by itself."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from polku.scene.brand import TOKEN, Brand
from polku.scene.pptx_shapes import EMU
from polku.scene.pptx_words import FONT, clean
from polku.scene.theme import Theme

WIDTH, HEIGHT = 1280.0, 720.0
BAND = 30.0
"""Height of the band in px of the slide."""

EDGE, LOGO_HEIGHT, LOGO_WIDTH = 76.0, 20.0, 260.0
"""The edge is that of what slides of a deck hold."""

PIXELS = 480
"""Height of the logo's picture: sharp on a wall."""

_NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def in_font(content: str, brand: Brand) -> str:
    """The shapes of a slide in the brand's letters."""
    return (
        content.replace(f'typeface="{FONT}"', f"typeface={quoteattr(brand.font)}") if brand.font else content
    )


def brand_band(layout: Any, brand: Brand, theme: Theme) -> None:
    """Rule, line and logo at the foot of a layout: all slides show them, and they are changed there once."""
    colour = theme[TOKEN].lstrip("#")
    top = round((HEIGHT - BAND) * EMU)
    rule = (
        '<p:sp><p:nvSpPr><p:cNvPr id="101" name="Brand rule"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
        f'<a:xfrm><a:off x="0" y="{top}"/><a:ext cx="{round(WIDTH * EMU)}" cy="{2 * EMU}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )
    _append(layout, rule)
    if brand.foot:
        ink = theme["ink-2"].lstrip("#")
        words = (
            '<p:sp><p:nvSpPr><p:cNvPr id="102" name="Brand line"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr>'
            f'<p:spPr><a:xfrm><a:off x="{round(EDGE * EMU)}" y="{top + 2 * EMU}"/>'
            f'<a:ext cx="{round((WIDTH - 3 * EDGE - LOGO_WIDTH) * EMU)}" cy="{round((BAND - 2) * EMU)}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody>'
            '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/><a:p><a:r>'
            f'<a:rPr lang="en-GB" sz="1000"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill>'
            f"<a:latin typeface={quoteattr(brand.font or FONT)}/></a:rPr>"
            f"<a:t>{escape(clean(brand.foot))}</a:t></a:r></a:p></p:txBody></p:sp>"
        )
        _append(layout, words)
    if brand.logo is not None:
        wide, high = brand.logo_size(LOGO_WIDTH, LOGO_HEIGHT)
        x, y = WIDTH - EDGE - wide, HEIGHT - (BAND - 2) / 2 - high / 2
        add_logo(layout, brand, 103, tuple(round(part * EMU) for part in (x, y, wide, high)))


def add_logo(target: Any, brand: Brand, number: int, place: tuple[int, ...]) -> None:
    """The logo as a picture on a slide or a layout; `place` is x, y, width and height in EMU."""
    _, id = target.part.get_or_add_image_part(io.BytesIO(brand.logo_png(PIXELS)))
    x, y, width, height = place
    _append(
        target,
        f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name="Logo" descr={quoteattr(clean(brand.name or "Logo"))}/>'
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr userDrawn="1"/></p:nvPicPr>'
        f'<p:blipFill><a:blip r:embed="{id}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>'
        f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>',
    )


def _append(target: Any, shape: str) -> None:
    from lxml import etree

    holder = etree.fromstring(f"<p:spTree {_NAMESPACES}>{shape}</p:spTree>")
    target.shapes._spTree.append(holder[0])
