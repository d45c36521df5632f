"""What the board draws beyond the matrix: the chosen step's frame, holds for feelings, spines of folded stages."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from polku.diagrams.matrix.emotion import UNIT
from polku.diagrams.parts.bands import Column
from polku.diagrams.parts.journey import StepFacts
from polku.scene import Circle, Group, Mark, Path, Rect, Text, fit, text_width

INSET = 3.0
SPINE = 40.0


class Edge(Enum):
    """What stands beside a column in place of another one."""

    STAGE = "end of its stage"


Beside = tuple[int | Edge | None, int | Edge | None]
"""How the steps before and after one feel, None where nobody asked."""


def frame_of(column: Column, top: float, bottom: float) -> Mark:
    """The frame of a chosen card, over its own."""
    return Rect(column.x + INSET, top, column.width - 2 * INSET, bottom - top, None, "accent", 2.4, radius=4)


def feeling_hold(step: str, column: Column, at: float, zero: float) -> Mark:
    """Where a feeling is taken hold of; the ground around it says how far it can go."""
    return Group(
        (
            Group(
                (Rect(column.x + 6, zero - 2 * UNIT, column.width - 12, 4 * UNIT, None),),
                id=f"reach-{step}",
                role="reach",
            ),
            Circle(column.middle, at, 15, None),
        ),
        id=f"feel-{step}",
        role="feel",
        hidden=True,
    )


def hint(words: str, column: Column, at: float, feels: int | None, beside: Beside) -> list[Mark]:
    """A ring around the chosen feeling, an arrow, and how to move it.

    Args:
        beside: the feelings before and after it in its stage. The words stand where they meet none of them and
            leave their stage nowhere, for the next one would be drawn over them; else beyond the arrow.
    """
    wide = text_width(words, 12, 500)
    before, after = beside
    room = column.width - 24 - wide - 4 >= 15

    def free(other: int | Edge | None) -> bool:
        return other is not Edge.STAGE and (room or (other or 0) != (feels or 0))

    way = 1 if feels == 2 else -1
    tip = at + way * 40
    x, y = column.middle - wide / 2, tip + way * 15
    if free(after):
        x, y = column.middle + 24, at
    elif free(before):
        x, y = column.middle - 24 - wide, at
    marks: list[Mark] = [
        Circle(column.middle, at, 15, None, "accent", 2.4),
        Path(
            (
                ("M", column.middle, at + way * 26),
                ("L", column.middle, tip),
                ("M", column.middle - 4.5, tip - way * 5),
                ("L", column.middle, tip),
                ("L", column.middle + 4.5, tip - way * 5),
            ),
            None,
            "accent",
            1.8,
        ),
        # A plate, because words do not stand on a texture or a curve.
        Rect(x - 4, y - 9, wide + 8, 18, "accent-bg", radius=3),
        Text(x, y + 4.3, words, 12, 500, fill="accent"),
    ]
    return marks


def spine_marks(
    name: str,
    steps: Sequence[StepFacts],
    x: float,
    bottom: float,
    count: str,
    zero: float | None,
    arrow: float | None,
) -> list[Mark]:
    """A folded stage: how many steps, its name upright, how its steps feel.

    Args:
        zero: y of the neutral feeling; None where no feelings are drawn.
        arrow: y of the sign that opens it.
    """
    middle = x + SPINE / 2
    room = (arrow or zero or bottom) - 74
    words = fit(name, max(room, 60), 13, 600)
    long = text_width(words, 13, 600)
    marks: list[Mark] = [
        Rect(x, 10, SPINE, bottom - 10, "sunken", radius=4),
        Text(middle, 33, count, 12, 600, anchor="middle", fill="ink-2"),
        Text(middle + 4.5, 52 + long, words, 13, 600, rotate=-90),
    ]
    if arrow is not None:
        y = max(arrow, 70 + long)
        marks.append(
            Path(
                (("M", middle - 2.5, y - 5), ("L", middle + 2.5, y), ("L", middle - 2.5, y + 5)),
                None,
                "ink-2",
                1.8,
            )
        )
    if zero is None:
        return marks
    marks.append(Path((("M", x, zero), ("L", x + SPINE, zero)), None, "line-strong", 1))
    gap = (SPINE - 12) / max(len(steps), 1)
    for place, facts in enumerate(steps):
        cx = x + 6 + gap * (place + 0.5)
        if facts.step.feels is None:
            marks.append(Circle(cx, zero, 3.6, "sunken", "line-strong", 1.2, (2, 2)))
            continue
        at = zero - UNIT * facts.step.feels
        marks.append(Circle(cx, at, 3.8, "ink-2" if facts.evidence else "sunken", "ink-2", 1.3))
    return marks
