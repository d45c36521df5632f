"""The matrix: what each role does, meets, thinks and feels, stage by stage, and what that is known from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol

from polku.diagrams.bands import Band, Layers, arrange
from polku.diagrams.drawing import Drawing, Lane
from polku.diagrams.emotion import emotion_lane
from polku.diagrams.frame import RoleEntry, foot, head
from polku.diagrams.journey import JourneyFacts, journey_facts, meta_line, role_label, step_label
from polku.diagrams.legend import channel_note, legend_entries
from polku.diagrams.matrix_lanes import (
    action_lane,
    back_lane,
    evidence_lane,
    front_lane,
    pain_lane,
    thinking_lane,
    touchpoint_lane,
    wait_lane,
)
from polku.diagrams.owner import owner_lane
from polku.diagrams.stages import stage_lane, stage_rules, when_lane
from polku.diagrams.titles import description, journey_title
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Group, Mark, Rect, Scene, Table, Theme
from polku.words import Reader, Text, reader

HEADS: tuple[Lane, ...] = (when_lane, stage_lane)
LANES: tuple[Lane, ...] = (
    action_lane,
    touchpoint_lane,
    thinking_lane,
    emotion_lane,
    pain_lane,
    evidence_lane,
    wait_lane,
    front_lane,
    back_lane,
    owner_lane,
)

BAND_GAP = 40.0


class FindingLike(Protocol):
    """What the drawing needs of a finding: where it stands and how bad it is."""

    @property
    def document(self) -> str: ...
    @property
    def item(self) -> str | None: ...
    @property
    def level(self) -> str: ...


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
) -> Scene:
    """The whole map of a journey as one drawing.

    Args:
        language: of polku's own words; the user's words stay as they are.
        roles: roles in the foreground, each with a curve of its own; None draws one curve through all.
        today: the day that the age of evidence is counted to.
        names: whether persons named in handoffs are shown (roles always are).
        findings: marked on the cards of the steps they speak of.
        width: of the page in px; None takes what the steps need, up to 1800.
        title: words instead of the finding that is chosen by rule.
    """
    facts = journey_facts(workspace, journey, today=today)
    drawing = Drawing(
        facts,
        reader(language),
        workspace.settings.language,
        None if roles is None else frozenset(roles),
        names,
        step_levels(journey, findings),
    )
    page, bands = arrange(facts, width)
    heading = drawing.reader.text(title if title is not None else journey_title(facts))
    frame_head, y = head(
        page,
        title=heading,
        question=drawing.reader("diagrams.question-matrix"),
        subject=journey.label if heading != journey.label else "",
        meta=meta_line(facts, drawing.reader),
        roles=role_entries(facts, drawing.reader),
        language=drawing.language,
        tag=drawing.reader("diagrams.sample-numbers") if workspace.settings.example else "",
    )
    body, y = draw_bands(drawing, bands, y, HEADS, LANES)
    frame_foot, height = foot(
        page, y + 24, legend_entries(drawing), channel_note(drawing), drawing.reader.language
    )
    return Scene(
        width=page,
        height=height,
        title=heading,
        desc=drawing.reader.text(description(facts)),
        language=drawing.reader.language,
        marks=(Rect(0, 0, page, height, "paper"), frame_head, *body, frame_foot),
        theme=theme.name,
        table=matrix_table(facts, drawing.reader),
    )


def draw_bands(
    drawing: Drawing, bands: Sequence[Band], y: float, heads: Sequence[Lane], lanes: Sequence[Lane]
) -> tuple[list[Mark], float]:
    """All lanes of all bands, as marks in the order they are read: stage, step, lane, then ways."""
    marks: list[Mark] = []
    y += 6
    for number, band in enumerate(bands):
        layers = Layers()
        y += BAND_GAP if number else 0
        for lane in heads:
            y = lane(drawing, band, y, layers)
        top = y
        y += 12
        for lane in lanes:
            y = lane(drawing, band, y, layers)
        stage_rules(layers, band, top + 12, y)
        marks += _assemble(drawing, band, layers)
    return marks, y


def _assemble(drawing: Drawing, band: Band, layers: Layers) -> list[Mark]:
    total = len(drawing.facts.steps)
    marks: list[Mark] = [
        Group(tuple(layers.under), id=f"ground-{band.number}", role="ground", hidden=True),
        Group(tuple(layers.heads), id=f"lanes-{band.number}", role="lanes"),
    ]
    for place, span in enumerate(band.spans):
        inside: list[Mark] = list(layers.stages.get(f"{band.number}-{place}", ()))
        for column in span.columns:
            if column.facts is not None:
                step = column.facts
                inside.append(
                    Group(
                        tuple(layers.steps.get(step.step.id, ())),
                        id=f"step-{step.step.id}",
                        role="step",
                        label=step_label(step, total, drawing.reader),
                        focusable=True,
                    )
                )
        name = span.stage.label if span.stage else drawing.reader("diagrams.no-stage")
        id = f"stage-{span.stage.id if span.stage else 'none'}"
        marks.append(
            Group(tuple(inside), id=f"{id}-{band.number}" if span.again else id, role="stage", label=name)
        )
    if layers.over:
        marks.append(Group(tuple(layers.over), id=f"ways-{band.number}", role="ways"))
    return marks


def role_entries(facts: JourneyFacts, reader: Reader) -> list[RoleEntry]:
    """The legend of the journey's roles."""
    return [
        RoleEntry(facts.signs[role], role_label(facts.workspace, role, reader))
        for role in facts.roles
        if role in facts.signs
    ]


def step_levels(journey: Journey, findings: Iterable[FindingLike]) -> dict[str, str]:
    """The worst level among the findings of each step; hints are left to the list of findings."""
    levels: dict[str, str] = {}
    document = f"journeys/{journey.id}"
    for finding in findings:
        parts = (finding.item or "").split("/")
        if finding.document != document or len(parts) < 2 or parts[0] != "steps":
            continue
        if finding.level == "error" or (finding.level == "warning" and parts[1] not in levels):
            levels[parts[1]] = finding.level
    return levels


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
