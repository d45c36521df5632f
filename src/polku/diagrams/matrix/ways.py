"""The lane of ways: the intended track, how many really take it, and where they leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.parts.bands import Band, Column, Layers
from polku.diagrams.parts.drawing import Drawing, head_of
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.measured import MeasuredJourney, Way, drawn_ways
from polku.diagrams.parts.signs import arrow_head, warning
from polku.scene import Circle, Group, Line, Mark, Path, Rect, Text, fit, text_width

MOST_UNINTENDED = 5
LEVEL = 36.0
FIRST_LEVEL = 52.0
MOST_NAME = 260.0
"""Room for a step's name on an arc; the way's own words for those who hear it have it whole."""

TRACK = 4.0
WIDEST = 7.0


@dataclass(frozen=True)
class _Arc:
    """A way outside the track: from x to x, in words; `end` None where it leaves the band."""

    way: Way
    start: float
    end: float | None
    kind: str
    words: str
    level: int = 0

    @property
    def middle(self) -> float:
        return self.start if self.end is None else (self.start + self.end) / 2

    def label_width(self) -> float:
        extra = 34 if self.kind == "unintended" else 10
        return text_width(self.words, 12, 600) + extra

    def reach(self, band: Band) -> tuple[float, float]:
        """What it takes of the width, its words too."""
        left, right = self.label_span(band)
        ends = [self.start] if self.end is None else [self.start, self.end]
        return min(left, *ends), max(right, *ends)

    def label_span(self, band: Band) -> tuple[float, float]:
        """Where its words stand, moved in where they would leave the band."""
        wide = self.label_width()
        left = max(band.left, min(self.middle - wide / 2, band.right - wide))
        return left, left + wide


class WayLane:
    """Draws the lane of ways of one measured journey."""

    def __init__(self, measured: MeasuredJourney) -> None:
        self.measured = measured
        self.most = max([way.cases for way in measured.ways], default=1)

    def __call__(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """Arcs above, the track with its badges below."""
        reader = drawing.reader
        places = {facts.step.id: column for column, facts in band.steps}
        order = {facts.step.id: facts.number for facts in drawing.facts.steps}
        arcs = _stacked(self._arcs(drawing, band, places, order), band)
        top_level = max([arc.level for arc in arcs], default=-1)
        notes = [] if band.number else [reader("diagrams.lane-path-note")]
        hidden = len(self.measured.unintended) - MOST_UNINTENDED
        if hidden > 0 and not band.number:
            notes.append(reader("diagrams.more-unintended", count=hidden))
        low = head_of(drawing, layers, reader("diagrams.lane-path"), *notes, y=y)
        track = max(y + 44 + (FIRST_LEVEL + LEVEL * top_level + 26 if arcs else 0), low + 24)
        self._track(drawing, band, track, layers)
        for arc in arcs:
            layers.over.append(self._arc_group(drawing, arc, track))
        for arc in arcs:
            layers.over += self._label(arc, band, track)
        for column, facts in band.steps:
            layers.step(facts, *_node(drawing, column, facts, track))
        intended = reader("diagrams.lane-intended")
        layers.heads.append(Text(48, track + 2, intended, 13, 600))
        layers.heads.append(Text(48, track + 17, reader("diagrams.lane-intended-note"), 12, fill="ink-3"))
        return track + 34

    def _arcs(
        self, drawing: Drawing, band: Band, places: dict[str, Column], order: dict[str, int]
    ) -> list[_Arc]:
        drawn = drawn_ways(drawing.facts.journey, self._observable())
        arcs = []
        for way in self.measured.ways:
            if (way.before, way.after) not in drawn or self._in_track(drawing, way):
                continue
            if way.before in places and way.after in places:
                back = order[way.after] < order[way.before]
                words = drawing.reader("diagrams.way-back", count=way.cases) if back else str(way.cases)
                arcs.append(self._between(way, places, "back" if back else "on", words))
            elif way.before in places and order[way.after] < order[way.before]:
                words = drawing.reader(
                    "diagrams.way-back-to",
                    count=way.cases,
                    to=fit(_name(drawing, way.after), MOST_NAME, 12, 600),
                )
                arcs.append(_Arc(way, places[way.before].middle, None, "back", words))
        for way in self.measured.unintended[:MOST_UNINTENDED]:
            if way.before not in places:
                continue
            words = self._unintended_words(drawing, way, order, min(MOST_NAME, band.right - band.left - 180))
            if way.after in places:
                arcs.append(self._between(way, places, "unintended", words))
            else:
                arcs.append(_Arc(way, places[way.before].middle, None, "unintended", words))
        return arcs

    def _observable(self) -> frozenset[str]:
        return frozenset(id for id, step in self.measured.steps.items() if step.observable)

    def _between(self, way: Way, places: dict[str, Column], kind: str, words: str) -> _Arc:
        # A little off the middle, so that ways in and out of one step do not lie over one another.
        start, end = places[way.before].middle, places[way.after].middle
        aside = 5.0 if end > start else -5.0
        return _Arc(way, start + aside, end - aside, kind, words)

    def _unintended_words(self, drawing: Drawing, way: Way, order: dict[str, int], room: float) -> str:
        reader = drawing.reader
        back = order[way.after] < order[way.before]
        to = fit(_name(drawing, way.after), max(room, 60), 12, 600)
        whole = self.measured.step(way.before).cases
        if whole and whole >= drawing.facts.workspace.settings.limits.small:
            id = "diagrams.unintended-back-of" if back else "diagrams.unintended-on-of"
            return reader(id, count=way.cases, whole=whole, to=to)
        id = "diagrams.unintended-back" if back else "diagrams.unintended-on"
        return reader(id, count=way.cases, to=to)

    def _in_track(self, drawing: Drawing, way: Way) -> bool:
        """Whether only steps that cannot be observed stand between its ends, in drawn order."""
        first, last = drawing.facts.place[way.before], drawing.facts.place[way.after]
        if last <= first:
            return False
        between = drawing.facts.steps[first + 1 : last]
        return all(not self.measured.step(facts.step.id).observable for facts in between)

    def _track(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> None:
        """Two thin lines for what was meant, solid ink between them for those who really go there."""
        drawing.use("track")
        drawn = drawn_ways(drawing.facts.journey, self._observable())
        by_id = drawing.facts.by_id
        taken: dict[int, int] = {}
        for way in self.measured.ways:
            if (way.before, way.after) in drawn and self._in_track(drawing, way):
                for number in range(by_id[way.before].number, by_id[way.after].number):
                    taken[number] = taken.get(number, 0) + way.cases
        columns = band.steps
        total = drawing.facts.total
        for place, (column, facts) in enumerate(columns):
            if facts.number == total and place == len(columns) - 1:
                continue
            start = column.middle + 15
            end = columns[place + 1][0].middle - 15 if place + 1 < len(columns) else band.right
            self._piece(drawing, layers, start, end, y, taken.get(facts.number, 0))
        if columns and columns[0][1].number > 1:
            first, facts = columns[0]
            self._piece(drawing, layers, band.left, first.middle - 15, y, taken.get(facts.number - 1, 0))

    def _piece(
        self, drawing: Drawing, layers: Layers, start: float, end: float, y: float, cases: int
    ) -> None:
        if end <= start:
            return
        layers.under.append(Line(start, y - TRACK, end, y - TRACK, "line-strong"))
        layers.under.append(Line(start, y + TRACK, end, y + TRACK, "line-strong"))
        if cases:
            drawing.use("actual")
            layers.under.append(Line(start, y, end, y, "ink", min(self._width(cases), 2 * TRACK - 1)))

    def _width(self, cases: int) -> float:
        return 1.4 + (WIDEST - 1.4) * min(1.0, cases / self.most)

    def _arc_group(self, drawing: Drawing, arc: _Arc, track: float) -> Group:
        bottom = track - 17
        top = track - _height(arc.level)
        hue = "negative" if arc.kind == "unintended" else "ink"
        width = 1.8 if arc.kind == "unintended" else min(self._width(arc.way.cases), 4.5)
        drawing.use({"unintended": "unintended", "back": "loop", "on": "actual"}[arc.kind])
        dash = (5.0, 4.0) if arc.kind == "back" else ()
        marks: tuple[Mark, ...]
        if arc.end is None:
            marks = (Line(arc.start, bottom, arc.start, top, hue, width, dash),)
        else:
            # A cubic with upright ends reaches three quarters of the height of its control points.
            lift = bottom - (bottom - top) / 0.75
            end = arc.end
            path = Path(
                (("M", arc.start, bottom), ("C", arc.start, lift, end, lift, end, bottom - 4)),
                None,
                hue,
                width,
                dash,
            )
            marks = (path, arrow_head(end, bottom + 1, angle="down", size=8, fill=hue))
        label = drawing.reader(
            "diagrams.way-label",
            before=_name(drawing, arc.way.before),
            after=_name(drawing, arc.way.after),
            count=arc.way.cases,
        )
        return Group(marks, id=f"way-{arc.way.before}-{arc.way.after}", role=f"way-{arc.kind}", label=label)

    def _label(self, arc: _Arc, band: Band, track: float) -> list[Mark]:
        """Words on the top of an arc, on a plate so that no line runs through them."""
        top = track - _height(arc.level)
        left, right = arc.label_span(band)
        if arc.kind == "unintended":
            return [
                Rect(left, top - 11, right - left, 22, "paper", "negative", 1.4, radius=11),
                *warning(left + 15, top - 0.5, 10),
                Text(left + 26, top + 4.3, arc.words, 12, 600, fill="negative"),
            ]
        return [
            Rect(left + 2, top - 20, right - left - 4, 16, "paper", radius=3),
            Text((left + right) / 2, top - 8, arc.words, 12, 600, anchor="middle"),
        ]


def _name(drawing: Drawing, step: str) -> str:
    """A step by its touchpoint, which is shorter than what is done there."""
    facts = drawing.facts.by_id[step]
    return facts.touchpoint_name or facts.step.label


def _height(level: int) -> float:
    return FIRST_LEVEL + LEVEL * level


def _stacked(arcs: Sequence[_Arc], band: Band) -> list[_Arc]:
    """Arcs at levels at which no two that overlap across share a height; short ones lowest."""
    placed: list[_Arc] = []
    for arc in sorted(arcs, key=lambda arc: (arc.reach(band)[1] - arc.reach(band)[0], arc.start)):
        left, right = arc.reach(band)
        level = 0
        for other in placed:
            begins, ends = other.reach(band)
            if begins < right + 8 and left < ends + 8:
                level = max(level, other.level + 1)
        placed.append(_Arc(arc.way, arc.start, arc.end, arc.kind, arc.words, level))
    return placed


def _node(drawing: Drawing, column: Column, facts: StepFacts, y: float) -> list[Mark]:
    marks: list[Mark] = []
    if facts.step.moment_of_truth:
        drawing.use("moment-of-truth")
        ring = max(14.5, badge_width(facts.sign, 18) / 2 + 4)
        marks.append(Circle(column.middle, y, ring, "paper", "ink", 1.5))
    marks.append(role_badge(facts.sign, column.middle, y, 18))
    return marks
