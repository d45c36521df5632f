"""How a ladder stands on its page: rungs and the roles on them, ways up and down with room for their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.flow import closes
from polku.diagrams.parts.journey import NOBODY, JourneyFacts, StepFacts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.spread import spread
from polku.documents import Stage, next_of
from polku.scene import Mark, RoleSign, Text, fit, wrap

PAGE = 1600.0
LEAST_PAGE = 1240.0
RUNG = 14.0
CELL = 128.0
"""Room of one role on a rung."""

SQUARE = 13.0
MOST_ACROSS = 4
"""Roles side by side on a rung; more stand in rows."""

HEAD = 206.0
FALLS = 216.0
"""Left of the ladder: heads of rungs, then ways down with their words."""

CLIMBS = 250.0
READINGS = 330.0
MOST_FALLS = 6
LEAST_GAP = 92.0


@dataclass(frozen=True)
class Line:
    """Words in one line."""

    text: str
    size: float = 12.0
    weight: int = 400
    fill: str = "ink-2"


@dataclass(frozen=True)
class Cell:
    """One role on one rung.

    Args:
        top: y of its badge, from the top of the rung's room.
        across: squares in one row.
        cases: that reach its most met step there; None where nothing is counted.
        whole: all cases.
    """

    role: str | None
    sign: RoleSign
    insight: str | None
    steps: tuple[StepFacts, ...]
    column: int
    top: float
    across: int
    cases: int | None
    whole: int


@dataclass(frozen=True)
class Climb:
    """From a rung up to the next one: how many ways are drawn, and its words."""

    ways: int
    lines: tuple[Line, ...]

    @property
    def height(self) -> float:
        """Of its words."""
        return 15.5 * len(self.lines)


@dataclass
class Rung:
    """A stage as a rung; y is its upper edge, once that is known; `room` is what stands on it."""

    number: int
    stage: Stage | None
    steps: tuple[StepFacts, ...]
    cells: list[Cell]
    words: Words
    cases: int | None
    room: float
    climb: Climb | None = None
    y: float = 0.0

    def head(self, y: float) -> list[Mark]:
        """Its number and name with the first baseline at y."""
        return moved_all(self.words.marks, 0, y)


@dataclass
class Fall:
    """Ways that lead from one rung down to another, as one arc."""

    number: int
    start: int
    end: int
    before: str
    after: str
    unsolved: bool
    said: str
    cases: int | None = None
    count: int = 1
    depth: float = 0.0
    y: float = 0.0
    lines: tuple[str, ...] = ()


@dataclass
class Ladder:
    """A whole ladder; rungs from the lowest up."""

    page: float
    left: float
    right: float
    beside: bool
    rungs: list[Rung]
    falls: list[Fall]
    hidden: int
    below: list[tuple[RoleSign, str]]
    top: float = 0.0
    ground: float = 0.0
    gaps: list[float] = field(default_factory=list)
    least_gap: float = LEAST_GAP

    @property
    def bottom(self) -> float:
        """Below all of it."""
        across = max(1, int((self.right - self.left) / CELL))
        return self.ground + 56 + 26 * max(0, -(-len(self.below) // across) - 1)

    @property
    def label_edge(self) -> float:
        """Where words of ways down end."""
        return self.left - 12 - max([fall.depth for fall in self.falls], default=0.0) - 8

    def head_y(self, rung: Rung) -> float:
        """First baseline of a rung's head: beside what stands on the rung, ending a little below it."""
        return max(rung.y - max(rung.room, 30) + 18, rung.y + 20 - rung.words.y)

    def place(self, y: float) -> None:
        """Give rungs their places from y downwards, and words of ways down theirs between them."""
        self.top = y
        at = y + 20
        for rung in reversed(self.rungs):
            at += max(rung.room, 30)
            rung.y = at
            # Rungs that stand closer take it from the air between their heads.
            closer = min(16.0, max(0.0, LEAST_GAP - self.least_gap))
            low = self.head_y(rung) + rung.words.y + 8 - closer
            # What stands above this rung decided its room; what hangs beneath it is decided here.
            at = max(at + RUNG + 26 - closer, low)
            below = self.rungs[rung.number - 1] if rung.number else None
            if below is not None and below.climb is not None:
                needed = below.climb.height + 34
                at = max(at, rung.y + RUNG + max(needed, self.least_gap) - max(below.room, 30))
        self.ground = at + 4
        self._place_falls()

    def _place_falls(self) -> None:
        middles = [(self.rungs[fall.start].y + self.rungs[fall.end].y + RUNG) / 2 for fall in self.falls]
        order = sorted(range(len(self.falls)), key=lambda place: (middles[place], place))
        heights = [15.5 * len(self.falls[place].lines) + 8 for place in order]
        apart = [(one + other) / 2 for one, other in pairwise(heights)]
        if not order:
            return
        places = spread(
            [middles[place] for place in order],
            apart,
            self.top + heights[0] / 2,
            self.ground - heights[-1] / 2,
        )
        for place, y in zip(order, places, strict=True):
            self.falls[place].y = y


def most_met(steps: Sequence[StepFacts], measured: MeasuredJourney) -> int | None:
    """Cases that reach the most met of some steps; None where data can see none of them."""
    seen = [measured.step(one.step.id) for one in steps]
    return max((step.cases or 0 for step in seen if step.observable), default=None)


def missing_from(facts: JourneyFacts) -> list[tuple[str, tuple[Stage, ...]]]:
    """Roles that know what the product must do, and the rungs they have no step on; those missing most first."""
    insight = {id: role.insight for id, role in facts.workspace.roles.items()}
    rungs = [(stage, steps) for stage, steps in facts.stages if stage and steps]
    found = []
    for role in facts.roles:
        gone = tuple(stage for stage, steps in rungs if all(one.role != role for one in steps))
        if gone and insight.get(role) == "high":
            name = next((one.role_name for one in facts.steps if one.role == role), None)
            found.append((name or facts.workspace.label("roles", role), gone))
    return sorted(found, key=lambda one: -len(one[1]))


def falls_of(facts: JourneyFacts, measured: MeasuredJourney | None) -> list[Fall]:
    """Ways to a lower rung, one per pair of rungs; the way that closes the loop is none of them."""
    rung = {one.step.id: place for place, (_, steps) in enumerate(facts.stages) for one in steps}
    last = len(facts.stages) - 1
    found: dict[tuple[int, int], Fall] = {}
    for one in facts.steps:
        for way in next_of(facts.journey, one.step):
            start, end = rung[one.step.id], rung[way.to]
            if end >= start or (closes(facts) and (start, end) == (last, 0)):
                continue
            to = facts.by_id[way.to]
            fall = found.get((start, end))
            if fall is None:
                found[start, end] = Fall(
                    len(found), start, end, one.step.label, to.step.label, way.unsolved, way.label or ""
                )
            else:
                fall.count += 1
                fall.unsolved = fall.unsolved or way.unsolved
    for way_taken in measured.ways if measured else ():
        start, end = rung.get(way_taken.before, 0), rung.get(way_taken.after, 0)
        if end >= start or (closes(facts) and (start, end) == (last, 0)):
            continue
        before, after = facts.by_id[way_taken.before], facts.by_id[way_taken.after]
        fall = found.setdefault(
            (start, end), Fall(len(found), start, end, before.step.label, after.step.label, True, "")
        )
        fall.cases = (fall.cases or 0) + way_taken.cases
    return list(found.values())


def lay_out(drawing: Drawing, width: float | None, measured: MeasuredJourney | None) -> Ladder:
    """Rungs with all that stands on them; their places down the page follow in `Ladder.place`."""
    facts = drawing.facts
    roles: list[str | None] = [role for role in facts.roles if any(one.role == role for one in facts.steps)]
    if any(one.role is None for one in facts.steps):
        roles.append(None)
    across = max(2, min(MOST_ACROSS, len(roles)))
    page = max(width or PAGE, LEAST_PAGE)
    left = MARGIN + HEAD + FALLS
    right = left + across * CELL + 28
    beside = right + READINGS + 200 + MARGIN <= page
    rungs = [
        _rung(drawing, place, stage, steps, roles, across, measured)
        for place, (stage, steps) in enumerate(facts.stages)
    ]
    room = (CLIMBS if beside else page - MARGIN - right - 52) - 8
    for rung, above in pairwise(rungs):
        rung.climb = _climb(drawing, rung, above, room)
    found = sorted(
        falls_of(facts, measured), key=lambda fall: (-(fall.cases or 0), not fall.unsolved, fall.number)
    )
    falls = found[:MOST_FALLS]
    _set_falls(drawing, falls)
    standing = set(roles)
    below = [
        (facts.signs[role], fit(_name(drawing, role), CELL - 34, 12))
        for role in facts.workspace.role_order()
        if role not in standing and role in facts.signs
    ]
    return Ladder(page, left, right, beside, rungs, falls, len(found) - len(falls), below)


def _name(drawing: Drawing, role: str) -> str:
    return drawing.facts.workspace.label("roles", role).split(" ")[0].rstrip(",")


def _rung(
    drawing: Drawing,
    place: int,
    stage: Stage | None,
    steps: tuple[StepFacts, ...],
    roles: Sequence[str | None],
    across: int,
    measured: MeasuredJourney | None,
) -> Rung:
    reader, facts = drawing.reader, drawing.facts
    cases = most_met(steps, measured) if measured else None
    cells: list[Cell] = []
    top = 16.0
    squares = int((CELL - 36) / SQUARE)
    for start in range(0, len(roles), across):
        tallest = 20.0
        for column, role in enumerate(roles[start : start + across]):
            here = tuple(one for one in steps if one.role == role)
            if role is None and not here:
                continue
            known = facts.workspace.roles.get(role or "")
            counted = most_met(here, measured) if measured else None
            cells.append(
                Cell(
                    role,
                    facts.signs.get(role, NOBODY) if role else NOBODY,
                    known.insight if known else None,
                    here,
                    column,
                    top,
                    squares,
                    counted,
                    measured.cases if measured else 0,
                )
            )
            rows = -(-len(here) // squares)
            tallest = max(tallest, (rows - 1) * SQUARE + 12 + (18 if counted is not None else 0))
        top += tallest + 14
    words = Words(MARGIN + 36, 0.0, HEAD - 48, drawing.language)
    if stage is None:
        words.add(reader("diagrams.no-stage"), 15, 600, fill="ink-3", language=reader.language)
    else:
        words.marks.append(Text(MARGIN, 4.0, str(place + 1), 30, 600, fill="line-strong"))
        if place >= 9:
            words.x += 14
            words.width -= 14
        words.add(stage.label, 15, 600)
        ask = stage.questions[0].ask if stage.questions else None
        if ask:
            words.add(ask, 12, fill="ink-3")
    if not steps:
        words.add(reader("diagrams.no-step"), 12, 600, language=reader.language)
    elif measured and cases is None:
        words.add(reader("diagrams.unseen"), 12, 600, language=reader.language)
    elif measured:
        words.add(
            reader("ladder.cases", count=cases, whole=measured.cases), 12, 600, language=reader.language
        )
    else:
        words.add(reader("diagrams.steps", count=len(steps)), 12, 600, language=reader.language)
    return Rung(place, stage, steps, cells, words, cases, top - 2)


def _climb(drawing: Drawing, rung: Rung, above: Rung, room: float) -> Climb:
    """What leads up: the touchpoints of the steps from which a way is drawn to a higher rung."""
    facts, reader = drawing.facts, drawing.reader
    place = {one.step.id: number for number, (_, steps) in enumerate(facts.stages) for one in steps}
    leads: dict[str, None] = {}
    ways = 0
    for one in rung.steps:
        for way in next_of(facts.journey, one.step):
            if place[way.to] > rung.number:
                ways += 1
                leads[one.touchpoint_name or one.step.label] = None
    if not ways:
        said = reader("ladder.no-way-up")
        return Climb(
            0, tuple(Line(line, 12, 600, "ink-3") for line in wrap(said, room, 12, 600, reader.language))
        )
    if rung.cases is not None and above.cases is not None:
        said = reader("ladder.from-to", here=rung.cases, there=above.cases)
    else:
        said = reader("ladder.ways-up", count=ways)
    lines = [Line(line, 12, 600, "ink") for line in wrap(said, room, 12, 600, reader.language)]
    by = wrap(", ".join(leads), room, 12, 400, drawing.language)
    lines += [Line(line) for line in by[:4]]
    if len(by) > 4:
        lines[-1] = Line(fit(f"{by[3]} {by[4]}", room, 12))
    return Climb(ways, tuple(lines))


def _set_falls(drawing: Drawing, falls: Sequence[Fall]) -> None:
    """Shorter arcs lie inside longer ones that they would meet; words in what room is left."""
    reader = drawing.reader
    levels: list[list[tuple[int, int]]] = []
    for fall in sorted(falls, key=lambda fall: (fall.start - fall.end, fall.number)):
        free = (
            number
            for number, level in enumerate(levels)
            if all(fall.start <= low or fall.end >= high for low, high in level)
        )
        number = next(free, len(levels))
        if number == len(levels):
            levels.append([])
        levels[number].append((fall.end, fall.start))
        fall.depth = 34.0 + 15.0 * number
    deepest = max((fall.depth for fall in falls), default=0.0)
    room = FALLS - 12 - deepest - 20
    for fall in falls:
        said = fall.said
        if fall.cases:
            words = reader("ladder.down-cases", count=fall.cases)
            said = f"{words}: {said}" if said else words
        elif not said:
            said = reader("ladder.down", count=fall.count)
        language = drawing.language if fall.said else reader.language
        lines = wrap(said, room, 12, 600, language)
        if len(lines) > 3:
            lines = (*lines[:2], fit(" ".join(lines[2:]), room, 12, 600))
        fall.lines = tuple(lines)
