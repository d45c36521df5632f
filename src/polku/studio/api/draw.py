"""Drawings for programs: any view of a journey, of an account, of the whole, or of an answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

from ninja import Schema
from pydantic import Field

from polku.analytics.account import account_history, known_account
from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import question
from polku.analytics.campaigns import Campaigns
from polku.diagrams.account.account import draw_account
from polku.diagrams.account.relations import draw_relations
from polku.diagrams.atlas import draw_atlas
from polku.diagrams.graph.path_graph import path_graph
from polku.diagrams.graph.paths import draw_paths
from polku.diagrams.network.ecosystem import draw_ecosystem
from polku.diagrams.parts.measured import measured_journey
from polku.diagrams.roles.radar import draw_radar
from polku.diagrams.views import COMPARABLE, CUTTABLE, VIEWS
from polku.diagrams.views import view as view_named
from polku.documents import Journey, Workspace
from polku.errors import DrawingError, LakeError
from polku.exports.drawn_by_name import MEASURED
from polku.exports.drawn_by_name import QUESTIONS as ANSWERS
from polku.exports.gather import the_journey
from polku.exports.question_drawings import draw_answer
from polku.scene import Scene, scene_to_png, scene_to_svg, theme_named
from polku.studio.api.shapes import Id, Words
from polku.studio.api.shaping import asked_of, shaped
from polku.studio.explore.choice import Choice
from polku.studio.explore.told import NAMED
from polku.studio.measured import answer_of, log_of, measures_of
from polku.studio.shown import overlay_of
from polku.studio.visit import Visit
from polku.words import Message

DRAWN = (*VIEWS, "account", "relations", "radar", "atlas", "ecosystem", *ANSWERS)


class Look(Schema):
    """What is drawn, and how it looks."""

    journey: Id | None = None
    account: Id | None = None
    role: Id | None = None
    roles: Words | None = Field(None, description="Roles in the foreground, with commas.")
    stages: Words | None = Field(None, description="Only these; of a funnel, its stages.")
    lanes: Words | None = None
    against: Id | None = Field(None, description="The journey as it is, beside the drawn one that is to be.")
    measured: bool = Field(False, description="Lay over it what was measured.")
    height: Literal["feeling", "effort"] | None = Field(None, description="What the relief rises with.")
    cases: Words | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    roll_up: bool = Field(
        False, description="Of an answer: count subsidiaries as the company at the top of their group."
    )
    theme: Literal["light", "dark", "print"] = "light"
    width: float | None = Field(None, ge=600, le=4000)
    format: Literal["svg", "png"] = "svg"


if TYPE_CHECKING:
    Drawn = Look
else:
    Drawn = shaped("Drawn", Look)


def drawn_as(visit: Visit, view: str, chosen: Drawn) -> tuple[bytes, str]:
    """A drawing in the form that was asked for, and the name of that form.

    Raises:
        DrawingError: something that the view needs is missing, not there, or cannot be drawn so.
        LakeError: no data is loaded, and the view needs some.
    """
    scene = _scene(visit, view, chosen)
    if chosen.format == "png":
        return scene_to_png(scene), "image/png"
    return scene_to_svg(scene).encode(), "image/svg+xml"


def _scene(visit: Visit, view: str, chosen: Drawn) -> Scene:
    workspace = visit.workspace
    if chosen.roll_up:
        _only(view, "roll_up", ANSWERS)
    look: dict[str, Any] = {
        "language": visit.language,
        "theme": theme_named(chosen.theme),
        "width": chosen.width,
    }
    if view in VIEWS:
        return _journey(visit, view, chosen, look)
    if view in ANSWERS:
        return _answer(visit, view, chosen, {**look, "width": chosen.width or 1280.0})
    if view == "atlas":
        return draw_atlas(workspace, today=visit.today, **look)
    if view == "ecosystem":
        return draw_ecosystem(workspace, **look)
    if view == "radar":
        role = _known("role", chosen.role, workspace.roles)
        journey = the_journey(workspace, chosen.journey) if chosen.journey else None
        return draw_radar(workspace, role, journey=journey, today=visit.today, names=visit.names, **look)
    if view == "relations":
        account = _known("account", chosen.account, workspace.accounts)
        return draw_relations(workspace, account, today=visit.today, names=visit.names, **look)
    return _account(visit, workspace, chosen, look)


def _journey(visit: Visit, view: str, chosen: Drawn, look: dict[str, Any]) -> Scene:
    workspace = visit.workspace
    journey = the_journey(workspace, chosen.journey)
    if journey is None:
        raise DrawingError(_needs("journey", list(workspace.journeys)))
    options: dict[str, Any] = {"today": visit.today, "names": visit.names, **look}
    if chosen.roles is not None:
        options["roles"] = tuple(_listed(chosen.roles)) or None
        for role in options["roles"] or ():
            _known("roles", role, workspace.roles)
    for name in ("stages", "lanes"):
        if (words := getattr(chosen, name)) is not None:
            _only(view, name, CUTTABLE)
            options[name] = tuple(_listed(words))
    if chosen.height is not None:
        _only(view, "height", ("relief",))
        options["height"] = chosen.height
    if chosen.against is not None:
        _only(view, "against", COMPARABLE)
        others = {id: one for id, one in workspace.journeys.items() if id != journey.id}
        options["against"] = _known("against", chosen.against, others)
        if chosen.measured:
            raise DrawingError(Message("compare.not-with-measured"))
        if "stages" in options or "lanes" in options:
            raise DrawingError(Message("cuts.not-with-against"))
    if chosen.measured:
        options["measured"] = overlay_of(visit.space, journey.id)
        if options["measured"] is None:
            raise LakeError(Message("studio-api.no-data"))
    return view_named(view)(workspace, journey, **options)


def _answer(visit: Visit, view: str, chosen: Drawn, look: dict[str, Any]) -> Scene:
    workspace, space = visit.workspace, visit.space
    journey: Journey | None = None
    known = question(view)
    if view in MEASURED or known.needs_journey or (view == "funnel" and not chosen.stages) or chosen.journey:
        journey = the_journey(workspace, chosen.journey)
    options = asked_of(view, chosen.model_dump(exclude={"journey", "cases", "since", "until", "roll_up"}))
    scene: Scene | None = None
    if view in MEASURED:
        measures = measures_of(space, journey.id, roll_up=chosen.roll_up) if journey is not None else None
        if measures is not None and journey is not None and measures.events > measures.events_off_map:
            if view == "paths":
                scene = draw_paths(path_graph(workspace, journey, measures, language=visit.language), **look)
            else:
                overlay = measured_journey(journey, measures.steps, measures.step_paths, measures.fit)
                named = {"today": visit.today, "names": visit.names, "measured": overlay}
                scene = view_named("matrix")(workspace, journey, **named, **look)
    else:
        if view == "attribution":
            options.setdefault("by", "touchpoint")
        shape = Choice(options=options).asked(known)
        of: dict[str, Any] = {"cases": chosen.cases, "since": chosen.since, "until": chosen.until}
        of["roll_up"] = chosen.roll_up
        case: dict[str, Any] = {"case": "account"} if view == "attribution" else {}
        result = answer_of(space, view, shape, journey=journey.id if journey else None, **of, **case)
        spend = None
        if view == "attribution" and result is not None:
            spend = answer_of(space, "campaigns", Asked(lookback=shape.lookback), **of, **case)
        if result is not None:
            scene = draw_answer(
                result,
                workspace,
                journey,
                names=_names(visit) if view in NAMED else None,
                campaigns=spend if isinstance(spend, Campaigns) else None,
                **look,
            )
    if scene is None:
        raise LakeError(Message("studio-api.no-answer", {"view": view}))
    return scene


def _names(visit: Visit) -> dict[str, str]:
    """What the records call accounts."""
    log = log_of(visit.space)
    if log is None:
        return {}
    with log:
        rows = log.rows("SELECT account_id, coalesce(name, account_id) FROM {accounts}")
        return {str(id): str(name) for id, name in rows}


def _account(visit: Visit, workspace: Workspace, chosen: Drawn, look: dict[str, Any]) -> Scene:
    if chosen.account is None:
        raise DrawingError(_needs("account", list(workspace.accounts)))
    log = log_of(visit.space)
    if log is None:
        _known("account", chosen.account, workspace.accounts)
        history = account_history(None, workspace, chosen.account, today=visit.today, names=visit.names)
    else:
        with log:
            if not known_account(log, workspace, chosen.account):
                raise _unknown("account", chosen.account, list(workspace.accounts))
            history = account_history(log, workspace, chosen.account, today=visit.today, names=visit.names)
    return draw_account(history, workspace, since=chosen.since, **look)


def _known(what: str, id: str | None, known: Any) -> Any:
    if id is None:
        raise DrawingError(_needs(what, list(known)))
    if id not in known:
        raise _unknown(what, id, list(known))
    return known[id]


def _needs(what: str, known: list[str]) -> Message:
    return Message("studio-api.needs", {"what": what, "known": known[:20] or ["–"]})


def _unknown(what: str, id: str, known: list[str]) -> DrawingError:
    return DrawingError(
        Message("studio-api.unknown", {"what": what, "found": id, "known": known[:20] or ["–"]})
    )


def _only(view: str, what: str, takes: tuple[str, ...]) -> None:
    if view not in takes:
        raise DrawingError(
            Message("studio-api.view-cannot", {"view": view, "what": what, "known": list(takes)})
        )


def _listed(words: str) -> list[str]:
    return [name.strip() for name in words.split(",") if name.strip()]
