"""Inside a wheel: feelings around their zero ring, or the ways that data shows, and the purpose in the hub."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

from polku.diagrams.compare.signs import as_is_dot
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.flow import Flow, Jump, jump_label
from polku.diagrams.parts.frame import role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.polar import Polar, bow_shape
from polku.diagrams.parts.signs import warning
from polku.diagrams.wheel.layout import Slot, Wheel
from polku.scene import Circle, Group, Line, Mark, Path, Rect, Text, fit, text_width, wrap

THIN, WIDEST = 1.4, 7.0


def feeling_ground(drawing: Drawing, wheel: Wheel, centre: Polar) -> list[Mark]:
    """The rings of the scale, hatched below zero, and its numbers in the way in."""
    drawing.use("below-neutral")
    rings = wheel.rings
    zero = rings.feeling(0)
    marks: list[Mark] = [
        Path(centre.ring(rings.hub, zero), texture="hatch-negative"),
        Circle(centre.cx, centre.cy, rings.feeling(2), None, "line", 1.2),
        Circle(centre.cx, centre.cy, rings.feeling(1), None, "line", 1, (1, 4)),
        Circle(centre.cx, centre.cy, rings.feeling(-1), None, "line", 1, (1, 4)),
        Circle(centre.cx, centre.cy, zero, None, "line-strong", 1.4),
    ]
    for value in (2, 0, -2):
        x, y = centre.at(rings.feeling(value), 0)
        words = drawing.reader.signed(value)
        wide = text_width(words, 12) + 6
        marks.append(Rect(x - wide / 2, y - 8, wide, 16, "paper", radius=2))
        marks.append(Text(x, y + 4.3, words, 12, anchor="middle", fill="ink-2"))
    return marks


def feeling_curve(drawing: Drawing, wheel: Wheel, centre: Polar, *, closes: bool) -> list[Mark]:
    """The curve through the steps, solid within one role; around the top only where the loop closes."""
    steps = list(wheel.steps)
    if drawing.roles is not None:
        marks: list[Mark] = []
        for role in sorted(drawing.roles):
            marks += _links(drawing, wheel, centre, [pair for pair in steps if pair[1].role == role])
        return marks
    marks = _links(drawing, wheel, centre, steps)
    if closes and len(steps) > 1:
        (last, end), (first, begin) = steps[-1], steps[0]
        if end.step.feels is not None and begin.step.feels is not None:
            drawing.use("loop")
            rings = wheel.rings
            segments = centre.link(
                rings.feeling(end.step.feels),
                last.middle,
                rings.feeling(begin.step.feels),
                first.middle + 360,
            )
            marks.append(Path(segments, stroke="ink", stroke_width=1.6, dash=(5, 4)))
    return marks


def as_is_curve(drawing: Drawing, wheel: Wheel, centre: Polar) -> list[Mark]:
    """The curve of the journey as it is, and a thin line from each of its points to where it is to be."""
    both = drawing.compared
    if both is None:
        return []
    marks: list[Mark] = []
    befores = [(slot, both.pair(facts.step.id).before) for slot, facts in wheel.steps]
    there = [(slot, step) for slot, step in befores if step is not None and drawing.shown(step.role)]
    for (slot, one), (after, other) in pairwise(there):
        if one.feels is None or other.feels is None:
            continue
        if drawing.roles is not None and one.role != other.role:
            continue
        drawing.use("as-is")
        start, end = wheel.rings.feeling(one.feels), wheel.rings.feeling(other.feels)
        dash = () if one.role == other.role else (1.3, 4.0)
        segments = centre.link(start, slot.middle, end, after.middle)
        marks.append(Path(segments, stroke="line-strong", stroke_width=1.8 if not dash else 1.3, dash=dash))
    for slot, facts in wheel.steps:
        was, now = both.was(facts.step.id), facts.step.feels
        if was is not None and now is not None and drawing.shown(facts.role):
            line = centre.spoke(wheel.rings.feeling(was), wheel.rings.feeling(now), slot.middle)
            marks.append(Line(*line, "line-strong", 1.4, (1.5, 3)))
    return marks


def _links(drawing: Drawing, wheel: Wheel, centre: Polar, steps: list[tuple[Slot, StepFacts]]) -> list[Mark]:
    marks: list[Mark] = []
    for (slot, one), (after, following) in pairwise(steps):
        if one.step.feels is None or following.step.feels is None:
            continue
        start, end = wheel.rings.feeling(one.step.feels), wheel.rings.feeling(following.step.feels)
        segments = centre.link(start, slot.middle, end, after.middle)
        if drawing.compared:
            drawing.use("to-be")
        if one.role == following.role:
            drawing.use("curve")
            # Of several curves each has the hue of its role, whose badge stands on its points.
            hue = one.sign.token if drawing.roles is not None else "ink"
            marks.append(Path(segments, stroke=hue, stroke_width=2))
        else:
            drawing.use("curve-gap")
            marks.append(Path(segments, stroke="ink-2", stroke_width=1.4, dash=(1.3, 4)))
    return marks


def feeling_point(drawing: Drawing, wheel: Wheel, centre: Polar, slot: Slot, facts: StepFacts) -> list[Mark]:
    """A feeling by place, form and hue; a dashed ring on zero where nobody asked."""
    if not drawing.shown(facts.role):
        return []
    feels = facts.step.feels
    x, y = centre.at(wheel.rings.feeling(feels or 0), slot.middle)
    was = drawing.compared.was(facts.step.id) if drawing.compared else None
    if was is not None:
        drawing.use("as-is")
        dot = as_is_dot(*centre.at(wheel.rings.feeling(was), slot.middle), 4)
        return [dot, *_feeling_sign(drawing, wheel, facts, x, y)]
    return _feeling_sign(drawing, wheel, facts, x, y)


def _feeling_sign(drawing: Drawing, wheel: Wheel, facts: StepFacts, x: float, y: float) -> list[Mark]:
    feels = facts.step.feels
    r = min(6.5, wheel.rings.feeling(0) / wheel.rings.step_middle * wheel.pitch / 2 + 1)
    if feels is None:
        drawing.use("not-asked")
        return [Circle(x, y, r, "paper", "line-strong", 1.3, (2.5, 2.5))]
    if drawing.roles is not None:
        size = max(9.0, min(15.0, 2.3 * r))
        return [Circle(x, y, size * 0.7, "paper"), role_badge(facts.sign, x, y, size, bool(facts.evidence))]
    if feels < 0:
        drawing.use("below")
        return list(below(x, y, r))
    if feels > 0:
        drawing.use("above")
        return list(above(x, y, r))
    drawing.use("neutral")
    return list(neutral(x, y, r))


def below(x: float, y: float, r: float = 6.5) -> tuple[Mark, ...]:
    """Below neutral: a triangle that points down."""
    form = (("M", x - r * 1.1, y - r * 0.8), ("L", x + r * 1.1, y - r * 0.8), ("L", x, y + r), ("Z",))
    return (Path(form, "negative", "paper", 1.4),)


def above(x: float, y: float, r: float = 6.5) -> tuple[Mark, ...]:
    """Above neutral: a filled circle."""
    return (Circle(x, y, r, "positive", "paper", 1.4),)


def neutral(x: float, y: float, r: float = 6.0) -> tuple[Mark, ...]:
    """Neither: an empty circle."""
    return (Circle(x, y, r - 1, "paper", "ink-2", 1.5),)


def hub(drawing: Drawing, wheel: Wheel, centre: Polar) -> Group:
    """The purpose; a dashed ring and the open question where nobody wrote it down."""
    reader = drawing.reader
    radius = wheel.rings.hub
    purpose = drawing.facts.workspace.settings.purpose
    goal = (purpose.goal or purpose.why) if purpose else None
    marks: list[Mark] = []
    room = radius * 1.45
    if not has_room(wheel):
        return Group((), id="hub", role="hub", label=hub_words(drawing))
    if not goal:
        marks.append(Circle(centre.cx, centre.cy, radius - 8, None, "line-strong", 1.2, (4, 3)))
    note = reader("wheel.hub-note" if goal else "wheel.hub-hole")
    notes = wrap(note, room, 12, 400, reader.language)
    said = hub_words(drawing)
    size, lines = 17.0, wrap(said, room, 17, 600, drawing.language)
    for smaller in (15.0, 13.0, 12.0):
        if len(lines) * size * 1.28 + len(notes) * 15 + 12 <= radius * 1.3:
            break
        size, lines = smaller, wrap(said, room, smaller, 600, drawing.language)
    most = max(1, int((radius * 1.5 - len(notes) * 15 - 12) / (size * 1.28)))
    if len(lines) > most:
        lines = (*lines[: most - 1], fit(" ".join(lines[most - 1 :]), room, size, 600))
    height = len(lines) * size * 1.28 + 8 + len(notes) * 15
    y = centre.cy - height / 2 + size * 0.95
    for line in lines:
        marks.append(Text(centre.cx, y, line, size, 600, anchor="middle"))
        y += size * 1.28
    y += 4
    for line in notes:
        marks.append(Text(centre.cx, y, line, 12, anchor="middle", fill="ink-3"))
        y += 15
    return Group(tuple(marks), id="hub", role="hub", label=said, title=said)


def has_room(wheel: Wheel) -> bool:
    """Whether the purpose can stand in the hub; a small wheel has it beneath."""
    return wheel.rings.hub >= 62


def hub_words(drawing: Drawing) -> str:
    """The purpose as the hub says it: the goal, else why it is done, else the question."""
    purpose = drawing.facts.workspace.settings.purpose
    goal = (purpose.goal or purpose.why) if purpose else None
    return goal or drawing.reader("wheel.hub-question")


def flow_track(drawing: Drawing, wheel: Wheel, flow: Flow, centre: Polar) -> list[Mark]:
    """The drawn order as a hollow track within the steps, solid ink as wide as many really go on."""
    drawing.use("track")
    r = wheel.rings.count_outer + 7
    steps = wheel.steps
    marks: list[Mark] = []
    for (slot, facts), (after, _) in pairwise(steps):
        marks += [
            Path(centre.arc(r + side, slot.middle, after.middle), stroke="line-strong", stroke_width=1)
            for side in (-4.5, 4.5)
        ]
        cases = flow.along.get(facts.number, 0)
        if cases:
            drawing.use("actual")
            marks.append(
                Path(centre.arc(r, slot.middle, after.middle), stroke="ink", stroke_width=_width(cases, flow))
            )
    return marks


def _width(cases: int, flow: Flow) -> float:
    return THIN + (WIDEST - THIN) * min(1.0, cases / flow.most)


def flow_ground(wheel: Wheel, centre: Polar) -> list[Mark]:
    """The edge of the field that ways run in."""
    return [
        Circle(centre.cx, centre.cy, wheel.rings.field, None, "line", 1.2),
        Circle(centre.cx, centre.cy, wheel.rings.hub, None, "line", 1, (1, 4)),
    ]


def jumps(drawing: Drawing, wheel: Wheel, flow: Flow, centre: Polar, *, closes: bool) -> list[Mark]:
    """Ways beside the drawn order as bows inside the ring, the longer the deeper; counts on them."""
    rings = wheel.rings
    angles = {facts.step.id: slot.middle for slot, facts in wheel.steps}
    ends = _ends(flow, angles, closes, wheel)
    order = sorted(range(len(flow.jumps)), key=lambda place: (abs(ends[place][1] - ends[place][0]), place))
    deepest = rings.field - rings.hub - 26
    shallow = min(30.0, deepest / 2)
    bows: list[Mark] = []
    pills: list[Mark] = []
    # The hub's words are taken from the beginning.
    across = 2 * rings.hub * 0.8 if has_room(wheel) else 0.0
    taken: list[tuple[float, float, float]] = [
        (centre.cx, centre.cy + 20.0 * line, across) for line in (-2, -1, 0, 1, 2) if across
    ]
    for rank, place in enumerate(order):
        jump, (start, end) = flow.jumps[place], ends[place]
        depth = shallow + (deepest - shallow) * rank / max(len(order) - 1, 1)
        hue = "negative" if jump.kind == "unintended" else "ink"
        drawing.use({"unintended": "unintended", "back": "loop", "on": "actual"}[jump.kind])
        width = 1.8 if jump.kind == "unintended" else min(_width(jump.way.cases, flow), 4.5)
        dash = (5.0, 4.0) if jump.kind == "back" else ()
        label = drawing.reader.text(jump_label(drawing.facts, jump))
        bows.append(
            Group(
                (
                    Path(centre.bow(rings.field, start, end, depth), None, hue, width, dash),
                    _head(centre, rings.field, end, hue),
                ),
                id=f"way-{jump.way.before}-{jump.way.after}",
                role=f"way-{jump.kind}",
                label=label,
                title=label,
            )
        )
        pills.append(
            Group(
                tuple(_pill(jump, centre, rings.field, start, end, depth, taken)),
                id=f"words-way-{jump.way.before}-{jump.way.after}",
                role="words",
                hidden=True,
            )
        )
    return bows + pills


def _ends(flow: Flow, angles: dict[str, float], closes: bool, wheel: Wheel) -> list[tuple[float, float]]:
    """Angles of each way; the one that closes the loop runs on over the top, others never cross it."""
    first = wheel.steps[0][1].step.id if wheel.steps else ""
    last_stage = {slot.facts.step.id for slot in wheel.sectors[-1].slots if slot.facts}
    found = []
    for jump in flow.jumps:
        start, end = angles[jump.way.before], angles[jump.way.after]
        if closes and jump.kind == "back" and jump.way.after == first and jump.way.before in last_stage:
            end += 360
        # A little off the middle, so that ways in and out of one step do not lie over one another.
        aside = min(1.6, abs(end - start) / 4) * (1 if end > start else -1)
        found.append((start + aside, end - aside))
    return found


def _head(centre: Polar, r: float, angle: float, hue: str) -> Path:
    wide = 4.2 / r * 57.2958
    points = centre.at(r + 1, angle), centre.at(r - 8, angle - wide), centre.at(r - 8, angle + wide)
    return Path((("M", *points[0]), ("L", *points[1]), ("L", *points[2]), ("Z",)), fill=hue)


def _pill(
    jump: Jump,
    centre: Polar,
    r: float,
    start: float,
    end: float,
    depth: float,
    taken: list[tuple[float, float, float]],
) -> list[Mark]:
    words = str(jump.way.cases)
    bad = jump.kind == "unintended"
    wide = text_width(words, 12, 600) + (34 if bad else 10)
    middle = centre.at(r - depth, (start + end) / 2)
    along = [
        centre.at(r - depth * bow_shape(share), start + (end - start) * share)
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)
    ]
    # Where bows crowd, a pill stands aside on a thin line of its own.
    aside = [
        (middle[0] + across, middle[1] + down)
        for far in (1, 2, 3, 4)
        for across, down in ((0, 24 * far), (-52 * far, 0), (0, -24 * far), (52 * far, 0))
    ]
    free = (
        spot
        for spot in (
            *along,
            *(spot for spot in aside if hypot(spot[0] - centre.cx, spot[1] - centre.cy) < r - 30),
        )
        if all(abs(spot[0] - x) > (wide + room) / 2 + 4 or abs(spot[1] - y) > 23 for x, y, room in taken)
    )
    x, y = next(free, middle)
    taken.append((x, y, wide))
    marks: list[Mark] = []
    if (x, y) not in along:
        marks.append(Line(*middle, x, y, "negative" if bad else "ink", 1))
    if not bad:
        return [
            *marks,
            Rect(x - wide / 2, y - 8, wide, 16, "paper", radius=3),
            Text(x, y + 4.3, words, 12, 600, anchor="middle"),
        ]
    return [
        *marks,
        Rect(x - wide / 2, y - 10, wide, 20, "paper", "negative", 1.4, radius=10),
        *warning(x - wide / 2 + 14, y, 10),
        Text(x - wide / 2 + 25, y + 4.3, words, 12, 600, fill="negative"),
    ]
