"""The matrix as one works on it: one row of steps, stages folded to spines, places one can take hold of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from polku.diagrams.matrix.board_holds import Beside, Edge, feeling_hold, frame_of, hint, spine_marks
from polku.diagrams.matrix.emotion import TOP, UNIT
from polku.diagrams.matrix.matrix import LANES, matrix_table, measured_lanes, measured_table
from polku.diagrams.parts.bands import MARGIN, STAGE_GAP, USUAL_COLUMN, Band, Column, Layers
from polku.diagrams.parts.bands import StageSpan as Span
from polku.diagrams.parts.cuts import chosen_lanes, cut_stages, within
from polku.diagrams.parts.drawing import Drawing, Lane, Words
from polku.diagrams.parts.frame import foot
from polku.diagrams.parts.journey import step_label
from polku.diagrams.parts.legend import channel_note, legend_entries
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.page import FindingLike, begin, page_scene
from polku.diagrams.parts.readings import measured_title
from polku.diagrams.parts.stages import stage_rules
from polku.diagrams.parts.titles import description, journey_title, measured_description
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Group, Line, Mark, Rect, Scene, Text, Theme

SPINE = 40.0
"""Width of a folded stage."""

HEAD = 126.0
"""Width of the lane heads, a little less than on paper."""

LEFT = 28.0
"""Of the margin of a page so much is left beside the lane heads."""

LEAST = 84.0
NARROW_STAGE = 110.0
USUAL_ROOM = 1040.0


def draw_board(
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
    measured: MeasuredJourney | None = None,
    lanes: Sequence[str] | None = None,
    folded: Sequence[str] = (),
    editable: bool = False,
) -> Scene:
    """The lanes of the matrix in one row, as wide as its steps need; its title and legend are its own.

    The keywords are those of `draw_matrix`, and:

    Args:
        width: of the window it is seen in; columns take what it offers, between 84 and 172 px each.
        folded: stages that show only a spine with their name, number of steps and feelings.
        editable: with signs for adding a step and for taking hold of a feeling.
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
    known = {stage.id for stage in journey.stages}
    if measured and (closed := known & set(folded)) and closed != known:
        # Ways that lead into a folded stage have nowhere to end; what is counted stays inside the open ones.
        cut = cut_stages(facts, [stage.id for stage in journey.stages if stage.id not in closed])
        measured = within(measured, cut)
    row = arrange_board(drawing, width or USUAL_ROOM, folded)
    board = _Board(drawing, row, editable, measured is not None)
    lanes_shown = (
        {name: lane for name, lane in measured_lanes(measured).items() if lanes is None or name in lanes}
        if measured
        else dict(zip(_names(lanes), chosen_lanes(LANES, lanes), strict=True))
    )
    marks, bottom = board.draw(lanes_shown)
    frame_foot, height = foot(
        max(row.band.right + MARGIN, 720.0),
        bottom + 18,
        legend_entries(drawing),
        channel_note(drawing),
        drawing.reader.language,
    )
    heading = measured_title(facts, measured) if measured else journey_title(facts, drawing.roles)
    return page_scene(
        max(row.band.right + MARGIN, 720.0) - 2 * (MARGIN - LEFT) + 8,
        height,
        title=drawing.reader.text(heading),
        desc=drawing.reader.text(measured_description(facts, measured) if measured else description(facts)),
        say=drawing.reader,
        theme=theme,
        marks=moved_all((*marks, frame_foot), LEFT - MARGIN, 0),
        table=(
            measured_table(facts, measured, drawing.reader)
            if measured
            else matrix_table(facts, drawing.reader)
        ),
    )


def _names(lanes: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(name for name in LANES if lanes is None or name in lanes)


@dataclass(frozen=True)
class Spine:
    """A folded stage's place across."""

    span: Span
    x: float


@dataclass(frozen=True)
class BoardRow:
    """All stages in one row: the open ones as a band, the folded ones as spines."""

    band: Band
    spines: tuple[Spine, ...]


def fold_to_fit(drawn: Mapping[str, int], width: float, near: str | None = None) -> tuple[str, ...]:
    """Stages to fold so that the others fit into a width: empty ones first, then those farthest from one stage.

    Args:
        drawn: stage → number of its steps, in order.
        near: the stage that stays open whatever happens; the last by default.
    """
    order = list(drawn)
    middle = order.index(near) if near is not None and near in drawn else len(order) - 1
    free = width - 2 * LEFT - HEAD
    folded: list[str] = []
    needs = {stage: max(LEAST * max(count, 1), NARROW_STAGE) + STAGE_GAP for stage, count in drawn.items()}
    # Of two equally far, the earlier one: one works forwards.
    by_need = sorted(
        order, key=lambda one: (drawn[one] > 0, -abs(order.index(one) - middle), order.index(one))
    )
    for stage in by_need:
        used = sum(SPINE + STAGE_GAP / 2 if one in folded else needs[one] for one in order)
        if used <= free:
            break
        if stage != order[middle]:
            folded.append(stage)
    return tuple(stage for stage in order if stage in folded)


def arrange_board(drawing: Drawing, width: float, folded: Sequence[str]) -> BoardRow:
    """The places of all stages in one row."""
    stages = drawing.facts.stages or ((None, ()),)
    closed = [stage is not None and stage.id in folded for stage, _ in stages]
    opened = [max(len(steps), 1) for (_, steps), shut in zip(stages, closed, strict=True) if not shut]
    free = width - 2 * LEFT - HEAD - 12
    free -= sum(closed) * (SPINE + STAGE_GAP / 2) + max(len(opened) - 1, 0) * STAGE_GAP
    each = min(USUAL_COLUMN, max(LEAST, free / max(sum(opened), 1)))
    x = MARGIN + HEAD
    spans: list[Span] = []
    spines: list[Spine] = []
    for (stage, steps), shut in zip(stages, closed, strict=True):
        if shut:
            columns = tuple(Column(step, x, SPINE) for step in steps)
            spines.append(Spine(Span(stage, x, SPINE, columns), x))
            x += SPINE + STAGE_GAP / 2
            continue
        wide = max(each, NARROW_STAGE / max(len(steps), 1))
        columns = tuple(Column(step, x + place * wide, wide) for place, step in enumerate(steps or (None,)))
        spans.append(Span(stage, x, wide * len(columns), columns))
        x += wide * len(columns) + STAGE_GAP
    return BoardRow(Band(0, tuple(spans), MARGIN + HEAD, x - STAGE_GAP), tuple(spines))


@dataclass
class _Board:
    drawing: Drawing
    row: BoardRow
    editable: bool
    measured: bool

    def draw(self, lanes: Mapping[str, Lane]) -> tuple[list[Mark], float]:
        """All marks in reading order, and the y below them."""
        drawing, band = self.drawing, self.row.band
        layers = Layers()
        y = top = self.heads(layers, 10.0)
        y += 6
        rows: dict[str, tuple[float, float]] = {}
        for name, lane in lanes.items():
            begin = y
            y = lane(drawing, band, y, layers)
            rows[name] = (begin, y)
        stage_rules(layers, band, top + 14, y)
        grounds: list[Mark] = [
            Group(
                (Rect(column.x - 1, top + 2, column.width + 2, y - top, "paper"),),
                id=f"column-{facts.step.id}",
                role="column",
                hidden=True,
            )
            for column, facts in band.steps
        ]
        grounds += layers.under
        marks: list[Mark] = [
            Group(tuple(grounds), id="ground-0", role="ground", hidden=True),
            Group(
                tuple(
                    Group(
                        (Rect(MARGIN, begin, band.right - MARGIN, end - begin, None),),
                        id=f"lane-{name}",
                        role="lane",
                        hidden=True,
                    )
                    for name, (begin, end) in rows.items()
                ),
                role="rows",
                hidden=True,
            ),
            Group(tuple(layers.heads), id="lanes-0", role="lanes"),
        ]
        marks += self.stages(layers, rows, top, y)
        if layers.over:
            marks.append(Group(tuple(layers.over), id="ways-0", role="ways"))
        return marks, y

    def heads(self, layers: Layers, y: float) -> float:
        """Names of the open stages, with when they are and the seller's shadow of them."""
        drawing, reader = self.drawing, self.drawing.reader
        heads = []
        for place, span in enumerate(self.row.band.spans):
            stage = span.stage
            words = Words(span.x + 12, y + 23, span.width - (40 if self.editable else 24), drawing.language)
            words.add(stage.label if stage else reader("diagrams.no-stage"), 15, 600)
            said = []
            if stage and stage.when:
                said.append(reader(f"diagrams.when-{stage.when}-short"))
            if stage and stage.tactic:
                said.append(reader(f"diagrams.tactic-{stage.tactic}"))
            if said:
                words.skip(-1).add(" · ".join(said), 12, fill="ink-3", language=reader.language)
            heads.append((place, span, words))
        bottom = max([words.y for *_, words in heads], default=y + 36) - 6
        for place, span, words in heads:
            ground = Rect(span.x + 2, y, span.width - 4, bottom - y, "sunken", radius=3)
            layers.stages[f"0-{place}"] = [ground, *words.marks]
        return bottom

    def stages(
        self, layers: Layers, rows: Mapping[str, tuple[float, float]], top: float, bottom: float
    ) -> list[Mark]:
        """Stage by stage, spines and open ones in the order of the journey."""
        found: list[tuple[float, Mark]] = []
        for place, span in enumerate(self.row.band.spans):
            inside: list[Mark] = [self.stage_head(span, layers.stages.get(f"0-{place}", []), top)]
            inside += [self.step(column, layers, rows) for column in span.columns if column.facts is not None]
            name = span.stage.label if span.stage else self.drawing.reader("diagrams.no-stage")
            id = f"stage-{span.stage.id if span.stage else 'none'}"
            found.append((span.x, Group(tuple(inside), id=id, role="stage", label=name)))
        found += [(spine.x, self.spine(spine, rows, bottom)) for spine in self.row.spines]
        return [mark for _, mark in sorted(found, key=lambda one: one[0])]

    def stage_head(self, span: Span, marks: Sequence[Mark], top: float) -> Mark:
        reader, stage = self.drawing.reader, span.stage
        if stage is None:
            return Group(tuple(marks))
        parts = list(marks)
        if self.editable:
            x, y = span.right - 20, 30.0
            sign = (
                Rect(x - 12, y - 12, 24, 24, "sunken", radius=4),
                Line(x - 5, y, x + 5, y, "ink-3", 1.6),
                Line(x, y - 5, x, y + 5, "ink-3", 1.6),
            )
            label = reader("board.add-step", stage=stage.label)
            parts.append(
                Group(sign, id=f"add-{stage.id}", role="add", label=label, title=label, focusable=True)
            )
        return Group(tuple(parts), id=f"head-{stage.id}", role="stage-head")

    def step(self, column: Column, layers: Layers, rows: Mapping[str, tuple[float, float]]) -> Mark:
        facts = column.facts
        assert facts is not None
        drawing = self.drawing
        marks = list(layers.steps.get(facts.step.id, ()))
        chosen: list[Mark] = []
        if "action" in rows:
            begin, end = rows["action"]
            top, low = (begin, end - 14) if self.measured else (begin + 10, end - 10)
            chosen.append(frame_of(column, top, low))
        if "emotion" in rows and drawing.shown(facts.role) and self.felt:
            zero = rows["emotion"][0] + TOP + 2 * UNIT
            at = zero - UNIT * (facts.step.feels or 0)
            if self.editable:
                chosen += hint(
                    drawing.reader("board.drag"), column, at, facts.step.feels, self.beside(column)
                )
            marks.append(feeling_hold(facts.step.id, column, at, zero))
        if self.editable and "thinking" in rows and not facts.step.thinks and not facts.quotes:
            begin = rows["thinking"][0]
            chosen += [
                Rect(column.x + 6, begin + 7, column.width - 12, 24, "surface", "accent", 1.2, (4, 3), 3),
                Text(
                    column.middle,
                    begin + 23.5,
                    drawing.reader("board.add"),
                    12,
                    600,
                    anchor="middle",
                    fill="accent",
                ),
            ]
        marks.append(Group(tuple(chosen), role="chosen", hidden=True))
        return Group(
            tuple(marks),
            id=f"step-{facts.step.id}",
            role="step",
            label=step_label(facts, drawing.facts.total, drawing.reader),
            focusable=True,
        )

    def beside(self, column: Column) -> Beside:
        """How the steps before and after one in its stage feel."""

        def feels(columns: Sequence[Column]) -> int | Edge | None:
            facts = columns[0].facts if columns else None
            return facts.step.feels if facts is not None else Edge.STAGE

        own = next(span.columns for span in self.row.band.spans if column in span.columns)
        place = own.index(column)
        return feels(own[place - 1 : place] if place else ()), feels(own[place + 1 : place + 2])

    @property
    def felt(self) -> bool:
        """Whether the scale of feelings is drawn: somebody was asked."""
        return any(facts.step.feels is not None for facts in self.drawing.facts.steps)

    def spine(self, spine: Spine, rows: Mapping[str, tuple[float, float]], bottom: float) -> Mark:
        reader, stage = self.drawing.reader, spine.span.stage
        assert stage is not None
        steps = [column.facts for column in spine.span.columns if column.facts is not None]
        zero = rows["emotion"][0] + TOP + 2 * UNIT if "emotion" in rows and self.felt else None
        arrow = rows["touchpoint"][0] + 20 if "touchpoint" in rows else None
        label = reader("board.folded", stage=stage.label, count=len(steps))
        return Group(
            tuple(spine_marks(stage.label, steps, spine.x, bottom, reader.number(len(steps)), zero, arrow)),
            id=f"spine-{stage.id}",
            role="spine",
            label=label,
            title=label,
            focusable=True,
        )
