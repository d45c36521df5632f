"""Places and forms around a centre; angles in degrees from the top, clockwise."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, pi, radians, sin, tan
from typing import Protocol

from polku.scene import Segment, Text

EIGHTH = 45.0
"""A cubic follows an arc of so many degrees to within a hundredth of a px."""


@dataclass(frozen=True)
class Polar:
    """A centre to measure from."""

    cx: float
    cy: float

    def at(self, r: float, angle: float) -> tuple[float, float]:
        """The point at a distance and an angle."""
        turn = radians(angle)
        return self.cx + r * sin(turn), self.cy - r * cos(turn)

    def arc(self, r: float, start: float, end: float, *, begin: bool = True) -> tuple[Segment, ...]:
        """A part of a circle, backwards where `end` is before `start`; with a move to its beginning or without."""
        pieces = max(1, ceil(abs(end - start) / EIGHTH))
        step = (end - start) / pieces
        lever = 4 / 3 * tan(radians(step) / 4) * r
        segments: list[Segment] = [("M", *self.at(r, start))] if begin else []
        for piece in range(pieces):
            a, b = start + piece * step, start + (piece + 1) * step
            x1, y1 = self.at(r, a)
            x2, y2 = self.at(r, b)
            ta, tb = radians(a), radians(b)
            segments.append(
                (
                    "C",
                    x1 + lever * cos(ta),
                    y1 + lever * sin(ta),
                    x2 - lever * cos(tb),
                    y2 - lever * sin(tb),
                    x2,
                    y2,
                )
            )
        return tuple(segments)

    def sector(self, inner: float, outer: float, start: float, end: float) -> tuple[Segment, ...]:
        """A piece of a ring."""
        return (
            *self.arc(outer, start, end),
            ("L", *self.at(inner, end)),
            *self.arc(inner, end, start, begin=False),
            ("Z",),
        )

    def ring(self, inner: float, outer: float) -> tuple[Segment, ...]:
        """A whole ring, its hole drawn the other way round so that it stays empty."""
        return (*self.arc(outer, 0, 360), ("Z",), *self.arc(inner, 360, 0), ("Z",))

    def spoke(self, inner: float, outer: float, angle: float) -> tuple[float, float, float, float]:
        """Both ends of a straight line outwards, as a line mark takes them."""
        return (*self.at(inner, angle), *self.at(outer, angle))

    def link(self, r1: float, a1: float, r2: float, a2: float) -> tuple[Segment, ...]:
        """A way from place to place around the centre, level with the ring at both ends."""
        return self._drawn(lambda u: r1 + (r2 - r1) * (3 - 2 * u) * u * u, a1, a2)

    def bow(self, r: float, a1: float, a2: float, depth: float) -> tuple[Segment, ...]:
        """A way inside a ring from angle to angle: inwards by `depth` half-way, and out again."""
        return self._drawn(lambda u: r - depth * bow_shape(u), a1, a2)

    def _drawn(self, radius: Radius, a1: float, a2: float) -> tuple[Segment, ...]:
        pieces = max(4, ceil(abs(a2 - a1) / 15))
        segments: list[Segment] = [("M", *self.at(radius(0.0), a1))]
        for piece in range(pieces):
            u, v = piece / pieces, (piece + 1) / pieces
            x1, y1 = self.at(radius(u), a1 + (a2 - a1) * u)
            x2, y2 = self.at(radius(v), a1 + (a2 - a1) * v)
            dx1, dy1 = self._slope(radius, a1, a2, u)
            dx2, dy2 = self._slope(radius, a1, a2, v)
            third = (v - u) / 3
            segments.append(
                ("C", x1 + dx1 * third, y1 + dy1 * third, x2 - dx2 * third, y2 - dy2 * third, x2, y2)
            )
        return tuple(segments)

    def _slope(self, radius: Radius, a1: float, a2: float, u: float) -> tuple[float, float]:
        """How the place changes along a way, from two places close by."""
        near = 1e-4
        low, high = max(0.0, u - near), min(1.0, u + near)
        x1, y1 = self.at(radius(low), a1 + (a2 - a1) * low)
        x2, y2 = self.at(radius(high), a1 + (a2 - a1) * high)
        return (x2 - x1) / (high - low), (y2 - y1) / (high - low)

    def words(
        self, text: str, r: float, angle: float, *, size: float, weight: int = 400, fill: str = "ink"
    ) -> Text:
        """Words along a ring whose middle line is at `r`, upright for the reader in both halves."""
        upper = is_upper(angle)
        base = r - size * 0.36 if upper else r + size * 0.36
        x, y = self.at(base, angle)
        return Text(
            x,
            y,
            text,
            size,
            weight,
            anchor="middle",
            fill=fill,
            rotate=angle % 360 if upper else (angle + 180) % 360,
            bend=base if upper else -base,
        )


class Radius(Protocol):
    """How far from the centre a way is, by its share from 0 to 1."""

    def __call__(self, u: float, /) -> float: ...


def bow_shape(u: float) -> float:
    """From 0 up to 1 at the middle and down to 0 again."""
    return 1 - (2 * u - 1) ** 4


def is_upper(angle: float) -> bool:
    """Whether words around an angle are read from outside (the upper half) or from inside."""
    return not 92 < angle % 360 < 268


def length(r: float, degrees: float) -> float:
    """Px along a ring."""
    return r * radians(degrees)


def degrees_of(px: float, r: float) -> float:
    """The angle that so many px take on a ring."""
    return px / r * 180 / pi
