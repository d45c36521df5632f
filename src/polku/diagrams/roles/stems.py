"""Stems: the steps of one role on the line of all steps of a journey, each as high as it feels."""

from __future__ import annotations

from polku.diagrams.parts.journey import JourneyFacts
from polku.scene import Badge, Circle, Line, Mark, Rect, Scene

UNIT = 15.0
PAD = 10.0


def draw_stems(facts: JourneyFacts, role: str, *, width: float = 262.0) -> Scene:
    """Draw the steps of one role; filled where somebody was heard, ringed where it is a moment of truth."""
    zero = 2 * UNIT + PAD
    height = zero + 2 * UNIT + PAD
    count = max(len(facts.steps), 1)
    side = 10.0
    pitch = (width - 2 * side) / count
    marks: list[Mark] = [Rect(0, zero, width, height - zero, None, texture="hatch-negative")]
    number = 0
    for _, inside in facts.stages[:-1]:
        number += len(inside)
        if 0 < number < count:
            border = side + number * pitch
            marks.append(Line(border, 2, border, height - 2, "line", 1))
    marks.append(Line(0, zero, width, zero, "line-strong", 1.2))
    for place in range(count):
        x = side + (place + 0.5) * pitch
        marks.append(Line(x, zero - 1.5, x, zero + 1.5, "line-strong", 1))
    for place, one in enumerate(facts.steps):
        if one.role != role:
            continue
        x = side + (place + 0.5) * pitch
        y = zero - UNIT * (one.step.feels or 0)
        token = one.sign.token
        if y != zero:
            marks.append(Line(x, zero, x, y, token, 2))
        if one.step.moment_of_truth:
            marks.append(Circle(x, y, 8.5, None, "ink", 1.4))
        filled = bool(one.evidence) and one.step.feels is not None
        size = 9.0 if pitch >= 9 else max(4.0, pitch)
        marks.append(Badge(x, y, size, one.sign.shape, "", token, filled))
    return Scene(width, height, facts.journey.label, "", "en", tuple(marks))
