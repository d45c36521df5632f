"""The words of the relief: numbers on cells, names along the edges, callouts, and the notes in the free corners."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import NOBODY, StepFacts, step_label
from polku.diagrams.parts.signs import caution, moment_of_truth, warning
from polku.diagrams.relief.cells import HIGHEST, Cell, Field
from polku.diagrams.relief.floor import EDGE, THICK, Floor, Reach
from polku.documents import Stage
from polku.scene import Circle, Group, Line, Mark, Rect, RoleSign, Text, text_width, widest, wrap
from polku.scene.marks import Anchor

NUMBER = 15.0
DOT_GAP = 9.0
ASIDE = 0.3
"""A callout's line rises so far beside a cell's middle (in half-widths of a cell): beside its number, and not
yet behind the tower of a neighbour."""

MOST_ASIDE = 0.56

PLATE = 18.0
"""Least half-width of the clear ground under the number of a pit."""

MOST_CALLOUT = 280.0
SIGN = 20.0
"""What a sign beside the number takes."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def name_of_role(drawing: Drawing, role: str | None) -> str:
    """A role's short name."""
    if role is None:
        return drawing.reader("relief.no-role")
    one = next((one for one in drawing.facts.steps if one.role == role), None)
    return (one.role_name if one else "") or drawing.facts.workspace.label("roles", role)


def name_of_stage(drawing: Drawing, stage: Stage | None) -> str:
    """A stage's name, in words where steps are in none."""
    return stage.label if stage else drawing.reader("diagrams.no-stage")


def said(drawing: Drawing, value: float | None) -> str:
    """A feeling with its sign, one decimal where it has any."""
    return "" if value is None else drawing.reader.signed(round(value, 1))


def number_of(drawing: Drawing, field: Field, cell: Cell) -> str:
    """What a cell prints: its mean, its time, or that nobody asked."""
    text = drawing.reader
    if field.height(cell) is None:
        if not field.effort:
            return text("relief.not-asked")
        return text("diagrams.unseen" if field.measured else "relief.no-time")
    if not field.effort:
        return said(drawing, cell.mean)
    seconds = cell.seconds or 0.0
    return text.days(seconds) if seconds >= 86400 else text.duration(dt.timedelta(seconds=seconds))


def range_of(drawing: Drawing, field: Field, cell: Cell) -> str:
    """Its lowest and highest feeling where they differ: −2 and +2 are not 0."""
    if field.effort or not cell.feelings or min(cell.feelings) == max(cell.feelings):
        return ""
    return drawing.reader("relief.range", low=min(cell.feelings), high=max(cell.feelings))


def _size(field: Field, cell: Cell) -> tuple[float, int]:
    return (12.0, 400) if field.height(cell) is None else (NUMBER, 700)


def reach_of(drawing: Drawing, field: Field, cell: Cell) -> Reach:
    """How much of a cell its words and signs take."""
    size, weight = _size(field, cell)
    half = text_width(number_of(drawing, field, cell), size, weight) / 2
    low = max(text_width(range_of(drawing, field, cell), 12) / 2, 34.0 if len(cell.steps) > 5 else 12.0)
    if not field.effort and (cell.mean or 0) < 0:
        half = low = max(half, low, PLATE) + 6
    truth = any(one.step.moment_of_truth for one in cell.steps)
    marked = any(one.step.id in drawing.levels for one in cell.steps)
    height = field.height(cell) or 0.0
    return Reach(height, half + SIGN * truth, half + SIGN * marked, low)


def cell_words(
    drawing: Drawing,
    field: Field,
    cell: Cell,
    x: float,
    y: float,
    fill: str,
    *,
    outline: Mark | None = None,
) -> list[Mark]:
    """Number, range and a dot per step around a point; each dot is a step for those who hear the drawing.

    Args:
        outline: of a pit, whose words stand on clear ground within it.
    """
    size, weight = _size(field, cell)
    number, spread = number_of(drawing, field, cell), range_of(drawing, field, cell)
    half = text_width(number, size, weight) / 2
    top = y - 5 if spread else y + 1
    dots_y = y + 17 if spread else y + 12
    marks: list[Mark] = []
    if outline is not None:
        half = max(half, text_width(spread, 12) / 2, PLATE) + 6
        marks.append(Rect(x - half, top - 14, 2 * half, dots_y - top + 21, "paper", radius=3))
        marks.append(outline)
    marks.append(Text(x, top, number, size, weight, anchor="middle", fill=fill))
    if spread:
        marks.append(Text(x, y + 9, spread, 12, anchor="middle", fill="ink-2"))
    if any(one.step.moment_of_truth for one in cell.steps):
        drawing.use("moment-of-truth")
        marks += moment_of_truth(x - half - 13, top - 5)
    levels = {drawing.levels[one.step.id] for one in cell.steps if one.step.id in drawing.levels}
    if levels:
        worst = "error" if "error" in levels else "warning"
        drawing.use(f"finding-{worst}")
        if outline is not None:
            marks.append(Circle(x + half + 13, top - 5, 9.5, "paper"))
        marks += warning(x + half + 13, top - 5) if worst == "error" else caution(x + half + 13, top - 5)
    gap = min(DOT_GAP, 60.0 / max(len(cell.steps) - 1, 1))
    start = x - gap * (len(cell.steps) - 1) / 2
    dots = [_dot(drawing, one, start + gap * place, dots_y, gap) for place, one in enumerate(cell.steps)]
    return [*marks, *dots]


def _dot(drawing: Drawing, one: StepFacts, x: float, y: float, gap: float) -> Group:
    """One step: filled where it stands on evidence."""
    radius = min(2.8, gap * 0.42)
    if one.evidence:
        drawing.use("evidenced")
        dot = Circle(x, y, radius, "ink")
    else:
        drawing.use("assumed-step")
        dot = Circle(x, y, radius - 0.3, "paper", "ink-3", 1.2)
    label = step_label(one, len(drawing.facts.steps), drawing.reader)
    return Group((dot,), id=f"step-{one.step.id}", role="step", label=label, title=label, focusable=True)


def draw_labels(drawing: Drawing, field: Field, floor: Floor) -> tuple[list[Mark], list[Box]]:
    """Stages along the left edge and roles along the right one, each beside its row of cells."""
    marks: list[Mark] = []
    boxes: list[Box] = []
    for labels in (_stage_labels(drawing, field, floor), _role_labels(drawing, field, floor)):
        for more, box in _set(drawing, floor, labels):
            marks += more
            boxes.append(box)
    return marks, boxes


@dataclass(frozen=True)
class _Label:
    """A name on an edge: its tick begins at (x, y) and leads outwards."""

    x: float
    y: float
    name: str
    note: str
    outward: int
    room: float
    fill: str = "ink"
    sign: RoleSign | None = None

    @property
    def indent(self) -> float:
        """From the tick's beginning to the words."""
        return 20.0 + (badge_width(self.sign, 20) + 7 if self.sign else 0.0)


def _stage_labels(drawing: Drawing, field: Field, floor: Floor) -> list[_Label]:
    text = drawing.reader
    labels = []
    for column, stage in enumerate(field.stages):
        x, y = floor.at(column + 0.5, -EDGE)
        count = sum(len(field.cells[column, row].steps) for row in range(floor.rows))
        note = text("diagrams.steps", count=count) if count else text("diagrams.no-step")
        if stage and stage.when:
            when = text(f"diagrams.when-{stage.when}-short").lower()
            note = text("relief.stage-note", when=when, steps=note)
        room = min(240.0, x - 24 - MARGIN)
        labels.append(_Label(x - 4, y + THICK + 2, name_of_stage(drawing, stage), note, -1, room))
    return labels


def _role_labels(drawing: Drawing, field: Field, floor: Floor) -> list[_Label]:
    facts = drawing.facts
    page_right = floor.x * 2 + (floor.columns + floor.rows) * floor.half - MARGIN
    labels = []
    for row, role in reversed(list(enumerate(field.roles))):
        x, y = floor.at(floor.columns + EDGE, row + 0.5)
        sign = facts.signs.get(role or "", NOBODY)
        document = facts.workspace.roles.get(role or "")
        note = drawing.reader(f"diagrams.part-{document.part}") if document and document.part else ""
        fill = "ink" if role is None or drawing.shown(role) else "ink-3"
        room = min(240.0, page_right - x - 31 - badge_width(sign, 20))
        name = name_of_role(drawing, role)
        labels.append(_Label(x + 4, y + THICK + 2, name, note, 1, room, fill, sign))
    return labels


def _set(drawing: Drawing, floor: Floor, labels: list[_Label]) -> list[tuple[list[Mark], Box]]:
    """The labels of one edge from the back to the front: each as narrow as a cell where it would meet another."""
    placed: list[tuple[list[Mark], Box]] = []
    for label in labels:
        made = _draw_label(label, _lines(drawing, label, label.room))
        if any(_meet(made[1], box) for _, box in placed):
            narrow = min(label.room, floor.half - label.indent - 8)
            made = _draw_label(label, _lines(drawing, label, narrow))
        placed.append(made)
    return placed


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _lines(drawing: Drawing, label: _Label, room: float) -> list[tuple[str, float, int, str]]:
    named = wrap(label.name, room, 13, 600, drawing.language)
    notes = wrap(label.note, room, 12, 400, drawing.reader.language) if label.note else ()
    return [(line, 13.0, 600, label.fill) for line in named] + [(line, 12.0, 400, "ink-3") for line in notes]


def _draw_label(label: _Label, lines: list[tuple[str, float, int, str]]) -> tuple[list[Mark], Box]:
    out, x, y = label.outward, label.x, label.y
    marks: list[Mark] = [Line(x, y, x + 15 * out, y + 11, "line-strong", 1)]
    if label.sign:
        filled = label.fill == "ink"
        marks.append(role_badge(label.sign, x + 20 + badge_width(label.sign, 20) / 2, y + 15, 20, filled))
    first = 19.5 if label.sign and len(lines) == 1 else 16.0
    start = x + label.indent * out
    for number, (line, size, weight, fill) in enumerate(lines):
        anchor: Anchor = "end" if out < 0 else "start"
        marks.append(Text(start, y + first + 16 * number, line, size, weight, anchor=anchor, fill=fill))
    wide = max((text_width(line, size, weight) for line, size, weight, _ in lines), default=0.0)
    left, right = sorted((x, start + wide * out))
    # Without the tick, which runs in the gap between the labels.
    left, right = (left, right - 16) if out < 0 else (left + 16, right)
    return marks, (left, y + 5, right, y + max(16 * len(lines) + 5, 28))


@dataclass(frozen=True)
class Callout:
    """A cell that is spoken of above the picture, with a line that rises from it."""

    cell: Cell
    heading: str
    lines: tuple[str, ...]
    x: float
    y: float
    end: bool
    """Whether the words stand left of the line."""

    def draw(self, floor: Floor, field: Field) -> Group:
        """The words, and the line down to the cell."""
        middle, y = floor.middle(self.cell.column, self.cell.row)
        # On the back edge of what stands there.
        edge = floor.deep * (1 - abs(self.x - middle) / floor.wide)
        foot = y - max(field.height(self.cell) or 0.0, 0.0) * floor.unit - edge * 0.9
        x = self.x - 7 if self.end else self.x + 7
        anchor: Anchor = "end" if self.end else "start"
        marks: list[Mark] = [
            Line(self.x, self.y - 11, self.x, foot, "ink-2", 1),
            Circle(self.x, foot, 2.4, "ink-2"),
            Text(x, self.y, self.heading, 13, 600, anchor=anchor),
        ]
        for number, line in enumerate(self.lines):
            at = self.y + 17 + 15 * number
            marks.append(Text(x, at, line, 12, anchor=anchor, fill="ink-2"))
        return Group(tuple(marks), id=f"callout-{'low' if self.end else 'high'}", role="callout")


def place_callouts(
    drawing: Drawing, field: Field, floor: Floor, page: float, top: float
) -> tuple[list[Callout], float]:
    """The deepest pit and the highest tower in words, side by side above the picture; the y below them."""
    chosen: list[tuple[Cell, str, str]] = []
    low, high = (None if field.effort else field.lowest()), field.highest()
    if low is not None and low.mean is not None and low.mean < 0:
        chosen.append((low, drawing.reader("relief.pit"), _why(drawing, field, low, lowest=True)))
    if high is not None and (field.height(high) or 0.0) > 0:
        name = "relief.most-time" if field.effort else "relief.tower"
        chosen.append((high, drawing.reader(name), _why(drawing, field, high, lowest=False)))
    chosen.sort(key=lambda one: floor.middle(one[0].column, one[0].row)[0])
    callouts = []
    below = top
    for place, (cell, heading, why) in enumerate(chosen):
        middle = floor.middle(cell.column, cell.row)[0]
        end = place == 0 and (len(chosen) > 1 or middle > page / 2)
        x = middle + _aside(drawing, field, floor, cell)
        room = (x - MARGIN if end else page - MARGIN - x) - 8
        lines = wrap(why, min(room, MOST_CALLOUT), 12, 400, drawing.language)
        callouts.append(Callout(cell, heading, lines, x, top + 16, end))
        below = max(below, top + 16 + 17 + 15 * len(lines))
    return callouts, below


def _aside(drawing: Drawing, field: Field, floor: Floor, cell: Cell) -> float:
    """How far beside a cell's middle its line rises, clear of all words on its way; left of them if less than 0."""
    way = [
        other
        for other in field.filled
        if other.column + other.row == cell.column + cell.row and other.column <= cell.column
    ]
    reaches = [reach_of(drawing, field, other) for other in way]
    right = max(max(one.right, one.low) for one in reaches)
    left = max(max(one.left, one.low) for one in reaches)
    far = max(ASIDE * floor.half, min(left, right) + 5)
    return min(far, MOST_ASIDE * floor.half) * (1 if right <= left else -1)


def _why(drawing: Drawing, field: Field, cell: Cell, *, lowest: bool) -> str:
    """What hurts or helps most there, else what is done; the number of the step beside it."""
    if field.effort:
        times = [(time or 0.0, -one.number, one) for one, time in zip(cell.steps, cell.times, strict=True)]
        seconds, _, longest = max(times, key=lambda time: time[:2])
        name = name_of_role(drawing, cell.role)
        return f"{name}: {longest.step.label}, {drawing.reader.duration(seconds)}"
    steps = cell.steps
    felt = [one for one in steps if one.step.feels is not None] or list(steps)
    sign = 1 if lowest else -1
    one = min(felt, key=lambda one: (sign * (one.step.feels or 0), -len(one.evidence), one.number))
    named = one.step.pains if lowest else one.step.gains
    words = named[0].says if named else one.step.label
    who = name_of_role(drawing, cell.role)
    return (
        f"{who}: {words}, {said(drawing, one.step.feels)}"
        if one.step.feels is not None
        else f"{who}: {words}"
    )


def place_corners(
    drawing: Drawing, field: Field, floor: Floor, page: float, boxes: list[Box]
) -> tuple[list[Mark], float]:
    """The scale bottom left and what the empty outlines say bottom right, beneath the names they would meet."""
    scale, scale_bottom = _scale(drawing, field, floor, boxes)
    marks: list[Mark] = [Group(tuple(scale), id="scale", role="scale")]
    note = _empty(drawing, field)
    if not note:
        return marks, scale_bottom
    text = drawing.reader
    width = min(290.0, page / 2 - MARGIN - 40)
    left = page - MARGIN - width
    top = max([box[3] for box in boxes if box[2] > left - 16], default=floor.at(floor.columns, 0)[1])
    words = Words(left, top + 28, width, drawing.language)
    words.add(text("relief.empty"), 13, 600, language=text.language).skip(2)
    words.add(note, 12, fill="ink-2", line=1.35)
    marks.append(Group(tuple(words.marks), id="empty", role="note"))
    return marks, max(scale_bottom, words.y - 6)


def _scale(drawing: Drawing, field: Field, floor: Floor, boxes: list[Box]) -> tuple[list[Mark], float]:
    """How high a unit is, beside an upright line."""
    text = drawing.reader
    heading = text("relief.scale-effort" if field.effort else "relief.scale")
    ticks: list[tuple[float, str]]
    if field.effort:
        whole = dt.timedelta(seconds=field.longest)
        ticks = [(HIGHEST, text.duration(whole)), (HIGHEST / 2, text.duration(whole / 2)), (0.0, "0")]
    else:
        ticks = [
            (2, text("relief.scale-tower", value=2)),
            (1, said(drawing, 1)),
            (0, text("relief.scale-floor", value=0)),
            (-1, said(drawing, -1)),
            (-2, text("relief.scale-pit", value=-2)),
        ]
    step = max(floor.unit, 18.0)
    reach = MARGIN + max(text_width(heading, 12, 600), 50 + widest([words for _, words in ticks])) + 16
    highest = ticks[0][0]
    top = max([box[3] for box in boxes if box[0] < reach], default=floor.y) + 34
    # As low as the floor's front, where that is free.
    top = max(top, floor.at(floor.columns, 0)[1] + 34 - step * (highest - ticks[-1][0]))
    marks: list[Mark] = [Text(MARGIN, top - 16, heading, 12, 600)]
    x = MARGIN + 18
    for value, words in ticks:
        y = top + (highest - value) * step + 6
        marks.append(Line(x - 7, y, x + 7, y, "ink-2", 1.2))
        marks.append(Text(x + 16, y + 4.3, words, 12, fill="ink-2"))
    bottom = top + (highest - ticks[-1][0]) * step + 6
    marks.append(Line(x, top + 6, x, bottom, "ink-2", 1.2))
    return marks, bottom + 8


def _empty(drawing: Drawing, field: Field) -> str:
    """How many cells have no step, and who is absent from most stages."""
    text = drawing.reader
    if len(field.filled) == len(field.cells):
        return ""
    parts = [text("relief.empty-cells", cells=len(field.cells), filled=len(field.filled))]
    absent = {
        row: [
            name_of_stage(drawing, stage)
            for column, stage in enumerate(field.stages)
            if stage and not field.cells[column, row].steps
        ]
        for row, role in enumerate(field.roles)
        if role is not None
    }
    if absent:
        row = max(absent, key=lambda row: (len(absent[row]), row))
        if absent[row]:
            role = name_of_role(drawing, field.roles[row])
            parts.append(text("relief.empty-role", role=role, stages=", ".join(absent[row])))
    return " ".join(parts)
