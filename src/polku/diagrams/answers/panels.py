"""Rows on panels: what most questions are drawn as; a name, then on each panel's own scale a bar, a dot or words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import TypeAlias

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    fit,
    text_lines,
    text_width,
    widest,
    wrap,
)
from polku.words import Reader

NAME_ROOM = 224.0
LEAST_PANEL, LEAST_SCALE = 132.0, 118.0
MANY, LEAST_OF_MANY = 4, 68.0
"""From so many panels on a scale may be as short as this, before the page grows."""
GAP = 34.0
ROW, LINE = 32.0, 15.5
LABEL = 12.0


@dataclass(frozen=True)
class Bar:
    """A bar from one value to another.

    Args:
        fill: of a count (ink-2), of the other side (sunken-2, framed), of a hole (negative, hatched), of what is not
            over yet (hatch).
        place: 0 takes the row, 1 its upper and 2 its lower half.
        said: words behind its end, or behind `beyond` where that is further on; whole: they are of all bars of the row.
    """

    start: float
    end: float
    fill: str = "ink-2"
    place: int = 0
    said: str = ""
    beyond: float | None = None
    whole: bool = False


@dataclass(frozen=True)
class Dot:
    """A value with its interval; hollow where it may as well be nothing, or rests on few."""

    value: float
    low: float | None = None
    high: float | None = None
    hollow: bool = False
    fill: str = "ink"
    said: str = ""


@dataclass(frozen=True)
class Tick:
    """A stroke across the row: a median, a bound."""

    value: float
    fill: str = "ink"


@dataclass(frozen=True)
class Said:
    """Words instead of a form; dashed where something is not there."""

    words: str
    hole: bool = True


Shape: TypeAlias = Bar | Dot | Tick | Said
_FILLS: Mapping[str, tuple[str, str | None, str | None]] = {
    "ink-2": ("ink-2", None, None),
    "negative": ("negative-bg", "negative", "hatch-negative"),
    "hatch": ("paper", "line-strong", "hatch"),
}
"""Fill of a bar → its ground, its frame and its texture; the others are framed in ink-2."""


@dataclass(frozen=True)
class Panel:
    """A column with a scale of its own.

    Args:
        name: what it shows; tell: words of a tick.
        low, high: of the scale; none is made to hold all shapes, with zero.
        grain: ticks are round numbers of so many.
    """

    name: str
    tell: Callable[[float], str]
    low: float | None = None
    high: float | None = None
    grain: float = 1.0


@dataclass(frozen=True)
class Row:
    """One line.

    Args:
        id: of its group, for links and snapshots; cells: per panel its shapes; words: per panel what they say, for
            the table and for readers who cannot see them; columns: words right of the panels.
    """

    id: str
    name: str
    cells: tuple[tuple[Shape, ...], ...]
    words: tuple[str, ...]
    note: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Rows under a heading."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """All that is drawn.

    Args:
        first: what names are names of; heads: of the words right of the panels; empty: words where there is no row.
        more: rows that are not drawn, in words; rest: what the answer leaves out, in words.
    """

    title: str
    question: str
    meta: str
    desc: str
    first: str
    panels: tuple[Panel, ...]
    blocks: tuple[Block, ...]
    heads: tuple[str, ...] = ()
    tag: str = ""
    note: str = ""
    more: str = ""
    rest: str = ""
    empty: str = ""
    legend: tuple[LegendEntry, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Place:
    """Where a panel stands."""

    panel: Panel
    left: float
    right: float
    edge: float
    low: float
    high: float
    ticks: tuple[float, ...]

    def x(self, value: float) -> float:
        held = min(max(value, self.low), self.high)
        return self.left + (held - self.low) / (self.high - self.low) * (self.right - self.left)


def draw_sheet(sheet: Sheet, say: Reader, *, theme: Theme = LIGHT, width: float = 1280.0) -> Scene:
    """Draw rows on panels; the page grows where names, panels and words need it."""
    rows = [row for block in sheet.blocks for row in block.rows]
    many = len(sheet.panels) >= MANY
    least = (
        max(
            0.0 if many else LEAST_PANEL,
            (LEAST_OF_MANY if many else LEAST_SCALE)
            + max(_labels(row, number) for row in rows for number in range(len(row.cells))),
        )
        if rows
        else LEAST_PANEL
    )
    panels = 2 * MARGIN + NAME_ROOM + len(sheet.panels) * (least + GAP)
    wide = _columns(sheet, rows, width - panels)
    width = max(width, panels + sum(wide))
    room = (width - 2 * MARGIN - NAME_ROOM - sum(wide)) / len(sheet.panels)
    places = [
        _place(panel, number, rows, MARGIN + NAME_ROOM + number * room, room - GAP)
        for number, panel in enumerate(sheet.panels)
    ]
    frame_head, y = head(
        width,
        title=sheet.title,
        question=sheet.question,
        meta=sheet.meta,
        language=say.language,
        tag=sheet.tag,
    )
    body: list[Mark] = []
    if not rows:
        body.append(Text(MARGIN, y + 14, sheet.empty, 14, fill="ink-2"))
        y += 34
    else:
        heads, y = _heads(sheet, places, wide, width, y)
        body += heads
        top = y
        for block in sheet.blocks:
            if block.name and block.rows:
                named = wrap(capital(block.name), NAME_ROOM - 12, 13, 600, say.language)
                body += text_lines(named, MARGIN, y + 18, size=13, weight=600, line=LINE / 13)
                y += 26 + (len(named) - 1) * LINE
            for row in block.rows:
                drawn, y = _row(row, places, wide, width, y, say)
                body.append(drawn)
            y += 6
        body.insert(0, _ground(places, top, y))
    if sheet.more:
        body.append(Text(MARGIN, y + 14, sheet.more, LABEL, fill="ink-3"))
        y += 26
    frame_foot, height = foot(width, y + 8, sheet.legend, sheet.note, say.language, sheet.rest)
    return Scene(
        width=width,
        height=height,
        title=sheet.title,
        desc=sheet.desc,
        language=say.language,
        marks=(Rect(0, 0, width, height, "paper"), frame_head, *body, frame_foot),
        theme=theme.name,
        table=Table(
            (sheet.first, *(panel.name for panel in sheet.panels), *sheet.heads),
            tuple(
                (" – ".join(one for one in (block.name, row.name, row.note) if one), *row.words, *row.columns)
                for block in sheet.blocks
                for row in block.rows
            ),
            sheet.question,
        ),
    )


def steps(low: float, high: float, most: int = 4) -> tuple[float, ...]:
    """Round values from at or below `low` to at or above `high`, about `most` steps of 1, 2 or 5."""
    span = max(high - low, 1e-9)
    rough = 10 ** floor(log10(span / most))
    step = next(rough * one for one in (1, 2, 5, 10) if span / (rough * one) <= most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(round(place * step, 10) for place in range(first, last + 1))


def capital(words: str) -> str:
    """Words that begin a line."""
    return words[:1].upper() + words[1:]


def _columns(sheet: Sheet, rows: Sequence[Row], room: float) -> list[float]:
    """Widths of the columns of words; where they do not fit the room, their names are broken between words."""
    cells = [widest([row.columns[place] for row in rows], LABEL) for place in range(len(sheet.heads))]
    names = [capital(name) for name in sheet.heads]
    whole = [max(widest([name], LABEL, 600), cell) + 20 for name, cell in zip(names, cells, strict=True)]
    if sum(whole) <= room:
        return whole
    return [max(widest(name.split(), LABEL, 600), cell) + 20 for name, cell in zip(names, cells, strict=True)]


def _labels(row: Row, number: int) -> float:
    """The room that words behind a row's forms need on a panel."""
    found = [0.0]
    for shape in row.cells[number]:
        if isinstance(shape, Bar) and shape.said:
            found.append(text_width(shape.said, LABEL, 600) + 8)
        elif isinstance(shape, Dot):
            found.append(text_width(shape.said, LABEL, 600) / 2)
    return max(found)


def _place(panel: Panel, number: int, rows: Sequence[Row], left: float, room: float) -> _Place:
    ends = [0.0]
    labels = max((_labels(row, number) for row in rows), default=0.0)
    for row in rows:
        for shape in row.cells[number]:
            if isinstance(shape, Bar):
                ends += [shape.start, shape.end]
            elif isinstance(shape, Dot):
                ends += [one for one in (shape.value, shape.low, shape.high) if one is not None]
            elif isinstance(shape, Tick):
                ends.append(shape.value)
    low = min(ends) if panel.low is None else panel.low
    high = max(ends) if panel.high is None else panel.high
    empty = high <= low
    if empty:
        high = low + 1
    ticks = tuple(one * panel.grain for one in steps(low / panel.grain, high / panel.grain))
    if panel.low is None or panel.high is None:
        low, high = min(ticks[0], low), max(ticks[-1], high)
    # A scale says each number once, and where nothing was measured only where it begins.
    said: dict[str, float] = {}
    for one in ticks:
        if low - 1e-9 <= one <= (low if empty else high) + 1e-9:
            said.setdefault(panel.tell(one), one)
    ticks = tuple(said.values())
    return _Place(panel, left, left + max(room - labels, room * 0.45), left + room, low, high, ticks)


def _heads(
    sheet: Sheet, places: Sequence[_Place], wide: Sequence[float], width: float, y: float
) -> tuple[list[Mark], float]:
    """Names of panels and columns, and the scales with their numbers."""
    language_lines = [
        wrap(capital(place.panel.name), max(place.right - place.left + GAP / 2, 90), LABEL, 600)
        for place in places
    ]
    columns = [
        wrap(capital(words), room - 16, LABEL, 600) for words, room in zip(sheet.heads, wide, strict=True)
    ]
    lines = max(len(one) for one in (*language_lines, *columns))
    marks: list[Mark] = []
    base = y + 12 + (lines - 1) * LINE
    for place, name in zip(places, language_lines, strict=True):
        marks += text_lines(
            name,
            place.left,
            base - (len(name) - 1) * LINE,
            size=LABEL,
            weight=600,
            fill="ink-2",
            line=LINE / LABEL,
        )
    marks.append(
        Text(MARGIN, base, fit(capital(sheet.first), NAME_ROOM - 12, LABEL, 600), LABEL, 600, fill="ink-2")
    )
    right = width - MARGIN
    for words_of, room in zip(reversed(columns), reversed(wide), strict=True):
        for number, line in enumerate(words_of):
            above = (len(words_of) - 1 - number) * LINE
            marks.append(Text(right, base - above, line, LABEL, 600, anchor="end", fill="ink-2"))
        right -= room
    base += 18
    for place in places:
        taken = float("-inf")
        for tick in place.ticks:
            words = place.panel.tell(tick)
            half = text_width(words, LABEL) / 2
            at = min(max(place.x(tick), place.left - 14 + half), place.edge + 10 - half)
            if at - half < taken + 6:
                continue
            taken = at + half
            marks.append(Text(at, base, words, LABEL, anchor="middle", fill="ink-3"))
    return [Group(tuple(marks), id="heads", role="ground")], base + 8


def _ground(places: Sequence[_Place], top: float, bottom: float) -> Group:
    marks: list[Mark] = []
    for place in places:
        for tick in place.ticks:
            x = place.x(tick)
            style = ("line-strong", 1.2, ()) if abs(tick) < 1e-12 else ("line", 1.0, (1.0, 5.0))
            marks.append(Line(x, top, x, bottom, *style))
    return Group(tuple(marks), id="scale", role="ground", hidden=True)


def _row(
    row: Row, places: Sequence[_Place], wide: Sequence[float], width: float, y: float, say: Reader
) -> tuple[Group, float]:
    lines = wrap(row.name, NAME_ROOM - 16, 13, 500, say.language)[:3]
    tall = max(ROW, 14 + (len(lines) + bool(row.note)) * LINE)
    middle = y + tall / 2
    first = middle + 4.3 - (len(lines) - 1 + bool(row.note)) * LINE / 2
    marks: list[Mark] = [
        Line(MARGIN, y + tall, width - MARGIN, y + tall),
        *text_lines(lines, MARGIN, first, size=13, weight=500, line=LINE / 13),
    ]
    if row.note:
        note = fit(row.note, NAME_ROOM - 16, LABEL)
        marks.append(Text(MARGIN, first + len(lines) * LINE, note, LABEL, fill="ink-3"))
    for place, shapes in zip(places, row.cells, strict=True):
        for shape in shapes:
            marks += _shape(shape, place, middle)
    right = width - MARGIN
    for words, room in zip(reversed(row.columns), reversed(wide), strict=True):
        marks.append(Text(right, middle + 4.3, words, LABEL, anchor="end", fill="ink-2"))
        right -= room
    told = [f"{place.panel.name}: {words}" for place, words in zip(places, row.words, strict=True) if words]
    name = ", ".join(one for one in (row.name, row.note) if one)
    return (
        Group(tuple(marks), id=row.id, role="node", label=f"{name}. {'; '.join(told)}", focusable=True),
        y + tall,
    )


def _shape(shape: Shape, place: _Place, middle: float) -> list[Mark]:
    if isinstance(shape, Said):
        words = fit(shape.words, place.right - place.left + GAP, LABEL)
        if not shape.hole:
            return [Text(place.x(0) + 8, middle + 4.3, words, LABEL, fill="ink-2")]
        return [
            Rect(
                place.left,
                middle - 11,
                text_width(words, LABEL) + 16,
                22,
                "paper",
                "line-strong",
                1.2,
                (4, 3),
                4,
            ),
            Text(place.left + 8, middle + 4.3, words, LABEL, fill="ink-2"),
        ]
    if isinstance(shape, Tick):
        x = place.x(shape.value)
        return [Line(x, middle - 10, x, middle + 10, shape.fill, 2.4)]
    if isinstance(shape, Bar):
        top, tall = {0: (middle - 8, 16.0), 1: (middle - 12, 11.0), 2: (middle + 1, 11.0)}[shape.place]
        x1, x2 = sorted((place.x(shape.start), place.x(shape.end)))
        ground, edge, texture = _FILLS.get(shape.fill, (shape.fill, "ink-2", None))
        marks: list[Mark] = [Rect(x1, top, max(x2 - x1, 1.0), tall, ground, edge, 1.2, texture=texture)]
        if shape.said:
            backwards = shape.end < shape.start
            after = x2 if shape.beyond is None else max(x2, place.x(shape.beyond) + 2)
            at, anchor = (x1 - 6, "end") if backwards else (after + 6, "start")
            hue = "negative" if shape.fill == "negative" and not shape.whole else "ink"
            marks.append(Text(at, top + tall / 2 + 4.2, shape.said, LABEL, 600, anchor=anchor, fill=hue))  # type: ignore[arg-type]
        return marks
    x = place.x(shape.value)
    marks = []
    if shape.low is not None and shape.high is not None:
        left, right = place.x(shape.low), place.x(shape.high)
        marks.append(Line(left, middle + 4, right, middle + 4, "line-strong", 1.4))
        marks += [Line(end, middle - 1, end, middle + 9, "line-strong", 1.4) for end in (left, right)]
    marks.append(Circle(x, middle + 4, 5, "paper" if shape.hollow else shape.fill, shape.fill, 1.8))
    if shape.said:
        half = text_width(shape.said, LABEL, 600) / 2
        held = min(max(x, place.left + half - 8), place.right + 8)
        marks.append(Rect(held - half - 2, middle - 15, 2 * half + 4, 13, "paper", radius=3))
        marks.append(Text(held, middle - 4.6, shape.said, LABEL, 600, anchor="middle", fill=shape.fill))
    return marks
