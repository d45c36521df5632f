"""Saved filters: a choice of Explore kept under a name in polku.yaml, called otherwise, or let go of."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.analytics.filters.filters import read_event_filter, read_filter, saved_filters
from polku.documents import Filter
from polku.errors import DocumentError, QuestionError, WrongUse
from polku.formats.ids import id_from
from polku.studio.explore.choice import LONGEST
from polku.studio.explore.tabs import TABS
from polku.studio.guard import page
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit
from polku.studio.visit import Visit
from polku.words import Message


def keep(visit: Visit, question: str) -> HttpResponse:
    """Keep what is chosen under a name."""
    name = visit.asked("name")[:120]
    cases, events = visit.asked("cases")[: 2 * LONGEST], visit.asked("events")[:LONGEST]
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    if not cases and not events:
        raise WrongUse(Message("studio-explore.nothing-to-keep"))
    saved = visit.workspace.settings.filters
    if cases:
        read_filter(cases, saved=saved_filters(saved, "cases"))
    if events:
        read_event_filter(events, saved_filters(saved, "events"))
    id = id_from(name, {one.id for one in saved}, "filter")
    kept = {"id": id, "name": name, "cases": cases, "events": events}
    operation = Operation("add", "polku", "filters", {key: value for key, value in kept.items() if value})
    edit(visit.space, operation, seen=None, author=Author(visit.person))
    chosen = {key: f"filter({id})" for key, value in (("cases", cases), ("events", events)) if value}
    return _to(visit, question, visit.asked("around"), chosen)


def change(visit: Visit, question: str, id: str) -> HttpResponse:
    """Call a filter otherwise, or let go of it."""
    known = {one.id: one for one in visit.workspace.settings.filters}
    if id not in known:
        raise Http404
    seen = visit.asked("seen")
    author, number = Author(visit.person), int(seen) if seen.isdecimal() and len(seen) < 18 else None
    if visit.asked("do") == "delete":
        _refuse_used(known, id)
        made = edit(visit.space, Operation("remove", "polku", f"filters/{id}"), seen=number, author=author)
        return _to(visit, question, visit.asked("back"), {"done": str(made.number)}, without=id)
    name = visit.asked("name")[:120]
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    if name != known[id].name:
        operation = Operation("set", "polku", f"filters/{id}/name", name)
        edit(visit.space, operation, seen=number, author=author)
    return _to(visit, question, visit.asked("back"), {})


def _refuse_used(known: dict[str, Filter], id: str) -> None:
    """Refuse to let go of a filter that another is made of."""
    rest = [one for key, one in known.items() if key != id]
    cases, events = saved_filters(rest, "cases"), saved_filters(rest, "events")
    for one in rest:
        if f"filter({id})" not in f"{one.cases or ''} {one.events or ''}".replace(" ", ""):
            continue
        try:
            if one.cases:
                read_filter(one.cases, saved=cases)
            if one.events:
                read_event_filter(one.events, events)
        except QuestionError:
            raise DocumentError(
                Message("studio-explore.filter-used", {"name": known[id].label, "by": one.label})
            ) from None


def _to(visit: Visit, question: str, query: str, more: dict[str, str], without: str = "") -> HttpResponse:
    """Back to the page, with other words in its address; what named a filter that is gone is left out."""
    from django.http import QueryDict

    if question not in TABS:
        raise Http404
    kept = QueryDict(query[:4000], mutable=True)
    if without:
        for name in [name for name, value in kept.items() if value == f"filter({without})"]:
            del kept[name]
    for name, value in more.items():
        kept[name] = value
    there = reverse("studio-question", args=[visit.space.slug, question])
    said = [(name, value) for name, values in kept.lists() for value in values]
    return redirect(f"{there}?{urlencode(said)}" if said else there)


addresses: list[URLPattern] = [
    page(
        "w/<slug:space>/explore/<slug:question>/filters/",
        keep,
        name="studio-filter-keep",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/explore/<slug:question>/filters/<str:id>/",
        change,
        name="studio-filter-change",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
