"""What every slide of a deck shares: the title that is its finding, the line beneath, the foot with signs and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.frame import LegendEntry
from polku.diagrams.parts.journey import journey_facts, meta_line
from polku.exports.report_data import ReportData
from polku.exports.three_columns import Point
from polku.scene import PRINT, Group, Line, Mark, Rect, Scene, Table, Text, text_lines, text_width, wrap
from polku.scene.pptx import LAYOUT
from polku.words import Reader

WIDTH, HEIGHT = LAYOUT
MARGIN = 48.0
TITLE, LINE, BODY, LEAST = 26.0, 14.0, 13.0, 12.0
FOOT = HEIGHT - 50.0
"""Where the foot's line stands."""


@dataclass(frozen=True)
class Deck:
    """What slides are made of, and the parts that all of them have."""

    data: ReportData
    say: Reader

    @property
    def language(self) -> str:
        """Of the user's own words."""
        return self.data.workspace.settings.language

    def drawing(self) -> Drawing:
        """A drawing of the report's journey to come, without names of persons."""
        assert self.data.journey is not None
        measures = self.data.measures
        seen = frozenset[str]()
        if measures is not None and self.data.mapped:
            rows = measures.steps
            seen = frozenset(
                id for id, cases in zip(rows.step, rows.cases, strict=True) if cases is not None and cases > 0
            )
        facts = journey_facts(self.data.workspace, self.data.journey, today=self.data.made, measured=seen)
        return Drawing(facts, self.say, self.language, names=False)

    def journey_line(self) -> str:
        """Which journey, how it is meant, of whom, and when somebody said that it holds."""
        facts = self.drawing().facts
        return f"{facts.journey.label} · {meta_line(facts, self.say)}"

    def source(self) -> str:
        """Whose it is, which day, which data."""
        parts = [self.data.workspace.name]
        if self.data.workspace.settings.example:
            parts.append(self.say("report.sample"))
        parts.append(self.say.date(self.data.made))
        if self.data.measures is not None:
            parts.append(self.say("deck.data-version", version=self.data.measures.about.data_version))
        return " · ".join(part for part in parts if part)

    def title(self, title: str, line: str = "", size: float = TITLE) -> tuple[Group, float]:
        """Title in one or two lines, and what stands beneath; returns the y below."""
        room = WIDTH - 2 * MARGIN
        lines = balanced(title, room, size, self.say.language)
        while len(lines) > 2 and size > 17:
            size -= 1
            lines = balanced(title, room, size, self.say.language)
        marks: list[Mark] = list(
            text_lines(lines, MARGIN, 36 + size * 0.75, size=size, weight=700, line=1.22)
        )
        y = 36 + size * 0.75 + (len(lines) - 1) * size * 1.22
        if line:
            beneath = wrap(line, room, LINE, 400, self.say.language)
            marks += text_lines(beneath, MARGIN, y + 24, size=LINE, fill="ink-2", line=1.35)
            y += 24 + (len(beneath) - 1) * LINE * 1.35
        return Group(tuple(marks), id="head", role="head"), y + 14

    def foot(self, entries: Sequence[LegendEntry], number: int) -> Group:
        """The signs used on the left, source and number of the slide on the right."""
        marks: list[Mark] = [Line(MARGIN, FOOT, WIDTH - MARGIN, FOOT)]
        note = f"{self.source()} · {number}"
        note_width = text_width(note, LEAST)
        rows: list[list[LegendEntry]] = [[]]
        x, edge = MARGIN, WIDTH - MARGIN - note_width - 24
        for entry in entries:
            wide = entry.width + 7 + text_width(entry.label, LEAST) + 16
            if x + wide > (edge if len(rows) == 1 else WIDTH - MARGIN) and rows[-1]:
                rows.append([])
                x = MARGIN
            rows[-1].append(entry)
            x += wide
        for row, inside in enumerate(rows):
            x, y = MARGIN, FOOT + 18 + 17 * row
            for entry in inside:
                marks += entry.sign(x + entry.width / 2, y - 4)
                marks.append(Text(x + entry.width + 7, y, entry.label, LEAST, fill="ink-2"))
                x += entry.width + 7 + text_width(entry.label, LEAST) + 16
        marks.append(Text(WIDTH - MARGIN, FOOT + 18, note, LEAST, anchor="end", fill="ink-3"))
        return Group(tuple(marks), id="legend", role="legend")

    def scene(self, title: str, desc: str, marks: Sequence[Mark], table: Table | None = None) -> Scene:
        """Marks on a white slide."""
        ground = Rect(0, 0, WIDTH, HEIGHT, "paper")
        return Scene(WIDTH, HEIGHT, title, desc, self.say.language, (ground, *marks), PRINT.name, table)

    def columns(
        self, columns: Sequence[tuple[str, Sequence[Point]]], y: float, bottom: float
    ) -> tuple[Group, float]:
        """Headed columns of points side by side, ending above `bottom` as long as there is room.

        Points that find none are left to the notes; returns the y below.
        """
        each = (WIDTH - 2 * MARGIN + 28) / len(columns)
        marks: list[Mark] = [Line(MARGIN, y, WIDTH - MARGIN, y, "ink", 1.4)]
        low = y
        for place, (heading, points) in enumerate(columns):
            words = Words(MARGIN + each * place, y + 21, each - 28, self.language)
            words.add(heading, 14, 700, language=self.say.language).skip(3)
            for point in points:
                trial = Words(words.x, words.y, words.width, self.language)
                if point.says:
                    trial.add(point.says, LEAST, 700)
                if point.more:
                    trial.add(point.more, LEAST, fill="ink-2", line=1.3)
                if trial.y - LEAST * 0.9 > bottom and point is not points[0]:
                    break
                words.marks += trial.marks
                words.y = trial.y + 4
            marks += words.marks
            low = max(low, words.y - 14)
        return Group(tuple(marks), id="columns", role="columns"), low

    def columns_height(self, columns: Sequence[tuple[str, Sequence[Point]]], least: int = 2) -> float:
        """How high the columns are with as many points as `least` each."""
        cut = [(heading, points[:least]) for heading, points in columns]
        return self.columns(cut, 0.0, 1e9)[1]


def balanced(title: str, room: float, size: float, language: str) -> tuple[str, ...]:
    """A title in as few lines as it needs, all of much the same length."""
    lines = wrap(title, room, size, 700, language)
    narrow = room
    while len(lines) > 1 and narrow > room / 3:
        narrow -= 12
        tried = wrap(title, narrow, size, 700, language)
        # More lines, or a word broken that needed no break: too narrow.
        if len(tried) > len(lines) or len("".join(tried)) != len("".join(lines)):
            break
        lines = tried
    return lines
