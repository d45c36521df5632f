"""How a journey is walked: which step follows which, who owns a step, where work changes hands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents.journey import Handoff, Journey, Next, Step
    from polku.documents.workspace import Workspace


def next_of(journey: Journey, step: Step) -> tuple[Next, ...]:
    """The drawn ways out of a step: what it says, else the next step of the file. Unknown targets are left out."""
    from polku.documents.journey import Next

    known = {other.id for other in journey.steps}
    if step.next is not None:
        return tuple(way for way in step.next if way.to in known)
    ids = [other.id for other in journey.steps]
    place = ids.index(step.id) + 1
    return (Next(to=ids[place]),) if place < len(ids) else ()


def ways(journey: Journey) -> dict[str, tuple[str, ...]]:
    """Step id → ids of the steps that follow it; all of them at once, as `next_of` says each."""
    return {step.id: following for step, following in _each_way(journey)}


def _each_way(journey: Journey) -> Iterator[tuple[Step, tuple[str, ...]]]:
    """Each step with the ids of the steps that follow it."""
    ids = [step.id for step in journey.steps]
    known = set(ids)
    # A step that occurs twice goes on from its first place, as it does for `next_of`.
    following = dict(reversed([*pairwise(ids)]))
    for step in journey.steps:
        if step.next is not None:
            yield step, tuple(way.to for way in step.next if way.to in known)
        else:
            yield step, (following[step.id],) if step.id in following else ()


def first_steps(journey: Journey) -> tuple[str, ...]:
    """Steps of the first stage that no step of that stage leads to."""
    if not journey.steps:
        return ()
    order = [stage.id for stage in journey.stages]
    used = [id for id in order if any(step.stage == id for step in journey.steps)]
    first = used[0] if used else journey.steps[0].stage
    inside = [step for step in journey.steps if step.stage == first]
    led_to = {way.to for step in inside for way in next_of(journey, step) if way.to != step.id}
    return tuple(step.id for step in inside if step.id not in led_to) or (inside[0].id,)


def owners(workspace: Workspace, journey: Journey) -> dict[str, str | None]:
    """Step id → team: what the step says, else its direct touchpoint's team, else the step before it in the file."""
    found: dict[str, str | None] = {}
    before: str | None = None
    for step in journey.steps:
        found[step.id] = before = _owner_of_its_own(workspace, step) or before
    return found


def _owner_of_its_own(workspace: Workspace, step: Step) -> str | None:
    touchpoint = workspace.touchpoints.get(step.touchpoint or "")
    return step.owner or (touchpoint.team if touchpoint is not None and touchpoint.direct else None)


@dataclass(frozen=True)
class Change:
    """A place where the owner changes along a drawn way; `handoff` is None where nobody described it."""

    before: str
    step: str
    from_team: str
    to_team: str
    handoff: Handoff | None


def changes_of_hands(workspace: Workspace, journey: Journey) -> tuple[Change, ...]:
    """All changes of owner along drawn ways, in drawn order of the receiving step, one per pair of teams and step.

    A step that has its owner only from the step before it (the customer searches, asks peers) receives
    no work, so a way that leads there is no change of hands.
    """
    owner: Mapping[str, str | None] = owners(workspace, journey)
    own = {step.id for step in journey.steps if _owner_of_its_own(workspace, step)}
    found: dict[tuple[str, str, str], Change] = {}
    by_id = {step.id: step for step in journey.steps}
    for step, following in _each_way(journey):
        for to in following:
            team, other = owner[step.id], owner[to]
            if team and other and team != other and to in own:
                found.setdefault((to, team, other), Change(step.id, to, team, other, by_id[to].receives))
    order = {step.id: number for number, step in enumerate(journey.steps)}
    return tuple(sorted(found.values(), key=lambda change: (order[change.step], order[change.before])))
