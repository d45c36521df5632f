"""A view without its head, for pages that say title, question and roles themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from polku.diagrams.parts.moving import moved_all
from polku.scene import Badge, Circle, Group, Line, Mark, Path, Rect, Scene, Text, text_width

AROUND = 20.0


def without_head(scene: Scene) -> Scene:
    """The same drawing cut to its body and legend; what the head says stays in title and description."""
    ground, *rest = scene.marks
    rest = [mark for mark in rest if not (isinstance(mark, Group) and mark.id == "head")]
    body = [mark for mark in rest if not (isinstance(mark, Group) and mark.id == "legend")]
    boxes = [box for mark in body for box in _boxes(mark)]
    if not boxes:
        return scene
    left = min(box[0] for box in boxes)
    top = min(box[1] for box in boxes)
    legend = [mark for mark in rest if isinstance(mark, Group) and mark.id == "legend"]
    if legend:
        left = min(left, *(box[0] for mark in legend for box in _boxes(mark)))
    right = max(box[2] for mark in rest for box in _boxes(mark))
    dx, dy = AROUND - left, AROUND - top
    width = min(scene.width, right - left + 2 * AROUND)
    height = scene.height + dy
    page = [replace(ground, width=width, height=height)] if isinstance(ground, Rect) else []
    return replace(scene, width=width, height=height, marks=(*page, *moved_all(rest, dx, dy)))


def _boxes(mark: Mark) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right and bottom of what is drawn."""
    if isinstance(mark, Group):
        for child in mark.children:
            yield from _boxes(child)
    elif isinstance(mark, Rect):
        yield mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    elif isinstance(mark, Line):
        yield min(mark.x1, mark.x2), min(mark.y1, mark.y2), max(mark.x1, mark.x2), max(mark.y1, mark.y2)
    elif isinstance(mark, Circle):
        yield mark.cx - mark.r, mark.cy - mark.r, mark.cx + mark.r, mark.cy + mark.r
    elif isinstance(mark, Badge):
        half = mark.size
        yield mark.cx - half, mark.cy - half, mark.cx + half, mark.cy + half
    elif isinstance(mark, Path):
        xs = [float(value) for segment in mark.segments for value in segment[1::2]]
        ys = [float(value) for segment in mark.segments for value in segment[2::2]]
        if xs and ys:
            yield min(xs), min(ys), max(xs), max(ys)
    elif isinstance(mark, Text):
        wide = text_width(mark.text, mark.size, mark.weight)
        if mark.rotate or mark.bend:
            yield mark.x - wide / 2, mark.y - wide / 2, mark.x + wide / 2, mark.y + wide / 2
            return
        start = {"start": 0.0, "middle": wide / 2, "end": wide}[mark.anchor]
        yield mark.x - start, mark.y - mark.size, mark.x - start + wide, mark.y + 4
