"""The columns of the strip of a journey: a place for each step, and one for many where a page cannot hold them apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from polku.diagrams.parts.bands import HEAD, MARGIN, STAGE_GAP, Band, Column, StageSpan
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import StepFacts
from polku.documents import Stage

CLOSED = 36.0
"""Width of a step that shows no words: its badge, and its place on the curve."""

OPEN = 96.0
MOST_OPEN = 190.0
LEAST_CLOSED = 14.0
"""Narrower than that, the badge of a step cannot be told from the next one."""

LEAST_SPAN = 60.0
"""Narrower than that, the name of a stage stands in syllables."""

FOLD = 92.0
"""Least width of a place for many steps."""

Part = tuple[Stage | None, tuple[StepFacts, ...]]


@dataclass(frozen=True)
class Fold:
    """Steps beside each other that have one place together; `span` is the number of theirs."""

    span: int
    x: float
    width: float
    steps: tuple[StepFacts, ...]


@dataclass(frozen=True)
class Columns:
    """Where everything of a strip stands.

    Args:
        band: all columns; shown: the opened ones alone.
        names: of each span.
        folds: where many steps have one place; none where each has its own.
    """

    band: Band
    shown: Band
    places: Mapping[str, Column]
    names: tuple[str, ...]
    folds: tuple[Fold, ...] = ()


def room_of(drawing: Drawing, width: float, spans: int | None = None) -> float:
    """Width that is left for steps, beside lane heads and gaps."""
    count = len(drawing.facts.stages) if spans is None else spans
    return width - 2 * MARGIN - HEAD - STAGE_GAP * (count - 1)


def most_open(drawing: Drawing, width: float, framed: int) -> int:
    """How many steps can show their words."""
    steps = len(drawing.facts.steps)
    if _dense(drawing, width):
        return max(1, min(framed, 3))
    free = room_of(drawing, width) - CLOSED * steps
    return max(1, min(steps, int(free // (OPEN - CLOSED))))


def columns(drawing: Drawing, width: float, opened: frozenset[str]) -> Columns:
    """A place for each step where the page is wide enough, else one for those that are not opened."""
    parts = [(stage, steps) for stage, steps in drawing.facts.stages if steps]
    if _dense(drawing, width):
        return _folded(drawing, width, parts, opened)
    steps = drawing.facts.steps
    closed = len(steps) - len(opened)
    room = room_of(drawing, width)
    closed_width = min(CLOSED, 0.8 * room / max(len(steps), 1))
    wide = min(MOST_OPEN, (room - closed * closed_width) / max(len(opened), 1))
    # Where the opened ones are as wide as they may be, the others take what is left.
    if closed:
        closed_width = min(110.0, (room - wide * len(opened)) / closed)
    narrow = [
        inside
        for _, inside in parts
        if len(inside) * closed_width < LEAST_SPAN and not any(one.step.id in opened for one in inside)
    ]
    needed = sum(LEAST_SPAN - len(inside) * closed_width for inside in narrow) / max(len(opened), 1)
    if wide - needed < OPEN:
        narrow, needed = [], 0.0
    widths = {one.step.id: wide - needed if one.step.id in opened else closed_width for one in steps}
    for inside in narrow:
        widths |= {one.step.id: LEAST_SPAN / len(inside) for one in inside}
    return _placed(drawing, [[part] for part in parts], widths, opened, folded=False)


def _dense(drawing: Drawing, width: float) -> bool:
    """Whether steps or stages would stand too close beside one opened step."""
    steps, stages = len(drawing.facts.steps), [inside for _, inside in drawing.facts.stages if inside]
    room = room_of(drawing, width)
    closed = (room - OPEN) / max(steps - 1, 1)
    narrow = min((len(inside) for inside in stages), default=1) * closed
    return steps > 1 and (closed < LEAST_CLOSED or narrow < CLOSED)


def _folded(drawing: Drawing, width: float, parts: Sequence[Part], opened: frozenset[str]) -> Columns:
    groups: list[list[Part]] = [[part] for part in parts]

    def needed() -> float:
        runs = [run for group in groups for run in _runs(group, opened)]
        return sum(OPEN * len(run) if is_open else FOLD for is_open, run in runs)

    def closed(group: Sequence[Part]) -> bool:
        return not any(one.step.id in opened for _, inside in group for one in inside)

    def steps(place: int) -> int:
        return sum(len(inside) for group in groups[place : place + 2] for _, inside in group)

    while needed() > room_of(drawing, width, len(groups)):
        pairs = [
            place for place in range(len(groups) - 1) if closed(groups[place]) and closed(groups[place + 1])
        ]
        if not pairs:
            break
        # Of stages beside each other those go together that have the fewest steps.
        at = min(pairs, key=steps)
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    runs = [run for group in groups for run in _runs(group, opened)]
    folds = [run for is_open, run in runs if not is_open]
    room = room_of(drawing, width, len(groups))
    wide = min(MOST_OPEN, max(OPEN, (room - FOLD * len(folds)) / max(len(opened), 1)))
    free = room - wide * len(opened)
    least = min(FOLD, free / max(len(folds), 1))
    share = (free - least * len(folds)) / max(sum(math.sqrt(len(run)) for run in folds), 1)
    widths = {one.step.id: wide for is_open, run in runs if is_open for one in run}
    for run in folds:
        widths |= {one.step.id: (least + share * math.sqrt(len(run))) / len(run) for one in run}
    return _placed(drawing, groups, widths, opened, folded=True)


def _runs(group: Sequence[Part], opened: frozenset[str]) -> list[tuple[bool, tuple[StepFacts, ...]]]:
    """Opened and closed steps of a group in turn."""
    inside = [one for _, steps in group for one in steps]
    return [(is_open, tuple(run)) for is_open, run in groupby(inside, lambda one: one.step.id in opened)]


def _placed(
    drawing: Drawing,
    groups: Sequence[Sequence[Part]],
    widths: Mapping[str, float],
    opened: frozenset[str],
    *,
    folded: bool,
) -> Columns:
    say = drawing.reader
    x = MARGIN + HEAD
    spans: list[StageSpan] = []
    shown: list[StageSpan] = []
    places: dict[str, Column] = {}
    folds: list[Fold] = []
    names: list[str] = []
    for number, group in enumerate(groups):
        stage = group[0][0]
        begin = x
        inside = []
        for is_open, run in _runs(group, opened):
            start = x
            for facts in run:
                places[facts.step.id] = Column(facts, x, widths[facts.step.id])
                inside.append(places[facts.step.id])
                x += widths[facts.step.id]
            if folded and not is_open:
                folds.append(Fold(number, start, x - start, run))
        spans.append(StageSpan(stage, begin, x - begin, tuple(inside)))
        with_words = tuple(one for one in inside if one.facts is not None and one.facts.step.id in opened)
        if with_words:
            shown.append(StageSpan(stage, begin, x - begin, with_words))
        if len(group) > 1:
            names.append(say("deck.fold-stages", count=len(group)))
        else:
            names.append(stage.label if stage else say("diagrams.no-stage"))
        x += STAGE_GAP
    left, right = MARGIN + HEAD, max(x - STAGE_GAP, MARGIN + HEAD + 1)
    return Columns(
        Band(0, tuple(spans), left, right),
        Band(0, tuple(shown), left, right),
        places,
        tuple(names),
        tuple(folds),
    )
