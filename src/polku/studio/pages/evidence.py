"""Evidence: the library of what was heard and seen, what customers say by theme, and who has not been heard."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.documents import Evidence
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.formats.yaml_write import write_document
from polku.studio.buying_centre import signs_of_roles
from polku.studio.files import MOST_BYTES, keep_file, kept_file
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.library_fields import field_named, read_value, things_to_choose
from polku.studio.pages.library import named_by, uses_here
from polku.studio.pages.shared import waiting_notes
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, create, edit
from polku.studio.things_now import done_of, fields_now, number_of, thing_of
from polku.studio.visit import Visit
from polku.studio.voice import unheard, voice
from polku.words import Message

SHOWS = ("library", "voice", "unheard")
MOST = 60
"""Pieces on one page."""
MOST_BESIDE = 12
"""Pieces of a theme beside the themes."""


def evidence(visit: Visit) -> HttpResponse:
    """The library, the voice of customers, or who has not been heard."""
    workspace, show_what = visit.workspace, visit.asked("show")
    show_what = show_what if show_what in SHOWS else "library"
    everything = list(workspace.evidence.values())
    found = _found(visit, everything)
    counts: dict[str, int] = {}
    for one in everything:
        counts[one.kind or "none"] = counts.get(one.kind or "none", 0) + 1
    limits = workspace.settings.limits
    more: dict[str, Any] = {}
    gaps = unheard(workspace, visit.today)
    if show_what == "unheard":
        more["planned"] = [one for one in everything if one.status == "planned"]
    elif show_what == "voice":
        said = voice(workspace, found)
        chosen = visit.asked("theme")
        theme = next(
            (one for one in said.themes if one.name == chosen), said.themes[0] if said.themes else None
        )
        pieces = theme.pieces if theme else said.unthemed
        more |= {
            "voice": said,
            "theme": theme,
            "pieces": _cards(visit, pieces[:MOST_BESIDE]),
            "left": len(pieces) - MOST_BESIDE,
        }
        more["touchpoint_names"] = [workspace.label("touchpoints", id) for id in said.touchpoints]
        signs = signs_of_roles(workspace)
        more["role_signs"] = [(workspace.label("roles", id), signs[id]) for id in said.roles]
    else:
        start = max(0, number_of(visit.asked("from")) or 0)
        more |= {"pieces": _cards(visit, found[start : start + MOST]), "left": len(found) - start - MOST}
        more["next_from"] = start + MOST
    stale = sum(
        1
        for one in everything
        if one.date and one.status == "done" and visit.today - one.date >= limits.stale
    )
    return show(
        visit,
        "studio/evidence.html",
        title=Message("studio.rail-evidence"),
        rail="evidence",
        show=show_what,
        heading=_heading(visit, show_what, more, len(gaps)),
        counts=list(counts.items()),
        kind=visit.asked("kind"),
        wanted=visit.asked("q"),
        notes=waiting_notes(visit.space).count() if visit.editor else 0,
        stale=stale,
        stale_days=limits.stale.days,
        count=len(everything),
        shown=len(found),
        gaps=gaps,
        done=done_of(visit),
        **more,
    )


def _heading(visit: Visit, show_what: str, more: dict[str, Any], gaps: int) -> Message:
    if not visit.workspace.evidence:
        return Message("studio-evidence.heading-none")
    if show_what == "voice" and more["voice"].themes:
        first = more["voice"].themes[0]
        return Message("studio-evidence.heading-voice", {"theme": first.name, "count": len(first.pieces)})
    if show_what == "unheard":
        return (
            Message("studio-evidence.heading-unheard", {"count": gaps})
            if gaps
            else Message("studio-evidence.heading-all-heard")
        )
    heard = sum(one.status == "done" for one in visit.workspace.evidence.values())
    return Message("studio-evidence.heading", {"count": heard})


def _found(visit: Visit, pieces: list[Evidence]) -> list[Evidence]:
    """Those that the words, the kind and the age asked for leave; newest first, planned before all."""
    wanted, kind = visit.asked("q").casefold(), visit.asked("kind")
    limit = visit.workspace.settings.limits.stale
    found = []
    for one in pieces:
        text = " ".join(
            (one.id, one.name or "", one.source or "", one.quote or "", one.finding or "", *one.tags)
        )
        if wanted not in text.casefold():
            continue
        if kind == "stale":
            if not (one.date and one.status == "done" and visit.today - one.date >= limit):
                continue
        elif kind == "planned":
            if one.status != "planned":
                continue
        elif kind and (one.kind or "none") != kind:
            continue
        found.append(one)
    return sorted(
        found, key=lambda one: (one.status != "planned", -(one.date.toordinal() if one.date else 0), one.id)
    )


def _cards(visit: Visit, pieces: Any) -> list[dict[str, Any]]:
    workspace, limits = visit.workspace, visit.workspace.settings.limits
    signs = signs_of_roles(workspace)
    named = named_by(visit, "evidence")
    cards = []
    for one in pieces:
        age = (visit.today - one.date).days if one.date else None
        cards.append(
            {
                "piece": one,
                "age": age,
                "stale": age is not None and age >= limits.stale.days,
                "ageing": age is not None and age >= limits.ageing.days,
                "roles": [(workspace.label("roles", id), signs.get(id)) for id in one.about.roles],
                "touchpoints": [workspace.label("touchpoints", id) for id in one.about.touchpoints],
                "heard_by": [workspace.label("teams", id) for id in one.heard_by],
                "uses": len(named.get(one.id, ())),
            }
        )
    return cards


def piece(visit: Visit, id: str) -> HttpResponse:
    """One piece: its fields, its file, where it is used."""
    thing = thing_of(visit, "evidence", id)
    file = kept_file(visit.folder, thing.file)
    return show(
        visit,
        "studio/evidence-piece.html",
        title=thing.name or thing.source or id,
        rail="evidence",
        crumbs=[(Message("studio.rail-evidence"), reverse("studio-evidence", args=[visit.space.slug]))],
        kind="evidence",
        thing=thing,
        fields=fields_now(visit, "evidence", id),
        uses=uses_here(visit, "evidence", id),
        file=file,
        file_size=file.stat().st_size / 1_000_000 if file else 0,
        most=MOST_BYTES // 1_000_000,
        seen=visit.space.revision,
        done=done_of(visit, "evidence"),
    )


def new(visit: Visit) -> HttpResponse:
    """A new piece: the form, filled with what the link says; or the piece itself."""
    workspace = visit.workspace
    if visit.request.method == "GET":
        chosen = {
            name: visit.request.GET.getlist(name) for name in ("role", "touchpoint", "journey", "stage")
        }
        kinds = field_named("evidence", "kind")
        assert kinds is not None
        return show(
            visit,
            "studio/evidence-new.html",
            title=Message("studio-evidence.new"),
            rail="evidence",
            crumbs=[(Message("studio.rail-evidence"), reverse("studio-evidence", args=[visit.space.slug]))],
            planned=visit.asked("status") == "planned",
            kinds=kinds.options,
            roles=[
                (id, words, id in chosen["role"])
                for id, words in things_to_choose(workspace, "roles").items()
            ],
            touchpoints=[
                (id, words, id in chosen["touchpoint"])
                for id, words in things_to_choose(workspace, "touchpoints").items()
            ],
            teams=list(things_to_choose(workspace, "teams").items()),
            journey=next(iter(chosen["journey"]), ""),
            stage=next(iter(chosen["stage"]), ""),
            today=visit.today,
            step=visit.asked("step"),
        )
    made = _made(visit)
    create(visit.space, f"evidence/{made.id}", write_document(made), Author(visit.person))
    _attach_to_step(visit, made.id)
    return redirect("studio-evidence-piece", visit.space.slug, made.id)


def _made(visit: Visit) -> Evidence:
    """The piece that a form describes.

    Raises:
        DocumentError: it says nothing, or a day that is none.
    """
    said: dict[str, Any] = {}
    post = visit.request.POST
    for name in ("kind", "status", "source", "date", "quote", "finding", "heard_by", "tags"):
        field = field_named("evidence", name)
        assert field is not None
        value = read_value(field, post.getlist(name))
        if field.widget == "choice" and value not in field.options:
            value = None
        if value is not None:
            said[name] = value
    about = {}
    for kind, name in (
        ("roles", "role"),
        ("touchpoints", "touchpoint"),
        ("journeys", "journey"),
        ("stages", "stage"),
    ):
        known = things_to_choose(visit.workspace, kind)
        chosen = [id for id in post.getlist(name) if id in known]
        if chosen:
            about[kind] = chosen
    if not (said.get("source") or said.get("quote") or said.get("finding")):
        raise DocumentError(Message("studio-evidence.says-nothing"))
    words = " ".join(
        str(part)
        for part in (said.get("kind", ""), said.get("source") or said.get("quote") or said["finding"])
        if part
    )
    day = str(said.get("date", ""))[5:].replace("-", "")
    id = id_from(f"{words[:40]} {day}", visit.workspace.evidence, "evidence")
    return Evidence(id=id, about=about, **said)


def _attach_to_step(visit: Visit, id: str) -> None:
    """Where a step asked for the piece, the step stands on it from now on."""
    journey = visit.workspace.journeys.get(visit.asked("journey"))
    step = journey.step(visit.asked("step")) if journey else None
    if journey is not None and step is not None:
        edit(
            visit.space,
            Operation("add", f"journeys/{journey.id}", f"steps/{step.id}/evidence", id),
            seen=None,
            author=Author(visit.person),
        )


def attach(visit: Visit, id: str) -> HttpResponse:
    """Keep a file for a piece, or let go of it."""
    thing = thing_of(visit, "evidence", id)
    author, seen = Author(visit.person), number_of(visit.asked("seen"))
    if visit.asked("drop"):
        edit(visit.space, Operation("set", f"evidence/{id}", "file", None), seen=seen, author=author)
        return redirect("studio-evidence-piece", visit.space.slug, id)
    upload = visit.request.FILES.get("file")
    if upload is None:
        raise DocumentError(Message("studio-evidence.file-empty"))
    path = keep_file(visit.folder, id, upload.name or "file", upload.chunks())
    if path != thing.file:
        edit(visit.space, Operation("set", f"evidence/{id}", "file", path), seen=seen, author=author)
    return redirect("studio-evidence-piece", visit.space.slug, id)


def download(visit: Visit, id: str) -> FileResponse:
    """The file of a piece, to be saved and never shown within the page."""
    file = kept_file(visit.folder, thing_of(visit, "evidence", id).file)
    if file is None:
        raise Http404
    answer = FileResponse(
        file.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


VIEW, EDIT = Right.VIEWER, Right.EDITOR
addresses: list[URLPattern] = [
    page("w/<slug:space>/evidence/", evidence, name="studio-evidence", right=VIEW),
    page(
        "w/<slug:space>/evidence/new/", new, name="studio-evidence-new", right=EDIT, methods=("GET", "POST")
    ),
    page("w/<slug:space>/evidence/<str:id>/", piece, name="studio-evidence-piece", right=VIEW),
    page(
        "w/<slug:space>/evidence/<str:id>/file/",
        download,
        name="studio-evidence-file",
        right=VIEW,
        names=True,
    ),
    page(
        "w/<slug:space>/evidence/<str:id>/attach/",
        attach,
        name="studio-evidence-attach",
        right=EDIT,
        methods=("POST",),
    ),
]
