"""The lane of owners: who carries each step, where work changes hands, and who else takes part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from polku.diagrams.parts.bands import Band, Column, Layers
from polku.diagrams.parts.drawing import Drawing, Words, head_of, rule
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.signs import handoff, missing_handoff
from polku.documents import Handoff
from polku.scene import Rect, text_lines, wrap


@dataclass(frozen=True)
class _Run:
    """Neighbouring steps of one owner."""

    owner: str | None
    columns: tuple[Column, ...]

    @property
    def left(self) -> float:
        return self.columns[0].x + 3

    @property
    def width(self) -> float:
        last = self.columns[-1]
        return last.x + last.width - 3 - self.left


def owner_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Owners as bars, handoffs on the borders between them, partners beneath."""
    rule(layers, band, y)
    has_partner = any(facts.step.partner for facts in drawing.facts.steps)
    title = drawing.reader("diagrams.lane-owner-partner" if has_partner else "diagrams.lane-owner")
    bottom = head_of(drawing, layers, title, y=y)
    handed = {change.step for change in drawing.facts.changes}
    receiving = [(column, facts) for column, facts in band.steps if facts.step.id in handed]
    top = y + 10
    low = _bars(drawing, band, top, layers, handed)
    notes = low
    for column, facts in receiving:
        x, middle = _capsule_x(band, column), (top + low) / 2
        if facts.step.receives is None:
            drawing.use("missing-handoff")
            layers.over += missing_handoff(x, middle)
        else:
            drawing.use("handoff")
            layers.over += handoff(x, middle)
        busy = {other.x for other, _ in receiving}
        words = _handoff_words(drawing, column, facts, low + 18, _free_right(band, column, busy))
        layers.step(facts, *words.marks)
        notes = max(notes, words.y - 10)
    partners = [(column, facts) for column, facts in band.steps if facts.step.partner]
    busy = {column.x for column, _ in partners}
    for column, facts in partners:
        bottom = max(
            bottom, _partner(drawing, column, facts, notes + 8, layers, _free_right(band, column, busy))
        )
    return max(bottom, notes) + 12


def _bars(drawing: Drawing, band: Band, top: float, layers: Layers, handed: set[str]) -> float:
    """A bar per run of one owner, dashed where there is none; returns the y below them."""
    bars = []
    runs = _runs(band)
    for run, following in zip_longest(runs, runs[1:]):
        name = drawing.facts.workspace.label("teams", run.owner) if run.owner else ""
        first = run.columns[0]
        start = 9.0
        if _receives(first, handed):
            start = _capsule_x(band, first) + 20 - run.left
        # The capsule before the next owner reaches back over the end of this bar.
        room = run.width - start - (18 if following and _receives(following.columns[0], handed) else 6)
        language = drawing.language if name else drawing.reader.language
        words = name or drawing.reader("diagrams.owner-nobody")
        bars.append((run, start, wrap(words, room, 12, 600, language)))
    height = max([len(lines) for *_, lines in bars], default=1) * 15 + 6
    for run, start, lines in bars:
        if run.owner:
            layers.over.append(Rect(run.left, top, run.width, height, "sunken-2", radius=2))
        else:
            drawing.use("owner-nobody")
            layers.over.append(Rect(run.left, top, run.width, height, "paper", "line-strong", 1.2, (4, 3), 2))
        weight, fill = (600, "ink") if run.owner else (400, "ink-3")
        layers.over += text_lines(lines, run.left + start, top + 15, size=12, weight=weight, fill=fill)
    return top + height


def _runs(band: Band) -> list[_Run]:
    runs: list[_Run] = []
    for column, facts in band.steps:
        if runs and runs[-1].owner == facts.owner:
            runs[-1] = _Run(facts.owner, (*runs[-1].columns, column))
        else:
            runs.append(_Run(facts.owner, (column,)))
    return runs


def _receives(column: Column, handed: set[str]) -> bool:
    return column.facts is not None and column.facts.step.id in handed


def _capsule_x(band: Band, column: Column) -> float:
    """On the border before the step that receives; moved in where the band begins with it."""
    return max(band.border(column), band.left + 16)


def _handoff_words(drawing: Drawing, column: Column, facts: StepFacts, y: float, right: float) -> Words:
    """What is passed and within what time, beneath the capsule; in words where nobody described it."""
    reader = drawing.reader
    words = Words(column.text_x - 2, y, right - column.text_x - 6, drawing.language)
    given = facts.step.receives
    if given is None:
        return words.add(
            reader("diagrams.handoff-missing"), 12, 500, fill="negative", language=reader.language
        )
    said = handoff_words(given, drawing)
    return words.add(said or reader("diagrams.handoff-passes-nothing"), 12, fill="ink-2")


def handoff_words(given: Handoff, drawing: Drawing) -> str:
    """What a handoff passes, within what time, from whom to whom."""
    reader = drawing.reader
    parts = [", ".join(given.passes)] if given.passes else []
    if given.within is not None:
        parts.append(reader("diagrams.handoff-within", time=drawing.span(given.within)))
    if drawing.names and given.owner and given.owner.from_ and given.owner.to:
        parts.append(f"{given.owner.from_} → {given.owner.to}")
    return "; ".join(parts)


def _partner(
    drawing: Drawing, column: Column, facts: StepFacts, y: float, layers: Layers, right: float
) -> float:
    """The partner's part on dotted ground, its name on a clear plate."""
    part = facts.step.partner
    assert part is not None
    drawing.use("partner")
    name = drawing.facts.workspace.label("partners", part.id)
    known = drawing.facts.workspace.partners.get(part.id)
    does = part.does or (known.does if known else None)
    width = min(right - column.x - 6, 260.0)
    words = Words(column.x + 13, y + 19, width - 34, drawing.language)
    words.add(name, 12, 600)
    if does:
        words.add(does, 12, fill="ink-2")
    bottom = words.y - 2
    layers.step(
        facts,
        Rect(column.x + 3, y, width, bottom - y, "paper", "ink-2", 1.2, radius=3, texture="dots"),
        Rect(column.x + 8, y + 5, width - 26, bottom - y - 10, "paper", radius=2),
        *words.marks,
    )
    return bottom


def _free_right(band: Band, column: Column, busy: set[float]) -> float:
    """How far right words of a column may reach: over one more column of the stage that has none."""
    for span in band.spans:
        if column in span.columns:
            place = span.columns.index(column) + 1
            if place < len(span.columns) and span.columns[place].x not in busy:
                return span.columns[place].x + span.columns[place].width
    return column.x + column.width
