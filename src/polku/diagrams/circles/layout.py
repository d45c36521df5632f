"""Where everybody stands in the circles: rings around everyday use, customers left of the middle, us right."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.network.layout import Block

HUB = 104.0
RINGS = (118.0, 118.0, 112.0, 112.0)
"""How thick each ring is: daily, project, budget, and the one of those nobody placed."""

EMPTY = 84.0
"""How thick a ring is in which nobody stands."""

ZONE = 58.0
"""Height at the top of a ring that its name takes."""

ANGLES = tuple(math.radians(4 * step) for step in range(2, 44))
"""Turns from the top at which somebody may stand, on either side."""


@dataclass(frozen=True)
class Standing:
    """Who has to stand somewhere.

    Args:
        ring: 0 daily … 3 not said.
        depth: where in the ring, from its inner edge (0) to its outer edge (1).
        wide, below: width of the words under the circle and how far they reach under its centre.
    """

    ring: int
    depth: float
    r: float
    wide: float
    below: float
    left: bool


@dataclass(frozen=True)
class Place:
    """Centre of somebody's circle around (0, 0)."""

    x: float
    y: float


@dataclass(frozen=True)
class Circles:
    """Outer edges of the rings from the inside, and everybody's place."""

    edges: tuple[float, ...]
    places: tuple[Place, ...]


def lay_out(everybody: Sequence[Standing], zone_wide: Sequence[float]) -> Circles:
    """Places without overlaps; the rings grow until there is room for all.

    Args:
        zone_wide: width of each ring's name; as many as there are rings.
    """
    thick = [
        max([EMPTY, *(max(RINGS[ring], 2 * one.r + 24) for one in everybody if one.ring == ring)])
        for ring in range(len(zone_wide))
    ]
    hub = HUB
    for _ in range(60):
        edges = [hub]
        for each in thick:
            edges.append(edges[-1] + each)
        zones = [
            Block(-wide / 2 - 6, -edge, wide / 2 + 6, -edge + ZONE)
            for wide, edge in zip(zone_wide, edges[1:], strict=True)
        ]
        places = _places(everybody, edges, zones)
        if places is not None:
            return Circles(tuple(edges), tuple(places))
        crowded = {one.ring for one in everybody}
        thick = [each * (1.06 if ring in crowded else 1.0) for ring, each in enumerate(thick)]
        hub *= 1.03
    raise AssertionError("rings that grow have room for all at last")


def _places(
    everybody: Sequence[Standing], edges: Sequence[float], zones: Sequence[Block]
) -> list[Place] | None:
    wanted = _wanted(everybody)
    found: dict[int, Place] = {}
    # Circles and words keep to their side of the middle, so that only those of one side can meet.
    sides: dict[bool, list[tuple[Block, Block, float]]] = {True: [], False: []}
    # From the inside outwards: the inner rings have the least room.
    for number in sorted(range(len(everybody)), key=lambda n: (everybody[n].ring, n)):
        one = everybody[number]
        inner, outer = edges[one.ring], edges[one.ring + 1]
        rim = inner + one.r + 9
        room = max(0.0, outer - one.r - 9 - rim)
        taken = sides[one.left]
        best: tuple[float, Place, Block, Block] | None = None
        # Another depth than its own only where its ring is crowded.
        for angle, depth in itertools.product(ANGLES, dict.fromkeys((one.depth, 0.5, 0.0, 1.0))):
            least = 3.0 * abs(depth - one.depth) + abs(angle - wanted[number])
            if best is not None and least >= best[0]:
                continue
            radius = rim + depth * room
            x = radius * math.sin(angle) * (-1 if one.left else 1)
            y = -radius * math.cos(angle)
            disc = Block(x - one.r, y - one.r, x + one.r, y + one.r)
            words = Block(x - one.wide / 2, y + one.r, x + one.wide / 2, y + one.below)
            if _blocked(disc, words, one.left, taken, zones):
                continue
            # A level line to its note should run past all others, and theirs past it.
            crossed = sum(
                _in_the_way(x, y, disc, words, other, beside, line) for other, beside, line in taken
            )
            cost = least + 2.0 * crossed + 0.5 * _over_edges(words, inner, outer)
            if best is None or cost < best[0]:
                best = cost, Place(x, y), disc, words
        if best is None:
            return None
        found[number] = best[1]
        taken.append((best[2], best[3], best[1].y))
    return [found[number] for number in range(len(everybody))]


def _wanted(everybody: Sequence[Standing]) -> list[float]:
    """Turns at which each would like to stand: on each side evenly from top to bottom, in order."""
    wanted = [0.0] * len(everybody)
    for side in (True, False):
        mine = [number for number, one in enumerate(everybody) if one.left == side]
        # Who is far out has room at the top and at the bottom; who is close belongs in the middle.
        for place, number in enumerate(_outer_first_and_last(mine, everybody)):
            wanted[number] = math.pi * (0.16 + 0.68 * (place + 0.5) / len(mine))
    return wanted


def _outer_first_and_last(numbers: Sequence[int], everybody: Sequence[Standing]) -> list[int]:
    """Outer ones alternately at the beginning and at the end, the innermost in the middle."""
    first: list[int] = []
    last: list[int] = []
    for place, number in enumerate(sorted(numbers, key=lambda n: (-everybody[n].ring, n))):
        (last if place % 2 else first).append(number)
    return [*first, *reversed(last)]


def _blocked(
    disc: Block,
    words: Block,
    left: bool,
    taken: Sequence[tuple[Block, Block, float]],
    zones: Sequence[Block],
) -> bool:
    if (left and max(disc.right, words.right) > -9) or (not left and min(disc.left, words.left) < 9):
        return True
    if any(disc.meets(zone, 4) or words.meets(zone, 4) for zone in zones):
        return True
    return any(
        disc.meets(other, 8) or words.meets(other, 6) or disc.meets(beside, 6) or words.meets(beside, 6)
        for other, beside, _ in taken
    )


def _over_edges(words: Block, inner: float, outer: float) -> int:
    """How many corners of words leave their ring."""
    far = [math.hypot(x, y) for x in (words.left, words.right) for y in (words.top, words.bottom)]
    return sum(not inner < each < outer for each in far)


def _in_the_way(
    x: float, y: float, disc: Block, words: Block, other: Block, beside: Block, line: float
) -> bool:
    middle = (other.left + other.right) / 2
    if abs(x) < abs(middle):
        return other.top - 5 < y < beside.bottom + 5
    return disc.top - 5 < line < words.bottom + 5
