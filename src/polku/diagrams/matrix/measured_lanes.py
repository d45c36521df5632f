"""The lanes of the measured overlay: how many come, go on, wait, and how they score it."""

from __future__ import annotations

import datetime as dt
import math

from polku.diagrams.matrix.cards import card_lane
from polku.diagrams.parts.bands import Band, Column, Layers
from polku.diagrams.parts.drawing import WITH_SCALE, Drawing, Words, head_of, rule
from polku.diagrams.parts.measured import MeasuredJourney, MeasuredStep, ending_steps
from polku.diagrams.parts.signs import clock, warning
from polku.scene import Circle, Line, Mark, Rect, Text, fit, text_width

BAR = 96.0
"""Height of a bar that stands for all cases."""

SCORE = 0.76
"""Height of one point of NPS."""


def step_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """The cards without their badges, which stand on the track, but with their state in words."""
    reader = drawing.reader
    low = head_of(drawing, layers, reader("diagrams.lane-step"), reader("diagrams.lane-step-note"), y=y - 8)
    return max(card_lane(drawing, band, y, layers, with_role=False, with_foot=True), low) + 14


class MeasuredLanes:
    """Lanes that show counts of one measured journey."""

    def __init__(self, measured: MeasuredJourney) -> None:
        self.measured = measured
        waits = [step.median_wait_seconds or 0.0 for step in measured.steps.values()]
        self.longest = max(waits, default=0.0)

    def cases(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """Cases that reach the step, as a bar before an outline of all; a dashed outline where data cannot see."""
        rule(layers, band, y)
        reader, total = drawing.reader, self.measured.cases
        low = head_of(
            drawing,
            layers,
            reader("diagrams.lane-cases"),
            reader("diagrams.lane-cases-note", total=total),
            y=y,
        )
        top = y + 14
        for column, facts in band.steps:
            layers.step(facts, *self._bar(drawing, column, self.measured.step(facts.step.id), top))
        return max(top + BAR, low) + 14

    def _bar(self, drawing: Drawing, column: Column, step: MeasuredStep, top: float) -> list[Mark]:
        width = 34.0
        x, bottom = column.middle - width / 2, top + BAR
        if not step.observable:
            drawing.use("unseen")
            marks: list[Mark] = [Rect(x, top, width, BAR, None, "line-strong", 1.2, (4, 3))]
            words = Words(column.x + 4, top + BAR / 2 - 8, column.width - 8, drawing.reader.language)
            words.add(drawing.reader("diagrams.unseen"), fill="ink-3")
            wide = max(
                (text_width(mark.text, 12) for mark in words.marks if isinstance(mark, Text)), default=0
            )
            height = words.y - top - BAR / 2 + 8
            marks.append(
                Rect(column.middle - wide / 2 - 3, top + BAR / 2 - 20, wide + 6, height + 4, "paper")
            )
            marks += [
                Text(column.middle, mark.y, mark.text, 12, anchor="middle", fill="ink-3")
                for mark in words.marks
                if isinstance(mark, Text)
            ]
            return marks
        cases = step.cases or 0
        share = cases / self.measured.cases if self.measured.cases else 0.0
        marks = [Rect(x, top, width, BAR, "paper", "line", 1)]
        height = BAR * min(1.0, share)
        few = cases < self._small(drawing)
        if cases:
            drawing.use("counted")
            height = max(height, 2.0)
            if few:
                drawing.use("few")
                marks.append(Rect(x, bottom - height, width, height, "paper", "ink-2", 1.2))
            else:
                marks.append(Rect(x, bottom - height, width, height, "ink-2"))
        number = drawing.reader.number(cases)
        inside = height > BAR - 20
        marks.append(
            Text(
                column.middle,
                bottom - height + (16 if inside else -6),
                number,
                12,
                600,
                anchor="middle",
                fill="on-fill" if inside and not few else "ink",
            )
        )
        return marks

    def _small(self, drawing: Drawing) -> int:
        return drawing.facts.workspace.settings.limits.small

    def goes_on(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """Share of a step's own cases that go on to a step drawn next; marked where it is low."""
        rule(layers, band, y)
        reader = drawing.reader
        limit = drawing.facts.workspace.settings.limits.goes_on
        low = head_of(
            drawing,
            layers,
            reader("diagrams.lane-goes-on"),
            reader("diagrams.lane-goes-on-note", limit=limit),
            y=y,
        )
        ends = ending_steps(drawing.facts.journey, self.measured)
        for column, facts in band.steps:
            step = self.measured.step(facts.step.id)
            if step.cases and facts.step.id in ends:
                words = fit(reader("diagrams.ends-here"), column.width - 8)
                layers.step(facts, Text(column.middle, y + 22, words, anchor="middle", fill="ink-3"))
                continue
            if step.goes_on is None or not step.cases:
                continue
            layers.step(facts, *self._share(drawing, column, step, step.goes_on, limit, y))
        return max(low + 8, y + 50)

    def _share(
        self, drawing: Drawing, column: Column, step: MeasuredStep, share: float, limit: float, y: float
    ) -> list[Mark]:
        reader = drawing.reader
        cases = step.cases or 0
        x, width = column.x + 16, column.width - 32
        if cases < self._small(drawing):
            # Too few to speak of percent: counts, and a hollow bar.
            drawing.use("few")
            went = step.went_on if step.went_on is not None else round(share * cases)
            words = reader("diagrams.of", part=went, whole=cases)
            return [
                Text(column.middle, y + 22, words, 12, 500, anchor="middle", fill="ink-2"),
                Rect(x, y + 31, width, 6, "paper", "line-strong", 1),
                Rect(x, y + 31, max(width * share, 0.5), 6, "paper", "ink-2", 1.2),
            ]
        weak = share < limit
        words = reader.percent(share)
        fill = "negative" if weak else "ink"
        marks: list[Mark] = []
        at = column.middle
        if weak:
            drawing.use("weak")
            wide = text_width(words, 12, 600)
            marks += warning(at - wide / 2 - 6, y + 17.5, 11)
            at += 6
        marks.append(Text(at, y + 22, words, 12, 600 if weak else 500, anchor="middle", fill=fill))
        marks.append(Rect(x, y + 31, width, 5, "line"))
        if share:
            marks.append(Rect(x, y + 31, width * min(share, 1.0), 5, "negative" if weak else "ink-2"))
        open_share = min(step.waiting / cases, 1 - min(share, 1.0))
        if open_share > 0:
            drawing.use("pending")
            marks.append(
                Rect(
                    x + width * share,
                    y + 31,
                    width * open_share,
                    5,
                    "paper",
                    "line-strong",
                    1,
                    texture="hatch",
                )
            )
        return marks

    def wait(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """Median time to the next step, as a hatched bar; the longest with a clock."""
        rule(layers, band, y)
        reader = drawing.reader
        low = head_of(
            drawing, layers, reader("diagrams.lane-median-wait"), reader("diagrams.lane-wait-note"), y=y
        )
        for column, facts in band.steps:
            seconds = self.measured.step(facts.step.id).median_wait_seconds
            if seconds is None:
                continue
            drawing.use("wait")
            longest = seconds == self.longest and seconds > 0
            words = self._time(drawing, seconds, column.width - (30 if longest else 8))
            wide = text_width(words, 12, 700)
            at = column.middle
            marks: list[Mark] = []
            if longest:
                drawing.use("longest")
                marks += clock(at - wide / 2 - 3, y + 18, "ink")
                at += 8
            marks.append(Text(at, y + 22, words, 12, 700 if longest else 500, anchor="middle"))
            length = max(4.0, (column.width - 8) * seconds / self.longest) if self.longest else 4.0
            marks.append(
                Rect(
                    column.middle - length / 2, y + 30, length, 11, "paper", "line-strong", 1, texture="hatch"
                )
            )
            layers.step(facts, *marks)
        return max(low + 8, y + 56)

    def _time(self, drawing: Drawing, seconds: float, room: float) -> str:
        if seconds >= 36 * 3600:
            return drawing.reader.days(seconds)
        words = drawing.reader.duration(dt.timedelta(seconds=seconds))
        if text_width(words, 12, 700) <= room:
            return words
        return drawing.reader("diagrams.hours-short", hours=round(seconds / 3600, 1))

    def scores(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """NPS as a stem from zero with its interval; hollow and without a number where few answered."""
        rule(layers, band, y)
        reader = drawing.reader
        if not any(step.answers for step in self.measured.steps.values()):
            low = head_of(drawing, layers, reader("diagrams.lane-nps"), reader("diagrams.no-scores"), y=y)
            return low + 12
        low = head_of(
            drawing,
            layers,
            reader("diagrams.lane-nps"),
            reader("diagrams.lane-nps-note", small=self._small(drawing)),
            y=y,
            room=WITH_SCALE,
        )
        highest, lowest = self._range()
        zero = y + 18 + highest * SCORE
        deep = zero - lowest * SCORE
        drawing.use("below-neutral")
        layers.under.append(
            Rect(band.left, zero, band.right - band.left, deep - zero + 8, texture="hatch-negative")
        )
        for value in range(lowest, highest + 1, 50):
            at = zero - value * SCORE
            if value:
                layers.under.append(Line(band.left, at, band.right, at, "line", 1, (1, 4)))
            else:
                layers.under.append(Line(band.left, at, band.right, at, "line-strong", 1.4))
            layers.heads.append(
                Text(band.left - 10, at + 4.3, reader.signed(value), 12, anchor="end", fill="ink-2")
            )
        for column, facts in band.steps:
            layers.step(facts, *self._score(drawing, column, self.measured.step(facts.step.id), zero))
        return max(low + 8, deep + 20)

    def _range(self) -> tuple[int, int]:
        """Upper and lower end of the scale in whole fifties, no further than the answers need."""
        seen = [
            value
            for step in self.measured.steps.values()
            for value in (step.nps, step.low, step.high)
            if value is not None
        ]
        highest = max([50.0, *seen])
        lowest = min([-50.0, *seen])
        return min(100, math.ceil(highest / 50) * 50), max(-100, math.floor(lowest / 50) * 50)

    def _score(self, drawing: Drawing, column: Column, step: MeasuredStep, zero: float) -> list[Mark]:
        reader = drawing.reader
        x = column.middle
        if not step.answers:
            return _plate(x, zero, reader("diagrams.not-asked"))
        if step.nps is None:
            drawing.use("few-answers")
            words = reader("diagrams.answers", count=step.answers)
            ring = Circle(x, zero, 5.5, "paper", "ink-2", 1.6)
            return [*_plate(x, zero + 20, words), ring]
        at = zero - step.nps * SCORE
        hue = "negative" if step.nps < 0 else "positive" if step.nps > 0 else "ink-2"
        marks: list[Mark] = []
        if step.low is not None and step.high is not None:
            drawing.use("interval")
            top, bottom = zero - step.high * SCORE, zero - step.low * SCORE
            marks += [
                Line(x, top, x, bottom, "line-strong", 1.2),
                Line(x - 4, top, x + 4, top, "line-strong", 1.2),
                Line(x - 4, bottom, x + 4, bottom, "line-strong", 1.2),
            ]
        few = step.answers < self._small(drawing)
        marks.append(Line(x, zero, x, at, hue, 2))
        marks.append(Circle(x, at, 5.5, "paper" if few else hue, hue, 1.8))
        words = reader.signed(round(step.nps))
        wide = text_width(words, 12, 700)
        marks.append(Rect(x + 9, at - 8, wide + 4, 15, "paper", radius=3))
        marks.append(Text(x + 11, at + 4.3, words, 12, 700, fill=hue))
        return marks

    def touchpoints(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """Touchpoint and where it is counted."""
        rule(layers, band, y)
        reader = drawing.reader
        bottom = head_of(
            drawing,
            layers,
            reader("diagrams.lane-touchpoint"),
            reader("diagrams.lane-counted-note"),
            y=y,
        )
        for column, facts in band.steps:
            words = Words(column.text_x, y + 20, column.text_width, drawing.language)
            step = self.measured.step(facts.step.id)
            if facts.touchpoint_name is None:
                words.add(reader("diagrams.none"), fill="ink-3")
            else:
                words.add(facts.touchpoint_name, 12, 600).skip(1)
            if step.sources:
                words.add(", ".join(step.sources), fill="ink-2")
            elif facts.touchpoint_name is not None:
                words.add(reader("diagrams.no-events"), fill="ink-3", language=reader.language)
            layers.step(facts, *words.marks)
            bottom = max(bottom, words.y - 10)
        return bottom + 12


def _plate(x: float, y: float, words: str) -> list[Mark]:
    """Words on the zero line, on a plate."""
    wide = text_width(words, 12)
    return [
        Rect(x - wide / 2 - 4, y - 8, wide + 8, 16, "paper", radius=3),
        Text(x, y + 4.3, words, 12, anchor="middle", fill="ink-3"),
    ]
