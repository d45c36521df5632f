"""`polku draw DIR QUESTION`: an answer as a picture, and what is measured of a journey to be laid over its drawing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polku.cli.options import language_of

if TYPE_CHECKING:
    from polku.analytics.journey_measures import JourneyMeasures
    from polku.documents import Workspace
    from polku.exports.workspace_drawings import Wanted
    from polku.scene import Scene

QUESTIONS = ("paths", "funnel", "coverage", "attribution", "retention", "voice")
SHAPED = (
    "of",
    "window",
    "mode",
    "people",
    "exclude",
    "entered_since",
    "entered_until",
    "by",
    "models",
    "conversion",
    "scope",
    "lookback",
    "grain",
    "value",
    "weight",
)
"""What shapes those questions, as in `polku measure`."""
CHOSEN = ("cases", "since", "until")


def measures_of(
    folder: Path, workspace: Workspace, journey: str, chosen: Mapping[str, Any], today: dt.date | None
) -> JourneyMeasures:
    """A journey measured on the data of a folder.

    Raises:
        DrawingError: no data is loaded.
    """
    from polku.analytics.journey_measures import measure_journey
    from polku.records.log import open_log

    _loaded(folder)
    with open_log(folder) as log:
        found = {name: chosen.get(name) for name in CHOSEN}
        return measure_journey(log, workspace, journey, today=today, **found)


def draw_question(
    folder: Path,
    what: str,
    wanted: Wanted,
    *,
    journey: str | None,
    chosen: Mapping[str, Any],
    shape: Mapping[str, Any],
) -> Scene:
    """Answer a question and draw it.

    Args:
        journey: asked for; paths, and a funnel without stages of its own, need one and take the only one.
        chosen: case, cases, since and until, None where not given.
        shape: values of the options in SHAPED, and stages.

    Raises:
        DrawingError: there is no data, or it does not answer the question.
        QuestionError: the question takes no such option, or the words of one cannot be read.
    """
    from polku.analytics.questions import ask
    from polku.cli.asking import asked_of
    from polku.diagrams.path_graph import path_graph
    from polku.diagrams.paths import draw_paths
    from polku.errors import DrawingError
    from polku.exports.gather import the_journey
    from polku.exports.question_drawings import draw_answer
    from polku.formats.workspace import read_workspace
    from polku.records.log import open_log
    from polku.words import Message

    asked = asked_of(what, shape, 20)
    workspace = read_workspace(folder)
    _loaded(folder)
    needed = what == "paths" or (what == "funnel" and not asked.stages)
    one = the_journey(workspace, journey) if needed or journey else None
    if needed and one is None:
        raise DrawingError(Message("draw.no-journey", {"folder": str(folder)}))
    look: dict[str, Any] = {
        "language": language_of(wanted.language, workspace.settings.language),
        "theme": wanted.colours,
        "width": wanted.width or 1280.0,
    }
    scene = None
    if what == "paths" and one is not None:
        measures = measures_of(folder, workspace, one.id, chosen, wanted.today)
        if measures.events > measures.events_off_map:
            graph = path_graph(workspace, one, measures, language=look["language"])
            scene = draw_paths(graph, **look)
    else:
        if what == "attribution" and asked.by is None:
            asked = asked_of(what, {**shape, "by": "touchpoint"}, 20)
        more = {name: value for name, value in chosen.items() if value is not None}
        if what == "attribution":
            more.setdefault("case", "account")
        with open_log(folder) as log:
            result = ask(
                log,
                workspace,
                what,
                asked,
                journey=one.id if one is not None else None,
                today=wanted.today,
                **more,
            )
        scene = draw_answer(result, workspace, one, **look)
    if scene is None:
        raise DrawingError(Message("draw.no-answer", {"what": what, "folder": str(folder)}))
    return scene


def _loaded(folder: Path) -> None:
    from polku.errors import DrawingError
    from polku.words import Message

    if not (folder / "lake" / "CURRENT").exists():
        raise DrawingError(Message("draw.no-data", {"folder": str(folder)}))
