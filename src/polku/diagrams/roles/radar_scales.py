"""The six scales of a role, each a count of something of a whole, and the web that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sin

from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.polar import Polar
from polku.documents import Role
from polku.scene import Circle, Group, Line, Mark, RoleSign, Text, wrap
from polku.scene.marks import Anchor

RADIUS = 150.0
CORE = 26.0
"""Where nothing of the whole ends: the role's badge stands inside."""

WORDS = 142.0
MOST_TICKS = 8

DECIDES = {"none": 0, "advises": 1, "recommends": 2, "vetoes": 3, "signs": 4}
INSIGHT = {"low": 1, "medium": 2, "high": 3}
CLOSENESS = {"budget": 1, "project": 2, "daily": 3}


@dataclass(frozen=True)
class Scale:
    """One spoke: so much of a whole, and in words; `part` is None where nobody said or there is no whole."""

    id: str
    name: str
    part: int | None
    whole: int
    said: str


def scales_of(drawing: Drawing, role: Role, steps: Sequence[StepFacts]) -> tuple[Scale, ...]:
    """Weight and insight, nearness to use, and how far we asked, heard and can name."""
    text = drawing.reader
    accounts = drawing.facts.workspace.accounts.values()
    named = sum(any(role.id in person.roles for person in one.people) for one in accounts)

    def rated(id: str, levels: dict[str, int], level: str | None) -> Scale:
        most = max(levels.values())
        if level is None:
            return Scale(id, text(f"radar.scale-{id}"), None, most, text("radar.unsaid"))
        return Scale(id, text(f"radar.scale-{id}"), levels[level], most, text(f"radar.{id}-{level}"))

    def counted(id: str, part: int, whole: int, none: str) -> Scale:
        if not whole:
            return Scale(id, text(f"radar.scale-{id}"), None, 0, text(none))
        said = text(f"radar.{id}-of", part=part, whole=whole)
        return Scale(id, text(f"radar.scale-{id}"), part, whole, said)

    return (
        rated("weighs", DECIDES, role.decides),
        rated("knows", INSIGHT, role.insight),
        rated("near", CLOSENESS, role.closeness),
        counted("mapped", sum(one.step.feels is not None for one in steps), len(steps), "radar.no-steps"),
        counted("heard", sum(bool(one.evidence) for one in steps), len(steps), "radar.no-steps"),
        counted("named", named, len(accounts), "radar.no-accounts"),
    )


def web(
    drawing: Drawing, scales: Sequence[Scale], sign: RoleSign, middle: float, y: float
) -> tuple[Group, float]:
    """Spokes around the role's badge, their ends joined by a thin line; returns the y below."""
    lines = {scale.id: wrap(scale.said, WORDS, 12, 400, drawing.reader.language) for scale in scales}
    heads = {scale.id: wrap(scale.name, WORDS, 13, 600, drawing.reader.language) for scale in scales}
    tallest = max(15.5 * (len(lines[scale.id]) + len(heads[scale.id])) for scale in scales)
    centre = Polar(middle, y + tallest + 16 + RADIUS)
    angles = [360.0 * place / len(scales) for place in range(len(scales))]
    marks: list[Mark] = [Circle(centre.cx, centre.cy, RADIUS, None, "line", 1.2)]
    ends = []
    for scale, angle in zip(scales, angles, strict=True):
        marks += _spoke(drawing, scale, centre, angle)
        ends.append(centre.at(_reach(scale), angle) if scale.part is not None else None)
    joins = [
        Line(*one, *other, "ink-3", 1, (1.3, 3))
        for one, other in pairwise([*ends, ends[0]])
        if one is not None and other is not None
    ]
    marks = [marks[0], *joins, *marks[1:]]
    marks.append(role_badge(sign, centre.cx, centre.cy, 28))
    for scale, angle in zip(scales, angles, strict=True):
        marks += _words(scale, heads[scale.id], lines[scale.id], centre, angle)
    label = ". ".join(f"{scale.name}: {scale.said}" for scale in scales) + "."
    group = Group(tuple(marks), id="web", role="web", label=label, focusable=True)
    return group, centre.cy + RADIUS + tallest + 24


def _reach(scale: Scale) -> float:
    share = (scale.part or 0) / scale.whole if scale.whole else 0.0
    return CORE + (RADIUS - CORE) * min(1.0, share)


def _spoke(drawing: Drawing, scale: Scale, centre: Polar, angle: float) -> list[Mark]:
    if scale.part is None:
        drawing.use("spoke-unknown")
        return [Line(*centre.spoke(CORE, RADIUS, angle), "negative", 1.4, (4, 3))]
    drawing.use("spoke")
    marks: list[Mark] = [Line(*centre.spoke(CORE, RADIUS, angle), "line-strong", 1.2)]
    ticks = range(1, scale.whole + 1) if scale.whole <= MOST_TICKS else (scale.whole,)
    for tick in ticks:
        r = CORE + (RADIUS - CORE) * tick / scale.whole
        wide = 5.0 / r * 57.2958
        marks.append(Line(*centre.at(r, angle - wide), *centre.at(r, angle + wide), "line-strong", 1.2))
    end = _reach(scale)
    if scale.part:
        marks.append(Line(*centre.spoke(CORE, end, angle), "ink-2", 5))
        marks.append(Circle(*centre.at(end, angle), 5, "ink"))
    else:
        marks.append(Circle(*centre.at(end, angle), 5, "paper", "ink", 1.6))
    return marks


def _words(
    scale: Scale, head: Sequence[str], lines: Sequence[str], centre: Polar, angle: float
) -> list[Mark]:
    x, y = centre.at(RADIUS + 16, angle)
    height = 15.5 * (len(head) + len(lines))
    turn = sin(angle / 57.2958)
    anchor: Anchor = "middle" if abs(turn) < 0.1 else "start" if turn > 0 else "end"
    top = y - height / 2 + 11
    if anchor == "middle":
        top = y - height + 12 if angle < 90 else y + 10
    marks: list[Mark] = []
    for number, line in enumerate(head):
        marks.append(Text(x, top + 15.5 * number, line, 13, 600, anchor=anchor))
    fill = "negative" if scale.part is None else "ink-2"
    for number, line in enumerate(lines, len(head)):
        marks.append(Text(x, top + 15.5 * number, line, 12, 400, anchor=anchor, fill=fill))
    return marks
