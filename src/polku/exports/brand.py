"""The workspace's brand as reports, slides and guides show it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from polku.documents import LEAST_CONTRAST, Workspace, contrast
from polku.exports.html import tag
from polku.scene.brand import Brand


def brand_of(folder: Path, workspace: Workspace) -> Brand:
    """The brand that a workspace says; what of it cannot be used is left out, and `polku check` tells why."""
    from polku.formats.brand import Logo, read_logo

    settings = workspace.settings
    said = settings.brand
    name = settings.name or ""
    if said is None:
        return Brand(name)
    logo = read_logo(folder, settings)
    read = logo if isinstance(logo, Logo) else None
    dark = said.accent is not None and contrast(said.accent) >= LEAST_CONTRAST
    return Brand(
        said.name or name,
        read.svg if read else None,
        read.shape if read else 1.0,
        said.accent if dark else None,
        said.font or None,
        said.foot or "",
    )


def logo_image(brand: Brand, width: float, height: float, *, unit: str = "px") -> str:
    """The logo within a page of HTML, as large as the room is; nothing where there is none."""
    if brand.logo is None:
        return ""
    wide, high = brand.logo_size(width, height)
    return (
        f'<img class="brand" src="{brand.logo_address()}" alt="{escape(brand.name or "Logo")}" '
        f'style="width:{wide:.1f}{unit};height:{high:.1f}{unit}">'
    )


def head_rule(brand: Brand) -> str:
    """CSS of the rule in the brand's colour beneath a page's head."""
    return f"header{{border-bottom:3px solid {brand.accent}}}" if brand.accent else ""


def foot_line(brand: Brand) -> str:
    """The brand's line, and what made the page where the logo is not our own."""
    said = " · ".join(part for part in (brand.foot, "polku" if brand.logo else "") if part)
    return tag("footer", escape(said)) if said else ""
