"""Two curves of feeling over one scale: to be in ink, as it is in grey beneath it, the difference at each point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from polku.diagrams.compare.compare import Compared
from polku.diagrams.compare.signs import as_is_dot, difference_marks
from polku.diagrams.matrix.emotion import BOTTOM, UNIT, curve_between, scale_ground
from polku.diagrams.parts.bands import Band, Column, Layers
from polku.diagrams.parts.drawing import WITH_SCALE, Drawing, head_of, rule
from polku.diagrams.parts.frame import role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.documents import Step
from polku.scene import Circle, Line, Mark, Path

TOP = 44.0
"""Over +2: a badge, and by how much it is better."""


def compare_lane(drawing: Drawing, both: Compared, band: Band, y: float, layers: Layers) -> float:
    """The lane of feelings, before and after."""
    rule(layers, band, y)
    reader = drawing.reader
    low = head_of(
        drawing,
        layers,
        reader("diagrams.lane-emotion"),
        reader("compare.emotion-note"),
        y=y,
        room=WITH_SCALE,
    )
    zero = y + TOP + 2 * UNIT
    scale_ground(drawing, layers, band, zero)
    steps = [(column, facts) for column, facts in band.steps if drawing.shown(facts.role)]

    def before(facts: StepFacts) -> Step | None:
        return both.pair(facts.step.id).before

    def after(facts: StepFacts) -> Step | None:
        return both.pair(facts.step.id).after

    layers.under += _curve(drawing, steps, before, zero, "line-strong", "as-is")
    layers.under += _curve(drawing, steps, after, zero, "ink", "to-be")
    for column, facts in steps:
        layers.step(facts, *_point(drawing, both, column, facts, zero))
    return max(low + 8, zero + 2 * UNIT + BOTTOM)


def _curve(
    drawing: Drawing,
    steps: Sequence[tuple[Column, StepFacts]],
    state: Callable[[StepFacts], Step | None],
    zero: float,
    stroke: str,
    sign: str,
) -> list[Mark]:
    """Solid between steps of one role, thinly dotted where the role changes; through what is there and known."""
    there = [(column, found) for column, facts in steps if (found := state(facts)) is not None]
    groups = [there]
    if drawing.roles is not None:
        # One curve per role on request: each through its own steps, over those of others.
        groups = [[pair for pair in there if pair[1].role == role] for role in sorted(drawing.roles)]
    marks: list[Mark] = []
    for group in groups:
        for (column, one), (following, other) in pairwise(group):
            if one.feels is None or other.feels is None:
                continue
            drawing.use(sign)
            segments = curve_between(
                column.middle, zero - UNIT * one.feels, following.middle, zero - UNIT * other.feels
            )
            if one.role == other.role:
                marks.append(Path(segments, stroke=stroke, stroke_width=2))
            else:
                drawing.use("curve-gap")
                thin = "ink-3" if stroke == "ink" else stroke
                marks.append(Path(segments, stroke=thin, stroke_width=1.3, dash=(1.3, 4)))
    return marks


def _point(drawing: Drawing, both: Compared, column: Column, facts: StepFacts, zero: float) -> list[Mark]:
    pair = both.pair(facts.step.id)
    x = column.middle
    marks: list[Mark] = []
    was = both.was(facts.step.id)
    now = pair.after.feels if pair.after else None
    if was is not None:
        drawing.use("as-is")
        if now is not None:
            marks.append(Line(x, zero - UNIT * was, x, zero - UNIT * now, "line-strong", 1.4, (1.5, 3.5)))
        marks.append(as_is_dot(x, zero - UNIT * was))
    if pair.after is None:
        return marks
    if now is None:
        drawing.use("not-asked")
        return [*marks, Circle(x, zero, 7, "paper", "line-strong", 1.3, (2.5, 2.5))]
    at = zero - UNIT * now
    marks += [Circle(x, at, 12.5, "paper"), role_badge(facts.sign, x, at, 17, bool(facts.evidence))]
    if pair.difference:
        marks += difference_marks(drawing, pair.difference, x, at - 22 if pair.difference > 0 else at + 22)
    return marks
