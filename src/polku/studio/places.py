"""Addresses of pages by name, also of pages that a studio may lack: then there is nothing to press."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from polku.studio.models import Space


def address(space: Space, name: str, *more: str, **asked: str) -> str:
    """The address of a page of a workspace with its words; empty where there is no such page."""
    try:
        found = reverse(name, args=[space.slug, *more])
    except NoReverseMatch:
        return ""
    said = {key: value for key, value in asked.items() if value}
    return f"{found}?{urlencode(said)}" if said else found


def of_document(space: Space, document: str, item: str | None = None) -> str:
    """Where an item of a document is edited; empty where there is no page for it."""
    kind, _, id = document.partition("/")
    parts = (item or "").split("/")
    if kind == "journeys":
        step = parts[1] if len(parts) > 1 and parts[0] == "steps" else ""
        return address(space, "studio-editor", id, step=step)
    if kind == "accounts":
        return address(space, "studio-account", id) or address(space, "studio-accounts")
    if kind == "sources":
        return address(space, "studio-data")
    if kind in ("roles", "partners"):
        return address(space, "studio-library-item", kind, id)
    if kind == "evidence":
        return address(space, "studio-evidence-piece", id)
    if kind in ("improvements", "sprints"):
        return address(space, f"studio-{kind[:-1]}", id)
    from polku.checks.uses import LISTS

    if parts[0] in LISTS:
        if len(parts) > 1:
            return address(space, "studio-library-item", parts[0], parts[1])
        return address(space, "studio-library", parts[0])
    if parts[0] == "themes":
        return address(space, "studio-said")
    if parts[0] == "filters":
        return address(space, "studio-explore")
    return address(space, "studio-purpose") or address(space, "studio-home")
