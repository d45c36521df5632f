"""The winding path: where the way sinks, and where it sends people back; one row per stage, a bend is a new stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from polku.diagrams.compare.compare import compared
from polku.diagrams.compare.signs import OWN as COMPARED
from polku.diagrams.compare.words import compare_table, compare_title, left_out_note, subject_of
from polku.diagrams.compare.words import description as compare_description
from polku.diagrams.matrix.matrix import matrix_table, measured_table
from polku.diagrams.parts.cuts import within
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.flow import closes
from polku.diagrams.parts.frame import LegendEntry, foot, role_badge
from polku.diagrams.parts.journey import NOBODY, JourneyFacts
from polku.diagrams.parts.legend import SIGNS
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import (
    FindingLike,
    begin,
    journey_head,
    page_scene,
    with_waits,
)
from polku.diagrams.parts.readings import draw_readings, measured_title, readings
from polku.diagrams.parts.signs import arrow_head
from polku.diagrams.parts.titles import description, lowest_step, measured_description
from polku.diagrams.path.rows import page_of
from polku.diagrams.path.winding import Winding
from polku.documents import Journey, Workspace, next_of
from polku.scene import LIGHT, Circle, Line, Mark, Path, Rect, Scene, Theme
from polku.words import Message
from polku.words import Text as Said


def draw_path(
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
    stages: Sequence[str] | None = None,
    tag: str = "",
) -> Scene:
    """A journey as one path that winds down the page; keywords as `draw_matrix` takes them.

    With `against`, the way as it is runs in grey beside it, and words of change stand at changed steps.
    With `measured`, the path is a hollow track with solid ink as wide as many really go on, stations
    carry their counts, and ways that nobody drew are arcs beside it.
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
        stages=stages,
    )
    facts = drawing.facts
    measured = within(measured, facts) if measured else None
    page = page_of(width)
    words = drawing.reader
    found = measured_title(facts, measured) if measured else path_title(facts, drawing.roles)
    question = "diagrams.question-measured" if measured else "path.question"
    subject = journey.label
    if both:
        found, question, subject = compare_title(both), "compare.question", subject_of(both)
    heading = words.text(title if title is not None else found)
    frame_head, y = journey_head(
        facts,
        words,
        page.width,
        title=heading,
        question=words(question),
        subject=subject,
        measured=measured,
        tag=tag,
    )
    body, y, hidden = Winding(drawing, page, measured).draw(y + 18)
    if measured:
        said, y = draw_readings(
            readings(facts, measured), page.width, y + 8, words, workspace.settings.language
        )
        body.append(said)
    note = words("path.more", count=hidden) if hidden else ""
    if both:
        note = " · ".join(part for part in (note, left_out_note(drawing, both)) if part)
    note = with_waits(note, measured, words)
    frame_foot, height = foot(page.width, y + 16, _legend(drawing), note, words.language)
    described = measured_description(facts, measured) if measured else description(facts, "path.desc")
    table = measured_table(facts, measured, words) if measured else matrix_table(facts, words)
    if both:
        table, described = compare_table(drawing, both), compare_description(both)
    return page_scene(
        page.width,
        height,
        title=heading,
        desc=f"{words.text(described)} {words.text(_turns(facts))}",
        say=words,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=table,
    )


def path_title(facts: JourneyFacts, roles: frozenset[str] | None = None) -> Said:
    """Where the path sinks lowest and how often it turns back; what nobody asked where that is not known."""
    if not facts.steps:
        return facts.journey.label
    worst = lowest_step(facts, roles)
    if worst is not None:
        who = worst.role_name
        id = "path.title-lowest" if who else "path.title-lowest-nobody"
        return Message(id, {"role": who, "does": worst.step.label, "turns": _turns(facts)})
    unasked = sum(one.step.feels is None for one in facts.steps)
    if unasked:
        params = {"unasked": unasked, "count": len(facts.steps), "turns": _turns(facts)}
        return Message("path.title-unasked", params)
    return Message("path.title-calm", {"turns": _turns(facts)})


def turns_back(facts: JourneyFacts) -> int:
    """How many drawn ways lead to an earlier step; the one that closes the loop is none of them."""
    number = {one.step.id: one.number for one in facts.steps}
    first = {one.step.id for one in (facts.stages[0][1] if facts.stages else ())}
    last = {one.step.id for one in (facts.stages[-1][1] if facts.stages else ())}
    return sum(
        way.to in number
        and number[way.to] < one.number
        and not (closes(facts) and way.to in first and one.step.id in last)
        for one in facts.steps
        for way in next_of(facts.journey, one.step)
    )


def _turns(facts: JourneyFacts) -> Message:
    count = turns_back(facts)
    return Message("path.turns", {"count": count}) if count else Message("path.turns-never")


def _path_sign(x: float, y: float) -> tuple[Mark, ...]:
    return Line(x - 14, y, x + 14, y, "sunken-2", 12), Line(x - 14, y, x + 14, y, "ink", 2)


def _back_sign(x: float, y: float) -> tuple[Mark, ...]:
    arc = (("M", x + 11, y + 4), ("C", x + 9, y - 9, x - 9, y - 9, x - 10, y + 1))
    return Path(arc, None, "ink", 1.6, (5, 4)), arrow_head(x - 10, y + 6, angle="down", size=6)


def _moment_sign(x: float, y: float) -> tuple[Mark, ...]:
    return Circle(x, y, 7.5, "paper", "ink", 1.6), Circle(x, y, 3, "ink-3")


def _badge_sign(filled: bool, x: float, y: float) -> tuple[Mark, ...]:
    sign = type(NOBODY)(NOBODY.shape, NOBODY.token, "")
    return (role_badge(sign, x, y, 13, filled),)


OWN = {
    "path": (_path_sign, 28.0, "path.legend-path"),
    "no-way": (
        lambda x, y: (Line(x - 11, y, x + 11, y, "ink-3", 1.6, (1.3, 4)),),
        22.0,
        "path.legend-no-way",
    ),
    "turns-back": (_back_sign, 24.0, "path.legend-back"),
    "badge-known": (lambda x, y: _badge_sign(True, x, y), 13.0, "path.legend-known"),
    "badge-assumed": (lambda x, y: _badge_sign(False, x, y), 13.0, "path.legend-assumed"),
    "moment": (_moment_sign, 15.0, "diagrams.legend-moment-of-truth"),
    "no-step": (
        lambda x, y: (Rect(x - 11, y - 5, 22, 10, "paper", "line-strong", 1.2, (4, 3), 5),),
        22.0,
        "path.legend-no-step",
    ),
}
"""Signs that only the winding path has, before those that all drawings share."""


def _legend(drawing: Drawing) -> list[LegendEntry]:
    words = drawing.reader
    own = [
        LegendEntry(sign, words(id), width) for name, (sign, width, id) in OWN.items() if name in drawing.used
    ]
    shared = [
        LegendEntry(sign, words(f"diagrams.legend-{name}"), width)
        for name, (sign, width) in SIGNS.items()
        if name in drawing.used and name not in OWN
    ]
    if drawing.compared:
        own = [
            LegendEntry(sign, words(f"compare.legend-{name}"), width)
            for name, (sign, width) in COMPARED.items()
            if name in drawing.used and name not in OWN
        ] + own
    return [*own, *shared]
