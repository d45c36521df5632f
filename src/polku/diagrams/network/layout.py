"""Where everything of the network stands: roles in the middle, meetings around them, teams on the arc outside."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from polku.diagrams.parts.ellipse import Ellipse
from polku.diagrams.parts.spread import spread

NODE = 17.0
"""Radius of a meeting's circle; a moment of truth has a ring of 4 px around it."""

ROLE = 28.0
RING = 22.0
"""Room around a meeting's centre that its words keep free."""

LABEL = 146.0
BAND = 28.0
TEAM_ROOM = 112.0
"""Least room for a team's name beside the arc."""

LEAST_PAGE = 1240.0
FIELD = 1.24
"""The buying centre's width in heights."""


@dataclass(frozen=True)
class Block:
    """A rectangle of words or signs; for overlaps."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Block, gap: float = 0.0) -> bool:
        """Whether they are nearer than gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


@dataclass(frozen=True)
class Spot:
    """A meeting's place around the centre (0, 0).

    Args:
        right: whether it stands, with its words, right of the middle.
        turn: clockwise from the top, of the spoke's end on the arc.
        label_top: y of the upper edge of its words.
    """

    x: float
    y: float
    right: bool
    turn: float
    label_top: float


@dataclass(frozen=True)
class RoleSpot:
    """A role's circle around the centre (0, 0)."""

    x: float
    y: float


@dataclass(frozen=True)
class Layout:
    """All places, relative to the centre.

    Args:
        field: the buying centre; ring: the meetings stand on it; arc: inner edge of the teams' arc.
    """

    field: Ellipse
    ring: Ellipse
    arc: Ellipse
    spots: tuple[Spot, ...]
    roles: Mapping[str | None, RoleSpot]


def lay_out(
    labels: Sequence[float],
    spoked: Sequence[bool],
    blocks: Mapping[str | None, tuple[float, float]],
    ties: Mapping[str | None, Sequence[int]],
    room: float,
) -> Layout:
    """Find places for all.

    Args:
        labels: height of the words of each meeting, clockwise from the top.
        spoked: whether a spoke leads from a meeting to a team.
        blocks: width and height of each role with its words; the circle stands at the top.
        ties: role → numbers of the meetings it is at.
        room: from the middle of the page to where the words of the teams begin, beside the arc.
    """
    slots, field = _slots(list(blocks.values()))
    ring_rx = room - BAND - 14 - 18 - LABEL - RING - 8
    ring = Ellipse(max(ring_rx, field.rx + 72), max(288.0, field.ry + 84, ring_rx * 0.8))
    for _ in range(40):
        arc = Ellipse(ring.rx + RING + 8 + LABEL + 18, ring.ry + 96)
        spots = _spots(labels, spoked, ring, arc)
        if spots is not None:
            break
        ring = Ellipse(ring.rx, ring.ry * 1.06)
    else:
        raise AssertionError("a ring that grows has room for all words at last")
    return Layout(field, ring, arc, spots, _roles(blocks, ties, spots, slots))


def _spots(
    labels: Sequence[float], spoked: Sequence[bool], ring: Ellipse, arc: Ellipse
) -> tuple[Spot, ...] | None:
    """Places of meetings at equal turns, set apart so that no words touch; None where the ring is too small."""
    count = len(labels)
    turns = [(number + 0.5) * math.tau / count for number in range(count)]
    right = [number for number in range(count) if turns[number] < math.pi + 1e-9]
    left = [number for number in range(count - 1, -1, -1) if turns[number] > math.pi + 1e-9]
    found: dict[int, Spot] = {}
    for side, numbers in ((1.0, right), (-1.0, left)):
        wanted = [0.0 if count == 1 else -ring.ry * math.cos(turns[number]) for number in numbers]
        limit = ring.ry * 0.985
        places = wanted
        # What a spoke leaves free for words depends on the place itself, so it is looked at a few times.
        for _ in range(4):
            reach = [_reach(y, labels[n], spoked[n], ring, arc) for y, n in zip(places, numbers, strict=True)]
            apart = [one[1] + other[0] + 9 for one, other in itertools.pairwise(reach)]
            if places and sum(apart) > 2 * limit:
                return None
            places = spread(wanted, apart, -limit, limit)
        reach = [_reach(y, labels[n], spoked[n], ring, arc) for y, n in zip(places, numbers, strict=True)]
        for (y, after), (z, before) in itertools.pairwise(zip(places, reach, strict=True)):
            if y + after[1] + 3 > z - before[0]:
                return None
        for y, number, (over, _) in zip(places, numbers, reach, strict=True):
            x = side * ring.reach(y)
            top = _label_top(y, labels[number], spoked[number], ring, arc)
            found[number] = Spot(x, y, side > 0, ring.turn(x or 1e-9, y), top)
            assert over >= 0
    return tuple(found[number] for number in range(count))


def _reach(y: float, label: float, spoked: bool, ring: Ellipse, arc: Ellipse) -> tuple[float, float]:
    """How far a meeting with its words reaches over and under its centre."""
    top = _label_top(y, label, spoked, ring, arc)
    return max(RING, y - top), max(RING, top + label - y)


def _label_top(y: float, label: float, spoked: bool, ring: Ellipse, arc: Ellipse) -> float:
    """The upper edge of the words of a meeting: beside it, and on the inner side of its spoke."""
    middle = y - label / 2
    if not spoked:
        return middle
    x = ring.reach(y)
    end_x, end_y = arc.at(ring.turn(x or 1e-9, y))
    if end_x - x < RING + 4:
        return middle
    rise = (end_y - y) / (end_x - x) * RING
    return max(middle, y + rise + 5) if y <= 0 else min(middle, y + rise - 5 - label)


ROWS: Mapping[int, tuple[tuple[int, ...], ...]] = {
    0: ((),),
    1: ((1,),),
    2: ((2,),),
    3: ((1, 2), (2, 1)),
    4: ((1, 2, 1),),
    5: ((2, 1, 2), (1, 3, 1)),
    6: ((2, 2, 2), (3, 3)),
    7: ((2, 3, 2),),
    8: ((3, 2, 3),),
    9: ((3, 3, 3),),
    10: ((3, 4, 3),),
}
"""Number of roles → how many stand side by side, from the top; several where the best is tried out."""

NUDGE = 14.0


def _slots(blocks: Sequence[tuple[float, float]]) -> tuple[list[list[tuple[float, float]]], Ellipse]:
    """Possible sets of places for the centres of the roles' circles, and the field that holds each of them."""
    count = len(blocks)
    wide = max((width for width, _ in blocks), default=2 * ROLE) + 2 * NUDGE + 12
    wide += 26.0 if count <= 4 else 0.0
    high = max((height for _, height in blocks), default=2 * ROLE) + 2 * NUDGE * (count <= 4) + 12
    shapes = ROWS.get(count) or (_many(count),)
    found = []
    field = 130.0
    for rows in shapes:
        # Rows of different numbers stand in gaps, and may move into one another a little.
        diamond = rows == (1, 2, 1)
        pitch = high * (0.78 if diamond else 1.0)
        across = wide * (1.32 if diamond else 1.0)
        top = -pitch * (len(rows) - 1) / 2 - high / 2 + NUDGE + 6
        # Room for the words "buying centre" above all.
        places = [
            ((column - (row - 1) / 2) * across, top + line * pitch + ROLE + 8)
            for line, row in enumerate(rows)
            for column in range(row)
        ]
        corners = [
            (abs(x) + wide / 2 - NUDGE, max(abs(y - ROLE - NUDGE), abs(y - ROLE - NUDGE + high)))
            for x, y in places
        ]
        field = max([field, *(math.hypot(x / FIELD, y) for x, y in corners)])
        found.append(places)
    # Room at the top for the field's own name.
    return found, Ellipse((field + 14) * FIELD, field + 14)


def _many(count: int) -> tuple[int, ...]:
    each = 4
    return tuple(min(each, count - start) for start in range(0, count, each))


def _roles(
    blocks: Mapping[str | None, tuple[float, float]],
    ties: Mapping[str | None, Sequence[int]],
    spots: Sequence[Spot],
    slots: list[list[tuple[float, float]]],
) -> dict[str | None, RoleSpot]:
    """Each role in the place from which its ways are shortest; exchanged in pairs until nothing gets shorter."""
    ids = list(blocks)
    cost_of = {}
    best: tuple[float, list[int], list[tuple[float, float]]] | None = None
    for places in slots:
        for number, id in enumerate(ids):
            for slot, (x, y) in enumerate(places):
                ways = [math.hypot(spots[tie].x - x, spots[tie].y - y) for tie in ties.get(id, ())]
                cost_of[number, slot] = sum(ways)
        order = list(range(len(ids)))
        better = True
        while better:
            better = False
            for one, other in itertools.combinations(range(len(ids)), 2):
                now = cost_of[one, order[one]] + cost_of[other, order[other]]
                then = cost_of[one, order[other]] + cost_of[other, order[one]]
                if then < now - 1e-6:
                    order[one], order[other] = order[other], order[one]
                    better = True
        total = sum(cost_of[number, order[number]] for number in range(len(ids)))
        if best is None or total < best[0] - 1e-6:
            best = total, order, places
    found: dict[str | None, RoleSpot] = {}
    if best is None:
        return found
    for number, id in enumerate(ids):
        x, y = best[2][best[1][number]]
        near = ties.get(id, ())
        if near and len(ids) <= 4:
            # A little towards those it meets, so that the ways spread.
            dx = sum(spots[tie].x for tie in near) / len(near) - x
            dy = sum(spots[tie].y for tie in near) / len(near) - y
            away = max(math.hypot(dx, dy), 1.0)
            x, y = x + NUDGE * dx / away, y + NUDGE * dy / away
        found[id] = RoleSpot(x, y)
    return found
