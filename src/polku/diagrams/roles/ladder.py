"""The ladder: how far each role comes, rung by rung, what lets them climb, and what sends them down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from polku.diagrams.matrix.matrix import matrix_table, measured_table
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.frame import LegendEntry, foot, role_badge
from polku.diagrams.parts.journey import JourneyFacts, step_label
from polku.diagrams.parts.legend import SIGNS
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import (
    FindingLike,
    begin,
    journey_head,
    page_scene,
)
from polku.diagrams.parts.signs import arrow_head, assumed_square
from polku.diagrams.parts.titles import description
from polku.diagrams.roles.ladder_layout import (
    CELL,
    RUNG,
    SQUARE,
    Cell,
    Fall,
    Ladder,
    Rung,
    falls_of,
    lay_out,
    missing_from,
    most_met,
)
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Path,
    Rect,
    Scene,
    Text,
    Theme,
    text_lines,
    wrap,
)
from polku.words import Message
from polku.words import Text as Said

WIDEST = 12.0
"""Of an arrow upwards that all cases take."""


def draw_ladder(
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
    title: Said | None = None,
    measured: MeasuredJourney | None = None,
    gap: float | None = None,
    tag: str = "",
) -> Scene:
    """A journey whose stages are rungs of trust, permission or value; keywords as in `draw_matrix`.

    On each rung stand the roles that have a step there, a square for each step. With `measured`, cases
    that reach the rung are counted and the arrows upwards are as wide as many go on. A page narrower
    than the ladder needs becomes as wide as that. `gap` is the least height between two rungs in px.
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
    )
    facts = drawing.facts
    words = drawing.reader
    heading = words.text(title if title is not None else ladder_title(facts, measured))
    ladder = lay_out(drawing, width, measured)
    ladder.least_gap = gap or ladder.least_gap
    frame_head, y = journey_head(
        facts,
        words,
        ladder.page,
        title=heading,
        question=words("ladder.question"),
        measured=measured,
        tag=tag,
    )
    ladder.place(y + 24)
    body = _body(drawing, ladder, measured)
    said, low = _readings(drawing, ladder, measured, y + 40)
    body.append(said)
    note = words("ladder.more", count=ladder.hidden) if ladder.hidden else ""
    frame_foot, height = foot(
        ladder.page, max(ladder.bottom, low) + 20, _legend(drawing), note, words.language
    )
    return page_scene(
        ladder.page,
        height,
        title=heading,
        desc=words.text(description(facts, "ladder.desc")),
        say=words,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=measured_table(facts, measured, words) if measured else matrix_table(facts, words),
    )


def ladder_title(facts: JourneyFacts, measured: MeasuredJourney | None = None) -> Said:
    """How many get to the top; else who that knows much is missing on most rungs; else ways down; else the name."""
    stages = [stage for stage, steps in facts.stages if stage and steps]
    if measured and measured.cases and len(stages) > 1:
        counts = [(stage, most_met(steps, measured)) for stage, steps in facts.stages if stage]
        seen = [(stage, count) for stage, count in counts if count is not None]
        if seen:
            stage, count = seen[-1]
            params = {"count": count, "whole": measured.cases, "stage": stage.label}
            return Message("ladder.title-measured", params)
    empty = next((stage for stage, steps in facts.stages if stage and not steps), None)
    if empty is not None and facts.steps:
        return Message("ladder.title-empty", {"stage": empty.label})
    missing = missing_from(facts)
    if missing:
        role, gone = missing[0]
        params = {"role": role, "count": len(gone), "total": len(stages)}
        return Message("ladder.title-missing", params)
    falls = falls_of(facts, None)
    if falls:
        return Message("ladder.title-falls", {"count": len(falls)})
    return facts.journey.label


def _body(drawing: Drawing, ladder: Ladder, measured: MeasuredJourney | None) -> list[Mark]:
    """The ladder from its lowest rung up, then the ways."""
    left, right = ladder.left, ladder.right
    top, ground = ladder.top, ladder.ground
    marks: list[Mark] = []
    under: list[Mark] = []
    for x in (left, right):
        under.append(Rect(x - 7, top, 14, ground - top + 4, "sunken-2", radius=7))
        under.append(Line(x, top + 6, x, ground, "line-strong", 1.2))
    drawing.use("rung")
    for rung in ladder.rungs:
        dash = () if rung.steps else (4.0, 3.0)
        fill = "sunken-2" if rung.steps else "paper"
        under.append(Rect(left - 4, rung.y, right - left + 8, RUNG, fill, "line-strong", 1, dash, radius=3))
    under.append(Line(left - 120, ground, right + 120, ground, "ink", 1.6))
    marks.append(Group(tuple(under), id="ground", role="ground", hidden=True))
    total = drawing.facts.total
    for rung in ladder.rungs:
        inside: list[Mark] = [*rung.head(ladder.head_y(rung))]
        for cell in rung.cells:
            inside += _cell(drawing, ladder, rung, cell, total)
        name = rung.stage.label if rung.stage else drawing.reader("diagrams.no-stage")
        id = f"stage-{rung.stage.id if rung.stage else 'none'}"
        marks.append(Group(tuple(inside), id=id, role="stage", label=name))
    marks.append(_below(drawing, ladder))
    ways: list[Mark] = []
    for rung, above in zip(ladder.rungs, ladder.rungs[1:], strict=False):
        ways += _climb(drawing, ladder, rung, above, measured)
    for fall in ladder.falls:
        ways.append(_fall(drawing, ladder, fall))
    marks.append(Group(tuple(ways), id="ways", role="ways"))
    return marks


def _cell(drawing: Drawing, ladder: Ladder, rung: Rung, cell: Cell, total: int) -> list[Mark]:
    """A role on a rung: its badge and a square for each of its steps; a dashed ring where it has none."""
    x, y = ladder.left + 20 + cell.column * CELL, rung.y - rung.room + cell.top
    if not cell.steps:
        knows = cell.insight == "high"
        drawing.use("missed" if knows else "nobody-here")
        ring = Circle(x + 9, y, 10, None, "negative" if knows else "line-strong", 1.2, (3, 2.5))
        hue = "negative" if knows else "ink-3"
        letters = Text(x + 9, y + 4.2, cell.sign.letters[:2], 11.5, 600, anchor="middle", fill=hue)
        # Hue alone would not tell them apart: who knows much has a second ring.
        return [ring, letters, *([Circle(x + 9, y, 13, None, "negative", 1.2)] if knows else [])]
    shown = drawing.shown(cell.role)
    known = any(one.evidence for one in cell.steps)
    marks: list[Mark] = [role_badge(cell.sign, x + 9, y, 18, known and shown)]
    at = y
    if cell.cases is not None:
        whole = max(1, cell.whole)
        drawing.use("counted")
        marks.append(Text(x + 30, y + 4.4, drawing.reader.number(cell.cases), 13, 600))
        marks.append(Rect(x + 62, y - 5, 54, 10, "paper", "line-strong", 1))
        if cell.cases:
            marks.append(Rect(x + 62, y - 5, max(2.0, 54 * min(1.0, cell.cases / whole)), 10, "ink-2"))
        at = y + 18
    for number, one in enumerate(cell.steps):
        cx = x + 35 + number % cell.across * SQUARE
        cy = at + number // cell.across * SQUARE
        drawing.use("evidence" if one.evidence else "assumed")
        square: tuple[Mark, ...] = (
            (Rect(cx - 4.5, cy - 4.5, 9, 9, "ink"),) if one.evidence else assumed_square(cx, cy)
        )
        if one.step.feels is not None and one.step.feels < 0:
            drawing.use("sinks")
            square = (*square, Line(cx - 4.5, cy + 7, cx + 4.5, cy + 7, "negative", 2))
        label = step_label(one, total, drawing.reader)
        marks.append(
            Group(square, id=f"step-{one.step.id}", role="step", label=label, title=label, focusable=True)
        )
    return marks


def _below(drawing: Drawing, ladder: Ladder) -> Group:
    """Who stands on no rung, under the ground."""
    y = ladder.ground + 28
    marks: list[Mark] = []
    words = Words(MARGIN + 36, y, ladder.left - MARGIN - 60, drawing.reader.language)
    words.add(drawing.reader("ladder.below"), 15, 600)
    if not ladder.below:
        words.add(drawing.reader("ladder.below-nobody"), 12, fill="ink-3")
        return Group(tuple(words.marks), id="below", role="below")
    words.add(drawing.reader("ladder.below-note"), 12, fill="ink-3")
    marks += words.marks
    x = ladder.left + 20
    across = max(1, int((ladder.right - ladder.left) / CELL))
    for number, (sign, name) in enumerate(ladder.below):
        at = x + number % across * CELL
        down = y - 4 + number // across * 26
        marks.append(role_badge(sign, at + 9, down, 18, False))
        marks.append(Text(at + 26, down + 4.4, name, 12, fill="ink-2"))
    return Group(tuple(marks), id="below", role="below")


def _climb(
    drawing: Drawing, ladder: Ladder, rung: Rung, above: Rung, measured: MeasuredJourney | None
) -> list[Mark]:
    """From one rung up to the next: whether a way is drawn there, what leads up, and how many go."""
    x, start, end = ladder.right + 32, rung.y - 4, above.y + RUNG + 6
    climb = rung.climb
    assert climb is not None
    marks: list[Mark] = []
    if not climb.ways:
        drawing.use("no-climb")
        marks.append(Line(x, start, x, end + 8, "line-strong", 1.4, (4, 3)))
        marks.append(arrow_head(x, end, angle="up", size=9, fill="line-strong"))
    else:
        drawing.use("climb")
        wide = 2.0
        if measured and measured.cases:
            wide = 1.6 + (WIDEST - 1.6) * min(1.0, (above.cases or 0) / measured.cases)
        marks.append(Line(x, start, x, end + 8, "ink", wide))
        marks.append(arrow_head(x, end, angle="up", size=max(9.0, wide + 5)))
    middle = (start + end) / 2 - climb.height / 2 + 10
    for line in climb.lines:
        marks.append(Text(x + 20, middle, line.text, line.size, line.weight, fill=line.fill))
        middle += 15.5
    label = " ".join(line.text for line in climb.lines)
    return [Group(tuple(marks), id=f"climb-{rung.number}", role="climb", label=label)]


def _fall(drawing: Drawing, ladder: Ladder, fall: Fall) -> Group:
    """A dashed arc down on the left, in words."""
    hue = "negative" if fall.unsolved else "ink"
    drawing.use("fall-unsolved" if fall.unsolved else "fall")
    start = ladder.rungs[fall.start].y + RUNG / 2 - 4
    end = ladder.rungs[fall.end].y + RUNG / 2 + 2
    x = ladder.left - 12
    out = x - fall.depth
    # A cubic reaches three quarters of the way to its control points.
    lever = x - (x - out) * 4 / 3
    arc = (("M", x, start), ("C", lever, start, lever, end, x - 4, end))
    marks: list[Mark] = [
        Path(arc, None, hue, 1.6, (5, 4)),
        arrow_head(x + 3, end, size=8, fill=hue),
    ]
    if abs(fall.y - (start + end) / 2) > 10:
        marks.append(Line(out - 6, fall.y, out, (start + end) / 2, "line-strong", 1))
    first = fall.y - (len(fall.lines) - 1) * 7.75 + 4.3
    fill = "negative" if fall.unsolved else "ink"
    edge = ladder.label_edge
    marks += text_lines(fall.lines, edge, first, size=12, weight=600, anchor="end", fill=fill, line=15.5 / 12)
    label = " ".join(fall.lines)
    return Group(tuple(marks), id=f"fall-{fall.number}", role="fall", label=label)


def _readings(
    drawing: Drawing, ladder: Ladder, measured: MeasuredJourney | None, y: float
) -> tuple[Group, float]:
    """What the ladder shows in words: beside it where there is room, else beneath."""
    x, room = (ladder.right + 330, 0.0) if ladder.beside else (MARGIN, ladder.page - 2 * MARGIN)
    if ladder.beside:
        room = ladder.page - MARGIN - x
    else:
        y = ladder.bottom + 30
    marks: list[Mark] = []
    start = y - 16
    for heading, said, bad in _said(drawing, ladder, measured):
        for words, size, weight, fill in (
            (drawing.reader.text(heading), 14.0, 600, "negative" if bad else "ink"),
            (drawing.reader.text(said), 12.0, 400, "ink-2"),
        ):
            lines = wrap(words, room, size, weight, drawing.language)
            marks += text_lines(lines, x, y, size=size, weight=weight, fill=fill, line=1.4)
            y += len(lines) * size * 1.4
        y += 20
    if ladder.beside and marks:
        marks.insert(0, Line(x - 24, start, x - 24, y - 24))
    return Group(tuple(marks), id="readings", role="readings"), y - 20


def _said(
    drawing: Drawing, ladder: Ladder, measured: MeasuredJourney | None
) -> list[tuple[Message, Said, bool]]:
    facts = drawing.facts
    found: list[tuple[Message, Said, bool]] = []
    for role, gone in missing_from(facts)[:2]:
        params: dict[str, object] = {
            "role": role,
            "count": len(gone),
            "stages": [stage.label for stage in gone],
        }
        found.append((Message("ladder.missing", params), Message("ladder.missing-where", params), True))
    falls = sorted(ladder.falls, key=lambda fall: (not fall.unsolved, fall.end - fall.start, fall.number))
    if falls:
        fall = falls[0]
        params = {"before": fall.before, "after": fall.after}
        found.append((Message("ladder.deepest"), Message("ladder.deepest-is", params), fall.unsolved))
    elif facts.steps:
        found.append((Message("ladder.never-down"), Message("ladder.never-down-is"), False))
    counted = {"evidenced": facts.evidenced, "count": len(facts.steps)}
    if measured:
        counted |= {"cases": measured.cases}
    id = "ladder.source-measured" if measured else "ladder.source-is"
    found.append((Message("ladder.source"), Message(id, counted), False))
    return found


def _rung_sign(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 13, y - 5, 26, 10, "sunken-2", "line-strong", 1, radius=2),)


def _climb_sign(x: float, y: float) -> tuple[Mark, ...]:
    return Line(x, y + 7, x, y - 1, "ink", 2.4), arrow_head(x, y - 8, angle="up", size=8)


def _no_climb(x: float, y: float) -> tuple[Mark, ...]:
    return (
        Line(x, y + 7, x, y - 1, "line-strong", 1.4, (3, 2)),
        arrow_head(x, y - 8, angle="up", size=8, fill="line-strong"),
    )


def _fall_sign(hue: str, x: float, y: float) -> tuple[Mark, ...]:
    arc = (("M", x + 12, y - 5), ("C", x - 10, y - 7, x - 12, y + 4, x + 6, y + 5))
    return Path(arc, None, hue, 1.6, (4, 3)), arrow_head(x + 12, y + 5, size=7, fill=hue)


def _nobody(x: float, y: float) -> tuple[Mark, ...]:
    return (Circle(x, y, 6, None, "line-strong", 1.2, (3, 2.5)),)


def _missed(x: float, y: float) -> tuple[Mark, ...]:
    return Circle(x, y, 5, None, "negative", 1.2, (3, 2.5)), Circle(x, y, 8, None, "negative", 1.2)


def _sinks(x: float, y: float) -> tuple[Mark, ...]:
    return (*assumed_square(x, y - 2), Line(x - 4.5, y + 5, x + 4.5, y + 5, "negative", 2))


OWN = {
    "rung": (_rung_sign, 26.0),
    "climb": (_climb_sign, 10.0),
    "no-climb": (_no_climb, 10.0),
    "fall": (lambda x, y: _fall_sign("ink", x, y), 26.0),
    "fall-unsolved": (lambda x, y: _fall_sign("negative", x, y), 26.0),
    "nobody-here": (_nobody, 12.0),
    "missed": (_missed, 16.0),
    "sinks": (_sinks, 9.0),
}
"""Signs that only the ladder has, before those that all drawings share."""


def _legend(drawing: Drawing) -> list[LegendEntry]:
    words = drawing.reader
    own = [
        LegendEntry(sign, words(f"ladder.legend-{name}"), width)
        for name, (sign, width) in OWN.items()
        if name in drawing.used
    ]
    shared = [
        LegendEntry(
            sign,
            words(f"ladder.legend-{name}" if name in ("evidence", "assumed") else f"diagrams.legend-{name}"),
            width,
        )
        for name, (sign, width) in SIGNS.items()
        if name in drawing.used
    ]
    return [*own, *shared]
