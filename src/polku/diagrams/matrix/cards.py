"""The card of a step: who does what, and by its frame how well that is known."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.parts.bands import Band, Column, Layers
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.signs import (
    assumed_square,
    caution,
    clock,
    evidence_square,
    measured_bars,
    moment_of_truth,
    warning,
)
from polku.scene import Mark, Path, Rect, Text, text_width, wrap

INSET = 3.0
FOLD = 16.0
MOST_SQUARES = 5


def card_lane(
    drawing: Drawing, band: Band, y: float, layers: Layers, *, with_role: bool = True, with_foot: bool = False
) -> float:
    """Cards of all steps of a band, all as tall as the tallest; returns the y below them."""
    contents = []
    for column, facts in band.steps:
        words = Words(column.x + 12, y, column.width - 22, drawing.language)
        contents.append((column, facts, words, _content(drawing, words, facts, y, with_role)))
    holes = [column for column in band.columns if column.facts is None]
    tallest = max([bottom for *_, bottom in contents], default=y + 60)
    needs_corner = any(facts.step.moment_of_truth for _, facts in band.steps) and not with_foot
    bottom = max(tallest + (26 if with_foot else 6), y + 84)
    if needs_corner:
        bottom = max(
            bottom,
            max(low for _, facts, _, low in contents if facts.step.moment_of_truth) + 20,
        )
    for column, facts, words, _ in contents:
        layers.step(facts, *_frame(drawing, column, facts, y, bottom))
        if facts.state == "stale":
            layers.step(facts, *_plates(words))
        layers.step(facts, *words.marks)
        layers.step(facts, *_corner_signs(drawing, column, facts, y, bottom, with_foot))
        if with_foot:
            feet = foot_of(drawing, facts, column.x + 12, bottom - 12, column.width - 22)
            if facts.state == "stale":
                layers.step(
                    facts, Rect(column.x + 9, bottom - 25, column.width - 18, 19, "surface", radius=3)
                )
            layers.step(facts, *feet)
    for column in holes:
        layers.under.append(
            Rect(
                column.x + INSET, y, column.width - 2 * INSET, bottom - y, None, "line-strong", 1.2, (4, 3), 4
            )
        )
        hole = Words(column.x + 12, y + 22, column.width - 22, drawing.reader.language)
        hole.add(drawing.reader("diagrams.no-step"), fill="ink-3")
        layers.heads += hole.marks
    return bottom


def _content(drawing: Drawing, words: Words, facts: StepFacts, y: float, with_role: bool) -> float:
    """Set the words of a card and return the y below them."""
    shown = drawing.shown(facts.role)
    fill = "ink" if shown else "ink-3"
    folded = FOLD if facts.state == "stale" else 0.0
    words.y = y + 21
    if with_role:
        wide = badge_width(facts.sign, 16)
        words.marks.append(role_badge(facts.sign, words.x + wide / 2, y + 17, 16, shown))
        start = wide + 6
        name = facts.role_name or drawing.reader("diagrams.role-nobody")
        signed = 15 if facts.step.id in drawing.levels else 0
        room = words.width - start - folded - signed + 4
        lines = wrap(name, max(room, 24), 12, 600, drawing.language)
        if len(lines) > 1 and words.width - start - folded - signed < 60:
            # A long name beside a badge stands in syllables; below it there is the whole width.
            words.skip(17).add(name, 12, 600, fill=fill)
        else:
            for line in lines:
                words.marks.append(Text(words.x + start, words.y, line, 12, 600, fill=fill))
                words.y += 15
        words.skip(5)
    if folded and not with_role:
        words.width -= FOLD - 4
    if facts.step.does:
        words.add(facts.step.does, 12, 500, fill=fill)
    else:
        words.add(drawing.reader("diagrams.no-action"), 12, fill="ink-3", language=drawing.reader.language)
    if folded and not with_role:
        words.width += FOLD - 4
    return words.y - 9


def _frame(drawing: Drawing, column: Column, facts: StepFacts, y: float, bottom: float) -> Sequence[Mark]:
    x, width, height = column.x + INSET, column.width - 2 * INSET, bottom - y
    if facts.state == "assumed":
        return (Rect(x, y, width, height, "paper", "line-strong", 1.2, (4, 3), 4),)
    if facts.state != "stale":
        return (Rect(x, y, width, height, "surface", "ink-2", 1.4, radius=4),)
    drawing.use("stale")
    right = x + width
    outline = Path(
        (
            ("M", x, y),
            ("L", right - FOLD, y),
            ("L", right, y + FOLD),
            ("L", right, bottom),
            ("L", x, bottom),
            ("Z",),
        ),
        "surface",
        "ink-2",
        1.4,
        texture="stale",
    )
    fold = Path(
        (("M", right - FOLD, y), ("L", right - FOLD, y + FOLD), ("L", right, y + FOLD), ("Z",)),
        "sunken-2",
        "ink-2",
        1.2,
    )
    return outline, fold


def _plates(words: Words) -> list[Mark]:
    """A clear ground under words, because none stand on a texture."""
    lines = [mark for mark in words.marks if isinstance(mark, Text)]
    return [
        Rect(line.x - 2, line.y - 11.5, text_width(line.text, line.size, line.weight) + 4, 15.5, "surface")
        for line in lines
    ]


def _corner_signs(
    drawing: Drawing, column: Column, facts: StepFacts, y: float, bottom: float, with_foot: bool
) -> list[Mark]:
    marks: list[Mark] = []
    right = column.x + column.width - INSET
    if facts.step.moment_of_truth and not with_foot:
        drawing.use("moment-of-truth")
        marks += moment_of_truth(right - 13, bottom - 13)
    level = drawing.levels.get(facts.step.id)
    if level:
        drawing.use(f"finding-{level}")
        at = right - 13 - (FOLD if facts.state == "stale" else 0)
        marks += warning(at, y + 16) if level == "error" else caution(at, y + 16)
    return marks


def evidence_marks(drawing: Drawing, facts: StepFacts, x: float, y: float) -> tuple[list[Mark], float]:
    """A square per piece of evidence, up to five; returns the x behind them."""
    drawing.use("evidence")
    marks: list[Mark] = []
    for place in range(min(len(facts.evidence), MOST_SQUARES)):
        marks += evidence_square(x + 5 + 12 * place, y)
    x += 12 * min(len(facts.evidence), MOST_SQUARES)
    if len(facts.evidence) > MOST_SQUARES:
        marks.append(Text(x + 2, y + 4.3, f"{MOST_SQUARES}+", 12, 600))
        x += 20
    return marks, x


def foot_of(drawing: Drawing, facts: StepFacts, x: float, y: float, width: float) -> list[Mark]:
    """The foot of a card: its state as sign and word, the first of stale, evidence, measured, assumed."""
    reader = drawing.reader
    marks: list[Mark] = []
    if facts.state == "stale" or (facts.state == "evidenced" and facts.ageing):
        drawing.use("clock")
        marks += clock(x + 5, y - 4)
        stale = facts.state == "stale"
        words, at = reader("diagrams.days", count=facts.age_days), x + 15
        weight, fill = (700, "ink") if stale else (400, "ink-2")
        if text_width(words, 12, weight) > x + width - at:
            words = reader("words.days-short", days=facts.age_days)
    elif facts.state == "evidenced":
        marks, at = evidence_marks(drawing, facts, x, y - 4)
        words, weight, fill, at = reader("diagrams.evidenced"), 400, "ink-2", at + 4
    elif facts.state == "measured":
        drawing.use("measured")
        marks += measured_bars(x + 5, y - 4)
        words, weight, fill, at = reader("diagrams.measured"), 400, "ink-2", x + 15
    else:
        drawing.use("assumed")
        marks += assumed_square(x + 5, y - 4)
        words, weight, fill, at = reader("diagrams.assumed"), 400, "ink-3", x + 15
    if text_width(words, 12, weight) <= x + width + 3 - at:
        marks.append(Text(at, y, words, 12, weight, fill=fill))
    return marks
