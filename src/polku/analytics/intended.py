"""The journey as drawn, in numbers, and where the path of a case deviates from it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from polku.analytics.map.matching import OFF
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

FIT_KINDS = ("unintended", "skipped", "out_of_order", "repeated", "missing")
"""Kinds of deviations, in the order of telling."""

Deviation = tuple[str, int, int]
"""(kind, from, to): steps for unintended, places in the template otherwise; OFF for nothing."""


@dataclass(frozen=True)
class Intended:
    """What cases are held against.

    Args:
        stages: per step its place in the template, OFF where its stage is not in it.
        length: number of stages in the template.
        nexts: per step the observable steps drawn next.
        loops: pairs of template places that a stage's `loops_to` allows.
    """

    stages: tuple[int, ...]
    length: int
    nexts: tuple[frozenset[int], ...]
    loops: frozenset[tuple[int, int]]


def compile_template(study: Study) -> tuple[Intended, tuple[str, ...]]:
    """The order of stages and the drawn ways that the cases of a study are held against."""
    journey, compiled = study.journey, study.steps
    assert journey is not None
    seen = {
        step.stage for step, observable in zip(journey.steps, compiled.observable, strict=True) if observable
    }
    template = tuple(stage.id for stage in journey.stages if stage.id in seen)
    place = {stage: number for number, stage in enumerate(template)}
    loops = frozenset(
        (place[stage.id], place[stage.loops_to])
        for stage in journey.stages
        if stage.id in place and stage.loops_to in place
    )
    return (
        Intended(
            tuple(place.get(step.stage or "", OFF) for step in journey.steps),
            len(template),
            tuple(frozenset(following) for following in compiled.nexts),
            loops,
        ),
        template,
    )


def stages_of(path: Iterable[int], intended: Intended) -> list[int]:
    """The stages of a path of steps, equal neighbours taken as one."""
    found: list[int] = []
    for step in path:
        stage = intended.stages[step]
        if stage != OFF and (not found or found[-1] != stage):
            found.append(stage)
    return found


def deviations(path: Sequence[int], intended: Intended, *, over: bool) -> Iterator[Deviation]:
    """Every deviation of one case, each as often as it happens.

    Args:
        path: the steps the case is matched to, no two equal neighbours; may be empty.
        over: the case can meet nothing more.
    """
    before, at = OFF, OFF
    for step in path:
        stage = intended.stages[step]
        drawn = before == OFF or step in intended.nexts[before]
        if not drawn:
            yield "unintended", before, step
        if stage != OFF:
            if at != OFF and stage < at and not drawn and (at, stage) not in intended.loops:
                yield "out_of_order", at, stage
            at = stage
        before = step
    stages = stages_of(path, intended)
    furthest = max(stages, default=OFF)
    for stage in range(intended.length):
        if stage not in stages and stage < furthest:
            yield "skipped", stage, OFF
        elif stage not in stages and over:
            yield "missing", stage, OFF
        for _ in range(stages.count(stage) - 1):
            yield "repeated", stage, stage


def longest_common(stages: Sequence[int]) -> int:
    """Length of the longest common subsequence with 0, 1, 2 …: the longest strictly rising one."""
    tails: list[int] = []
    for stage in stages:
        place = bisect_left(tails, stage)
        tails[place : place + 1] = [stage]
    return len(tails)
