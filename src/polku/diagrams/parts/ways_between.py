"""Curves from one thing to another that go round what stands between, and strands side by side along them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from polku.diagrams.network.layout import Block
from polku.scene import Segment

Point: TypeAlias = tuple[float, float]
Curve: TypeAlias = tuple[Point, Point, Point, Point]

BENDS = (0.0, 0.06, -0.06, 0.12, -0.12, 0.2, -0.2, 0.3, -0.3, 0.42, -0.42)
SAMPLES = tuple(n / 22 for n in range(1, 22))
WEIGHTS = tuple(((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in SAMPLES)


@dataclass(frozen=True)
class Obstacles:
    """Circles (name, x, y, radius) and blocks (name, block) that ways should not run over."""

    circles: tuple[tuple[str, float, float, float], ...]
    blocks: tuple[tuple[str, Block], ...]


def bend_clear(start: Point, end: Point, obstacles: Obstacles, own: tuple[str, str]) -> Curve:
    """A curve that arrives from the side of (0, 0), bent as little as it takes to clear most obstacles.

    Args:
        own: names of the two things it joins, which it may touch.
    """
    circles = [one[1:] for one in obstacles.circles if one[0] not in own]
    blocks = [block for name, block in obstacles.blocks if name not in own]
    words = [block for name, block in obstacles.blocks if name in own]
    best: tuple[float, Curve] | None = None
    for bend in BENDS:
        curve = _curve(start, end, bend)
        # Over the words of its own end a way may run, under their plate, if it would have to bend far.
        hits = _hits(curve, circles, blocks) + 0.25 * _hits(curve, [], words)
        if best is None or hits + abs(bend) < best[0]:
            best = hits + abs(bend), curve
        if not hits:
            break
    assert best is not None
    return best[1]


def strand(curve: Curve, away: float, dx: float = 0.0, dy: float = 0.0) -> tuple[Segment, ...]:
    """The curve moved sideways by `away` px, and by (dx, dy)."""
    (ax, ay), (bx, by), (cx, cy), (ex, ey) = curve
    long = math.hypot(ex - ax, ey - ay) or 1.0
    nx, ny = -(ey - ay) / long * away + dx, (ex - ax) / long * away + dy
    return (
        ("M", ax + nx, ay + ny),
        ("C", bx + nx, by + ny, cx + nx, cy + ny, ex + nx, ey + ny),
    )


def crossings(curves: Iterable[Curve], block: Block) -> int:
    """How many curves run through a block."""
    return sum(_hits(curve, [], [block]) for curve in curves)


def _curve(start: Point, end: Point, bend: float) -> Curve:
    (sx, sy), (ex, ey) = start, end
    dx, dy = ex - sx, ey - sy
    far = math.hypot(ex, ey) or 1.0
    long = math.hypot(dx, dy)
    ux, uy = ex / far, ey / far
    px, py = -dy * bend, dx * bend
    return (
        start,
        (sx + dx * 0.34 + px, sy + dy * 0.34 + py),
        (ex - ux * long * 0.34 + px, ey - uy * long * 0.34 + py),
        end,
    )


def _hits(curve: Curve, circles: list[tuple[float, float, float]], blocks: list[Block]) -> int:
    (ax, ay), (bx, by), (cx, cy), (ex, ey) = curve
    points = [
        (p * ax + q * bx + r * cx + s * ex, p * ay + q * by + r * cy + s * ey) for p, q, r, s in WEIGHTS
    ]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    hits = 0
    for x, y, r in circles:
        if x + r < left or x - r > right or y + r < top or y - r > bottom:
            continue
        hits += 2 * any((px - x) ** 2 + (py - y) ** 2 < r * r for px, py in points)
    for block in blocks:
        if block.right < left or block.left > right or block.bottom < top or block.top > bottom:
            continue
        hits += any(block.left < px < block.right and block.top < py < block.bottom for px, py in points)
    return hits
