"""Plan: which role hears what in which stage, whose it is, where is silence; and when, by owner."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.diagrams.parts.journey import short_names
from polku.documents import Content, Journey, Workspace
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.studio.buying_centre import signs_of_roles
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.library_fields import field_named, read_value
from polku.studio.long_lists import part_of
from polku.studio.measured import main_journey
from polku.studio.pages.roles import searched_of
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit
from polku.studio.things_now import done_of, number_of
from polku.studio.together import edit_together
from polku.studio.visit import Visit
from polku.words import Message

WEEK = dt.timedelta(days=7)
A_FEW = re.compile(r"-?[0-9]{1,6}")
MOST_ROWS = 12
"""Roles on one page."""
WEEKS = 12
"""Weeks that the calendar shows, the one before today's first."""


@dataclass(frozen=True)
class Cell:
    """One role in one stage.

    Args:
        steps: how many steps of the role are there; met: of those, how many meet the content's channel.
    """

    contents: tuple[Content, ...]
    steps: int

    @property
    def silent(self) -> bool:
        """The role is here, and nothing is said to it."""
        return self.steps > 0 and not self.contents


def plan(visit: Visit) -> HttpResponse:
    """Roles by stages with their contents, and the calendar."""
    workspace = visit.workspace
    asked = visit.asked("journey")
    journey = workspace.journeys.get(
        asked if asked in workspace.journeys else main_journey(visit.space) or ""
    )
    rows = _rows(workspace, journey) if journey else []
    cells = [cell for row in rows for cell in row["cells"]]
    part = part_of(visit, rows, lambda row: searched_of(visit, row["role"]), MOST_ROWS)
    meetings = sum(cell.steps > 0 for cell in cells)
    said = sum(cell.steps > 0 and any(one.state != "planned" for one in cell.contents) for cell in cells)
    start = visit.today - dt.timedelta(days=visit.today.weekday()) - WEEK
    weeks = visit.asked("weeks")
    shift = max(-200, min(200, int(weeks))) if A_FEW.fullmatch(weeks) else 0
    return show(
        visit,
        "studio/plan.html",
        title=Message("studio.rail-plan"),
        rail="plan",
        heading=Message("studio-plan.heading", {"said": said, "count": meetings})
        if meetings
        else Message("studio-plan.heading-none"),
        journey=journey,
        journeys=list(workspace.journeys.values()) if len(workspace.journeys) > 1 else [],
        rows=part.rows,
        part=part,
        loose=_loose(workspace, journey),
        calendar=_calendar(visit, start + WEEK * shift),
        shift=shift,
        before=shift - 4,
        after=shift + 4,
        stale=visit.workspace.settings.limits.stale,
        teams=[(id, workspace.label("teams", id)) for id in workspace.teams],
        channels=[(id, workspace.label("channels", id)) for id in workspace.channels],
        all_roles=[(id, workspace.label("roles", id)) for id in workspace.role_order()],
        chosen_role=visit.asked("role"),
        chosen_stage=visit.asked("stage"),
        seen=visit.space.revision,
        done=done_of(visit),
    )


def _rows(workspace: Workspace, journey: Journey) -> list[dict[str, Any]]:
    signs, names = signs_of_roles(workspace), short_names(workspace)
    used = {step.role for step in journey.steps} | set(journey.roles)
    used |= {id for one in workspace.settings.contents for id in one.for_}
    stages = {stage.id for stage in journey.stages}
    rows = []
    for id in workspace.role_order():
        if id not in used:
            continue
        cells = []
        for stage in journey.stages:
            contents = [
                one for one in workspace.settings.contents if id in one.for_ and one.stage == stage.id
            ]
            inside = [step for step in journey.steps if step.role == id and step.stage == stage.id]
            read = {step.content for step in inside if step.content}
            contents += [
                one
                for one in workspace.settings.contents
                if one.id in read and one not in contents and one.stage not in stages
            ]
            cells.append(Cell(tuple(contents), len(inside)))
        rows.append(
            {"id": id, "role": workspace.roles[id], "name": names[id], "sign": signs[id], "cells": cells}
        )
    return rows


def _loose(workspace: Workspace, journey: Journey | None) -> list[Content]:
    """Contents that have no place in the table: no role, or no stage of this journey."""
    stages = {stage.id for stage in journey.stages} if journey else set()
    read = {step.content for step in journey.steps} if journey else set()
    return [
        one
        for one in workspace.settings.contents
        if one.id not in read
        and (one.stage not in stages or not any(id in workspace.roles for id in one.for_))
    ]


def _calendar(visit: Visit, start: dt.date) -> dict[str, Any]:
    """Weeks as columns, owners as rows; contents and improvements that have days."""
    workspace, end = visit.workspace, start + WEEK * WEEKS
    signs = signs_of_roles(workspace)
    weeks = [start + WEEK * number for number in range(WEEKS)]
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in workspace.settings.contents:
        if one.from_ is None or one.from_ >= end or (one.to or one.from_) < start:
            continue
        last = max(one.to or one.from_, one.from_)
        first = max(0, (one.from_ - start).days // 7)
        until = min(WEEKS - 1, (last - start).days // 7)
        rows.setdefault(one.owner or "", []).append(
            {
                "content": one,
                "skip": first,
                "span": until - first + 1,
                "sign": next((signs[id] for id in one.for_ if id in signs), None),
                "last": last,
            }
        )
    order = [*workspace.teams, *(team for team in rows if team not in workspace.teams)]
    lanes = []
    for team in order:
        for place, bar in enumerate(
            sorted(rows.get(team, ()), key=lambda bar: (bar["skip"], bar["content"].id))
        ):
            lanes.append(
                {
                    "name": workspace.label("teams", team) or "–",
                    "again": place > 0,
                    "bar": bar,
                    "rest": range(WEEKS - bar["skip"] - bar["span"]),
                    "before": range(bar["skip"]),
                }
            )
    undated = [one for one in workspace.settings.contents if one.from_ is None and one.state != "live"]
    now = (visit.today - start).days // 7
    heads = [
        {"week": day.isocalendar().week, "day": day, "now": number == now} for number, day in enumerate(weeks)
    ]
    return {"weeks": heads, "lanes": lanes, "undated": undated, "dated": bool(rows)}


def new(visit: Visit) -> HttpResponse:
    """A new content for a role in a stage."""
    name = visit.asked("name")[:200]
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    workspace = visit.workspace
    said: dict[str, Any] = {"id": id_from(name, workspace.contents, "content"), "name": name}
    if visit.asked("role") in workspace.roles:
        said["for"] = [visit.asked("role")]
    stages = {stage.id for one in workspace.journeys.values() for stage in one.stages}
    for key, known in (("stage", stages), ("owner", workspace.teams), ("channel", workspace.channels)):
        if visit.asked(key) in known:
            said[key] = visit.asked(key)
    said["state"] = "planned"
    field = field_named("contents", "from")
    assert field is not None
    if day := read_value(field, [visit.asked("from")]):
        said["from"] = day
    edit(visit.space, Operation("add", "polku", "contents", said), seen=None, author=Author(visit.person))
    journey = visit.asked("journey")
    link = reverse("studio-plan", args=[visit.space.slug])
    return redirect(f"{link}?journey={journey}" if journey in workspace.journeys else link)


def shift(visit: Visit, id: str) -> HttpResponse:
    """Move a content by weeks: its first and its last day together."""
    from django.http import Http404

    content = visit.workspace.contents.get(id)
    by = visit.asked("by")
    if content is None or content.from_ is None or not A_FEW.fullmatch(by) or abs(int(by)) > 200:
        raise Http404
    steps = [Operation("set", "polku", f"contents/{id}/from", content.from_ + WEEK * int(by))]
    if content.to is not None:
        steps.append(Operation("set", "polku", f"contents/{id}/to", content.to + WEEK * int(by)))
    edit_together(visit.space, steps, seen=number_of(visit.asked("seen")), author=Author(visit.person))
    if visit.request.headers.get("X-Moved"):
        return HttpResponse(status=204)
    return redirect(
        f"{reverse('studio-plan', args=[visit.space.slug])}?weeks={visit.asked('weeks')}#content-{id}"
    )


VIEW, EDIT = Right.VIEWER, Right.EDITOR
addresses: list[URLPattern] = [
    page("w/<slug:space>/plan/", plan, name="studio-plan", right=VIEW),
    page("w/<slug:space>/plan/new/", new, name="studio-plan-new", right=EDIT, methods=("POST",)),
    page(
        "w/<slug:space>/plan/<str:id>/shift/", shift, name="studio-plan-shift", right=EDIT, methods=("POST",)
    ),
]
