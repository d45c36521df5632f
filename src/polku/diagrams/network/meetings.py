"""Who meets whom along a journey: the places where roles and the company meet, and who takes part in none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.documents import Channel, Journey, Team, Touchpoint, Workspace


@dataclass(frozen=True)
class Meeting:
    """A touchpoint with the steps that meet it, or several touchpoints taken together.

    Args:
        name, channel: in the user's words; `channel` is empty where several stand together by channel.
        kind: of the channel; None where nobody said it.
        present: whether somebody of the company, or something it made, is there.
        owners: teams that answer for it, the one of most steps first; empty where nobody is present.
        touchpoints: how many touchpoints stand here.
    """

    name: str
    channel: str
    kind: str | None
    present: bool
    owners: tuple[str, ...]
    steps: tuple[StepFacts, ...]
    touchpoints: int = 1

    @property
    def owner(self) -> str | None:
        """The team that answers for most of its steps."""
        return self.owners[0] if self.owners else None

    @property
    def truth(self) -> bool:
        """Whether the relation is won or lost here."""
        return any(facts.step.moment_of_truth for facts in self.steps)

    @cached_property
    def systems(self) -> tuple[str, ...]:
        """Systems that carry its steps, in the order in which they are named."""
        acts = (act for facts in self.steps for act in (*facts.step.front, *facts.step.back))
        return tuple(dict.fromkeys(act.system for act in acts if act.system))

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """Partners that do a part of its steps."""
        return tuple(dict.fromkeys(facts.step.partner.id for facts in self.steps if facts.step.partner))


@dataclass(frozen=True)
class LeftOutside:
    """What the workspace has and the journey never meets."""

    touchpoints: tuple[Touchpoint, ...]
    teams: tuple[Team, ...]
    channels: tuple[Channel, ...]

    @property
    def count(self) -> int:
        """How many in all."""
        return len(self.touchpoints) + len(self.teams) + len(self.channels)


def meetings(facts: JourneyFacts, most: int = 24) -> tuple[Meeting, ...]:
    """Touchpoints in journey order; taken together by channel and team where there are more than `most`.

    Where even these are too many they stand by channel, then by kind of channel alone.
    """
    steps = [one for one in facts.steps if one.step.touchpoint]
    single = _together(facts, steps, lambda one: one.step.touchpoint)
    if len(single) <= most:
        return single
    for key in (
        lambda one: (_owner(one), one.channel.id if one.channel else None, _present(one)),
        lambda one: (one.channel.id if one.channel else None, _present(one)),
        lambda one: (one.channel.kind if one.channel else None, _present(one)),
    ):
        found = _together(facts, steps, key)
        if len(found) <= most:
            break
    return found


def left_outside(workspace: Workspace, journeys: Iterable[Journey], facts: JourneyFacts) -> LeftOutside:
    """Touchpoints, teams and channels of the workspace that no step of these journeys meets."""
    steps = [step for journey in journeys for step in journey.steps]
    met = {step.touchpoint for step in steps if step.touchpoint}
    used = {found.channel for id in met if (found := workspace.touchpoints.get(id)) and found.channel}
    busy = {one.owner for one in facts.steps} | {step.owner for step in steps}
    for step in steps:
        busy |= {act.team for act in (*step.front, *step.back)}
        busy |= {step.receives.from_} if step.receives else set()
    return LeftOutside(
        tuple(one for one in workspace.settings.touchpoints if one.id not in met),
        tuple(team for team in workspace.settings.teams if team.id not in busy),
        tuple(channel for channel in workspace.settings.channels if channel.id not in used),
    )


def met_by(facts: StepFacts) -> tuple[str | None, ...]:
    """Who is at a step: its role, then those who take part."""
    others = (id for id in facts.step.with_ if id != facts.role)
    return (facts.role, *dict.fromkeys(others))


def _together(
    facts: JourneyFacts, steps: Sequence[StepFacts], key: Callable[[StepFacts], Hashable]
) -> tuple[Meeting, ...]:
    groups: dict[Hashable, list[StepFacts]] = {}
    for one in steps:
        groups.setdefault(key(one), []).append(one)
    return tuple(_meeting(facts, group) for group in groups.values())


def _meeting(facts: JourneyFacts, steps: Sequence[StepFacts]) -> Meeting:
    first = steps[0]
    touchpoints = {one.step.touchpoint for one in steps}
    channel = (first.channel.name or first.channel.id) if first.channel else ""
    present = any(_present(one) for one in steps)
    owners = Counter(owner for one in steps if (owner := _owner(one)))
    single = len(touchpoints) == 1
    return Meeting(
        name=(first.touchpoint_name or "") if single else channel,
        channel=channel if single else "",
        kind=first.channel.kind if first.channel else None,
        present=present,
        # Counter keeps the order of first meeting among equals.
        owners=tuple(owner for owner, _ in owners.most_common()) if present else (),
        steps=tuple(steps),
        touchpoints=len(touchpoints),
    )


def _owner(one: StepFacts) -> str | None:
    return one.owner if _present(one) else None


def _present(one: StepFacts) -> bool:
    return one.touchpoint is None or one.touchpoint.direct
