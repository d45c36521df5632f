"""Roles side by side: who weighs, who knows, what each wants, whom we have heard."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.checks.labels import some
from polku.diagrams.parts.journey import JourneyFacts, journey_facts
from polku.diagrams.roles.stems import draw_stems
from polku.documents import PARTS, Role
from polku.errors import LakeError
from polku.studio.buying_centre import Known, buying_centre
from polku.studio.drawings import still
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.library_fields import FieldNow, field_named, field_now
from polku.studio.long_lists import part_of
from polku.studio.measured import main_journey, measures_of, remembered
from polku.studio.pages.library import new_thing, tabs_of
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit
from polku.studio.things_now import done_of, number_of
from polku.studio.visit import Visit
from polku.words import Message

WEIGHT = {"signs": 4, "vetoes": 3, "recommends": 2, "advises": 1, "none": 0}
KNOWS = {"high": 3, "medium": 2, "low": 1}
BESIDE = 12
"""Roles that stand side by side on one page."""


def roles(visit: Visit) -> HttpResponse:
    """All roles as columns."""
    workspace = visit.workspace
    wanted = visit.asked("journey")
    id = wanted if wanted in workspace.journeys else main_journey(visit.space)
    journey = workspace.journeys.get(id or "")
    try:
        measures = measures_of(visit.space, journey.id) if journey else None
    except LakeError:
        measures = None
    known = buying_centre(workspace, journey, measures)
    places = {one.role.id: place for place, one in enumerate(known, 1)}
    part = part_of(visit, known, lambda one: searched_of(visit, one.role), BESIDE)

    @cache
    def facts(id: str) -> JourneyFacts:
        return journey_facts(workspace, workspace.journeys[id], today=visit.today)

    columns = [
        {**_column(visit, one, journey.id if journey else None, facts), "place": places[one.role.id]}
        for one in part.rows
    ]
    return show(
        visit,
        "studio/roles.html",
        title=Message("studio.rail-roles"),
        rail="roles",
        tabs=tabs_of(visit, "roles"),
        heading=_heading(known, bool(measures or workspace.accounts)),
        columns=columns,
        part=part,
        journey=journey,
        journeys=list(workspace.journeys.values()) if len(workspace.journeys) > 1 else [],
        steps=len(journey.steps) if journey else 0,
        measured=measures is not None,
        accounts=known[0].of if known else 0,
        parts=PARTS,
        seen=visit.space.revision,
        done=done_of(visit),
    )


def searched_of(visit: Visit, role: Role) -> str:
    """Name and part of a role, as they stand on the page."""
    part = visit.say(f"diagrams.part-{role.part}") if role.part else ""
    return f"{role.label} {part}"


NAMED = 5
"""Roles that a heading names."""


def _heading(known: tuple[Known, ...], counted: bool) -> Message:
    """Those who know most and are hardly named; else those nobody asked; else the question itself."""
    if not known:
        return Message("studio-roles.heading-none")
    hidden = [one.name for one in known if one.few]
    if hidden and counted:
        return Message("studio-roles.heading-hidden", {"count": len(hidden), "names": some(hidden, NAMED)})
    unheard = [one.name for one in known if not one.evidence]
    if len(unheard) > NAMED:
        return Message("studio-roles.heading-unheard-many", {"count": len(unheard), "names": unheard[:3]})
    if unheard:
        return Message("studio-roles.heading-unheard", {"names": unheard})
    return Message("studio-roles.heading")


def _column(
    visit: Visit, one: Known, journey: str | None, facts: Callable[[str], JourneyFacts]
) -> dict[str, Any]:
    workspace, role = visit.workspace, one.role
    seen = visit.space.revision
    fields: dict[str, FieldNow] = {}
    for name in ("decides", "insight", "job", "goals", "needs", "drivers"):
        field = field_named("roles", name)
        assert field is not None
        fields[name] = field_now(workspace, visit.say, "roles", role, field, seen)
    used = {
        touchpoint.channel
        for found in workspace.journeys.values()
        for step in found.steps
        if step.role == role.id and (touchpoint := workspace.touchpoints.get(step.touchpoint or ""))
    }
    heard = [
        piece
        for piece in workspace.evidence.values()
        if piece.status == "done" and role.id in piece.about.roles
    ]
    quote = next(
        (piece for piece in sorted(heard, key=lambda p: str(p.date), reverse=True) if piece.quote), None
    )
    steps = [step for step in workspace.journeys[journey].steps if step.role == role.id] if journey else []
    return {
        "known": one,
        "role": role,
        "fields": fields,
        "weight": [place < WEIGHT.get(role.decides or "", 0) for place in range(4)],
        "knows": [place < KNOWS.get(role.insight or "", 0) for place in range(3)],
        "informs": [(workspace.label("channels", id), id in used) for id in role.informs_by],
        "quote": quote,
        "evidenced": sum(any(_done(visit, id) for id in step.evidence) for step in steps),
        "steps": len(steps),
        "said": visit.say(
            "studio-roles.steps-said",
            count=len(steps),
            feels=[step.feels for step in steps if step.feels is not None],
        ),
        "svg": _stems(visit, role.id, journey, facts),
    }


def _done(visit: Visit, id: str) -> bool:
    piece = visit.workspace.evidence.get(id)
    return piece is not None and piece.status == "done"


def _stems(visit: Visit, role: str, journey: str | None, facts: Callable[[str], JourneyFacts]) -> str:
    if journey is None:
        return ""
    return remembered(visit.space, ("stems", role, journey), lambda: still(draw_stems(facts(journey), role)))


def add(visit: Visit) -> HttpResponse:
    """A new role by its name and part, at the end of the order."""
    part = visit.asked("part")
    field = field_named("roles", "part")
    more = {"part": part} if field and part in field.options else {}
    id = new_thing(visit, "roles", visit.asked("name"), **more)
    return redirect("studio-library-item", visit.space.slug, "roles", id)


def order(visit: Visit) -> HttpResponse:
    """Put a role at another place of the order, which gives each its form and colour."""
    now = list(visit.workspace.role_order())
    id, place = visit.asked("role"), number_of(visit.asked("place"))
    if id in now and place is not None and 1 <= place <= len(now):
        now.remove(id)
        now.insert(place - 1, id)
        edit(
            visit.space,
            Operation("set", "polku", "roles", now),
            seen=number_of(visit.asked("seen")),
            author=Author(visit.person),
        )
    kept = visit.request.GET.urlencode()
    return redirect(reverse("studio-roles", args=[visit.space.slug]) + (f"?{kept}" if kept else ""))


addresses: list[URLPattern] = [
    page("w/<slug:space>/roles/", roles, name="studio-roles", right=Right.VIEWER),
    page("w/<slug:space>/roles/add/", add, name="studio-roles-add", right=Right.EDITOR, methods=("POST",)),
    page(
        "w/<slug:space>/roles/order/", order, name="studio-roles-order", right=Right.EDITOR, methods=("POST",)
    ),
]
