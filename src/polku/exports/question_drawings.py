"""Pictures of questions by name: of a report's data, or of one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from polku.analytics.attribution import Attribution
from polku.analytics.backtest import Backtest
from polku.analytics.campaigns import Campaigns
from polku.analytics.centre import Centre
from polku.analytics.change import Change
from polku.analytics.coverage import Coverage
from polku.analytics.deviations import Deviations
from polku.analytics.effect import Effect
from polku.analytics.friction import Friction
from polku.analytics.funnel import Funnel
from polku.analytics.loyalty import Loyalty
from polku.analytics.now import Now
from polku.analytics.result import Result
from polku.analytics.retention import Retention
from polku.analytics.score import Score
from polku.analytics.threads import Threads
from polku.analytics.touches import Touches
from polku.analytics.voice import Voice
from polku.diagrams.attribution import draw_attribution
from polku.diagrams.backtest import draw_backtest
from polku.diagrams.campaigns import draw_campaigns
from polku.diagrams.centre import draw_centre
from polku.diagrams.change import draw_change
from polku.diagrams.coverage import draw_coverage
from polku.diagrams.deviations import draw_deviations
from polku.diagrams.effect import draw_effect
from polku.diagrams.friction import draw_friction
from polku.diagrams.funnel import draw_funnel
from polku.diagrams.loyalty import draw_loyalty
from polku.diagrams.now import draw_now
from polku.diagrams.path_graph import path_graph
from polku.diagrams.paths import draw_paths
from polku.diagrams.retention import draw_retention
from polku.diagrams.score import draw_score
from polku.diagrams.threads import draw_threads
from polku.diagrams.touches import draw_touches
from polku.diagrams.voice import draw_voice
from polku.documents import Journey, Workspace
from polku.exports.journey_drawings import QUESTIONS as DRAWN
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


RESULTS = (
    "coverage",
    "funnel",
    "friction",
    "change",
    "attribution",
    "campaigns",
    "threads",
    "backtest",
    "centre",
    "voice",
    "loyalty",
    "retention",
)
"""Questions whose pictures a report shows, in its order."""
_OF_MANY: tuple[type[Result], ...] = (Campaigns, Friction, Change, Loyalty)
_OF_ROWS: tuple[tuple[type[Result], Callable[..., Scene]], ...] = (
    (Touches, draw_touches),
    (Campaigns, draw_campaigns),
    (Friction, draw_friction),
    (Change, draw_change),
    (Effect, draw_effect),
    (Loyalty, draw_loyalty),
    (Threads, draw_threads),
    (Backtest, draw_backtest),
    (Centre, draw_centre),
)
Drawn = Callable[[ReportData, str, Theme, float], Scene | None]
QUESTIONS: Mapping[str, Drawn] = MappingProxyType(
    {
        "paths": _paths,
        "coverage": _coverage,
        **{name: _answer(name) for name in DRAWN if name not in ("paths", "coverage")},
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
    names: Mapping[str, str] | None = None,
    most: int | None = None,
) -> Scene | None:
    """The picture of an answer; None where it is empty, or its question has no picture.

    Args:
        names: what the records call accounts.
        most: rows that are drawn of pictures of many; None as many as a page takes.
    """
    look: dict[str, Any] = {"language": language, "theme": theme, "width": width}
    fewer: dict[str, Any] = {"most": most} if most is not None else {}
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
    if isinstance(result, Deviations) and len(result):
        return draw_deviations(result, workspace, journey, names=names, **look, **fewer)
    if isinstance(result, Now | Score) and len(result):
        draw = draw_now if isinstance(result, Now) else draw_score
        return draw(result, workspace, journey, names=names, language=language, theme=theme, width=width)  # type: ignore[arg-type]
    for kind, draw_rows in _OF_ROWS:
        if isinstance(result, kind) and len(result):
            more = fewer if kind in _OF_MANY else {}
            return draw_rows(result, workspace, journey, **look, **more)
    return None


def draw_question(
    name: str,
    data: ReportData,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int | None = None,
) -> Scene | None:
    """The picture of a question (a name of QUESTIONS); None where the data does not answer it.

    Args:
        most: rows that are drawn of pictures of many; None as many as a page takes.
    """
    found = data.answers.get(name)
    if most is not None and found is not None:
        return draw_answer(
            found, data.workspace, data.journey, language=language, theme=theme, width=width, most=most
        )
    return QUESTIONS[name](data, language, theme, width)
