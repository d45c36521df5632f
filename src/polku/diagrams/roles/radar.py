"""One role: how much it weighs and knows, how well we know it, and what it wants, needs, feels and says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import LegendEntry, RoleEntry, foot, head
from polku.diagrams.parts.journey import StepFacts, journey_facts, role_label, signs_of
from polku.diagrams.parts.legend import SIGNS
from polku.diagrams.parts.page import page_scene
from polku.diagrams.parts.signs import assumed_square
from polku.diagrams.roles.radar_rows import RadarRows
from polku.diagrams.roles.radar_scales import Scale, scales_of, web
from polku.documents import Journey, Role, Workspace
from polku.scene import LIGHT, Circle, Line, Mark, Rect, Scene, Table, Theme
from polku.words import Message, Reader, reader
from polku.words import Text as Said

PAGE = 1600.0
LEAST_PAGE = 760.0
WEB = 610.0
"""Width of the web with its words, beside which the rows stand."""

ROWS = 640.0
"""Least width of the rows beside it; on a narrower page they stand beneath."""


def draw_radar(
    workspace: Workspace,
    role: Role,
    *,
    journey: Journey | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    today: dt.date | None = None,
    names: bool = True,
    width: float | None = None,
    title: Said | None = None,
    tag: str = "",
) -> Scene:
    """A role on six scales, and in its own words as far as somebody asked.

    Every spoke counts something of something, so its length says a share of a whole; the spokes are
    not filled to an area, because an area would depend on the order they stand in.

    Args:
        journey: whose steps are shown; None takes the first as-is journey in which the role has any.
        names: whether people at the accounts are counted by name (they are never shown).
    """
    chosen = journey or journey_of(workspace, role)
    facts = journey_facts(workspace, chosen, today=today)
    drawing = Drawing(facts, reader(language), workspace.settings.language, None, names)
    words = drawing.reader
    steps = tuple(one for one in facts.steps if one.role == role.id)
    scales = scales_of(drawing, role, steps)
    page = max(width or PAGE, LEAST_PAGE)
    heading = words.text(title if title is not None else radar_title(workspace, role, steps))
    sign = signs_of(workspace, chosen)[role.id]
    frame_head, y = head(
        page,
        title=heading,
        question=words("radar.question"),
        subject=role.label if role.label not in heading else "",
        meta=words("radar.meta", journey=chosen.label) if steps else words("radar.no-journey"),
        roles=[RoleEntry(sign, role_label(workspace, role.id, words))],
        language=drawing.language,
        tag=tag or (words("diagrams.sample-numbers") if workspace.settings.example else ""),
    )
    beside = page - 2 * MARGIN >= WEB + ROWS
    middle = MARGIN + WEB / 2 if beside else page / 2
    spokes, low = web(drawing, scales, sign, middle, y + 20)
    left = MARGIN + WEB + 20 if beside else MARGIN
    rows = RadarRows(drawing, role, steps, sign, left, page - MARGIN)
    body, bottom = rows.draw(y + 20 if beside else low + 20)
    frame_foot, height = foot(
        page, max(low, bottom) + 20, _legend(drawing), words("radar.note"), words.language
    )
    return page_scene(
        page,
        height,
        title=heading,
        desc=words.text(_description(role, scales, steps)),
        say=words,
        theme=theme,
        marks=(frame_head, spokes, *body, frame_foot),
        table=_table(words, scales, rows),
    )


def journey_of(workspace: Workspace, role: Role) -> Journey:
    """The first journey as it is in which a role has a step; an empty one where there is none."""
    journeys = sorted(workspace.journeys.values(), key=lambda one: one.state != "as-is")
    for one in journeys:
        if any(step.role == role.id for step in one.steps):
            return one
    return Journey(id="none")


def radar_title(workspace: Workspace, role: Role, steps: Sequence[StepFacts]) -> Said:
    """Much insight and nobody asked or named, else where it is lowest, else what nobody asked, else the name."""
    heard = sum(bool(one.evidence) for one in steps)
    if role.insight == "high" and not heard:
        return Message("radar.title-unheard", {"role": role.label})
    if role.insight == "high" and role.in_crm is False:
        return Message("radar.title-unnamed", {"role": role.label})
    felt = [one for one in steps if one.step.feels is not None and one.step.feels < 0]
    if felt:
        worst = min(felt, key=lambda one: (one.step.feels, one.number))
        return Message("radar.title-lowest", {"role": role.label, "does": worst.step.label})
    if steps and not heard:
        return Message("radar.title-nobody", {"role": role.label, "count": len(steps)})
    return role.label


def _description(role: Role, scales: Sequence[Scale], steps: Sequence[StepFacts]) -> Message:
    known = [scale for scale in scales if scale.part is not None]
    return Message(
        "radar.desc",
        {
            "role": role.label,
            "known": len(known),
            "scales": len(scales),
            "steps": len(steps),
            "evidenced": sum(bool(one.evidence) for one in steps),
        },
    )


def _table(words: Reader, scales: Sequence[Scale], rows: RadarRows) -> Table:
    found = [(scale.name, scale.said) for scale in scales]
    found += [(name, "; ".join(said) or words("radar.unasked")) for name, said in rows.said]
    columns = (words("radar.column-what"), words("radar.column-known"))
    return Table(columns, tuple(found), rows.role.label)


def _spoke(x: float, y: float) -> tuple[Mark, ...]:
    return (
        Line(x - 12, y, x + 12, y, "line-strong", 1.2),
        Line(x - 12, y, x + 3, y, "ink-2", 5),
        Circle(x + 3, y, 4.5, "ink"),
    )


def _unknown(x: float, y: float) -> tuple[Mark, ...]:
    return (Line(x - 12, y, x + 12, y, "negative", 1.4, (4, 3)),)


def _not_met(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 11, y - 6, 22, 12, None, "line-strong", 1.2, (4, 3), 3),)


def _open(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 11, y - 6, 22, 12, None, "negative", 1.2, (4, 3), 3),)


OWN = {
    "spoke": (_spoke, 24.0),
    "spoke-unknown": (_unknown, 24.0),
    "not-met": (_not_met, 22.0),
    "unasked": (_open, 22.0),
    "no-evidence": (assumed_square, 9.0),
}


def _legend(drawing: Drawing) -> list[LegendEntry]:
    words = drawing.reader
    own = [
        LegendEntry(sign, words(f"radar.legend-{name}"), width)
        for name, (sign, width) in OWN.items()
        if name in drawing.used
    ]
    shared = [
        LegendEntry(sign, words(f"diagrams.legend-{name}"), width)
        for name, (sign, width) in SIGNS.items()
        if name in drawing.used
    ]
    return [*own, *shared]
