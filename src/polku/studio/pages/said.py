"""Comments in the data: what customers wrote, by theme; a theme is made, a comment kept as evidence, with one press."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.analytics.texts.sentiment import QUALITY
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.formats.yaml_write import write_document
from polku.studio.comment_list import (
    NONE,
    Chosen,
    comments_of,
    evidence_of,
    kept_as,
    keys_of,
    pieces_of,
    proposals_of,
    steps_for,
)
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, create, edit
from polku.studio.things_now import done_of, number_of
from polku.studio.visit import Visit
from polku.words import Message

MOST = 40
"""Comments on one page."""
MOST_PROPOSED = 6
"""Proposals of one language that are shown at once."""
LONGEST = 80
HINTS = ("praise", "complaint", "mixed", NONE)
FIELDS = ("theme", "language", "hint", "touchpoint", "q")


def said(visit: Visit) -> HttpResponse:
    """Themes with their comments."""
    found = comments_of(visit.space, names=visit.names)
    workspace = visit.workspace
    labels = {theme.id: theme for theme in workspace.settings.themes}
    context: dict[str, Any] = {"data": found is not None and bool(found.comments), "erased": 0}
    if found is not None and found.comments:
        chosen = Chosen(
            **{("words" if name == "q" else name): visit.asked(name)[:LONGEST] for name in FIELDS}
        )
        plain = comments_of(visit.space, names=False)
        assert plain is not None
        start = max(0, number_of(visit.asked("from")) or 0)
        rows = [
            (one, hidden, key)
            for one, hidden, key in zip(found.comments, plain.comments, keys_of(found.comments), strict=True)
            if chosen.fits(one)
        ]
        evidence = list(workspace.evidence.values())
        steps = {
            point: steps_for(workspace, point)
            for point in {one.touchpoint for one, _, _ in rows[start : start + MOST]}
        }
        context |= {
            "themes": [
                {
                    "theme": labels[one.theme],
                    "words": ", ".join(labels[one.theme].words),
                    "of": one,
                    "told": one.praise + one.complaint + one.mixed,
                }
                for one in found.themes
                if one.theme in labels
            ],
            "unthemed": found.unthemed,
            "count": len(found.comments),
            "languages": [(one.language or NONE, one.comments) for one in found.languages],
            "quality": [
                (one.language, QUALITY[one.language]) for one in found.languages if one.language in QUALITY
            ],
            "touchpoints": [
                (id, workspace.label("touchpoints", id))
                for id in workspace.touchpoints
                if any(one.touchpoint == id for one in found.comments)
            ],
            "chosen": chosen,
            "hints": HINTS,
            "shown": len(rows),
            "rows": [
                {
                    "comment": one,
                    "key": key,
                    "pieces": pieces_of(one),
                    "themes": [
                        (labels[told.theme], told.words) for told in one.themes if told.theme in labels
                    ],
                    "steps": steps[one.touchpoint],
                    "place": workspace.label("touchpoints", one.touchpoint)
                    if one.touchpoint
                    else one.activity,
                    "kept": kept_as(hidden, evidence),
                }
                for one, hidden, key in rows[start : start + MOST]
            ],
            "left": len(rows) - start - MOST,
            "next": _query(visit, {"from": str(start + MOST)}),
            "query": _query(visit, {}),
            "erased": found.erased,
            "detects": found.detects,
            "proposals": _proposals(visit),
        }
    return show(
        visit,
        "studio/said.html",
        title=Message("studio-said.title"),
        rail="evidence",
        crumbs=[(Message("studio.rail-evidence"), reverse("studio-evidence", args=[visit.space.slug]))],
        heading=_heading(context),
        seen=visit.space.revision,
        done=done_of(visit),
        **context,
    )


def _heading(context: dict[str, Any]) -> Message:
    if not context["data"]:
        return Message("studio-said.heading-none")
    first = next((one for one in context["themes"] if one["of"].comments), None)
    if first is None:
        return Message("studio-said.heading", {"count": context["count"]})
    return Message(
        "studio-said.heading-theme", {"theme": first["theme"].label, "count": first["of"].comments}
    )


def _proposals(visit: Visit) -> list[tuple[str, list[Any]]]:
    by_language: dict[str, list[Any]] = {}
    for one in proposals_of(visit.space):
        own = by_language.setdefault(one.language or NONE, [])
        if len(own) < MOST_PROPOSED:
            own.append(one)
    return list(by_language.items())


def _query(visit: Visit, more: dict[str, str]) -> str:
    chosen = {name: visit.asked(name)[:LONGEST] for name in FIELDS if visit.asked(name)}
    return urlencode({**chosen, **more})


def add_theme(visit: Visit) -> HttpResponse:
    """A theme of its own, named by a person."""
    name, words = visit.asked("name")[:LONGEST], _words(visit)
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    id = id_from(name, {one.id for one in visit.workspace.settings.themes}, "theme")
    edit(
        visit.space,
        Operation("add", "polku", "themes", {"id": id, "name": name, "words": words}),
        seen=None,
        author=Author(visit.person),
    )
    return _back(visit, theme=id)


def change_theme(visit: Visit, id: str) -> HttpResponse:
    """Call a theme otherwise, give it other words, or let go of it."""
    known = {one.id: one for one in visit.workspace.settings.themes}
    if id not in known:
        raise Http404
    seen, author = number_of(visit.asked("seen")), Author(visit.person)
    if visit.asked("do") == "delete":
        made = edit(visit.space, Operation("remove", "polku", f"themes/{id}"), seen=seen, author=author)
        return _back(visit, done=str(made.number))
    name, words = visit.asked("name")[:LONGEST], _words(visit)
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    for key, value, before in (("name", name, known[id].name), ("words", words, list(known[id].words))):
        if value != before:
            edit(
                visit.space,
                Operation("set", "polku", f"themes/{id}/{key}", value),
                seen=seen,
                author=author,
            )
    return _back(visit, theme=id)


def _words(visit: Visit) -> list[str]:
    """Words and phrases, by comma or line.

    Raises:
        DocumentError: none is given.
    """
    given = visit.asked("words")[:2000].replace("\n", ",").split(",")
    words = list(dict.fromkeys(" ".join(one.split()) for one in given if one.strip(" *")))
    if not words:
        raise DocumentError(Message("studio-said.no-words"))
    return words[:50]


def keep(visit: Visit, key: str) -> HttpResponse:
    """A comment as evidence, at the step that was chosen; names are masked in it."""
    found = comments_of(visit.space, names=False)
    rows = found.comments if found is not None else ()
    one = next((one for one, own in zip(rows, keys_of(rows), strict=True) if own == key), None)
    if one is None:
        raise Http404
    workspace, author = visit.workspace, Author(visit.person)
    id = kept_as(one, workspace.evidence.values())
    if not id:
        made = evidence_of(one, workspace)
        id = made.id
        create(visit.space, f"evidence/{id}", write_document(made), author)
    journey_id, _, step_id = visit.asked("step").partition("/")
    journey = workspace.journeys.get(journey_id)
    step = journey.step(step_id) if journey is not None else None
    if journey is not None and step is not None and id not in step.evidence:
        edit(
            visit.space,
            Operation("add", f"journeys/{journey.id}", f"steps/{step.id}/evidence", id),
            seen=None,
            author=author,
        )
    return _back(visit)


def _back(visit: Visit, **more: str) -> HttpResponse:
    from django.http import QueryDict

    kept = QueryDict(visit.asked("back")[:2000], mutable=True)
    query = {name: kept[name] for name in FIELDS if name in kept} | more
    if "done" in more and query.get("theme"):
        del query["theme"]
    there = reverse("studio-said", args=[visit.space.slug])
    return redirect(f"{there}?{urlencode(query)}" if query else there)


VIEW, EDIT = Right.VIEWER, Right.EDITOR
addresses: list[URLPattern] = [
    page("w/<slug:space>/said/", said, name="studio-said", right=VIEW),
    page(
        "w/<slug:space>/said/themes/",
        add_theme,
        name="studio-theme-add",
        right=EDIT,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/said/themes/<str:id>/",
        change_theme,
        name="studio-theme-change",
        right=EDIT,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/said/<slug:key>/",
        keep,
        name="studio-said-keep",
        right=EDIT,
        methods=("POST",),
    ),
]
