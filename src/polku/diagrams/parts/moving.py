"""Marks in another place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from polku.scene import Badge, Circle, Group, Line, Mark, Path, Rect, Segment


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """The same mark, moved right and down."""
    if isinstance(mark, Group):
        return replace(mark, children=tuple(moved_all(mark.children, dx, dy)))
    if isinstance(mark, Line):
        return replace(mark, x1=mark.x1 + dx, y1=mark.y1 + dy, x2=mark.x2 + dx, y2=mark.y2 + dy)
    if isinstance(mark, Circle | Badge):
        return replace(mark, cx=mark.cx + dx, cy=mark.cy + dy)
    if isinstance(mark, Path):
        return replace(mark, segments=tuple(_segment(segment, dx, dy) for segment in mark.segments))
    if isinstance(mark, Rect):
        return replace(mark, x=mark.x + dx, y=mark.y + dy)
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def moved_all(marks: Iterable[Mark], dx: float, dy: float) -> list[Mark]:
    """All of them."""
    return [moved(mark, dx, dy) for mark in marks]


def _segment(segment: Segment, dx: float, dy: float) -> Segment:
    name, *values = segment
    return (name, *(float(value) + (dy if place % 2 else dx) for place, value in enumerate(values)))
