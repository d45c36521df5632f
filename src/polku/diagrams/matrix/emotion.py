"""The lane of feelings: height from a drawn zero line, whose feeling by its badge, known or not by its filling."""

from __future__ import annotations

from itertools import pairwise

from polku.diagrams.parts.bands import STAGE_GAP, Band, Column, Layers
from polku.diagrams.parts.drawing import WITH_SCALE, Drawing, head_of, rule
from polku.diagrams.parts.frame import role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.scene import Circle, Line, Mark, Path, Rect, Segment, Text, text_width, widest, wrap

UNIT = 34.0
TOP = 36.0
BOTTOM = 32.0


def emotion_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """The curve of feelings; solid only between steps of one role, a hole where nobody asked."""
    rule(layers, band, y)
    reader = drawing.reader
    asked = sum(facts.step.feels is not None for facts in drawing.facts.steps)
    total = len(drawing.facts.steps)
    notes = [reader("diagrams.emotion-note")]
    if asked < total:
        notes.insert(0, reader("diagrams.known-for", known=asked, total=total))
    if not asked:
        low = head_of(
            drawing,
            layers,
            reader("diagrams.lane-emotion"),
            reader("diagrams.nobody-asked"),
            y=y,
        )
        zero = y + 26
        layers.under.append(Line(band.left, zero, band.right, zero, "line-strong", 1, (4, 3)))
        return max(low, y + 40) + 10
    low = head_of(drawing, layers, reader("diagrams.lane-emotion"), *notes, y=y, room=WITH_SCALE)
    zero = y + TOP + 2 * UNIT
    scale_ground(drawing, layers, band, zero)
    steps = [(column, facts) for column, facts in band.steps if drawing.shown(facts.role)]
    layers.under += _curve(drawing, steps, zero)
    for column, facts in steps:
        layers.step(facts, *_point(drawing, column, facts, zero))
    for column, facts, words, above in _extremes(drawing, band, steps):
        at = zero - UNIT * (facts.step.feels or 0)
        fill = "positive" if above else "negative"
        baseline = at - 17 if above else at + 25
        layers.step(facts, *_label(words, column, band, baseline, fill))
    return max(low + 8, zero + 2 * UNIT + BOTTOM)


def scale_ground(drawing: Drawing, layers: Layers, band: Band, zero: float) -> None:
    """The scale of feelings with its zero line, hatched below."""
    drawing.use("below-neutral")
    layers.under.append(
        Rect(band.left, zero, band.right - band.left, 2 * UNIT + 20, None, texture="hatch-negative")
    )
    for value in (-2, -1, 0, 1, 2):
        at = zero - value * UNIT
        if value:
            layers.under.append(Line(band.left, at, band.right, at, "line", 1, (1, 4)))
        else:
            layers.under.append(Line(band.left, at, band.right, at, "line-strong", 1.4))
        layers.heads.append(
            Text(band.left - 10, at + 4.3, drawing.reader.signed(value), 12, anchor="end", fill="ink-2")
        )


def curve_between(x1: float, y1: float, x2: float, y2: float) -> tuple[Segment, ...]:
    """A curve from point to point, level at both, so that it never says more than its points."""
    half = (x2 - x1) / 2
    return ("M", x1, y1), ("C", x1 + half, y1, x2 - half, y2, x2, y2)


def _curve(drawing: Drawing, steps: list[tuple[Column, StepFacts]], zero: float) -> list[Mark]:
    marks: list[Mark] = []
    if drawing.roles is not None:
        # One curve per role on request: each through its own steps, over those of others.
        for role in sorted(drawing.roles):
            own = [(column, facts) for column, facts in steps if facts.role == role]
            marks += _links(drawing, own, zero)
        return marks
    # What stands between two columns, a folded stage, has feelings of its own: no curve leads past them.
    near = STAGE_GAP + 1
    return _links(drawing, steps, zero, near)


def _links(
    drawing: Drawing, steps: list[tuple[Column, StepFacts]], zero: float, near: float | None = None
) -> list[Mark]:
    """Curves from step to step.

    Args:
        near: the widest gap between two columns that are joined; None joins all.
    """
    marks: list[Mark] = []
    for (column, facts), (following, after) in pairwise(steps):
        if facts.step.feels is None or after.step.feels is None:
            continue
        if near is not None and following.x - column.x - column.width > near:
            continue
        segments = curve_between(
            column.middle,
            zero - UNIT * facts.step.feels,
            following.middle,
            zero - UNIT * after.step.feels,
        )
        if facts.role == after.role:
            drawing.use("curve")
            # Of several curves each has the hue of its role, whose badge stands on its points.
            hue = facts.sign.token if drawing.roles is not None else "ink"
            marks.append(Path(segments, stroke=hue, stroke_width=2))
        else:
            drawing.use("curve-gap")
            marks.append(Path(segments, stroke="ink-3", stroke_width=1.3, dash=(1.3, 4)))
    return marks


def _point(drawing: Drawing, column: Column, facts: StepFacts, zero: float) -> list[Mark]:
    if facts.step.feels is None:
        drawing.use("not-asked")
        reader = drawing.reader
        words = wrap(reader("diagrams.not-asked"), column.width - 8, 12, 400, reader.language)
        marks: list[Mark] = [Circle(column.middle, zero, 7, "paper", "line-strong", 1.3, (2.5, 2.5))]
        wide = widest(words, 12) + 8
        marks.append(Rect(column.middle - wide / 2, zero + 10, wide, 15 * len(words) + 2, "paper", radius=3))
        marks += [
            Text(column.middle, zero + 22 + 15 * place, line, 12, anchor="middle", fill="ink-3")
            for place, line in enumerate(words)
        ]
        return marks
    at = zero - UNIT * facts.step.feels
    halo = Circle(column.middle, at, 12.5, "paper")
    return [halo, role_badge(facts.sign, column.middle, at, 17, bool(facts.evidence))]


def _extremes(
    drawing: Drawing, band: Band, steps: list[tuple[Column, StepFacts]]
) -> list[tuple[Column, StepFacts, str, bool]]:
    """The lowest points by what hurts there, the highest by what helps, where the map says so."""
    felt = [facts.step.feels for facts in drawing.facts.steps if facts.step.feels is not None]
    lowest, highest = min(felt), max(felt)
    found = []
    taken: dict[bool, float] = {}
    for column, facts in steps:
        feels = facts.step.feels
        above = feels == highest and highest > 0
        said = facts.step.gains if above else facts.step.pains
        if feels is None or not said or not (above or (feels == lowest and lowest < 0)):
            continue
        words = said[0].says
        wide = text_width(words, 12, 600)
        start = _label_start(column, band, wide)
        left, right = _open_around(column, band)
        if wide > min(2.2 * column.width, right - left - 8) or start < taken.get(above, band.left - 40):
            continue
        taken[above] = start + wide + 12
        found.append((column, facts, words, above))
    return found


def _label_start(column: Column, band: Band, wide: float) -> float:
    """Where a centred label begins, moved in where it would leave the band or run over a folded stage."""
    left, right = _open_around(column, band)
    return max(left + 4, min(column.middle - wide / 2, right - wide - 4))


def _open_around(column: Column, band: Band) -> tuple[float, float]:
    """Left and right edge of the stages around a column that stand side by side, with nothing folded between."""
    left, right = band.spans[0].x, band.spans[-1].right
    for before, after in pairwise(band.spans):
        if after.x - before.right > STAGE_GAP + 1:
            if after.x <= column.x:
                left = after.x
            else:
                return left, before.right
    return left, right


def _label(words: str, column: Column, band: Band, baseline: float, fill: str) -> list[Mark]:
    wide = text_width(words, 12, 600)
    start = _label_start(column, band, wide)
    # A plate, because words do not stand on a texture or a curve.
    return [
        Rect(start - 4, baseline - 12, wide + 8, 16, "paper", radius=3),
        Text(start, baseline, words, 12, 600, fill=fill),
    ]
