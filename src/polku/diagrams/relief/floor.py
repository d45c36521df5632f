"""The floor of the relief: where each cell stands on the page, how high a unit is, and the forms that stand on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from polku.scene import Line, Mark, Path, Segment

EDGE = 0.22
"""How far the floor reaches beyond its cells, in cells."""

THICK = 22.0
SHARE = 0.68
"""Width of what stands in a cell, as a share of the cell."""

SMALL = 0.27
MOST_UNIT = 0.78
"""Height of one unit of feeling at most, in half-heights of a cell."""

LABEL_BELOW, NUMBER_BELOW = 22.0, 6.0
"""How far down the words of a cell reach from its middle, and of these the number with its signs."""

LEAST_UNIT = 6.0


@dataclass(frozen=True)
class Floor:
    """A fixed 2:1 isometry: stages run to the right and down, roles to the right and up.

    Args:
        columns, rows: cells.
        half: half the width of a cell on the page in px; its height is half of its width.
        x, y: of the left corner of the cells.
        unit: height of one unit of feeling in px.
    """

    columns: int
    rows: int
    half: float
    x: float
    y: float
    unit: float

    def at(self, along: float, back: float) -> tuple[float, float]:
        """A point of the floor, counted in cells along the stages and towards the back."""
        return self.x + (along + back) * self.half, self.y + (along - back) * self.half / 2

    def middle(self, column: int, row: int) -> tuple[float, float]:
        """The middle of a cell."""
        return self.at(column + 0.5, row + 0.5)

    @property
    def wide(self) -> float:
        """Half the width of a tower or pit."""
        return self.half * SHARE

    @property
    def deep(self) -> float:
        """Half the height of a tower's top."""
        return self.wide / 2

    def ground(self) -> list[Mark]:
        """The floor as a slab with its grid."""
        left, front = self.at(-EDGE, -EDGE), self.at(self.columns + EDGE, -EDGE)
        right, back = (
            self.at(self.columns + EDGE, self.rows + EDGE),
            self.at(-EDGE, self.rows + EDGE),
        )
        marks: list[Mark] = [
            polygon((left, front, _down(front), _down(left)), "sunken-2", "line-strong"),
            polygon((front, right, _down(right), _down(front)), "line", "line-strong"),
            polygon((left, front, right, back), "paper", "line-strong"),
        ]
        marks += [Line(*self.at(n, 0), *self.at(n, self.rows)) for n in range(self.columns + 1)]
        marks += [Line(*self.at(0, n), *self.at(self.columns, n)) for n in range(self.rows + 1)]
        return marks

    def diamond(self, x: float, y: float, share: float = 1.0) -> tuple[tuple[float, float], ...]:
        """The outline of what stands in a cell: left, back, right, front."""
        wide, deep = self.wide * share, self.deep * share
        return (x - wide, y), (x, y - deep), (x + wide, y), (x, y + deep)

    def tower(
        self, x: float, y: float, height: float, fills: tuple[str, str, str], stroke: str
    ) -> list[Mark]:
        """A tower over a cell's middle; `fills` of its top, left and right side."""
        left, back, right, front = self.diamond(x, y - height)
        marks: list[Mark] = []
        if height > 0.5:
            foot_left, _, foot_right, foot_front = self.diamond(x, y)
            marks += [
                polygon((left, front, foot_front, foot_left), fills[1]),
                polygon((front, right, foot_right, foot_front), fills[2]),
            ]
        return [*marks, polygon((left, back, right, front), fills[0], stroke, 1.5)]

    def pit(self, x: float, y: float, depth: float) -> list[Mark]:
        """A pit: its two back walls, and as much of its hatched ground as can be seen from above."""
        left, back, right, front = self.diamond(x, y)
        seen = max(0.0, (2 * self.deep - depth) / (2 * self.deep))
        ground = self.diamond(x, y + depth / 2, seen) if seen else (left, front, right, front)
        marks: list[Mark] = [
            polygon((left, back, ground[1] if seen else front, ground[0] if seen else front), "negative"),
            polygon(
                (back, right, ground[2] if seen else front, ground[1] if seen else front), "negative-side"
            ),
        ]
        if seen:
            marks.append(Path(_closed(ground), texture="hatch-negative"))
            marks.append(Path(_closed(ground), stroke="negative", stroke_width=0.8))
        return marks

    def outline(self, x: float, y: float) -> Path:
        """The edge of a pit."""
        return polygon(self.diamond(x, y), None, "negative", 1.5)


def polygon(
    points: Sequence[tuple[float, float]],
    fill: str | None,
    stroke: str | None = None,
    width: float = 1.0,
    dash: tuple[float, ...] = (),
) -> Path:
    """A closed form through points."""
    return Path(_closed(points), fill, stroke, width, dash)


def _closed(points: Sequence[tuple[float, float]]) -> tuple[Segment, ...]:
    start: tuple[Segment, ...] = tuple(("L" if n else "M", x, y) for n, (x, y) in enumerate(points))
    return (*start, ("Z",))


def _down(point: tuple[float, float]) -> tuple[float, float]:
    return point[0], point[1] + THICK


@dataclass(frozen=True)
class Reach:
    """How far the words of a cell reach from its middle: the row of its number, and what stands beneath."""

    height: float
    left: float
    right: float
    low: float


def unit_height(half: float, cells: Mapping[tuple[int, int], Reach]) -> float:
    """The tallest unit with which no tower hides the words of a cell behind or beside it.

    Args:
        half: half the width of a cell in px.
        cells: by column and row; heights in units, reaches in px.
    """
    unit = half / 2 * MOST_UNIT
    wide, deep = half * SHARE, half * SHARE / 2
    for (column, row), cell in cells.items():
        ground = max(cell.height, 0.0)
        before = cells.get((column + 1, row - 1))
        if before is not None and before.height > ground:
            unit = min(unit, (half - deep - LABEL_BELOW) / (before.height - ground))
        for place, reach in (((column + 1, row), cell.right), ((column, row - 1), cell.left)):
            beside = cells.get(place)
            if beside is None or beside.height <= ground:
                continue
            for words, below in ((reach, NUMBER_BELOW), (cell.low, LABEL_BELOW)):
                over = words + 4 - (half - wide)
                if over > 0:
                    room = half / 2 - below - min(over, wide) * deep / wide
                    unit = min(unit, room / (beside.height - ground))
    return max(unit, LEAST_UNIT)
