"""Behind a link that was handed on: journeys to read, and a workshop that guests add notes to."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.diagrams.views import VIEWS
from polku.documents import Evidence
from polku.documents.evidence import About
from polku.errors import PolkuError
from polku.formats.yaml_write import write_document
from polku.studio.drawings import drawing
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.journey_pictures import journey_picture
from polku.studio.models import Comment, Space, Token
from polku.studio.rights import Right
from polku.studio.store import Author, create, workspace_of
from polku.studio.tokens import known
from polku.studio.visit import Visit
from polku.words import Message

MOST_NOTES = 60
"""Notes an hour behind one workshop link; more is no workshop."""
LONGEST = 600


def shared(visit: Visit, secret: str) -> HttpResponse:
    """The journeys of a link to read; of one, its picture."""
    token = known(Token.SHARE, secret)
    if token is None or token.space is None or token.space.removed:
        return _closed(visit)
    space = token.space
    workspace = workspace_of(space)
    granted = str(token.grants.get("journey") or "")
    journeys = [one for one in workspace.journeys.values() if not granted or one.id == granted]
    wanted, view = visit.asked("journey") or granted, visit.asked("view", "matrix")
    chosen = next((one for one in journeys if one.id == wanted), None)
    if wanted and chosen is None:
        raise Http404
    if len(journeys) == 1 and chosen is None:
        chosen = journeys[0]
    context: dict[str, Any] = {"journeys": journeys, "chosen": chosen, "workspace": workspace}
    if chosen is not None:
        try:
            scene = journey_picture(
                space, chosen.id, view, language=visit.language, measured=bool(token.grants.get("measures"))
            )
        except PolkuError as error:
            return show(
                visit,
                "studio/refused.html",
                title=error.message,
                status=404,
                words=error.text(visit.language),
            )
        context |= {"svg": drawing(scene), "table": scene.table, "view": view, "views": list(VIEWS)}
    return show(visit, "studio/shared.html", context, title=chosen.label if chosen else workspace.name)


def workshop(visit: Visit, secret: str) -> HttpResponse:
    """A journey as a list of steps on a phone; a guest says who they are and adds notes."""
    token = known(Token.WORKSHOP, secret)
    if token is None or token.space is None or token.space.removed:
        return _closed(visit)
    space: Space = token.space
    journey = workspace_of(space).journeys.get(str(token.grants.get("journey")))
    if journey is None:
        return _closed(visit)
    document = f"journeys/{journey.id}"
    guest = visit.asked("guest")[:80] or str(visit.request.session.get("guest", ""))
    refused = ""
    if visit.request.method == "POST":
        step, words = visit.asked("step"), visit.asked("note")
        if guest:
            visit.request.session["guest"] = guest
        if not guest:
            refused = visit.say("studio-people.guest-name-needed")
        elif words and step not in {one.id for one in journey.steps}:
            raise Http404
        elif len(words) > LONGEST:
            refused = visit.say("studio-people.note-too-long", most=LONGEST, found=len(words))
        elif words and not _may_write(token):
            refused = visit.say("studio-people.too-many-notes")
        elif words:
            Comment.objects.create(
                space=space, document=document, path=f"steps/{step}", text=words, guest=guest
            )
            return redirect(f"{visit.request.path}#step-{step}")
        else:
            return redirect(visit.request.path)
    notes: dict[str, list[Comment]] = {}
    rows = Comment.objects.filter(space=space, document=document, person=None).exclude(guest="")
    for note in rows.order_by("at"):
        notes.setdefault(note.path.partition("/")[2], []).append(note)
    workspace = workspace_of(space)
    stages = [
        (
            stage,
            [
                (one, workspace.label("roles", one.role), notes.get(one.id, []))
                for one in journey.steps
                if one.stage == stage.id
            ],
        )
        for stage in journey.stages
    ]
    return show(
        visit,
        "studio/workshop.html",
        title=journey.label,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        journey=journey,
        stages=stages,
        guest=guest,
        refused=refused,
        longest=LONGEST,
    )


def waiting_notes(space: Space) -> Any:
    """The rows of what guests of workshops wrote and nobody has looked at yet."""
    return Comment.objects.filter(space=space, person=None, done=None).exclude(guest="")


def notes(visit: Visit) -> HttpResponse:
    """What guests of workshops wrote and nobody has looked at yet."""
    rows = waiting_notes(visit.space).order_by("at")
    listed = []
    for note in rows:
        journey = visit.workspace.journeys.get(note.document.partition("/")[2])
        step = (
            next((one for one in journey.steps if f"steps/{one.id}" == note.path), None) if journey else None
        )
        listed.append((note, journey, step))
    return show(
        visit,
        "studio/notes.html",
        title=Message("studio-people.notes"),
        rail="evidence",
        crumbs=[(Message("studio.rail-evidence"), reverse("studio-evidence", args=[visit.space.slug]))],
        listed=listed,
    )


def settle(visit: Visit, note: int) -> HttpResponse:
    """Take a guest's note as evidence of staff, or lay it aside."""
    from django.utils import timezone

    found = (
        Comment.objects.filter(space=visit.space, pk=note, person=None, done=None).exclude(guest="").first()
    )
    if found is None:
        raise Http404
    if visit.asked("act") == "accept":
        journey = found.document.partition("/")[2]
        about = About(journeys=(journey,), steps=(found.path.partition("/")[2],))
        piece = Evidence(
            id=f"workshop-{found.pk}",
            kind="staff",
            source=found.guest,
            date=found.at.date(),
            finding=found.text,
            about=about,
        )
        create(
            visit.space,
            f"evidence/{piece.id}",
            write_document(piece),
            Author(visit.person),
            key=f"note-{found.pk}",
        )
    found.done = timezone.now()
    found.save(update_fields=["done"])
    return redirect("studio-notes", visit.space.slug)


def _may_write(token: Token) -> bool:
    key = f"notes-{token.pk}"
    cache.add(key, 0, 3600)
    return bool(cache.incr(key) <= MOST_NOTES)


def _closed(visit: Visit) -> HttpResponse:
    words = visit.say("studio-people.link-closed")
    return show(visit, "studio/refused.html", title=words, status=HTTPStatus.GONE, words=words)


addresses: list[URLPattern] = [
    page("shared/<str:secret>/", shared, name="studio-shared", right=Right.OPEN),
    page(
        "workshop/<str:secret>/", workshop, name="studio-workshop", right=Right.OPEN, methods=("GET", "POST")
    ),
    page("w/<slug:space>/notes/", notes, name="studio-notes", right=Right.EDITOR),
    page(
        "w/<slug:space>/notes/<int:note>/", settle, name="studio-note", right=Right.EDITOR, methods=("POST",)
    ),
]
