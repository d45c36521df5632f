"""The pillars: what holds the goal up, which pillar is weak, and what it stands on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from polku.diagrams.matrix.owner import handoff_words
from polku.diagrams.parts.bands import Layers
from polku.diagrams.parts.cuts import within
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import LegendEntry, Sign, foot
from polku.diagrams.parts.journey import JourneyFacts, StepFacts, step_label
from polku.diagrams.parts.legend import SIGNS
from polku.diagrams.parts.measured import MeasuredJourney, ending_steps
from polku.diagrams.parts.page import (
    FindingLike,
    begin,
    journey_head,
    page_scene,
)
from polku.diagrams.pillars.base import base, roof
from polku.diagrams.pillars.drums import BETWEEN, crack, draw_drum, draw_handoff, lay_drum
from polku.diagrams.pillars.layout import Pillar, Temple, temples
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
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
from polku.words import Text as Words

CAPITAL = 20.0
"""Height of the slanted part of a capital."""
FOOT = 14.0
TEMPLE_GAP = 56.0
EVEN_DRUMS = 8
"""Up to so many drums in a pillar, all drums of a temple are equally tall."""


def draw_pillars(
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
    title: Words | None = None,
    measured: MeasuredJourney | None = None,
    stages: Sequence[str] | None = None,
    tag: str = "",
) -> Scene:
    """The goal as a roof, stages as its pillars, steps as drums; the keywords are those of `draw_matrix`.

    With `measured`, each drum says how many cases reach it and how many of them go on.
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
    )
    facts = drawing.facts
    measured = within(measured, facts) if measured else None
    say = drawing.reader
    page, found = temples(facts, width)
    heading = say.text(title if title is not None else pillars_title(facts, drawing.roles))
    frame_head, y = journey_head(
        facts, say, page, title=heading, question=say("pillars.question"), measured=measured, tag=tag
    )
    ends = ending_steps(journey, measured) if measured else frozenset()
    body: list[Mark] = []
    for temple in found:
        y = _draw_temple(drawing, temple, measured, ends, y + (TEMPLE_GAP if temple.number else 0), body)
    frame_foot, height = foot(page, y + 24, _legend(drawing), say("pillars.note"), say.language)
    return page_scene(
        page,
        height,
        title=heading,
        desc=say.text(_description(facts, found)),
        say=say,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=pillars_table(facts, measured, say),
    )


def pillars_title(facts: JourneyFacts, roles: frozenset[str] | None = None) -> Words:
    """The pillar with the heaviest cracks; else what nobody asked; else that none is cracked.

    With roles, only the cracks of their steps count.
    """
    cracks = []
    for place, (stage, steps) in enumerate(facts.stages):
        bad = [
            -one.step.feels
            for one in steps
            if one.step.feels is not None and one.step.feels < 0 and (roles is None or one.role in roles)
        ]
        if bad and stage is not None:
            cracks.append((-sum(bad), -max(bad), place, stage.label, len(bad), len(steps)))
    count = sum(stage is not None for stage, _ in facts.stages)
    if cracks:
        *_, name, bad_steps, whole = min(cracks)
        params = {"stage": name, "bad": bad_steps, "whole": whole, "count": count}
        return Message("pillars.title-cracked", params)
    unasked = sum(one.step.feels is None for one in facts.steps)
    if unasked:
        return Message("diagrams.title-unasked", {"unasked": unasked, "count": len(facts.steps)})
    return Message("pillars.title-whole", {"count": count}) if facts.steps else facts.journey.label


def _draw_temple(
    drawing: Drawing,
    temple: Temple,
    measured: MeasuredJourney | None,
    ends: frozenset[str],
    y: float,
    body: list[Mark],
) -> float:
    layers = Layers()
    marks, y = roof(drawing, temple, y)
    layers.under += marks
    y = _capitals(drawing, temple, layers, y) + 8
    laid = {
        pillar.place: [lay_drum(drawing, pillar, one, measured, one.step.id in ends) for one in pillar.steps]
        for pillar in temple.pillars
    }
    even = max(map(len, laid.values())) <= EVEN_DRUMS and drawing.facts.whole is None
    tallest = max((drum.height for drums in laid.values() for drum in drums), default=92.0)

    def height(drum_height: float) -> float:
        return tallest if even else drum_height

    shafts = {
        place: sum(height(drum.height) + BETWEEN for drum in drums) - BETWEEN if drums else tallest
        for place, drums in laid.items()
    }
    bottom = y + max(shafts.values())
    for pillar in temple.pillars:
        drums = laid[pillar.place]
        at = bottom - shafts[pillar.place]
        _shaft(pillar, layers, y, at - BETWEEN)
        if not drums:
            layers.under.append(
                Rect(pillar.x, at, pillar.width, tallest, None, "line-strong", 1.2, (4, 3), 3)
            )
            words = wrap(
                drawing.reader("diagrams.no-step"), pillar.width - 24, 13, 400, drawing.reader.language
            )
            layers.stages.setdefault(str(pillar.place), []).extend(
                text_lines(words, pillar.middle, at + tallest / 2, size=13, anchor="middle", fill="ink-3")
            )
        for drum in drums:
            layers.step(drum.step, *draw_drum(drawing, pillar, drum, at, height(drum.height)))
            if handed := draw_handoff(drawing, pillar, drum.step, at):
                layers.over.append(Group(tuple(handed), id=f"handoff-{drum.step.step.id}", role="handoff"))
            at += height(drum.height) + BETWEEN
        layers.under.append(
            Rect(pillar.x - 8, bottom + BETWEEN, pillar.width + 16, FOOT, "surface", "ink-2", 1.4, radius=1)
        )
    y = base(drawing, temple, layers, bottom + BETWEEN + FOOT + 5)
    _assemble(drawing, temple, layers, body)
    return y


def _capitals(drawing: Drawing, temple: Temple, layers: Layers, y: float) -> float:
    """Names of the stages; returns the y below them."""
    say = drawing.reader
    cells = []
    for pillar in temple.pillars:
        stage = pillar.stage
        name = stage.label if stage else say("diagrams.no-stage")
        room = pillar.width + 16 - 16
        lines = wrap(name, room, 16, 600, drawing.language if stage else say.language)
        notes = []
        if stage and stage.when:
            notes.append(say(f"pillars.when-{stage.when}"))
        if stage and stage.tactic:
            notes.append(say(f"pillars.tactic-{stage.tactic}"))
        cells.append((pillar, lines, wrap(" · ".join(notes), room, 12, 400, say.language) if notes else ()))
    height = max(len(lines) * 20.0 + len(said) * 16 for _, lines, said in cells) + 18
    top = y + CAPITAL
    for pillar, lines, said in cells:
        x, right = pillar.x - 8, pillar.x + pillar.width + 8
        dashed = pillar.stage is None
        stroke, dash = ("line-strong", (4.0, 3.0)) if dashed else ("ink-2", ())
        slant = Path(
            (("M", x - 13, y), ("L", right + 13, y), ("L", right, top), ("L", x, top), ("Z",)),
            "surface",
            stroke,
            1.4,
            dash,
        )
        layers.under += [slant, Rect(x, top, right - x, height, "surface", stroke, 1.4, dash)]
        block = len(lines) * 20.0 + len(said) * 16
        at = top + (height - block) / 2 + 15
        layers.stages[str(pillar.place)] = [
            *text_lines(lines, pillar.middle, at, size=16, weight=600, anchor="middle"),
            *text_lines(
                said,
                pillar.middle,
                at + len(lines) * 20.0 - 1,
                size=12,
                anchor="middle",
                fill="ink-3",
                line=16 / 12,
            ),
        ]
    return top + height


def _shaft(pillar: Pillar, layers: Layers, top: float, bottom: float) -> None:
    """Flutes where a pillar has fewer drums than the tallest."""
    if bottom - top < 12:
        return
    for place in range(5):
        x = pillar.x + 8 + (pillar.width - 16) * place / 4
        layers.under.append(Line(x, top, x, bottom, "line", 1.2))


def _assemble(drawing: Drawing, temple: Temple, layers: Layers, body: list[Mark]) -> None:
    say, total = drawing.reader, len(drawing.facts.steps)
    body.append(Group(tuple(layers.under), id=f"temple-{temple.number}", role="ground"))
    for pillar in temple.pillars:
        inside: list[Mark] = list(layers.stages.get(str(pillar.place), ()))
        inside += [
            Group(
                tuple(layers.steps.get(one.step.id, ())),
                id=f"step-{one.step.id}",
                role="step",
                label=step_label(one, total, say, _spoken(drawing, one)),
                focusable=True,
            )
            for one in pillar.steps
        ]
        name = pillar.stage.label if pillar.stage else say("diagrams.no-stage")
        id = f"stage-{pillar.stage.id if pillar.stage else 'none'}"
        body.append(Group(tuple(inside), id=id, role="stage", label=name))
    body.append(Group(tuple(layers.heads), id=f"base-{temple.number}", role="lanes"))
    if layers.over:
        body.append(Group(tuple(layers.over), id=f"ways-{temple.number}", role="ways"))


def _spoken(drawing: Drawing, one: StepFacts) -> tuple[str, ...]:
    """The handoff by which a step came, in words."""
    said = []
    for change in drawing.facts.changes:
        if change.step == one.step.id:
            if change.handoff is None:
                said.append(drawing.reader("diagrams.handoff-missing"))
            else:
                said.append(
                    handoff_words(change.handoff, drawing)
                    or drawing.reader("diagrams.handoff-passes-nothing")
                )
    return tuple(said)


def pillars_table(facts: JourneyFacts, measured: MeasuredJourney | None, say: Reader) -> Table:
    """The same content as a table."""
    columns = [
        say(f"diagrams.column-{name}")
        for name in ("stage", "role", "action", "touchpoint", "emotion", "pains", "evidence", "owner")
    ]
    columns += [say("pillars.column-backstage"), say("pillars.column-systems")]
    if measured:
        columns += [say("diagrams.column-cases"), say("diagrams.column-goes-on")]
    label = facts.workspace.label
    rows = []
    for one in facts.steps:
        step = one.step
        acts = (*step.front, *step.back)
        carried = [label("systems", act.system) for act in acts if act.system]
        if step.partner:
            carried.append(label("partners", step.partner.id))
        row = [
            one.stage.label if one.stage else "",
            one.role_name,
            step.label,
            one.touchpoint_name or "",
            "" if step.feels is None else say.signed(step.feels),
            "; ".join([f"− {pain.says}" for pain in step.pains] + [f"+ {gain.says}" for gain in step.gains]),
            ", ".join(piece.label for piece in one.evidence) or say("diagrams.assumed"),
            label("teams", one.owner),
            "; ".join(act.does for act in step.back),
            ", ".join(dict.fromkeys(carried)),
        ]
        if measured:
            counted = measured.step(step.id)
            small = (counted.cases or 0) < facts.workspace.settings.limits.small
            row.append(say.number(counted.cases or 0) if counted.observable else say("diagrams.unseen"))
            row.append("–" if counted.goes_on is None or small else say.percent(counted.goes_on))
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows), facts.journey.label)


def _description(facts: JourneyFacts, found: Sequence[Temple]) -> Message:
    purpose = facts.workspace.settings.purpose
    goal = (purpose.goal or purpose.why) if purpose else None
    felt = [one.step.feels for one in facts.steps if one.step.feels is not None]
    return Message(
        "pillars.desc",
        {
            "journey": facts.journey.label,
            "goal": Message("pillars.desc-goal", {"goal": goal}) if goal else Message("pillars.desc-no-goal"),
            "stages": sum(len(temple.pillars) for temple in found),
            "steps": len(facts.steps),
            "cracked": sum(feels < 0 for feels in felt),
            "unasked": len(facts.steps) - len(felt),
            "bare": sum(
                not any(one.step.back for one in pillar.steps)
                for temple in found
                for pillar in temple.pillars
            ),
        },
    )


def _legend(drawing: Drawing) -> list[LegendEntry]:
    """The signs used."""
    say = drawing.reader
    own: dict[str, tuple[Sign, float]] = {
        "drum-known": (
            lambda x, y: (Rect(x - 10, y - 6.5, 20, 13, "surface", "ink-2", 1.4, radius=2),),
            20.0,
        ),
        "drum-assumed": (
            lambda x, y: (Rect(x - 10, y - 6.5, 20, 13, None, "line-strong", 1.2, (4, 3), 2),),
            20.0,
        ),
        "crack": (lambda x, y: (crack(x + 4, y - 7, 14, 2.2),), 9.0),
    }
    entries = [
        LegendEntry(sign, say(f"pillars.legend-{name}"), wide)
        for name, (sign, wide) in own.items()
        if name in drawing.used
    ]
    shared = (
        "below-neutral stale clock measured moment-of-truth handoff missing-handoff partner hole "
        "finding-error finding-warning"
    )
    for name in shared.split():
        if name in drawing.used:
            sign, wide = SIGNS[name]
            words = say("pillars.legend-not-asked") if name == "hole" else say(f"diagrams.legend-{name}")
            entries.append(LegendEntry(sign, words, wide))
    if "hole-block" in drawing.used and "drum-assumed" not in drawing.used:
        entries.append(LegendEntry(own["drum-assumed"][0], say("pillars.legend-block"), 20.0))
    return entries
