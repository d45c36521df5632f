"""Points and arcs of ellipses around (0, 0): a turn counts clockwise from the top, in radians."""

from __future__ import annotations

import math
from dataclasses import dataclass

from polku.scene import Segment


@dataclass(frozen=True)
class Ellipse:
    """Half its width and half its height."""

    rx: float
    ry: float

    def at(self, turn: float) -> tuple[float, float]:
        """The point at a turn."""
        return self.rx * math.sin(turn), -self.ry * math.cos(turn)

    def turn(self, x: float, y: float) -> float:
        """The turn of a point on it, 0 … 2π."""
        return math.atan2(x / self.rx, -y / self.ry) % math.tau

    def reach(self, y: float) -> float:
        """How far right it reaches at a height; 0 above and below it."""
        return self.rx * math.sqrt(max(0.0, 1 - (y / self.ry) ** 2))

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return (x / self.rx) ** 2 + (y / self.ry) ** 2 < 1

    def grown(self, by: float) -> Ellipse:
        """One that is so much larger all around."""
        return Ellipse(self.rx + by, self.ry + by)

    def arc(self, start: float, end: float, cx: float = 0.0, cy: float = 0.0) -> tuple[Segment, ...]:
        """Curves along it from one turn to another (backwards where end is smaller), without the first move."""
        pieces = max(1, math.ceil(abs(end - start) / (math.pi / 4)))
        step = (end - start) / pieces
        pull = 4 / 3 * math.tan(step / 4)
        found: list[Segment] = []
        for piece in range(pieces):
            a, b = start + piece * step, start + (piece + 1) * step
            (ax, ay), (bx, by) = self.at(a), self.at(b)
            found.append(
                (
                    "C",
                    cx + ax + pull * self.rx * math.cos(a),
                    cy + ay + pull * self.ry * math.sin(a),
                    cx + bx - pull * self.rx * math.cos(b),
                    cy + by - pull * self.ry * math.sin(b),
                    cx + bx,
                    cy + by,
                )
            )
        return tuple(found)

    def band(
        self, width: float, start: float, end: float, cx: float = 0.0, cy: float = 0.0
    ) -> tuple[Segment, ...]:
        """The closed outline of a band that lies outside it, from one turn to another."""
        outer = self.grown(width)
        x, y = self.at(start)
        ox, oy = outer.at(end)
        return (
            ("M", cx + x, cy + y),
            *self.arc(start, end, cx, cy),
            ("L", cx + ox, cy + oy),
            *outer.arc(end, start, cx, cy),
            ("Z",),
        )
