"""The parts of a blueprint: boxes in cells, links down a column, turns from lane to lane."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from polku.diagrams.parts.bands import Column
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import StepFacts
from polku.documents import Handoff
from polku.scene import wrap

LINE = 15.0
PAD_X = 7.0
PAD_Y = 7.0
INSET = 3.0
ENTRY = 9.0
"""Left free in a column into which a handoff leads, for its last bend and arrow."""

TRACK = 7.0
"""From a box's edge to the first line that passes it; further ones stand TRACK_STEP apart."""

TRACK_STEP = 5.0

SYSTEMS = 1000
PARTNER = 2000
"""Levels beneath the teams' lanes, which count from 1; frontstage is level 0."""

Kind = Literal["act", "hole", "system", "partner"]


@dataclass(frozen=True)
class Words:
    """A paragraph in a box."""

    text: str
    weight: int = 400
    fill: str = "ink"
    polku: bool = False
    """Whether they are polku's own words, hyphenated by the reader's language."""


@dataclass(eq=False)
class Box:
    """One act, system or partner; its place is set when the whole band is known."""

    kind: Kind
    level: int
    place: int
    paragraphs: tuple[Words, ...]
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    lines: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2

    def set_words(self, x: float, width: float, drawing: Drawing) -> None:
        """Give it its place across; its height follows from its words."""
        self.x, self.width = x, width
        self.lines = []
        for words in self.paragraphs:
            language = drawing.reader.language if words.polku else drawing.language
            room = width - 2 * PAD_X + 2
            self.lines += [
                (line, words.weight, words.fill)
                for line in wrap(words.text, room, 12, words.weight, language)
            ]
        self.height = len(self.lines) * LINE + 2 * PAD_Y - 2


@dataclass(eq=False)
class Link:
    """One thing that sets off or uses another in the same column; `track` where it has to pass boxes between."""

    before: Box
    after: Box
    track: int | None = None


@dataclass(eq=False)
class Cell:
    """All that stands behind one step."""

    column: Column
    facts: StepFacts
    front: Box | None = None
    acts: list[Box] = field(default_factory=list)
    systems: list[Box] = field(default_factory=list)
    partner: Box | None = None
    links: list[Link] = field(default_factory=list)
    receives: bool = False
    sends: bool = False
    tracks: int = 0

    @property
    def boxes(self) -> list[Box]:
        """All of them from top to bottom."""
        found = [*self.acts, *self.systems]
        found += [box for box in (self.front, self.partner) if box is not None]
        return sorted(found, key=lambda box: (box.level, box.place))

    def stack(self, level: int) -> list[Box]:
        """The acts in one team's lane, from top to bottom."""
        return [box for box in self.acts if box.level == level]

    @property
    def entry_x(self) -> float:
        """Where a handoff comes down."""
        return self.column.x + INSET

    @property
    def left(self) -> float:
        """The left edge of its boxes."""
        return self.column.x + INSET + (ENTRY if self.receives else 0)

    @property
    def right(self) -> float:
        """The right edge of its boxes."""
        tracks = self.tracks
        return (
            self.column.x + self.column.width - INSET - (TRACK + TRACK_STEP * (tracks - 1) if tracks else 0)
        )

    def track_x(self, track: int) -> float:
        """Where a line that passes boxes runs."""
        return self.right + TRACK + TRACK_STEP * track


@dataclass(eq=False)
class Turn:
    """Work that changes hands, as a line from one team's lane to another's.

    Args:
        source: the last act of those who give; None where it stands in another band.
        words: what is passed, in lines; said at `words_x`, one row above or beneath the level part.
    """

    cell: Cell
    target: Box
    source: Box | None
    source_cell: Cell | None
    from_level: int
    to_level: int
    handoff: Handoff | None
    from_team: str
    to_team: str
    start_x: float = 0.0
    words: tuple[str, ...] = ()
    words_x: float = 0.0
    words_width: float = 0.0
    row: int = 0
    row_y: float = 0.0
    border_y: float = 0.0

    @property
    def down(self) -> bool:
        """Whether it leads to a lane further down."""
        return self.to_level > self.from_level

    @property
    def end_x(self) -> float:
        """Where it turns into the lane of those who receive."""
        return self.cell.entry_x

    @property
    def extent(self) -> tuple[float, float]:
        """From where to where its row is taken."""
        low, high = min(self.start_x, self.end_x), max(self.start_x, self.end_x)
        if self.words:
            low, high = min(low, self.words_x), max(high, self.words_x + self.words_width)
        return low - 6, high + 6


@dataclass
class Plan:
    """One band behind the steps: cells in columns, teams in lanes."""

    cells: list[Cell]
    teams: list[str | None]
    turns: list[Turn]

    def level(self, team: str | None) -> int:
        """The level of a team's lane."""
        return self.teams.index(team) + 1
