"""The relief: towers and pits over stages and roles, so that the pain is seen where it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

from polku.diagrams.parts import signs
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import LegendEntry, Sign, foot
from polku.diagrams.parts.journey import meta_line
from polku.diagrams.parts.legend import legend_entries
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import (
    FindingLike,
    begin,
    journey_head,
    page_scene,
    period_line,
    with_waits,
)
from polku.diagrams.relief.cells import Cell, Field, relief_field
from polku.diagrams.relief.floor import SMALL, Floor, polygon, unit_height
from polku.diagrams.relief.table import heat_table
from polku.diagrams.relief.words import (
    cell_words,
    draw_labels,
    name_of_role,
    name_of_stage,
    place_callouts,
    place_corners,
    reach_of,
    said,
)
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Circle, Group, Mark, Rect, Scene, Table, Theme
from polku.words import Message, Text

MOST_STAGES, MOST_ROLES = 7, 6
"""Beyond that towers hide one another; then the same numbers stand in a flat table."""

LEAST_HALF, MOST_HALF = 84.0, 134.0
SIDE = 158.0
"""Left of the floor for names of stages, and right of it for names of roles."""

PAGE_WIDTH = 1600.0
LEAST_PAGE = 900.0


def draw_relief(
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
    tag: str = "",
    height: Literal["feeling", "effort"] | None = None,
) -> Scene:
    """Stages × roles in fixed isometry, flat where there are too many; keywords as in `draw_matrix`.

    Args:
        height: mean feeling, or effort: work and waiting summed, with `measured` the measured medians.
            None takes feeling, and effort where something was measured.
    """
    effort = height == "effort" or (height is None and measured is not None)
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
    counted = measured if effort else None
    field = relief_field(facts, effort=effort, measured=counted)
    columns, rows = len(field.stages), len(field.roles)
    page = width or min(PAGE_WIDTH, max(LEAST_PAGE, 2 * (MARGIN + SIDE) + (columns + rows) * MOST_HALF))
    half = min(MOST_HALF, (page - 2 * (MARGIN + SIDE)) / (columns + rows))
    flat = columns > MOST_STAGES or rows > MOST_ROLES or half < LEAST_HALF
    if flat:
        field = relief_field(facts, effort=effort, measured=counted, by_height=False)
    text = drawing.reader
    heading = text.text(title if title is not None else relief_title(drawing, field))
    meta = [meta_line(facts, text), text(_meta(effort, measured))]
    if measured:
        meta[0] = period_line(measured, text)
    frame_head, y = journey_head(
        facts,
        text,
        page,
        title=heading,
        question=text("relief.question-effort" if effort else "relief.question"),
        meta=" · ".join(meta),
        tag=tag,
    )
    if flat:
        body, y = heat_table(drawing, field, page, y + 10)
    else:
        body, y = _relief(drawing, field, page, half, y + 8)
    frame_foot, bottom = foot(
        page,
        y + 24,
        _legend(drawing, field, flat),
        with_waits(text("relief.note"), counted, text),
        text.language,
    )
    return page_scene(
        page,
        bottom,
        title=heading,
        desc=text.text(_description(drawing, field)),
        say=text,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=_table(drawing, field),
    )


def relief_title(drawing: Drawing, field: Field) -> Text:
    """The deepest pit, else what nobody asked, else the highest tower, else the journey's name."""
    highest = field.highest()
    if field.effort:
        if highest is None or not highest.seconds:
            return drawing.facts.journey.label
        return Message(
            "relief.title-effort",
            {**_place(drawing, highest), "time": dt.timedelta(seconds=highest.seconds)},
        )
    lowest = field.lowest()
    if lowest is not None and lowest.mean is not None and lowest.mean < 0:
        return Message("relief.title-pit", {**_place(drawing, lowest), "mean": lowest.mean})
    if field.unknown:
        return Message("relief.title-unasked", {"unasked": len(field.unknown), "count": len(field.filled)})
    if highest is not None and highest.mean:
        return Message("relief.title-tower", {**_place(drawing, highest), "mean": highest.mean})
    return drawing.facts.journey.label


def _place(drawing: Drawing, cell: Cell) -> dict[str, object]:
    return {"role": name_of_role(drawing, cell.role), "stage": name_of_stage(drawing, cell.stage)}


def _meta(effort: bool, measured: MeasuredJourney | None) -> str:
    if not effort:
        return "relief.meta"
    return "relief.meta-effort-measured" if measured else "relief.meta-effort"


def _relief(drawing: Drawing, field: Field, page: float, half: float, top: float) -> tuple[list[Mark], float]:
    columns, rows = len(field.stages), len(field.roles)
    cells = {(cell.column, cell.row): reach_of(drawing, field, cell) for cell in field.filled}
    unit = unit_height(half, cells)
    left = (page - (columns + rows) * half) / 2
    trial = Floor(columns, rows, half, left, 0.0, unit)
    highest = min(
        [trial.at(0, rows)[1] - 14]
        + [
            trial.middle(cell.column, cell.row)[1] - trial.deep - max(field.height(cell) or 0.0, 0.0) * unit
            for cell in field.filled
        ]
    )
    callouts, below = place_callouts(drawing, field, trial, page, top)
    floor = Floor(columns, rows, half, left, below + 14 - highest, unit)
    body: list[Mark] = [Group(tuple(floor.ground()), id="floor", role="ground", hidden=True)]
    for column, stage in enumerate(field.stages):
        row_cells = [field.cells[column, row] for row in reversed(range(rows))]
        marks = [mark for cell in row_cells for mark in _cell(drawing, field, floor, cell)]
        id = f"stage-{stage.id if stage else 'none'}"
        body.append(Group(tuple(marks), id=id, role="stage", label=name_of_stage(drawing, stage)))
    body += [callout.draw(floor, field) for callout in callouts]
    labels, boxes = draw_labels(drawing, field, floor)
    body.append(Group(tuple(labels), id="labels", role="lanes"))
    corners, bottom = place_corners(drawing, field, floor, page, boxes)
    body += corners
    return body, max([bottom, floor.at(columns, 0)[1] + 46, *(box[3] for box in boxes)])


def _cell(drawing: Drawing, field: Field, floor: Floor, cell: Cell) -> list[Mark]:
    x, y = floor.middle(cell.column, cell.row)
    if not cell.steps:
        drawing.use("none")
        outline = polygon(floor.diamond(x, y, SMALL / 0.68), None, "line-strong", 1.0, (3, 2.5))
        return [Group((outline,), role="decoration", hidden=True)]
    value = field.height(cell)
    if value is None:
        drawing.use("unasked")
        form: list[Mark] = [polygon(floor.diamond(x, y), "paper", "line-strong", 1.3, (4, 3))]
        return [*form, *cell_words(drawing, field, cell, x, y, "ink-3")]
    raised = value * floor.unit
    if field.effort:
        drawing.use("time")
        form = floor.tower(x, y, raised, ("surface", "line-strong", "line"), "ink-2")
        return [*form, *cell_words(drawing, field, cell, x, y - raised, "ink")]
    if value > 0:
        drawing.use("tower")
        form = floor.tower(x, y, raised, ("positive-bg", "positive", "positive-side"), "positive")
        return [*form, *cell_words(drawing, field, cell, x, y - raised, "positive")]
    if value < 0:
        drawing.use("pit")
        form = floor.pit(x, y, -raised)
        return [*form, *cell_words(drawing, field, cell, x, y, "negative", outline=floor.outline(x, y))]
    drawing.use("flat")
    form = [polygon(floor.diamond(x, y), "sunken-2", "ink-2", 1.4)]
    return [*form, *cell_words(drawing, field, cell, x, y, "ink-2")]


def _legend(drawing: Drawing, field: Field, flat: bool) -> list[LegendEntry]:
    def swatch(fill: str | None, stroke: str, texture: str | None = None) -> Sign:
        return lambda x, y: signs.swatch(x, y, texture, fill, stroke)

    def dashed(wide: float, stroke: float) -> Sign:
        return lambda x, y: (
            polygon(
                ((x - wide, y), (x, y - wide / 2), (x + wide, y), (x, y + wide / 2)),
                None,
                "line-strong",
                stroke,
                (3, 2.5),
            ),
        )

    own: dict[str, tuple[Sign, float]] = {
        "tower": (swatch("positive-bg", "positive"), 22.0),
        "pit": (swatch(None, "negative", "hatch-negative"), 22.0),
        "flat": (swatch("sunken-2", "ink-2"), 22.0),
        "time": (swatch("surface", "ink-2"), 22.0),
        "unasked": (_dashed_box if flat else dashed(12, 1.3), 24.0),
        "none": (dashed(7, 1.0), 14.0),
        "evidenced": (lambda x, y: (Circle(x, y, 2.8, "ink"),), 6.0),
        "assumed-step": (lambda x, y: (Circle(x, y, 2.5, "paper", "ink-3", 1.2),), 6.0),
    }
    names = {"assumed-step": "assumed"}
    if flat:
        names |= {"tower": "above", "pit": "below"}
    if field.effort:
        names["unasked"] = "unseen" if field.measured else "no-time"
    entries = [
        LegendEntry(sign, drawing.reader(f"relief.legend-{names.get(name, name)}"), wide)
        for name, (sign, wide) in own.items()
        if name in drawing.used
    ]
    return entries + legend_entries(drawing)


def _dashed_box(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 11, y - 5.5, 22, 11, "paper", "line-strong", 1.3, (4, 3), 2),)


def _description(drawing: Drawing, field: Field) -> Message:
    params: dict[str, object] = {
        "journey": drawing.facts.journey.label,
        "stages": len([stage for stage in field.stages if stage]),
        "roles": len([role for role in field.roles if role]),
        "cells": len(field.cells),
        "filled": len(field.filled),
        "unasked": len(field.unknown),
    }
    if field.effort:
        return Message("relief.desc-effort", params)
    low, high = field.lowest(), field.highest()
    params["extremes"] = ""
    if low is not None and high is not None:
        params["extremes"] = Message(
            "relief.desc-extremes",
            {
                "low_role": name_of_role(drawing, low.role),
                "low_stage": name_of_stage(drawing, low.stage),
                "low": low.mean,
                "high_role": name_of_role(drawing, high.role),
                "high_stage": name_of_stage(drawing, high.stage),
                "high": high.mean,
            },
        )
    return Message("relief.desc", params)


def _table(drawing: Drawing, field: Field) -> Table:
    """A row for every cell, also for those without a step."""
    text = drawing.reader
    rows = []
    for column in range(len(field.stages)):
        for row in reversed(range(len(field.roles))):
            cell = field.cells[column, row]
            known = bool(cell.feelings)
            rows.append(
                (
                    name_of_stage(drawing, cell.stage),
                    name_of_role(drawing, cell.role),
                    text.number(len(cell.steps)),
                    said(drawing, cell.mean) if known else "",
                    said(drawing, min(cell.feelings)) if known else "",
                    said(drawing, max(cell.feelings)) if known else "",
                    text.duration(cell.seconds) if cell.seconds is not None else "",
                    text.number(cell.evidenced),
                )
            )
    names = ("column-steps", "column-mean", "column-low", "column-high", "column-time", "column-evidence")
    columns = [text(f"diagrams.column-{name}") for name in ("stage", "role")]
    columns += [text(f"relief.{name}") for name in names]
    return Table(tuple(columns), tuple(rows), drawing.facts.journey.label)
