"""What of a journey an editor shows: which view, which step in hand, which roles, lanes and stages; and its drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from polku.checks.finding import Finding
from polku.checks.run import check_workspace
from polku.diagrams.headless import without_head
from polku.diagrams.matrix.board import draw_board, fold_to_fit
from polku.diagrams.matrix.matrix import LANES
from polku.diagrams.parts.measured import MeasuredJourney, measured_journey
from polku.diagrams.views import view as view_named
from polku.documents import Journey, Workspace
from polku.scene import Scene
from polku.studio.drawings import drawing
from polku.studio.kept import Same, around, data_version, remembered, today_of
from polku.studio.measured import measures_of
from polku.studio.models import Space
from polku.studio.reading import workspace_seen
from polku.studio.visit import Visit

VIEWS = (
    "matrix",
    "timeline",
    "path",
    "network",
    "wheel",
    "circles",
    "relief",
    "pillars",
    "blueprint",
    "ladder",
)
"""In the order of their keys: 1 to 9, and 0 for the last."""

USUAL_WIDTH = 1040
LEAST_WIDTH, MOST_WIDTH = 320, 4000


@dataclass(frozen=True)
class Shown:
    """What a reader chose to see.

    Args:
        step: in hand; empty where none is.
        roles: in the foreground; None shows all.
        lanes: of the matrix; None shows all.
        folded: stages; None folds as many as do not fit.
        width: of the window the drawing is seen in, in px.
        overlay: with what was measured laid over it; table: its words instead of the drawing.
    """

    view: str = "matrix"
    step: str = ""
    roles: tuple[str, ...] | None = None
    lanes: tuple[str, ...] | None = None
    folded: tuple[str, ...] | None = None
    width: int = USUAL_WIDTH
    overlay: bool = False
    table: bool = False


@dataclass(frozen=True)
class Canvas:
    """A drawing ready for the page.

    Args:
        svg: ours, safe to be put into a page; empty where the table is shown.
        folded: stages that are folded now; measured: whether there is anything to lay over.
    """

    svg: str
    scene: Scene
    folded: tuple[str, ...]
    measured: bool
    seen: int


def shown_of(visit: Visit, journey: Journey) -> Shown:
    """What the address line asks for, as far as the journey has it."""

    def some(name: str, known: Any) -> tuple[str, ...] | None:
        if name not in visit.request.GET and name not in visit.request.POST:
            return None
        wanted = visit.asked(name).split(",")
        return tuple(one for one in known if one in wanted)

    view = visit.asked("view", "matrix")
    step = visit.asked("hand") or visit.asked("step")
    width = visit.asked("width") or str(visit.request.COOKIES.get("polku-canvas", ""))
    stages = [stage.id for stage in journey.stages]
    known_roles = dict.fromkeys((*visit.workspace.role_order(), *journey.roles))
    return Shown(
        view=view if view in VIEWS else "matrix",
        step=step if journey.step(step) else "",
        roles=some("roles", known_roles) or None,
        lanes=some("lanes", LANES) or None,
        folded=some("folded", stages),
        width=min(max(int(width), LEAST_WIDTH), MOST_WIDTH)
        if width.isdecimal() and len(width) < 9
        else USUAL_WIDTH,
        overlay=visit.asked("overlay") == "1",
        table=visit.asked("table") == "1",
    )


def canvas_of(visit: Visit, journey: Journey, shown: Shown) -> Canvas:
    """The drawing of a journey as it is shown, in the reader's language."""
    space, seen = visit.space, visit.space.revision
    key = ("canvas", journey.id, visit.language, visit.names, visit.editor, _drawn(journey, shown))
    part = around(visit.workspace, journey.id)
    found = findings_in(space, journey)
    overlay = overlay_of(space, journey.id) if shown.overlay else None
    of = (part.state, Same(found), Same(overlay))
    scene, svg, folded = remembered(
        space, key, lambda: _draw(visit, part.workspace, journey, shown, found, overlay), of=of
    )
    return Canvas(svg, scene, folded, bool(data_version(space)), seen)


def _drawn(journey: Journey, shown: Shown) -> Shown:
    """What makes a difference to the drawing: a step in hand only by the stage that must be open for it."""
    step = journey.step(shown.step)
    near = step.stage or "" if step and shown.view == "matrix" else ""
    return replace(shown, step=near)


def _draw(
    visit: Visit,
    workspace: Workspace,
    journey: Journey,
    shown: Shown,
    found: tuple[Finding, ...],
    overlay: MeasuredJourney | None,
) -> tuple[Scene, str, tuple[str, ...]]:
    common: dict[str, Any] = {
        "language": visit.language,
        "roles": shown.roles,
        "today": visit.today,
        "names": visit.names,
        "findings": found,
        "measured": overlay,
    }
    folded: tuple[str, ...] = ()
    if shown.view == "matrix":
        folded = _folded(journey, shown)
        scene = draw_board(
            workspace,
            journey,
            width=float(shown.width),
            lanes=None if overlay else shown.lanes,
            folded=folded,
            editable=visit.editor,
            **common,
        )
    else:
        # As wide as the window, at the size in which words are read; what cannot be so narrow scrolls.
        width = float(max(shown.width - 16, 900))
        scene = without_head(view_named(shown.view)(workspace, journey, width=width, **common))
    svg = "" if shown.table else drawing(scene, prefix="c-")
    return scene, svg, folded


def _folded(journey: Journey, shown: Shown) -> tuple[str, ...]:
    step = journey.step(shown.step)
    near = step.stage if step else None
    if shown.folded is not None:
        return tuple(stage for stage in shown.folded if stage != near)
    counts = {stage.id: sum(step.stage == stage.id for step in journey.steps) for stage in journey.stages}
    lost = sum(step.stage not in counts for step in journey.steps)
    return fold_to_fit(counts, shown.width - 96 * lost, near) if counts else ()


def overlay_of(space: Space, journey: str, *, wait: bool = True) -> MeasuredJourney | None:
    """What was counted along a journey; None where no data is loaded.

    Args:
        wait: count now where that was not done yet; else None then, too.
    """
    measures = measures_of(space, journey, wait=wait)
    found = workspace_seen(space).journeys.get(journey)
    if measures is None or found is None:
        return None
    return remembered(
        space,
        ("overlay", journey),
        lambda: measured_journey(found, measures.steps, measures.step_paths, measures.fit, measures.coverage),
        of=(Same(measures), Same(found)),
    )


def findings_in(space: Space, journey: Journey) -> tuple[Finding, ...]:
    """What the checks find in one journey; against the data only where it was measured already."""
    document = f"journeys/{journey.id}"
    # Only the journeys it speaks of: an edit of one map does not wait for two hundred.
    part = around(workspace_seen(space), journey.id, journey.improves, journey.extends)
    measures = measures_of(space, journey.id, wait=False)

    def work() -> tuple[Finding, ...]:
        found = check_workspace(part.workspace, today=today_of(space), measures=measures)
        return tuple(
            one
            for one in found
            if one.document == document and one.level != "not-measured" and one.silenced is None
        )

    return remembered(space, ("findings-in", journey.id), work, of=(part.state, Same(measures)))
