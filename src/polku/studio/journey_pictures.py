"""One journey in any of its views, with or without what was measured: what every page that shows one calls."""

from __future__ import annotations

from collections.abc import Sequence

from polku.analytics.journey_measures import JourneyMeasures
from polku.checks.finding import Finding
from polku.diagrams.atlas import Entry, atlas_entry, atlas_order, draw_curve
from polku.diagrams.parts.measured import measured_journey
from polku.diagrams.views import VIEWS, view
from polku.documents import Journey, Workspace
from polku.errors import DrawingError
from polku.scene import Scene
from polku.studio.drawings import still
from polku.studio.kept import Same, around, remembered, today_of
from polku.studio.measured import measures_of
from polku.studio.models import Space
from polku.studio.reading import workspace_seen
from polku.words import Message


def entries_of(space: Space) -> list[Entry]:
    """Journeys as the atlas tells of them, in its order; after an edit only the journey it changed is looked at anew."""
    workspace, today = workspace_seen(space), today_of(space)

    def entry(journey: Journey) -> Entry:
        part = around(workspace, journey.id)
        return remembered(
            space,
            ("entry", journey.id),
            lambda: atlas_entry(part.workspace, journey, today),
            of=part.state,
        )

    return remembered(space, "atlas", lambda: [entry(one) for one in atlas_order(workspace.journeys)])


def curve_of(space: Space, entry: Entry, language: str, width: float | None = None) -> str:
    """The curve of a journey as SVG that says nothing by itself."""
    given = {} if width is None else {"width": width}
    return remembered(
        space,
        ("curve", entry.journey.id, language, width),
        lambda: still(draw_curve(entry, language=language, **given)),
        of=Same(entry),
    )


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
    workspace = workspace_seen(space)
    if name not in VIEWS:
        raise DrawingError(Message("studio.unknown-view", {"found": name, "known": list(VIEWS)}))
    if journey not in workspace.journeys:
        raise DrawingError(Message("studio.no-document", {"document": f"journeys/{journey}"}))

    part = around(workspace, journey)
    measures = measures_of(space, journey) if measured else None

    def work() -> Scene:
        return _drawn(
            space,
            part.workspace,
            workspace.journeys[journey],
            name,
            language,
            measures,
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
        width,
    )
    return remembered(space, key, work, of=(part.state, Same(measures), *map(Same, findings)))


def _drawn(
    space: Space,
    workspace: Workspace,
    journey: Journey,
    name: str,
    language: str,
    measures: JourneyMeasures | None,
    names: bool,
    roles: Sequence[str] | None,
    findings: Sequence[Finding],
    width: float | None,
) -> Scene:
    overlay = None
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
