"""As-is against to-be on the matrix: both curves, and beneath them the changed steps alone, with who carries each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from polku.diagrams.compare.compare import Compared, Pair, compared, hope
from polku.diagrams.compare.curves import compare_lane
from polku.diagrams.compare.signs import compare_legend, hoped_marks, nobody_marks
from polku.diagrams.compare.words import (
    carried_words,
    compare_table,
    compare_title,
    description,
    figures,
    pair_words,
    subject_of,
    what_differs,
)
from polku.diagrams.matrix.cards import foot_of
from polku.diagrams.parts.band_marks import draw_bands
from polku.diagrams.parts.bands import MARGIN, Band, Column, Layers, arrange
from polku.diagrams.parts.cuts import cut_stages
from polku.diagrams.parts.drawing import Drawing, Words, head_of, rule
from polku.diagrams.parts.frame import badge_width, foot, head, role_badge
from polku.diagrams.parts.journey import JourneyFacts, StepFacts, journey_facts, meta_line
from polku.diagrams.parts.page import page_scene, role_entries
from polku.diagrams.parts.spread import spread
from polku.diagrams.parts.stages import plain_stage_lane
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Group, Line, Mark, Path, Rect, Scene, Text, Theme, text_width, wrap
from polku.words import Text as Said
from polku.words import reader

INSET = 3.0
WIDEST_CARD = 204.0
LEVEL = 7.0
"""Distance of two level connectors, where several lead aside."""


def draw_compare(
    workspace: Workspace,
    to_be: Journey,
    as_is: Journey,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    roles: Sequence[str] | None = None,
    today: dt.date | None = None,
    names: bool = True,
    width: float | None = None,
    title: Said | None = None,
    stages: Sequence[str] | None = None,
    tag: str = "",
) -> Scene:
    """What would differ between two journeys, for whom, and who carries it; keywords as in `draw_matrix`."""
    both = compared(workspace, to_be, as_is)
    facts = cut_stages(journey_facts(workspace, both.merged, today=today), stages)
    drawing = Drawing(
        facts,
        reader(language),
        workspace.settings.language,
        None if roles is None else frozenset(roles),
        names,
        compared=both,
    )
    words = drawing.reader
    page, bands = arrange(facts, width)
    heading = words.text(title if title is not None else compare_title(both))
    frame_head, y = head(
        page,
        title=heading,
        question=words("compare.question"),
        subject=subject_of(both),
        meta=meta_line(facts, words),
        roles=role_entries(facts, words),
        language=drawing.language,
        tag=tag or (words("diagrams.sample-numbers") if workspace.settings.example else ""),
    )
    strip, y = figure_strip(drawing, both, page, y + 8)
    lanes = _Lanes(both, journey_facts(workspace, as_is, today=today))
    body, y = draw_bands(
        drawing,
        bands,
        y,
        (plain_stage_lane,),
        (lanes.curves, lanes.cards),
        lambda one: pair_words(drawing, both, one.step.id),
        ruled=1,
    )
    frame_foot, height = foot(page, y + 24, compare_legend(drawing), "", words.language)
    return page_scene(
        page,
        height,
        title=heading,
        desc=words.text(description(both)),
        say=words,
        theme=theme,
        marks=(frame_head, strip, *body, frame_foot),
        table=compare_table(drawing, both),
    )


def figure_strip(drawing: Drawing, both: Compared, page: float, y: float) -> tuple[Group, float]:
    """The difference in counts as one line, in more where the page is narrow; returns the y below."""
    marks: list[Mark] = []
    x = MARGIN
    for message, is_hole in figures(both):
        said = drawing.reader.text(message)
        wide = text_width(said, 13, 500)
        if x > MARGIN and x + wide > page - MARGIN:
            x, y = MARGIN, y + 20
        marks.append(Text(x, y + 13, said, 13, 500, fill="negative" if is_hole else "ink-2"))
        x += wide + 26
    return Group(tuple(marks), id="figures", role="figures"), y + 26


@dataclass(frozen=True)
class _Card:
    """The words of both cards of a change, and where they stand."""

    pair: Pair
    facts: StepFacts
    column: Column
    x: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class _Lanes:
    """The lanes of a comparison."""

    def __init__(self, both: Compared, as_is: JourneyFacts) -> None:
        self.both, self.as_is = both, as_is

    def curves(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """Both curves of feeling."""
        return compare_lane(drawing, self.both, band, y, layers)

    def cards(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """As it is above, as it is to be below, who carries it beneath; only what changes."""
        text = drawing.reader
        cards = self._placed(band)
        if not cards:
            rule(layers, band, y)
            low = head_of(drawing, layers, text("compare.lane-none"), y=y)
            return low + 14
        y = _connect(layers, cards, y)
        rule(layers, band, y)
        low = head_of(drawing, layers, text("compare.lane-as-is"), text("compare.lane-as-is-note"), y=y)
        y = max(low, self._row(drawing, cards, y + 10, layers, before=True)) + 12
        rule(layers, band, y)
        low = head_of(drawing, layers, text("compare.lane-to-be"), text("compare.lane-to-be-note"), y=y)
        y = max(low, self._row(drawing, cards, y + 10, layers, before=False)) + 12
        rule(layers, band, y)
        low = head_of(drawing, layers, text("compare.lane-carried"), y=y)
        return max(low, self._carried(drawing, cards, y + 20, layers)) + 12

    def _placed(self, band: Band) -> list[_Card]:
        found = [
            (column, facts, self.both.pair(facts.step.id))
            for column, facts in band.steps
            if self.both.changes(facts.step.id)
        ]
        if not found:
            return []
        wide = min(WIDEST_CARD, (band.right - band.left) / len(found))
        starts = spread(
            [column.middle - wide / 2 for column, _, _ in found],
            [wide] * (len(found) - 1),
            band.left,
            band.right - wide,
        )
        return [
            _Card(pair, facts, column, x, wide)
            for (column, facts, pair), x in zip(found, starts, strict=True)
        ]

    def _row(
        self, drawing: Drawing, cards: Sequence[_Card], y: float, layers: Layers, *, before: bool
    ) -> float:
        contents = [self._content(drawing, card, y, before=before) for card in cards]
        bottom = max([y + 96, *(words.y + 20 for words in contents if words is not None)])
        for card, words in zip(cards, contents, strict=True):
            layers.step(card.facts, *self._frame(drawing, card, words, y, bottom, before=before))
        return bottom

    def _facts(self, card: _Card, before: bool) -> StepFacts | None:
        if not before:
            return card.facts if card.pair.after is not None else None
        return self.as_is.by_id.get(card.pair.before.id, card.facts) if card.pair.before else None

    def _content(self, drawing: Drawing, card: _Card, y: float, *, before: bool) -> Words | None:
        """The words of a card; None where the step is not there."""
        facts = self._facts(card, before)
        if facts is None:
            return None
        step = facts.step
        shown = drawing.shown(facts.role)
        fill = ("ink-2" if before else "ink") if shown else "ink-3"
        words = Words(card.x + 11, y + 21, card.width - 20, drawing.language)
        felt = "?" if step.feels is None else drawing.reader.signed(step.feels)
        hue = "ink-3" if not step.feels else "negative" if step.feels < 0 else "positive"
        words.marks.append(Text(card.x + card.width - 11, words.y, felt, 13, 600, anchor="end", fill=hue))
        wide = badge_width(facts.sign, 16)
        filled = before and bool(facts.evidence)
        words.marks.append(role_badge(facts.sign, words.x + wide / 2, y + 17, 16, filled))
        room = words.width - wide - 6 - 26
        name = facts.role_name or drawing.reader("diagrams.role-nobody")
        lines = wrap(name, max(room, 24), 12, 600, drawing.language)
        if len(lines) > 1 and room < 60:
            words.skip(17).add(name, 12, 600, fill=fill)
        else:
            for line in lines:
                words.marks.append(Text(words.x + wide + 6, words.y, line, 12, 600, fill=fill))
                words.y += 15
        words.skip(5)
        weight = 600 if not before and (card.pair.before is None or "does" in card.pair.differs) else 400
        if step.does:
            words.add(step.does, 12, weight, fill=fill)
        else:
            words.add(drawing.reader("diagrams.no-action"), fill="ink-3", language=drawing.reader.language)
        if not before:
            for said in what_differs(drawing, card.pair):
                words.skip(4).add(said, 12, 400, fill="ink-2" if shown else "ink-3")
        return words

    def _frame(
        self, drawing: Drawing, card: _Card, words: Words | None, y: float, bottom: float, *, before: bool
    ) -> list[Mark]:
        x, wide, high = card.x + INSET, card.width - 2 * INSET, bottom - y
        text = drawing.reader
        if words is None:
            drawing.use("not-there")
            hole = Words(card.x + 11, y + 22, card.width - 20, text.language)
            hole.add(text("compare.not-yet" if before else "compare.left-out"), fill="ink-3")
            return [Rect(x, y, wide, high, None, "line-strong", 1.2, (1.5, 3), 4), *hole.marks]
        facts = self._facts(card, before)
        assert facts is not None
        if not before:
            state = hope(self.both.by(card.pair.step.id))
            drawing.use(state)
            dash = () if state == "measured" else (4.0, 3.0)
            ground = Rect(x, y, wide, high, "surface", "ink", 1.6, dash, 4)
            room = card.width - 40
            return [ground, *words.marks, *hoped_marks(drawing, state, card.x + 11, bottom - 11, room)]
        if facts.state == "assumed":
            ground = Rect(x, y, wide, high, "paper", "line-strong", 1.2, (4, 3), 4)
        else:
            ground = Rect(x, y, wide, high, "surface", "ink-2", 1.4, radius=4)
        feet = foot_of(drawing, facts, card.x + 11, bottom - 11, card.width - 20)
        return [ground, *words.marks, *feet]

    def _carried(self, drawing: Drawing, cards: Sequence[_Card], y: float, layers: Layers) -> float:
        bottom = y
        for card in cards:
            by = self.both.by(card.pair.step.id)
            if not by:
                drawing.use("nobody")
                marks, low = nobody_marks(drawing, card.x + INSET, y - 10, card.width - 2 * INSET)
                layers.step(card.facts, *marks)
                bottom = max(bottom, low)
                continue
            words = Words(card.x + 11, y, card.width - 20, drawing.language)
            for improvement in by:
                words.add(improvement.label, 12, 600)
                words.add(
                    carried_words(drawing, improvement), 12, fill="ink-2", language=drawing.reader.language
                ).skip(5)
            layers.step(card.facts, *words.marks)
            bottom = max(bottom, words.y - 8)
        return bottom


def _connect(layers: Layers, cards: Sequence[_Card], y: float) -> float:
    """Lines from the points of the curve to their cards; level parts that would meet lie beneath one another."""
    levels = _levels(cards)
    deepest = max(levels)
    bottom = y + 16 + LEVEL * deepest
    for card, level in zip(cards, levels, strict=True):
        at = y + 6 + LEVEL * level
        way = (
            ("M", card.column.middle, y),
            ("L", card.column.middle, at),
            ("L", card.middle, at),
            ("L", card.middle, bottom + 10),
        )
        if abs(card.middle - card.column.middle) < 1:
            layers.under.append(
                Line(card.column.middle, y, card.column.middle, bottom + 10, "line-strong", 1.2)
            )
        else:
            layers.under.append(Path(way, stroke="line-strong", stroke_width=1.2))
    return bottom


def _levels(cards: Sequence[_Card]) -> list[int]:
    """Which line down each level part takes: to the right the later ones run higher, to the left the earlier."""
    levels = [0] * len(cards)
    for (place, card), (after, following) in pairwise(reversed(list(enumerate(cards)))):
        if following.middle > following.column.middle and following.middle + 4 > card.column.middle:
            levels[after] = levels[place] + 1 if card.middle > card.column.middle else 1
    for (place, card), (after, following) in pairwise(enumerate(cards)):
        if following.middle < following.column.middle and following.middle - 4 < card.column.middle:
            levels[after] = levels[place] + 1 if card.middle < card.column.middle else 1
    return levels
