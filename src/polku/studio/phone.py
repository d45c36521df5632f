"""A journey as a list for a narrow screen: stage by stage, the curve of feelings along the edge."""

from __future__ import annotations

from dataclasses import dataclass

from polku.diagrams.matrix.emotion import curve_between
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.documents import Stage
from polku.scene import Badge, Circle, Line, Mark, Path, Rect, Scene
from polku.studio.drawings import drawing
from polku.studio.visit import Visit

WIDE = 76.0
ROW = 72.0
UNIT = 14.0


@dataclass(frozen=True)
class PhoneStage:
    """A stage of the list.

    Args:
        dots: its feelings in one small line; curve: along its opened steps. Both are drawings of ours.
        missing: ids of steps before which a handoff is missing.
    """

    stage: Stage | None
    steps: tuple[StepFacts, ...]
    dots: str
    curve: str
    missing: frozenset[str]


def phone_list(visit: Visit, facts: JourneyFacts) -> tuple[PhoneStage, ...]:
    """All stages with their steps."""
    missing = frozenset(
        change.step
        for change in facts.changes
        if (step := facts.by_id.get(change.step)) is not None and step.step.receives is None
    )
    return tuple(
        PhoneStage(stage, steps, _dots(visit, steps, number), _curve(visit, steps, number), missing)
        for number, (stage, steps) in enumerate(facts.stages)
    )


def _scene(visit: Visit, marks: list[Mark], width: float, height: float) -> Scene:
    return Scene(width, height, "", "", visit.language, tuple(marks))


def _dots(visit: Visit, steps: tuple[StepFacts, ...], number: int) -> str:
    marks: list[Mark] = []
    for place, one in enumerate(steps):
        x = 8 + 16.0 * place
        feels = one.step.feels
        y = 16 - 5.5 * (feels or 0)
        if feels is None:
            marks.append(Circle(x, 16, 4, None, "line-strong", 1.2, (2, 2)))
        else:
            marks.append(Circle(x, y, 4, "ink" if one.evidence else "paper", "ink", 1.4))
    return _silent(drawing(_scene(visit, marks, max(16.0 * len(steps), 8), 32), prefix=f"dots-{number}-"))


def _curve(visit: Visit, steps: tuple[StepFacts, ...], number: int) -> str:
    """Left of the line is bad; a row of the list is ROW high."""
    zero, height = WIDE / 2, ROW * len(steps)
    marks: list[Mark] = [
        Rect(2, 0, zero - 2, height, None, texture="hatch-negative"),
        Line(zero, 0, zero, height, "line-strong", 1.4),
    ]
    before: tuple[StepFacts, float, float] | None = None
    points: list[Mark] = []
    for place, one in enumerate(steps):
        y = ROW * (place + 0.5)
        if one.step.feels is None:
            points.append(Circle(zero, y, 6, "paper", "line-strong", 1.3, (2.5, 2.5)))
            before = None
            continue
        x = zero + UNIT * one.step.feels
        if before is not None:
            same = before[0].role == one.role
            # The curve of the drawings, turned: level where it meets its points.
            turned = tuple(
                (
                    str(name),
                    *(value for pair in zip(values[1::2], values[::2], strict=True) for value in pair),
                )
                for name, *values in curve_between(before[2], before[1], y, x)
            )
            marks.append(
                Path(
                    turned,
                    stroke="ink" if same else "ink-3",
                    stroke_width=2 if same else 1.3,
                    dash=() if same else (1.3, 4),
                )
            )
        points.append(Circle(x, y, 11, "paper"))
        points.append(Badge(x, y, 16, one.sign.shape, one.sign.letters, one.sign.token, bool(one.evidence)))
        before = (one, x, y)
    return _silent(drawing(_scene(visit, [*marks, *points], WIDE, max(height, 1)), prefix=f"curve-{number}-"))


def _silent(svg: str) -> str:
    """What the words beside a drawing say, it need not say again."""
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
