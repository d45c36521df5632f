"""What an improvement takes away: pains of steps and roles, or a step as a whole, added and let go of one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from polku.documents import Improvement, Journey, Workspace
from polku.documents.improvement import Solves
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.studio.guard import page
from polku.studio.measured import main_journey
from polku.studio.places import of_document
from polku.studio.rights import Right
from polku.studio.shown import findings_in
from polku.studio.store import Author, Operation
from polku.studio.things_now import number_of, thing_of
from polku.studio.together import edit_together
from polku.studio.visit import Visit
from polku.words import Message


@dataclass(frozen=True)
class Solved:
    """One thing that is taken away.

    Args:
        key: what it names, by which a late edit is found out; link: to where it stands.
        known: whether what it names is there.
    """

    words: str
    link: str
    key: str
    known: bool = True


def solved(visit: Visit, one: Improvement) -> list[Solved]:
    """What an improvement takes away, in words."""
    return [_solved(visit, it) for it in one.solves]


def key_of(it: Solves) -> str:
    """What an entry names, as one word."""
    return "/".join(part or "" for part in (it.journey, it.step, it.role, it.pain))


def _solved(visit: Visit, it: Solves) -> Solved:
    workspace, key = visit.workspace, key_of(it)
    journey = workspace.journeys.get(it.journey or "")
    step = journey.step(it.step) if journey is not None and it.step else None
    if journey is not None and step is not None:
        pain = next((pain.says for pain in step.pains if it.pain and pain.id == it.pain), "")
        link = of_document(visit.space, f"journeys/{journey.id}", f"steps/{step.id}")
        return Solved(f"{step.label} · {pain}" if pain else step.label, link, key, bool(pain) or not it.pain)
    role = workspace.roles.get(it.role or "")
    if role is not None:
        pain = next((pain.says for pain in role.pains if it.pain and pain.id == it.pain), "")
        words = " · ".join(part for part in (workspace.label("roles", role.id), pain) if part)
        return Solved(words, of_document(visit.space, f"roles/{role.id}"), key, bool(pain) or not it.pain)
    if journey is not None and not it.step:
        return Solved(journey.label, of_document(visit.space, f"journeys/{journey.id}"), key)
    return Solved(" · ".join(part for part in key.split("/") if part), "", key, known=False)


def choices(visit: Visit, one: Improvement) -> dict[str, Any]:
    """What can be added: of one journey its steps with their pains and findings, and the pains of roles."""
    workspace, say = visit.workspace, visit.say
    wanted = visit.asked("journey")
    own = next((it.journey for it in one.solves if it.journey in workspace.journeys), None)
    usual = own or main_journey(visit.space) or next(iter(workspace.journeys), "")
    journey = workspace.journeys.get(wanted) or workspace.journeys.get(usual)
    taken = {(it.journey, it.step, it.role, it.pain) for it in one.solves}
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    if journey is not None:
        groups += _of_journey(visit, journey, taken)
    for id, role in workspace.roles.items():
        pains = [
            (f"role|{id}|{number}", pain.says)
            for number, pain in enumerate(role.pains, start=1)
            if (None, None, id, pain.id) not in taken or pain.id is None
        ]
        if pains:
            groups.append((say("studio-improve.pains-of", name=workspace.label("roles", id)), pains))
    return {
        "solve_groups": groups,
        "solve_journey": journey,
        "solve_journeys": [(id, it.label) for id, it in workspace.journeys.items()],
    }


def _of_journey(
    visit: Visit, journey: Journey, taken: set[tuple[str | None, str | None, str | None, str | None]]
) -> list[tuple[str, list[tuple[str, str]]]]:
    say = visit.say
    found: dict[str, str] = {}
    for finding in findings_in(visit.space, journey):
        for place in finding.occurrences:
            parts = (place.item or "").split("/")
            if parts[0] == "steps" and len(parts) > 1 and finding.level != "hint":
                found.setdefault(parts[1], say.text(place.message))
    pains, steps, problems = [], [], []
    for step in journey.steps:
        for number, pain in enumerate(step.pains, start=1):
            if pain.id is None or (journey.id, step.id, None, pain.id) not in taken:
                pains.append((f"step|{step.id}|{number}", f"{step.label} · {pain.says}"))
        if (journey.id, step.id, None, None) in taken:
            continue
        if step.id in found:
            problems.append((f"step|{step.id}|", f"{step.label} · {found[step.id]}"))
        else:
            steps.append((f"step|{step.id}|", step.label))
    groups = (("solve-pains", pains), ("solve-findings", problems), ("solve-steps", steps))
    return [(say(f"studio-improve.{name}"), rows) for name, rows in groups if rows]


def change(visit: Visit, id: str) -> HttpResponse:
    """Add what an improvement takes away, or let go of one."""
    thing: Improvement = thing_of(visit, "improvements", id)
    document, place = f"improvements/{id}", visit.asked("place")
    steps: list[Operation] = []
    if place:
        if not place.isdecimal() or not 1 <= int(place[:6]) <= len(thing.solves):
            raise Http404
        if key_of(thing.solves[int(place) - 1]) != visit.asked("was"):
            raise DocumentError(Message("studio-improve.slipped"))
        steps = [Operation("remove", document, f"solves/{place}")]
    elif visit.asked("what"):
        steps = _adding(visit.workspace, document, visit.asked("what"), visit.asked("of"))
    if steps:
        edit_together(visit.space, steps, seen=number_of(visit.asked("seen")), author=Author(visit.person))
    return redirect("studio-improvement", visit.space.slug, id)


def _adding(workspace: Workspace, document: str, what: str, of: str) -> list[Operation]:
    """The edits that name a step or a pain; a pain without an id gets one to be named by."""
    kind, _, rest = what.partition("|")
    id, _, number = rest.partition("|")
    journey = workspace.journeys.get(of) if kind == "step" else None
    thing: Any = journey.step(id) if journey is not None else workspace.roles.get(id)
    if thing is None or kind not in ("step", "role"):
        raise Http404
    named: dict[str, Any] = {"journey": of, "step": id} if journey is not None else {"role": id}
    steps = []
    if number:
        if not number.isdecimal() or not 1 <= int(number[:6]) <= len(thing.pains):
            raise Http404
        pain = thing.pains[int(number) - 1]
        named["pain"] = pain.id or id_from(pain.says, {one.id for one in thing.pains if one.id}, "pain")
        if pain.id is None:
            where = f"journeys/{of}" if journey is not None else f"roles/{id}"
            path = f"steps/{id}/pains/{number}/id" if journey is not None else f"pains/{number}/id"
            steps.append(Operation("set", where, path, named["pain"]))
    return [*steps, Operation("add", document, "solves", named)]


addresses: list[URLPattern] = [
    page(
        "w/<slug:space>/improve/<str:id>/solves/",
        change,
        name="studio-improvement-solves",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
