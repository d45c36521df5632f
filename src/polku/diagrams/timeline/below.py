"""Under the timeline's line of visibility: who of us holds the ball, where it changes hands, and which partner acts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from polku.diagrams.matrix.owner import handoff_words
from polku.diagrams.parts.bands import MARGIN, Layers
from polku.diagrams.parts.drawing import Drawing, head_of
from polku.diagrams.parts.frame import role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.placing import Box, Field, Label
from polku.diagrams.parts.signs import arrow_head, handoff, missing_handoff
from polku.diagrams.timeline.lanes import BandPlan
from polku.documents import Change
from polku.scene import Group, Line, Mark, Rect, Text, text_width, wrap
from polku.scene.marks import Anchor

BAR = 30.0
ROW = 28.0
CAPSULE = 14.0
PARTNER_WIDTH, PARTNER_HEIGHT = 44.0, 24.0
LIST_COLUMN = 300.0


@dataclass(frozen=True)
class _Run:
    """Neighbouring steps in time that one team answers for."""

    owner: str | None
    left: float
    right: float
    changes: tuple[Change, ...]


def owner_rows(
    drawing: Drawing, plan: BandPlan, layers: Layers, y: float, head_room: float, edge: float
) -> float:
    """Who holds the ball: one bar where all names find room on it, else a row for each team."""
    runs = _runs(drawing, plan, edge)
    title = drawing.reader("timeline.lane-owner")
    label = drawing.facts.workspace.label
    names = [
        label("teams", run.owner) if run.owner else drawing.reader("diagrams.owner-nobody") for run in runs
    ]
    capsules = [run.left for run in runs if run.changes]
    close = any(b - a < 2 * CAPSULE + 2 for a, b in itertools.pairwise(capsules))
    fits = all(
        text_width(name, 13, 600) + _start(run) + (CAPSULE + 6 if following and following.changes else 6)
        <= run.right - run.left
        for name, run, following in zip(names, runs, [*runs[1:], None], strict=True)
    )
    if fits and not close:
        bottom = head_of(
            drawing, layers, title, drawing.reader("timeline.lane-owner-note"), y=y, room=head_room
        )
        _one_bar(drawing, layers, runs, names, y + 8)
        low = _handoff_notes(drawing, plan, layers, runs, y + 8 + BAR)
        return max(bottom, low) + 10
    bottom = head_of(drawing, layers, title, drawing.reader("timeline.lane-owner-note"), y=y, room=head_room)
    return _rows(drawing, plan, layers, runs, bottom + 4, head_room)


def _runs(drawing: Drawing, plan: BandPlan, edge: float) -> list[_Run]:
    changes: dict[str, list[Change]] = {}
    for change in drawing.facts.changes:
        changes.setdefault(change.step, []).append(change)
    begun: list[tuple[str | None, float, tuple[Change, ...]]] = []
    for id in plan.cut.steps:
        owner = drawing.facts.by_id[id].owner
        here = tuple(changes.get(id, ()))
        if not begun or begun[-1][0] != owner or here:
            begun.append((owner, plan.xs[id], here))
    name = drawing.facts.workspace.label("teams", begun[-1][0]) or drawing.reader("diagrams.owner-nobody")
    # Whoever has it last keeps it: as far as the name needs.
    right = max(plan.right, begun[-1][1] + 24, min(edge, begun[-1][1] + text_width(name, 13, 600) + 34))
    ends = [left for _, left, _ in begun[1:]] + [right]
    runs: list[_Run] = []
    for place, ((owner, left, here), end) in enumerate(zip(begun, ends, strict=True)):
        runs.append(_Run(owner, left - (0 if place else 10), end, here))
    return runs


def _start(run: _Run) -> float:
    return CAPSULE + 8 if run.changes else 10.0


def _one_bar(drawing: Drawing, layers: Layers, runs: Sequence[_Run], names: Sequence[str], y: float) -> None:
    for run, name in zip(runs, names, strict=True):
        layers.over.append(_bar(drawing, run, y, BAR))
        fill, weight = ("ink", 600) if run.owner else ("ink-2", 400)
        layers.over.append(Text(run.left + _start(run), y + 19.5, name, 13, weight, fill=fill))
    for run in runs:
        if run.changes:
            described = all(change.handoff is not None for change in run.changes)
            drawing.use("handoff" if described else "missing-handoff")
            signs = (handoff if described else missing_handoff)(run.left, y + BAR / 2)
            layers.over.append(_handed(run, signs))


def _bar(drawing: Drawing, run: _Run, y: float, height: float) -> Rect:
    wide = max(run.right - run.left, 2.0)
    if run.owner:
        return Rect(run.left, y, wide, height, "sunken-2", radius=2)
    drawing.use("owner-nobody")
    return Rect(run.left, y, wide, height, "paper", "line-strong", 1.2, (4, 3), 2)


def _handoff_notes(drawing: Drawing, plan: BandPlan, layers: Layers, runs: Sequence[_Run], y: float) -> float:
    """What is passed and within what time, under its capsule; nothing where it finds no room (the step says it)."""
    low = y
    edge = max(run.right for run in runs)
    field = Field(Box(plan.left - 14, y, edge, y + 62))
    for run in runs:
        for change in run.changes[:1]:
            given = change.handoff
            if given is None:
                said, fill = drawing.reader("diagrams.handoff-missing"), "negative"
                language = drawing.reader.language
            else:
                said, fill, language = handoff_words(given, drawing), "ink-2", drawing.language
            if not said:
                continue
            candidates = []
            for width in (260.0, 170.0, 120.0):
                lines = wrap(said, width, 12, 400, language)
                if len(lines) <= 3:
                    candidates.append(Label(lines, run.left - CAPSULE, y + 16, 12, 400))
                    candidates.append(Label(lines, run.left + CAPSULE, y + 16, 12, 400, "end"))
            found = field.place(candidates)
            if found is not None:
                layers.step(drawing.facts.by_id[change.step], *found.marks(fill=fill))
                low = max(low, found.box.bottom + 2)
    return low


def _rows(
    drawing: Drawing, plan: BandPlan, layers: Layers, runs: Sequence[_Run], y: float, head_room: float
) -> float:
    teams = list(dict.fromkeys(run.owner for run in runs))
    middle: dict[str | None, float] = {}
    for team in teams:
        name = (
            drawing.facts.workspace.label("teams", team) if team else drawing.reader("diagrams.owner-nobody")
        )
        language = drawing.language if team else drawing.reader.language
        lines = wrap(name, head_room, 12, 500, language)
        height = max(ROW, len(lines) * 15 + 9)
        for place, line in enumerate(lines):
            layers.heads.append(
                Text(MARGIN, y + 16 + 15 * place, line, 12, 500, fill="ink-2" if team else "ink-3")
            )
        middle[team] = y + 12
        layers.under.append(Line(plan.left - 10, y + 12, max(run.right for run in runs), y + 12))
        y += height
    for run in runs:
        layers.under.append(_bar(drawing, run, middle[run.owner] - 9, 18))
    at = [run.left for run in runs if run.changes]
    for run in runs:
        alone = all(abs(run.left - other) >= 2 * CAPSULE + 4 for other in at if other != run.left)
        for change in run.changes:
            _hand_over(drawing, layers, run, change, middle, alone and len(run.changes) == 1)
    return y + 8


def _handed(run: _Run, marks: Sequence[Mark], change: Change | None = None) -> Group:
    """A handoff as a part of its own, by the step that receives."""
    one = change or run.changes[-1]
    number = run.changes.index(one)
    id = f"handoff-{one.step}" if change is None or not number else f"handoff-{one.step}-{number}"
    return Group(tuple(marks), id=id, role="handoff")


def _hand_over(
    drawing: Drawing,
    layers: Layers,
    run: _Run,
    change: Change,
    middle: Mapping[str | None, float],
    alone: bool,
) -> None:
    """From the row of one team to that of the next: a capsule with its words, an arrow where it is narrow."""
    end = middle[run.owner]
    start = middle.get(change.from_team, end - 16)
    described = change.handoff is not None
    stroke, dash = ("ink", ()) if described else ("negative", (3.0, 2.5))
    if not alone:
        drawing.use("handing-over" if described else "handing-over-missing")
        if start == end:
            start = end - 16
        tip = end - 9 if start < end else end + 9
        arrow = arrow_head(run.left, tip, angle="down" if start < end else "up", size=6, fill=stroke)
        layers.over.append(
            _handed(run, (Line(run.left, start, run.left, tip, stroke, 1.6, dash), arrow), change)
        )
        return
    drawing.use("handoff" if described else "missing-handoff")
    line = Line(run.left, start, run.left, end, stroke, 1.4, dash)
    signs = (line, *(handoff if described else missing_handoff)(run.left, end))
    layers.over.append(_handed(run, signs, change))
    said = (
        handoff_words(change.handoff, drawing)
        if change.handoff is not None
        else drawing.reader("diagrams.handoff-missing")
    )
    if said and text_width(said, 12) + CAPSULE + 14 <= run.right - run.left:
        fill = "ink-2" if described else "negative"
        layers.step(
            drawing.facts.by_id[change.step], Text(run.left + CAPSULE + 7, end + 4.3, said, 12, fill=fill)
        )


def partner_lane(
    drawing: Drawing, plan: BandPlan, layers: Layers, y: float, head_room: float
) -> tuple[float, list[str]]:
    """What partners do, beside their dotted boxes; returns the y below and the steps whose words found no room."""
    facts = [drawing.facts.by_id[id] for id in plan.cut.steps]
    acting = [one for one in facts if one.step.partner]
    if not acting:
        return y, []
    right = max(plan.right, plan.left + 24)
    layers.under.append(Line(plan.left - 10, y, right, y))
    bottom = head_of(drawing, layers, drawing.reader("timeline.lane-partner"), y=y, room=head_room)
    drawing.use("partner")
    boxes = _boxes([plan.xs[one.step.id] for one in acting], y + 8)
    said = {one.step.id: _partner_said(drawing, one) for one in acting}
    found: dict[str, tuple[Label, ...]] = {}
    for depth in (46.0, 78.0, 124.0):
        field = Field(Box(plan.left - 14, y + 2, max(right, plan.left + 340), y + depth), list(boxes))
        tried: dict[str, tuple[Label, ...]] = {}
        for one, box in zip(acting, boxes, strict=True):
            labels = _partner_words(field, box, y, *said[one.step.id], drawing.language)
            if labels:
                tried[one.step.id] = labels
        if len(tried) > len(found):
            found = tried
        if len(found) == len(acting):
            break
    low = y + 8 + PARTNER_HEIGHT
    for one, box in zip(acting, boxes, strict=True):
        wide, middle = box.right - box.left, (box.left + box.right) / 2
        ground = Rect(
            box.left, box.top, wide, PARTNER_HEIGHT, "paper", "ink-2", 1.2, radius=3, texture="dots"
        )
        layers.step(one, ground)
        for place, label in enumerate(found.get(one.step.id, ())):
            layers.step(one, *label.marks(fill="ink-2" if place else "ink"))
            low = max(low, label.box.bottom)
        number = str(one.number)
        plate = text_width(number, 11.5, 600) + 4
        if one.step.id not in found and plate <= wide:
            layers.step(
                one,
                Rect(middle - plate / 2, box.top + 4, plate, PARTNER_HEIGHT - 8, "paper"),
                Text(middle, box.top + 16.2, number, 11.5, 600, anchor="middle"),
            )
    return max(bottom, low) + 12, [one.step.id for one in acting if one.step.id not in found]


def _boxes(xs: Sequence[float], top: float) -> list[Box]:
    """A box around each x, narrower where the next is near."""
    boxes: list[Box] = []
    for place, x in enumerate(xs):
        near = [abs(x - other) for other in (*xs[max(0, place - 1) : place], *xs[place + 1 : place + 2])]
        half = max(2.0, min([PARTNER_WIDTH / 2, *(gap / 2 - 2 for gap in near)]))
        boxes.append(Box(x - half, top, x + half, top + PARTNER_HEIGHT))
    return boxes


def _partner_said(drawing: Drawing, one: StepFacts) -> tuple[str, str]:
    part = one.step.partner
    assert part is not None
    known = drawing.facts.workspace.partners.get(part.id)
    return drawing.facts.workspace.label("partners", part.id), part.does or (
        known.does if known else ""
    ) or ""


def _partner_words(
    field: Field, box: Box, y: float, name: str, does: str, language: str
) -> tuple[Label, ...]:
    """The partner's name and, beneath, its part: right of the box, else left, else below."""
    for width in (300.0, 190.0, 130.0):
        names = wrap(name, width, 12, 600, language)
        acts = wrap(does, width, 12, 400, language) if does else ()
        deep = 15.0 * len(names)
        places: tuple[tuple[float, float, Anchor], ...] = (
            (box.right + 8, y + 18, "start"),
            (box.left - 8, y + 18, "end"),
            (box.left, y + 46, "start"),
        )
        for x, top, anchor in places:
            labels: tuple[Label, ...] = (Label(names, x, top, 12, 600, anchor),)
            if acts:
                labels += (Label(acts, x, top + deep, 12, 400, anchor),)
            if all(field.free(label.box) for label in labels):
                field.take(*(label.box for label in labels))
                return labels
    return ()


def numbered_list(
    drawing: Drawing, plan: BandPlan, layers: Layers, partners: Sequence[str], y: float, right: float
) -> float:
    """The words of steps that found no room beside their badge, by number."""
    ids = {place.step.step.id for lane in plan.lanes for place in lane.numbered} | set(partners)
    if not ids:
        return y
    steps = [one for one in drawing.facts.steps if one.step.id in ids]
    room = right - MARGIN
    columns = max(1, int((room + 28) // (LIST_COLUMN + 28)))
    width = (room - 28 * (columns - 1)) / columns
    layers.heads.append(Text(MARGIN, y + 20, drawing.reader("timeline.numbered"), 12, 600))
    top = y + 42
    entries = []
    for one in steps:
        text = one.step.does or drawing.reader("diagrams.no-action")
        if one.step.feels == -2:
            text += f" {drawing.reader.signed(-2)}"
        if one.step.id in partners:
            text += " – " + ": ".join(filter(None, _partner_said(drawing, one)))
        entries.append((one, wrap(text, width - 56, 12, 400, drawing.language)))
    each = -(-len(entries) // columns)
    low = top
    for column in range(columns):
        x, at = MARGIN + column * (width + 28), top
        for one, lines in entries[column * each : (column + 1) * each]:
            shown = drawing.shown(one.role)
            fill = "negative" if one.step.feels == -2 else "ink" if shown else "ink-3"
            layers.step(
                one,
                Text(x + 22, at, str(one.number), 12, 600, anchor="end"),
                role_badge(one.sign, x + 38, at - 4.3, 14, shown),
                *(Text(x + 54, at + 15 * place, line, 12, fill=fill) for place, line in enumerate(lines)),
            )
            at += 15 * len(lines) + 5
        low = max(low, at)
    return low
