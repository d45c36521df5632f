"""Whether every step of a journey can be reached, and whether every step leads on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from polku.documents import Journey, Step, first_steps, ways


def ways_as_meant(journey: Journey) -> dict[str, tuple[str, ...]]:
    """Step → steps that follow, each mistyped name taken as the nearest step.

    A wrong name is a finding of its own; it should not make all steps after it look cut off.
    """
    known = [step.id for step in journey.steps]
    drawn = ways(journey)
    for step in journey.steps:
        wrong = [way.to for way in step.next or () if way.to not in drawn]
        meant = [near for to in wrong for near in get_close_matches(to, known, n=1, cutoff=0.4) or known[:0]]
        drawn[step.id] = (*drawn[step.id], *meant)
    return drawn


def first_as_meant(journey: Journey) -> tuple[str, ...]:
    """The first steps, where a step that a mistyped name means counts as led to."""
    drawn = ways_as_meant(journey)
    first = first_steps(journey)
    stage = {step.id: step.stage for step in journey.steps}
    led_to = {to for id, after in drawn.items() for to in after if to != id and stage[to] == stage[id]}
    return tuple(id for id in first if id not in led_to) or first


def reached(drawn: Mapping[str, Iterable[str]], start: Iterable[str]) -> set[str]:
    """Everything that can be walked to, the start included."""
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        at = ahead.pop()
        if at not in found:
            found.add(at)
            ahead.extend(drawn.get(at, ()))
    return found


def cut_off(journey: Journey) -> tuple[Step, ...]:
    """Steps that no drawn way from the first steps reaches.

    Nothing is said where a way goes to a step whose name nobody can guess: it may lead there.
    """
    drawn = ways_as_meant(journey)
    if any(step.next and len(drawn[step.id]) < len({way.to for way in step.next}) for step in journey.steps):
        return ()
    found = reached(drawn, first_as_meant(journey))
    return tuple(step for step in journey.steps if step.id not in found)


def dead_ends(journey: Journey) -> tuple[Step, ...]:
    """Steps before the last stage from which nothing leads on, or only round in a circle."""
    stages = [stage.id for stage in journey.stages if any(step.stage == stage.id for step in journey.steps)]
    if len(stages) < 2:
        return ()
    last = {step.id for step in journey.steps if step.stage == stages[-1]}
    drawn = ways_as_meant(journey)
    wrong = {step.id for step in journey.steps for way in step.next or () if journey.step(way.to) is None}
    ends = {id for id, after in drawn.items() if not after and id not in last and id not in wrong}
    arrives = last | ends | wrong
    back: dict[str, list[str]] = {id: [] for id in drawn}
    for id, after in drawn.items():
        for to in after:
            back[to].append(id)
    circling = drawn.keys() - reached(back, arrives)
    return tuple(
        step for step in journey.steps if step.stage in stages and (step.id in ends or step.id in circling)
    )
