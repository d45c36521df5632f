"""The strokes of a path graph: track, flow, arcs, stations, and what flows in from beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from polku.diagrams.graph.graph import PathGraph, Station, Way, telling
from polku.diagrams.graph.track import CORNER, RADIUS, Arc, Rows, Spot, lane_y
from polku.diagrams.parts import signs
from polku.scene import Circle, Group, Mark, Path, Rect, Segment, Text, text_lines, text_width, wrap
from polku.words import Reader

MOST_UNINTENDED = 5
"""More unintended ways than these are counted in words, not drawn."""
NAME, NOTE = 13.0, 12.0
STUB, SWING = 30.0, 62.0
"""Where the track turns: how far it goes straight on, and how far the turn swings out beyond that."""


class Drawn:
    """Which ways are drawn, how wide, and which are only counted."""

    def __init__(
        self, graph: PathGraph, say: Reader, place: dict[str, int], most: int = MOST_UNINTENDED
    ) -> None:
        self.graph, self.say, self.place = graph, say, place
        self.most = max((way.cases for way in graph.ways), default=1) or 1
        self.on_track = {
            (way.start, way.end): way for way in graph.ways if way.intended and self._follows(way)
        }
        beside = [
            way
            for way in graph.ways
            if way.start in place
            and way.end in place
            and way.start != way.end
            and (way.start, way.end) not in self.on_track
        ]
        truths = [place[station.id] for station in graph.stations if station.truth and station.id in place]

        def rank(way: Way) -> tuple[float, int, int]:
            start, end = place[way.start], place[way.end]
            return -telling(way.cases, start, end, truths), start, end

        wild = sorted((way for way in beside if not way.intended and way.cases), key=rank)
        self.unintended = len(wild)
        self.hidden = wild[most:]
        self.beside = [*wild[:most], *(way for way in beside if way.intended and way.cases)]
        self.unused = sum(way.intended and not way.cases for way in graph.ways)

    def _follows(self, way: Way) -> bool:
        return self.place.get(way.end, -9) == self.place.get(way.start, -99) + 1

    def stroke(self, cases: int, most: float = 11.0) -> float:
        """The width of a stroke for so many cases."""
        return 1.4 + (most - 1.4) * cases / self.most if cases else 0.0

    def arcs(self, track: Sequence[Station]) -> tuple[list[Arc], list[Way]]:
        """The arcs beside the track with the room their words need."""
        arcs, ways = [], []
        for way in self.beside:
            words = self.words(way)
            pill = text_width(words, NOTE, 600) + (46 if not way.intended else 26)
            arcs.append(Arc(self.place[way.start], self.place[way.end], pill, key=f"{way.start}-{way.end}"))
            ways.append(way)
        return arcs, ways

    def words(self, way: Way) -> str:
        """What stands on an arc: how many cases, and what they did."""
        back = self.place[way.end] < self.place[way.start]
        if way.label and way.cases:
            return self.say("paths.labelled", count=way.cases, label=way.label)
        if way.label:
            return way.label
        if back:
            return self.say("paths.back", count=way.cases)
        skipped = self.place[way.end] - self.place[way.start] - 1
        names = [
            station.name
            for station in self.graph.stations
            if self.place.get(station.id, -1) == self.place[way.start] + 1
        ]
        if skipped == 1 and names:
            return self.say("paths.skip-one", count=way.cases, name=names[0])
        if skipped > 1:
            many = "paths.skip-many" if self.graph.mapped else "look.skip-many"
            return self.say(many, count=way.cases, skipped=skipped)
        return self.say("paths.straight", count=way.cases)


@dataclass(frozen=True)
class Tributary:
    """A station off the track, above the station where most of its cases go on."""

    station: Station
    row: int
    target: int
    cases: int
    x: float
    lines: tuple[str, ...]
    height: float


def find_tributaries(
    off: Sequence[Station], ways: Iterable[Way], place: dict[str, int], laid: Rows, rows: int, say: Reader
) -> list[Tributary]:
    found: list[Tributary] = []
    taken: dict[tuple[int, int], bool] = {}
    best: dict[str, Way] = {}
    for way in ways:
        if (
            way.end in place
            and way.start not in place
            and (way.start not in best or way.cases > best[way.start].cases)
        ):
            best[way.start] = way
    for station in sorted(off, key=lambda station: (-station.cases, station.id)):
        if station.id not in best:
            continue
        way = best[station.id]
        spot = laid.spots[place[way.end]]
        columns = sorted(range(laid.columns), key=lambda column: (abs(column - spot.column), column))
        column = next((column for column in columns if (spot.row, column) not in taken), None)
        if column is None or abs(column - spot.column) > 1:
            continue
        taken[(spot.row, column)] = True
        x = next((other.x for other in laid.spots if other.row == spot.row and other.column == column), None)
        if x is None:
            continue
        lines = wrap(station.name, 118, NAME, 600, say.language)[:3]
        height = 2 * 13 + 8 + len(lines) * NAME * 1.25 + NOTE * 1.4 + 22
        found.append(Tributary(station, spot.row, place[way.end], way.cases, x, lines, height))
    return found


def tributary_marks(entry: Tributary, laid: Rows, drawn: Drawn, say: Reader) -> list[Mark]:
    target = laid.spots[entry.target]
    top = laid.tops[entry.row]
    marks: list[Mark] = []
    y = top + NAME
    marks += text_lines(entry.lines, entry.x, y, size=NAME, weight=600, anchor="middle")
    y += (len(entry.lines) - 1) * NAME * 1.25 + NOTE * 1.4
    words = say("paths.off-map", count=entry.station.cases)
    marks.append(Text(entry.x, y, words, NOTE, fill="negative", anchor="middle"))
    cy = y + 8 + 13
    offset = _free_port(entry, laid)
    x = target.x + offset
    end = target.y - (RADIUS**2 - offset**2) ** 0.5 - 2
    stroke = max(drawn.stroke(entry.cases, 5), 1.4)
    if abs(entry.x - target.x) < 1:
        segments: tuple[Segment, ...] = (("M", x, cy + 12), ("L", x, end - 6))
    else:
        bend = min(60.0, (end - cy) * 0.6)
        segments = (("M", entry.x, cy + 13), ("C", entry.x, cy + 13 + bend, x, end - bend, x, end - 6))
    marks.insert(0, Path(segments, stroke="ink", stroke_width=round(stroke, 2)))
    marks.insert(1, signs.arrow_head(x, end, angle="down", size=8))
    marks.append(Circle(entry.x, cy, 13, "surface", "negative", 1.6))
    marks += signs.channel(entry.station.kind, entry.x, cy, entry.station.present)
    label = say(
        "paths.off-label",
        name=entry.station.name,
        count=entry.station.cases,
        goes=next(s.name for s in drawn.graph.stations if drawn.place.get(s.id) == entry.target),
        going=entry.cases,
    )
    return [Group(tuple(marks), id=f"off-{entry.station.id}", role="station", label=label, focusable=True)]


def _free_port(entry: Tributary, laid: Rows) -> float:
    """Where on the top of its target a tributary may end: beside the ends of arcs."""
    target = laid.spots[entry.target]
    used = [arc.x1 - target.x for arc in laid.arcs if arc.start == entry.target]
    used += [arc.x2 - target.x for arc in laid.arcs if arc.end == entry.target]
    side = 0 if abs(entry.x - target.x) < 1 else 1 if entry.x > target.x else -1
    wanted = (
        [0.0, -7.0, 7.0, -13.0, 13.0] if side == 0 else [side * place for place in (9.0, 13.0, 5.0, 15.0)]
    )
    return max(
        wanted, key=lambda place: (min([9.0, *(abs(place - other) for other in used)]), -wanted.index(place))
    )


def track_marks(laid: Rows, track: Sequence[Station], drawn: Drawn) -> list[Mark]:
    marks: list[Mark] = []
    for number in range(len(track) - 1):
        a, b = laid.spots[number], laid.spots[number + 1]
        way: Way | None = drawn.on_track.get((track[number].id, track[number + 1].id))
        children: list[Mark] = []
        if way:
            children += [_rail(a, b, shift) for shift in (-8.0, 8.0)]
            if way.cases:
                children += _flow(a, b, drawn.stroke(way.cases), track[number + 1].truth)
            children += _wait(a, b, way, drawn, laid)
            label = drawn.say(
                "paths.way-label", start=track[number].name, end=track[number + 1].name, count=way.cases
            )
            marks.append(Group(tuple(children), id=f"way-{way.start}-{way.end}", role="way", label=label))
        else:
            gap = Path(_course(a, b, 0.0, 0.0), stroke="line-strong", dash=(1, 5))
            marks.append(Group((gap,), role="way", hidden=True))
    return marks


def _course(a: Spot, b: Spot, shift: float, short: float) -> tuple[Segment, ...]:
    """The way from one station to the next, moved `shift` px outwards and ending `short` px early."""
    if a.row == b.row:
        side = 1 if b.x > a.x else -1
        return ("M", a.x, a.y + shift), ("L", b.x - side * short, b.y + shift)
    side = 1 if a.row % 2 == 0 else -1
    stub = a.x + side * STUB
    swing = stub + side * (SWING + shift * 1.33)
    return (
        ("M", a.x, a.y - shift),
        ("L", stub, a.y - shift),
        ("C", swing, a.y - shift, swing, b.y + shift, stub, b.y + shift),
        ("L", b.x + side * short, b.y + shift),
    )


def _rail(a: Spot, b: Spot, shift: float) -> Path:
    return Path(_course(a, b, shift, 0.0), stroke="line-strong")


def _flow(a: Spot, b: Spot, stroke: float, truth: bool) -> list[Mark]:
    """The stroke of those who went this way, with its head before the station."""
    head = max(8.0, stroke * 1.25)
    goes_right = b.x > a.x if a.row == b.row else a.row % 2 == 1
    room = RADIUS + (8 if truth else 4)
    tip = b.x + (-room if goes_right else room)
    return [
        Path(_course(a, b, 0.0, room - 1 + head), stroke="ink", stroke_width=round(stroke, 2)),
        signs.arrow_head(tip, b.y, angle="right" if goes_right else "left", size=head * 1.05),
    ]


def _wait(a: Spot, b: Spot, way: Way, drawn: Drawn, laid: Rows) -> list[Mark]:
    if way.days is None or way.cases < drawn.graph.small:
        return []
    words = drawn.say.days(way.days * 86400)
    long_wait = way.days >= drawn.graph.long_wait_days
    weight = 600 if long_wait else 400
    size = text_width(words, NOTE, weight)
    if a.row == b.row:
        x, y = a.x + (1 if b.x > a.x else -1) * (RADIUS + 12 + size / 2), a.y - 14
    else:
        side = 1 if a.row % 2 == 0 else -1
        x, y = a.x + side * (STUB + SWING * 0.75 - 22) - side * size / 2, laid.tops[b.row] - 8
    marks: list[Mark] = [
        Text(x, y, words, NOTE, weight, anchor="middle", fill="ink" if long_wait else "ink-2")
    ]
    if long_wait:
        marks += signs.clock(x - size / 2 - 10, y - 4, "ink")
    return marks


def arc_marks(arc: Arc, way: Way, laid: Rows, drawn: Drawn, say: Reader) -> tuple[Group, tuple[Mark, ...]]:
    a, b = laid.spots[arc.start], laid.spots[arc.end]
    hue = "ink" if way.intended else "negative"
    stroke = round(max(drawn.stroke(way.cases, 6), 1.2), 2)
    dash = (5.0, 4.0) if arc.end < arc.start and way.intended else ()
    start, end = a.y - RADIUS + 1, b.y - RADIUS - 2
    y = lane_y(laid, b.row, arc.far_lane)
    segments: list[Segment] = [("M", arc.x1, start)]
    if arc.corridor is None:
        segments += _bridge(arc.x1, start, arc.x2, end - 6, y)
    else:
        near = lane_y(laid, a.row, arc.lane)
        segments += _elbows(
            [
                (arc.x1, start),
                (arc.x1, near),
                (arc.corridor, near),
                (arc.corridor, y),
                (arc.x2, y),
                (arc.x2, end - 6),
            ]
        )
    words = drawn.words(way)
    left = arc.pill_x - arc.pill / 2
    children: list[Mark] = [
        Path(tuple(segments), stroke=hue, stroke_width=stroke, dash=dash),
        signs.arrow_head(arc.x2, end, angle="down", size=8, fill=hue),
    ]
    pill: list[Mark] = [
        Rect(left, y - 11, arc.pill, 22, "paper", hue, 1.4, radius=11),
    ]
    if way.intended:
        pill.append(Text(arc.pill_x, y + 4, words, NOTE, 600, anchor="middle"))
    else:
        pill += signs.warning(left + 17, y, 11)
        pill.append(Text(left + 29, y + 4, words, NOTE, 600, fill="negative"))
    names = {station.id: station.name for station in drawn.graph.stations}
    label = say(
        "paths.way-label" if way.intended else "paths.wild-label",
        start=names[way.start],
        end=names[way.end],
        count=way.cases,
    )
    group = Group(tuple(children), id=f"way-{way.start}-{way.end}", role="way", label=label, focusable=True)
    return group, tuple(pill)


def _bridge(x1: float, y1: float, x2: float, y2: float, top: float) -> list[Segment]:
    """A flat arch from one station's top to another's."""
    side = 1 if x2 >= x1 else -1
    bend = min(abs(x2 - x1) / 2, 34.0)
    return [
        ("C", x1, y1 - (y1 - top) * 0.62, x1 + side * bend * 0.35, top, x1 + side * bend, top),
        ("L", x2 - side * bend, top),
        ("C", x2 - side * bend * 0.35, top, x2, y2 - (y2 - top) * 0.62, x2, y2),
    ]


def _elbows(points: Sequence[tuple[float, float]]) -> list[Segment]:
    """Straight strokes through points, the corners rounded."""
    segments: list[Segment] = []
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        into = _towards(here, before, CORNER)
        out = _towards(here, after, CORNER)
        segments += [("L", *into), ("C", here[0], here[1], here[0], here[1], *out)]
    segments.append(("L", *points[-1]))
    return segments


def _towards(start: tuple[float, float], end: tuple[float, float], distance: float) -> tuple[float, float]:
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    share = min(distance, length / 2) / length if length else 0.0
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def station_words(station: Station, say: Reader) -> tuple[tuple[str, ...], str]:
    return wrap(station.name, 122, NAME, 600, say.language), say("paths.cases", count=station.cases)


def words_height(words: tuple[tuple[str, ...], str]) -> float:
    return len(words[0]) * NAME * 1.25 + NOTE * 1.4 + 10


def station_marks(
    station: Station, x: float, y: float, words: tuple[tuple[str, ...], str], say: Reader, graph: PathGraph
) -> Group:
    children: list[Mark] = []
    if station.truth:
        children.append(Circle(x, y, RADIUS + 4, "paper", "ink", 1.6))
    none = station.cases == 0
    children.append(
        Circle(x, y, RADIUS, "surface", "line-strong" if none else "ink", 1.4, (4, 3) if none else ())
    )
    children += signs.channel(station.kind, x, y, station.present)
    base = y + RADIUS + 8 + NAME
    children += text_lines(words[0], x, base, size=NAME, weight=600, anchor="middle")
    children.append(
        Text(
            x,
            base + (len(words[0]) - 1) * NAME * 1.25 + NOTE * 1.4,
            words[1],
            NOTE,
            fill="ink-3" if none else "ink-2",
            anchor="middle",
        )
    )
    label = say("paths.station-label", name=station.name, count=station.cases, all=graph.cases)
    return Group(tuple(children), id=f"station-{station.id}", role="station", label=label, focusable=True)
