"""Sprints: what the forum has taken on, from when to when."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.documents import Sprint
from polku.formats.ids import id_from
from polku.formats.yaml_write import write_document
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.library_fields import field_named, read_value
from polku.studio.pages.library import uses_here
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, create
from polku.studio.things_now import done_of, fields_now, number_of, thing_of
from polku.studio.together import edit_together
from polku.studio.visit import Visit
from polku.words import Message


def sprint(visit: Visit, id: str) -> HttpResponse:
    """One sprint: from when to when, its goal, what is in it."""
    thing = thing_of(visit, "sprints", id)
    inside = [one for one in visit.workspace.improvements.values() if one.sprint == id]
    return show(
        visit,
        "studio/sprint.html",
        title=Message("studio-home.sprint", {"name": thing.label}),
        rail="improve",
        crumbs=[(Message("studio.rail-improve"), reverse("studio-improve", args=[visit.space.slug]))],
        kind="sprints",
        thing=thing,
        inside=inside,
        outside=[
            one
            for one in visit.workspace.improvements.values()
            if one.sprint is None and one.status not in ("done", "dropped")
        ],
        members=[
            (
                visit.workspace.label("teams", team),
                list(people) if visit.names else len(people),
                thing.capacity.get(team),
            )
            for team, people in thing.members.items()
        ],
        fields=fields_now(visit, "sprints", id),
        uses=uses_here(visit, "sprints", id),
        seen=visit.space.revision,
        done=done_of(visit, "sprints"),
    )


def next_monday(visit: Visit) -> dt.date:
    """The day on which a sprint that nobody dated begins."""
    return visit.today + dt.timedelta(days=7 - visit.today.weekday())


def take_into_sprint(visit: Visit, id: str) -> HttpResponse:
    """Put an improvement into a sprint; what was an idea is then planned."""
    thing_of(visit, "sprints", id)
    taken = visit.asked("improvement")
    if taken:
        thing = thing_of(visit, "improvements", taken)
        steps = [Operation("set", f"improvements/{taken}", "sprint", id)]
        if thing.status == "idea":
            steps.append(Operation("set", f"improvements/{taken}", "status", "planned"))
        edit_together(visit.space, steps, seen=number_of(visit.asked("seen")), author=Author(visit.person))
    return redirect("studio-sprint", visit.space.slug, id)


def new_sprint(visit: Visit) -> HttpResponse:
    """A new sprint of two weeks, from next Monday or from the day that is said."""
    field = field_named("sprints", "from")
    assert field is not None
    start = read_value(field, [visit.asked("from")]) or next_monday(visit)
    year, week, _ = start.isocalendar()
    id = id_from(f"{year}-w{week:02d}", visit.workspace.sprints, "sprint")
    made = Sprint(**{"id": id, "from": start, "to": start + dt.timedelta(days=11)})
    create(visit.space, f"sprints/{id}", write_document(made), Author(visit.person))
    return redirect("studio-sprint", visit.space.slug, id)


VIEW, EDIT = Right.VIEWER, Right.EDITOR
addresses: list[URLPattern] = [
    page("w/<slug:space>/sprints/new/", new_sprint, name="studio-sprint-new", right=EDIT, methods=("POST",)),
    page("w/<slug:space>/sprints/<str:id>/", sprint, name="studio-sprint", right=VIEW),
    page(
        "w/<slug:space>/sprints/<str:id>/take/",
        take_into_sprint,
        name="studio-sprint-take",
        right=EDIT,
        methods=("POST",),
    ),
]
