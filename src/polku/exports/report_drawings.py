"""The drawings of a report: the measured journey and its paths where there is data, else the journey as drawn."""

from __future__ import annotations

from dataclasses import dataclass

from polku.diagrams.matrix import draw_matrix
from polku.exports.question_drawings import draw_question
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
        paths = draw_question("paths", data, language=language, width=PAGE)
        assert paths is not None
        found.append(Drawing("paths", paths))
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


def result_drawings(data: ReportData, language: str) -> list[Drawing]:
    """Pictures of single results, which stand above their tables."""
    found = []
    for name in ("coverage", "funnel"):
        scene = draw_question(name, data, language=language, width=PAGE)
        if scene is not None:
            found.append(Drawing(f"{name}-picture", scene))
    return found
