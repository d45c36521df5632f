"""The lane of owners: who carries each step, where work changes hands, and who else takes part."""

from __future__ import annotations

from dataclasses import dataclass

from polku.diagrams.bands import Band, Column, Layers
from polku.diagrams.drawing import Drawing, Words, head_of, rule
from polku.diagrams.journey import StepFacts
from polku.diagrams.signs import handoff, missing_handoff
from polku.documents import Handoff
from polku.scene import Mark, Rect, Text, wrap


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
    reader, workspace = drawing.reader, drawing.facts.workspace
    partner_steps = [(column, facts) for column, facts in band.steps if facts.step.partner]
    has_partner = any(facts.step.partner for facts in drawing.facts.steps)
    title = reader("diagrams.lane-owner-partner" if has_partner else "diagrams.lane-owner")
    bottom = head_of(drawing, layers, title, y=y)
    handed = {change.step for change in drawing.facts.changes}
    runs = _runs(band)
    bars = []
    for run in runs:
        name = workspace.label("teams", run.owner) if run.owner else reader("diagrams.owner-nobody")
        first = run.columns[0].facts
        start = 18 if first is not None and first.step.id in handed else 9
        bars.append((run, start, wrap(name, run.width - start - 6, 12, 600, drawing.language)))
    top = y + 10
    height = max([len(lines) for *_, lines in bars], default=1) * 15 + 6
    for run, start, lines in bars:
        if run.owner:
            layers.under.append(Rect(run.left, top, run.width, height, "sunken-2", radius=2))
        else:
            drawing.use("owner-nobody")
            layers.under.append(Rect(run.left, top, run.width, height, None, "line-strong", 1.2, (4, 3), 2))
        layers.over += [
            Text(
                run.left + start,
                top + 15 + 15 * place,
                line,
                12,
                600 if run.owner else 400,
                fill="ink" if run.owner else "ink-3",
            )
            for place, line in enumerate(lines)
        ]
    low = top + height
    notes_bottom = low
    for column, facts in band.steps:
        if facts.step.id not in handed:
            continue
        layers.step(facts, *_capsule(drawing, band, column, facts, top + height / 2))
        words = _handoff_words(drawing, column, facts, low + 18)
        layers.step(facts, *words.marks)
        notes_bottom = max(notes_bottom, words.y - 8)
    low = notes_bottom
    for column, facts in partner_steps:
        bottom = max(bottom, _partner(drawing, band, column, facts, low + 8, layers))
    return max(bottom, low) + 12


def _runs(band: Band) -> list[_Run]:
    runs: list[_Run] = []
    for column, facts in band.steps:
        if runs and runs[-1].owner == facts.owner:
            runs[-1] = _Run(facts.owner, (*runs[-1].columns, column))
        else:
            runs.append(_Run(facts.owner, (column,)))
    return runs


def _capsule(drawing: Drawing, band: Band, column: Column, facts: StepFacts, y: float) -> tuple[Mark, ...]:
    x = max(band.border(column), band.left + 12)
    if facts.step.receives is None:
        drawing.use("missing-handoff")
        return missing_handoff(x, y)
    drawing.use("handoff")
    return handoff(x, y)


def _handoff_words(drawing: Drawing, column: Column, facts: StepFacts, y: float) -> Words:
    """What is passed and within what time, beneath the capsule; in words where nobody described it."""
    reader = drawing.reader
    words = Words(column.text_x - 2, y, column.text_width + 4, drawing.language)
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
        parts.append(reader("diagrams.handoff-within", time=given.within))
    if drawing.names and given.owner and given.owner.from_ and given.owner.to:
        parts.append(f"{given.owner.from_} → {given.owner.to}")
    return "; ".join(parts)


def _partner(
    drawing: Drawing, band: Band, column: Column, facts: StepFacts, y: float, layers: Layers
) -> float:
    """The partner's part on dotted ground, its name on a clear plate."""
    part = facts.step.partner
    assert part is not None
    drawing.use("partner")
    name = drawing.facts.workspace.label("partners", part.id)
    known = drawing.facts.workspace.partners.get(part.id)
    does = part.does or (known.does if known else None)
    right = _free_right(band, column)
    width = min(right - column.x - 6, 260)
    words = Words(column.x + 13, y + 19, width - 34, drawing.language)
    words.add(name, 12, 600)
    if does:
        words.add(does, 12, fill="ink-2")
    bottom = words.y - 2
    plate = max(60.0, width - 26)
    layers.step(
        facts,
        Rect(column.x + 3, y, width, bottom - y, "paper", "ink-2", 1.2, radius=3, texture="dots"),
        Rect(column.x + 8, y + 5, plate, bottom - y - 10, "paper", radius=2),
        *words.marks,
    )
    return bottom


def _free_right(band: Band, column: Column) -> float:
    """How far right a partner's box may reach: over one more step of the stage that has no partner."""
    for span in band.spans:
        if column in span.columns:
            place = span.columns.index(column) + 1
            if place < len(span.columns):
                beside = span.columns[place]
                if beside.facts is not None and beside.facts.step.partner is None:
                    return beside.x + beside.width
            return column.x + column.width
    return column.x + column.width
