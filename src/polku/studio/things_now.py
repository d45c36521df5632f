"""Things of a workspace as they stand: their fields, a goal in a line, where they are listed, what was done to them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from polku.documents.settings import Goal
from polku.studio.library_fields import FIELDS, PERSONAL, FieldNow, field_now, thing_in
from polku.studio.models import Change
from polku.studio.visit import Visit

SHARES = ("win-rate", "share", "retention")
"""Measures that are parts of a whole, and so are read as percent."""
MEASURED_BY = {
    "win-rate": ("deals", "segment"),
    "value": ("deals", "segment"),
    "score": ("touchpoint", "segment"),
    "nps": ("touchpoint", "segment"),
    "share": ("step", "stage", "touchpoint", "segment"),
    "count": ("step", "stage", "touchpoint", "segment"),
    "time": ("from", "to", "segment"),
    "retention": ("segment",),
}
"""What more is asked of each kind of measure."""


def thing_of(visit: Visit, kind: str, id: str) -> Any:
    """A thing by kind and id; 404 where there is none."""
    found = thing_in(visit.workspace, kind, id)
    if found is None:
        raise Http404
    return found


def fields_now(visit: Visit, kind: str, id: str) -> tuple[FieldNow, ...]:
    """All fields of a thing as they stand."""
    thing, seen = thing_of(visit, kind, id), visit.space.revision
    return tuple(
        field_now(visit.workspace, visit.say, kind, thing, field, seen)
        for field in FIELDS[kind]
        if visit.names or (kind, field.name) not in PERSONAL
    )


def measure_fields(visit: Visit, goal: str) -> list[FieldNow]:
    """The fields of a goal that its measure needs, and those that are filled."""
    own = fields_now(visit, "goals", goal)
    kind = next(one.value for one in own if one.field.name == "measure/kind")
    needed = MEASURED_BY.get(kind, ())
    inside = [
        one for one in own if one.field.name.startswith("measure/") and one.field.name != "measure/kind"
    ]
    return [one for one in inside if one.field.name.partition("/")[2] in needed or not one.empty]


def goal_line(visit: Visit, goal: Goal) -> str:
    """From where to where by when, as the reader writes numbers; empty where nothing is said."""
    say = visit.say
    share = goal.measure is not None and goal.measure.kind in SHARES

    def shown(value: float | None) -> str:
        return "?" if value is None else say.percent(value) if share else say.number(value)

    if goal.now is None and goal.target is None:
        return ""
    words = f"{shown(goal.now)} → {shown(goal.target)}"
    return say("studio-purpose.by-day", goal=words, day=goal.by) if goal.by else words


def list_link(visit: Visit, kind: str) -> str:
    """The page that lists things of a kind."""
    places = {"evidence": "studio-evidence", "improvements": "studio-improve", "sprints": "studio-improve"}
    if kind in places or kind == "roles":
        return reverse(places.get(kind, "studio-roles"), args=[visit.space.slug])
    return reverse("studio-library", args=[visit.space.slug, kind])


def done_of(visit: Visit, kind: str = "") -> dict[str, Any] | None:
    """The act that the page before did, to be told and taken back.

    Args:
        kind: on the page of one thing, which is gone once its new id is taken back: its list is shown then.
    """
    number = number_of(visit.asked("done"))
    if number is None or not visit.editor:
        return None
    change = Change.objects.filter(space=visit.space, number=number, person=visit.person).first()
    if change is None or change.undone_by.exists():
        return None
    count = Change.objects.filter(space=visit.space, act=change.act).count() if change.act else 1
    back = list_link(visit, kind) if kind else ""
    return {"number": number, "count": count, "back": back}


def number_of(words: str) -> int | None:
    """A number as the address line or a form says it; None where it is none."""
    return int(words) if words.isdecimal() and len(words) < 18 else None
