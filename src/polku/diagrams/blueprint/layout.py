"""Where everything behind the steps of one band stands: acts by team, systems, partners, and what leads to what."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.blueprint.hands import Passed, bare, given_hands, team_of
from polku.diagrams.blueprint.parts import INSET, PARTNER, SYSTEMS, Box, Cell, Link, Plan, Turn, Words
from polku.diagrams.matrix.owner import handoff_words
from polku.diagrams.parts.bands import Band, Column
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import StepFacts
from polku.documents import Act, Handoff
from polku.scene import widest, wrap

MOST_WORDS = 360.0
LEAST_BEND = 88.0
"""A handoff whose level part is this long says its words above it."""


def plan_band(drawing: Drawing, band: Band) -> Plan:
    """Everything behind a band's steps, with its place across the page; places down the page follow later."""
    shown = {facts.step.id for _, facts in band.steps}
    # Work changes hands between the lanes of teams: without them there is nowhere to show it.
    passed = (
        [one for one in given_hands(drawing.facts) if one[0].step.id in shown] if drawing.has("back") else []
    )
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


def _teams(drawing: Drawing, band: Band, passed: Sequence[Passed]) -> list[str | None]:
    used: set[str | None] = set()
    for _, facts in band.steps if drawing.has("back") else ():
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
    if not drawing.has("front"):
        pass
    elif step.front:
        said = tuple(Words(_front_words(drawing, act, facts), 500, fill) for act in step.front)
        cell.front = Box("act", 0, 0, said)
    elif direct:
        cell.front = Box("hole", 0, 0, (_not_described(drawing),))
    by_id: dict[str, Box] = {}
    boxes: list[tuple[Act, Box]] = []
    for place, act in enumerate(step.back if drawing.has("back") else ()):
        box = Box("act", plan.level(team_of(act, facts)), place, (Words(act.does, 500, fill),))
        boxes.append((act, box))
        if act.id:
            by_id[act.id] = box
    cell.acts = [box for _, box in boxes]
    if bare(facts) and drawing.has("back"):
        cell.acts.append(Box("hole", plan.level(facts.owner), 0, (_not_described(drawing),)))
    known = {one[0].step.id for one in passed}
    if step.receives and step.id not in known and cell.acts:
        # Nobody said from whom: there is no line to draw, but what comes in is said.
        words = reader("blueprint.receives", what=handoff_words(step.receives, drawing) or "?")
        first = cell.acts[0]
        first.paragraphs = (*first.paragraphs, Words(words, 400, "ink-2", polku=True))
    _link_acts(cell, boxes, by_id)
    if drawing.has("systems"):
        _add_systems(drawing, cell, boxes)
    if drawing.has("partner"):
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
    users: list[tuple[Act, Box | None]] = [(act, cell.front) for act in cell.facts.step.front]
    users += boxes if drawing.has("back") else [(act, None) for act in cell.facts.step.back]
    # From the lowest act up, so that its line runs straight down and the others pass beside.
    for act, box in sorted(users, key=lambda user: (-user[1].level, -user[1].place) if user[1] else (0, 0)):
        if act.system is None:
            continue
        system = by_system.get(act.system)
        if system is None:
            name = drawing.facts.workspace.label("systems", act.system)
            system = by_system[act.system] = Box("system", SYSTEMS, len(by_system), (Words(name, 600),))
            cell.systems.append(system)
        # What uses it may stand in a lane that is left out.
        if box and not any(link.before is box and link.after is system for link in cell.links):
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
