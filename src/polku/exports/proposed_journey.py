"""A journey proposed from data: the common path as a draft in which every card is assumed, and measured at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from polku.analytics.map.common_path import CommonPath, CommonStep
from polku.documents import Journey, Role, Stage, Step, Workspace
from polku.errors import WrongUse
from polku.formats.ids import id_from
from polku.words import Message, Reader

FEW, SOME = 4, 7
"""Fewer steps than these make one stage, or two."""


@dataclass(frozen=True)
class Proposed:
    """A draft, and what it needs besides.

    Args:
        roles: for parts that people have in the data and no role of the workspace has.
    """

    journey: Journey
    roles: tuple[Role, ...]


def propose_journey(path: CommonPath, workspace: Workspace, say: Reader, name: str = "") -> Proposed:
    """Draw the common path as a journey.

    A step meets its touchpoint, or finds its activity by rules of its own, so that it is measured as it stands.
    Its role is the workspace's for the part that did it most often. It stands on no evidence: somebody has to ask.

    Raises:
        WrongUse: there is nothing to draw.
    """
    if not path.steps:
        raise WrongUse(Message("map.nothing", {"cases": path.cases, "events": path.events}))
    name = name or say("map.name")
    roles: dict[str, Role] = {}
    by_part: dict[str, str] = {
        role.part: role.id for role in reversed(list(workspace.roles.values())) if role.part
    }
    stages = _stages(path.steps, say)
    drawn: list[Step] = []
    for step, stage in zip(path.steps, [stage for stage, members in stages for _ in members], strict=True):
        role = by_part.get(step.part) if step.part else None
        if step.part and role is None:
            made = _role(step.part, workspace, say)
            roles[made.id] = made
            by_part[step.part] = role = made.id
        taken = {one.id for one in drawn}
        drawn.append(
            Step(
                id=id_from(step.name, taken, "step"),
                stage=stage.id,
                role=role,
                does=step.name,
                touchpoint=step.touchpoint,
                events=step.rules,
            )
        )
    taken_part = tuple(dict.fromkeys(step.role for step in drawn if step.role))
    journey = Journey(
        id=id_from(name, workspace.journeys, "journey"),
        name=name,
        state="as-is",
        roles=taken_part,
        stages=tuple(stage for stage, _ in stages),
        steps=tuple(drawn),
    )
    return Proposed(journey, tuple(roles.values()))


def _role(part: str, workspace: Workspace, say: Reader) -> Role:
    id = id_from(part, workspace.roles, "role")
    return Role.model_validate({"id": id, "name": say(f"map.part-{part}"), "part": part})


def _stages(steps: Sequence[CommonStep], say: Reader) -> list[tuple[Stage, list[CommonStep]]]:
    """The steps in stages: cut where a won deal lies between them, and where most time passes."""
    cuts = _cuts(steps)
    groups = [list(steps[start:end]) for start, end in zip((0, *cuts), (*cuts, len(steps)), strict=True)]
    taken: list[str] = []
    found = []
    for number, members in enumerate(groups, start=1):
        name = say("map.stage", number=number, step=members[0].name)
        id = id_from(members[0].name, taken, f"stage-{number}")
        taken.append(id)
        found.append((Stage(id=id, name=name, when=_when(members)), members))
    return found


def _cuts(steps: Sequence[CommonStep]) -> tuple[int, ...]:
    """Places before which a new stage begins."""
    count = len(steps)
    wanted = 0 if count < FEW else 1 if count < SOME else 2
    if not wanted:
        return ()
    cuts: set[int] = set()
    bought = next((place for place, step in enumerate(steps) if (step.after_won or 0.0) > 0.5), None)
    if bought:
        cuts.add(bought)
    # The time of a step seen along the path never runs backwards.
    times = [max(step.median_seconds for step in steps[: place + 1]) for place in range(count)]
    gaps = sorted(
        range(1, count), key=lambda place: (times[place - 1] - times[place], abs(place - count / 2))
    )
    for place in gaps:
        if len(cuts) >= wanted:
            break
        # A stage of one step tells little.
        if all(abs(place - cut) > 1 for cut in (0, *cuts, count)):
            cuts.add(place)
    return tuple(sorted(cuts))


def _when(steps: Sequence[CommonStep]) -> Literal["before", "after"] | None:
    told = [step.after_won for step in steps if step.after_won is not None]
    if not told:
        return None
    return "after" if sum(told) / len(told) > 0.5 else "before"
