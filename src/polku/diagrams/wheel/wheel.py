"""The wheel: whether the loop closes, which part of the round weighs most, and where in it feeling falls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from polku.diagrams.compare.compare import compared
from polku.diagrams.compare.signs import OWN as COMPARED
from polku.diagrams.compare.words import compare_table, compare_title, left_out_note, pair_words, subject_of
from polku.diagrams.compare.words import description as compare_description
from polku.diagrams.matrix.matrix import matrix_table, measured_table
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.flow import Flow, closes, flow_of
from polku.diagrams.parts.frame import LegendEntry, foot
from polku.diagrams.parts.journey import JourneyFacts, step_label
from polku.diagrams.parts.legend import SIGNS
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import (
    FindingLike,
    begin,
    journey_head,
    page_scene,
    with_waits,
)
from polku.diagrams.parts.polar import Polar
from polku.diagrams.parts.readings import draw_readings, measured_title, readings
from polku.diagrams.parts.signs import assumed_square
from polku.diagrams.parts.titles import description, lowest_step, measured_description
from polku.diagrams.wheel.field import (
    above,
    as_is_curve,
    below,
    feeling_curve,
    feeling_ground,
    feeling_point,
    flow_ground,
    flow_track,
    has_room,
    hub,
    hub_words,
    jumps,
    neutral,
)
from polku.diagrams.wheel.labels import beside, column_height, labelled, labels, listed, outside_number, sides
from polku.diagrams.wheel.layout import Slot, Wheel, lay_out
from polku.diagrams.wheel.rings import Keys, cell, count_marks, owner_ring, stage_lines, stage_marks
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
    Table,
    Theme,
    text_lines,
    wrap,
)
from polku.words import Message, Reader
from polku.words import Text as Said

TOP = 66.0
"""Room over the wheel for the words about its loop."""


def draw_wheel(
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
    against: Journey | None = None,
    radius: float | None = None,
    tag: str = "",
) -> Scene:
    """A journey as a round of equal steps; keywords as `draw_matrix` takes them.

    `radius` is the largest the wheel may have, in px, as long as its steps find room.
    With `against`, the curve of the journey as it is lies beneath, and words stand at changed steps only.
    With `measured`, counts stand in a ring of their own and the field inside shows the ways that
    cases take beside the drawn order, in place of feelings. A page too narrow for words beside the
    wheel lists them beneath it; one too narrow for the wheel's steps becomes as wide as they need.
    """
    both = compared(workspace, journey, against) if against is not None else None
    drawing = begin(
        workspace,
        journey,
        language=language,
        roles=roles,
        today=today,
        names=names,
        findings=findings,
        measured=measured,
        both=both,
    )
    facts = drawing.facts
    wheel = _sized(drawing, width, counted=measured is not None, most=radius)
    words = drawing.reader
    found = measured_title(facts, measured) if measured else wheel_title(facts, drawing.roles)
    question = "diagrams.question-measured" if measured else "wheel.question"
    subject = journey.label
    if both:
        found, question, subject = compare_title(both), "compare.question", subject_of(both)
    heading = words.text(title if title is not None else found)
    frame_head, y = journey_head(
        facts,
        words,
        wheel.page,
        title=heading,
        question=words(question),
        subject=subject,
        measured=measured,
        tag=tag,
    )
    keys = Keys()
    body, y = _body(drawing, wheel, y, measured, keys)
    key, y = _key(drawing, wheel, keys, y)
    body += key
    if measured:
        said, y = draw_readings(
            readings(facts, measured), wheel.page, y + 12, words, workspace.settings.language
        )
        body.append(said)
    frame_foot, height = foot(
        wheel.page, y + 16, _legend(drawing), _note(drawing, wheel, measured), words.language
    )
    table: Table = measured_table(facts, measured, words) if measured else matrix_table(facts, words)
    described = measured_description(facts, measured) if measured else description(facts, "wheel.desc")
    if both:
        table, described = compare_table(drawing, both), compare_description(both)
    return page_scene(
        wheel.page,
        height,
        title=heading,
        desc=f"{words.text(described)} {words.text(loop_words(facts))}",
        say=words,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=table,
    )


def loop_words(facts: JourneyFacts) -> Message:
    """What is said about the loop at the top of the wheel."""
    stages = facts.journey.stages
    if closes(facts):
        return Message("wheel.loop-closes")
    elsewhere = next((stage.loops_to for stage in stages if stage.loops_to), None)
    target = facts.journey.stage(elsewhere)
    if target is not None:
        return Message("wheel.loop-elsewhere", {"stage": target.label})
    return Message("wheel.loop-open")


def wheel_title(facts: JourneyFacts, roles: frozenset[str] | None = None) -> Said:
    """Whether the end feeds the beginning, and the lowest point of the round or what nobody asked."""
    if not facts.steps:
        return facts.journey.label
    state = "closed" if closes(facts) else "open"
    worst = lowest_step(facts, roles)
    if worst is not None and worst.stage is not None and worst.role_name:
        return Message(
            f"wheel.title-{state}-lowest",
            {"stage": worst.stage.label, "role": worst.role_name, "does": worst.step.label},
        )
    if worst is not None:
        return Message(f"wheel.title-{state}-step", {"does": worst.step.label})
    unasked = sum(one.step.feels is None for one in facts.steps)
    if unasked:
        return Message(f"wheel.title-{state}-unasked", {"unasked": unasked, "count": len(facts.steps)})
    return Message(f"wheel.title-{state}")


def _sized(drawing: Drawing, width: float | None, *, counted: bool, most: float | None = None) -> Wheel:
    """The wheel, its outer ring thicker where a stage's name takes two lines."""
    wheel = lay_out(drawing.facts, width, counted=counted, most=most)
    if any(len(stage_lines(drawing, wheel, sector)) > 1 for sector in wheel.sectors):
        return lay_out(drawing.facts, width, counted=counted, thick=54, most=most)
    return wheel


def _body(
    drawing: Drawing, wheel: Wheel, y: float, measured: MeasuredJourney | None, keys: Keys
) -> tuple[list[Mark], float]:
    """The wheel and the words of its steps, in the order they are read; and the y below them."""
    outer = wheel.rings.outer
    flow = flow_of(drawing.facts, measured) if measured else None
    if wheel.beside:
        found = labels(drawing, wheel, wheel.words, measured)
        if max(map(column_height, sides(found))) > 2.6 * outer:
            found = labels(drawing, wheel, wheel.words, measured, brief=True)
        tallest = max(map(column_height, sides(found)))
        height = max(2 * outer + TOP + 36, tallest)
        centre = wheel.centre(y + max(TOP + outer, height / 2 + 8))
        words = beside(wheel, found, centre, centre.cy - height / 2, height)
        bottom = max(centre.cy + outer + 20, centre.cy + height / 2)
    else:
        centre = wheel.centre(y + TOP + outer + 12)
        words, bottom = listed(drawing, wheel, measured, centre.cy + outer + 44)
        for slot, facts in labelled(wheel, measured, drawing.compared):
            words[facts.step.id].append(outside_number(wheel, slot, facts, centre))
    under = _ground(drawing, wheel, centre, flow)
    marks: list[Mark] = [
        Group(tuple(under), id="ground", role="ground", hidden=True),
        _loop_sign(drawing, wheel, centre),
        hub(drawing, wheel, centre),
    ]
    for sector in wheel.sectors:
        inside = stage_marks(drawing, wheel, sector, centre, keys)
        for slot in sector.slots:
            if slot.facts is None:
                inside += cell(drawing, wheel, slot, centre)
            else:
                inside.append(_step(drawing, wheel, slot, centre, measured, words))
        name = sector.stage.label if sector.stage else drawing.reader("diagrams.no-stage")
        id = f"stage-{sector.stage.id if sector.stage else 'none'}"
        marks.append(Group(tuple(inside), id=id, role="stage", label=name))
    ring = owner_ring(drawing, wheel, centre, keys)
    marks.append(Group(tuple(ring), id="owners", role="lane", label=drawing.reader("diagrams.lane-owner")))
    if flow is not None:
        over = jumps(drawing, wheel, flow, centre, closes=closes(drawing.facts))
        if over:
            marks.append(Group(tuple(over), id="ways", role="ways"))
    return marks, bottom


def _ground(drawing: Drawing, wheel: Wheel, centre: Polar, flow: Flow | None) -> list[Mark]:
    if flow is not None:
        return [*flow_ground(wheel, centre), *flow_track(drawing, wheel, flow, centre)]
    return [
        *feeling_ground(drawing, wheel, centre),
        *as_is_curve(drawing, wheel, centre),
        *feeling_curve(drawing, wheel, centre, closes=closes(drawing.facts)),
    ]


def _step(
    drawing: Drawing,
    wheel: Wheel,
    slot: Slot,
    centre: Polar,
    measured: MeasuredJourney | None,
    words: dict[str, list[Mark]],
) -> Group:
    facts = slot.facts
    assert facts is not None
    more = pair_words(drawing, drawing.compared, facts.step.id) if drawing.compared else ()
    label = step_label(facts, len(drawing.facts.steps), drawing.reader, more)
    inside = cell(drawing, wheel, slot, centre)
    if measured:
        inside += count_marks(drawing, wheel, slot, facts, measured, centre)
    else:
        inside += feeling_point(drawing, wheel, centre, slot, facts)
    inside += words.get(facts.step.id, [])
    return Group(
        tuple(inside), id=f"step-{facts.step.id}", role="step", label=label, title=label, focusable=True
    )


def _loop_sign(drawing: Drawing, wheel: Wheel, centre: Polar) -> Group:
    """At the top: an arrow over the gap where the loop closes, else a wall, and which it is in words."""
    said = drawing.reader.text(loop_words(drawing.facts))
    outer = wheel.rings.outer
    language = drawing.reader.language
    lines = wrap(said, min(2 * outer * 0.8, 320), 13, 600, language)
    first = centre.cy - outer - 38 - 17 * (len(lines) - 1)
    marks: list[Mark] = list(
        text_lines(lines, centre.cx, first, size=13, weight=600, anchor="middle", line=17 / 13)
    )
    if closes(drawing.facts):
        half = 52 / outer * 57.2958
        r = outer + 20
        tip = centre.at(r, half)
        marks.append(Path(centre.arc(r, -half, half - 0.8), stroke="ink", stroke_width=2))
        # The head points along the ring, which at the top is nearly level.
        marks.append(
            Path(
                (
                    ("M", tip[0] + 1, tip[1] + 1),
                    ("L", tip[0] - 9, tip[1] - 6),
                    ("L", tip[0] - 10, tip[1] + 4.5),
                    ("Z",),
                ),
                fill="ink",
            )
        )
    else:
        marks.append(Line(*centre.spoke(wheel.rings.owner, outer + 20, 0), "ink", 5))
    return Group(tuple(marks), id="loop", role="loop", label=said)


def _key(drawing: Drawing, wheel: Wheel, keys: Keys, y: float) -> tuple[list[Mark], float]:
    """What numbers and letters in the rings stand for."""
    marks: list[Mark] = []
    said = [
        f"{drawing.reader(id)} " + " · ".join(f"{sign} {name}" for name, sign in names.items())
        for id, names in (("wheel.key-stages", keys.stages), ("wheel.key-owners", keys.owners))
        if names
    ]
    if not has_room(wheel):
        said.insert(0, f"{drawing.reader('wheel.key-hub')} {hub_words(drawing)}")
    for words in said:
        lines = wrap(words, wheel.page - 2 * MARGIN, 12, 400, drawing.language)
        marks += text_lines(lines, MARGIN, y + 18, size=12, fill="ink-2", line=1.43)
        y += 12 * 1.43 * len(lines) + 6
    return ([Group(tuple(marks), id="key", role="key")] if marks else []), y


def _note(drawing: Drawing, wheel: Wheel, measured: MeasuredJourney | None) -> str:
    shown, total = len(labelled(wheel, measured, drawing.compared)), len(wheel.steps)
    note = drawing.reader("wheel.note")
    if drawing.compared:
        note += " " + drawing.reader("compare.note-labels")
        gone = left_out_note(drawing, drawing.compared)
        note += f" {gone}." if gone else ""
    elif shown < total:
        note += " " + drawing.reader("wheel.note-labels", shown=shown, total=total)
    hidden = flow_of(drawing.facts, measured).hidden if measured else 0
    if hidden:
        note += " " + drawing.reader("wheel.more", count=hidden)
    return with_waits(note, measured, drawing.reader)


def _evidenced(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 10, y - 6.5, 20, 13, "surface", "ink-2", 1.4),)


def _assumed(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 10, y - 6.5, 20, 13, "paper", "line-strong", 1.2, (4, 3)),)


def _stale(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 10, y - 6.5, 20, 13, "surface", "ink-2", 1.4, texture="stale"),)


def _moment(x: float, y: float) -> tuple[Mark, ...]:
    return Circle(x, y, 7.5, "paper", "ink", 1.6), Circle(x, y, 3, "ink-3")


def _nobody(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 10, y - 5, 20, 10, None, "line-strong", 1.2, (4, 3)),)


def _bar(x: float, y: float) -> tuple[Mark, ...]:
    return (Line(x, y - 7, x, y + 7, "ink", 2.6),)


def _missing_bar(x: float, y: float) -> tuple[Mark, ...]:
    return (Line(x, y - 7, x, y + 7, "negative", 2.6, (4, 3)),)


OWN = {
    "evidenced": (_evidenced, 20.0, "wheel.legend-evidenced"),
    "measured": (_evidenced, 20.0, "wheel.legend-measured"),
    "known": (_evidenced, 20.0, "wheel.legend-known"),
    "assumed": (_assumed, 20.0, "wheel.legend-assumed"),
    "stale": (_stale, 20.0, "diagrams.legend-stale"),
    "owner-nobody": (_nobody, 20.0, "wheel.legend-nobody"),
    "no-step": (assumed_square, 9.0, "wheel.legend-no-step"),
    "below": (below, 14.0, "wheel.legend-below"),
    "above": (above, 13.0, "wheel.legend-above"),
    "neutral": (neutral, 12.0, "wheel.legend-neutral"),
    "moment": (_moment, 15.0, "diagrams.legend-moment-of-truth"),
    "handoff-bar": (_bar, 4.0, "diagrams.legend-handoff"),
    "missing-bar": (_missing_bar, 4.0, "diagrams.legend-missing-handoff"),
}
"""Signs that only the wheel has, before those that all drawings share."""


def _legend(drawing: Drawing) -> list[LegendEntry]:
    words: Reader = drawing.reader
    if {"evidenced", "measured"} <= drawing.used:
        # Both have one frame: one entry says so.
        drawing.used -= {"evidenced", "measured"}
        drawing.use("known")
    own = [
        LegendEntry(sign, words(id), width) for name, (sign, width, id) in OWN.items() if name in drawing.used
    ]
    if drawing.compared:
        own = [
            LegendEntry(sign, words(f"compare.legend-{name}"), width)
            for name, (sign, width) in COMPARED.items()
            if name in drawing.used and name not in OWN
        ] + own
    shared = [
        LegendEntry(sign, words(f"diagrams.legend-{name}"), width)
        for name, (sign, width) in SIGNS.items()
        if name in drawing.used and name not in OWN and name != "below-neutral"
    ]
    return [*own, *shared]
