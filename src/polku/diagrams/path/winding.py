"""One winding path in the making: rows laid out downwards, then all of its marks in the order they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from polku.diagrams.compare.words import pair_words
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.flow import Flow, flow_of
from polku.diagrams.parts.journey import step_label
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.path.compare import was_curve, was_dot, was_rows
from polku.diagrams.path.rows import BED, RING, Page, Row, Station, leg, rows_of, turn_place
from polku.diagrams.path.stations import Block, Hand, block_marks, block_of, hand_marks, hand_of, station_sign
from polku.diagrams.path.ways import (
    Arc,
    arc_marks,
    consecutive,
    covered,
    drawn_arcs,
    lane_heights,
    measured_arcs,
    route,
)
from polku.scene import Circle, Group, Line, Mark, Path, Rect, Segment, Text

ROW_GAP = 24.0
RISE = 18.0
"""From what stands highest in a row to the lowest way above it."""

TRACK = 15.0
"""Width of the hollow track where counts are laid over it."""

HEAD_ROOM = 174.0
"""Width of a stage's head beside its row."""


@dataclass
class Lay:
    """What was laid out of one row, seen from its dotted line (negative is above)."""

    crest: float = -RING - 4
    depth: float = RING + 8
    tops: dict[int, float] = field(default_factory=dict)
    words: dict[int, tuple[float, float]] = field(default_factory=dict)
    head: Words | None = None
    head_height: float = 0.0


class Winding:
    """One winding path in the making."""

    def __init__(self, drawing: Drawing, page: Page, measured: MeasuredJourney | None) -> None:
        self.drawing, self.page, self.measured = drawing, page, measured
        self.facts = drawing.facts
        self.rows = rows_of(self.facts, page)
        self.stations = [station for row in self.rows for station in row.stations]
        self.blocks: list[Block] = [block_of(drawing, station, measured) for station in self.stations]
        self.flow: Flow | None = flow_of(self.facts, measured) if measured else None
        self.was = was_rows(drawing, self.rows)
        self.hands = self._hands()
        room = page.right - page.left
        self.arcs: list[Arc]
        if self.flow is not None:
            self.arcs, self.hidden = measured_arcs(drawing, self.stations, self.flow, room), self.flow.hidden
        else:
            self.arcs, self.hidden = drawn_arcs(drawing, self.stations, room)
        route(self.arcs, self.stations, self.rows, page, self.hands)

    def _hands(self) -> dict[int, Hand]:
        """Work that changes hands, by the place of the station that receives it."""
        place = {station.facts.step.id: number for number, station in enumerate(self.stations)}
        found: dict[int, Hand] = {}
        for change in self.facts.changes:
            number = place[change.step]
            if number in found:
                continue
            found[number] = hand_of(self.drawing, change, self._hand_room(number))
        return found

    def _hand_room(self, number: int) -> float:
        """Room for words beside a capsule: between two stations, or inside a turn."""
        station = self.stations[number]
        before = self.stations[number - 1] if number else None
        if before is not None and before.row == station.row:
            return abs(station.x - before.x) - 2 * RING - 12
        edge = self.stations[number - 1] if before is not None else station
        half = self.blocks[number - 1].width / 2 if before is not None else 60.0
        out, _, right = turn_place(self.rows, self.page, edge)
        room = (out - edge.x if right else edge.x - out) - half - 40
        return max(70.0, min(room, 170.0))

    def draw(self, top: float) -> tuple[list[Mark], float, int]:
        """All marks in the order they are read, the y below them, and how many ways back are left out."""
        lanes: dict[int, list[float]] = {}
        lays = [self._lay(row) for row in self.rows]
        y = top
        for row, lay in zip(self.rows, lays, strict=True):
            if not self.page.beside:
                y += lay.head_height
            heights = lane_heights(self.arcs, row.number)
            crest = y + sum(heights) + (RISE if heights else 0)
            row.zero = crest - lay.crest
            # A lane's line runs at its foot, its words above the line.
            lanes[row.number] = [crest - RISE - sum(heights[:number]) for number in range(len(heights))]
            for station in row.stations:
                station.y = row.zero - station.up
            y = row.zero + lay.depth + ROW_GAP
        marks: list[Mark] = [Group(tuple(self._ground()), id="ground", role="ground", hidden=True)]
        marks += self._stages(lays)
        marks.append(Group(tuple(self._hand_groups(lays)), id="handoffs", role="handoffs"))
        drawn = [arc_marks(self.drawing, arc, self.stations, lanes) for arc in self.arcs]
        if drawn:
            # Words lie over all ways, each in a group of its own that steps back with its way.
            over: list[Mark] = [*(group for group, _ in drawn), *(words for _, words in drawn)]
            marks.append(Group(tuple(over), id="ways", role="ways"))
        return marks, y - ROW_GAP, self.hidden

    def _lay(self, row: Row) -> Lay:
        """How high above and how deep below its dotted line a row reaches, and where its words begin."""
        lay = Lay()
        clear = BED / 2 + 6
        for station in row.stations:
            number = self.stations.index(station)
            block = self.blocks[number]
            half = block.width / 2 + 4
            low = row.heights(station.x - half, station.x + half)[1]
            lay.tops[number] = max(low + clear, -station.up + RING + 5)
            lay.crest = min(lay.crest, -station.up - RING - 4)
            if self.was:
                high, deep = self.was[row.number].heights(station.x - half, station.x + half)
                lay.tops[number] = max(lay.tops[number], deep + 12)
                lay.crest = min(lay.crest, high - 10)
            lay.depth = max(lay.depth, lay.tops[number] + block.height)
        for number, hand in self.hands.items():
            station = self.stations[number]
            before = self.stations[number - 1] if number else None
            if before is not None and before.row == row.number == station.row:
                middle = (before.x + station.x) / 2
                reach = middle - hand.width / 2 - 4, middle + hand.width / 2 + 4
                high = row.heights(*reach)[0]
                if self.was:
                    high = min(high, self.was[row.number].heights(*reach)[0] + clear - 8)
                bottom = high - clear
                lay.words[number] = (middle, bottom - hand.height)
                lay.crest = min(lay.crest, bottom - hand.height - 4)
            elif before is not None and before.row == row.number:
                start = -before.up + clear + 10
                lay.words[number] = (0.0, start)
                lay.depth = max(lay.depth, start + max(hand.height, 30) + 6)
        self._head(row, lay)
        return lay

    def _head(self, row: Row, lay: Lay) -> None:
        reader, stage = self.drawing.reader, row.stage
        if row.again:
            return
        beside = self.page.beside
        x = MARGIN if beside else self.page.turn_left + BED / 2 + 14
        number = str(row.stage_number) if stage else "–"
        indent = 36.0 if len(number) < 2 else 46.0
        room = (HEAD_ROOM if beside else self.page.turn_right - BED / 2 - 14 - x) - indent
        words = Words(x + indent, 0.0, room, self.drawing.language)
        if stage is None:
            empty = not self.facts.stages
            name = reader("diagrams.no-step" if empty and not row.stations else "diagrams.no-stage")
            words.add(name, 15, 600, fill="ink-3", language=reader.language)
        else:
            words.add(stage.label, 15, 600).skip(2)
            if stage.when:
                words.add(reader(f"path.when-{stage.when}"), 12, fill="ink-3", language=reader.language)
            if stage.tactic:
                words.add(
                    reader(f"path.tactic-{stage.tactic}"),
                    12,
                    italic=True,
                    fill="ink-3",
                    language=reader.language,
                )
        words.marks.insert(0, Text(x, 5.0, number, 30, 600, fill="line-strong"))
        lay.head, lay.head_height = words, words.y + 10
        if beside:
            # The number stands a little above the dotted line; the row is as deep as the words need.
            lay.crest = min(lay.crest, -38.0)
            lay.depth = max(lay.depth, words.y - 16 - 14)
        if not row.stations:
            lay.depth = max(lay.depth, 44.0)

    def _ground(self) -> list[Mark]:
        """Dotted lines, the bed, and the way in it."""
        page, drawing = self.page, self.drawing
        marks: list[Mark] = [
            Line(page.left, row.zero, page.right, row.zero, "line-strong", 1, (1, 5)) for row in self.rows
        ]
        legs = [
            (number, leg(self.rows, page, one, other)) for number, one, other in consecutive(self.stations)
        ]
        lead = self._lead()
        bed: list[Segment] = [*lead]
        for place, (_, segments) in enumerate(legs):
            bed += segments if not bed and place == 0 else segments[1:]
        if not bed:
            return [*marks, *self._empty()]
        drawing.use("path" if self.flow is None else "track")
        start, end = bed[0], bed[-1]
        ends = [(float(start[1]), float(start[2])), (float(end[-2]), float(end[-1]))]
        if self.flow is None:
            marks += [Circle(x, y, BED / 2, "sunken-2") for x, y in ends]
            marks.append(Path(tuple(bed), stroke="sunken-2", stroke_width=BED))
        else:
            marks.append(Path(tuple(bed), stroke="line-strong", stroke_width=TRACK))
            marks.append(Path(tuple(bed), stroke="paper", stroke_width=TRACK - 2))
        marks += self._tail()
        marks += self._way(lead, legs)
        for row, was in zip(self.rows, self.was, strict=False):
            marks += was_curve(drawing, row, was)
        return marks

    def _way(self, lead: tuple[Segment, ...], legs: Sequence[tuple[int, tuple[Segment, ...]]]) -> list[Mark]:
        """Ink along the bed: where a way is drawn, or as wide as many go on."""
        marks: list[Mark] = []
        if self.flow is not None:
            for number, segments in legs:
                cases = self.flow.along.get(self.stations[number].facts.number, 0)
                if cases:
                    self.drawing.use("actual")
                    wide = 1.4 + (TRACK - 5) * min(1.0, cases / self.flow.most)
                    marks.append(Path(segments, stroke="ink", stroke_width=wide))
            return marks
        if lead:
            marks.append(Path(lead, stroke="ink", stroke_width=2))
        led = covered(self.drawing, self.stations)
        for number, segments in legs:
            if number in led:
                marks.append(Path(segments, stroke="ink", stroke_width=2))
            else:
                self.drawing.use("no-way")
                marks.append(Path(segments, stroke="ink-3", stroke_width=1.6, dash=(1.3, 4)))
        return marks

    def _lead(self) -> tuple[Segment, ...]:
        """The path's beginning, from the side to the first station; from the first row where that is empty."""
        if not self.stations:
            return ()
        first = self.stations[0]
        if first.row == 0:
            return (("M", self.page.left, first.y), ("L", first.x, first.y))
        start = Station(first.facts, 0, self.page.left, 0.0, 0.0, self.rows[0].zero)
        return leg(self.rows, self.page, start, first)

    def _tail(self) -> list[Mark]:
        """Stages at the end that have no step yet, as a dashed edge of a path."""
        last = self.stations[-1]
        marks: list[Mark] = []
        for row in self.rows[last.row + 1 :]:
            marks += self._hole(row)
        return marks

    def _empty(self) -> list[Mark]:
        marks: list[Mark] = []
        for row in self.rows:
            marks += self._hole(row)
        return marks

    def _hole(self, row: Row) -> list[Mark]:
        self.drawing.use("no-step")
        page = self.page
        return [
            Rect(
                page.left,
                row.zero - BED / 2,
                page.right - page.left,
                BED,
                "paper",
                "line-strong",
                1.2,
                (4, 3),
                BED / 2,
            )
        ]

    def _stages(self, lays: Sequence[Lay]) -> list[Mark]:
        """Stages in order, each with its head and its steps."""
        drawing, reader = self.drawing, self.drawing.reader
        total = len(self.facts.steps)
        marks: list[Mark] = []
        inside: list[Mark] = []
        for row, lay in zip(self.rows, lays, strict=True):
            if not row.again:
                inside = []
            if lay.head is not None:
                inside += self._placed_head(row, lay)
            if not row.stations and row.stage is not None:
                middle = (self.page.left + self.page.right) / 2
                words = reader("diagrams.no-step")
                inside.append(Text(middle, row.zero + 34, words, 12, anchor="middle", fill="ink-3"))
            for station in row.stations:
                number = self.stations.index(station)
                top = row.zero + lay.tops[number]
                id = station.facts.step.id
                more = pair_words(drawing, drawing.compared, id) if drawing.compared else ()
                label = step_label(station.facts, total, reader, more)
                inside.append(
                    Group(
                        (
                            *was_dot(drawing, row, station),
                            *station_sign(drawing, station),
                            *block_marks(drawing, station, self.blocks[number], top),
                        ),
                        id=f"step-{station.facts.step.id}",
                        role="step",
                        label=label,
                        title=label,
                        focusable=True,
                    )
                )
            following = row.number + 1
            if following == len(self.rows) or not self.rows[following].again:
                name = row.stage.label if row.stage else reader("diagrams.no-stage")
                id = f"stage-{row.stage.id if row.stage else 'none'}"
                marks.append(Group(tuple(inside), id=id, role="stage", label=name))
        return marks

    def _placed_head(self, row: Row, lay: Lay) -> list[Mark]:
        assert lay.head is not None
        if self.page.beside:
            y = row.zero - 16
        else:
            above = sum(lane_heights(self.arcs, row.number))
            y = row.zero + lay.crest - above - lay.head_height - (RISE if above else 0) + 12
        moved: list[Mark] = []
        for mark in lay.head.marks:
            assert isinstance(mark, Text)
            moved.append(
                Text(mark.x, mark.y + y, mark.text, mark.size, mark.weight, mark.italic, fill=mark.fill)
            )
        return moved

    def _hand_groups(self, lays: Sequence[Lay]) -> list[Mark]:
        marks: list[Mark] = []
        for number, hand in self.hands.items():
            station = self.stations[number]
            if not number:
                continue
            before = self.stations[number - 1]
            said = " ".join(line.text for line in hand.lines)
            if before.row == station.row:
                middle, top = lays[station.row].words[number]
                at = middle, (before.y + station.y) / 2
                drawn = hand_marks(
                    self.drawing, hand, *at, middle, self.rows[station.row].zero + top, "middle"
                )
            else:
                out, _, right = turn_place(self.rows, self.page, before)
                top = self.rows[before.row].zero + lays[before.row].words[number][1]
                y = top + max(hand.height, 30) / 2
                words_x = out - 26 if right else out + 26
                start = top + (max(hand.height, 30) - hand.height) / 2
                drawn = hand_marks(self.drawing, hand, out, y, words_x, start, "end" if right else "start")
            marks.append(
                Group(tuple(drawn), id=f"handoff-{station.facts.step.id}", role="handoff", label=said)
            )
        return marks
