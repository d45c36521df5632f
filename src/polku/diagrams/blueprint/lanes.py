"""The lanes of the blueprint beneath the customer's action: frontstage, teams, systems and partners, with their lines."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.blueprint.layout import plan_band
from polku.diagrams.blueprint.partners import box_lines, empty_lane, partner_lane
from polku.diagrams.blueprint.parts import LINE, PAD_X, PAD_Y, PARTNER, Box, Cell, Link, Plan, Turn
from polku.diagrams.parts.bands import MARGIN, Band, Layers
from polku.diagrams.parts.drawing import Drawing, head_of
from polku.diagrams.parts.signs import arrow_head, handoff, missing_handoff
from polku.scene import Circle, Group, Line, Mark, Path, Rect, Segment, Text, text_width

INTERACTION: tuple[float, ...] = ()
VISIBILITY = (9.0, 5.0)
INTERNAL = (2.0, 4.0)
TO_PARTNER = (9.0, 3.0, 2.0, 3.0)

BEHIND = ("front", "back", "systems", "partner")
"""Names of the lanes behind the cards, from top to bottom; back is a lane for each team."""

LANE_PAD = 11.0
LANE_GAP = 5.0
LEAST_LANE = 54.0
BEFORE_LINE = 16.0
AFTER_LINE = 15.0
TURN_PAD = 14.0
"""From a lane's edge to the first handoff's level line, so that its capsule on the edge stays clear of it."""


def behind_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """All that stands behind a band's steps; y is the lower edge of their cards. Each lane begins with its line."""
    plan = plan_band(drawing, band)
    links: list[Mark] = []
    if drawing.has("front"):
        y = _named_line(drawing, band, layers, "interaction", y + BEFORE_LINE, INTERACTION)
        y = _front(drawing, plan, y + AFTER_LINE, layers)
    if drawing.has("back"):
        y = _named_line(drawing, band, layers, "visibility", y + BEFORE_LINE, VISIBILITY)
        y = _teams(drawing, band, plan, y + AFTER_LINE, layers)
    whole = drawing.facts.steps
    has_systems = any(cell.systems for cell in plan.cells)
    if not drawing.has("systems"):
        pass
    elif has_systems or (not band.number and not any(act.system for one in whole for act in one.step.back)):
        y = _named_line(drawing, band, layers, "internal", y + BEFORE_LINE, INTERNAL)
        y = _systems(drawing, band, plan, y + AFTER_LINE, layers)
    has_partner = any(cell.partner for cell in plan.cells)
    if not drawing.has("partner"):
        pass
    elif has_partner or (not band.number and not any(one.step.partner for one in whole)):
        y = _named_line(drawing, band, layers, "partner", y + BEFORE_LINE, TO_PARTNER)
        y = partner_lane(drawing, band, plan, y + AFTER_LINE, layers)
    for cell in plan.cells:
        for link in cell.links:
            drawing.use("triggers")
            links += _link(cell, link)
    layers.heads.append(Group(tuple(links), id=f"links-{band.number}", role="links", hidden=True))
    # All lines before all words, so that no line runs over a plate.
    lines = tuple(mark for turn in plan.turns for mark in _turn_line(turn))
    layers.over.append(Group(lines, id=f"handoffs-{band.number}", role="links", hidden=True))
    layers.over += [_turn_words(drawing, turn) for turn in plan.turns]
    return y


def card_links(drawing: Drawing, plan: Plan, top: float) -> list[Mark]:
    """From the cards down to what customers meet of us."""
    marks: list[Mark] = []
    for cell in plan.cells:
        if cell.front is not None and cell.front.kind == "act":
            drawing.use("triggers")
            x = _middle(cell)
            marks += [Line(x, top, x, cell.front.y - 6, "ink-2", 1.2), _arrow(x, cell.front.y, "down")]
    return marks


def _named_line(
    drawing: Drawing, band: Band, layers: Layers, name: str, y: float, dash: tuple[float, ...]
) -> float:
    """One of the four lines, its name before it."""
    words = drawing.reader(f"blueprint.line-{name}")
    layers.heads.append(Text(MARGIN, y + 4.3, words, 12, 600, fill="ink-2"))
    layers.under.append(Line(MARGIN + text_width(words, 12, 600) + 10, y, band.right, y, "ink", 1.5, dash))
    return y


def _front(drawing: Drawing, plan: Plan, y: float, layers: Layers) -> float:
    reader = drawing.reader
    low = head_of(
        drawing, layers, reader("diagrams.lane-front"), reader("blueprint.lane-front-note"), y=y - 6
    )
    fronts = [cell.front for cell in plan.cells if cell.front is not None]
    height = max([front.height for front in fronts], default=0.0)
    card_bottom = y - AFTER_LINE - BEFORE_LINE
    for cell in plan.cells:
        if cell.front is not None:
            cell.front.y, cell.front.height = y, height
            layers.step(cell.facts, *_box(drawing, cell.front))
    if drawing.has("action"):
        links = tuple(card_links(drawing, plan, card_bottom))
        layers.heads.append(Group(links, role="links", hidden=True))
    return max(low, y + height)


def _teams(drawing: Drawing, band: Band, plan: Plan, y: float, layers: Layers) -> float:
    reader = drawing.reader
    if not plan.teams:
        low = head_of(drawing, layers, reader("diagrams.lane-back"), y=y - 6)
        if any(one.step.back for one in drawing.facts.steps):
            return low
        return max(low, empty_lane(drawing, band, layers, y, "blueprint.no-back"))
    for level, team in enumerate(plan.teams, 1):
        title = drawing.facts.workspace.label("teams", team) if team else reader("blueprint.no-team")
        low = head_of(drawing, layers, title, reader("blueprint.lane-team-note"), y=y - 2)
        bottom = max(_team_lane(plan, level, y), low + 6, y + LEAST_LANE)
        ground = Rect(band.left, y, band.right - band.left, bottom - y, "sunken", radius=2)
        if team is None:
            ground = Rect(
                band.left, y, band.right - band.left, bottom - y, "sunken", "line-strong", 1.2, (4, 3), 2
            )
        layers.under.append(ground)
        for cell in plan.cells:
            for box in cell.stack(level):
                layers.step(cell.facts, *_box(drawing, box))
        for turn in plan.turns:
            if turn.from_level == level and turn.down:
                # Rows hang from the lane's lower edge, whatever made the lane that tall.
                turn.row_y += bottom
        y = bottom + LANE_GAP
        for turn in plan.turns:
            if min(turn.from_level, turn.to_level) <= level < max(turn.from_level, turn.to_level) and (
                level == turn.from_level or level == turn.from_level - 1
            ):
                turn.border_y = bottom + LANE_GAP / 2
    return y - LANE_GAP


def _team_lane(plan: Plan, level: int, y: float) -> float:
    """Give the acts of one team their places; returns the lane's lower edge."""
    ups = _rows(plan, level, down=False)
    top = y + (TURN_PAD if ups else LANE_PAD)
    for row in ups:
        for turn in row:
            turn.row_y = top
        top += max(len(turn.words) for turn in row) * LINE + 14
    low = top
    for cell in plan.cells:
        at = top
        before: Box | None = None
        for box in cell.stack(level):
            if before is not None:
                follows = any(link.before is before and link.after is box for link in cell.links)
                at += 16 if follows else 5
            box.y = at
            at += box.height
            before = box
        low = max(low, at)
    bottom = low + LANE_PAD
    under = TURN_PAD
    for row in reversed(_rows(plan, level, down=True)):
        for turn in row:
            turn.row_y = -under
        under += max(len(turn.words) for turn in row) * LINE + 9
        # Beneath what stands in its own columns; beside what stands in others.
        bottom = max(bottom, _low(plan, level, row, y) + 6 + under)
    return bottom


def _low(plan: Plan, level: int, row: Sequence[Turn], y: float) -> float:
    """The lowest edge among the acts of a lane that a row of handoffs runs under."""
    boxes = [box for cell in plan.cells for box in cell.stack(level)]
    extents = [turn.extent for turn in row]
    return max(
        (box.bottom for box in boxes for left, right in extents if box.x < right and box.right > left),
        default=y,
    )


def _rows(plan: Plan, level: int, *, down: bool) -> list[list[Turn]]:
    turns = [turn for turn in plan.turns if turn.from_level == level and turn.down is down]
    count = max([turn.row for turn in turns], default=-1) + 1
    return [[turn for turn in turns if turn.row == row] for row in range(count)]


def _systems(drawing: Drawing, band: Band, plan: Plan, y: float, layers: Layers) -> float:
    reader = drawing.reader
    low = head_of(
        drawing,
        layers,
        reader("blueprint.lane-systems"),
        reader("blueprint.lane-systems-note"),
        y=y - 6,
    )
    bottom = y
    if not any(cell.systems for cell in plan.cells):
        return max(low, empty_lane(drawing, band, layers, y, "blueprint.no-system"))
    for cell in plan.cells:
        at = y
        for box in cell.systems:
            box.y = at
            layers.step(cell.facts, *_box(drawing, box))
            at = box.bottom + 8
        bottom = max(bottom, at - 8)
    return max(low, bottom)


def _box(drawing: Drawing, box: Box) -> list[Mark]:
    if box.kind == "hole":
        drawing.use("not-described")
        frame: list[Mark] = [
            Rect(box.x, box.y, box.width, box.height, "paper", "line-strong", 1.2, (4, 3), 3)
        ]
    elif box.kind == "system":
        frame = [
            Rect(box.x, box.y, box.width, box.height, "surface", "ink-2", 1.2, radius=1),
            Line(box.x, box.y + 4, box.right, box.y + 4, "ink-2", 1.2),
        ]
        middle = box.x + box.width / 2
        return frame + [
            Text(middle, box.y + PAD_Y + 12 + LINE * n, line, 12, weight, anchor="middle", fill=fill)
            for n, (line, weight, fill) in enumerate(box.lines)
            if line
        ]
    else:
        drawing.use("described")
        frame = [Rect(box.x, box.y, box.width, box.height, "surface", "ink-2", 1.3, radius=3)]
    return [*frame, *box_lines(box, box.x + PAD_X, box.y)]


def _middle(cell: Cell) -> float:
    return (cell.left + cell.right) / 2


def _arrow(x: float, y: float, angle: str, fill: str = "ink-2") -> Path:
    return arrow_head(x, y, angle=angle, size=6, fill=fill)


def _link(cell: Cell, link: Link) -> list[Mark]:
    """A thin line down; beside the boxes where some stand between."""
    before, after = link.before, link.after
    if link.track is None:
        x = _middle(cell)
        return [Line(x, before.bottom, x, after.y - 5, "ink-2", 1.2), _arrow(x, after.y, "down")]
    x = cell.track_x(link.track)
    points: list[tuple[float, float]] = []
    if before.level == 0:
        points.append((x, before.bottom))
    else:
        points += [(before.right, before.middle + 5), (x, before.middle + 5)]
    if after.level == 0:
        end, angle = (x, after.bottom), "up"
        points.append((x, after.bottom + 5))
    elif after.level == PARTNER:
        end, angle = (x, after.y), "down"
        points.append((x, after.y - 5))
    else:
        end, angle = (after.right, after.middle - 5), "left"
        points += [(x, end[1]), (after.right + 5, end[1])]
    return [Path(_way(points), stroke="ink-2", stroke_width=1.2), _arrow(*end, angle)]


def _way(points: Sequence[tuple[float, float]]) -> tuple[Segment, ...]:
    return tuple(("L" if place else "M", x, y) for place, (x, y) in enumerate(points))


def _turn_line(turn: Turn) -> list[Mark]:
    """A handoff's line: out of one lane, along it, over the border, into the other."""
    missing = turn.handoff is None
    colour, dash = ("negative", (4.0, 3.0)) if missing else ("ink", ())
    row, target = turn.row_y, turn.target
    points: list[tuple[float, float]] = []
    marks: list[Mark] = []
    if turn.source is not None:
        points += [(turn.source.right, turn.source.middle), (turn.start_x, turn.source.middle)]
    else:
        marks.append(Circle(turn.start_x, row, 2.6, colour))
    points += [
        (turn.start_x, row),
        (turn.end_x, row),
        (turn.end_x, target.middle),
        (target.x - 5, target.middle),
    ]
    marks.append(Path(_way(points), stroke=colour, stroke_width=1.6, dash=dash))
    return [*marks, _arrow(target.x, target.middle, "right", colour)]


def _turn_words(drawing: Drawing, turn: Turn) -> Group:
    """A handoff's words on plates, and its capsule on the border between the lanes."""
    missing = turn.handoff is None
    weight, fill = (500, "negative") if missing else (400, "ink-2")
    marks: list[Mark] = []
    for number, line in enumerate(turn.words):
        if not line:
            continue
        at = turn.row_y + 15 + LINE * number
        if turn.down:
            at = turn.row_y - 6 - LINE * (len(turn.words) - 1 - number)
        wide = text_width(line, 12, weight)
        marks.append(Rect(turn.words_x - 3, at - 11, wide + 6, LINE - 0.5, "sunken"))
        marks.append(Text(turn.words_x, at, line, 12, weight, fill=fill))
    drawing.use("missing-handoff" if missing else "handoff")
    sign = missing_handoff if missing else handoff
    marks += sign(turn.end_x, turn.border_y)
    label = drawing.facts.workspace.label
    return Group(
        tuple(marks),
        id=f"handoff-{turn.cell.facts.step.id}-{turn.from_team}",
        role="handoff",
        label=drawing.reader(
            "blueprint.handoff",
            before=label("teams", turn.from_team),
            after=label("teams", turn.to_team),
            step=turn.cell.facts.step.label,
            said=" ".join(turn.words),
        ),
    )
