"""The network: which role meets which touchpoint, which team keeps it alive, and who is left outside."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from polku.diagrams.network.arc import ground_marks, runs_of, team_words
from polku.diagrams.network.layout import (
    BAND,
    LEAST_PAGE,
    NODE,
    RING,
    ROLE,
    TEAM_ROOM,
    Block,
    Layout,
)
from polku.diagrams.network.meetings import left_outside, meetings, met_by
from polku.diagrams.network.net import NAME, NOTE, THIN, Network
from polku.diagrams.network.outside import (
    Placed,
    alone_listing,
    beneath,
    in_corners,
    outside_listing,
    partner_listing,
    system_listing,
)
from polku.diagrams.network.signs import (
    centre_group,
    legend_entries,
    meeting_group,
    no_meeting_group,
    role_group,
)
from polku.diagrams.network.words import network_description, network_table, network_title
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.ellipse import Ellipse
from polku.diagrams.parts.frame import foot
from polku.diagrams.parts.journey import (
    journey_facts,
    step_label,
)
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.page import FindingLike, journey_head, page_scene
from polku.diagrams.parts.ways_between import Curve, Obstacles, bend_clear, strand
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
    Group,
    Line,
    Mark,
    Path,
    Scene,
    Theme,
    widest,
)
from polku.words import Text as Words
from polku.words import reader

PAGE = 1600.0
MOST = 24
"""More touchpoints than these stand together by channel and team."""

THICKEST = 15.0
"""A way of however many steps is no wider than this."""


def draw_network(
    workspace: Workspace,
    journey: Journey,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    roles: Sequence[str] | None = None,
    today: dt.date | None = None,
    names: bool = True,
    findings: Iterable[FindingLike] = (),
    width: float | None = None,
    title: Words | None = None,
    measured: MeasuredJourney | None = None,
    tag: str = "",
) -> Scene:
    """Roles in the middle, touchpoints around them clockwise in journey order, teams on the arc outside.

    Keywords are those of `draw_matrix`; names and findings change nothing, as no person stands here.

    Args:
        roles: in the foreground; the ways of the others are grey.
        width: of the page; a page is never narrower than the words around the ring need.
        measured: makes ways as wide as their cases, and says the cases of each touchpoint.
    """
    facts = journey_facts(
        workspace, journey, today=today, measured=measured.seen if measured else frozenset()
    )
    say = reader(language)
    net = Network(facts, say, None if roles is None else frozenset(roles), measured, meetings(facts, MOST))
    page = max(width or PAGE, LEAST_PAGE)
    layout = net.lay_out(page)
    page = max(page, 2 * (layout.arc.rx + BAND + 14 + TEAM_ROOM + MARGIN))
    heading = say.text(title if title is not None else network_title(facts, net.meetings))
    frame_head, top = journey_head(
        facts, say, page, title=heading, question=say("network.question"), measured=measured, tag=tag
    )
    body, y = draw_body(net, layout, page, top)
    frame_foot, height = foot(page, y + 20, legend_entries(net), say("network.how-to-read"), say.language)
    return page_scene(
        page,
        height,
        title=heading,
        desc=say.text(network_description(facts, net.meetings)),
        say=say,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=network_table(facts, say),
    )


def draw_body(net: Network, layout: Layout, page: float, top: float) -> tuple[list[Mark], float]:
    """All marks between head and foot; returns the y below them."""
    runs = runs_of(net, layout)
    teams = team_words(net, layout, runs, page)
    outer = layout.arc.grown(BAND)
    high = max([outer.ry + 6, *(-block.top for block, _ in teams)]) + 6
    low = max([outer.ry + 6, *(block.bottom for block, _ in teams)]) + 6
    cx, cy = page / 2, top + 10 + high
    box = Block(MARGIN - cx, -high, cx - MARGIN, low)
    placed = around(net, box, outer, [block for block, _ in teams])
    taken = (*(block for block, _ in teams), *placed.words)
    marks: list[Mark] = [
        Group(
            (
                *ground_marks(net, layout, runs, cx, cy),
                *moved_all(lines_out(net, layout, placed, taken), cx, cy),
            ),
            id="ground",
            role="ground",
            hidden=True,
        ),
        Group(
            tuple(mark for _, words in teams for mark in moved_all(words, cx, cy)),
            id="teams",
            role="teams",
        ),
    ]
    inside, alone = step_groups(net, layout, cx, cy), moved_all(placed.marks, cx, cy)
    marks += inside
    marks += [meeting_group(net, number, layout, cx, cy) for number in range(len(net.meetings))]
    if not net.meetings:
        marks.append(no_meeting_group(net, layout, cx, cy))
    marks += [role_group(net, role, layout, cx, cy) for role in net.roles]
    marks.append(centre_group(net, layout, cx, cy))
    marks += alone
    y = cy + low
    if placed.left_over:
        below, y = beneath(placed.left_over, MARGIN, y + 24, page - 2 * MARGIN, net.language)
        marks += below
    return marks, y


def around(net: Network, box: Block, outer: Ellipse, taken: Sequence[Block]) -> Placed:
    """What stands in the corners."""
    facts, say, language = net.facts, net.say, net.language
    outside = left_outside(facts.workspace, [facts.journey], facts)
    kinds = {id: channel.kind for id, channel in facts.workspace.channels.items()}
    systems = system_listing(facts, net.meetings, say, language)
    partners = partner_listing(facts, net.meetings, say, language)
    if outside.count:
        net.used.add("outside")
    if partners:
        net.used.add("partner")
    wanted = [
        (outside_listing(outside, kinds, say), "top-left"),
        (systems, "top-right"),
        (partners, "bottom-left"),
        (alone_listing(facts, say, language), "bottom-right"),
    ]
    return in_corners(wanted, box, outer, taken, language)


def lines_out(net: Network, layout: Layout, placed: Placed, taken: Sequence[Block]) -> list[Mark]:
    """Lines from the arc to systems and partners, where one can be drawn past everything."""
    outer = layout.arc.grown(BAND)
    marks: list[Mark] = []
    for number, x, y in placed.ends:
        for aside in (0.0, 0.05, -0.05, 0.1, -0.1, 0.15, -0.15):
            sx, sy = outer.at(layout.spots[number].turn + aside)
            out_x, out_y = sx / outer.rx**2, sy / outer.ry**2
            steep = (out_x * (x - sx) + out_y * (y - sy)) / math.hypot(out_x, out_y)
            if steep < 0.35 * math.hypot(x - sx, y - sy):
                continue
            if not any(_crosses((sx, sy), (x, y), block) for block in taken):
                marks.append(Line(sx, sy, x, y, "ink-2", 1.2))
                break
    return marks


def step_groups(net: Network, layout: Layout, cx: float, cy: float) -> list[Mark]:
    """A way for each step, in the order they are read; steps between the same two lie side by side."""
    ties: dict[tuple[str | None, int], list[tuple[str, float]]] = {}
    for one in net.facts.steps:
        number = net.place_of.get(one.step.id)
        if number is None:
            continue
        for place, role in enumerate(met_by(one)):
            if role in layout.roles:
                wide = net.width_of(one) if place == 0 else THIN
                ties.setdefault((role, number), []).append((one.step.id, wide))
    obstacles = obstacles_of(net, layout)
    strands: dict[str, list[Mark]] = {}
    for (role, number), steps in ties.items():
        spot, start = layout.spots[number], layout.roles[role]
        curve = bend_clear(
            (start.x, start.y), (spot.x, spot.y), obstacles, own=(f"role-{role}", f"meeting-{number}")
        )
        net.curves.append(curve)
        strands_of = _side_by_side([wide for _, wide in steps])
        for (id, wide), away in zip(steps, strands_of, strict=True):
            strands.setdefault(id, []).append(step_way(net, curve, away, wide, role, number, cx, cy))
    total = len(net.facts.steps)
    return [
        Group(
            tuple(strands[one.step.id]),
            id=f"step-{one.step.id}",
            role="step",
            label=step_label(one, total, net.say),
            focusable=True,
        )
        for one in net.facts.steps
        if one.step.id in strands
    ]


def step_way(
    net: Network, curve: Curve, away: float, wide: float, role: str | None, number: int, cx: float, cy: float
) -> Mark:
    """One step's stroke from its role to what it meets."""
    dash: tuple[float, ...] = ()
    if not net.meetings[number].present:
        dash = (5, 4)
        net.used.add("indirect")
    else:
        net.used.add("meets")
    if wide == THIN and not net.measured:
        net.used.add("with")
    stroke = net.sign(role).token if net.in_front(role) else "line-strong"
    return Path(strand(curve, away, cx, cy), None, stroke, wide, dash)


def obstacles_of(net: Network, layout: Layout) -> Obstacles:
    """What a way should not run over: other roles and meetings, and their words."""
    circles: list[tuple[str, float, float, float]] = []
    blocks: list[tuple[str, Block]] = []
    for role, at in layout.roles.items():
        name, notes = net.captions[role]
        wide = max(widest(name, NAME, 600), *(widest([note], NOTE) for note, _ in notes), 0.0) / 2 + 9
        circles.append((f"role-{role}", at.x, at.y, ROLE + 7))
        below = at.y + ROLE + 8 + len(name) * 16 + len(notes) * 15
        blocks.append((f"role-{role}", Block(at.x - wide, at.y + ROLE, at.x + wide, below)))
    for number, (spot, label) in enumerate(zip(layout.spots, net.labels, strict=False)):
        circles.append((f"meeting-{number}", spot.x, spot.y, NODE + 9))
        left = spot.x + RING + 6 if spot.right else spot.x - RING - 6 - net.label_width(label)
        block = Block(left, spot.label_top, left + net.label_width(label), spot.label_top + label.height)
        blocks.append((f"label-{number}", block))
    return Obstacles(tuple(circles), tuple(blocks))


def _crosses(start: tuple[float, float], end: tuple[float, float], block: Block) -> bool:
    """Whether a straight line runs through a block."""
    (sx, sy), (ex, ey) = start, end
    points = ((sx + (ex - sx) * n / 32, sy + (ey - sy) * n / 32) for n in range(32))
    return any(
        block.left - 3 < x < block.right + 3 and block.top - 3 < y < block.bottom + 3 for x, y in points
    )


def _side_by_side(widths: Sequence[float]) -> list[float]:
    """How far each strand stands from the middle of its way."""
    whole = sum(widths) + 0.8 * (len(widths) - 1)
    squeeze = min(1.0, THICKEST / whole)
    away, found = -whole / 2, []
    for wide in widths:
        found.append((away + wide / 2) * squeeze)
        away += wide + 0.8
    return found
