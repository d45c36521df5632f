"""The timeline: when each role acts, how long they wait, and who of us holds the ball meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from polku.diagrams.parts.bands import MARGIN, Layers
from polku.diagrams.parts.cuts import within
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import foot, role_badge
from polku.diagrams.parts.journey import (
    NOBODY,
    JourneyFacts,
    step_label,
)
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import (
    FindingLike,
    begin,
    journey_head,
    page_scene,
    with_waits,
)
from polku.diagrams.parts.signs import caution, warning
from polku.diagrams.timeline.axis import Axis, axis_of, cut
from polku.diagrams.timeline.below import numbered_list, owner_rows, partner_lane
from polku.diagrams.timeline.heads import axis_row, stage_row
from polku.diagrams.timeline.lanes import (
    BADGE,
    HATCH,
    NUMBER,
    RING,
    BandPlan,
    LanePlan,
    Link,
    Spot,
    plan_band,
)
from polku.diagrams.timeline.legend import timeline_legend
from polku.diagrams.timeline.times import Times, times_of
from polku.diagrams.timeline.words import (
    spoken,
    timeline_description,
    timeline_note,
    timeline_table,
    timeline_title,
)
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Text,
    Theme,
    text_width,
    wrap,
)
from polku.words import Text as Words

HEAD = 150.0
"""Width of the lane heads."""
LEFT, RIGHT = 24.0, 120.0
"""Room before the first badge and behind the last, for its words."""
PAGE, LEAST_PAGE = 1600.0, 900.0
BAND_GAP = 36.0


def draw_timeline(
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
    stages: Sequence[str] | None = None,
    tag: str = "",
) -> Scene:
    """A journey along time, a lane for each role; the keywords are those of `draw_matrix`.

    Places come from measured medians, else from the waits of the file, else from the order alone.
    """
    drawing = begin(
        workspace,
        journey,
        language=language,
        roles=roles,
        today=today,
        names=names,
        findings=findings,
        measured=measured,
        stages=stages,
    )
    facts = drawing.facts
    measured = within(measured, facts) if measured else None
    times = times_of(facts, measured)
    page = width or min(PAGE, max(LEAST_PAGE, 2 * MARGIN + HEAD + 170.0 * len(facts.steps)))
    say = drawing.reader
    heading = say.text(title if title is not None else timeline_title(facts, times))
    frame_head, y = journey_head(
        facts, say, page, title=heading, question=say("timeline.question"), measured=measured, tag=tag
    )
    left = MARGIN + HEAD + LEFT
    room = max(page - MARGIN - left - RIGHT, 200.0)
    axis = axis_of(times, room)
    lanes = _lanes_of(facts)
    body: list[Mark] = []
    cuts = cut(axis, times, room) if facts.steps else ()
    for number, part in enumerate(cuts):
        plan = plan_band(drawing, times, axis, part, lanes, left, page - MARGIN)
        y = _draw_band(
            drawing, times, axis, plan, number, measured, page, y + (BAND_GAP if number else 6), body
        )
    if not facts.steps:
        y = _empty(drawing, page, y + 6, body)
    frame_foot, height = foot(
        page,
        y + 24,
        timeline_legend(drawing),
        with_waits(timeline_note(drawing, times), measured, say),
        say.language,
    )
    return page_scene(
        page,
        height,
        title=heading,
        desc=say.text(timeline_description(facts, times)),
        say=say,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=timeline_table(facts, times, say),
    )


def _lanes_of(facts: JourneyFacts) -> list[str | None]:
    """A lane for each role in the workspace's order, and one for steps of nobody."""
    lanes: list[str | None] = [*facts.roles]
    if any(one.role is None for one in facts.steps) or not lanes:
        lanes.append(None)
    return lanes


def _draw_band(
    drawing: Drawing,
    times: Times,
    axis: Axis,
    plan: BandPlan,
    number: int,
    measured: MeasuredJourney | None,
    page: float,
    y: float,
    body: list[Mark],
) -> float:
    layers = Layers()
    edge = page - MARGIN
    y = stage_row(drawing, plan, layers, number, y, edge)
    top = y
    y = axis_row(drawing, times, axis, plan, layers, y, edge)
    middles: dict[str | None, float] = {}
    for lane in plan.lanes:
        middles[lane.role] = y + lane.up
        low = _lane_head(drawing, layers, lane, y)
        bottom = max(y + lane.up + lane.down, low)
        _draw_lane(drawing, plan, lane, layers, y + lane.up, measured)
        y = bottom
        if lane is not plan.lanes[-1]:
            layers.under.append(Line(MARGIN, y, edge, y))
    for x, source, target in plan.uprights:
        drawing.use("passes")
        layers.under.append(Line(x, middles[source], x, middles[target], "ink-2", 1.3, (1.5, 3)))
    drawing.use("line-of-visibility")
    words = drawing.reader("diagrams.line-of-visibility")
    y += 12
    layers.under.append(Line(MARGIN, y + 4, edge, y + 4, "ink-2", 1.4, (9, 5)))
    layers.heads.append(Text(edge, y - 4, words, 12, italic=True, anchor="end", fill="ink-2"))
    y = owner_rows(drawing, plan, layers, y + 8, HEAD - 14, edge)
    y, missed = partner_lane(drawing, plan, layers, y, HEAD - 14)
    for x in plan.borders:
        layers.under.insert(0, Line(x, top, x, y))
    for x, _ in plan.ticks:
        layers.under.insert(0, Line(x, top + 30, x, y, "line", 1, (1, 5)))
    y = numbered_list(drawing, plan, layers, missed, y, edge)
    _assemble(drawing, times, plan, layers, number, body)
    return y


def _lane_head(drawing: Drawing, layers: Layers, lane: LanePlan, y: float) -> float:
    facts, say = drawing.facts, drawing.reader
    role = lane.role
    sign = facts.signs.get(role, NOBODY) if role else NOBODY
    middle = y + max(lane.up * 0.55, 18.0)
    layers.heads.append(role_badge(sign, MARGIN + 13, middle, 22, drawing.shown(role)))
    document = facts.workspace.roles.get(role or "")
    name = _short_name(facts, role) if role else say("diagrams.role-nobody")
    at = middle + 0.5 if document and document.part else middle + 4.5
    room = HEAD - 42
    for line in wrap(name, room, 14, 600, drawing.language):
        layers.heads.append(Text(MARGIN + 34, at, line, 14, 600))
        at += 18
    if document and document.part:
        for line in wrap(say(f"diagrams.part-{document.part}"), room, 12, 400, say.language):
            layers.heads.append(Text(MARGIN + 34, at, line, 12, fill="ink-3"))
            at += 15
    notes = []
    if not lane.spots and role and not any(one.role == role for one in facts.steps):
        notes.append((say("diagrams.no-step"), "ink-3"))
    if document and document.in_crm is False:
        notes.append((say("timeline.no-name"), "negative"))
    for note, fill in notes:
        at += 5
        for line in wrap(note, HEAD - 14, 12, 400, say.language):
            layers.heads.append(Text(MARGIN, at, line, 12, fill=fill))
            at += 15
    return at


def _short_name(facts: JourneyFacts, role: str) -> str:
    step = next((one for one in facts.steps if one.role == role), None)
    return step.role_name if step else facts.workspace.label("roles", role)


def _draw_lane(
    drawing: Drawing,
    plan: BandPlan,
    lane: LanePlan,
    layers: Layers,
    y: float,
    measured: MeasuredJourney | None,
) -> None:
    for link in lane.links:
        _draw_link(drawing, lane, layers, link, y)
    small = drawing.facts.workspace.settings.limits.small
    for spot in lane.spots:
        first = spot.members[0].step
        marks: list[Mark] = [Circle(spot.x, y, spot.radius + 2, "paper")]
        if spot.radius == RING:
            drawing.use("ring")
            marks.append(Circle(spot.x, y, RING, "paper", "ink", 1.6))
        filled = drawing.shown(lane.role)
        if measured is not None:
            cases = [measured.step(one.step.step.id).cases or 0 for one in spot.members]
            if not any(cases):
                drawing.use("not-seen")
                marks.append(Circle(spot.x, y, 12.5, None, "line-strong", 1.2, (2.5, 2.5)))
            elif max(cases) < small:
                drawing.use("few-cases")
            filled = filled and max(cases) >= small
        marks.append(role_badge(first.sign, spot.x, y, BADGE if filled or measured is None else 15.0, filled))
        level = max(
            (drawing.levels.get(one.step.step.id, "") for one in spot.members),
            key=lambda name: ("", "warning", "error").index(name),
        )
        if level:
            drawing.use(f"finding-{level}")
            marks += (warning if level == "error" else caution)(spot.x + spot.radius, y + spot.radius - 2, 11)
        layers.step(first, *marks)
        _draw_words(drawing, lane, layers, spot, y)
    for id, label in lane.waits.items():
        gap = next(link.step.gap for link in lane.links if link.step.step.step.id == id)
        longest = gap is not None and gap.seconds >= plan.longest
        fill = "negative" if longest else "ink-2"
        layers.step(drawing.facts.by_id[id], *label.marks(y, fill=fill))


def _draw_words(drawing: Drawing, lane: LanePlan, layers: Layers, spot: Spot, y: float) -> None:
    first = spot.members[0].step
    label = lane.labels.get(first.step.id)
    numbered = spot.members[0] in lane.numbered
    shown = drawing.shown(lane.role)
    if label is not None:
        fill = "negative" if first.step.feels == -2 and not numbered else "ink"
        if not shown or (first.step.does is None and not numbered):
            fill = "ink-3"
        layers.step(first, *label.marks(y, fill=fill))
    elif len(spot.members) > 1:
        text = f"×{len(spot.members)}"
        layers.step(first, Text(spot.x, y - spot.radius - 4, text, NUMBER, 600, anchor="middle"))
    elif numbered:
        number = str(first.number)
        wide = text_width(number, NUMBER, 600) + 2
        layers.step(
            first,
            Rect(spot.x - wide / 2, y - spot.radius - 14, wide, 12.5, "paper"),
            Text(spot.x, y - spot.radius - 4, number, NUMBER, 600, anchor="middle"),
        )


def _draw_link(drawing: Drawing, lane: LanePlan, layers: Layers, link: Link, y: float) -> None:
    """From when the step before happened to this step: hatched where it is long, a line where short or unknown."""
    left, right = link.left, link.right
    if right - left < 2:
        return
    ground = layers.under
    if link.kind == "unknown":
        drawing.use("untimed")
        ground.append(Line(left, y, right, y, "line-strong", 1.2, (4, 3)))
    elif link.kind == "short":
        drawing.use("short")
        ground.append(Line(left, y, right, y, "ink", 1.8))
    else:
        drawing.use("waiting")
        ground.append(Rect(left, y - HATCH / 2, right - left, HATCH, None, texture="hatch"))
        if link.begins:
            ground.append(Line(left, y - 6, left, y + 6, "ink-2", 1.3))
    if link.pause is not None:
        drawing.use("break")
        middle = sum(link.pause) / 2
        if left < middle < right:
            ground.append(Rect(middle - 8, y - 8, 16, 16, "paper"))
            ground += [
                Line(middle - 8 + 7 * place, y + 7, middle - 2 + 7 * place, y - 7, "ink-2", 1.5)
                for place in (0, 1)
            ]


def _assemble(
    drawing: Drawing, times: Times, plan: BandPlan, layers: Layers, number: int, body: list[Mark]
) -> None:
    facts, say = drawing.facts, drawing.reader
    body.append(Group(tuple(layers.under), id=f"ground-{number}", role="ground", hidden=True))
    body.append(Group(tuple(layers.heads), id=f"lanes-{number}", role="lanes"))
    here = set(plan.cut.steps)
    for place, (stage, steps) in enumerate(facts.stages):
        inside: list[Mark] = list(layers.stages.get(f"{number}-{place}", ()))
        for one in steps:
            if one.step.id in here:
                label = step_label(one, len(facts.steps), say, spoken(drawing, times, one))
                inside.append(
                    Group(
                        tuple(layers.steps.get(one.step.id, ())),
                        id=f"step-{one.step.id}",
                        role="step",
                        label=label,
                        focusable=True,
                    )
                )
        if inside:
            id = f"stage-{stage.id if stage else 'none'}"
            name = stage.label if stage else say("diagrams.no-stage")
            body.append(Group(tuple(inside), id=f"{id}-{number}" if number else id, role="stage", label=name))
    if layers.over:
        body.append(Group(tuple(layers.over), id=f"ways-{number}", role="ways"))


def _empty(drawing: Drawing, page: float, y: float, body: list[Mark]) -> float:
    words = drawing.reader("diagrams.no-step")
    body.append(
        Group(
            (
                Rect(MARGIN, y, page - 2 * MARGIN, 96, None, "line-strong", 1.2, (4, 3), 4),
                Text(page / 2, y + 52, words, 13, anchor="middle", fill="ink-3"),
            ),
            id="empty",
            role="lanes",
        )
    )
    return y + 96
