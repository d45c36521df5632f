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
from polku.analytics.deals import Deals
from polku.analytics.deviations import Deviations
from polku.analytics.effect import Effect
from polku.analytics.fit import Fit
from polku.analytics.friction import Friction
from polku.analytics.funnel import Funnel
from polku.analytics.loyalty import Loyalty
from polku.analytics.now import Now
from polku.analytics.result import Result
from polku.analytics.retention import Retention
from polku.analytics.score import Score
from polku.analytics.threads import Threads
from polku.analytics.time import Time
from polku.analytics.touches import Touches
from polku.analytics.variants import Variants
from polku.analytics.voice import Voice
from polku.diagrams.answers.attribution import draw_attribution
from polku.diagrams.answers.backtest import draw_backtest
from polku.diagrams.answers.campaigns import draw_campaigns
from polku.diagrams.answers.centre import draw_centre
from polku.diagrams.answers.change import draw_change
from polku.diagrams.answers.coverage import draw_coverage
from polku.diagrams.answers.deals import draw_deals
from polku.diagrams.answers.deviations import draw_deviations
from polku.diagrams.answers.effect import draw_effect
from polku.diagrams.answers.fit import draw_fit
from polku.diagrams.answers.friction import draw_friction
from polku.diagrams.answers.funnel import draw_funnel
from polku.diagrams.answers.loyalty import draw_loyalty
from polku.diagrams.answers.now import draw_now
from polku.diagrams.answers.retention import draw_retention
from polku.diagrams.answers.score import draw_score
from polku.diagrams.answers.threads import draw_threads
from polku.diagrams.answers.time import draw_time
from polku.diagrams.answers.touches import draw_touches
from polku.diagrams.answers.variants import draw_variants
from polku.diagrams.answers.voice import draw_voice
from polku.diagrams.graph.path_graph import path_graph
from polku.diagrams.graph.paths import draw_paths
from polku.diagrams.matrix.matrix import draw_matrix
from polku.diagrams.parts.measured import measured_journey
from polku.documents import Journey, Workspace
from polku.exports.drawn_by_name import MEASURED
from polku.exports.drawn_by_name import QUESTIONS as DRAWN
from polku.exports.report_data import ReportData
from polku.scene import LIGHT, Scene, Theme
from polku.words import reader


def _paths(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    if data.journey is None or data.measures is None or not data.mapped:
        return None
    graph = path_graph(data.workspace, data.journey, data.measures, language=language)
    return draw_paths(graph, language=language, theme=theme, width=width)


def _steps(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
    if data.journey is None or data.measures is None or not data.mapped:
        return None
    measures = data.measures
    overlay = measured_journey(data.journey, measures.steps, measures.step_paths, measures.fit)
    look: dict[str, Any] = {"language": language, "theme": theme, "width": width}
    return draw_matrix(data.workspace, data.journey, today=data.made, names=False, measured=overlay, **look)


def result_of(data: ReportData, name: str) -> Result | None:
    """What a report knows of a question: its own answer, else the part of the journey's measures."""
    found = data.answers.get(name)
    measures = data.measures
    if found is not None or measures is None:
        return found
    if name in ("variants", "fit") and not data.mapped:
        return None
    parts = {
        "coverage": measures.coverage,
        "deals": measures.deals,
        "variants": measures.variants,
        "fit": measures.fit,
    }
    return parts.get(name)


def _answer(name: str) -> Drawn:
    def drawn(data: ReportData, language: str, theme: Theme, width: float) -> Scene | None:
        found = result_of(data, name)
        if found is None:
            return None
        return draw_answer(
            found,
            data.workspace,
            data.journey,
            language=language,
            theme=theme,
            width=width,
            names=data.names,
            campaigns=spend_of(data),
        )

    return drawn


def spend_of(data: ReportData) -> Campaigns | None:
    """What campaigns cost, where a report knows it."""
    found = data.answers.get("campaigns")
    return found if isinstance(found, Campaigns) else None


RESULTS = (
    "coverage",
    "funnel",
    "time",
    "deals",
    "variants",
    "fit",
    "deviations",
    "now",
    "friction",
    "change",
    "effect",
    "effect-2",
    "effect-3",
    "touches",
    "attribution",
    "campaigns",
    "score",
    "backtest",
    "threads",
    "centre",
    "voice",
    "loyalty",
    "retention",
)
"""Questions whose pictures a report shows, in its order."""
SECTIONS: Mapping[str, str] = MappingProxyType(
    {"time": "funnel", "deals": "funnel", "effect-2": "effect", "effect-3": "effect"}
)
"""Of these, those that stand in the section of another."""
_OF_MANY: tuple[type[Result], ...] = (Time, Variants, Deals, Fit, Campaigns, Friction, Change, Loyalty)
_OF_ROWS: tuple[tuple[type[Result], Callable[..., Scene]], ...] = (
    (Time, draw_time),
    (Variants, draw_variants),
    (Deals, draw_deals),
    (Fit, draw_fit),
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
        "steps": _steps,
        **{name: _answer(name) for name in dict.fromkeys((*RESULTS, *DRAWN)) if name not in MEASURED},
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
    campaigns: Campaigns | None = None,
) -> Scene | None:
    """The picture of an answer; None where it is empty, or its question has no picture.

    Args:
        campaigns: what was spent, for a picture of attribution.
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
        return draw_attribution(
            result,
            workspace,
            campaigns if most is None else None,
            **fewer,
            language=language,
            theme=theme,
            width=width,
        )
    if isinstance(result, Retention) and result.about.cases:
        return draw_retention(result, workspace, language=language, theme=theme, width=width)
    if isinstance(result, Voice) and any(result.answers):
        return draw_voice(result, workspace, journey, **fewer, language=language, theme=theme, width=width)
    if isinstance(result, Deviations) and len(result):
        return draw_deviations(result, workspace, journey, names=names, **look, **fewer)
    if isinstance(result, Now) and len(result):
        return draw_now(result, workspace, journey, names=names, **look, **fewer)
    if isinstance(result, Score) and len(result):
        return draw_score(result, workspace, journey, names=names, **look)
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
    found = result_of(data, name)
    if most is not None and found is not None:
        return draw_answer(
            found,
            data.workspace,
            data.journey,
            language=language,
            theme=theme,
            width=width,
            most=most,
            names=data.names,
            campaigns=spend_of(data),
        )
    return QUESTIONS[name](data, language, theme, width)
