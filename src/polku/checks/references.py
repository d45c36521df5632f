"""Every place where one thing of a workspace names another, and what it may name there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from polku.checks.context import member
from polku.checks.names import Anything, Believing, Itself, Names
from polku.documents import (
    Account,
    Act,
    Document,
    Evidence,
    Improvement,
    Journey,
    Measure,
    Role,
    Settings,
    Sprint,
    Stage,
    Step,
    Workspace,
)


@dataclass(frozen=True)
class Reference:
    """One naming of a thing.

    Args:
        document: where it stands.
        item: path of the field, or of the member of a list.
        kind: what is named: role, team, step …
        id: its name there.
        known: what could be named.
    """

    document: str
    item: str
    kind: str
    id: str
    known: Collection[str]

    @property
    def exists(self) -> bool:
        """Whether there is such a thing."""
        return self.id in self.known


def references(workspace: Workspace) -> Iterator[Reference]:
    """All references of a workspace, in the order of its documents."""
    names = Names(workspace)
    for document, content in workspace.documents():
        yield from _within(names, document, content)


def named_in(document: str, content: Settings | Document) -> Mapping[str, tuple[Reference, ...]]:
    """Kind → references of one document, whatever exists: what is in `known` is not told. Found once per document."""
    return _named_in(document, Itself(content))


@lru_cache(maxsize=4096)
def _named_in(document: str, same: Itself) -> Mapping[str, tuple[Reference, ...]]:
    found: dict[str, list[Reference]] = {}
    for one in _within(Believing(Workspace(Settings())), document, same.thing):
        found.setdefault(one.kind, []).append(one)
    return {kind: tuple(members) for kind, members in found.items()}


def _within(names: Names, document: str, content: Settings | Document) -> Iterator[Reference]:
    if isinstance(content, Settings):
        yield from _settings(names, content)
    elif isinstance(content, Role):
        for n, pain in enumerate(content.pains):
            path = f"pains/{member(content.pains, n)}/evidence"
            yield from _many(names, document, path, "evidence", pain.evidence)
    elif isinstance(content, Journey):
        yield from _journey(names, document, content)
    elif isinstance(content, Evidence):
        yield from _evidence(names, document, content)
    elif isinstance(content, Account):
        yield from _account(names, document, content)
    elif isinstance(content, Improvement):
        yield from _improvement(names, document, content)
    elif isinstance(content, Sprint):
        for field in ("members", "capacity"):
            for team in getattr(content, field):
                yield Reference(document, f"{field}/{team}", "team", team, names.teams)


def _one(names: Names, document: str, item: str, kind: str, id: str | None) -> Iterator[Reference]:
    if id is not None:
        yield Reference(document, item, kind, id, _known(names, kind))


def _many(names: Names, document: str, item: str, kind: str, ids: tuple[str, ...]) -> Iterator[Reference]:
    for number, id in enumerate(ids, 1):
        yield Reference(document, f"{item}/{number}", kind, id, _known(names, kind))


_DOCUMENTS = {
    "role": "roles",
    "journey": "journeys",
    "partner": "partners",
    "evidence": "evidence",
    "account": "accounts",
    "improvement": "improvements",
    "sprint": "sprints",
}


def _known(names: Names, kind: str) -> Collection[str]:
    if kind in _DOCUMENTS:
        return names.documents(_DOCUMENTS[kind])
    if kind in ("step", "stage"):
        return names.in_journeys(kind + "s")
    if kind in ("team", "touchpoint", "system", "content"):
        found: Collection[str] = getattr(names, kind + "s")
        return found
    return names.listed(kind + "s")


def _measure(names: Names, document: str, item: str, measure: Measure | None) -> Iterator[Reference]:
    if measure is None:
        return
    for kind in ("touchpoint", "stage", "step", "segment"):
        yield from _one(names, document, f"{item}/{kind}", kind, getattr(measure, kind))


def _settings(names: Names, settings: Settings) -> Iterator[Reference]:
    at = "polku"
    if settings.purpose is not None:
        for goal in settings.purpose.goals:
            yield from _measure(names, at, f"purpose/goals/{goal.id}/measure", goal.measure)
        yield from _many(names, at, "purpose/readers", "team", settings.purpose.readers)
    for segment in settings.segments:
        yield from _many(names, at, f"segments/{segment.id}/buying_centre", "role", segment.buying_centre)
    yield from _many(names, at, "roles", "role", settings.roles)
    if settings.scoring is not None:
        for number, rule in enumerate(settings.scoring.engagement, 1):
            path = f"scoring/engagement/{number}/touchpoint"
            yield from _one(names, at, path, "touchpoint", rule.touchpoint)
        for role in settings.scoring.roles:
            yield from _one(names, at, f"scoring/roles/{role}", "role", role)
    for content in settings.contents:
        path = f"contents/{content.id}"
        yield from _many(names, at, f"{path}/for", "role", content.for_)
        yield from _one(names, at, f"{path}/stage", "stage", content.stage)
        yield from _one(names, at, f"{path}/owner", "team", content.owner)
        yield from _one(names, at, f"{path}/channel", "channel", content.channel)
    for touchpoint in settings.touchpoints:
        path = f"touchpoints/{touchpoint.id}"
        yield from _one(names, at, f"{path}/channel", "channel", touchpoint.channel)
        yield from _one(names, at, f"{path}/team", "team", touchpoint.team)


def _journey(names: Names, at: str, journey: Journey) -> Iterator[Reference]:
    for field, kind in (("improves", "journey"), ("account", "account"), ("extends", "journey")):
        yield from _one(names, at, field, kind, getattr(journey, field))
    yield from _one(names, at, "segment", "segment", journey.segment)
    yield from _many(names, at, "roles", "role", journey.roles)
    yield from _many(names, at, "mapped_by", "team", journey.mapped_by)
    yield from _one(names, at, "owner", "team", journey.owner)
    yield from _many(names, at, "applies", "improvement", journey.applies)
    if journey.rounds is not None:
        yield from _many(names, at, "rounds/starts", "touchpoint", journey.rounds.starts)
        for number, end in enumerate(journey.rounds.ends, 1):
            yield from _one(names, at, f"rounds/ends/{number}/touchpoint", "touchpoint", end.touchpoint)
    stages, steps = names.stages(journey.id), names.steps(journey.id)
    for stage in journey.stages:
        yield from _stage(names, at, stage, stages)
    for step in journey.steps:
        yield from _step(names, at, step, stages, steps)
    if journey.rules:
        yield from _rules(names, at, journey, stages, steps)


def _rules(
    names: Names, at: str, journey: Journey, stages: Collection[str], steps: Collection[str]
) -> Iterator[Reference]:
    parts = (steps, names.touchpoints, stages)
    known: Collection[str] = (
        Anything()
        if any(isinstance(part, Anything) for part in parts)
        else {id for part in parts for id in part}
    )
    for rule in journey.rules:
        path = f"rules/{rule.id}"
        for field in ("of", "then", "after", "without"):
            id = getattr(rule, field)
            if id is not None:
                yield Reference(at, f"{path}/{field}", "part-of-journey", id, known)
        yield from _one(names, at, f"{path}/role", "role", rule.role)


def _stage(names: Names, at: str, stage: Stage, stages: Collection[str]) -> Iterator[Reference]:
    path = f"stages/{stage.id}"
    for number, question in enumerate(stage.questions, 1):
        yield from _many(names, at, f"{path}/questions/{number}/evidence", "evidence", question.evidence)
    if stage.loops_to is not None:
        yield Reference(at, f"{path}/loops_to", "stage", stage.loops_to, stages)


def _step(
    names: Names, at: str, step: Step, stages: Collection[str], steps: Collection[str]
) -> Iterator[Reference]:
    path = f"steps/{step.id}"
    if step.stage is not None:
        yield Reference(at, f"{path}/stage", "stage", step.stage, stages)
    yield from _one(names, at, f"{path}/role", "role", step.role)
    yield from _one(names, at, f"{path}/touchpoint", "touchpoint", step.touchpoint)
    yield from _many(names, at, f"{path}/with", "role", step.with_)
    for field in ("pains", "gains"):
        parts: tuple[Any, ...] = getattr(step, field)
        for number, part in enumerate(parts):
            item = f"{path}/{field}/{member(parts, number)}/evidence"
            yield from _many(names, at, item, "evidence", part.evidence)
    yield from _many(names, at, f"{path}/evidence", "evidence", step.evidence)
    yield from _one(names, at, f"{path}/content", "content", step.content)
    yield from _acts(names, at, path, step)
    yield from _one(names, at, f"{path}/owner", "team", step.owner)
    if step.receives is not None:
        yield from _one(names, at, f"{path}/receives/from", "team", step.receives.from_)
    if step.partner is not None:
        yield from _one(names, at, f"{path}/partner/id", "partner", step.partner.id)
    for number, way in enumerate(step.next or (), 1):
        yield Reference(at, f"{path}/next/{number}", "step", way.to, steps)


def _acts(names: Names, at: str, path: str, step: Step) -> Iterator[Reference]:
    acts: tuple[Act, ...] = (*step.front, *step.back)
    known = {act.id for act in acts if act.id is not None}
    for field in ("front", "back"):
        members: tuple[Act, ...] = getattr(step, field)
        for number, act in enumerate(members):
            item = f"{path}/{field}/{member(members, number)}"
            yield from _one(names, at, f"{item}/team", "team", act.team)
            yield from _one(names, at, f"{item}/system", "system", act.system)
            if act.then is not None:
                yield Reference(at, f"{item}/then", "act", act.then, known)


def _evidence(names: Names, at: str, evidence: Evidence) -> Iterator[Reference]:
    yield from _many(names, at, "heard_by", "team", evidence.heard_by)
    about = evidence.about
    for field in ("roles", "touchpoints", "journeys", "segments", "accounts"):
        yield from _many(names, at, f"about/{field}", field[:-1], getattr(about, field))
    for field in ("stages", "steps"):
        ids = getattr(about, field)
        known = names.in_journeys(field, about.journeys) if ids else ()
        for number, id in enumerate(ids, 1):
            yield Reference(at, f"about/{field}/{number}", field[:-1], id, known)


def _account(names: Names, at: str, account: Account) -> Iterator[Reference]:
    yield from _one(names, at, "segment", "segment", account.segment)
    yield from _one(names, at, "parent", "account", account.parent)
    yield from _one(names, at, "owner", "team", account.owner)
    for kind, understood in account.understanding:
        yield from _many(names, at, f"understanding/{kind}/evidence", "evidence", understood.evidence)
    people = {person.id for person in account.people} | set(names.inside(at, "people"))
    for person in account.people:
        path = f"people/{person.id}"
        yield from _many(names, at, f"{path}/roles", "role", person.roles)
        if person.reports_to is not None:
            yield Reference(at, f"{path}/reports_to", "person", person.reports_to, people)
        for number, id in enumerate(person.influences, 1):
            yield Reference(at, f"{path}/influences/{number}", "person", id, people)
        yield from _many(names, at, f"{path}/knows", "team", person.knows)
    for number, value in enumerate(account.value, 1):
        for rival in value.rivals:
            yield Reference(at, f"value/{number}/rivals/{rival}", "rival", rival, names.listed("rivals"))


def _improvement(names: Names, at: str, improvement: Improvement) -> Iterator[Reference]:
    for number, solves in enumerate(improvement.solves, 1):
        path = f"solves/{number}"
        yield from _one(names, at, f"{path}/journey", "journey", solves.journey)
        yield from _one(names, at, f"{path}/role", "role", solves.role)
        if solves.step is not None:
            within = (solves.journey,) if solves.journey else ()
            known = names.in_journeys("steps", within)
            yield Reference(at, f"{path}/step", "step", solves.step, known)
        if solves.pain is not None:
            yield Reference(
                at,
                f"{path}/pain",
                "pain",
                solves.pain,
                _pains(names, solves.journey, solves.step, solves.role),
            )
    yield from _many(names, at, "because", "evidence", improvement.because)
    yield from _many(names, at, "teams", "team", improvement.teams)
    yield from _one(names, at, "owner", "team", improvement.owner)
    yield from _measure(names, at, "measure", improvement.measure)
    yield from _one(names, at, "sprint", "sprint", improvement.sprint)


def _pains(names: Names, journey: str | None, step: str | None, role: str | None) -> Collection[str]:
    """Names of the pains that a solution may mean; the nearer it says where, the fewer they are."""
    within = (journey,) if journey is not None else ()
    if isinstance(names.in_journeys("steps", within), Anything):
        return Anything()
    found: set[str] = set()
    for id, one in names.workspace.journeys.items():
        if journey not in (None, id):
            continue
        for other in one.steps:
            if step in (None, other.id):
                found.update(pain.id for pain in other.pains if pain.id)
                found.update(names.inside(f"journeys/{id}", f"steps/{other.id}/pains"))
    for id, person in names.workspace.roles.items():
        if role == id or (role is None and step is None):
            found.update(pain.id for pain in person.pains if pain.id)
    return found
