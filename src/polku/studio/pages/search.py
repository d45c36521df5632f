"""Search or jump to: everything in a workspace that has a name, from one field (Ctrl K)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import NoReverseMatch, URLPattern, reverse

from polku.documents import Workspace
from polku.studio.frame import RAIL, show, show_part
from polku.studio.guard import page
from polku.studio.library_fields import TABS
from polku.studio.rights import Right
from polku.studio.visit import Visit
from polku.words import Message

MOST = 12
PLACES: tuple[tuple[str, ...], ...] = (
    ("studio-purpose.title", "studio-purpose"),
    ("studio-match.title", "studio-data-match"),
    ("studio-companies.title", "studio-data-companies"),
    ("studio-export.title", "studio-export"),
    ("studio-history.title", "studio-history"),
    *((f"studio-lib.tab-{kind}", "studio-library", kind) for kind in TABS),
)
"""Pages that the rail does not name: words, address and what fills it."""


@dataclass(frozen=True)
class Found:
    """Something that can be opened: its kind, what it is called, where it stands, its address."""

    kind: str
    words: str
    within: str
    link: str


def search(visit: Visit) -> HttpResponse:
    """What fits the words asked for: a list beneath the field, or a page of its own without scripts."""
    asked = visit.asked("q")[:100]
    found = find(visit, asked) if asked else []
    context = {"found": found[:MOST], "more": max(0, len(found) - MOST), "asked": asked}
    if visit.htmx:
        return show_part(visit, "studio/found.html", context)
    return show(visit, "studio/search.html", context, title=Message("studio-search.title"))


def find(visit: Visit, asked: str) -> list[Found]:
    """Everything whose name holds all words asked for; names that begin with them first."""
    words = asked.casefold().split()
    hits = [
        one for one in things(visit) if all(word in f"{one.words} {one.within}".casefold() for word in words)
    ]
    return sorted(hits, key=lambda one: (not one.words.casefold().startswith(words[0]), len(one.words)))


def things(visit: Visit) -> Iterator[Found]:
    """Everything that has a name and an address."""
    say, workspace, slug = visit.say, visit.workspace, visit.space.slug
    for key, name in RAIL:
        yield Found("page", say(f"studio.rail-{key}"), "", _link(name, slug))
    for words, name, *more in PLACES:
        yield Found("page", say(words), "", _link(name, slug, *more))
    for id, journey in workspace.journeys.items():
        link = _link("studio-editor", slug, id)
        yield Found("journey", journey.label, "", link)
        for step in journey.steps:
            role = workspace.label("roles", step.role)
            yield Found(
                "step",
                step.label,
                f"{role} · {journey.label}" if role else journey.label,
                f"{link}?step={step.id}",
            )
    yield from _documents(workspace, slug)


def _documents(workspace: Workspace, slug: str) -> Iterator[Found]:
    for id, role in workspace.roles.items():
        yield Found("role", role.name or id, "", _link("studio-roles", slug) + f"#{id}")
    for id, account in workspace.accounts.items():
        yield Found("account", account.name or id, "", _link("studio-account", slug, id))
    for id, piece in workspace.evidence.items():
        words = piece.quote or piece.finding or piece.name or id
        yield Found("evidence", words, piece.source or "", _link("studio-evidence", slug) + f"#{id}")
    for id, improvement in workspace.improvements.items():
        yield Found("improvement", improvement.name or id, "", _link("studio-improve", slug) + f"#{id}")
    for touchpoint in workspace.touchpoints.values():
        yield Found("touchpoint", touchpoint.label, "", _link("studio-roles", slug) + f"#{touchpoint.id}")


def _link(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return reverse("studio-home", args=arguments[:1])


addresses: list[URLPattern] = [
    page("w/<slug:space>/search/", search, name="studio-search", right=Right.VIEWER)
]
