"""What nobody knows yet of a role: the holes of its steps, its stages, itself and an account, as things to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from polku.checks.context import Context
from polku.documents import UNDERSTANDING, Account, Journey, Step, Workspace
from polku.words import Message, Text

KINDS = ("understanding", "moment", "planned", "pain", "question", "expects", "feels")
"""Kinds of holes, what weighs most first: an account somebody is about to visit, where relations are decided,
what was promised to be asked, what we only believe hurts, and what a step merely lacks."""


@dataclass(frozen=True)
class Hole:
    """Something that nobody knows.

    Args:
        kind: one of KINDS; gives the words to ask with.
        place: what it is about, as a heading for who asks.
        order: where it stands in the journey.
        listen: what the answer may bear out or not; for the ears of who asks, never read out.
        count: how many holes of the map one question is for.
    """

    kind: str
    place: Text
    order: tuple[int, int]
    listen: tuple[Text, ...] = ()
    count: int = 1
    part: str = ""
    weight: tuple[int, ...] = field(default=(), compare=False)


def holes_of(
    workspace: Workspace,
    role: str,
    *,
    journey: Journey | None,
    account: Account | None,
    today: dt.date,
) -> tuple[Hole, ...]:
    """All holes that somebody in a role can fill, what weighs most first."""
    context = Context(workspace, today)
    found = [*_of_role(context, role)]
    if account is not None:
        found += _of_account(account, workspace, today)
    if journey is not None:
        found += _of_stages(context, journey, role)
        found += _of_steps(context, journey, role)
    return tuple(sorted(found, key=lambda hole: (KINDS.index(hole.kind), hole.weight, hole.order)))


def steps_of(journey: Journey, role: str) -> list[Step]:
    """The steps that a role takes or takes part in."""
    return [step for step in journey.steps if step.role == role or role in step.with_]


def planned_for(workspace: Workspace, role: str) -> list[str]:
    """Ids of planned evidence in which a role is to be asked."""
    return [
        id for id, one in workspace.evidence.items() if one.status == "planned" and role in one.about.roles
    ]


def _of_role(context: Context, role: str) -> Iterator[Hole]:
    document = context.workspace.roles[role]
    says = tuple(Message("ask.assumed", {"text": pain.says}) for pain in document.pains
                 if not context.evidence(pain.evidence))  # fmt: skip
    if says:
        yield Hole("pain", Message("ask.at-work"), (-1, 0), says, len(says), part="work")


def _of_account(account: Account, workspace: Workspace, today: dt.date) -> Iterator[Hole]:
    oldest = today - workspace.settings.limits.stale
    for number, kind in enumerate(UNDERSTANDING):
        known = getattr(account.understanding, kind)
        since = [one.date for one in account.signals if kind in one.touches and one.date <= today]
        listen: Message | None = None
        if not (known.note or "").strip():
            listen = Message("ask.not-known")
        elif known.date is None:
            listen = Message("ask.undated", {"text": known.note})
        elif known.date < oldest or any(known.date < day for day in since):
            listen = Message("ask.old", {"text": known.note, "date": known.date})
        if listen is not None:
            yield Hole("understanding", Message(f"ask.part-{kind}"), (-2, number), (listen,), part=kind)


def _of_stages(context: Context, journey: Journey, role: str) -> Iterator[Hole]:
    own = {step.stage for step in steps_of(journey, role)}
    for number, stage in enumerate(journey.stages):
        if stage.id not in own:
            continue
        open_ = tuple(
            Message("ask.find-out", {"text": one.ask})
            for one in stage.questions
            if not (one.answer or "").strip()
        )
        guessed = tuple(
            Message("ask.believed", {"ask": one.ask, "answer": one.answer})
            for one in stage.questions
            if (one.answer or "").strip() and not context.evidence(one.evidence)
        )
        if open_ or guessed:
            # What nobody answered weighs more than what somebody believes to know.
            listen = (*open_, *guessed)
            yield Hole(
                "question", stage.label, (number, -1), listen, len(listen), weight=(0 if open_ else 1,)
            )


def _of_steps(context: Context, journey: Journey, role: str) -> Iterator[Hole]:
    order = {stage.id: number for number, stage in enumerate(journey.stages)}
    planned = [context.workspace.evidence[id] for id in planned_for(context.workspace, role)]
    for number, step in enumerate(journey.steps):
        if step not in steps_of(journey, role):
            continue
        at = (order.get(step.stage or "", len(order)), number)
        place = place_of(context.workspace, step)
        known = context.of_step(journey, step)
        weight = (not step.moment_of_truth, -abs(step.feels or 0))
        if step.moment_of_truth and not known:
            yield Hole("moment", place, at, (_does(step),), weight=weight)
        for one in planned:
            if step.touchpoint in one.about.touchpoints or step.id in one.about.steps:
                yield Hole("planned", place, at, (_does(step),))
        if step.role != role:
            continue  # what somebody who takes part feels and expects is not on the map
        pains = tuple(
            Message("ask.assumed", {"text": pain.says})
            for pain in step.pains
            if not context.of_pain(journey, step, pain)
        )
        if pains:
            yield Hole("pain", place, at, pains, len(pains), weight=weight)
        if not step.expects:
            yield Hole("expects", place, at, (_does(step),), weight=weight)
        if not known:
            felt = Message("ask.felt", {"feels": step.feels}) if step.feels is not None else _does(step)
            yield Hole("feels", place, at, (felt,), weight=weight)


def place_of(workspace: Workspace, step: Step) -> str:
    """What a step is called in talking of it: its touchpoint, else what is done."""
    touchpoint = workspace.touchpoints.get(step.touchpoint or "")
    return touchpoint.label if touchpoint is not None else step.label


def _does(step: Step) -> Message:
    return Message("ask.map-says", {"text": step.label})
