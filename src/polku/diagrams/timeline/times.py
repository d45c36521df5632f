"""When each step of a journey happens: by measured medians, else by the waits of its file, else in order only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.measured import MeasuredJourney, drawn_ways
from polku.documents import next_of

Basis = Literal["measured", "described", "order"]

LEAST_KNOWN = 0.5
"""With fewer steps than this share placed in time, an axis of time would be mostly invented."""


@dataclass(frozen=True)
class Gap:
    """How long it lasts from one step to another.

    Args:
        cases: counted; None where the file says it.
    """

    before: str
    step: str
    seconds: float
    cases: int | None = None


@dataclass(frozen=True)
class Place:
    """The place of a step in time.

    Args:
        run: which stretch of known time it stands in; nobody knows how long it is between two stretches.
        at: seconds since that stretch began.
        known: False where it only stands between its neighbours.
        gap: the time before it, where that is known.
        after: the step that leads to it, where one does.
    """

    step: StepFacts
    run: int
    at: float
    known: bool
    gap: Gap | None
    after: str | None


@dataclass(frozen=True)
class Times:
    """All steps of a journey in time, in drawn order."""

    basis: Basis
    places: tuple[Place, ...]
    gaps: tuple[Gap, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Place]:
        """Places by step."""
        return {place.step.step.id: place for place in self.places}

    @cached_property
    def runs(self) -> tuple[tuple[Place, ...], ...]:
        """Places of each stretch."""
        found: dict[int, list[Place]] = {}
        for place in self.places:
            found.setdefault(place.run, []).append(place)
        return tuple(tuple(found[run]) for run in sorted(found))


def times_of(facts: JourneyFacts, measured: MeasuredJourney | None = None) -> Times:
    """Place the steps in time.

    A step stands after the nearest step before it that a drawn way leads from, by that step's median
    wait; without data by the work (`takes`) and wait (`waits`) that the file says. What cannot be
    placed stands evenly between its neighbours, and begins a stretch of its own where they are not known.
    """
    after = _drawn_before(facts)
    known = _measured_gaps(facts, measured) if measured else {}
    basis: Basis = "measured"
    if not known:
        basis, known = "described", _described_gaps(facts, after)
    placed = _stretches(facts, known)
    in_time = sum(sum(other.run == one.run for other in placed.values()) > 1 for one in placed.values())
    if not known or in_time < LEAST_KNOWN * len(facts.steps):
        basis = "order"
        placed = {one.step.id: _At(number, 0.0, True) for number, one in enumerate(facts.steps)}
    return Times(
        basis,
        tuple(
            Place(
                one,
                placed[one.step.id].run,
                placed[one.step.id].at,
                placed[one.step.id].known,
                known.get(one.step.id),
                after.get(one.step.id),
            )
            for one in facts.steps
        ),
        tuple(known[one.step.id] for one in facts.steps if one.step.id in known),
    )


@dataclass(frozen=True)
class _At:
    run: int
    at: float
    known: bool


def _drawn_before(facts: JourneyFacts) -> dict[str, str]:
    """Step → the nearest step before it that leads to it."""
    found: dict[str, str] = {}
    numbers = {one.step.id: one.number for one in facts.steps}
    for one in facts.steps:
        for way in next_of(facts.journey, one.step):
            if numbers.get(way.to, 0) > one.number:
                found[way.to] = one.step.id
    return found


def _measured_gaps(facts: JourneyFacts, measured: MeasuredJourney) -> dict[str, Gap]:
    observable = frozenset(id for id, step in measured.steps.items() if step.observable)
    numbers = {one.step.id: one.number for one in facts.steps}
    found: dict[str, Gap] = {}
    for before, step in drawn_ways(facts.journey, observable):
        if before not in numbers or step not in numbers:
            continue
        counted = measured.step(before)
        if counted.median_wait_seconds is None or numbers[before] >= numbers[step]:
            continue
        if step not in found or numbers[found[step].before] < numbers[before]:
            found[step] = Gap(before, step, max(0.0, counted.median_wait_seconds), counted.went_on)
    return found


def _described_gaps(facts: JourneyFacts, after: Mapping[str, str]) -> dict[str, Gap]:
    found = {}
    for id, before in after.items():
        step = facts.by_id[before].step
        said = [time.total_seconds() for time in (step.takes, step.waits) if time is not None]
        if said:
            found[id] = Gap(before, id, sum(said))
    return found


def _stretches(facts: JourneyFacts, known: Mapping[str, Gap]) -> dict[str, _At]:
    """Each step in its stretch; stretches are numbered in the order of their first steps."""
    leading = {gap.before for gap in known.values()}
    placed: dict[str, _At] = {}
    loose: list[StepFacts] = []
    count = 0
    for one in facts.steps:
        id = one.step.id
        gap = known.get(id)
        if gap is not None and gap.before in placed:
            before = placed[gap.before]
            placed[id] = _At(before.run, before.at + gap.seconds, True)
        elif id in leading:
            placed[id] = _At(count, 0.0, True)
            count += 1
        else:
            loose.append(one)
    between = _between(facts, placed)
    for one in loose:
        placed[one.step.id] = between.get(one.step.id) or _At(count + one.number, 0.0, True)
    order: dict[int, int] = {}
    for one in facts.steps:
        order.setdefault(placed[one.step.id].run, len(order))
    return {id: _At(order[at.run], at.at, at.known) for id, at in placed.items()}


def _between(facts: JourneyFacts, placed: Mapping[str, _At]) -> dict[str, _At]:
    """Steps without a time that have, in drawn order, steps of one stretch on both sides."""
    following: list[dict[int, tuple[int, float]]] = []
    ahead: dict[int, tuple[int, float]] = {}
    for one in reversed(facts.steps):
        following.append(ahead)
        if one.step.id in placed:
            at = placed[one.step.id]
            ahead = {**ahead, at.run: (one.number, at.at)}
    following.reverse()
    found: dict[str, _At] = {}
    last: tuple[int, float, int] | None = None
    for one, later in zip(facts.steps, following, strict=True):
        if one.step.id in placed:
            at = placed[one.step.id]
            last = (one.number, at.at, at.run)
        elif last is not None and last[2] in later:
            number, begin, run = last
            next_number, end = later[run]
            share = (one.number - number) / (next_number - number)
            found[one.step.id] = _At(run, begin + max(0.0, end - begin) * share, False)
    return found
