"""How many go from step to step: along the drawn order, beside it as drawn, and where nobody drew a way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.measured import MeasuredJourney, Way, drawn_ways
from polku.diagrams.parts.readings import name_of
from polku.words import Message

MOST_UNINTENDED = 5

Kind = Literal["on", "back", "unintended"]


@dataclass(frozen=True)
class Jump:
    """A way beside the drawn order; `back` where it leads to an earlier step."""

    way: Way
    kind: Kind
    back: bool


@dataclass(frozen=True)
class Flow:
    """All measured ways of a journey, ready to be drawn.

    Args:
        along: number of a step → cases that go from it to the next one of the drawn order.
        jumps: the others; unintended ones last, at most five.
        hidden: unintended ones that are left out.
        most: cases on the busiest way.
        reached: step → cases that reach it, where that was counted.
    """

    along: Mapping[int, int]
    jumps: tuple[Jump, ...]
    hidden: int
    most: int
    reached: Mapping[str, int]


def closes(facts: JourneyFacts) -> bool:
    """Whether a stage leads back to the first one."""
    stages = facts.journey.stages
    return bool(stages) and any(stage.loops_to == stages[0].id for stage in stages)


def flow_of(facts: JourneyFacts, measured: MeasuredJourney) -> Flow:
    """Sort measured ways; steps that data cannot show are looked through."""
    observable = frozenset(id for id, step in measured.steps.items() if step.observable)
    drawn = drawn_ways(facts.journey, observable)
    number = {one.step.id: one.number for one in facts.steps}
    along: dict[int, int] = {}
    jumps: list[Jump] = []
    for way in measured.ways:
        if (way.before, way.after) not in drawn:
            continue
        first, last = number[way.before], number[way.after]
        between = facts.steps[first : last - 1]
        if last > first and all(not measured.step(one.step.id).observable for one in between):
            for place in range(first, last):
                along[place] = along.get(place, 0) + way.cases
        else:
            jumps.append(Jump(way, "back" if last < first else "on", last < first))
    jumps += [
        Jump(way, "unintended", number[way.after] < number[way.before])
        for way in measured.unintended[:MOST_UNINTENDED]
    ]
    most = max([way.cases for way in measured.ways], default=1)
    hidden = max(0, len(measured.unintended) - MOST_UNINTENDED)
    reached = {id: step.cases for id, step in measured.steps.items() if step.cases}
    return Flow(along, tuple(jumps), hidden, max(most, *along.values(), 1), reached)


def jump_label(facts: JourneyFacts, jump: Jump) -> Message:
    """A way in words, for those who hear it or point at it."""
    return Message(
        "diagrams.way-label",
        {
            "before": name_of(facts.by_id[jump.way.before]),
            "after": name_of(facts.by_id[jump.way.after]),
            "count": jump.way.cases,
        },
    )


def counted_words(drawing: Drawing, facts: StepFacts, measured: MeasuredJourney) -> str:
    """How many reach a step and how many go on; in words where data cannot show it."""
    reader = drawing.reader
    step = measured.step(facts.step.id)
    if not step.observable:
        return reader("diagrams.unseen")
    cases = step.cases or 0
    words = reader("diagrams.cases", count=cases)
    if step.goes_on is None or not cases:
        return words
    if cases < drawing.facts.workspace.settings.limits.small:
        went = step.went_on if step.went_on is not None else round(step.goes_on * cases)
        on = reader("diagrams.of", part=went, whole=cases)
    else:
        on = reader.percent(step.goes_on)
    return f"{words} · {reader('wheel.goes-on', share=on)}"
