"""Purpose: why the workspace exists, the same in numbers, who reads it, and of whom it speaks."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.documents.settings import Goal, Segment
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.library_fields import FieldNow
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit
from polku.studio.things_now import done_of, fields_now, goal_line, measure_fields, number_of
from polku.studio.visit import Visit
from polku.words import Message

DETAILS = ("name", "measure/kind", "now", "target", "by")


@dataclass(frozen=True)
class GoalNow:
    """A goal as it stands.

    Args:
        says: where the measure stands and where it should, in the reader's numbers; empty as long as neither is said.
        first: its fields; measure: what its measure asks besides.
    """

    goal: Goal
    name: str
    says: str
    first: tuple[FieldNow, ...]
    measure: tuple[FieldNow, ...]


def purpose(visit: Visit) -> HttpResponse:
    """Everything that the workspace says about what it is for."""
    goals = visit.workspace.settings.purpose.goals if visit.workspace.settings.purpose else ()
    return show(
        visit,
        "studio/purpose.html",
        title=Message("studio-purpose.title"),
        rail="home",
        crumbs=[(Message("studio.rail-home"), reverse("studio-home", args=[visit.space.slug]))],
        fields=fields_now(visit, "purpose", "polku"),
        goals=[goal_now(visit, one) for one in goals],
        segments=[(one, _of_segment(visit, one)) for one in visit.workspace.settings.segments],
        fresh=visit.asked("goal"),
        seen=visit.space.revision,
        done=done_of(visit),
    )


def goal_now(visit: Visit, goal: Goal) -> GoalNow:
    """A goal with its fields, and in a line."""
    own = {one.field.name: one for one in fields_now(visit, "goals", goal.id)}
    kind = goal.measure.kind if goal.measure else None
    name = goal.name or (visit.say(f"studio-improve.measure-{kind}") if kind else goal.id)
    return GoalNow(
        goal,
        name[:1].upper() + name[1:],
        goal_line(visit, goal),
        tuple(own[one] for one in DETAILS),
        tuple(measure_fields(visit, goal.id)),
    )


def _of_segment(visit: Visit, one: Segment) -> str:
    """What is known of a segment, in a line."""
    say, told = visit.say, []
    size = one.employees
    if size and size.min is not None and size.max is not None:
        told.append(say("studio-purpose.size-between", least=size.min, most=size.max))
    elif size and size.min is not None:
        told.append(say("studio-purpose.size-least", count=size.min))
    elif size and size.max is not None:
        told.append(say("studio-purpose.size-most", count=size.max))
    if one.accounts is not None:
        told.append(say("studio-purpose.companies", count=one.accounts))
    if one.buying_centre:
        told.append(", ".join(visit.workspace.label("roles", id) for id in one.buying_centre))
    return " · ".join(told)


def add_goal(visit: Visit) -> HttpResponse:
    """A goal of its own name; its fields are filled in afterwards."""
    name = visit.asked("name")[:200]
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    own = visit.workspace.settings.purpose
    id = id_from(name, {one.id for one in own.goals} if own else set(), "goal")
    _edit(visit, Operation("add", "polku", "purpose/goals", {"id": id, "name": name}), None)
    return redirect(f"{reverse('studio-purpose', args=[visit.space.slug])}?goal={id}#goal-{id}")


def remove_goal(visit: Visit, id: str) -> HttpResponse:
    """Take a goal away; it can be taken back on the page."""
    own = visit.workspace.settings.purpose
    if own is None or all(one.id != id for one in own.goals):
        raise Http404
    number = _edit(visit, Operation("remove", "polku", f"purpose/goals/{id}"), number_of(visit.asked("seen")))
    return redirect(f"{reverse('studio-purpose', args=[visit.space.slug])}?done={number}")


def _edit(visit: Visit, operation: Operation, seen: int | None) -> int:
    return int(edit(visit.space, operation, seen=seen, author=Author(visit.person)).number)


addresses: list[URLPattern] = [
    page("w/<slug:space>/purpose/", purpose, name="studio-purpose", right=Right.VIEWER),
    page(
        "w/<slug:space>/purpose/goals/add/",
        add_goal,
        name="studio-goal-add",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/purpose/goals/<str:id>/remove/",
        remove_goal,
        name="studio-goal-remove",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
