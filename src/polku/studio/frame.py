"""What stands around every page: rail, crumbs, title; and how a page or a part of one is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_resolver, reverse

from polku.studio.account_list import accounts_known
from polku.studio.colour_sheet import sheet
from polku.studio.visit import Visit
from polku.words import LANGUAGES, Text, reader

RAIL: tuple[tuple[str, str], ...] = (
    ("home", "studio-home"),
    ("journeys", "studio-journeys"),
    ("roles", "studio-roles"),
    ("accounts", "studio-accounts"),
    ("explore", "studio-explore"),
    ("improve", "studio-improve"),
    ("plan", "studio-plan"),
    ("evidence", "studio-evidence"),
    ("data", "studio-data"),
)
"""Places of the rail in their order, and the address of each."""
FIRST = ("home", "journeys", "accounts", "improve")
"""Places that a phone shows as tabs; the others, export and the person's menu open from the last tab."""


@dataclass(frozen=True)
class Place:
    """A line of the rail; `first` also on a phone."""

    key: str
    words: str
    link: str
    count: str
    here: bool
    first: bool


def show(
    visit: Visit,
    template: str,
    context: Mapping[str, Any] | None = None,
    /,
    *,
    title: Text,
    rail: str = "",
    crumbs: Sequence[tuple[Text, str]] = (),
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """A whole page.

    Args:
        template: extends `studio/frame.html` (with the rail) or `studio/bare.html`.
        title: of the browser's tab, and the last crumb.
        rail: the place that is marked, a key of RAIL.
        crumbs: words and link of the pages above this one.
    """
    say = visit.say
    around = {
        "visit": visit,
        "title": say.text(title),
        "rail": _rail(visit, rail) if visit.row else (),
        "crumbs": [(say.text(words), link) for words, link in crumbs],
        "here": rail,
        "here_later": bool(rail) and rail not in FIRST,
    }
    html = render_to_string(template, {**around, **(context or {}), **more}, visit.request)
    return HttpResponse(html, status=status)


def show_part(
    visit: Visit,
    template: str,
    context: Mapping[str, Any] | None = None,
    /,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """A part of a page, as htmx puts it in its place."""
    html = render_to_string(template, {"visit": visit, **(context or {}), **more}, visit.request)
    return HttpResponse(html, status=status)


def _rail(visit: Visit, here: str) -> tuple[Place, ...]:
    workspace = visit.workspace
    counts = {
        "journeys": len(workspace.journeys),
        "roles": len(workspace.roles),
        "accounts": accounts_known(visit.space, workspace) or 0,
        "improve": len(workspace.improvements),
        "evidence": len(workspace.evidence),
    }
    say = visit.say
    known = get_resolver().reverse_dict
    return tuple(
        Place(
            key,
            say(f"studio.rail-{key}"),
            reverse(name, args=[visit.space.slug]),
            say.number(counts[key]) if counts.get(key) else "",
            key == here,
            key in FIRST,
        )
        for key, name in RAIL
        if name in known
    )


def of_every_page(request: HttpRequest) -> dict[str, Any]:
    """What every template may use, those of signing in too."""
    language = getattr(request, "LANGUAGE_CODE", "en")
    person = getattr(request, "user", None)
    chosen = person.theme if person is not None and person.is_authenticated else ""
    return {
        "say": reader(language),
        "language": language,
        "theme": chosen or request.COOKIES.get("polku-theme", ""),
        "languages": LANGUAGES,
        "assets_version": assets_version(),
        "keys": person.keys if person is not None and person.is_authenticated else True,
    }


@lru_cache(maxsize=1)
def assets_version() -> str:
    """Changes with the style sheets that are answered by a view."""
    return hashlib.sha256(sheet().encode()).hexdigest()[:12] if not settings.DEBUG else "debug"
