"""Ways beside a winding path: back to an earlier station, round to the beginning, or where nobody drew one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot

from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.flow import Flow, Jump, closes, jump_label
from polku.diagrams.parts.readings import name_of
from polku.diagrams.parts.signs import arrow_head, warning
from polku.diagrams.path.rows import RING, Page, Row, Station
from polku.diagrams.path.stations import LINE
from polku.documents import next_of
from polku.scene import Group, Mark, Path, Rect, Segment, Text, fit, widest, wrap
from polku.words import Message

MOST_BACK = 12
"""So many ways back are drawn at most; the rest is counted."""

LABEL = 250.0
CORNER = 18.0
LEAST_LANE = 18.0
AIR = 20.0


@dataclass
class Arc:
    """A way beside the path, before and after it has found its course.

    Args:
        start, end: places of stations along the path.
        kind: back, loop (round to the beginning), on or unintended.
        lines: its words.
        upright: x of its upright part, where it leads to another row.
        level: leaves the path's end straight on, without rising first.
        spans: by row, from where to where it lies above it.
        lanes: by row, its lane above it.
    """

    start: int
    end: int
    kind: str
    lines: tuple[str, ...]
    label: str
    width: float = 1.6
    upright: float | None = None
    level: bool = False
    x1: float = 0.0
    x2: float = 0.0
    side: int = 0
    spans: dict[int, tuple[float, float]] = field(default_factory=dict)
    lanes: dict[int, int] = field(default_factory=dict)
    label_row: int = -1
    label_x: float = 0.0

    @property
    def label_width(self) -> float:
        """Of its words, with the sign before them."""
        return widest(self.lines, 12, 600) + (36 if self.kind == "unintended" else 8)

    @property
    def label_height(self) -> float:
        """Of its words."""
        return LINE * len(self.lines) + (8 if self.kind == "unintended" else 4)


def drawn_arcs(drawing: Drawing, stations: Sequence[Station], room: float) -> tuple[list[Arc], int]:
    """Ways back that the journey draws, and how many are left out."""
    facts, reader = drawing.facts, drawing.reader
    place = {station.facts.step.id: number for number, station in enumerate(stations)}
    first = {one.step.id for one in (facts.stages[0][1] if facts.stages else ())}
    last_stage = facts.stages[-1][0] if facts.stages else None
    arcs: list[Arc] = []
    order = {step.id: number for number, step in enumerate(facts.journey.steps, 1)}
    elsewhere = 0
    for station in stations:
        for way in next_of(facts.journey, station.facts.step):
            if way.to not in place:
                # It leads out of the stages that are drawn: back, it is counted, for nobody can see it.
                elsewhere += order[way.to] < station.facts.number
                continue
            if place[way.to] >= place[station.facts.step.id]:
                continue
            target = facts.by_id[way.to]
            loop = closes(facts) and way.to in first and station.facts.stage == last_stage
            said = reader("path.loop-closes") if loop else reader("path.back-to", to=name_of(target))
            if way.label:
                said = reader("path.loop-closes-with", label=way.label) if loop else way.label
            if way.unsolved:
                said = reader("path.unsolved", label=said)
            arcs.append(
                _arc(place, station.facts.step.id, way.to, "loop" if loop else "back", said, drawing, room)
            )
    if (
        closes(facts)
        and facts.whole is None
        and len(stations) > 1
        and not any(arc.kind == "loop" for arc in arcs)
    ):
        ends = stations[-1].facts.step.id, stations[0].facts.step.id
        arcs.append(_arc(place, *ends, "loop", reader("path.loop-closes"), drawing, room))
    # Rather the long ways back than the short ones, where they are too many.
    arcs.sort(key=lambda arc: (arc.kind != "loop", arc.end - arc.start, arc.start))
    return arcs[:MOST_BACK], max(0, len(arcs) - MOST_BACK) + elsewhere


def measured_arcs(drawing: Drawing, stations: Sequence[Station], flow: Flow, room: float) -> list[Arc]:
    """Ways beside the drawn order that data shows."""
    place = {station.facts.step.id: number for number, station in enumerate(stations)}
    arcs = []
    for jump in flow.jumps:
        way = jump.way
        arc = _arc(place, way.before, way.after, jump.kind, _counted(drawing, jump, flow), drawing, room)
        arc.label = drawing.reader.text(jump_label(drawing.facts, jump))
        arc.width = 1.8 if jump.kind == "unintended" else 1.4 + 3.1 * min(1.0, way.cases / flow.most)
        arcs.append(arc)
    return arcs


def _counted(drawing: Drawing, jump: Jump, flow: Flow) -> str:
    reader, facts = drawing.reader, drawing.facts
    cases = jump.way.cases
    if jump.kind == "back":
        return reader("diagrams.way-back", count=cases)
    if jump.kind == "on":
        return reader.number(cases)
    to = name_of(facts.by_id[jump.way.after])
    whole = flow.reached.get(jump.way.before) or 0
    kind = "back" if jump.back else "on"
    if whole >= facts.workspace.settings.limits.small:
        return reader(f"diagrams.unintended-{kind}-of", count=cases, whole=whole, to=to)
    return reader(f"diagrams.unintended-{kind}", count=cases, to=to)


def _arc(
    place: dict[str, int], before: str, after: str, kind: str, said: str, drawing: Drawing, room: float
) -> Arc:
    lines = wrap(said, min(LABEL, room), 12, 600, drawing.language)
    if len(lines) > 3:
        lines = (*lines[:2], fit(" ".join(lines[2:]), min(LABEL, room), 12, 600))
    label = drawing.reader.text(
        Message(
            "path.way-label",
            {
                "before": name_of(drawing.facts.by_id[before]),
                "after": name_of(drawing.facts.by_id[after]),
                "words": said,
            },
        )
    )
    return Arc(place[before], place[after], kind, lines, label)


def route(
    arcs: Sequence[Arc], stations: Sequence[Station], rows: Sequence[Row], page: Page, handed: Collection[int]
) -> None:
    """Give every arc its course across: ports, uprights, spans above rows, lanes and the place of its words.

    Args:
        handed: places of stations before which work changes hands; uprights keep away from there.
    """
    _choose_level(arcs, stations, rows)
    _choose_uprights(arcs, stations, rows, page, handed)
    _choose_ports(arcs, stations)
    for arc in arcs:
        a, b = stations[arc.start], stations[arc.end]
        if arc.upright is None:
            arc.spans = {a.row: _span(arc.x1, arc.x2)}
        else:
            arc.spans = {} if arc.level else {a.row: _span(arc.x1, arc.upright)}
            arc.spans[b.row] = _span(arc.upright, arc.x2)
        arc.label_row = max(arc.spans, key=lambda row: (arc.spans[row][1] - arc.spans[row][0], row == a.row))
        low, high = arc.spans[arc.label_row]
        half = arc.label_width / 2
        arc.label_x = max(page.left + half, min((low + high) / 2, page.right - half))
    for row in rows:
        _choose_lanes(arcs, row.number)


def _span(one: float, other: float) -> tuple[float, float]:
    return min(one, other), max(one, other)


def _choose_level(arcs: Sequence[Arc], stations: Sequence[Station], rows: Sequence[Row]) -> None:
    """A way from the end of the path back to another row goes straight on, round the side."""
    last = len(stations) - 1
    for arc in arcs:
        a, b = stations[arc.start], stations[arc.end]
        if arc.start == last and a.row != b.row and arc.kind in ("loop", "back"):
            arc.level = True
            arc.side = 1 if rows[a.row].to_right else -1
            return


def _choose_uprights(
    arcs: Sequence[Arc], stations: Sequence[Station], rows: Sequence[Row], page: Page, handed: Collection[int]
) -> None:
    gaps: dict[float, int] = {}
    outer: dict[int, list[list[tuple[int, int]]]] = {-1: [], 1: []}
    for arc in arcs:
        a, b = stations[arc.start], stations[arc.end]
        if a.row == b.row:
            continue
        gap = None
        if page.beside and abs(a.row - b.row) == 1 and not arc.level:
            gap = _gap(arc, stations, rows, page, handed)
        if gap is not None and gaps.get(gap, 0) < 2:
            arc.upright = gap + 6 * gaps.get(gap, 0)
            gaps[gap] = gaps.get(gap, 0) + 1
            continue
        if not arc.side:
            far = {side: abs(a.x - xs[0]) + abs(b.x - xs[0]) for side, xs in page.corridors.items()}
            arc.side = min(far, key=lambda side: (far[side], -side))
        reach = min(a.row, b.row), max(a.row, b.row)
        place = _free(outer[arc.side], reach)
        corridors = page.corridors[arc.side]
        arc.upright = corridors[place % len(corridors)]


def _free(taken: list[list[tuple[int, int]]], reach: tuple[int, int]) -> int:
    for place, spans in enumerate(taken):
        if all(reach[1] < low or reach[0] > high for low, high in spans):
            spans.append(reach)
            return place
    taken.append([reach])
    return len(taken) - 1


def _gap(
    arc: Arc, stations: Sequence[Station], rows: Sequence[Row], page: Page, handed: Collection[int]
) -> float | None:
    """Between the words of the upper row beside the station there, on the side of the other station."""
    upper, lower = sorted((arc.start, arc.end), key=lambda place: stations[place].row)
    here = stations[upper]
    row = rows[here.row]
    found: list[float] = []
    for side in (-1, 1):
        onwards = 1 if (side == 1) == row.to_right else -1
        other = upper + onwards
        border = max(upper, other)
        if border in handed or not 0 <= other < len(stations):
            continue
        if stations[other].row == here.row:
            found.append((here.x + stations[other].x) / 2)
        else:
            x = here.x + side * (here.width / 2 + 12)
            if page.left < x < page.right:
                found.append(x)
    goal = stations[lower].x
    return min(found, key=lambda x: (abs(x - goal), x), default=None)


def _choose_ports(arcs: Sequence[Arc], stations: Sequence[Station]) -> None:
    """Spread the ends of arcs over the top of their stations, those that go left on the left."""
    ends: dict[int, list[tuple[float, int, bool]]] = {}
    for number, arc in enumerate(arcs):
        a, b = stations[arc.start], stations[arc.end]
        if not arc.level:
            ends.setdefault(arc.start, []).append(((arc.upright or b.x) - a.x, number, True))
        ends.setdefault(arc.end, []).append(((arc.upright or a.x) - b.x, number, False))
    for place, here in ends.items():
        here.sort()
        step = min(11.0, 30.0 / max(len(here) - 1, 1))
        for index, (_, number, starts) in enumerate(here):
            x = stations[place].x + (index - (len(here) - 1) / 2) * step
            if starts:
                arcs[number].x1 = x
            else:
                arcs[number].x2 = x


def _choose_lanes(arcs: Sequence[Arc], row: int) -> None:
    """Lanes above a row at which no two ways or words meet; short ones lowest."""
    here = []
    for arc in arcs:
        if row in arc.spans:
            low, high = arc.spans[row]
            if arc.label_row == row:
                half = arc.label_width / 2
                low, high = min(low, arc.label_x - half), max(high, arc.label_x + half)
            here.append((high - low, low, high, arc))
    here.sort(key=lambda entry: (entry[0], entry[1], entry[3].start, entry[3].end))
    taken: list[list[tuple[float, float]]] = []
    for _, low, high, arc in here:
        # Above every lane that it meets, so that its own uprights run through as few words as can be.
        lane = 0
        for number, spans in enumerate(taken):
            if any(low < other[1] + 10 and high > other[0] - 10 for other in spans):
                lane = number + 1
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        arc.lanes[row] = lane


def lane_heights(arcs: Sequence[Arc], row: int) -> list[float]:
    """Heights of the lanes above a row, the lowest first."""
    heights: dict[int, float] = {}
    for arc in arcs:
        if row in arc.lanes:
            words = arc.label_height if arc.label_row == row else 0.0
            lane = arc.lanes[row]
            heights[lane] = max(heights.get(lane, LEAST_LANE), words + AIR)
    return [heights[lane] for lane in sorted(heights)]


def arc_marks(
    drawing: Drawing, arc: Arc, stations: Sequence[Station], lines: dict[int, list[float]]
) -> tuple[Group, Group]:
    """A way as a group, and its words, which stand over all ways.

    Args:
        lines: by row, the y of each lane.
    """
    a, b = stations[arc.start], stations[arc.end]
    tip = b.y - RING - 3
    far = lines[b.row][arc.lanes[b.row]]
    if arc.level:
        assert arc.upright is not None
        edge = a.x + (RING + 3) * arc.side
        points = [(edge, a.y), (arc.upright, a.y), (arc.upright, far), (arc.x2, far), (arc.x2, tip - 4)]
    else:
        near = lines[a.row][arc.lanes[a.row]]
        points = [(arc.x1, a.y - RING - 3), (arc.x1, near)]
        if arc.upright is not None:
            points += [(arc.upright, near), (arc.upright, far)]
        points += [(arc.x2, far), (arc.x2, tip - 4)]
    bad = arc.kind == "unintended"
    hue = "negative" if bad else "ink"
    dash = (5.0, 4.0) if arc.kind in ("back", "loop") else ()
    drawing.use({"unintended": "unintended", "on": "actual"}.get(arc.kind, "turns-back"))
    marks: tuple[Mark, ...] = (
        Path(_rounded(points), None, hue, arc.width, dash),
        arrow_head(arc.x2, tip, angle="down", size=8, fill=hue),
    )
    group = Group(
        marks,
        id=f"way-{a.facts.step.id}-{b.facts.step.id}",
        role=f"way-{arc.kind}",
        label=arc.label,
        title=arc.label,
    )
    words = _label(arc, lines[arc.label_row][arc.lanes[arc.label_row]])
    return group, Group(tuple(words), id=f"words-{group.id}", role="words", hidden=True)


def _label(arc: Arc, y: float) -> list[Mark]:
    wide, high = arc.label_width, arc.label_height
    left = arc.label_x - wide / 2
    marks: list[Mark] = []
    if arc.kind == "unintended":
        # A pill sits on its way; of several lines it stands on it.
        top = y - high + 9
        marks.append(Rect(left, top, wide, high, "paper", "negative", 1.4, radius=min(11.0, high / 2)))
        marks += warning(left + 15, top + high / 2 - 0.5, 10)
        for number, line in enumerate(arc.lines):
            baseline = top + 4 + 11.5 + LINE * number
            marks.append(Text(left + 27, baseline, line, 12, 600, fill="negative"))
        return marks
    top = y - high - 3
    marks.append(Rect(left, top, wide, high, "paper", radius=3))
    for number, line in enumerate(arc.lines):
        marks.append(Text(arc.label_x, top + 13 + LINE * number, line, 12, 600, anchor="middle"))
    return marks


def _rounded(points: Sequence[tuple[float, float]]) -> tuple[Segment, ...]:
    """Straight parts joined by round corners."""
    clean = [points[0]]
    for point in points[1:]:
        if hypot(point[0] - clean[-1][0], point[1] - clean[-1][1]) > 0.5:
            clean.append(point)
    segments: list[Segment] = [("M", *clean[0])]
    for place in range(1, len(clean) - 1):
        before, here, after = clean[place - 1], clean[place], clean[place + 1]
        one, other = (
            hypot(before[0] - here[0], before[1] - here[1]),
            hypot(after[0] - here[0], after[1] - here[1]),
        )
        radius = min(CORNER, one / 2, other / 2)
        start = _towards(here, before, radius / one)
        end = _towards(here, after, radius / other)
        lever = 0.55
        segments.append(("L", *start))
        segments.append(("C", *_towards(start, here, lever), *_towards(end, here, lever), *end))
    segments.append(("L", *clean[-1]))
    return tuple(segments)


def _towards(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def covered(drawing: Drawing, stations: Sequence[Station]) -> set[int]:
    """Places of stations from which some drawn way leads on past or to the next one."""
    place = {station.facts.step.id: number for number, station in enumerate(stations)}
    found: set[int] = set()
    for station in stations:
        start = place[station.facts.step.id]
        for way in next_of(drawing.facts.journey, station.facts.step):
            found.update(
                range(start, place.get(way.to, start if _is_back(drawing, station, way.to) else len(place)))
            )
    return found


def _is_back(drawing: Drawing, station: Station, to: str) -> bool:
    ids = [step.id for step in drawing.facts.journey.steps]
    return ids.index(to) < station.facts.number


def consecutive(stations: Sequence[Station]) -> list[tuple[int, Station, Station]]:
    """Neighbouring stations along the path, with the place of the first."""
    return [(number, one, other) for number, (one, other) in enumerate(pairwise(stations))]
