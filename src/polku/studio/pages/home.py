"""Home: what needs attention, whom we know, how the journeys stand, how fresh it all is, what is planned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from polku.diagrams.answers.freshness import aged, draw_freshness
from polku.documents import Improvement, Sprint, Workspace
from polku.errors import LakeError
from polku.studio.attention import Attention, attention, worst
from polku.studio.buying_centre import buying_centre
from polku.studio.drawings import drawing
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.journey_pictures import curve_of, entries_of
from polku.studio.measured import lately, main_journey, measures_of, remembered
from polku.studio.places import address
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit
from polku.studio.visit import Visit
from polku.words import Message

MOST_FINDINGS = 5
MOST_JOURNEYS = 12
MOST_ROLES = 7


def home(visit: Visit) -> HttpResponse:
    """The first page of a workspace."""
    workspace, space = visit.workspace, visit.space
    purpose = workspace.settings.purpose
    nothing: tuple[Attention, ...] = ()
    attended = lately(space, "attention", lambda: attention(space), nothing=nothing)
    found = attended.answer if visit.editor else tuple(one.for_reader() for one in attended.answer)
    everything = visit.asked("show") == "all"
    asks = not (purpose and (purpose.why or purpose.goal))
    answer = show(
        visit,
        "studio/home.html",
        title=Message("studio.rail-home"),
        rail="home",
        goal=(purpose.goal or purpose.why) if purpose else None,
        why=purpose.why if purpose and purpose.goal else None,
        asks=asks,
        findings=found if everything else worst(found, MOST_FINDINGS),
        found=len(found),
        everything=everything,
        behind=attended.behind,
        centre=_centre(visit, wait=not attended.behind),
        journeys=_journeys(visit),
        more_journeys=max(0, len(workspace.journeys) - MOST_JOURNEYS),
        journeys_link=address(space, "studio-journeys"),
        freshness=_freshness(visit),
        sprint=sprint_now(workspace, visit.today),
        new_journey=address(space, "studio-journey-new") or address(space, "studio-journeys"),
        roles_link=address(space, "studio-roles"),
        evidence_link=address(space, "studio-evidence"),
        improve_link=address(space, "studio-improve"),
        seen=space.revision,
    )
    if attended.behind and not found and not asks:
        # What is worked on for the first time shows itself; nobody is writing on this page.
        answer["Refresh"] = "2"
    return answer


def answer_purpose(visit: Visit) -> HttpResponse:
    """Keep the answer to the first question of all."""
    purpose = visit.workspace.settings.purpose
    for name in ("why", "goal"):
        words = visit.asked(name)[:2000]
        if words and words != (getattr(purpose, name) if purpose else None):
            edit(
                visit.space,
                Operation("set", "polku", f"purpose/{name}", words),
                seen=_number(visit.asked("seen")),
                author=Author(visit.person),
            )
    return redirect("studio-home", visit.space.slug)


def _number(words: str) -> int | None:
    return int(words) if words.isdecimal() and len(words) < 18 else None


def _centre(visit: Visit, *, wait: bool) -> dict[str, Any]:
    journey = visit.workspace.journeys.get(main_journey(visit.space) or "")
    try:
        measures = measures_of(visit.space, journey.id, wait=wait) if journey else None
    except LakeError:
        measures = None
    rows = buying_centre(visit.workspace, journey, measures)
    more = max(0, len(rows) - MOST_ROLES)
    return {
        "rows": rows[:MOST_ROLES],
        "more": more,
        "accounts": rows[0].of if rows else 0,
        "journey": journey,
    }


def _journeys(visit: Visit) -> list[dict[str, Any]]:
    def work() -> list[dict[str, Any]]:
        return [
            {
                "journey": one.journey,
                "age": one.age,
                "ageing": one.ageing,
                "evidenced": one.facts.evidenced,
                "steps": len(one.facts.steps),
                "lowest": one.lowest,
                "improves": visit.workspace.label("journeys", one.journey.improves),
                "svg": curve_of(visit.space, one, visit.language),
                "link": address(visit.space, "studio-editor", one.journey.id)
                or address(visit.space, "studio-journeys"),
            }
            for one in entries_of(visit.space)[:MOST_JOURNEYS]
        ]

    return remembered(visit.space, ("home-journeys", visit.language), work)


def _freshness(visit: Visit) -> dict[str, Any]:
    def work() -> dict[str, Any]:
        pieces = aged(visit.workspace, visit.today)
        if not pieces:
            return {"pieces": 0}
        scene = draw_freshness(
            visit.workspace,
            today=visit.today,
            language=visit.language,
            link=lambda one: address(visit.space, "studio-evidence-piece", one.id),
        )
        return {"pieces": len(pieces), "svg": drawing(scene, prefix="fresh-"), "table": scene.table}

    return remembered(visit.space, ("home-freshness", visit.language), work)


@dataclass(frozen=True)
class SprintNow:
    """The sprint in hand, its improvements by team.

    Args:
        days_left: None where it has no end or is over.
    """

    sprint: Sprint
    teams: tuple[tuple[str, tuple[Improvement, ...]], ...]
    done: int
    count: int
    days_left: int | None


def sprint_now(workspace: Workspace, today: dt.date) -> SprintNow | None:
    """The sprint of today, else the next, else the last."""
    sprints = workspace.sprints.values()
    if not sprints:
        return None
    never = dt.date.max

    def order(one: Sprint) -> tuple[int, int, str]:
        if (one.from_ or dt.date.min) <= today <= (one.to or never):
            return (0, 0, one.id)
        if one.from_ and one.from_ > today:
            return (1, (one.from_ - today).days, one.id)
        return (2, (today - (one.to or dt.date.min)).days, one.id)

    sprint = min(sprints, key=order)
    inside = [one for one in workspace.improvements.values() if one.sprint == sprint.id]
    rows: dict[str, list[Improvement]] = {}
    for one in inside:
        for team in dict.fromkeys([*([one.owner] if one.owner else []), *one.teams]) or [""]:
            rows.setdefault(team, []).append(one)
    order_of = [*workspace.teams, *(team for team in rows if team not in workspace.teams)]
    teams = tuple((workspace.label("teams", team), tuple(rows[team])) for team in order_of if team in rows)
    left = (sprint.to - today).days if sprint.to and sprint.to >= today else None
    return SprintNow(sprint, teams, sum(one.status == "done" for one in inside), len(inside), left)


addresses: list[URLPattern] = [
    page("w/<slug:space>/", home, name="studio-home", right=Right.VIEWER),
    page(
        "w/<slug:space>/purpose/answer/",
        answer_purpose,
        name="studio-purpose-answer",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
