"""Slides of findings: the title is what was found, the journey beneath with the step framed, three columns below."""

from __future__ import annotations

from polku.diagrams.matrix.compact import compact_strip
from polku.diagrams.parts.legend import legend_entries
from polku.diagrams.parts.titles import lowest_step
from polku.exports.deck_frame import FOOT, WIDTH, Deck
from polku.exports.highlights import Highlight
from polku.exports.three_columns import ThreeColumns, columns_of_finding
from polku.scene import Scene
from polku.scene.pptx import Slide

MOST_FRAMED = 3
"""More frames than that point at nothing."""


def finding_slide(deck: Deck, one: Highlight, number: int) -> Slide:
    """One finding as a slide."""
    columns = columns_of_finding(deck.data, one, deck.say)
    framed = one.steps if len(one.steps) <= MOST_FRAMED else ()
    say = deck.say
    scene = strip_scene(deck, say.text(one.says), deck.journey_line(), columns, framed, number)
    return Slide(scene, notes=notes_of(columns))


def journey_slide(deck: Deck, title: str, columns: ThreeColumns, number: int) -> Slide:
    """The whole journey as a slide, its lowest step framed."""
    drawing = deck.drawing()
    lowest = lowest_step(drawing.facts)
    framed = (lowest.step.id,) if lowest else ()
    scene = strip_scene(deck, title, deck.journey_line(), columns, framed, number)
    return Slide(scene, notes=notes_of(columns))


def strip_scene(
    deck: Deck, title: str, line: str, columns: ThreeColumns, framed: tuple[str, ...], number: int
) -> Scene:
    """Title, strip of the journey, three columns and foot."""
    drawing = deck.drawing()
    head, y = deck.title(title, line)
    below = max(deck.columns_height(columns.columns, 2), 84.0)
    strip = compact_strip(drawing, WIDTH, y, FOOT - 14 - below - y, framed=framed)
    at = max(strip.bottom + 6, min(FOOT - 14 - below, strip.bottom + 26))
    words, _ = deck.columns(columns.columns, at, FOOT - 12)
    desc = deck.say("deck.desc-finding", finding=title, count=len(drawing.facts.steps))
    foot = deck.foot(legend_entries(drawing), number)
    return deck.scene(title, desc, (head, *strip.marks, words, foot))


def notes_of(columns: ThreeColumns) -> str:
    """All that the columns say, whole."""
    parts = []
    for heading, points in columns.columns:
        inside = [" – ".join(part for part in (point.says, point.more) if part) for point in points]
        parts.append("\n".join((heading, *inside)))
    return "\n\n".join(parts)
