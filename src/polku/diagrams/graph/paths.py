"""The path graph: what customers really did, drawn over the track that was intended for them."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.graph.graph import PathGraph, Station, Way, telling
from polku.diagrams.graph.strokes import (
    MOST_UNINTENDED,
    NOTE,
    Drawn,
    Tributary,
    arc_marks,
    find_tributaries,
    station_marks,
    station_words,
    track_marks,
    tributary_marks,
    words_height,
)
from polku.diagrams.graph.track import lay_out
from polku.diagrams.parts import signs
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    text_lines,
    text_width,
    wrap,
)
from polku.words import Reader, reader
from polku.words import Text as Words

MARGIN = 28.0


def draw_paths(
    graph: PathGraph,
    *,
    title: Words | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1200.0,
    most: int = MOST_UNINTENDED,
    most_off: int | None = None,
) -> Scene:
    """Draw stations on their track and the ways taken; widths are cases, red is not intended.

    Args:
        most: ways that nobody intended, at most; the others are counted in words.
        most_off: places off the track, those with most cases first; the others are named in words. None: as fit.
    """
    say = reader(language)
    track = [station for station in graph.stations if station.on_track and station.seen]
    unseen = [station for station in graph.stations if station.on_track and not station.seen]
    off = [station for station in graph.stations if not station.on_track and station.cases]
    place = {station.id: number for number, station in enumerate(track)}
    drawn = Drawn(graph, say, place, most)
    arcs, ways = drawn.arcs(track)
    words = {station.id: station_words(station, say) for station in track}
    room = width - 2 * MARGIN
    first = lay_out(len(track), room, [], left=MARGIN, top=0, extras=[0] * 99, below=[0] * 99)
    rows = max((spot.row for spot in first.spots), default=-1) + 1
    near = sorted(off, key=lambda station: -station.cases)[:most_off]
    kept = [station for station in off if station in near]
    tributaries = find_tributaries(kept, graph.ways, place, first, rows, say)
    below = [
        max(
            (words_height(words[track[n].id]) for n, spot in enumerate(first.spots) if spot.row == row),
            default=0,
        )
        for row in range(rows)
    ]
    extras = [
        max((entry.height for entry in tributaries if entry.row == row), default=0.0) for row in range(rows)
    ]
    head, y = _head(graph, title or _title(graph, say), say, width)
    laid = lay_out(len(track), room, arcs, left=MARGIN, top=y, extras=extras, below=below)
    marks: list[Mark] = [head]
    marks += track_marks(laid, track, drawn)
    for entry in tributaries:
        marks += tributary_marks(entry, laid, drawn, say)
    drawn_arcs = [arc_marks(arc, way, laid, drawn, say) for arc, way in zip(arcs, ways, strict=True)]
    # Words lie over all strokes, so that none is struck through where strokes have to cross.
    marks += [group for group, _ in drawn_arcs]
    marks += [Group(pill, hidden=True) for _, pill in drawn_arcs]
    for number, station in enumerate(track):
        marks.append(
            station_marks(station, laid.spots[number].x, laid.spots[number].y, words[station.id], say, graph)
        )
    foot, bottom = _foot(graph, drawn, unseen, off, tributaries, say, laid.height if track else y + 24, width)
    marks += foot
    scene_title = say.text(title or _title(graph, say))
    return Scene(
        width=width,
        height=bottom,
        title=scene_title,
        desc=say(
            "paths.desc",
            stations=len(track),
            cases=graph.cases,
            accounts=graph.accounts,
            unintended=drawn.unintended,
        )
        if graph.mapped
        else say("look.desc", stations=len(track), cases=graph.cases),
        language=language,
        marks=(Rect(0, 0, width, bottom, "paper"), *marks),
        theme=theme.name,
        table=_table(graph, say),
    )


def details(graph: PathGraph) -> tuple[int, int]:
    """How much there is that can be left out: ways that nobody intended between places of the track, and places off it."""
    track = {station.id for station in graph.stations if station.on_track and station.seen}
    place = {
        id: number
        for number, id in enumerate(station.id for station in graph.stations if station.id in track)
    }
    off = sum(not station.on_track and bool(station.cases) for station in graph.stations)
    return Drawn(graph, reader("en"), place).unintended, off


def _title(graph: PathGraph, say: Reader) -> Words:
    wild = [way for way in graph.ways if not way.intended and way.cases and way.start != way.end]
    names = {station.id: station for station in graph.stations}
    wild = [way for way in wild if names[way.start].on_track and names[way.end].on_track]
    if not graph.cases:
        return say("paths.title-empty")
    if wild:
        order = {station.id: number for number, station in enumerate(graph.stations)}
        truths = [
            number for number, station in enumerate(graph.stations) if station.truth and station.on_track
        ]

        def weight(way: Way) -> tuple[float, str, str]:
            return telling(way.cases, order[way.start], order[way.end], truths), way.start, way.end

        way = max(wild, key=weight)
        return say(
            "paths.title-wild",
            count=way.cases,
            all=graph.cases,
            start=names[way.start].name,
            end=names[way.end].name,
        )
    return say("paths.title-fit", all=graph.cases)


def _head(graph: PathGraph, title: Words, say: Reader, width: float) -> tuple[Group, float]:
    lines = wrap(say.text(title), width - 2 * MARGIN, 24, 600, say.language)
    marks: list[Mark] = list(text_lines(lines, MARGIN, MARGIN + 20, size=24, weight=600))
    y = MARGIN + 20 + (len(lines) - 1) * 30 + 24
    what = say("paths.question" if graph.mapped else "look.question")
    facts = say("paths.counted", count=graph.cases, accounts=graph.accounts, period=graph.period)
    if not graph.mapped:
        facts = say("look.counted", count=graph.cases, period=graph.period)
    if graph.example:
        facts = say("paths.sample", facts=facts)
    marks.append(Text(MARGIN, y, what, 14, fill="ink-2"))
    if text_width(what, 14) + text_width(facts, NOTE) + 24 > width - 2 * MARGIN:
        y += 20
        marks.append(Text(MARGIN, y, facts, NOTE, fill="ink-3"))
    else:
        marks.append(Text(width - MARGIN, y, facts, NOTE, fill="ink-3", anchor="end"))
    return Group(tuple(marks), id="head", role="head"), y + 30


def _foot(
    graph: PathGraph,
    drawn: Drawn,
    unseen: Sequence[Station],
    off: Sequence[Station],
    tributaries: Sequence[Tributary],
    say: Reader,
    y: float,
    width: float,
) -> tuple[list[Mark], float]:
    notes: list[str] = []
    if not graph.cases:
        notes.append(say("paths.empty"))
    if drawn.hidden:
        notes.append(say("paths.more", count=len(drawn.hidden), cases=sum(way.cases for way in drawn.hidden)))
    if drawn.unused and graph.cases:
        notes.append(say("paths.unused", count=drawn.unused))
    if unseen:
        notes.append(say("paths.unseen", count=len(unseen), names=[station.name for station in unseen]))
    placed = {entry.station.id for entry in tributaries}
    rest = [station for station in off if station.id not in placed]
    if rest:
        notes.append(
            say(
                "paths.off-rest",
                names=[say("paths.name-cases", name=station.name, cases=station.cases) for station in rest],
            )
        )
    if any(way.days is not None for way in graph.ways):
        notes.append(say("paths.how-days" if graph.mapped else "look.how-days"))
    if graph.hidden_stations:
        notes.append(say("paths.hidden" if graph.mapped else "look.hidden", count=graph.hidden_stations))
    marks: list[Mark] = [Line(MARGIN, y, width - MARGIN, y)]
    y += 22
    for note in notes:
        lines = wrap(note, width - 2 * MARGIN, NOTE, 400, say.language)
        marks += text_lines(lines, MARGIN, y, size=NOTE, fill="ink-2", line=1.4)
        y += len(lines) * NOTE * 1.4 + 4
    x = MARGIN
    legend: list[Mark] = []
    if drawn.on_track and graph.mapped:
        legend += [
            Line(x, y - 8, x + 28, y - 8, "line-strong"),
            Line(x, y, x + 28, y, "line-strong"),
            Text(x + 36, y, say("paths.intended"), NOTE, fill="ink-2"),
        ]
        x += 36 + text_width(say("paths.intended"), NOTE) + 24
    legend += [
        Line(x, y - 4, x + 28, y - 4, "ink", 5),
        Text(x + 36, y, say("paths.actual"), NOTE, fill="ink-2"),
    ]
    x += 36 + text_width(say("paths.actual"), NOTE) + 24
    if drawn.unintended or off:
        legend += [
            Line(x, y - 4, x + 16, y - 4, "negative", 2.5),
            *signs.warning(x + 24, y - 4, 11),
            Text(x + 36, y, say("paths.unintended"), NOTE, fill="ink-2"),
        ]
        x += 36 + text_width(say("paths.unintended"), NOTE) + 24
    if any(station.truth and station.on_track for station in graph.stations):
        legend += [
            Circle(x + 8, y - 4, 8, None, "ink", 1.4),
            Circle(x + 8, y - 4, 5, None, "ink", 1.2),
            Text(x + 24, y, say("paths.truth"), NOTE, fill="ink-2"),
        ]
    marks.append(Group(tuple(legend), id="legend", role="legend"))
    if graph.rest:
        lines = wrap(graph.rest, width - 2 * MARGIN, NOTE, 400, say.language)
        told = text_lines(lines, MARGIN, y + 24, size=NOTE, fill="ink-3", line=1.4)
        marks.append(Group(tuple(told), id="remainder", role="words"))
        y += 24 + (len(lines) - 1) * NOTE * 1.4
    return marks, y + MARGIN


def _table(graph: PathGraph, say: Reader) -> Table:
    names = {station.id: station.name for station in graph.stations}
    rows = tuple(
        (
            names[way.start],
            names[way.end],
            say.number(way.cases),
            say.days(way.days * 86400) if way.days is not None else "–",
            say("paths.intended") if way.intended else say("paths.unintended"),
        )
        for way in sorted(graph.ways, key=lambda way: (-way.cases, way.start, way.end))
        if way.cases or way.intended
    )
    columns = tuple(say(f"paths.column-{name}") for name in ("from", "to", "cases", "days", "drawn"))
    if not graph.mapped:
        return Table(columns[:-1], tuple(row[:-1] for row in rows), say("look.question"))
    return Table(columns, rows, say("paths.question"))
