"""The journey editor: nine views over one step in hand, and a drawer that edits everything a step holds."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import URLPattern

from polku.diagrams.matrix.matrix import LANES
from polku.diagrams.parts.journey import journey_facts, meta_line, role_label
from polku.documents import Journey
from polku.studio import shown as showing
from polku.studio.beginning import read_line
from polku.studio.drawer import KINDS, drawer_of
from polku.studio.drawer_around import journey_drawer, stage_drawer
from polku.studio.drawer_fields import drawn_order
from polku.studio.editing import do, parts_of, slipped
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.kin import kin_of
from polku.studio.models import Change
from polku.studio.phone import phone_list
from polku.studio.places import address
from polku.studio.rights import Right
from polku.studio.shown import Shown, canvas_of, shown_of
from polku.studio.store import Author, Conflict, undoable, workspace_of
from polku.studio.together import undo
from polku.studio.visit import Visit
from polku.words import Message


def journey_or_404(visit: Visit, id: str) -> Journey:
    """The journey of an address."""
    found = visit.workspace.journeys.get(id)
    if found is None:
        raise Http404
    return found


def editor(visit: Visit, journey: str) -> HttpResponse:
    """The whole page."""
    one = journey_or_404(visit, journey)
    shown = _begun(visit, one)
    facts = journey_facts(visit.workspace, one, today=visit.today)
    return show(
        visit,
        "studio/editor.html",
        {**_around(visit, one, shown), **_canvas(visit, one, shown), **_drawer(visit, one, shown)},
        title=one.label,
        rail="journeys",
        crumbs=[(Message("studio.rail-journeys"), address(visit.space, "studio-journeys"))],
        facts=facts,
        meta=meta_line(facts, visit.say),
        age=(visit.today - one.validated).days if one.validated else None,
        phone=phone_list(visit, facts),
        lanes=[
            (name, visit.say(f"diagrams.lane-{name}"), shown.lanes is None or name in shown.lanes)
            for name in LANES
        ],
        key_list=key_list(visit),
        live=address(visit.space, "studio-live"),
        history=address(visit.space, "studio-history-of", f"journeys/{one.id}"),
        version=address(visit.space, "studio-name-version", f"journeys/{one.id}"),
        improved=_improved(visit, one),
    )


def canvas(visit: Visit, journey: str) -> HttpResponse:
    """The drawing alone, to be put in place of the present one."""
    one = journey_or_404(visit, journey)
    shown = shown_of(visit, one)
    return show_part(visit, "studio/editor-canvas.html", _canvas(visit, one, shown), journey=one)


def drawer(visit: Visit, journey: str, step: str = "", stage: str = "") -> HttpResponse:
    """The drawer alone: of a step, of a stage, of the journey."""
    one = journey_or_404(visit, journey)
    if (step and one.step(step) is None) or (stage and one.stage(stage) is None):
        raise Http404
    about = f"stage-{stage}" if stage else "" if step else "journey"
    context = _drawer(visit, one, Shown(step=step), about=about)
    return show_part(visit, "studio/editor-drawer.html", context, journey=one)


def measured(visit: Visit, journey: str, step: str) -> HttpResponse:
    """What was counted at a step; asked for by itself, so that no edit waits for the data."""
    one = journey_or_404(visit, journey)
    if one.step(step) is None:
        raise Http404
    overlay = showing.overlay_of(visit.space, one.id)
    return show_part(
        visit,
        "studio/editor-measured.html",
        overlay=overlay,
        counted=overlay.step(step) if overlay else None,
        small=visit.workspace.settings.limits.small,
        low=visit.workspace.settings.limits.goes_on,
        data=address(visit.space, "studio-data"),
        sample=visit.workspace.settings.example,
    )


def edit(visit: Visit, journey: str) -> HttpResponse:
    """One act of the editor; then the drawing and the drawer as they are now."""
    one = journey_or_404(visit, journey)
    said: dict[str, Any] = {
        name: values if len(values) > 1 or name == "value" else values[0]
        for name, values in visit.request.POST.lists()
    }
    if isinstance(said.get("value"), list) and len(said["value"]) == 1 and not visit.asked("several"):
        said["value"] = said["value"][0]
    said["taken"], said["improvements"] = visit.workspace.evidence, visit.workspace.improvements
    seen = visit.asked("seen")
    act = visit.asked("act", "set")
    if act == "add-step" and (line := read_line(str(said.get("does", "")), visit.workspace)).role:
        said |= {"role": line.role, "does": line.does}
    try:
        slipped(visit.space, one, said)
        do(
            visit.space,
            parts_of(one, act, said),
            seen=int(seen) if seen.isdecimal() else None,
            author=Author(visit.person),
            key=visit.asked("key")[:64],
        )
    except Conflict as conflict:
        return _conflict(visit, one, conflict, said)
    return _both(visit, journey)


def take_back(visit: Visit, journey: str, again: bool = False) -> HttpResponse:
    """Undo or redo the reader's own last act in this journey."""
    one = journey_or_404(visit, journey)
    author = Author(visit.person)
    change = _takeable(visit, one)[1 if again else 0]
    key = visit.asked("key")[:64]
    done = bool(key) and Change.objects.filter(space=visit.space, key=key).exists()
    if change is not None and not done:
        made = undo(visit.space, change, author)
        if key:
            # Sent twice, it is done once; and the page that asked knows its own change when it hears of it.
            Change.objects.filter(pk=made.pk, key="").update(key=key)
    return _both(visit, journey)


def do_again(visit: Visit, journey: str) -> HttpResponse:
    """Redo."""
    return take_back(visit, journey, again=True)


def present(visit: Visit, journey: str) -> HttpResponse:
    """One step after another, large, for a room of people."""
    one = journey_or_404(visit, journey)
    facts = journey_facts(visit.workspace, one, today=visit.today)
    return show(
        visit,
        "studio/editor-present.html",
        title=one.label,
        journey=one,
        facts=facts,
        step=visit.asked("step"),
        back=address(visit.space, "studio-editor", one.id, step=visit.asked("step")),
    )


def _both(visit: Visit, journey: str) -> HttpResponse:
    """Drawing, drawer and what can be undone after an edit; the documents are read anew."""
    visit.__dict__.pop("workspace", None)
    one = workspace_of(visit.space).journeys.get(journey)
    if one is None:
        return HttpResponse(
            status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address(visit.space, "studio-journeys")}
        )
    shown = shown_of(visit, one)
    context = {**_canvas(visit, one, shown), **_drawer(visit, one, shown), **_undo(visit, one)}
    return show_part(visit, "studio/editor-both.html", context, journey=one)


def _conflict(visit: Visit, journey: Journey, conflict: Conflict, said: dict[str, Any]) -> HttpResponse:
    """Both values side by side, and a choice."""
    again = [
        (name, value)
        for name, value in visit.request.POST.items()
        if name not in ("seen", "key", "was", "csrfmiddlewaretoken")
    ]
    return show_part(
        visit,
        "studio/editor-conflict.html",
        status=HTTPStatus.CONFLICT,
        journey=journey,
        who=conflict.theirs.who or "–",
        theirs=conflict.theirs.after,
        mine=said.get("value", ""),
        again=again,
        seen=visit.space.revision,
    )


def _begun(visit: Visit, journey: Journey) -> Shown:
    """What is shown at first: without a step in hand, the one that feels worst, of which the title speaks."""
    shown = shown_of(visit, journey)
    if shown.step or "step" in visit.request.GET:
        return shown
    felt = [
        (step.feels, place, step.id) for place, step in enumerate(journey.steps) if step.feels is not None
    ]
    return replace(shown, step=min(felt)[2]) if felt else shown


def _around(visit: Visit, journey: Journey, shown: Shown) -> dict[str, Any]:
    workspace = visit.workspace
    facts = journey_facts(workspace, journey, today=visit.today)
    roles = [
        (
            id,
            facts.signs[id],
            role_label(workspace, id, visit.say).split(",")[0],
            shown.roles is not None and id in shown.roles,
        )
        for id in facts.roles
        if id in facts.signs
    ]
    views = [
        (name, visit.say(f"studio-editor.view-{name}"), str((number + 1) % 10), name == shown.view)
        for number, name in enumerate(showing.VIEWS)
    ]
    front = [
        one for place, one in enumerate(roles) if len(roles) <= MOST_CHIPS or place < FEW_CHIPS or one[3]
    ]
    return {
        "journey": journey,
        "roles": front,
        "more_roles": [one for one in roles if one not in front],
        "views": views,
        **_undo(visit, journey),
    }


MOST_CHIPS, FEW_CHIPS = 8, 5
"""Roles that stand above a drawing; where there are more, so many stand there and the others in a menu."""

KEYS: tuple[tuple[tuple[str, ...], str, bool], ...] = (
    (("1", "…", "9", "0"), "views", False),
    (("←", "→"), "steps", False),
    (("J", "K"), "drawer", False),
    (("↑", "↓"), "feeling", True),
    (("Alt ←", "Alt →"), "move", True),
    (("Alt ↑", "Alt ↓"), "order", True),
    (("Enter",), "words", True),
    (("N",), "new", True),
    (("D",), "copy", True),
    (("Delete",), "delete", True),
    (("E",), "evidence", True),
    (("M",), "moment", True),
    (("H",), "handoff", True),
    (("W",), "way", True),
    (("[", "]"), "fold", False),
    (("O",), "overlay", False),
    (("T",), "table", False),
    (("+", "−", "F"), "zoom", False),
    (("Ctrl Z", "Ctrl Shift Z"), "undo", True),
    (("Esc",), "leave", False),
    (("?",), "keys", False),
)
"""Keys, what they are called, and whether they change something."""


def key_list(visit: Visit) -> list[tuple[tuple[str, ...], str]]:
    """Keys with what they do, as far as the reader may."""
    return [
        (keys, visit.say(f"studio-editor.k-{name}"))
        for keys, name, changes in KEYS
        if visit.editor or not changes
    ]


def _undo(visit: Visit, journey: Journey) -> dict[str, Any]:
    if not visit.editor:
        return {"last": None, "again": None}
    last, again = _takeable(visit, journey)
    return {"last": last, "again": again}


def _takeable(visit: Visit, journey: Journey) -> tuple[Change | None, Change | None]:
    """What undo and redo would take back; that there is the journey at all is not taken back from within it."""
    last, again = undoable(visit.space, Author(visit.person), f"journeys/{journey.id}")
    return (None if last is not None and last.kind == "create" else last), again


def _canvas(visit: Visit, journey: Journey, shown: Shown) -> dict[str, Any]:
    drawn = canvas_of(visit, journey, shown)
    return {
        "shown": shown,
        "canvas": drawn,
        "order": ",".join(drawn_order(journey)),
        "stages": ",".join(stage.id for stage in journey.stages),
        "folded": ",".join(drawn.folded),
        "kin": kin_of(visit, journey.id),
    }


def _drawer(visit: Visit, journey: Journey, shown: Shown, about: str | None = None) -> dict[str, Any]:
    about = visit.asked("about") if about is None else about
    found: dict[str, Any] = {"shown": shown, "about": about}
    stage = about.removeprefix("stage-") if about.startswith("stage-") else ""
    if stage:
        found["stage"] = stage_drawer(visit, journey, stage)
    elif about != "journey":
        found["drawer"] = drawer_of(visit, journey, shown.step)
    if not found.get("stage") and not found.get("drawer"):
        found["whole"] = journey_drawer(visit, journey)
    item = f"stages/{stage}" if stage else f"steps/{shown.step}" if found.get("drawer") else ""
    comments = address(visit.space, "studio-comments", f"journeys/{journey.id}", path=item)
    return {**found, "comments": comments, "seen": visit.space.revision, "kinds": _kinds(visit)}


def _kinds(visit: Visit) -> list[tuple[str, str]]:
    return [(kind, visit.say(f"diagrams.evidence-{kind}")) for kind in KINDS]


def _improved(visit: Visit, journey: Journey) -> Journey | None:
    """The journey as it is, of one that is to be; else one to be, of this one."""
    journeys = visit.workspace.journeys
    if journey.improves in journeys:
        return journeys[journey.improves or ""]
    return next((one for one in journeys.values() if one.improves == journey.id), None)


WHERE = "w/<slug:space>/journeys/<str:journey>/"
addresses: list[URLPattern] = [
    page(WHERE, editor, name="studio-editor", right=Right.VIEWER),
    page(f"{WHERE}canvas/", canvas, name="studio-canvas", right=Right.VIEWER),
    page(f"{WHERE}drawer/", drawer, name="studio-drawer", right=Right.VIEWER),
    page(f"{WHERE}drawer/<str:step>/", drawer, name="studio-drawer-step", right=Right.VIEWER),
    page(f"{WHERE}stage/<str:stage>/", drawer, name="studio-drawer-stage", right=Right.VIEWER),
    page(f"{WHERE}measured/<str:step>/", measured, name="studio-measured", right=Right.VIEWER),
    page(f"{WHERE}present/", present, name="studio-present", right=Right.VIEWER),
    page(f"{WHERE}edit/", edit, name="studio-edit", right=Right.EDITOR, methods=("POST",)),
    page(f"{WHERE}undo/", take_back, name="studio-undo", right=Right.EDITOR, methods=("POST",)),
    page(f"{WHERE}redo/", do_again, name="studio-redo", right=Right.EDITOR, methods=("POST",)),
]
