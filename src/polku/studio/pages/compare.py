"""As it is beside as it is to be: what would differ, who carries it, who changed what; and taking it over."""

from __future__ import annotations

from http import HTTPStatus

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.diagrams.compare.compare import compared
from polku.diagrams.views import COMPARABLE, view
from polku.documents import Journey
from polku.formats.yaml_write import set_value
from polku.studio.drawings import drawing
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.models import Change, Comment
from polku.studio.rights import Right
from polku.studio.store import Author, name_version, replace, texts_of
from polku.studio.telling import tell
from polku.studio.visit import Visit
from polku.words import Message

LINES = 25
LONGEST = 500


def compare(visit: Visit, journey: str) -> HttpResponse:
    """A journey beside the one it improves or is improved by."""
    return _page(visit, journey)


def take_over(visit: Visit, journey: str) -> HttpResponse:
    """Make the journey to be the one that is; what was measured has to be said first."""
    as_is, to_be = _pair(visit, journey)
    if as_is is None or to_be is None:
        raise Http404
    measured = visit.asked("measured")
    if not measured or len(measured) > LONGEST:
        return _page(visit, journey, refused=visit.say("studio-compare.measure-first", most=LONGEST))
    author = Author(visit.person)
    document = f"journeys/{as_is.id}"
    with transaction.atomic():
        text = texts_of(visit.space)[f"journeys/{to_be.id}"]
        for path, value in (("id", as_is.id), ("name", as_is.name), ("state", None), ("improves", None)):
            text = set_value(text, path, value, model=Journey)
        name_version(
            visit.space, document, visit.say("studio-compare.before", name=to_be.label)[:120], author
        )
        replace(visit.space, document, text, author)
        Comment.objects.create(space=visit.space, document=document, text=measured, person=visit.person)
    return redirect("studio-editor", visit.space.slug, as_is.id)


def _pair(visit: Visit, journey: str) -> tuple[Journey | None, Journey | None]:
    """The journey as it is and as it is to be; either may be missing.

    Raises:
        Http404: there is no such journey.
    """
    journeys = visit.workspace.journeys
    one = journeys.get(journey)
    if one is None:
        raise Http404
    if one.state == "to-be":
        return journeys.get(one.improves or ""), one
    wanted = visit.asked("with")
    improving = [other for other in journeys.values() if other.improves == one.id and other.state == "to-be"]
    return one, next((other for other in improving if not wanted or other.id == wanted), None)


def _page(visit: Visit, journey: str, *, refused: str = "") -> HttpResponse:
    as_is, to_be = _pair(visit, journey)
    slug = visit.space.slug
    shown = visit.workspace.journeys[journey]
    wanted = visit.asked("view", COMPARABLE[0])
    if wanted not in COMPARABLE:
        raise Http404
    context: dict[str, object] = {"as_is": as_is, "to_be": to_be, "view": wanted, "views": COMPARABLE}
    if as_is is not None and to_be is not None and as_is.steps and to_be.steps:
        both = compared(visit.workspace, to_be, as_is)
        scene = view(wanted)(
            visit.workspace,
            to_be,
            language=visit.language,
            today=visit.today,
            names=visit.names,
            against=as_is,
        )
        context |= {
            "both": both.comparison,
            "alone": both.alone,
            "changed": both.comparison.count("added") + both.comparison.count("removed"),
            "handoffs": len(both.comparison.handoffs_added),
            "svg": drawing(scene),
            "heading": scene.title,
            "table": scene.table,
        }
    documents = [f"journeys/{one.id}" for one in (as_is, to_be) if one is not None]
    changes = Change.objects.filter(space=visit.space, document__in=documents).select_related("person")
    comments = Comment.objects.filter(space=visit.space, document__in=documents).select_related("person")
    return show(
        visit,
        "studio/compare.html",
        context,
        title=Message("studio-compare.title"),
        rail="journeys",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        crumbs=[
            (Message("studio.rail-journeys"), reverse("studio-journeys", args=[slug])),
            (shown.label, reverse("studio-editor", args=[slug, shown.id])),
        ],
        shown=shown,
        told=[tell(one, visit.workspace, visit.say) for one in changes.order_by("-number")[:LINES]],
        count=changes.count(),
        comments=list(comments.order_by("-at")[:LINES]),
        refused=refused,
        longest=LONGEST,
    )


addresses: list[URLPattern] = [
    page("w/<slug:space>/compare/<str:journey>/", compare, name="studio-compare", right=Right.VIEWER),
    page(
        "w/<slug:space>/compare/<str:journey>/take-over/",
        take_over,
        name="studio-take-over",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
