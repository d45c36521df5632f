"""Pictures of questions: paths, funnel and coverage of a measured journey, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from polku.analytics.attribution import Attribution
from polku.analytics.funnel import Funnel
from polku.diagrams.attribution import draw_attribution
from polku.diagrams.coverage import draw_coverage
from polku.diagrams.funnel import draw_funnel
from polku.diagrams.path_graph import path_graph
from polku.diagrams.paths import draw_paths
from polku.exports.report import ReportData
from polku.scene import LIGHT, Scene, Theme
from polku.words import reader


def _paths(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    if data.journey is None or data.measures is None or not data.mapped:
        return None
    graph = path_graph(data.workspace, data.journey, data.measures, language=language)
    return draw_paths(graph, language=language, theme=theme, width=width)


def _funnel(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    funnel = data.answers.get("funnel")
    if not isinstance(funnel, Funnel) or not funnel.stage or data.journey is None:
        return None
    return draw_funnel(
        funnel,
        {stage.id: stage.label for stage in data.journey.stages},
        language=language,
        theme=theme,
        width=width,
        small=data.workspace.settings.limits.small,
        tag=reader(language)("diagrams.sample-numbers") if data.workspace.settings.example else "",
    )


def _coverage(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    if data.measures is None or not any(data.measures.coverage.part):
        return None
    return draw_coverage(data.measures.coverage, data.workspace, language=language, theme=theme, width=width)


def _attribution(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    found = data.answers.get("attribution")
    if not isinstance(found, Attribution):
        return None
    return draw_attribution(found, data.workspace, language=language, theme=theme, width=width)


QUESTIONS: Mapping[str, Callable[[ReportData, str, Theme, float], Scene | None]] = MappingProxyType(
    {"paths": _paths, "funnel": _funnel, "coverage": _coverage, "attribution": _attribution}
)


def draw_question(
    name: str, data: ReportData, *, language: str = "en", theme: Theme = LIGHT, width: float = 1280.0
) -> Scene | None:
    """The picture of a question (a name of QUESTIONS); None where the data does not answer it."""
    return QUESTIONS[name](data, language, theme, width)
