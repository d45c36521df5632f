"""Pictures of questions by name: of a report's data, or of one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from polku.analytics.attribution import Attribution
from polku.analytics.coverage import Coverage
from polku.analytics.funnel import Funnel
from polku.analytics.result import Result
from polku.analytics.retention import Retention
from polku.analytics.voice import Voice
from polku.diagrams.attribution import draw_attribution
from polku.diagrams.coverage import draw_coverage
from polku.diagrams.funnel import draw_funnel
from polku.diagrams.path_graph import path_graph
from polku.diagrams.paths import draw_paths
from polku.diagrams.retention import draw_retention
from polku.diagrams.voice import draw_voice
from polku.documents import Journey, Workspace
from polku.exports.report import ReportData
from polku.scene import LIGHT, Scene, Theme
from polku.words import reader


def _paths(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    if data.journey is None or data.measures is None or not data.mapped:
        return None
    graph = path_graph(data.workspace, data.journey, data.measures, language=language)
    return draw_paths(graph, language=language, theme=theme, width=width)


def _coverage(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    if data.measures is None:
        return None
    return draw_answer(
        data.measures.coverage, data.workspace, data.journey, language=language, theme=theme, width=width
    )


def _answer(name: str) -> Drawn:
    def drawn(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
        found = data.answers.get(name)
        if found is None:
            return None
        return draw_answer(found, data.workspace, data.journey, language=language, theme=theme, width=width)

    return drawn


Drawn = Callable[[ReportData, str, Theme, float], Scene | None]
QUESTIONS: Mapping[str, Drawn] = MappingProxyType(
    {
        "paths": _paths,
        "coverage": _coverage,
        **{name: _answer(name) for name in ("funnel", "attribution", "retention", "voice")},
    }
)


def draw_answer(
    result: Result,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene | None:
    """The picture of an answer; None where it is empty, or its question has no picture."""
    if isinstance(result, Funnel) and result.stage:
        stages = {stage.id: stage.label for stage in journey.stages} if journey is not None else {}
        return draw_funnel(
            result,
            stages,
            language=language,
            theme=theme,
            width=width,
            small=workspace.settings.limits.small,
            tag=reader(language)("diagrams.sample-numbers") if workspace.settings.example else "",
        )
    if isinstance(result, Coverage) and any(result.part):
        return draw_coverage(result, workspace, language=language, theme=theme, width=width)
    if isinstance(result, Attribution):
        return draw_attribution(result, workspace, language=language, theme=theme, width=width)
    if isinstance(result, Retention) and result.about.cases:
        return draw_retention(result, workspace, language=language, theme=theme, width=width)
    if isinstance(result, Voice) and any(result.answers):
        return draw_voice(result, workspace, journey, language=language, theme=theme, width=width)
    return None


def draw_question(
    name: str, data: ReportData, *, language: str = "en", theme: Theme = LIGHT, width: float = 1280.0
) -> Scene | None:
    """The picture of a question (a name of QUESTIONS); None where the data does not answer it."""
    return QUESTIONS[name](data, language, theme, width)
