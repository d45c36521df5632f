"""The teams around the network: the arc in pieces, their names beside it, handoffs on it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.network.layout import (
    BAND,
    TEAM_ROOM,
    Block,
    Layout,
)
from polku.diagrams.network.net import NAME, NOTE, Network
from polku.diagrams.parts import signs
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.ellipse import Ellipse
from polku.diagrams.parts.spread import spread
from polku.scene import (
    Line,
    Mark,
    Path,
    text_lines,
    widest,
    wrap,
)


@dataclass(frozen=True)
class Run:
    """Meetings in a row that one team keeps alive.

    Args:
        owner: None where nobody of the company is present, "" where nobody owns it.
        start, end: turns of its ends on the arc.
    """

    owner: str | None
    others: int
    start: float
    end: float


def ground_marks(net: Network, layout: Layout, runs: Sequence[Run], cx: float, cy: float) -> list[Mark]:
    """The buying centre, the arc of the teams, spokes and handoffs."""
    x, y = layout.field.at(0.0)
    whole = (("M", cx + x, cy + y), *layout.field.arc(0.0, math.tau, cx, cy), ("Z",))
    marks: list[Mark] = [Path(whole, "sunken")]
    middle = layout.arc.grown(BAND / 2)
    for run in runs:
        if run.owner:
            marks.append(Path(layout.arc.band(BAND, run.start, run.end, cx, cy), "sunken-2"))
        elif run.owner == "":
            net.used.add("nobody")
            outline = layout.arc.band(BAND, run.start, run.end, cx, cy)
            marks.append(Path(outline, None, "line-strong", 1.2, (4, 3)))
        else:
            net.used.add("absent")
            sx, sy = middle.at(run.start)
            arc = (("M", cx + sx, cy + sy), *middle.arc(run.start, run.end, cx, cy))
            marks.append(Path(arc, None, "line-strong", 1.2, (4, 3)))
    for spot, meeting in zip(layout.spots, net.meetings, strict=False):
        if meeting.present:
            net.used.add("spoke")
            end_x, end_y = layout.arc.at(spot.turn)
            marks.append(Line(cx + spot.x, cy + spot.y, cx + end_x, cy + end_y, "line-strong", 1.1))
    for turn, missing in handoffs(net, layout):
        net.used.add("missing-handoff" if missing else "handoff")
        hx, hy = middle.at(turn)
        marks += (signs.missing_handoff if missing else signs.handoff)(cx + hx, cy + hy)
    if not net.meetings:
        net.used.add("absent")
        sx, sy = middle.at(0.0)
        arc = (("M", cx + sx, cy + sy), *middle.arc(0.0, math.tau, cx, cy))
        marks.append(Path(arc, None, "line-strong", 1.2, (4, 3)))
    return marks


def runs_of(net: Network, layout: Layout) -> list[Run]:
    """The arc's pieces, clockwise from the journey's beginning at the top."""
    found: list[tuple[str | None, int, int, set[str]]] = []
    for number, meeting in enumerate(net.meetings):
        owner = (meeting.owner or "") if meeting.present else None
        others = set(meeting.owners[1:])
        if found and found[-1][0] == owner:
            before = found[-1]
            found[-1] = (owner, before[1], number, before[3] | others)
        else:
            found.append((owner, number, number, others))
    borders = borders_of(net, layout)
    gap = 7 / layout.arc.ry
    return [
        Run(owner, len(others - {owner}), borders[first] + gap, borders[last + 1] - gap)
        for owner, first, last, others in found
    ]


def borders_of(net: Network, layout: Layout) -> list[float]:
    """Turns half way between meetings; the first and last are the beginning and end at the top."""
    turns = [spot.turn for spot in layout.spots]
    between = [(one + other) / 2 for one, other in itertools.pairwise(turns)]
    return [0.0, *between, math.tau]


def handoffs(net: Network, layout: Layout) -> list[tuple[float, bool]]:
    """Where work changes hands on the arc, and whether nobody described how."""
    found: dict[int, bool] = {}
    for change in net.facts.changes:
        number = net.place_of.get(change.step)
        if number is not None:
            found[number] = found.get(number, False) or change.handoff is None
    borders = borders_of(net, layout)
    # At the very top the sign stands inside the arc, not over its beginning.
    edge = 24 / layout.arc.rx
    return [(max(borders[number], edge), missing) for number, missing in sorted(found.items())]


def team_words(
    net: Network, layout: Layout, runs: Sequence[Run], page: float
) -> list[tuple[Block, list[Mark]]]:
    """Names of the teams level beside the arc, set apart on each side."""
    outer = layout.arc.grown(BAND + 10)
    found: list[tuple[Block, list[Mark]]] = []
    for side in (1.0, -1.0):
        items = []
        for run in runs:
            turn = (run.start + run.end) / 2
            if run.owner is None or (turn <= math.pi) != (side > 0):
                continue
            y = outer.at(turn)[1]
            room = max(TEAM_ROOM, min(200.0, page / 2 - MARGIN - outer.reach(y) - 8))
            items.append((y, team_lines(net, run, room), room))
        items.sort(key=lambda item: item[0])
        places = _apart([(y, len(lines[0]) * 16.0 + len(lines[1]) * 15.0) for y, lines, _ in items])
        for (_, (name, note), _), y in zip(items, places, strict=True):
            found.append(team_block(net, name, note, side, y, outer, page))
    return found


def team_lines(net: Network, run: Run, room: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not run.owner:
        return (), wrap(net.say("diagrams.owner-nobody"), room, NOTE, 400, net.say.language)
    name = net.facts.workspace.label("teams", run.owner)
    others = net.say("network.other-teams", count=run.others) if run.others else ""
    return (
        wrap(name, room, NAME, 600, net.language),
        wrap(others, room, NOTE, 400, net.say.language) if others else (),
    )


def team_block(
    net: Network,
    name: tuple[str, ...],
    note: tuple[str, ...],
    side: float,
    y: float,
    outer: Ellipse,
    page: float,
) -> tuple[Block, list[Mark]]:
    height = len(name) * 16.0 + len(note) * 15.0
    nearest = 0.0 if abs(y) < height / 2 else abs(y) - height / 2
    wide = max(widest(name, NAME, 600), widest(note, NOTE))
    x = max(outer.reach(nearest), 8.0)
    x = min(x, page / 2 - MARGIN - wide)
    anchor = "start" if side > 0 else "end"
    top = y - height / 2
    marks: list[Mark] = list(
        text_lines(name, side * x, top + 12.5, size=NAME, weight=600, anchor=anchor, line=16 / NAME)  # type: ignore[arg-type]
    )
    below = top + len(name) * 16 + 11.5
    marks += text_lines(note, side * x, below, size=NOTE, anchor=anchor, fill="ink-3", line=15 / NOTE)  # type: ignore[arg-type]
    left, right = (x, x + wide) if side > 0 else (-x - wide, -x)
    return Block(left, top, right, top + height), marks


def _apart(items: Sequence[tuple[float, float]]) -> list[float]:
    """Middles of words of given heights, set apart."""
    heights = [height for _, height in items]
    gaps = [(one + other) / 2 + 6 for one, other in itertools.pairwise(heights)]
    return spread([y for y, _ in items], gaps, -math.inf, math.inf)
