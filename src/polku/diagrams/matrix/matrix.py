"""The matrix: what each role does, meets, thinks and feels, stage by stage, and what that is known from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from polku.diagrams.compare.matrix import draw_compare
from polku.diagrams.matrix.emotion import emotion_lane
from polku.diagrams.matrix.lanes import (
    action_lane,
    back_lane,
    evidence_lane,
    front_lane,
    pain_lane,
    thinking_lane,
    touchpoint_lane,
    wait_lane,
)
from polku.diagrams.matrix.measured_lanes import MeasuredLanes, step_lane
from polku.diagrams.matrix.owner import owner_lane
from polku.diagrams.matrix.ways import WayLane
from polku.diagrams.parts.band_marks import draw_bands
from polku.diagrams.parts.bands import arrange
from polku.diagrams.parts.cuts import chosen_lanes, within
from polku.diagrams.parts.drawing import Lane
from polku.diagrams.parts.frame import foot
from polku.diagrams.parts.journey import (
    JourneyFacts,
)
from polku.diagrams.parts.legend import channel_note, legend_entries
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import FindingLike, begin, journey_head, page_scene, with_waits
from polku.diagrams.parts.readings import draw_readings, measured_title, readings
from polku.diagrams.parts.stages import plain_stage_lane, stage_lane, when_lane
from polku.diagrams.parts.titles import description, journey_title, measured_description
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Table, Theme
from polku.words import Reader, Text

HEADS: tuple[Lane, ...] = (when_lane, stage_lane)
LANES: Mapping[str, Lane] = MappingProxyType(
    {
        "action": action_lane,
        "touchpoint": touchpoint_lane,
        "thinking": thinking_lane,
        "emotion": emotion_lane,
        "pains": pain_lane,
        "evidence": evidence_lane,
        "wait": wait_lane,
        "front": front_lane,
        "back": back_lane,
        "owner": owner_lane,
    }
)
"""Lanes by the names with which a cut asks for them, from top to bottom."""


def measured_lanes(measured: MeasuredJourney) -> Mapping[str, Lane]:
    """The lanes of the measured overlay by name, from the way down to where it is counted."""
    lanes = MeasuredLanes(measured)
    return {
        "path": WayLane(measured),
        "action": step_lane,
        "cases": lanes.cases,
        "goes-on": lanes.goes_on,
        "wait": lanes.wait,
        "scores": lanes.scores,
        "touchpoint": lanes.touchpoints,
    }


def draw_matrix(
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
    title: Text | None = None,
    measured: MeasuredJourney | None = None,
    against: Journey | None = None,
    stages: Sequence[str] | None = None,
    lanes: Sequence[str] | None = None,
    tag: str = "",
) -> Scene:
    """The whole map of a journey as one drawing; with `measured`, what happened laid over what was drawn.

    Args:
        language: of polku's own words; the user's words stay as they are.
        roles: roles in the foreground, each with a curve of its own; None draws one curve through all.
        today: the day that the age of evidence is counted to.
        names: whether persons named in handoffs are shown (roles always are).
        findings: marked on the cards of the steps they speak of.
        width: of the page in px; None takes what the steps need, up to 1800.
        title: words instead of the finding that is chosen by rule.
        measured: counts of the journey, which take the lanes of feelings and of what carries the steps.
        against: the journey as it is, where this one is to be: both curves, and of the steps those that differ.
        stages, lanes: ids of stages and names of lanes (`LANES`, `measured_lanes`) to show; None shows all.
        tag: words in a dashed frame at the top right, beside that of an example.
    """
    if against is not None:
        return draw_compare(
            workspace,
            journey,
            against,
            language=language,
            theme=theme,
            roles=roles,
            today=today,
            names=names,
            width=width,
            title=title,
            stages=stages,
            tag=tag,
        )
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
    page, bands = arrange(facts, width)
    found = measured_title(facts, measured) if measured else journey_title(facts, drawing.roles)
    heading = drawing.reader.text(title if title is not None else found)
    frame_head, y = journey_head(
        facts,
        drawing.reader,
        page,
        title=heading,
        question=drawing.reader("diagrams.question-measured" if measured else "diagrams.question-matrix"),
        measured=measured,
        tag=tag,
    )
    shown = chosen_lanes(measured_lanes(measured) if measured else LANES, lanes)
    if measured:
        body, y = draw_bands(drawing, bands, y, (plain_stage_lane,), shown)
        words, y = draw_readings(
            readings(facts, measured), page, y + 8, drawing.reader, workspace.settings.language
        )
        body.append(words)
    else:
        body, y = draw_bands(drawing, bands, y, HEADS, shown)
    frame_foot, height = foot(
        page,
        y + 24,
        legend_entries(drawing),
        with_waits(channel_note(drawing), measured, drawing.reader),
        drawing.reader.language,
    )
    described = measured_description(facts, measured) if measured else description(facts)
    table = (
        measured_table(facts, measured, drawing.reader) if measured else matrix_table(facts, drawing.reader)
    )
    return page_scene(
        page,
        height,
        title=heading,
        desc=drawing.reader.text(described),
        say=drawing.reader,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=table,
    )


def measured_table(facts: JourneyFacts, measured: MeasuredJourney, reader: Reader) -> Table:
    """The counts as a table; a dash where there is nothing to count."""
    names = ("stage", "role", "action", "touchpoint", "cases", "goes-on", "wait", "nps", "answers", "source")
    small = facts.workspace.settings.limits.small
    rows = []
    for one in facts.steps:
        step = measured.step(one.step.id)
        goes_on = "–"
        if step.goes_on is not None and step.cases:
            few = step.cases < small
            went = step.went_on if step.went_on is not None else round(step.goes_on * step.cases)
            goes_on = (
                reader("diagrams.of", part=went, whole=step.cases) if few else reader.percent(step.goes_on)
            )
        wait = step.median_wait_seconds
        rows.append(
            (
                one.stage.label if one.stage else "",
                one.role_name,
                one.step.label,
                one.touchpoint_name or "",
                reader.number(step.cases or 0) if step.observable else reader("diagrams.unseen"),
                goes_on,
                "–" if wait is None else reader.duration(wait),
                "–" if step.nps is None else reader.signed(round(step.nps)),
                reader.number(step.answers),
                ", ".join(step.sources),
            )
        )
    return Table(tuple(reader(f"diagrams.column-{name}") for name in names), tuple(rows), facts.journey.label)


def matrix_table(facts: JourneyFacts, reader: Reader) -> Table:
    """The same content as a table."""
    columns = ("stage", "role", "action", "touchpoint", "thinking", "emotion", "pains", "evidence", "owner")
    rows = []
    label = facts.workspace.label
    for one in facts.steps:
        step = one.step
        said = [f"− {pain.says}" for pain in step.pains] + [f"+ {gain.says}" for gain in step.gains]
        heard = [quote.quote or "" for quote in one.quotes]
        thoughts = [step.thinks, *heard] if step.thinks else heard
        rows.append(
            (
                one.stage.label if one.stage else "",
                one.role_name,
                step.label,
                one.touchpoint_name or "",
                " ".join(reader.quote(words) for words in thoughts),
                "" if step.feels is None else reader.signed(step.feels),
                "; ".join(said),
                ", ".join(piece.label for piece in one.evidence) or reader("diagrams.assumed"),
                label("teams", one.owner),
            )
        )
    return Table(
        tuple(reader(f"diagrams.column-{name}") for name in columns), tuple(rows), facts.journey.label
    )
