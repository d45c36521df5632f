"""Columns of steps across the page: as wide as there is room, broken into bands at a stage where there is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.documents import Stage
from polku.scene import Mark

MARGIN = 48.0
HEAD = 130.0
"""Width of the lane heads left of the columns."""

STAGE_GAP = 10.0
LEAST_COLUMN = 95.0
USUAL_COLUMN = 172.0
"""As wide as a column becomes of itself; on a page of a given width it may be stretched to MOST_COLUMN."""

MOST_COLUMN = 204.0
LEAST_STAGE = 150.0
"""A stage of one step is at least so wide, or its name would stand in syllables."""

PAGE_WIDTH = 1800.0
LEAST_PAGE = 900.0


@dataclass(frozen=True)
class Column:
    """One step's place across; `facts` is None where a stage has no step."""

    facts: StepFacts | None
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where signs of the step stand."""
        return self.x + self.width / 2

    @property
    def text_x(self) -> float:
        """Where words of the step begin."""
        return self.x + 11

    @property
    def text_width(self) -> float:
        """Room for words."""
        return self.width - 18


@dataclass(frozen=True)
class StageSpan:
    """One stage's place across; `again` where it goes on from the band before."""

    stage: Stage | None
    x: float
    width: float
    columns: tuple[Column, ...]
    again: bool = False

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width


@dataclass(frozen=True)
class Band:
    """A row of stages; every lane is drawn once in each band."""

    number: int
    spans: tuple[StageSpan, ...]
    left: float
    right: float

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, holes too."""
        return tuple(column for span in self.spans for column in span.columns)

    @property
    def steps(self) -> tuple[tuple[Column, StepFacts], ...]:
        """Columns that hold a step."""
        return tuple((column, column.facts) for column in self.columns if column.facts is not None)

    def border(self, column: Column) -> float:
        """The line between a column and the one before it; between stages the middle of the gap."""
        for place, span in enumerate(self.spans):
            if span.columns[0] is column and place:
                return span.x - STAGE_GAP / 2
        return column.x


@dataclass
class Layers:
    """Marks of a band or page, by when they are painted and read.

    Args:
        under: grounds and rules beneath everything, silent.
        heads: words of lane heads.
        steps: marks by step id, read step by step.
        over: ways, after the steps.
    """

    under: list[Mark] = field(default_factory=list)
    heads: list[Mark] = field(default_factory=list)
    stages: dict[str, list[Mark]] = field(default_factory=dict)
    steps: dict[str, list[Mark]] = field(default_factory=dict)
    over: list[Mark] = field(default_factory=list)

    def step(self, facts: StepFacts, *marks: Mark) -> None:
        """Add marks to a step."""
        self.steps.setdefault(facts.step.id, []).extend(marks)


@dataclass(frozen=True)
class _Piece:
    stage: Stage | None
    steps: tuple[StepFacts | None, ...]
    again: bool

    def least(self) -> float:
        return max(len(self.steps) * LEAST_COLUMN, LEAST_STAGE)


def arrange(facts: JourneyFacts, width: float | None = None) -> tuple[float, tuple[Band, ...]]:
    """The page's width and its bands.

    Args:
        width: of the page; None takes what the steps need, up to PAGE_WIDTH.
    """
    pieces = [_Piece(stage, tuple(steps) or (None,), False) for stage, steps in facts.stages] or [
        _Piece(None, (None,), False)
    ]
    page = width or min(PAGE_WIDTH, max(LEAST_PAGE, _wanted(pieces)))
    room = max(page - 2 * MARGIN - HEAD, LEAST_STAGE)
    most = max(1, int(room // LEAST_COLUMN))
    short: list[_Piece] = []
    for piece in pieces:
        short += _parts(piece, most)
    rows = _rows(short, room)
    # All bands take the column of the fullest one, stretched a little where that fills the page.
    return page, tuple(_band(number, row, room) for number, row in enumerate(rows))


def _wanted(pieces: Sequence[_Piece]) -> float:
    columns = sum(max(len(piece.steps) * USUAL_COLUMN, LEAST_STAGE) for piece in pieces)
    return 2 * MARGIN + HEAD + columns + STAGE_GAP * (len(pieces) - 1)


def _parts(piece: _Piece, most: int) -> list[_Piece]:
    """A stage in equal parts of at most `most` steps."""
    count = -(-len(piece.steps) // most)
    size = -(-len(piece.steps) // count)
    return [
        _Piece(piece.stage, piece.steps[start : start + size], piece.again or start > 0)
        for start in range(0, len(piece.steps), size)
    ]


def _rows(pieces: list[_Piece], room: float) -> list[list[_Piece]]:
    """Pieces in as few rows as they need, the rows as equal as their borders allow."""
    fewest = _greedy(pieces, room)
    low, high = room / 4, room
    best = fewest
    for _ in range(12):
        middle = (low + high) / 2
        rows = _greedy(pieces, middle) if all(piece.least() <= middle for piece in pieces) else None
        if rows is not None and len(rows) <= len(fewest):
            best, high = rows, middle
        else:
            low = middle
    return best


def _greedy(pieces: list[_Piece], room: float) -> list[list[_Piece]]:
    rows: list[list[_Piece]] = []
    used = 0.0
    for piece in pieces:
        needed = piece.least() + (STAGE_GAP if rows else 0)
        if not rows or used + needed > room + 0.01:
            rows.append([])
            used, needed = 0.0, piece.least()
        rows[-1].append(piece)
        used += needed
    return rows


def _band(number: int, row: list[_Piece], room: float) -> Band:
    gaps = STAGE_GAP * (len(row) - 1)
    column = _column(row, room - gaps)
    left = MARGIN + HEAD
    x = left
    spans = []
    for piece in row:
        each = max(column, LEAST_STAGE / len(piece.steps))
        columns = tuple(Column(step, x + place * each, each) for place, step in enumerate(piece.steps))
        spans.append(StageSpan(piece.stage, x, each * len(columns), columns, piece.again))
        x += each * len(columns) + STAGE_GAP
    return Band(number, tuple(spans), left, x - STAGE_GAP)


def _column(row: list[_Piece], room: float) -> float:
    """The widest column with which all stages of a row fit."""
    free, steps = room, 0
    for piece in sorted(row, key=lambda piece: len(piece.steps)):
        # A stage held at its least width gives the others what is left.
        rest = sum(len(other.steps) for other in row) - steps
        if free / rest * len(piece.steps) < LEAST_STAGE:
            free -= LEAST_STAGE
            steps += len(piece.steps)
        else:
            return min(MOST_COLUMN, free / rest)
    return min(MOST_COLUMN, LEAST_COLUMN)
