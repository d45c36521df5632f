"""History: who changed what and when, named versions, one change taken back, a version beside what is now."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.diagrams.views import COMPARABLE, view
from polku.documents import Journey
from polku.formats.document_changes import changes_between
from polku.formats.texts import read_text_document
from polku.studio.drawings import drawing
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.models import Change, Comment, Document, NamedVersion
from polku.studio.rights import Right
from polku.studio.store import Author, name_version, replace
from polku.studio.telling import document_label, shown, tell
from polku.studio.together import undo
from polku.studio.visit import Visit
from polku.words import Message

LINES = 60


def history(visit: Visit, document: str = "") -> HttpResponse:
    """What was changed, newest first: in one document, or in the whole workspace."""
    return _page(visit, document)


def take_back(visit: Visit, number: int) -> HttpResponse:
    """Take one change back; what was done since stays."""
    change = Change.objects.filter(space=visit.space, number=number).first()
    if change is None:
        raise Http404
    undo(visit.space, change, Author(visit.person))
    return redirect(_address(visit, change.document))


def name(visit: Visit, document: str) -> HttpResponse:
    """Give the present state of a document a name."""
    words = visit.asked("name")[:120]
    if not Document.objects.filter(space=visit.space, name=document).exists():
        raise Http404
    if not words:
        return _page(visit, document, refused=visit.say("studio-history.name-needed"))
    name_version(visit.space, document, words, Author(visit.person))
    return redirect(_address(visit, document))


def version(visit: Visit, number: int) -> HttpResponse:
    """A named version beside what is now: as lines, and drawn where it is a journey."""
    found = _version(visit, number)
    now = Document.objects.filter(space=visit.space, name=found.document).first()
    old = read_text_document(found.document, found.text).document
    new = read_text_document(found.document, now.text).document if now else None
    differences = changes_between(old, new) if old is not None and new is not None else ()
    context: dict[str, Any] = {
        "version": found,
        "label": document_label(visit.workspace, found.document, visit.say),
        "lines": [
            (one, shown(one.before, visit.say), shown(one.after, visit.say)) for one in differences[:LINES]
        ],
        "more": max(0, len(differences) - LINES),
        "gone": now is None,
    }
    if isinstance(old, Journey) and isinstance(new, Journey) and differences and new.steps and old.steps:
        wanted = visit.asked("view", COMPARABLE[0])
        if wanted not in COMPARABLE:
            raise Http404
        scene = view(wanted)(
            visit.workspace,
            new,
            language=visit.language,
            today=visit.today,
            names=visit.names,
            against=old,
        )
        context |= {"svg": drawing(scene), "views": COMPARABLE, "view": wanted}
    return show(
        visit,
        "studio/version.html",
        context,
        title=found.name,
        rail=_rail(found.document),
        crumbs=[(Message("studio-history.title"), _address(visit, found.document))],
    )


def restore(visit: Visit, number: int) -> HttpResponse:
    """Put a named version in the place of what is now; one undo takes it back."""
    found = _version(visit, number)
    replace(visit.space, found.document, found.text, Author(visit.person))
    return redirect(_address(visit, found.document))


def _version(visit: Visit, number: int) -> NamedVersion:
    found = NamedVersion.objects.filter(space=visit.space, pk=number).first()
    if found is None:
        raise Http404
    return found


def _page(visit: Visit, document: str, *, refused: str = "") -> HttpResponse:
    changes = Change.objects.filter(space=visit.space).select_related("person").order_by("-number")
    versions = NamedVersion.objects.filter(space=visit.space).select_related("person").order_by("-number")
    comments = Comment.objects.filter(space=visit.space).select_related("person").order_by("-at")
    there = Document.objects.filter(space=visit.space, name=document).exists() if document else False
    if document:
        changes, versions = changes.filter(document=document), versions.filter(document=document)
        comments = comments.filter(document=document)
        if not changes.exists() and not there:
            raise Http404
    try:
        before = int(visit.asked("before") or 2**62)
    except ValueError:
        raise Http404 from None
    shown_changes = list(changes.filter(number__lt=before)[: LINES + 1])
    more = len(shown_changes) > LINES
    told = [tell(one, visit.workspace, visit.say) for one in shown_changes[:LINES]]
    return show(
        visit,
        "studio/history.html",
        title=Message("studio-history.title"),
        rail=_rail(document),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        document=document,
        label=document_label(visit.workspace, document, visit.say) if document else visit.workspace.name,
        told=told,
        older=told[-1].change.number if more else None,
        count=changes.count(),
        versions=list(versions),
        comments=list(comments[:LINES]),
        there=there,
        refused=refused,
    )


def _rail(document: str) -> str:
    kind = document.partition("/")[0]
    known = {"journeys": "journeys", "roles": "roles", "accounts": "accounts", "evidence": "evidence"}
    return known.get(kind, "improve" if kind in ("improvements", "sprints") else "home")


def _address(visit: Visit, document: str) -> str:
    return reverse("studio-history-of", args=[visit.space.slug, document])


addresses: list[URLPattern] = [
    page("w/<slug:space>/history/", history, name="studio-history", right=Right.VIEWER),
    page(
        "w/<slug:space>/history/back/<int:number>/",
        take_back,
        name="studio-take-back",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page("w/<slug:space>/history/version/<int:number>/", version, name="studio-version", right=Right.VIEWER),
    page(
        "w/<slug:space>/history/version/<int:number>/restore/",
        restore,
        name="studio-restore",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/history/name/<path:document>/",
        name,
        name="studio-name-version",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page("w/<slug:space>/history/of/<path:document>/", history, name="studio-history-of", right=Right.VIEWER),
]
