"""Every place where one thing of a workspace names another, and what it may name there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from polku.checks.context import member, unread
from polku.documents import (
    KINDS,
    Account,
    Act,
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
    yield from _settings(names, workspace.settings)
    for document, content in workspace.documents():
        if isinstance(content, Role):
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


def _members_by_list(paths: Iterable[str]) -> Mapping[str, Collection[str]]:
    """List → names of its members, in one walk: a map of two hundred steps has thousands of places."""
    found: dict[str, set[str]] = {}
    for path in paths:
        around, _, name = path.rpartition("/")
        while around and name not in found.setdefault(around, set()):
            found[around].add(name)
            around, _, name = around.rpartition("/")
    return found


class Anything(Collection[str]):
    """What could be named where a file cannot be read: nobody can tell, so every name is believed."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True)
class Names:
    """What exists, including what exists in a file but could not be understood.

    A broken role is one finding; the twenty steps that name it are not twenty more.
    """

    workspace: Workspace

    def documents(self, kind: str) -> Collection[str]:
        """Ids of a kind of document."""
        return self._documents[kind]

    @cached_property
    def _documents(self) -> Mapping[str, Collection[str]]:
        found: dict[str, dict[str, None]] = {
            kind: dict.fromkeys(getattr(self.workspace, kind)) for kind in KINDS
        }
        broken = (problem.document for problem in self.workspace.problems)
        for document in (*self.workspace.places, *broken):
            kind, _, id = document.partition("/")
            if kind in found and id:
                found[kind][id] = None
        return found

    @cached_property
    def _unread(self) -> Collection[str]:
        return unread(self.workspace)

    def inside(self, document: str, path: str) -> Collection[str]:
        """Names of the members of a list in a document, as its file has them."""
        if document not in self._members:
            self._members[document] = _members_by_list(self.workspace.places.get(document, {}))
        return self._members[document].get(path, frozenset())

    @cached_property
    def _members(self) -> dict[str, Mapping[str, Collection[str]]]:
        """What `inside` gives, of documents that were asked for."""
        return {}

    def listed(self, kind: str) -> Collection[str]:
        """Ids of one of the workspace's own lists."""
        if "polku" in self._unread:
            return Anything()
        return {*getattr(self.workspace, kind), *self.inside("polku", kind)}

    @cached_property
    def teams(self) -> Collection[str]:
        """Ids of teams."""
        return self.listed("teams")

    @cached_property
    def touchpoints(self) -> Collection[str]:
        """Ids of touchpoints."""
        return self.listed("touchpoints")

    @cached_property
    def systems(self) -> Collection[str]:
        """Ids of systems."""
        return self.listed("systems")

    @cached_property
    def contents(self) -> Collection[str]:
        """Ids of contents."""
        return self.listed("contents")

    def steps(self, journey: str) -> Collection[str]:
        """Ids of a journey's steps and of those of the journey that it adds to."""
        return self._of_journey(journey, "steps")

    def stages(self, journey: str) -> Collection[str]:
        """Ids of a journey's stages and of those of the journey that it adds to."""
        return self._of_journey(journey, "stages")

    @cached_property
    def _inside_journeys(self) -> dict[tuple[str, str], Collection[str]]:
        return {}

    def _of_journey(self, id: str, kind: str) -> Collection[str]:
        # Every piece of evidence and every improvement asks again; the answer is long to find.
        if (id, kind) not in self._inside_journeys:
            self._inside_journeys[id, kind] = self._found_in_journey(id, kind)
        return self._inside_journeys[id, kind]

    def _found_in_journey(self, id: str, kind: str) -> Collection[str]:
        found: set[str] = set()
        seen: set[str] = set()
        at: str | None = id
        while at is not None and at not in seen:
            seen.add(at)
            found.update(self.inside(f"journeys/{at}", kind))
            journey = self.workspace.journeys.get(at)
            found.update(one.id for one in (getattr(journey, kind) if journey is not None else ()))
            at = journey.extends if journey is not None else None
        return found

    def in_journeys(self, kind: str, journeys: tuple[str, ...] = ()) -> Collection[str]:
        """Ids of the steps or stages of some journeys, or of all."""
        if any(f"journeys/{id}" in self._unread for id in journeys or self.documents("journeys")):
            return Anything()
        asked = [id for id in journeys if id in self.documents("journeys")] or self.documents("journeys")
        return {one for id in asked for one in self._of_journey(id, kind)}


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
