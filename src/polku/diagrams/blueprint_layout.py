"""Where everything behind the steps of one band stands: acts by team, systems, partners, and what leads to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from polku.diagrams.bands import Band, Column
from polku.diagrams.drawing import Drawing
from polku.diagrams.journey import JourneyFacts, StepFacts
from polku.diagrams.owner import handoff_words
from polku.documents import Act, Handoff
from polku.scene import widest, wrap

LINE = 15.0
PAD_X = 7.0
PAD_Y = 7.0
INSET = 3.0
ENTRY = 9.0
"""Left free in a column into which a handoff leads, for its last bend and arrow."""

TRACK = 7.0
"""From a box's edge to the first line that passes it; further ones stand TRACK_STEP apart."""

TRACK_STEP = 5.0
MOST_WORDS = 360.0
LEAST_BEND = 88.0
"""A handoff whose level part is this long says its words above it."""

SYSTEMS = 1000
PARTNER = 2000
"""Levels beneath the teams' lanes, which count from 1; frontstage is level 0."""

Kind = Literal["act", "hole", "system", "partner"]


@dataclass(frozen=True)
class Words:
    """A paragraph in a box."""

    text: str
    weight: int = 400
    fill: str = "ink"
    polku: bool = False
    """Whether they are polku's own words, hyphenated by the reader's language."""


@dataclass(eq=False)
class Box:
    """One act, system or partner; its place is set when the whole band is known."""

    kind: Kind
    level: int
    place: int
    paragraphs: tuple[Words, ...]
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    lines: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2

    def set_words(self, x: float, width: float, drawing: Drawing) -> None:
        """Give it its place across; its height follows from its words."""
        self.x, self.width = x, width
        self.lines = []
        for words in self.paragraphs:
            language = drawing.reader.language if words.polku else drawing.language
            room = width - 2 * PAD_X + 2
            self.lines += [
                (line, words.weight, words.fill)
                for line in wrap(words.text, room, 12, words.weight, language)
            ]
        self.height = len(self.lines) * LINE + 2 * PAD_Y - 2


@dataclass(eq=False)
class Link:
    """One thing that sets off or uses another in the same column; `track` where it has to pass boxes between."""

    before: Box
    after: Box
    track: int | None = None


@dataclass(eq=False)
class Cell:
    """All that stands behind one step."""

    column: Column
    facts: StepFacts
    front: Box | None = None
    acts: list[Box] = field(default_factory=list)
    systems: list[Box] = field(default_factory=list)
    partner: Box | None = None
    links: list[Link] = field(default_factory=list)
    receives: bool = False
    sends: bool = False
    tracks: int = 0

    @property
    def boxes(self) -> list[Box]:
        """All of them from top to bottom."""
        found = [*self.acts, *self.systems]
        found += [box for box in (self.front, self.partner) if box is not None]
        return sorted(found, key=lambda box: (box.level, box.place))

    def stack(self, level: int) -> list[Box]:
        """The acts in one team's lane, from top to bottom."""
        return [box for box in self.acts if box.level == level]

    @property
    def entry_x(self) -> float:
        """Where a handoff comes down."""
        return self.column.x + INSET

    @property
    def left(self) -> float:
        """The left edge of its boxes."""
        return self.column.x + INSET + (ENTRY if self.receives else 0)

    @property
    def right(self) -> float:
        """The right edge of its boxes."""
        tracks = self.tracks
        return (
            self.column.x + self.column.width - INSET - (TRACK + TRACK_STEP * (tracks - 1) if tracks else 0)
        )

    def track_x(self, track: int) -> float:
        """Where a line that passes boxes runs."""
        return self.right + TRACK + TRACK_STEP * track


@dataclass(eq=False)
class Turn:
    """Work that changes hands, as a line from one team's lane to another's.

    Args:
        source: the last act of those who give; None where it stands in another band.
        words: what is passed, in lines; said at `words_x`, one row above or beneath the level part.
    """

    cell: Cell
    target: Box
    source: Box | None
    source_cell: Cell | None
    from_level: int
    to_level: int
    handoff: Handoff | None
    from_team: str
    to_team: str
    start_x: float = 0.0
    words: tuple[str, ...] = ()
    words_x: float = 0.0
    words_width: float = 0.0
    row: int = 0
    row_y: float = 0.0
    border_y: float = 0.0

    @property
    def down(self) -> bool:
        """Whether it leads to a lane further down."""
        return self.to_level > self.from_level

    @property
    def end_x(self) -> float:
        """Where it turns into the lane of those who receive."""
        return self.cell.entry_x

    @property
    def extent(self) -> tuple[float, float]:
        """From where to where its row is taken."""
        low, high = min(self.start_x, self.end_x), max(self.start_x, self.end_x)
        if self.words:
            low, high = min(low, self.words_x), max(high, self.words_x + self.words_width)
        return low - 6, high + 6


@dataclass
class Plan:
    """One band behind the steps: cells in columns, teams in lanes."""

    cells: list[Cell]
    teams: list[str | None]
    turns: list[Turn]

    def level(self, team: str | None) -> int:
        """The level of a team's lane."""
        return self.teams.index(team) + 1


def meetings(facts: JourneyFacts) -> tuple[StepFacts, ...]:
    """Steps in which a customer meets us directly."""
    return tuple(one for one in facts.steps if one.touchpoint is not None and one.touchpoint.direct)


def bare(one: StepFacts) -> bool:
    """Whether a meeting with us has nothing described behind it."""
    return one.touchpoint is not None and one.touchpoint.direct and not one.step.back


def team_of(act: Act, one: StepFacts) -> str | None:
    """Whose lane an act stands in."""
    return act.team or one.owner


def plan_band(drawing: Drawing, band: Band) -> Plan:
    """Everything behind a band's steps, with its place across the page; places down the page follow later."""
    shown = {facts.step.id for _, facts in band.steps}
    passed = [one for one in given_hands(drawing.facts) if one[0].step.id in shown]
    teams = _teams(drawing, band, passed)
    plan = Plan([], teams, [])
    for column, facts in band.steps:
        plan.cells.append(_cell(drawing, plan, column, facts, passed))
    by_step = {cell.facts.step.id: cell for cell in plan.cells}
    for facts, before, handoff, from_team, to_team in passed:
        plan.turns.append(
            _turn(
                drawing, plan, by_step[facts.step.id], by_step.get(before or ""), handoff, from_team, to_team
            )
        )
    for cell in plan.cells:
        _set_tracks(cell)
    for cell in plan.cells:
        for box in cell.boxes:
            if box.kind != "partner":
                box.set_words(cell.left, cell.right - cell.left, drawing)
        if cell.front is not None:
            # Nothing passes the frontstage: it takes the whole column.
            cell.front.set_words(cell.column.x + INSET, cell.column.width - 2 * INSET, drawing)
    for turn in plan.turns:
        turn.start_x = _start_x(band, plan, turn)
    for turn in plan.turns:
        _set_words(drawing, band, plan, turn)
    _set_rows(plan)
    return plan


Passed = tuple[StepFacts, str | None, Handoff | None, str, str]
"""Receiving step, giving step, what is described, from team, to team."""


def given_hands(facts: JourneyFacts) -> list[Passed]:
    """All places where work changes hands: along drawn ways, and those that only the receiving step tells of."""
    found: list[Passed] = []
    for change in facts.changes:
        one = facts.by_id[change.step]
        from_team = change.from_team
        said = change.handoff.from_ if change.handoff else None
        if said and said != change.to_team:
            from_team = said
        found.append((one, change.before, change.handoff, from_team, change.to_team))
    told = {(one.step.id) for one, *_ in found}
    for one in facts.steps:
        given = one.step.receives
        if given and one.step.id not in told and given.from_ and one.owner and given.from_ != one.owner:
            found.append((one, None, given, given.from_, one.owner))
    # Two ways from one team into one step are one handoff.
    return list({(one[0].step.id, one[3], one[4]): one for one in reversed(found)}.values())[::-1]


def _teams(drawing: Drawing, band: Band, passed: Sequence[Passed]) -> list[str | None]:
    used: set[str | None] = set()
    for _, facts in band.steps:
        used |= {team_of(act, facts) for act in facts.step.back}
        if bare(facts):
            used.add(facts.owner)
    for *_, from_team, to_team in passed:
        used |= {from_team, to_team}
    known = [team.id for team in drawing.facts.workspace.settings.teams]
    order: list[str | None] = [team for team in known if team in used]
    order += sorted(team for team in used if team is not None and team not in known)
    return [*order, None] if None in used else order


def _cell(drawing: Drawing, plan: Plan, column: Column, facts: StepFacts, passed: Sequence[Passed]) -> Cell:
    cell = Cell(column, facts)
    step, reader = facts.step, drawing.reader
    fill = "ink" if drawing.shown(facts.role) else "ink-3"
    direct = facts.touchpoint is not None and facts.touchpoint.direct
    if step.front:
        said = tuple(Words(_front_words(drawing, act, facts), 500, fill) for act in step.front)
        cell.front = Box("act", 0, 0, said)
    elif direct:
        cell.front = Box("hole", 0, 0, (_not_described(drawing),))
    by_id: dict[str, Box] = {}
    boxes: list[tuple[Act, Box]] = []
    for place, act in enumerate(step.back):
        box = Box("act", plan.level(team_of(act, facts)), place, (Words(act.does, 500, fill),))
        boxes.append((act, box))
        if act.id:
            by_id[act.id] = box
    cell.acts = [box for _, box in boxes]
    if bare(facts):
        cell.acts.append(Box("hole", plan.level(facts.owner), 0, (_not_described(drawing),)))
    known = {one[0].step.id for one in passed}
    if step.receives and step.id not in known and cell.acts:
        # Nobody said from whom: there is no line to draw, but what comes in is said.
        words = reader("blueprint.receives", what=handoff_words(step.receives, drawing) or "?")
        first = cell.acts[0]
        first.paragraphs = (*first.paragraphs, Words(words, 400, "ink-2", polku=True))
    _link_acts(cell, boxes, by_id)
    _add_systems(drawing, cell, boxes)
    _add_partner(drawing, cell, fill)
    return cell


def _not_described(drawing: Drawing) -> Words:
    return Words(drawing.reader("blueprint.not-described"), 400, "ink-3", polku=True)


def _front_words(drawing: Drawing, act: Act, facts: StepFacts) -> str:
    if act.team and act.team != facts.owner:
        return f"{drawing.facts.workspace.label('teams', act.team)}: {act.does}"
    return act.does


def _link_acts(cell: Cell, boxes: Sequence[tuple[Act, Box]], by_id: dict[str, Box]) -> None:
    """What the frontstage sets off in each lane, and which act follows which."""
    follow = {act.then for act, _ in boxes if act.then}
    follow |= {act.then for act in cell.facts.step.front if act.then}
    heads = [box for act, box in boxes if act.id is None or act.id not in follow]
    set_off = {box.level: box for box in reversed(heads)}
    targets = list(set_off.values())
    for act in cell.facts.step.front:
        if act.then in by_id and by_id[act.then] not in targets:
            targets.append(by_id[act.then])
    if cell.front is not None:
        ordered = sorted(targets, key=lambda box: (box.level, box.place))
        cell.links += [Link(cell.front, box) for box in ordered]
    for act, box in boxes:
        if act.then in by_id and by_id[act.then] is not box:
            cell.links.append(Link(box, by_id[act.then]))


def _add_systems(drawing: Drawing, cell: Cell, boxes: Sequence[tuple[Act, Box]]) -> None:
    by_system: dict[str, Box] = {}
    users: list[tuple[Act, Box]] = [(act, cell.front) for act in cell.facts.step.front if cell.front]
    # From the lowest act up, so that its line runs straight down and the others pass beside.
    for act, box in sorted((*users, *boxes), key=lambda user: (-user[1].level, -user[1].place)):
        if act.system is None:
            continue
        system = by_system.get(act.system)
        if system is None:
            name = drawing.facts.workspace.label("systems", act.system)
            system = by_system[act.system] = Box("system", SYSTEMS, len(by_system), (Words(name, 600),))
            cell.systems.append(system)
        if not any(link.before is box and link.after is system for link in cell.links):
            cell.links.append(Link(box, system))


def _add_partner(drawing: Drawing, cell: Cell, fill: str) -> None:
    part = cell.facts.step.partner
    if part is None:
        return
    workspace = drawing.facts.workspace
    known = workspace.partners.get(part.id)
    does = part.does or (known.does if known else None)
    words = [Words(workspace.label("partners", part.id), 600, fill)]
    if does:
        words.append(Words(does, 400, fill))
    cell.partner = Box("partner", PARTNER, 0, tuple(words))
    acting = [box for box in cell.acts if box.kind == "act"] or [
        box for box in (cell.front,) if box is not None and box.kind == "act"
    ]
    if acting:
        cell.links.append(Link(max(acting, key=lambda box: (box.level, box.place)), cell.partner))


def _turn(
    drawing: Drawing,
    plan: Plan,
    cell: Cell,
    before: Cell | None,
    handoff: Handoff | None,
    from_team: str,
    to_team: str,
) -> Turn:
    from_level, to_level = plan.level(from_team), plan.level(to_team)
    target = next(iter(cell.stack(to_level)), None)
    if target is None:
        # Work arrives, and nobody said what becomes of it.
        target = Box("hole", to_level, 0, (_not_described(drawing),))
        cell.acts.append(target)
    cell.receives = True
    giver = _giver(plan, cell, before, from_level)
    source = giver.stack(from_level)[-1] if giver else None
    if giver and plan.cells.index(giver) + 1 != plan.cells.index(cell):
        giver.sends = True
    return Turn(cell, target, source, giver, from_level, to_level, handoff, from_team, to_team)


def _giver(plan: Plan, cell: Cell, before: Cell | None, level: int) -> Cell | None:
    """The giving step's cell; where its team has nothing there, the nearest one before it that has."""
    if before is None or before is cell:
        return None
    start = plan.cells.index(before)
    for other in reversed(plan.cells[: start + 1]):
        if other is not cell and other.stack(level):
            return other
    return None


def _set_tracks(cell: Cell) -> None:
    """A line runs straight down where nothing stands between; else it takes a track beside the boxes.

    Lines to the same end share a track, and so do lines that are over before the other begins.
    """
    order = {box: place for place, box in enumerate(cell.boxes)}
    tracks: list[list[tuple[int, int, Box]]] = []
    for link in cell.links:
        first, last = sorted((order[link.before], order[link.after]))
        if order[link.after] == order[link.before] + 1:
            continue
        for number, track in enumerate(tracks):
            if all(link.after is end or last <= low or first >= high for low, high, end in track):
                link.track = number
                track.append((first, last, link.after))
                break
        else:
            link.track = len(tracks)
            tracks.append([(first, last, link.after)])
    cell.tracks = len(tracks) + cell.sends


def _start_x(band: Band, plan: Plan, turn: Turn) -> float:
    """Where a handoff leaves its source; a short way before its end where that stands in another band."""
    giver = turn.source_cell
    if giver is None:
        return max(band.left + 4, turn.end_x - 34)
    if plan.cells.index(giver) + 1 == plan.cells.index(turn.cell):
        return turn.end_x
    return giver.track_x(giver.tracks - 1)


def _set_words(drawing: Drawing, band: Band, plan: Plan, turn: Turn) -> None:
    """Where a handoff's words stand: in its bend, else on the side where fewer lines run through them."""
    reader = drawing.reader
    if turn.handoff is None:
        said, weight, language = reader("diagrams.handoff-missing"), 500, reader.language
    else:
        said = handoff_words(turn.handoff, drawing) or reader("diagrams.handoff-passes-nothing")
        weight, language = 400, drawing.language
    low, high = min(turn.start_x, turn.end_x), max(turn.start_x, turn.end_x)
    bend = wrap(said, max(high - low - 16, 1), 12, weight, language)
    if high - low >= LEAST_BEND and len(bend) <= 3:
        turn.words, turn.words_x = bend, low + 8
        turn.words_width = widest(bend, 12, weight)
        return
    right = wrap(said, min(MOST_WORDS, max(band.right - high - 12, 1)), 12, weight, language)
    left = wrap(said, min(MOST_WORDS, max(low - 9 - band.left, 1)), 12, weight, language)
    right_width, left_width = widest(right, 12, weight), widest(left, 12, weight)
    sides = (
        (len(right), _crossed(plan, turn, high + 9, high + 9 + right_width), right, high + 9, right_width),
        (
            len(left),
            _crossed(plan, turn, low - 9 - left_width, low - 9),
            left,
            low - 9 - left_width,
            left_width,
        ),
    )
    # As few lines of words as can be, then as few lines through them; a tie goes to the right.
    _, _, turn.words, turn.words_x, turn.words_width = min(sides, key=lambda side: side[:2])


def _crossed(plan: Plan, turn: Turn, low: float, high: float) -> int:
    """How many lines run down between two places through the row of a handoff."""
    level = turn.from_level
    count = 0
    for cell in plan.cells:
        for link in cell.links:
            first, last = sorted((link.before.level, link.after.level))
            passes = first <= level < last if turn.down else first < level <= last
            x = (cell.left + cell.right) / 2 if link.track is None else cell.track_x(link.track)
            count += passes and low - 4 < x < high + 4
    for other in plan.turns:
        first, last = sorted((other.from_level, other.to_level))
        count += other is not turn and first <= level <= last and low - 4 < other.end_x < high + 4
    return count


def _set_rows(plan: Plan) -> None:
    """Handoffs that leave a lane on the same side and would meet take rows of their own."""
    taken: dict[tuple[int, bool], list[list[tuple[float, float]]]] = {}
    for turn in plan.turns:
        rows = taken.setdefault((turn.from_level, turn.down), [])
        low, high = turn.extent
        for number, row in enumerate(rows):
            if all(high <= other_low or low >= other_high for other_low, other_high in row):
                turn.row = number
                row.append((low, high))
                break
        else:
            turn.row = len(rows)
            rows.append([(low, high)])
