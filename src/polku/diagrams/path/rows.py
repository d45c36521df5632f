"""How a winding path lies on its page: rows that turn, stations along them, and how high the path runs where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.signs import KAPPA
from polku.documents import Stage
from polku.scene import Segment

PAGE = 1600.0
UNIT = 24.0
"""Px of one step of feeling, up or down from the dotted line."""

BED = 26.0
"""Width of the path's bed."""

MOST_IN_ROW = 6
LEAST_PITCH = 142.0
BEND = 46.0
"""How far the path swings out beyond the dotted line where it turns."""

ROUND = 78.0
"""Largest radius of a turn."""

RING = 20.0
"""Radius of the ring of a moment of truth: nothing else comes nearer to a station."""

HEAD = 178.0
"""Width of the heads of stages, where they stand beside the rows."""

CORRIDOR = 8.0
"""Distance of two upright ways beside the rows."""


@dataclass(frozen=True)
class Page:
    """The page across: where the path may run.

    Args:
        beside: heads of stages stand left of the rows; else above each.
        turn_left, turn_right: x of the outermost path in its turns.
        corridors: x of upright ways, by side (−1 left, 1 right), the nearest first.
    """

    width: float
    beside: bool
    turn_left: float
    turn_right: float
    corridors: dict[int, tuple[float, ...]]

    @property
    def left(self) -> float:
        """Where dotted lines begin."""
        return self.turn_left + BEND

    @property
    def right(self) -> float:
        """Where they end."""
        return self.turn_right - BEND


@dataclass(eq=False)
class Station:
    """A step on the path.

    Args:
        width: room for its words.
        up: px above the dotted line, negative below it.
        y: where it stands on the page, once that is known.
    """

    facts: StepFacts
    row: int
    x: float
    width: float
    up: float
    y: float = 0.0


@dataclass
class Row:
    """One row: a stage or a part of one; without stations where the stage has no step.

    Args:
        again: goes on with the stage of the row before.
        zero: y of the dotted line, once that is known.
    """

    number: int
    stage: Stage | None
    stage_number: int
    again: bool
    to_right: bool
    stations: list[Station] = field(default_factory=list)
    zero: float = 0.0
    first_y: float = 0.0
    last_y: float = 0.0

    def heights(self, low: float, high: float) -> tuple[float, float]:
        """Highest and lowest y of the path from x to x, seen from the dotted line (negative is above)."""
        if not self.stations:
            return 0.0, 0.0
        across = sorted(self.stations, key=lambda station: station.x)
        found: list[float] = []
        if low < across[0].x:
            found.append(-across[0].up)
        if high > across[-1].x:
            found.append(-across[-1].up)
        found += [-station.up for station in across if low <= station.x <= high]
        for one, other in pairwise(across):
            if other.x < low or one.x > high:
                continue
            for step in range(13):
                t = step / 12
                x = one.x + (other.x - one.x) * (1.5 * t - 1.5 * t * t + t**3)
                if low - 8 <= x <= high + 8:
                    found.append(-(one.up + (other.up - one.up) * (3 - 2 * t) * t * t))
        return (min(found), max(found)) if found else (0.0, 0.0)


def page_of(width: float | None) -> Page:
    """The page across, its heads beside the rows where there is room."""
    page = width or PAGE
    beside = page >= 1040
    if beside:
        turn_left, turn_right = MARGIN + HEAD + 52, page - MARGIN - 46
        left = tuple(turn_left - 24 - CORRIDOR * place for place in range(3))
        right = tuple(turn_right + 22 + CORRIDOR * place for place in range(4))
    else:
        turn_left, turn_right = MARGIN + 30, page - MARGIN - 30
        left = tuple(turn_left - 24 - CORRIDOR * place for place in range(4))
        right = tuple(turn_right + 20 + CORRIDOR * place for place in range(4))
    return Page(page, beside, turn_left, turn_right, {-1: left, 1: right})


def rows_of(facts: JourneyFacts, page: Page) -> list[Row]:
    """A row for each stage, more where it has many steps; the direction alternates."""
    room = page.right - page.left
    most = max(1, min(MOST_IN_ROW, int(room / LEAST_PITCH - 0.8)))
    rows: list[Row] = []
    groups: Sequence[tuple[Stage | None, tuple[StepFacts, ...]]] = facts.stages or ((None, ()),)
    # Where only some stages are drawn, they keep their places in the journey.
    numbers = {stage.id: number for number, stage in enumerate(facts.journey.stages, 1)}
    for place, (stage, steps) in enumerate(groups, 1):
        number = numbers.get(stage.id, place) if stage and facts.whole is not None else place
        parts = max(1, -(-len(steps) // most))
        for part in range(parts):
            row = Row(len(rows), stage, number, part > 0, len(rows) % 2 == 0)
            # As even as can be: 7 are 4 and 3, not 6 and 1.
            here = steps[part * len(steps) // parts : (part + 1) * len(steps) // parts]
            row.stations = _stations(here, row, page)
            rows.append(row)
    return rows


def _stations(steps: Sequence[StepFacts], row: Row, page: Page) -> list[Station]:
    room = page.right - page.left
    count = len(steps)
    # A little less than a whole pitch at both ends, where words of a turn may stand.
    pitch = room / (count - 1 + 1.8) if count > 1 else room
    inset = 0.9 * pitch if count > 1 else room / 2
    width = min(190.0, pitch - 16) if count > 1 else min(240.0, room - 120)
    stations = []
    for place, facts in enumerate(steps):
        along = inset + place * pitch
        x = page.left + along if row.to_right else page.right - along
        stations.append(Station(facts, row.number, x, width, UNIT * (facts.step.feels or 0)))
    return stations


def level_curve(x1: float, y1: float, x2: float, y2: float) -> tuple[Segment, ...]:
    """From place to place, level at both."""
    half = (x2 - x1) / 2
    return (("C", x1 + half, y1, x2 - half, y2, x2, y2),)


def turn(x1: float, y1: float, x2: float, y2: float, out: float) -> tuple[Segment, ...]:
    """From a row down to the next one around the side: level, round, upright, round, level."""
    radius = min(ROUND, (y2 - y1) / 2)
    side = 1 if out > x1 else -1
    bow = radius * side
    lever = radius * (1 - KAPPA)
    return (
        ("L", out - bow, y1),
        ("C", out - bow * (1 - KAPPA), y1, out, y1 + lever, out, y1 + radius),
        ("L", out, y2 - radius),
        ("C", out, y2 - lever, out - bow * (1 - KAPPA), y2, out - bow, y2),
        ("L", x2, y2),
    )


def leg(rows: Sequence[Row], page: Page, one: Station, other: Station) -> tuple[Segment, ...]:
    """The path from a station to the next, over rows of stages without a step where there are some."""
    segments: list[Segment] = [("M", one.x, one.y)]
    if one.row == other.row:
        return (*segments, *level_curve(one.x, one.y, other.x, other.y))
    x, y = one.x, one.y
    for number in range(one.row, other.row):
        row, following = rows[number], rows[number + 1]
        out = page.turn_right if row.to_right else page.turn_left
        last = number + 1 == other.row
        to_y = other.y if last else following.zero
        # An empty row is crossed as far as its next turn begins.
        to_x = other.x if last else (page.left + page.right) / 2
        segments += turn(x, y, to_x, to_y, out)
        x, y = to_x, to_y
    return tuple(segments)


def turn_place(rows: Sequence[Row], page: Page, one: Station) -> tuple[float, float, bool]:
    """x of the turn after a station's row, and whether it is on the right; y is the station's own."""
    row = rows[one.row]
    return (page.turn_right if row.to_right else page.turn_left), one.y, row.to_right
