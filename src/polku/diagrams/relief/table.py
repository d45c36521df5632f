"""The relief laid flat: where towers would hide one another, the same numbers as a table of small stems."""

from __future__ import annotations

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import NOBODY
from polku.diagrams.relief.cells import HIGHEST, Cell, Field
from polku.diagrams.relief.floor import polygon
from polku.diagrams.relief.words import cell_words, name_of_role, name_of_stage
from polku.scene import Group, Line, Mark, Rect

NAMES = 180.0
LEAST_COLUMN = 104.0
MOST_COLUMN = 264.0
ROW = 86.0
STEM = 15.0
"""Height of a unit of feeling in px."""


def heat_table(drawing: Drawing, field: Field, page: float, y: float) -> tuple[list[Mark], float]:
    """Stages across and roles down, from the page's top; in several blocks where the stages do not fit."""
    room = page - 2 * MARGIN - NAMES
    most = max(1, int(room // LEAST_COLUMN))
    blocks = -(-len(field.stages) // most)
    size = -(-len(field.stages) // blocks)
    width = min(MOST_COLUMN, room / size)
    marks: list[Mark] = []
    for first in range(0, len(field.stages), size):
        columns = range(first, min(first + size, len(field.stages)))
        more, y = _block(drawing, field, columns, width, y)
        marks += more
        y += 26
    return marks, y - 26


def _block(
    drawing: Drawing, field: Field, columns: range, width: float, y: float
) -> tuple[list[Mark], float]:
    left = MARGIN + NAMES
    heads: list[tuple[int, Words]] = []
    for place, column in enumerate(columns):
        words = Words(left + place * width + 10, y + 20, width - 18, drawing.language)
        heads.append((column, words.add(name_of_stage(drawing, field.stages[column]), 13, 600)))
    top = max(words.y for _, words in heads) - 2
    ground: list[Mark] = [
        Rect(left + place * width + 2, y, width - 4, top - y, "sunken", radius=2)
        for place in range(len(heads))
    ]
    names: list[Mark] = []
    tops: list[tuple[int, float, float]] = []
    at = top + 6
    # From the back to the front, as the relief is read.
    for row in reversed(range(len(field.roles))):
        head, low = _role(drawing, field.roles[row], at)
        names += head
        height = max(ROW, low - at + 12)
        tops.append((row, at, height))
        ground.append(Line(MARGIN, at + height, left + len(heads) * width, at + height))
        at += height
    marks: list[Mark] = [
        Group(tuple(ground), id=f"ground-{columns[0]}", role="ground", hidden=True),
        Group(tuple(names), id=f"names-{columns[0]}", role="lanes"),
    ]
    for place, (column, words) in enumerate(heads):
        stage = field.stages[column]
        inside: list[Mark] = list(words.marks)
        for row, cell_top, height in tops:
            cell = field.cells[column, row]
            inside += _cell(drawing, field, cell, left + place * width, cell_top, width, height)
        id = f"stage-{stage.id if stage else 'none'}"
        marks.append(Group(tuple(inside), id=id, role="stage", label=name_of_stage(drawing, stage)))
    return marks, at


def _role(drawing: Drawing, role: str | None, y: float) -> tuple[list[Mark], float]:
    sign = drawing.facts.signs.get(role or "", NOBODY)
    wide = badge_width(sign, 20)
    words = Words(MARGIN + wide + 9, y + 30, NAMES - wide - 20, drawing.language)
    words.add(name_of_role(drawing, role), 13, 600)
    return [role_badge(sign, MARGIN + wide / 2, y + 26, 20), *words.marks], words.y - 12


def _cell(
    drawing: Drawing, field: Field, cell: Cell, x: float, y: float, width: float, height: float
) -> list[Mark]:
    """A stem from the zero line, and the number beside it."""
    zero = y + height / 2
    stem_x = x + width / 2 - 36
    if not cell.steps:
        drawing.use("none")
        middle = x + width / 2
        points = ((middle - 12, zero), (middle, zero - 6), (middle + 12, zero), (middle, zero + 6))
        return [Group((_dashed(points),), role="decoration", hidden=True)]
    value = field.height(cell)
    words_x = x + width / 2 + 16
    if value is None:
        drawing.use("unasked")
        box = Rect(x + 6, zero - 24, width - 12, 48, "paper", "line-strong", 1.3, (4, 3), 3)
        return [box, *cell_words(drawing, field, cell, x + width / 2, zero - 2, "ink-3")]
    if field.effort:
        drawing.use("time")
        full = height - 24
        tall = full * value / HIGHEST
        base = y + height - 12
        stem: list[Mark] = [
            Rect(stem_x - 7, base - tall, 14, tall, "surface", "ink-2", 1.2),
            Line(stem_x - 10, base, stem_x + 10, base, "line-strong", 1.2),
        ]
        return [*stem, *cell_words(drawing, field, cell, words_x, zero - 2, "ink")]
    stem = []
    fill = "ink-2"
    if value > 0:
        drawing.use("tower")
        fill = "positive"
        stem.append(Rect(stem_x - 7, zero - value * STEM, 14, value * STEM, "positive-bg", "positive", 1.3))
    elif value < 0:
        drawing.use("pit")
        fill = "negative"
        stem.append(
            Rect(stem_x - 7, zero, 14, -value * STEM, None, "negative", 1.3, texture="hatch-negative")
        )
    else:
        drawing.use("flat")
        stem.append(Rect(stem_x - 7, zero - 2, 14, 4, "sunken-2", "ink-2", 1.2))
    stem.append(Line(stem_x - 10, zero, stem_x + 10, zero, "line-strong", 1.2))
    return [*stem, *cell_words(drawing, field, cell, words_x, zero - 2, fill)]


def _dashed(points: tuple[tuple[float, float], ...]) -> Mark:
    return polygon(points, None, "line-strong", 1.0, (3, 2.5))
