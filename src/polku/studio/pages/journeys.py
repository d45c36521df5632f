"""The journeys of a workspace as cards: new ones, copies, and those that were deleted come back."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from polku.diagrams.atlas import Entry
from polku.documents import Journey
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.formats.plain import plain
from polku.formats.yaml_write import write_document
from polku.studio.beginning import STAGE_SETS, stages_of
from polku.studio.editing import do
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.journey_pictures import curve_of, entries_of
from polku.studio.models import Change
from polku.studio.pages.editor import journey_or_404
from polku.studio.pasting import pasted, read_cells
from polku.studio.places import address
from polku.studio.rights import Right
from polku.studio.store import Author, create, delete
from polku.studio.together import NewDocument, undo
from polku.studio.visit import Visit
from polku.words import Message

MOST = 60
SHOWN_STEPS = 40


def journeys(visit: Visit) -> HttpResponse:
    """All journeys, each with its curve on one scale."""
    words = visit.asked("q").casefold()
    state = visit.asked("state")
    entries = entries_of(visit.space)
    found = [
        one
        for one in entries
        if (not words or words in one.journey.label.casefold()) and state in ("", one.journey.state)
    ]
    everything = visit.asked("show") == "all"
    gone = visit.asked("gone")
    return show(
        visit,
        "studio/journeys.html",
        title=Message("studio.rail-journeys"),
        rail="journeys",
        cards=[_card(visit, one) for one in (found if everything else found[:MOST])],
        hidden=0 if everything else max(0, len(found) - MOST),
        all=len(entries),
        words=visit.asked("q"),
        state=state,
        gone=Change.objects.filter(space=visit.space, number=int(gone), kind="delete").first()
        if gone.isdecimal() and len(gone) < 12
        else None,
    )


def _card(visit: Visit, one: Entry) -> dict[str, object]:
    journey = one.journey
    return {
        "entry": one,
        "journey": journey,
        "curve": curve_of(visit.space, one, visit.language, 360.0),
        "steps": len(one.facts.steps),
        "stages": len(journey.stages),
        "signs": [one.facts.signs[role] for role in one.facts.roles if role in one.facts.signs],
        "segment": visit.workspace.label("segments", journey.segment) if journey.segment else "",
        "account": visit.workspace.label("accounts", journey.account) if journey.account else "",
        "improves": visit.workspace.label("journeys", journey.improves) if journey.improves else "",
    }


def new(visit: Visit) -> HttpResponse:
    """A new journey: stages of a set or none, or cells from a spreadsheet, or a copy."""
    refused = ""
    if visit.request.method == "POST":
        try:
            return _begin(visit)
        except DocumentError as error:
            refused = error.text(visit.language)
    return show(
        visit,
        "studio/journey-new.html",
        title=Message("studio-journeys.new"),
        rail="journeys",
        crumbs=[(Message("studio.rail-journeys"), address(visit.space, "studio-journeys"))],
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        refused=refused,
        sets=[
            (key, visit.say(f"studio-journeys.set-{key}"), [one.label for one in stages_of(key, visit.say)])
            for key in STAGE_SETS
        ],
        said={name: visit.asked(name) for name in ("name", "way", "cells", "of", "state")},
        begin=address(visit.space, "studio-start", "journey"),
    )


def _begin(visit: Visit) -> HttpResponse:
    way, name = visit.asked("way", "blank"), visit.asked("name")[:120]
    if way == "cells":
        return _look(visit, None)
    if way == "copy":
        return copy(visit, visit.asked("of"))
    title = name or visit.say("studio-journeys.unnamed")
    id = id_from(title, visit.workspace.journeys, "journey")
    stages = stages_of(way, visit.say) if way in STAGE_SETS else ()
    journey = Journey(id=id, name=title, state="as-is", stages=stages)
    create(
        visit.space,
        f"journeys/{id}",
        write_document(journey),
        Author(visit.person),
        key=visit.asked("key")[:64],
    )
    return redirect("studio-editor", visit.space.slug, id)


def paste(visit: Visit, journey: str) -> HttpResponse:
    """Cells from a spreadsheet into a journey: looked at first, then taken in."""
    one = journey_or_404(visit, journey)
    if visit.request.method != "POST":
        return redirect("studio-editor", visit.space.slug, one.id)
    return _look(visit, one)


def _look(visit: Visit, into: Journey | None) -> HttpResponse:
    """What cells become, before anything is saved; with `sure`, they become it."""
    cells, name = visit.asked("cells"), visit.asked("name")[:120] or visit.say("studio-journeys.pasted")
    try:
        found = pasted(visit.workspace, read_cells(cells, into.label if into else name), into)
    except DocumentError as error:
        if into is None:
            raise
        found, refused = None, error.text(visit.language)
    else:
        refused = ""
    if found is not None and visit.asked("sure"):
        do(visit.space, found.parts, seen=None, author=Author(visit.person), key=visit.asked("key")[:64])
        return redirect("studio-editor", visit.space.slug, found.journey)
    steps = found.read.journey.steps if found else ()
    labels = {role.id: role.label for role in found.read.roles} if found else {}
    places = {one.id: one.name or one.id for one in found.read.touchpoints} if found else {}
    rows = [
        (
            step,
            found.read.journey.stage(step.stage),
            labels.get(step.role or "", ""),
            places.get(step.touchpoint or "", ""),
        )
        for step in steps[:SHOWN_STEPS]
        if found
    ]
    return show(
        visit,
        "studio/journey-paste.html",
        title=Message("studio-journeys.paste-title"),
        rail="journeys",
        crumbs=[(Message("studio.rail-journeys"), address(visit.space, "studio-journeys"))],
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        into=into,
        cells=cells,
        name=name,
        refused=refused,
        found=found,
        rows=rows,
        count=len(steps),
        shown=len(rows),
    )


def copy(visit: Visit, journey: str) -> HttpResponse:
    """A copy beside the first; with `state=to-be`, the journey as it is to be."""
    one = journey_or_404(visit, journey)
    to_be = visit.asked("state") == "to-be"
    title = visit.asked("name")[:120] or visit.say(
        "studio-journeys.to-be-of" if to_be else "studio-journeys.copy-of", name=one.label
    )
    id = id_from(title, visit.workspace.journeys, "journey")
    data = plain(one.model_dump(by_alias=True, exclude_unset=True, exclude_none=True))
    data |= {"id": id, "name": title}
    data.pop("validated", None)
    if to_be:
        data |= {"state": "to-be", "improves": one.id}
    text = write_document(Journey.model_validate(data))
    do(
        visit.space,
        [NewDocument(f"journeys/{id}", text)],
        seen=None,
        author=Author(visit.person),
        key=visit.asked("key")[:64],
    )
    return redirect("studio-editor", visit.space.slug, id)


def remove(visit: Visit, journey: str) -> HttpResponse:
    """Delete a journey; the list then offers it back."""
    one = journey_or_404(visit, journey)
    change = delete(visit.space, f"journeys/{one.id}", Author(visit.person))
    return redirect(address(visit.space, "studio-journeys", gone=str(change.number)))


def bring_back(visit: Visit, number: int) -> HttpResponse:
    """Take the deletion of a journey back."""
    change = Change.objects.filter(
        space=visit.space, number=number, kind="delete", document__startswith="journeys/"
    ).first()
    if change is None:
        raise Http404
    if change.document.removeprefix("journeys/") not in visit.workspace.journeys:
        undo(visit.space, change, Author(visit.person))
    return redirect("studio-editor", visit.space.slug, change.document.removeprefix("journeys/"))


LIST = "w/<slug:space>/journeys/"
addresses: list[URLPattern] = [
    page(LIST, journeys, name="studio-journeys", right=Right.VIEWER),
    page(
        "w/<slug:space>/new-journey/",
        new,
        name="studio-journey-new",
        right=Right.EDITOR,
        methods=("GET", "POST"),
    ),
    page(
        "w/<slug:space>/journey-back/<int:number>/",
        bring_back,
        name="studio-journey-back",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        f"{LIST}<str:journey>/paste/", paste, name="studio-paste", right=Right.EDITOR, methods=("GET", "POST")
    ),
    page(
        f"{LIST}<str:journey>/copy/", copy, name="studio-journey-copy", right=Right.EDITOR, methods=("POST",)
    ),
    page(
        f"{LIST}<str:journey>/delete/",
        remove,
        name="studio-journey-delete",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
