"""The service blueprint: what has to happen behind each step of the customer, and where work changes hands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from polku.diagrams.blueprint.hands import bare, given_hands, meetings, team_of
from polku.diagrams.blueprint.lanes import BEHIND, behind_lane
from polku.diagrams.matrix.cards import card_lane
from polku.diagrams.matrix.lanes import touchpoint_lane
from polku.diagrams.matrix.owner import handoff_words
from polku.diagrams.parts import signs
from polku.diagrams.parts.band_marks import draw_bands
from polku.diagrams.parts.bands import Band, Layers, arrange
from polku.diagrams.parts.cuts import chosen_lanes
from polku.diagrams.parts.drawing import Drawing, Lane, head_of
from polku.diagrams.parts.frame import LegendEntry, foot
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.legend import channel_note, legend_entries
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import (
    FindingLike,
    begin,
    journey_head,
    page_scene,
    with_waits,
)
from polku.diagrams.parts.stages import plain_stage_lane
from polku.documents import Act, Journey, Workspace
from polku.scene import LIGHT, Line, Mark, Rect, Scene, Table, Theme, wrap
from polku.scene import Text as Line_of
from polku.words import Message, Text

BAR = 9.0


def draw_blueprint(
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
    stages: Sequence[str] | None = None,
    lanes: Sequence[str] | None = None,
    tag: str = "",
) -> Scene:
    """A journey with all that stands behind it, between four lines; keywords as in `draw_matrix`.

    Lanes that can be asked for: touchpoint, action and those of `BEHIND`; with `measured` also cases.
    With `measured`, a lane above the cards says how many cases reach each step and how long they wait.
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
        lanes=lanes,
    )
    facts = drawing.facts
    page, bands = arrange(facts, width)
    heading = drawing.reader.text(title if title is not None else blueprint_title(facts))
    frame_head, y = journey_head(
        facts,
        drawing.reader,
        page,
        title=heading,
        question=drawing.reader("blueprint.question"),
        measured=measured,
        tag=tag,
    )
    above: dict[str, Lane] = {"cases": _Counts(measured).lane} if measured else {}
    above |= {"touchpoint": touchpoint_lane, "action": _action_lane}
    chosen_lanes({**above, **dict.fromkeys(BEHIND)}, lanes)
    shown = [lane for name, lane in above.items() if drawing.has(name)]
    body, y = draw_bands(
        drawing,
        bands,
        y,
        (plain_stage_lane,),
        [*shown, behind_lane],
        lambda one: _behind_in_words(drawing, one),
    )
    note = with_waits(channel_note(drawing), measured, drawing.reader)
    frame_foot, height = foot(page, y + 28, _legend(drawing), note, drawing.reader.language)
    return page_scene(
        page,
        height,
        title=heading,
        desc=drawing.reader.text(_description(facts)),
        say=drawing.reader,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=_table(drawing),
    )


def blueprint_title(facts: JourneyFacts) -> Text:
    """Meetings with nothing behind them, else a missing handoff, else meetings nobody described, else the name."""
    met = meetings(facts)
    nothing = sum(bare(one) for one in met)
    if nothing:
        return Message("blueprint.title-bare", {"bare": nothing, "count": len(met)})
    label = facts.workspace.label
    for _, _, handoff, before, after in given_hands(facts):
        if handoff is None:
            return Message(
                "diagrams.title-handoff", {"before": label("teams", before), "after": label("teams", after)}
            )
    unseen = sum(not one.step.front for one in met)
    if unseen:
        return Message("blueprint.title-front", {"bare": unseen, "count": len(met)})
    return facts.journey.label


def _action_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """The customer's actions as cards."""
    text = drawing.reader
    low = head_of(drawing, layers, text("blueprint.lane-action"), text("blueprint.lane-action-note"), y=y - 4)
    return max(card_lane(drawing, band, y, layers), low)


class _Counts:
    """How many cases reach each step and how long they wait, as one narrow lane."""

    def __init__(self, measured: MeasuredJourney) -> None:
        self.measured = measured

    def lane(self, drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
        """A level bar in the outline of all cases, the number under it; dashed where data cannot see."""
        text, measured = drawing.reader, self.measured
        small = drawing.facts.workspace.settings.limits.small
        note = text("blueprint.lane-counted-note", count=measured.cases)
        low = head_of(drawing, layers, text("blueprint.lane-counted"), note, y=y)
        bottom = y + 20
        for column, facts in band.steps:
            step = measured.step(facts.step.id)
            x, whole = column.text_x, column.text_width
            if not step.observable:
                drawing.use("unseen")
                layers.step(facts, Rect(x, y + 10, whole, BAR, None, "line-strong", 1.2, (2.5, 2)))
                said = [text("diagrams.unseen")]
            else:
                cases = step.cases or 0
                share = min(1.0, cases / measured.cases) if measured.cases else 0.0
                few = cases < small
                layers.step(facts, Rect(x, y + 10, whole, BAR, "paper", "line-strong", 1))
                if cases:
                    drawing.use("few" if few else "counted")
                    fill, stroke = ("paper", "ink-2") if few else ("ink-2", None)
                    layers.step(facts, Rect(x, y + 10, max(2.0, whole * share), BAR, fill, stroke, 1.2))
                said = [text("diagrams.of", part=cases, whole=measured.cases)]
                if step.median_wait_seconds is not None:
                    said.append(text("blueprint.waits", time=text.duration(step.median_wait_seconds)))
            for number, words in enumerate(said):
                bottom = max(
                    bottom, self._words(drawing, layers, facts, words, x, whole, y + 34 + 15 * number)
                )
        return max(low, bottom) + 4

    def _words(
        self, drawing: Drawing, layers: Layers, facts: StepFacts, words: str, x: float, room: float, y: float
    ) -> float:
        for line in wrap(words, room, 12, 400, drawing.reader.language):
            layers.step(facts, Line_of(x, y, line, 12, fill="ink-2"))
            y += 15
        return y - 8


def _legend(drawing: Drawing) -> list[LegendEntry]:
    own = {
        "described": (lambda x, y: signs.swatch(x, y, fill="surface"), 22.0),
        "not-described": (_hole, 22.0),
        "triggers": (_triggers, 24.0),
    }
    entries = [
        LegendEntry(sign, drawing.reader(f"blueprint.legend-{name}"), wide)
        for name, (sign, wide) in own.items()
        if name in drawing.used
    ]
    return entries + legend_entries(drawing)


def _hole(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 11, y - 5.5, 22, 11, "paper", "line-strong", 1.2, (4, 3), 2),)


def _triggers(x: float, y: float) -> tuple[Mark, ...]:
    return Line(x - 12, y, x + 6, y, "ink-2", 1.2), signs.arrow_head(x + 12, y, size=6, fill="ink-2")


def _act(drawing: Drawing, act: Act, one: StepFacts) -> str:
    """An act in words: whose, what, with which system."""
    label = drawing.facts.workspace.label
    team = team_of(act, one)
    said = f"{label('teams', team)}: {act.does}" if team else act.does
    if act.system:
        return drawing.reader("blueprint.act-with", act=said, system=label("systems", act.system))
    return said


def _behind_in_words(drawing: Drawing, one: StepFacts) -> tuple[str, ...]:
    """What stands behind a step, for those who hear the drawing."""
    text, step = drawing.reader, one.step
    parts = []
    direct = one.touchpoint is not None and one.touchpoint.direct
    none = text("blueprint.not-described")
    if step.front or direct:
        parts.append(f"{text('diagrams.lane-front')}: {'; '.join(act.does for act in step.front) or none}")
    if step.back or direct:
        acts = "; ".join(_act(drawing, act, one) for act in step.back)
        parts.append(f"{text('diagrams.lane-back')}: {acts or none}")
    if step.partner:
        name = drawing.facts.workspace.label("partners", step.partner.id)
        parts.append(f"{text('blueprint.lane-partner')}: {name}")
    return tuple(parts)


def _description(facts: JourneyFacts) -> Message:
    met = meetings(facts)
    hands = given_hands(facts)
    systems = {act.system for one in facts.steps for act in (*one.step.front, *one.step.back) if act.system}
    return Message(
        "blueprint.desc",
        {
            "journey": facts.journey.label,
            "steps": len(facts.steps),
            "met": len(met),
            "bare": sum(bare(one) for one in met),
            "hands": len(hands),
            "missing": sum(one[2] is None for one in hands),
            "systems": len(systems),
            "partners": len({one.step.partner.id for one in facts.steps if one.step.partner}),
        },
    )


def _table(drawing: Drawing) -> Table:
    """Each step with what carries it, a row per step."""
    facts, text = drawing.facts, drawing.reader
    label = facts.workspace.label
    received: dict[str, list[str]] = {}
    for one, _, handoff, before, after in given_hands(facts):
        said = handoff_words(handoff, drawing) if handoff else text("diagrams.handoff-missing")
        way = f"{label('teams', before)} → {label('teams', after)}"
        received.setdefault(one.step.id, []).append(f"{way}: {said}" if said else way)
    rows = []
    for one in facts.steps:
        step = one.step
        direct = one.touchpoint is not None and one.touchpoint.direct
        none = text("blueprint.not-described") if direct else ""
        partner = step.partner
        rows.append(
            (
                one.stage.label if one.stage else "",
                one.role_name,
                step.label,
                one.touchpoint_name or "",
                "; ".join(act.does for act in step.front) or none,
                "; ".join(_act(drawing, act, one) for act in step.back) or none,
                "; ".join(received.get(step.id, ())),
                ": ".join(part for part in (label("partners", partner.id), partner.does) if part)
                if partner
                else "",
            )
        )
    columns = [text(f"diagrams.column-{name}") for name in ("stage", "role", "action", "touchpoint")]
    columns += [
        text(name)
        for name in (
            "diagrams.lane-front",
            "diagrams.lane-back",
            "blueprint.column-handoff",
            "blueprint.lane-partner",
        )
    ]
    return Table(tuple(columns), tuple(rows), facts.journey.label)
