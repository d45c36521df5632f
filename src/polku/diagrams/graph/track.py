"""Where things stand on a track: rows that turn like a path, lanes of arcs above each row, corridors between rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

PITCH = 150.0
"""Distance of two stations in a row, px."""
RADIUS = 17.0
LANE = 32.0
"""Height of one lane of arcs."""
TURN = 86.0
"""How far the track swings out where it turns into the next row."""
CORNER = 14.0


@dataclass(frozen=True)
class Spot:
    """The place of a station."""

    row: int
    column: int
    x: float
    y: float


@dataclass
class Arc:
    """A way beside the track, before and after it has found its lane.

    Args:
        start, end: places in the order of the track.
        pill: width in px that its words need.
    """

    start: int
    end: int
    pill: float
    lane: int = 0
    far_lane: int = 0
    x1: float = 0.0
    x2: float = 0.0
    corridor: float | None = None
    pill_x: float = 0.0
    key: str = ""


@dataclass
class Rows:
    """Stations in rows and the room above each row, as laid out.

    Args:
        spots: by place in the order of the track.
        lanes: number of lanes above each row.
        tops: y of the top of each row's room.
    """

    spots: list[Spot]
    lanes: list[int]
    tops: list[float]
    height: float
    columns: int
    arcs: list[Arc] = field(default_factory=list)


def columns_for(count: int, width: float) -> int:
    """How many stations stand in a row: as many as fit, then evened out over the rows."""
    most = max(2, int((width - 2 * TURN) // PITCH))
    if count <= most:
        return max(count, 1)
    rows = -(-count // most)
    return -(-count // rows)


def lay_out(
    count: int,
    width: float,
    arcs: Sequence[Arc],
    *,
    left: float,
    top: float,
    extras: Sequence[float],
    below: Sequence[float],
) -> Rows:
    """Give every station its spot and every arc its lane, so that no two sets of words can meet.

    Args:
        count: number of stations.
        width: room in px from `left`.
        extras: height of the band above each row that holds what is not on the track; one per row.
        below: height of the words under each row; one per row.
    """
    columns = columns_for(count, width)
    rows = max(1, -(-count // columns))
    pitch = min((width - 2 * TURN) / max(columns - 1, 1) if columns > 1 else PITCH, PITCH * 1.5)
    inside: list[Spot] = []
    for place in range(count):
        row, step = divmod(place, columns)
        column = step if row % 2 == 0 else columns - 1 - step
        inside.append(Spot(row, column, left + TURN + column * pitch, 0.0))
    _choose_ports(inside, arcs, pitch)
    lanes = [_lanes_of(row, inside, arcs) for row in range(rows)]
    tops: list[float] = []
    y = top
    ys: list[float] = []
    for row in range(rows):
        tops.append(y)
        y += extras[row] + lanes[row] * LANE + (26 if lanes[row] else 34) + RADIUS
        ys.append(y)
        y += RADIUS + below[row] + 18
    spots = [Spot(spot.row, spot.column, spot.x, ys[spot.row]) for spot in inside]
    laid = Rows(spots, lanes, tops, y, columns, list(arcs))
    for arc in arcs:
        arc.pill_x = _pill_place(arc, laid)
    return laid


def lane_y(laid: Rows, row: int, lane: int) -> float:
    """The height of a lane above a row; lane 0 is the nearest."""
    y = next(spot.y for spot in laid.spots if spot.row == row)
    return y - RADIUS - 34 - lane * LANE


def _choose_ports(spots: Sequence[Spot], arcs: Sequence[Arc], pitch: float) -> None:
    """Spread the ends of arcs over the top of their stations, those going left on the left."""
    ends: dict[int, list[tuple[float, int, bool]]] = {}
    for number, arc in enumerate(arcs):
        a, b = spots[arc.start], spots[arc.end]
        ends.setdefault(arc.start, []).append((b.x - a.x, number, True))
        ends.setdefault(arc.end, []).append((a.x - b.x, number, False))
    for place, here in ends.items():
        here.sort(key=lambda end: (end[0], end[1], end[2]))
        step = min(10.0, 24.0 / max(len(here) - 1, 1))
        for index, (_, number, is_start) in enumerate(here):
            x = spots[place].x + (index - (len(here) - 1) / 2) * step
            if is_start:
                arcs[number].x1 = x
            else:
                arcs[number].x2 = x
    used: dict[int, int] = {}
    for arc in arcs:
        a, b = spots[arc.start], spots[arc.end]
        if a.row != b.row:
            slot = round((b.x - spots[0].x) / pitch)
            column = min(max(slot, 0), 10_000)
            count = used.get(column, 0)
            used[column] = count + 1
            side = -0.5 if a.x <= b.x else 0.5
            arc.corridor = b.x + side * pitch + (count - 1) * 7


def _spans(arc: Arc, row: int, spots: Sequence[Spot]) -> tuple[float, float] | None:
    """From where to where an arc lies above a row, its words included; None where it does not."""
    a, b = spots[arc.start], spots[arc.end]
    if a.row == b.row:
        if row != a.row:
            return None
        low, high = sorted((arc.x1, arc.x2))
        grow = max(0.0, arc.pill + 2 * CORNER + 8 - (high - low)) / 2
        left, right = _edges(spots)
        shift = max(0.0, left - (low - grow)) - max(0.0, high + grow - right)
        return low - grow + shift, high + grow + shift
    assert arc.corridor is not None
    if row == a.row:
        low, high = sorted((arc.x1, arc.corridor))
        return low - 6, high + 6
    if row == b.row:
        low, high = sorted((arc.corridor, arc.x2))
        grow = max(0.0, arc.pill + 2 * CORNER + 8 - (high - low))
        left, right = _edges(spots)
        to_left = low - grow >= left and (arc.corridor <= arc.x2 or high + grow > right)
        return (low - grow, high + 6) if to_left else (low - 6, high + grow)
    return None


def _edges(spots: Sequence[Spot]) -> tuple[float, float]:
    """The page's edges, seen from the stations."""
    return min(spot.x for spot in spots) - TURN, max(spot.x for spot in spots) + TURN


def _lanes_of(row: int, spots: Sequence[Spot], arcs: Sequence[Arc]) -> int:
    here = [(span, arc) for arc in arcs if (span := _spans(arc, row, spots)) is not None]
    here.sort(key=lambda entry: (entry[0][1] - entry[0][0], entry[0][0], entry[1].start, entry[1].end))
    taken: list[list[tuple[float, float]]] = []
    for (low, high), arc in here:
        for lane, spans in enumerate(taken):  # noqa: B007 - the lane is read after the loop
            if all(high + 8 < other[0] or low - 8 > other[1] for other in spans):
                break
        else:
            lane = len(taken)
            taken.append([])
        taken[lane].append((low, high))
        if spots[arc.start].row == row:
            arc.lane = lane
        if spots[arc.end].row == row:
            arc.far_lane = lane
    return len(taken)


def _pill_place(arc: Arc, laid: Rows) -> float:
    """The middle of an arc's words: near the middle of its flat part, clear of strokes that rise through it."""
    row = laid.spots[arc.end].row
    lane = arc.far_lane
    low, high = sorted((arc.x1, arc.x2)) if arc.corridor is None else sorted((arc.corridor, arc.x2))
    middle = (low + high) / 2
    half = arc.pill / 2
    if high - low < arc.pill + 2 * CORNER:
        span = _spans(arc, row, laid.spots)
        assert span is not None
        return (span[0] + span[1]) / 2
    uprights = []
    for other in laid.arcs:
        if other is arc:
            continue
        if laid.spots[other.start].row == row and other.lane > lane:
            uprights.append(other.x1)
        if laid.spots[other.end].row == row and other.far_lane > lane:
            uprights.append(other.x2)
        if other.corridor is not None:
            uprights.append(other.corridor)
    reach = (high - low - arc.pill) / 2 - CORNER
    best, fewest = middle, len(uprights) + 1
    for distance in range(0, max(int(reach), 0) + 1, 4):
        for x in (middle - distance, middle + distance):
            crossed = sum(abs(x - upright) <= half + 5 for upright in uprights)
            if crossed < fewest:
                best, fewest = x, crossed
    return best
