"""The workspace's brand as reports, slides and guides show it."""

from __future__ import annotations

from pathlib import Path

from polku.documents import LEAST_CONTRAST, Workspace, contrast
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
