"""The matrix on pages of a given size: a band of stages on each, its lanes over as many pages as they need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from polku.diagrams.matrix.matrix import HEADS, LANES, matrix_table, measured_lanes, measured_table
from polku.diagrams.parts.band_marks import BAND_GAP, draw_bands
from polku.diagrams.parts.bands import MARGIN, Band, Layers, arrange
from polku.diagrams.parts.cuts import chosen_lanes, cut_stages, within
from polku.diagrams.parts.drawing import Drawing, Lane, Words
from polku.diagrams.parts.frame import LABEL, NOTE, badge_width, foot, head, role_badge
from polku.diagrams.parts.journey import JourneyFacts, journey_facts
from polku.diagrams.parts.legend import channel_note, legend_entries
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import FindingLike, meta_words, role_entries, step_levels
from polku.diagrams.parts.readings import draw_readings, measured_title, readings
from polku.diagrams.parts.stages import plain_stage_lane
from polku.diagrams.parts.titles import description, journey_title, measured_description
from polku.documents import Journey, Workspace
from polku.scene import PRINT, Group, Mark, Rect, Scene, Table, Text, Theme, fit, text_width, wrap
from polku.words import Reader, reader
from polku.words import Text as Said

PRINTED = 7.0 / (12.0 * 0.75)
"""How far a sheet may be made smaller in print: words of 12 px are then 7 points, and nothing is smaller."""

SHEET_MARGIN = 3.0
"""White edge around a sheet in mm, beside the margin that the drawing itself keeps."""


def sheet(width_mm: float, height_mm: float) -> tuple[float, float]:
    """Width and height in px of the drawing that fills a paper of that size in mm."""
    px = 96 / 25.4 / PRINTED
    return (width_mm - 2 * SHEET_MARGIN) * px, (height_mm - 2 * SHEET_MARGIN) * px


A4, A3 = sheet(297, 210), sheet(420, 297)

AGAIN_LINES = 4


@dataclass(frozen=True)
class _Block:
    """Some lanes of one band; `first` where the band begins with them."""

    band: Band
    lanes: tuple[Lane, ...]
    first: bool


@dataclass(frozen=True)
class _Sheet:
    """What stands on one page: blocks one under another, and readings where it is the last."""

    blocks: tuple[_Block, ...]
    readings: bool = False


@dataclass
class _Pages:
    """A journey while it is laid on pages."""

    facts: JourneyFacts
    say: Reader
    title: str
    width: float
    height: float
    theme: Theme
    roles: frozenset[str] | None
    names: bool
    levels: dict[str, str]
    measured: MeasuredJourney | None
    tag: str
    wanted: Sequence[str] | None = None

    def sheets(self) -> list[_Sheet]:
        """Each band on a page of its own, lanes for which it has no room on further ones: on as few as can be."""
        found = min(self.lane_by_lane(), self.band_by_band(), key=len)
        if self.measured and found:
            # The readings close the drawing where there is room, else the last page that has some.
            for place in reversed(range(len(found))):
                whole = _Sheet(found[place].blocks, True)
                if self.fits(whole, place == 0):
                    found[place] = whole
                    return found
            found.append(_Sheet((), True))
        return found

    @property
    def lanes(self) -> tuple[Lane, ...]:
        found = measured_lanes(self.measured) if self.measured else LANES
        return chosen_lanes(found, self.wanted)

    @property
    def bands(self) -> tuple[Band, ...]:
        return arrange(self.facts, self.width)[1]

    def lane_by_lane(self) -> list[_Sheet]:
        """The first lanes of all bands, then the next ones, of several bands together where they fit."""
        lanes, bands = self.lanes, self.bands
        found: list[_Sheet] = []
        start = 0
        while start < len(lanes):
            end = start + 1
            while end < len(lanes) and all(
                self.fits(
                    _Sheet((_Block(band, lanes[start : end + 1], not start),)), not (start or band.number)
                )
                for band in bands
            ):
                end += 1
            for band in bands:
                block = _Block(band, lanes[start:end], not start)
                together = _Sheet((*found[-1].blocks, block)) if start else None
                if together and found[-1].blocks[0].lanes == block.lanes and self.fits(together, False):
                    found[-1] = together
                else:
                    found.append(_Sheet((block,)))
            start = end
        return found

    def band_by_band(self) -> list[_Sheet]:
        """All lanes of a band, then the next band."""
        found: list[_Sheet] = []
        for band in self.bands:
            left, first = self.lanes, True
            while left:
                taken = 1
                while taken < len(left) and self.fits(
                    _Sheet((_Block(band, left[: taken + 1], first),)), not found
                ):
                    taken += 1
                found.append(_Sheet((_Block(band, left[:taken], first),)))
                left, first = left[taken:], False
        return found

    def fits(self, one: _Sheet, first: bool) -> bool:
        """Whether a page has room for it; the first one has less, under its whole head."""
        return self.scene(one, 1 if first else 2, 99).height <= self.height

    def scene(self, one: _Sheet, page: int, pages: int) -> Scene:
        """One page; taller than asked only where a single lane is."""
        facts, say = self.facts, self.say
        drawing = Drawing(
            facts, say, facts.workspace.settings.language, self.roles, self.names, dict(self.levels)
        )
        title = self.title if page == 1 else say("deck.title-page", title=self.title, page=page, pages=pages)
        frame_head, y = self.head(title) if page == 1 else self.short_head(title)
        body: list[Mark] = []
        for place_of, block in enumerate(one.blocks):
            again: tuple[Lane, ...] = (plain_stage_lane, again_lane)
            begins: tuple[Lane, ...] = (plain_stage_lane,) if self.measured else HEADS
            y += BAND_GAP if place_of else -6
            marks, y = draw_bands(drawing, (block.band,), y, begins if block.first else again, block.lanes)
            body += marks
        if one.readings and self.measured:
            words, y = draw_readings(readings(facts, self.measured), self.width, y + 8, say, drawing.language)
            body.append(words)
        place = say("deck.page", journey=facts.journey.label, page=page, pages=pages)
        note = " · ".join(part for part in (channel_note(drawing), place) if part)
        entries = legend_entries(drawing)
        _, below = foot(self.width, 0, entries, note, say.language)
        at = max(y + 20, self.height - below)
        frame_foot, height = foot(self.width, at, entries, note, say.language)
        described = measured_description(facts, self.measured) if self.measured else description(facts)
        return Scene(
            width=self.width,
            height=height,
            title=title,
            desc=say.text(described),
            language=say.language,
            marks=(Rect(0, 0, self.width, height, "paper"), frame_head, *body, frame_foot),
            theme=self.theme.name,
            table=self.table(one),
        )

    def table(self, one: _Sheet) -> Table | None:
        """The rows of the steps that stand on the page."""
        if not one.blocks:
            return None
        whole = measured_table(self.facts, self.measured, self.say) if self.measured else None
        whole = whole or matrix_table(self.facts, self.say)
        by_number = {facts.number: row for facts, row in zip(self.facts.steps, whole.rows, strict=True)}
        rows = tuple(by_number[facts.number] for block in one.blocks for _, facts in block.band.steps)
        return Table(whole.columns, rows, whole.caption)

    def meta(self) -> str:
        return meta_words(self.facts, self.measured, self.say)

    def head(self, title: str) -> tuple[Group, float]:
        label = self.facts.journey.label
        question = "diagrams.question-measured" if self.measured else "diagrams.question-matrix"
        return head(
            self.width,
            title=title,
            question=self.say(question),
            subject=label if title != label else "",
            meta=self.meta(),
            roles=role_entries(self.facts, self.say),
            language=self.facts.workspace.settings.language,
            tag=self.tag,
        )

    def short_head(self, title: str) -> tuple[Group, float]:
        """The title once more in one or two lines, the roles beside it, the state beneath."""
        edge = self.width - MARGIN
        entries = role_entries(self.facts, self.say)
        wide = sum(entry.badge(16) + 6 + text_width(entry.label, NOTE, 500) + 16 for entry in entries)
        beside = wide <= 0.55 * (self.width - 2 * MARGIN)
        room = self.width - 2 * MARGIN - (wide + 24 if beside else 0)
        marks: list[Mark] = []
        y = 44.0
        lines = wrap(title, room, 17, 600, self.facts.workspace.settings.language)
        for line in lines:
            marks.append(Text(MARGIN, y, line, 17, 600, spacing=-0.2))
            y += 22
        note = f"{self.tag} · {self.meta()}" if self.tag else self.meta()
        for line in wrap(note, room, LABEL, 400, self.say.language):
            marks.append(Text(MARGIN, y, line, LABEL, fill="ink-3"))
            y += 17
        y -= 17
        x, line_y = (edge - wide + 16, 44.0) if beside else (MARGIN, y + 24)
        for entry in entries:
            across = entry.badge(16)
            needed = across + 6 + text_width(entry.label, NOTE, 500)
            if x + needed > edge + 1:
                x, line_y = MARGIN, line_y + 22
            if entry.sign:
                marks.append(role_badge(entry.sign, x + across / 2, line_y - 4.5, 16))
            marks.append(Text(x + across + 6, line_y, entry.label, NOTE, 500))
            x += needed + 16
        return Group(tuple(marks), id="head", role="head"), max(y, line_y) + 18


def again_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Whose step each column is, where its card stands on the page before: role, and the first words."""
    bottom = y + 30
    for column, facts in band.steps:
        words = Words(column.text_x, y + 22, column.text_width, drawing.language)
        wide = badge_width(facts.sign, 15)
        words.marks.append(role_badge(facts.sign, words.x + wide / 2, y + 17.5, 15))
        name = facts.role_name or drawing.reader("diagrams.role-nobody")
        start = wide + 5
        words.marks.append(
            Text(words.x + start, words.y, fit(name, words.width - start + 6, 12, 600), 12, 600)
        )
        words.skip(16)
        does = facts.step.does or drawing.reader("diagrams.no-action")
        lines = wrap(does, words.width, 12, 400, drawing.language)
        shown = list(lines[:AGAIN_LINES])
        if len(lines) > AGAIN_LINES:
            shown[-1] = fit(f"{shown[-1]} {lines[AGAIN_LINES]}", words.width, 12)
        for line in shown:
            words.marks.append(Text(words.x, words.y, line, 12, fill="ink-2"))
            words.skip(15)
        layers.step(facts, *words.marks)
        bottom = max(bottom, words.y - 6)
    return bottom


def matrix_pages(
    workspace: Workspace,
    journey: Journey,
    *,
    page_width: float,
    page_height: float,
    language: str = "en",
    theme: Theme = PRINT,
    roles: Sequence[str] | None = None,
    today: dt.date | None = None,
    names: bool = True,
    findings: Iterable[FindingLike] = (),
    title: Said | None = None,
    measured: MeasuredJourney | None = None,
    stages: Sequence[str] | None = None,
    lanes: Sequence[str] | None = None,
    tag: str = "",
) -> tuple[Scene, ...]:
    """The matrix as pages: whole stages side by side as far as the width goes, lanes as far as the height.

    Args:
        page_width, page_height: of every page in px, in which words are 12 px and more (`A4`, `A3` for print).
            A page is taller only where a single lane is.
        title: words instead of the finding that is chosen by rule.
        The others mean what they mean for `draw_matrix`.
    """
    facts = journey_facts(
        workspace, journey, today=today, measured=measured.seen if measured else frozenset()
    )
    facts = cut_stages(facts, stages)
    measured = within(measured, facts) if measured else None
    say = reader(language)
    shown = None if roles is None else frozenset(roles)
    found = measured_title(facts, measured) if measured else journey_title(facts, shown)
    pages = _Pages(
        facts,
        say,
        say.text(title if title is not None else found),
        page_width,
        page_height,
        theme,
        shown,
        names,
        step_levels(journey, findings),
        measured,
        tag or (say("diagrams.sample-numbers") if workspace.settings.example else ""),
        lanes,
    )
    sheets = pages.sheets()
    return tuple(pages.scene(one, number, len(sheets)) for number, one in enumerate(sheets, 1))
