"""Every page of the studio as an address: what its routes are filled with, so that there is something behind each."""

from __future__ import annotations

import re
from typing import Any

FILLED: dict[str, list[dict[str, str]]] = {
    "studio-history-of": [{"document": "journeys/new-machine"}],
    "studio-comments": [{"document": "journeys/new-machine"}],
    "studio-compare": [{"journey": "new-machine"}],
    "studio-editor": [{"journey": "new-machine"}],
    "studio-canvas": [{"journey": "new-machine"}],
    "studio-drawer": [{"journey": "new-machine"}],
    "studio-drawer-step": [{"journey": "new-machine", "step": "read-guide"}],
    "studio-drawer-stage": [{"journey": "new-machine", "stage": "use"}],
    "studio-rules-touchpoint": [{"touchpoint": "guide"}],
    "studio-rules-step": [{"journey": "new-machine", "step": "read-guide"}],
    "studio-measured": [{"journey": "new-machine", "step": "read-guide"}],
    "studio-present": [{"journey": "new-machine"}],
    "studio-paste": [{"journey": "new-machine"}],
    "studio-start": [{"part": part} for part in ("purpose", "roles", "journey", "file")],
    "studio-library-item": [{"kind": "roles", "id": "ole"}, {"kind": "touchpoints", "id": "guide"}],
    "studio-evidence-piece": [{"id": "int-ole-0612"}],
    "studio-sprint": [{"id": "2026-w47"}],
    "studio-improvement": [{"id": "night-hotline"}],
    "studio-account": [{"id": "legetoj-nord"}],
}
"""Name of an address → what it is filled with, once for each page."""

OTHERS = ("word", "nothing", "1")
"""What stands in the places of an address that is not named above: there may be nothing there."""

NO_PAGE = frozenset(
    (
        "studio-colours",
        "studio-live",
        "studio-evidence-file",
        "studio-export-fetch",
        "studio-export-zip",
        "studio-export-journey",
        "studio-export-drawing",
        "studio-export-guide",
        "studio-answer-file",
        "studio-data-rejects",
        "studio-data-rejected",
        "studio-privacy-erased",
        "studio-api-schema",
        "studio-api-nothing",
    )
)
"""Addresses that answer with a file, a style sheet or a stream."""


def pages(slug: str) -> list[tuple[str, str, bool]]:
    """Name and address of each page, and whether there is something behind it for certain."""
    from polku.analytics.asking.answers import QUESTIONS
    from polku.studio.pages.library import TABS

    each = {
        "studio-question": [{"question": one} for one in QUESTIONS],
        "studio-library": [{"kind": kind} for kind in TABS],
    }
    found = []
    for name, route in _routes():
        if name in NO_PAGE:
            continue
        filled = each.get(name) or FILLED.get(name, [{}])
        for values in filled:
            address, known = route, True
            for place in re.findall(r"<(?:\w+:)?(\w+)>", route):
                value = slug if place == "space" else values.get(place)
                known = known and value is not None
                kind = re.search(rf"<(\w+):{place}>", route)
                other = OTHERS[2] if kind is not None and kind.group(1) == "int" else OTHERS[1]
                address = re.sub(rf"<(?:\w+:)?{place}>", value or other, address)
            found.append((name, f"/{address}", known))
    return found


def _routes() -> list[tuple[str, str]]:
    from django.urls import get_resolver

    found = []

    def walk(patterns: Any, before: str = "") -> None:
        for one in patterns:
            route = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, route)
            elif "GET" in getattr(one.callback, "polku_methods", ()):
                found.append((str(one.name), route))

    walk(get_resolver().url_patterns)
    return found
