"""What every drawing of a journey knows of its steps: who, where, how well known, since when, by whom carried."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from polku.documents import (
    Change,
    Channel,
    Evidence,
    Journey,
    Stage,
    Step,
    Touchpoint,
    Workspace,
    changes_of_hands,
    owners,
)
from polku.scene import RoleSign, role_signs
from polku.words import Message, Reader, Text

State = Literal["assumed", "evidenced", "measured", "stale"]

NOBODY = RoleSign("circle", "ink-3", "?")
"""The sign of a step of which nobody said whose it is."""


@dataclass(frozen=True)
class StepFacts:
    """A step with what the rest of the workspace says about it.

    Args:
        number: its place in the drawing, from 1.
        evidence: what was heard, planned interviews left out.
        age_days: days since its newest evidence; None where no evidence has a date.
        oldest_days: days since its oldest evidence.
    """

    number: int
    step: Step
    stage: Stage | None
    role: str | None
    role_name: str
    sign: RoleSign
    touchpoint: Touchpoint | None
    channel: Channel | None
    evidence: tuple[Evidence, ...]
    quotes: tuple[Evidence, ...]
    age_days: int | None
    oldest_days: int | None
    state: State
    owner: str | None
    stale_days: int
    ageing_days: int

    @property
    def ageing(self) -> bool:
        """Whether its newest evidence is old enough to show a clock."""
        return self.age_days is not None and self.age_days >= self.ageing_days

    @property
    def touchpoint_name(self) -> str | None:
        """Its touchpoint's name; the id of one that is nowhere described."""
        return self.touchpoint.label if self.touchpoint else self.step.touchpoint


@dataclass(frozen=True)
class JourneyFacts:
    """A journey prepared for drawing; stages in order, each with its steps (none is a hole)."""

    workspace: Workspace
    journey: Journey
    today: dt.date
    stages: tuple[tuple[Stage | None, tuple[StepFacts, ...]], ...]
    whole: int | None = None
    """How many steps the journey has, where only some are drawn."""

    @property
    def total(self) -> int:
        """How many steps the journey has, drawn or not."""
        return len(self.steps) if self.whole is None else self.whole

    @cached_property
    def steps(self) -> tuple[StepFacts, ...]:
        """All steps in drawn order."""
        return tuple(step for _, steps in self.stages for step in steps)

    @cached_property
    def by_id(self) -> Mapping[str, StepFacts]:
        """Steps by id."""
        return {facts.step.id: facts for facts in self.steps}

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each step stands among those drawn, from 0; its number counts those that are left out, too."""
        return {facts.step.id: place for place, facts in enumerate(self.steps)}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Places where work changes hands, as far as who receives it is drawn."""
        found = changes_of_hands(self.workspace, self.journey)
        if self.whole is None:
            return found
        return tuple(change for change in found if change.step in self.by_id)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Roles with a step, and those the journey names, in the workspace's order."""
        used = {facts.role for facts in self.steps if facts.role} | set(self.journey.roles)
        order = self.workspace.role_order()
        return (*(id for id in order if id in used), *sorted(used - set(order)))

    @cached_property
    def signs(self) -> Mapping[str, RoleSign]:
        """The sign of every role of the workspace, and of roles nobody described."""
        return signs_of(self.workspace, self.journey)

    @property
    def evidenced(self) -> int:
        """How many steps stand on evidence, fresh or old."""
        return sum(bool(facts.evidence) for facts in self.steps)


def journey_facts(
    workspace: Workspace,
    journey: Journey,
    *,
    today: dt.date | None = None,
    measured: frozenset[str] = frozenset(),
) -> JourneyFacts:
    """Prepare a journey for drawing.

    Args:
        today: the day that ages are counted to.
        measured: ids of steps that were seen in data.
    """
    today = today or dt.date.today()
    signs = signs_of(workspace, journey)
    names = short_names(workspace)
    owner = owners(workspace, journey)
    limits = workspace.settings.limits
    known = {stage.id for stage in journey.stages}
    groups: list[tuple[Stage | None, list[Step]]] = [
        (stage, [step for step in journey.steps if step.stage == stage.id]) for stage in journey.stages
    ]
    lost = [step for step in journey.steps if step.stage not in known]
    if lost:
        groups.append((None, lost))
    number = 0
    stages = []
    for stage, steps in groups:
        prepared = []
        for step in steps:
            number += 1
            touchpoint = workspace.touchpoints.get(step.touchpoint or "")
            heard = _heard(workspace, step)
            ages = [max(0, (today - one.date).days) for one in heard if one.date]
            newest = min(ages, default=None)
            prepared.append(
                StepFacts(
                    number=number,
                    step=step,
                    stage=stage,
                    role=step.role,
                    role_name=names.get(step.role or "", step.role or ""),
                    sign=signs.get(step.role or "", NOBODY),
                    touchpoint=touchpoint,
                    channel=workspace.channels.get(touchpoint.channel or "") if touchpoint else None,
                    evidence=heard,
                    quotes=_quotes(workspace, step),
                    age_days=newest,
                    oldest_days=max(ages, default=None),
                    state=_state(newest, bool(heard), step.id in measured, limits.stale.days),
                    owner=owner[step.id],
                    stale_days=limits.stale.days,
                    ageing_days=limits.ageing.days,
                )
            )
        stages.append((stage, tuple(prepared)))
    return JourneyFacts(workspace, journey, today, tuple(stages))


def signs_of(workspace: Workspace, journey: Journey) -> dict[str, RoleSign]:
    """Signs in the workspace's order of roles, so that a role looks the same in every picture."""
    order = dict.fromkeys((*workspace.role_order(), *journey.roles))
    order |= dict.fromkeys(step.role for step in journey.steps if step.role)
    return role_signs({id: workspace.label("roles", id) for id in order})


def short_names(workspace: Workspace) -> dict[str, str]:
    """A role's first name where that is enough to tell it from the others, else its whole name."""
    whole = {id: role.label for id, role in workspace.roles.items()}
    first = {id: name.split(" ")[0].rstrip(",") for id, name in whole.items()}
    count = Counter(first.values())
    return {id: first[id] if count[first[id]] == 1 and len(first[id]) > 1 else whole[id] for id in whole}


MOST_NAMED = 4
"""Names in a heading; of more than these the first ones stand there."""


def a_few(names: Sequence[str]) -> list[Text]:
    """Names for a sentence: all of a few, else the first ones and how many more there are."""
    if len(names) <= MOST_NAMED:
        return list(names)
    rest = len(names) - (MOST_NAMED - 1)
    return [*names[: MOST_NAMED - 1], Message("checks.more", {"count": rest})]


def role_label(workspace: Workspace, role: str, reader: Reader) -> str:
    """A role as legends name it: Ole, operator."""
    document = workspace.roles.get(role)
    name = short_names(workspace).get(role, role)
    if document is None or document.part is None or name == document.label:
        return workspace.label("roles", role)
    return f"{name}, {reader(f'diagrams.part-{document.part}')}"


def meta_line(facts: JourneyFacts, reader: Reader) -> str:
    """State, segment and day of validation in one line."""
    journey = facts.journey
    parts = [reader(f"diagrams.state-{journey.state}")]
    if journey.segment:
        parts.append(facts.workspace.label("segments", journey.segment))
    if journey.validated:
        parts.append(reader("diagrams.validated", day=journey.validated))
    else:
        parts.append(reader("diagrams.never-validated"))
    return " · ".join(parts)


def step_label(facts: StepFacts, total: int, reader: Reader, more: tuple[str, ...] = ()) -> str:
    """A step in words, for those who hear the drawing."""
    step = facts.step
    place = (
        Message("diagrams.step-of", {"number": facts.number, "total": total, "stage": facts.stage.label})
        if facts.stage
        else Message("diagrams.step-of-no-stage", {"number": facts.number, "total": total})
    )
    parts = [reader.text(place)]
    who = facts.role_name or reader("diagrams.role-nobody")
    parts.append(f"{who}: {step.label}")
    if facts.touchpoint_name:
        channel = facts.channel.name or facts.channel.id if facts.channel else None
        parts.append(f"{facts.touchpoint_name}, {channel}" if channel else facts.touchpoint_name)
    else:
        parts.append(reader("diagrams.no-touchpoint"))
    if step.feels is None:
        parts.append(reader("diagrams.feels-unknown"))
    else:
        parts.append(reader("diagrams.feels", feels=step.feels))
    if facts.evidence and facts.oldest_days is not None:
        parts.append(reader("diagrams.evidence-aged", count=len(facts.evidence), days=facts.oldest_days))
    elif facts.evidence:
        parts.append(reader("diagrams.evidence-count", count=len(facts.evidence)))
    else:
        parts.append(reader("diagrams.evidence-none"))
    if step.moment_of_truth:
        parts.append(reader("diagrams.moment-of-truth"))
    return ". ".join(part[:1].upper() + part[1:] for part in (*parts, *more)) + "."


def _state(age: int | None, heard: bool, measured: bool, stale: int) -> State:
    if heard:
        return "stale" if age is not None and age >= stale else "evidenced"
    return "measured" if measured else "assumed"


def _heard(workspace: Workspace, step: Step) -> tuple[Evidence, ...]:
    """Evidence of the step and of its pains and gains, each once."""
    ids = dict.fromkeys(
        (
            *step.evidence,
            *(id for pain in step.pains for id in pain.evidence),
            *(id for gain in step.gains for id in gain.evidence),
        )
    )
    found = (workspace.evidence.get(id) for id in ids)
    return tuple(one for one in found if one is not None and one.status == "done")


def _quotes(workspace: Workspace, step: Step) -> tuple[Evidence, ...]:
    """Quotes that speak of this step and its role: what a customer said there, not merely somewhere."""
    found = []
    for one in workspace.evidence.values():
        about = one.about
        if not one.quote or one.status != "done" or (about.roles and step.role not in about.roles):
            continue
        if about.steps:
            here = step.id in about.steps
        elif about.touchpoints:
            here = step.touchpoint in about.touchpoints
        else:
            here = one.id in step.evidence
        if here:
            found.append(one)
    return tuple(found)
