"""What would differ between a journey as it is and as it is to be: step by step, and what carries each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from polku.documents import Improvement, Journey, Step, Workspace

Kind = Literal["same", "changed", "added", "removed"]
Hope = Literal["hoped", "measured"]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "stage": ("stage",),
    "role": ("role", "with_"),
    "does": ("does",),
    "touchpoint": ("touchpoint", "content"),
    "thinks": ("thinks", "expects"),
    "feels": ("feels",),
    "pains": ("pains",),
    "gains": ("gains",),
    "moment": ("moment_of_truth",),
    "front": ("front",),
    "back": ("back",),
    "owner": ("owner",),
    "handoff": ("receives",),
    "partner": ("partner",),
    "waits": ("waits",),
    "takes": ("takes",),
    "next": ("next",),
}
"""What can differ → the fields of a step that say it; what a step is known from is no part of it."""


@dataclass(frozen=True)
class Pair:
    """One step as it is and as it is to be.

    Args:
        before: None where the step is added.
        after: None where it is left out.
        differs: names of FIELDS, and `order` where the step stands elsewhere in the order.
    """

    kind: Kind
    before: Step | None
    after: Step | None
    differs: tuple[str, ...] = ()

    @property
    def step(self) -> Step:
        """The step as it is to be; as it is where it is left out."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def difference(self) -> int | None:
        """By how much it would feel better; None where that is not known on both sides."""
        if self.before is None or self.after is None:
            return None
        if self.before.feels is None or self.after.feels is None:
            return None
        return self.after.feels - self.before.feels


@dataclass(frozen=True)
class Comparison:
    """Two journeys side by side, in the order of the one to be; what is left out stands where it was."""

    as_is: Journey
    to_be: Journey
    pairs: tuple[Pair, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Pair]:
        """Pairs by the id of their step in the drawing."""
        return {pair.step.id: pair for pair in self.pairs}

    @property
    def changes(self) -> tuple[Pair, ...]:
        """All pairs but those that stay the same."""
        return tuple(pair for pair in self.pairs if pair.kind != "same")

    @property
    def better(self) -> int:
        """How many steps would feel better."""
        return sum((pair.difference or 0) > 0 for pair in self.pairs)

    @property
    def worse(self) -> int:
        """How many would feel worse."""
        return sum((pair.difference or 0) < 0 for pair in self.pairs)

    def count(self, kind: Kind) -> int:
        """How many steps are of a kind."""
        return sum(pair.kind == kind for pair in self.pairs)

    @property
    def handoffs_added(self) -> tuple[Step, ...]:
        """Steps that would receive a described handoff where none is described today."""
        return tuple(
            pair.after
            for pair in self.pairs
            if pair.before and pair.after and pair.after.receives and not pair.before.receives
        )

    @cached_property
    def merged(self) -> Journey:
        """The journey to be with the steps and stages that it leaves out, for laying out both at once."""
        stages = list(self.to_be.stages)
        known = {stage.id for stage in stages}
        for before, stage in pairwise((None, *self.as_is.stages)):
            if stage is not None and stage.id not in known:
                ids = [one.id for one in stages]
                place = ids.index(before.id) + 1 if before is not None and before.id in ids else 0
                stages.insert(place, stage)
                known.add(stage.id)
        steps = tuple(pair.step for pair in self.pairs)
        return self.to_be.model_copy(update={"stages": tuple(stages), "steps": steps})


@dataclass(frozen=True)
class Compared:
    """A comparison and what carries each of its changes, as drawings take it."""

    comparison: Comparison
    carried: Mapping[str, tuple[Improvement, ...]]

    def pair(self, id: str) -> Pair:
        """The pair whose step has this id in the drawing."""
        return self.comparison.by_id[id]

    def by(self, id: str) -> tuple[Improvement, ...]:
        """What is to bring a step's change; nothing for one that stays the same."""
        return self.carried.get(id, ())

    def was(self, id: str) -> int | None:
        """How a step feels today, where it is to feel otherwise."""
        pair = self.pair(id)
        was = pair.before.feels if pair.before else None
        return was if pair.after is None or was != pair.after.feels else None

    def changes(self, id: str) -> bool:
        """Whether a step would change."""
        return self.pair(id).kind != "same"

    @cached_property
    def alone(self) -> int:
        """How many changes nobody carries."""
        return sum(not self.carried[pair.step.id] for pair in self.comparison.changes)

    @cached_property
    def hoped(self) -> Journey:
        """The journey to be without what its changed steps were known from: that spoke of another day."""
        return self.without_evidence(self.comparison.to_be)

    @cached_property
    def merged(self) -> Journey:
        """The same with what it leaves out."""
        return self.without_evidence(self.comparison.merged)

    def without_evidence(self, journey: Journey) -> Journey:
        """A journey whose changed steps stand on nothing yet; measured ones keep what they stand on."""
        steps = tuple(
            _bare(step)
            if self.pair(step.id).kind in ("changed", "added") and hope(self.by(step.id)) == "hoped"
            else step
            for step in journey.steps
        )
        return journey.model_copy(update={"steps": steps})


def compared(workspace: Workspace, to_be: Journey, as_is: Journey) -> Compared:
    """Compare two journeys of a workspace, and find what carries the changes."""
    comparison = compare(as_is, to_be)
    return Compared(comparison, carriers(workspace, comparison))


def compare(as_is: Journey, to_be: Journey) -> Comparison:
    """Pair the steps of two journeys: by id, else by role and touchpoint in order, and say what differs."""
    partner = _partners(as_is, to_be)
    moved = _moved(as_is, to_be, partner)
    by_id = {step.id: step for step in as_is.steps}
    pairs = [_pair(by_id.get(partner.get(step.id, "")), step, step.id in moved) for step in to_be.steps]
    taken = set(partner.values())
    place = {pair.before.id: number for number, pair in enumerate(pairs) if pair.before}
    # From the back, so that places found before stay right.
    insertions: list[tuple[int, Step]] = []
    at = 0
    for step in as_is.steps:
        if step.id in taken:
            at = place[step.id] + 1
        else:
            insertions.append((at, step))
    for at, step in reversed(insertions):
        pairs.insert(at, Pair("removed", step, None))
    return Comparison(as_is, to_be, tuple(_unique(pairs)))


def carriers(workspace: Workspace, comparison: Comparison) -> dict[str, tuple[Improvement, ...]]:
    """Step id → improvements that are to bring its change; dropped ones carry nothing."""
    journeys = {None, comparison.as_is.id, comparison.to_be.id}
    found: dict[str, tuple[Improvement, ...]] = {}
    for pair in comparison.changes:
        ids = {step.id for step in (pair.before, pair.after) if step is not None}
        found[pair.step.id] = tuple(
            improvement
            for improvement in workspace.improvements.values()
            if improvement.status != "dropped"
            and any(one.journey in journeys and one.step in ids for one in improvement.solves)
        )
    return found


def hope(improvements: Sequence[Improvement]) -> Hope:
    """Measured once somebody looked and wrote down what the measure showed; hoped until then."""
    return "measured" if any(one.looked.result is not None for one in improvements) else "hoped"


def _bare(step: Step) -> Step:
    pains = tuple(one.model_copy(update={"evidence": ()}) for one in step.pains)
    gains = tuple(one.model_copy(update={"evidence": ()}) for one in step.gains)
    return step.model_copy(update={"evidence": (), "pains": pains, "gains": gains})


def _partners(as_is: Journey, to_be: Journey) -> dict[str, str]:
    """Id of a step to be → id of the step it was."""
    before = {step.id for step in as_is.steps}
    partner = {step.id: step.id for step in to_be.steps if step.id in before}
    left = [step for step in as_is.steps if step.id not in partner]
    for step in to_be.steps:
        if step.id in partner or step.touchpoint is None:
            continue
        like = next((o for o in left if (o.role, o.touchpoint) == (step.role, step.touchpoint)), None)
        if like is not None:
            partner[step.id] = like.id
            left.remove(like)
    return partner


def _pair(before: Step | None, after: Step, moved: bool) -> Pair:
    if before is None:
        return Pair("added", None, after)
    differs = tuple(
        name
        for name, fields in FIELDS.items()
        if any(getattr(before, field) != getattr(after, field) for field in fields)
    )
    if moved:
        differs = (*differs, "order")
    return Pair("changed" if differs else "same", before, after, differs)


def _moved(as_is: Journey, to_be: Journey, partner: Mapping[str, str]) -> set[str]:
    """Steps to be that stand elsewhere in the order: those outside the longest row that kept its order."""
    place = {step.id: number for number, step in enumerate(as_is.steps)}
    kept = [(step.id, place[partner[step.id]]) for step in to_be.steps if step.id in partner]
    longest: list[tuple[str, ...]] = []
    for number, (id, at) in enumerate(kept):
        before = _longest(longest[other] for other in range(number) if kept[other][1] < at)
        longest.append((*before, id))
    return {id for id, _ in kept} - set(_longest(longest))


def _longest(rows: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return max(rows, key=len, default=())


def _unique(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Pairs whose drawn steps have ids of their own: one left out may be called like one that is added."""
    taken = {pair.step.id for pair in pairs if pair.after is not None}
    for pair in pairs:
        if pair.before is not None and pair.after is None and pair.before.id in taken:
            step = pair.before.model_copy(update={"id": f"{pair.before.id}-left-out"})
            yield Pair(pair.kind, step, None)
        else:
            yield pair
