"""A journey, or what was asked of its data, as pictures: what `polku draw` and notebooks share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polku.exports.drawn_by_name import CHOSEN, MEASURED

if TYPE_CHECKING:
    from polku.analytics.asking.asked import Asked
    from polku.analytics.journey_measures import JourneyMeasures
    from polku.documents import Workspace
    from polku.exports.workspace_drawings import Wanted
    from polku.scene import Scene


def measures_of(
    folder: Path,
    workspace: Workspace,
    journey: str,
    chosen: Mapping[str, Any],
    today: dt.date | None,
    *,
    roll_up: bool = False,
) -> JourneyMeasures:
    """A journey measured on the data of a folder.

    Args:
        roll_up: count subsidiaries as the company at the top of their group.

    Raises:
        DrawingError: no data is loaded.
    """
    from polku.analytics.journey_measures import measure_journey
    from polku.analytics.rolled_up import as_asked
    from polku.records.log import open_log

    _loaded(folder)
    with open_log(folder) as log:
        found = {name: chosen.get(name) for name in CHOSEN}
        counted_so = as_asked(log, workspace, roll_up=roll_up)
        return measure_journey(counted_so, workspace, journey, today=today, **found)


def draw_journey(
    folder: Path,
    what: str,
    view: str,
    wanted: Wanted,
    *,
    roles: tuple[str, ...] = (),
    cuts: Mapping[str, str | None] | None = None,
    height: str | None = None,
    chosen: Mapping[str, Any] | None = None,
    roll_up: bool = False,
    page: tuple[float, float] | None = None,
    slack: float = 1.0,
) -> tuple[Scene, ...]:
    """A journey in a view: on one page, or on as many as it needs.

    Args:
        cuts: stages, lanes and against, as they were typed.
        chosen: which cases are measured; None measures nothing.
        roll_up: what is measured counts subsidiaries as the company at the top of their group.
        page: width and height in px of pages; None leaves it whole.
        slack: how much larger than asked a page may be before the drawing is broken.

    Raises:
        DrawingError: there is no such role, or the view cannot be cut, compared or measured so.
    """
    from difflib import get_close_matches

    from polku.diagrams.views import view as view_named
    from polku.errors import DrawingError
    from polku.exports.gather import the_journey
    from polku.exports.journey_cuts import cut_of
    from polku.formats.workspace import read_workspace
    from polku.words import Message

    workspace = read_workspace(folder)
    drawn = the_journey(workspace, what)
    if drawn is None:
        raise DrawingError(Message("draw.no-journey", {"folder": str(folder)}))
    for role in roles:
        if role not in workspace.roles:
            near = get_close_matches(role, workspace.roles, n=1)
            # The nearest first, where one is near.
            known = sorted(workspace.roles, key=lambda one: one not in near)
            raise DrawingError(Message("draw.unknown-role", {"found": role, "known": known}))
    typed = {"stages": None, "lanes": None, "against": None, **(cuts or {})}
    options: dict[str, Any] = cut_of(view, drawn, workspace.journeys, measured=chosen is not None, **typed)
    options |= {
        "language": wanted.spoken(workspace),
        "theme": wanted.colours,
        "roles": roles or None,
        "today": wanted.today,
        "names": wanted.names,
    }
    if height is not None:
        options["height"] = height
    if chosen is not None:
        from polku.diagrams.parts.measured import measured_journey

        found = measures_of(folder, workspace, drawn.id, chosen, wanted.today, roll_up=roll_up)
        options["measured"] = measured_journey(
            drawn, found.steps, found.step_paths, found.fit, found.coverage
        )
    if page is not None:
        from polku.diagrams.view_pages import pages_of_view

        width, high = page
        return pages_of_view(
            view, workspace, drawn, page_width=width, page_height=high, slack=slack, **options
        )
    return (view_named(view)(workspace, drawn, width=wanted.width, **options),)


def draw_asked(
    folder: Path,
    what: str,
    asked: Asked,
    wanted: Wanted,
    *,
    journey: str | None,
    chosen: Mapping[str, Any],
    roll_up: bool = False,
) -> Scene:
    """Answer a question of QUESTIONS and draw it.

    Args:
        journey: asked for; questions of a journey, and a funnel without stages of its own, take the only one.
        chosen: case, cases, since and until, None where not given.
        roll_up: count subsidiaries as the company at the top of their group.

    Raises:
        DrawingError: there is no data, or it does not answer the question.
        QuestionError: the question cannot be asked so.
    """
    from polku.analytics.asking.asked import Asked
    from polku.analytics.asking.questions import ask, question
    from polku.analytics.campaigns import Campaigns
    from polku.analytics.rolled_up import as_asked
    from polku.diagrams.graph.path_graph import path_graph
    from polku.diagrams.graph.paths import draw_paths
    from polku.diagrams.matrix.matrix import draw_matrix
    from polku.diagrams.parts.measured import measured_journey
    from polku.errors import DrawingError
    from polku.exports.gather import the_journey
    from polku.exports.question_drawings import draw_answer
    from polku.formats.workspace import read_workspace
    from polku.records.log import open_log
    from polku.words import Message

    workspace = read_workspace(folder)
    _loaded(folder)
    needed = what in MEASURED or question(what).needs_journey or (what == "funnel" and not asked.stages)
    one = the_journey(workspace, journey) if needed or journey else None
    if needed and one is None:
        raise DrawingError(Message("draw.no-journey", {"folder": str(folder)}))
    look: dict[str, Any] = {
        "language": wanted.spoken(workspace),
        "theme": wanted.colours,
        "width": wanted.width or 1280.0,
    }
    scene = None
    if what in MEASURED and one is not None:
        measures = measures_of(folder, workspace, one.id, chosen, wanted.today, roll_up=roll_up)
        if measures.events > measures.events_off_map and what == "steps":
            overlay = measured_journey(one, measures.steps, measures.step_paths, measures.fit)
            look |= {"today": wanted.today, "names": wanted.names, "measured": overlay}
            scene = draw_matrix(workspace, one, **look)
        elif measures.events > measures.events_off_map:
            graph = path_graph(workspace, one, measures, language=look["language"])
            scene = draw_paths(graph, **look)
    else:
        if what == "attribution" and asked.by is None:
            asked = replace(asked, by="touchpoint")
        more: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
        if what == "attribution":
            more.setdefault("case", "account")
        with open_log(folder) as opened:
            log = as_asked(opened, workspace, roll_up=roll_up)
            result = ask(
                log,
                workspace,
                what,
                asked,
                journey=one.id if one is not None else None,
                today=wanted.today,
                **more,
            )
            names = dict(log.rows("SELECT account_id, coalesce(name, account_id) FROM {accounts}"))
            spend: Campaigns | None = None
            if what == "attribution" and log.rows("SELECT 1 FROM {spend} LIMIT 1"):
                cost = ask(
                    log,
                    workspace,
                    "campaigns",
                    Asked(lookback=asked.lookback),
                    today=wanted.today,
                    **{**more, "case": "account"},
                )
                assert isinstance(cost, Campaigns)
                spend = cost
        scene = draw_answer(result, workspace, one, names=names, campaigns=spend, **look)
    if scene is None:
        raise DrawingError(Message("draw.no-answer", {"what": what, "folder": str(folder)}))
    return scene


def _loaded(folder: Path) -> None:
    from polku.errors import DrawingError
    from polku.words import Message

    if not (folder / "lake" / "CURRENT").exists():
        raise DrawingError(Message("draw.no-data", {"folder": str(folder)}))
