"""Improve: what is worth doing first, who does it in which sprint, and whether it helped."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.analytics.asking.asked import Asked
from polku.analytics.effect import Effect
from polku.diagrams.answers.improvements import Estimate, draw_improvements, estimates, improvements_table
from polku.documents import Improvement, Sprint, Workspace
from polku.errors import DocumentError, PolkuError
from polku.formats.ids import id_from
from polku.formats.yaml_write import write_document
from polku.scene.theme import RoleSign
from polku.studio.buying_centre import signs_of_roles
from polku.studio.drawings import drawing
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.library_fields import field_named, read_value, things_to_choose
from polku.studio.measured import answer_of
from polku.studio.models import Comment
from polku.studio.pages.home import sprint_now
from polku.studio.pages.library import uses_here
from polku.studio.pages.solves import choices, solved
from polku.studio.pages.sprints import next_monday
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, create
from polku.studio.things_now import done_of, fields_now, number_of, thing_of
from polku.studio.together import edit_together
from polku.studio.visit import Visit
from polku.words import Message

COLUMNS = ("idea", "planned", "doing", "done")
MOST_CARDS = 8
"""Cards in one place of the board; more are counted."""
MOST_DRAWN = 24
"""Improvements on the field, the worthiest first; all are in its table."""


@dataclass(frozen=True)
class Card:
    """An improvement on the board.

    Args:
        against: what it takes away, with the role's sign.
        others: teams that take part beside the one in whose row it stands.
        comments: those that are not settled.
    """

    estimate: Estimate
    against: tuple[tuple[str, RoleSign | None], ...]
    others: tuple[str, ...]
    result: str = ""
    comments: int = 0

    @property
    def improvement(self) -> Improvement:
        """The improvement."""
        return self.estimate.improvement

    @property
    def squares(self) -> range:
        """Evidence as squares, at most five."""
        return range(min(self.estimate.evidence, 5))


def improve(visit: Visit) -> HttpResponse:
    """The field, the board, and the one that is looked at."""
    workspace = visit.workspace
    now = sprint_now(workspace, visit.today)
    chosen_sprint = visit.asked("sprint")
    chosen_journey, chosen_role = visit.asked("journey"), visit.asked("role")
    shown = [
        one
        for one in workspace.improvements.values()
        if (not chosen_sprint or one.sprint == chosen_sprint or (chosen_sprint == "-" and not one.sprint))
        and (not chosen_journey or any(it.journey == chosen_journey for it in one.solves))
        and (not chosen_role or chosen_role in roles_of(workspace, one))
    ]
    ranked = estimates(workspace, [one for one in shown if one.status != "dropped"])
    field = [one for one in ranked if one.improvement.status != "done"]
    about = next((one for one in ranked if one.improvement.id == visit.asked("about")), None)
    about = about or next((one for one in field if one.worth is not None), None)
    drawn = [one for one in field if one.placed][:MOST_DRAWN]
    if about is not None and about.placed and about not in drawn and about in field:
        drawn.append(about)
    scene = draw_improvements(
        workspace,
        drawn,
        language=visit.language,
        chosen=about.improvement.id if about else None,
        link=lambda one: _same(visit, about=one.id),
    )
    return show(
        visit,
        "studio/improve.html",
        title=Message("studio.rail-improve"),
        rail="improve",
        count=len(workspace.improvements),
        ranked=ranked,
        svg=drawing(scene, prefix="field-"),
        table=improvements_table(field, visit.say),
        undrawn=sum(one.placed for one in field) - len(drawn),
        unplaced=[one for one in field if not one.placed],
        about=about,
        seen_of=before_after(visit, about.improvement) if about else None,
        columns=COLUMNS,
        board=_board(visit, ranked, 1000 if visit.asked("cards") == "all" else MOST_CARDS),
        all_cards=_same(visit, cards="all"),
        dropped=sum(one.status == "dropped" for one in shown),
        sprint=now if not chosen_sprint else None,
        sprints=list(workspace.sprints.values()),
        next_monday=next_monday(visit),
        chosen_sprint=chosen_sprint,
        journeys=list(workspace.journeys.values()),
        chosen_journey=chosen_journey,
        roles=[(id, workspace.label("roles", id)) for id in workspace.role_order()],
        chosen_role=chosen_role,
        load=_load(workspace, chosen_sprint or (now.sprint.id if now else "")),
        seen=visit.space.revision,
        done=done_of(visit),
    )


def roles_of(workspace: Workspace, one: Improvement) -> set[str]:
    """Roles whose pains an improvement takes away."""
    found = {it.role for it in one.solves if it.role}
    for it in one.solves:
        journey = workspace.journeys.get(it.journey or "")
        step = journey.step(it.step) if journey and it.step else None
        if step is not None and step.role:
            found.add(step.role)
    return found


def _same(visit: Visit, **more: str) -> str:
    """This page with the same choices and other ones."""
    asked = visit.request.GET.copy()
    for key, value in more.items():
        asked[key] = value
    return f"?{asked.urlencode()}"


def _load(workspace: Workspace, sprint: str) -> dict[str, float] | None:
    """Person-weeks planned in a sprint against those it has."""
    found: Sprint | None = workspace.sprints.get(sprint)
    if found is None:
        return None
    inside = [
        one for one in workspace.improvements.values() if one.sprint == sprint and one.status != "dropped"
    ]
    return {"planned": sum(one.effort or 0.0 for one in inside), "room": sum(found.capacity.values())}


def _board(visit: Visit, ranked: tuple[Estimate, ...], most: int) -> list[dict[str, Any]]:
    """Rows by team: cards by state, and the cards of other teams in which the team takes part."""
    workspace = visit.workspace
    signs = signs_of_roles(workspace)
    said = _comments(visit)
    rows: dict[str, dict[str, list[Card]]] = {}
    helps: dict[str, list[tuple[Estimate, str]]] = {}
    for one in ranked:
        it = one.improvement
        owner = it.owner or (it.teams[0] if it.teams else "")
        others = tuple(workspace.label("teams", team) for team in it.teams if team != owner)
        card = Card(one, _against(workspace, it, signs), others, _result(visit, it), said.get(it.id, 0))
        rows.setdefault(owner, {}).setdefault(it.status, []).append(card)
        for team in it.teams:
            if team != owner:
                helps.setdefault(team, []).append((one, workspace.label("teams", owner)))
    order = [*workspace.teams, *(team for team in rows if team not in workspace.teams)]

    def cell(team: str, status: str) -> dict[str, Any]:
        cards = rows.get(team, {}).get(status, [])
        helped = [(one, owner) for one, owner in helps.get(team, []) if one.improvement.status == status]
        return {
            "status": status,
            "cards": cards[:most],
            "helps": helped[:most],
            "more": max(0, len(cards) - most) + max(0, len(helped) - most),
        }

    return [
        {
            "team": team,
            "name": workspace.label("teams", team),
            "external": team in workspace.teams and workspace.teams[team].external,
            "cells": [cell(team, status) for status in COLUMNS],
        }
        for team in order
    ]


def _comments(visit: Visit) -> dict[str, int]:
    """How many comments that are not settled each improvement has."""
    kind = "improvements/"
    open_ones = Comment.objects.filter(space=visit.space, document__startswith=kind, answers=None, done=None)
    return Counter(name.removeprefix(kind) for name in open_ones.values_list("document", flat=True))


def _against(
    workspace: Workspace, one: Improvement, signs: dict[str, RoleSign]
) -> tuple[tuple[str, RoleSign | None], ...]:
    found: list[tuple[str, RoleSign | None]] = []
    for it in one.solves:
        journey = workspace.journeys.get(it.journey or "")
        step = journey.step(it.step) if journey and it.step else None
        if step is not None:
            found.append((step.label, signs.get(step.role or "")))
        elif it.role:
            pains = workspace.roles[it.role].pains if it.role in workspace.roles else ()
            said = next(
                (pain.says for pain in pains if pain.id == it.pain), workspace.label("roles", it.role)
            )
            found.append((said, signs.get(it.role)))
    return tuple(found)


def _result(visit: Visit, one: Improvement) -> str:
    result = one.looked.result
    return visit.say.number(result) if isinstance(result, int | float) else (result or "")


def before_after(visit: Visit, one: Improvement) -> dict[str, Any] | None:
    """What the measure showed before and since, from data; else why not; None where no measure is said."""
    if one.measure is None:
        return None
    if one.live is None or one.live > visit.today:
        unlive = Message("studio-improve.not-live")
        return {
            "why": visit.say.text(
                unlive if one.live is None else Message("studio-improve.live-on", {"day": one.live})
            )
        }
    try:
        found = answer_of(visit.space, "effect", Asked(improvement=one.id))
    except PolkuError as error:
        return {"why": error.text(visit.language)}
    if not isinstance(found, Effect) or not found.compared:
        return {"why": visit.say("studio-improve.no-data")}
    return {
        "rows": [
            {
                "compared": visit.say(f"studio-improve.compared-{name}"),
                "both": name == "difference-in-differences",
                "before": found.before[place],
                "after": found.after[place],
                "n_before": found.n_before[place],
                "n_after": found.n_after[place],
                "difference": found.difference[place],
                "low": found.low[place],
                "high": found.high[place],
            }
            for place, name in enumerate(found.compared)
        ],
        "weeks": found.weeks,
        "live": dt.date.fromisoformat(found.live[:10]),
    }


def improvement(visit: Visit, id: str) -> HttpResponse:
    """One improvement: all its fields, what it takes away, what was seen before and after."""
    thing = thing_of(visit, "improvements", id)
    ranked = estimates(visit.workspace, list(visit.workspace.improvements.values()))
    return show(
        visit,
        "studio/improvement.html",
        title=thing.label,
        rail="improve",
        crumbs=[(Message("studio.rail-improve"), reverse("studio-improve", args=[visit.space.slug]))],
        kind="improvements",
        document=f"improvements/{id}",
        thing=thing,
        estimate=next(one for one in ranked if one.improvement.id == id),
        of=len(ranked),
        against=solved(visit, thing),
        **(choices(visit, thing) if visit.editor else {}),
        fields=fields_now(visit, "improvements", id),
        uses=uses_here(visit, "improvements", id),
        seen_of=before_after(visit, thing),
        seen=visit.space.revision,
        done=done_of(visit, "improvements"),
    )


def new(visit: Visit) -> HttpResponse:
    """A new improvement, filled with what a pain, a finding or a drop says; or the improvement itself."""
    workspace = visit.workspace
    journey = workspace.journeys.get(visit.asked("journey"))
    step = journey.step(visit.asked("step")) if journey else None
    role = workspace.roles.get(visit.asked("role"))
    pains = [*(step.pains if step else ()), *(role.pains if role else ())]
    pain = next((one for one in pains if one.id and one.id == visit.asked("pain")), None)
    if pain is None and visit.asked("pain").isdecimal() and 1 <= int(visit.asked("pain")[:4]) <= len(pains):
        pain = pains[int(visit.asked("pain")[:4]) - 1]
    if visit.request.method == "GET":
        return show(
            visit,
            "studio/improvement-new.html",
            title=Message("studio-improve.new"),
            rail="improve",
            crumbs=[(Message("studio.rail-improve"), reverse("studio-improve", args=[visit.space.slug]))],
            journey=journey,
            step=step,
            role=role,
            pain=pain,
            pain_place=visit.asked("pain")[:120],
            name=visit.asked("name")[:200],
            touchpoint=step.touchpoint if step else "",
            teams=list(things_to_choose(workspace, "teams").items()),
            sprints=list(things_to_choose(workspace, "sprints").items()),
        )
    name = visit.asked("name")[:200]
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    said: dict[str, Any] = {"name": name}
    if step is not None and journey is not None:
        said["solves"] = [
            {"journey": journey.id, "step": step.id} | ({"pain": pain.id} if pain and pain.id else {})
        ]
    elif role is not None:
        said["solves"] = [{"role": role.id} | ({"pain": pain.id} if pain and pain.id else {})]
    elif journey is not None:
        said["solves"] = [{"journey": journey.id}]
    because = [*(pain.evidence if pain else ()), *(step.evidence if step else ())]
    if because:
        said["because"] = list(dict.fromkeys(because))
    for key in ("reach", "impact", "confidence", "effort"):
        field = field_named("improvements", key)
        assert field is not None
        value = read_value(field, [visit.asked(key)])
        if value is not None and not 0 <= value <= (field.most or 1e6):
            raise DocumentError(Message("studio-improve.bounds", {"found": value, "most": field.most or 1e6}))
        said |= {key: value} if value is not None else {}
    for key, kind in (("owner", "teams"), ("sprint", "sprints")):
        if visit.asked(key) in getattr(workspace, kind):
            said[key] = visit.asked(key)
    if said.get("sprint"):
        said["status"] = "planned"
    if step is not None and step.touchpoint:
        said["measure"] = {"kind": "score", "touchpoint": step.touchpoint}
    id = id_from(name, workspace.improvements, "improvement")
    create(
        visit.space, f"improvements/{id}", write_document(Improvement(id=id, **said)), Author(visit.person)
    )
    return redirect("studio-improvement", visit.space.slug, id)


def move(visit: Visit, id: str) -> HttpResponse:
    """Put an improvement into another state, and into another team's row."""
    thing = thing_of(visit, "improvements", id)
    steps = []
    status, team = visit.asked("status"), visit.asked("team") if "team" in visit.request.POST else None
    if status in (*COLUMNS, "dropped") and status != thing.status:
        steps.append(Operation("set", f"improvements/{id}", "status", status))
    if team is not None and team != (thing.owner or "") and (team in visit.workspace.teams or not team):
        steps.append(Operation("set", f"improvements/{id}", "owner", team or None))
    if steps:
        edit_together(visit.space, steps, seen=number_of(visit.asked("seen")), author=Author(visit.person))
    if visit.request.headers.get("X-Moved"):
        return HttpResponse(status=204)
    back = f"?{visit.asked('back').lstrip('?')}" if visit.asked("back") else ""
    return redirect(reverse("studio-improve", args=[visit.space.slug]) + back + f"#card-{id}")


VIEW, EDIT = Right.VIEWER, Right.EDITOR
addresses: list[URLPattern] = [
    page("w/<slug:space>/improve/", improve, name="studio-improve", right=VIEW),
    page(
        "w/<slug:space>/improve/new/", new, name="studio-improvement-new", right=EDIT, methods=("GET", "POST")
    ),
    page("w/<slug:space>/improve/<str:id>/", improvement, name="studio-improvement", right=VIEW),
    page(
        "w/<slug:space>/improve/<str:id>/move/",
        move,
        name="studio-improvement-move",
        right=EDIT,
        methods=("POST",),
    ),
]
