"""The drawings of a report: the measured journey and its paths where there is data, else the journey as drawn."""

from __future__ import annotations

from dataclasses import dataclass

from polku.diagrams.matrix import draw_matrix
from polku.diagrams.measured import measured_journey
from polku.diagrams.path_graph import path_graph
from polku.diagrams.paths import draw_paths
from polku.exports.report import ReportData
from polku.scene import Scene

PAGE = 1280.0
"""Width of drawings in px: a page beside its contents on a common screen, where no word is made smaller."""


@dataclass(frozen=True)
class Drawing:
    """A drawing and the part of the page it belongs to (`measured`, `paths`, `journey`)."""

    id: str
    scene: Scene


def drawings(data: ReportData, language: str) -> list[Drawing]:
    """What is worth drawing, in the order of reading."""
    workspace, journey, measures = data.workspace, data.journey, data.measures
    if journey is None or not journey.steps:
        return []
    found: list[Drawing] = []
    if measures is not None and data.mapped:
        graph = path_graph(workspace, journey, measures, language=language)
        overlay = measured_journey(journey, measures.steps, measures.step_paths, measures.fit)
        measured = draw_matrix(
            workspace, journey, language=language, today=data.made, names=False, measured=overlay, width=PAGE
        )
        found.append(Drawing("measured", measured))
        found.append(Drawing("paths", draw_paths(graph, language=language, width=PAGE)))
    matrix = draw_matrix(
        workspace,
        journey,
        language=language,
        today=data.made,
        findings=data.findings,
        names=False,
        width=PAGE,
    )
    found.append(Drawing("journey", matrix))
    return found
