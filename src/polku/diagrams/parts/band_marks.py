"""Lanes laid into bands, and their marks in the order they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polku.diagrams.parts.bands import Band, Layers
from polku.diagrams.parts.drawing import Drawing, Lane
from polku.diagrams.parts.journey import StepFacts, step_label
from polku.diagrams.parts.stages import stage_rules
from polku.scene import Group, Mark

BAND_GAP = 40.0


def draw_bands(
    drawing: Drawing,
    bands: Sequence[Band],
    y: float,
    heads: Sequence[Lane],
    lanes: Sequence[Lane],
    more: Callable[[StepFacts], tuple[str, ...]] = lambda _: (),
    ruled: int | None = None,
) -> tuple[list[Mark], float]:
    """All lanes of all bands, as marks in the order they are read: stage, step, lane, then ways.

    Args:
        more: what else a step's label says, for those who hear the drawing.
        ruled: through how many lanes the lines between stages run; None through all.
    """
    marks: list[Mark] = []
    y += 6
    for number, band in enumerate(bands):
        layers = Layers()
        y += BAND_GAP if number else 0
        for lane in heads:
            y = lane(drawing, band, y, layers)
        top = y
        y += 12
        low = y
        for place, lane in enumerate(lanes):
            y = lane(drawing, band, y, layers)
            low = y if ruled is None or place < ruled else low
        stage_rules(layers, band, top + 12, low)
        marks += _assemble(drawing, band, layers, more)
    return marks, y


def _assemble(
    drawing: Drawing, band: Band, layers: Layers, more: Callable[[StepFacts], tuple[str, ...]]
) -> list[Mark]:
    total = drawing.facts.total
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
                        label=step_label(step, total, drawing.reader, more(step)),
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
