"""One journey in any of its views, with or without what was measured: what every page that shows one calls."""

from __future__ import annotations

from collections.abc import Sequence

from polku.analytics.journey_measures import JourneyMeasures
from polku.checks.finding import Finding
from polku.diagrams.measured import measured_journey
from polku.diagrams.views import VIEWS, view
from polku.documents import Journey, Workspace
from polku.errors import DrawingError
from polku.scene import Scene
from polku.studio.measured import measures_of, remembered, today_of
from polku.studio.models import Space
from polku.studio.store import workspace_of
from polku.words import Message


def journey_picture(
    space: Space,
    journey: str,
    name: str,
    *,
    language: str,
    measured: bool = False,
    names: bool = False,
    roles: Sequence[str] | None = None,
    findings: Sequence[Finding] = (),
    width: float | None = None,
) -> Scene:
    """A journey in a view; drawn once per state of documents and data.

    Args:
        name: of VIEWS.
        measured: with the measures laid over it, where data is loaded.
        names: whether persons named in handoffs are shown.

    Raises:
        DrawingError: there is no such view or journey.
    """
    workspace = workspace_of(space)
    if name not in VIEWS:
        raise DrawingError(Message("studio.unknown-view", {"found": name, "known": list(VIEWS)}))
    if journey not in workspace.journeys:
        raise DrawingError(Message("studio.no-document", {"document": f"journeys/{journey}"}))

    def work() -> Scene:
        return _drawn(
            space,
            workspace,
            workspace.journeys[journey],
            name,
            language,
            measured,
            names,
            roles,
            findings,
            width,
        )

    key = (
        "picture",
        journey,
        name,
        language,
        measured,
        names,
        tuple(roles) if roles else None,
        len(findings),
        width,
    )
    return remembered(space, key, work)


def _drawn(
    space: Space,
    workspace: Workspace,
    journey: Journey,
    name: str,
    language: str,
    measured: bool,
    names: bool,
    roles: Sequence[str] | None,
    findings: Sequence[Finding],
    width: float | None,
) -> Scene:
    overlay = None
    if measured:
        measures: JourneyMeasures | None = measures_of(space, journey.id)
        if measures is not None and measures.events > measures.events_off_map:
            overlay = measured_journey(journey, measures.steps, measures.step_paths, measures.fit)
    return view(name)(
        workspace,
        journey,
        language=language,
        today=today_of(space),
        names=names,
        roles=roles,
        findings=findings,
        width=width,
        measured=overlay,
    )
