"""Where marks lie on a page: boxes of forms and curves, from which shapes of a slide take their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import cos, degrees, radians, sin

from polku.scene.marks import Badge, Circle, Group, Line, Mark, Path, Rect, Segment, Text
from polku.scene.svg import badge_marks
from polku.scene.text import text_width

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; of a shape on a slide x, y, width, height."""

Point = tuple[float, float]


def bounds(marks: Sequence[Mark]) -> Box | None:
    """What marks take of the page: left, top, right, bottom."""
    boxes = [box for mark in marks if (box := box_of(mark)) is not None]
    if not boxes:
        return None
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def box_of(mark: Mark) -> Box | None:
    """The box of any mark; None of a group without any."""
    if isinstance(mark, Group):
        return bounds(mark.children)
    if isinstance(mark, Path):
        return path_box(mark.segments)
    return plain_box(mark)


def plain_box(mark: Rect | Circle | Line | Badge | Text) -> Box:
    """The box of a mark of one form."""
    if isinstance(mark, Rect):
        return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    if isinstance(mark, Circle):
        return mark.cx - mark.r, mark.cy - mark.r, mark.cx + mark.r, mark.cy + mark.r
    if isinstance(mark, Line):
        return min(mark.x1, mark.x2), min(mark.y1, mark.y2), max(mark.x1, mark.x2), max(mark.y1, mark.y2)
    if isinstance(mark, Badge):
        form = badge_marks(mark)[0]
        assert isinstance(form, Rect | Circle | Path)
        return path_box(form.segments) if isinstance(form, Path) else plain_box(form)
    wide = text_width(mark.text, mark.size, mark.weight, mark.italic)
    left = mark.x - {"start": 0.0, "middle": wide / 2, "end": wide}[mark.anchor]
    return left, mark.y - mark.size, left + wide, mark.y + 0.25 * mark.size


def path_box(segments: Sequence[Segment]) -> Box:
    """The box of a path: of curves their extremes, not their control points."""
    xs: list[float] = []
    ys: list[float] = []
    at = (0.0, 0.0)
    for segment in segments:
        values = [float(value) for value in segment[1:]]
        if segment[0] == "C":
            for axis, kept in ((0, xs), (1, ys)):
                ends = (at[axis], values[axis], values[2 + axis], values[4 + axis])
                kept += [cubic(ends, part / 16) for part in range(17)]
        elif values:
            xs.append(values[0])
            ys.append(values[1])
        if values:
            at = (values[-2], values[-1])
    return min(xs), min(ys), max(xs), max(ys)


def cubic(ends: tuple[float, float, float, float], part: float) -> float:
    """A coordinate of a curve, `part` of the way along it."""
    rest = 1 - part
    a, b, c, d = ends
    return rest**3 * a + 3 * rest**2 * part * b + 3 * rest * part**2 * c + part**3 * d


def between(a: Point, b: Point) -> tuple[Box, str]:
    """The box from point to point, and how it is turned over."""
    flips = (' flipH="1"' if b[0] < a[0] else "") + (' flipV="1"' if b[1] < a[1] else "")
    return (min(a[0], b[0]), min(a[1], b[1]), abs(b[0] - a[0]), abs(b[1] - a[1])), flips


def points_of(segments: Sequence[Segment]) -> list[Point]:
    """All points of a way in their order, those that steer its curves too."""
    values = [float(value) for segment in segments for value in segment[1:]]
    return [(values[place], values[place + 1]) for place in range(0, len(values), 2)]


def turned_box(left: float, top: float, width: float, height: float, style: Text) -> Point:
    """The left top corner of a text's box before it is turned about its middle."""
    turn = radians(style.rotate)
    x, y = left + width / 2 - style.x, top + height / 2 - style.y
    middle = style.x + x * cos(turn) - y * sin(turn), style.y + x * sin(turn) + y * cos(turn)
    return middle[0] - width / 2, middle[1] - height / 2


def unbent(text: Text) -> list[Text]:
    """Words on a circle as straight words, each along its own tangent."""
    turn, radius = radians(text.rotate), text.bend
    centre = text.x - radius * sin(turn), text.y + radius * cos(turn)
    whole = text_width(text.text, text.size, text.weight, text.italic)
    found = []
    for match in re.finditer(r"\S+", text.text):
        start = text_width(text.text[: match.start()], text.size, text.weight, text.italic)
        wide = text_width(match.group(), text.size, text.weight, text.italic)
        here = turn + (start + wide / 2 - whole / 2) / radius
        x, y = centre[0] + radius * sin(here), centre[1] - radius * cos(here)
        found.append(replace(text, x=x, y=y, text=match.group(), rotate=degrees(here), bend=0.0))
    return found
