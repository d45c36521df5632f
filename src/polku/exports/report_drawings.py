"""The drawings of a report: the measured journey and its paths where there is data, else the journey as drawn."""

from __future__ import annotations

from dataclasses import dataclass

from polku.diagrams.matrix import draw_matrix
from polku.diagrams.path_graph import path_graph
from polku.diagrams.paths import draw_paths
from polku.exports.report import ReportData
from polku.scene import Scene


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
    if measures is not None and measures.about.cases:
        graph = path_graph(workspace, journey, measures, language=language)
        found.append(Drawing("paths", draw_paths(graph, language=language, width=1360.0)))
    matrix = draw_matrix(
        workspace, journey, language=language, today=data.made, findings=data.findings, names=False
    )
    found.append(Drawing("journey", matrix))
    return found
