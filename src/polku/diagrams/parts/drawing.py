"""What the lanes of one drawing share: the facts, the reader, the signs used so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from polku.diagrams.compare.compare import Compared
from polku.diagrams.parts.bands import MARGIN, Band, Layers
from polku.diagrams.parts.frame import lane_head
from polku.diagrams.parts.journey import JourneyFacts
from polku.scene import Line, Mark, Text, wrap
from polku.scene.text import LINE
from polku.words import Reader


@dataclass
class Drawing:
    """One drawing in the making.

    Args:
        language: of the user's own words, by which they are hyphenated.
        roles: roles in the foreground; None means all.
        names: whether persons (not roles) are named.
        used: names of signs that were drawn, for the legend.
        compared: with the journey as it is, where the drawn one is to be.
        lanes: names of the lanes to show, where a drawing lays them out together; None means all.
    """

    facts: JourneyFacts
    reader: Reader
    language: str
    roles: frozenset[str] | None = None
    names: bool = True
    levels: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    compared: Compared | None = None
    lanes: frozenset[str] | None = None

    def has(self, lane: str) -> bool:
        """Whether a lane is to be shown."""
        return self.lanes is None or lane in self.lanes

    def use(self, *signs: str) -> None:
        """Remember that signs stand in the drawing."""
        self.used.update(signs)

    def span(self, duration: dt.timedelta) -> str:
        """A duration as the map says it: whole days in days, also a single one."""
        if duration.days and not duration.seconds:
            return self.reader("words.days", count=duration.days)
        return self.reader.duration(duration)

    def shown(self, role: str | None) -> bool:
        """Whether a role stands in the foreground."""
        return self.roles is None or role in self.roles


Lane: TypeAlias = Callable[[Drawing, Band, float, Layers], float]
"""Draws one lane of a band from y on, and returns the y below it."""


WITH_SCALE = 86.0
"""Room for a lane's head where a scale stands between it and the columns."""


def head_of(
    drawing: Drawing, layers: Layers, title: str, *notes: str, y: float, room: float = 118.0
) -> float:
    """A lane's head with its first baseline 20 px below y; returns the y below it."""
    marks, bottom = lane_head(title, notes, y + 20, drawing.reader.language, room)
    layers.heads += marks
    return bottom


def rule(layers: Layers, band: Band, y: float, stroke: str = "line", width: float = 1.0) -> None:
    """A level line from the lane heads to the band's end."""
    layers.under.append(Line(MARGIN, y, band.right, y, stroke, width))


class Words:
    """Words set downwards in one column: each call goes on where the last one ended."""

    def __init__(self, x: float, y: float, width: float, language: str) -> None:
        self.x, self.y, self.width, self.language = x, y, width, language
        self.marks: list[Mark] = []

    def add(
        self,
        text: str,
        size: float = 12.0,
        weight: int = 400,
        *,
        fill: str = "ink",
        italic: bool = False,
        indent: float = 0.0,
        first: float = 0.0,
        language: str | None = None,
        line: float = LINE,
    ) -> Words:
        """Set a paragraph; y is then the baseline of what would follow.

        Args:
            indent: left free in all lines.
            first: left free in the first line, for a sign before the words.
        """
        lines = wrap(text, self.width - indent, size, weight, language or self.language, italic, first)
        for place, words in enumerate(lines):
            if words:
                x = self.x + indent + (0 if place else first)
                self.marks.append(Text(x, self.y, words, size, weight, italic, fill=fill))
            self.y += size * line
        return self

    def skip(self, by: float) -> Words:
        """Leave room."""
        self.y += by
        return self
