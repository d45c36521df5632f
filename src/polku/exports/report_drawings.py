"""The drawings of a report: the measured journey and its paths where there is data, else the journey as drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.matrix.matrix import draw_matrix
from polku.diagrams.matrix.pages import A4, matrix_pages
from polku.diagrams.parts.measured import MeasuredJourney, measured_journey
from polku.diagrams.view_pages import PAPER_SLACK, view_pages
from polku.exports.question_drawings import RESULTS, draw_question
from polku.exports.report_data import ReportData
from polku.scene import PRINT, Scene

PAGE = 1280.0
"""Width of drawings in px: a page beside its contents on a common screen, where no word is made smaller."""
COLUMN = 1040.0
"""Width of a question's picture: what a window of 1,280 px leaves beside the contents."""
ROWS = (16, 14, 12, 10, 8, 7, 6, 5, 4)
"""Tried as the most rows of a picture, or groups of rows, until one page holds it and what explains it."""


@dataclass(frozen=True)
class Drawing:
    """A drawing and the part of the page it belongs to (`measured`, `paths`, `journey`).

    Args:
        pages: the same for paper, a page each, where the drawing is too large for one.
    """

    id: str
    scene: Scene
    pages: tuple[Scene, ...] = ()


def drawings(data: ReportData, language: str) -> list[Drawing]:
    """What is worth drawing, in the order of reading."""
    workspace, journey, measures = data.workspace, data.journey, data.measures
    if journey is None or not journey.steps:
        return []
    found: list[Drawing] = []
    if measures is not None and data.mapped:
        overlay = measured_journey(journey, measures.steps, measures.step_paths, measures.fit)
        measured = draw_matrix(
            workspace, journey, language=language, today=data.made, names=False, measured=overlay, width=PAGE
        )
        found.append(Drawing("measured", measured, printed(data, language, overlay)))
        paths = draw_question("paths", data, language=language, width=PAGE)
        assert paths is not None
        found.append(Drawing("paths", paths, printed_question("paths", data, language)))
    matrix = draw_matrix(
        workspace,
        journey,
        language=language,
        today=data.made,
        findings=data.findings,
        names=False,
        width=PAGE,
    )
    found.append(Drawing("journey", matrix, printed(data, language)))
    return found


def printed(
    data: ReportData, language: str, measured: MeasuredJourney | None = None, paper: tuple[float, float] = A4
) -> tuple[Scene, ...]:
    """The matrix of the report's journey on pages of paper, without names of persons."""
    assert data.journey is not None
    return matrix_pages(
        data.workspace,
        data.journey,
        page_width=paper[0],
        page_height=paper[1],
        language=language,
        today=data.made,
        findings=() if measured else data.findings,
        names=False,
        measured=measured,
    )


def printed_question(
    name: str, data: ReportData, language: str, paper: tuple[float, float] = A4
) -> tuple[Scene, ...]:
    """The picture of a question on a page of paper with what explains it, of as many rows as that holds.

    Where no number of rows does, all rows are drawn, and what explains them stands on the next page.
    """

    def pages(most: int | None) -> tuple[Scene, ...]:
        def draw(width: float, _: Sequence[str] | None) -> Scene:
            scene = draw_question(name, data, language=language, theme=PRINT, width=width, most=most)
            assert scene is not None
            return scene

        return view_pages(
            draw, (), page_width=paper[0], page_height=paper[1], cuttable=False, slack=PAPER_SLACK
        )

    whole = pages(None)
    if len(whole) == 1:
        return whole
    fewer = (pages(most) for most in ROWS)
    return next((one for one in fewer if len(one) == 1), whole)


def result_drawings(data: ReportData, language: str) -> list[Drawing]:
    """Pictures of single results, which stand above their tables."""
    found = []
    for name in RESULTS:
        scene = draw_question(name, data, language=language, width=COLUMN)
        if scene is not None:
            found.append(Drawing(f"{name}-picture", scene))
    return found
