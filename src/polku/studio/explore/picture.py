"""The picture of an answer as a page shows it: without its own heading, cut to what is drawn, parts leading on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

from polku.analytics.campaigns import Campaigns
from polku.diagrams.graph.path_graph import path_graph
from polku.diagrams.graph.paths import details, draw_paths
from polku.diagrams.graph.strokes import MOST_UNINTENDED
from polku.diagrams.matrix.matrix import draw_matrix
from polku.diagrams.parts.measured import measured_journey
from polku.documents import Journey, Workspace
from polku.exports.question_drawings import draw_answer
from polku.exports.report_data import ReportData
from polku.scene import Badge, Circle, Group, Line, Mark, Path, Rect, Scene, Text, text_width
from polku.studio.drawings import drawing
from polku.studio.explore.told import Told

WIDTH, WIDE = 1012.0, 1400.0
"""Of a drawing with its margins, in px: beside the readings or on a screen of 1280, and with these below on a larger one."""
EDGE = 6.0


def picture(
    told: Told,
    workspace: Workspace,
    journey: Journey | None,
    language: str,
    today: dt.date,
    *,
    width: float = WIDTH,
    ways: int | None = None,
    off: int | None = None,
) -> Scene | None:
    """The drawing of an answer; None where there is none, so that its table stands for it.

    Args:
        ways, off: of paths, how many ways that nobody drew and how many places off the map are drawn; None: as usual.
    """
    name = told.result.about.question
    if name == "paths":
        if told.measures is None or journey is None:
            return None
        if not ReportData(workspace, journey, (), told.measures, today, {}).mapped:
            return None
        graph = path_graph(workspace, journey, told.measures, language=language)
        most = MOST_UNINTENDED if ways is None else ways
        return draw_paths(graph, language=language, width=width, most=most, most_off=off)
    if name == "steps" and told.measures is not None and journey is not None and journey.steps:
        measures = told.measures
        overlay = measured_journey(journey, measures.steps, measures.step_paths, measures.fit)
        return draw_matrix(
            workspace, journey, language=language, today=today, names=False, measured=overlay, width=width
        )
    spend = told.others.get("campaigns")
    return draw_answer(
        told.result,
        workspace,
        journey,
        language=language,
        width=width,
        names=told.names,
        campaigns=spend if isinstance(spend, Campaigns) else None,
    )


def details_of(told: Told, workspace: Workspace, journey: Journey | None) -> tuple[int, int]:
    """How many ways that nobody drew and places off the map the picture of paths could show."""
    if told.result.about.question != "paths" or told.measures is None or journey is None:
        return 0, 0
    return details(path_graph(workspace, journey, told.measures))


def shown(scene: Scene, *, prefix: str, links: Mapping[str, str] | None = None) -> str:
    """A drawing as SVG for a page whose heading says its finding already.

    Args:
        links: id of a part → where it leads.
    """
    kept = tuple(
        _linked(mark, links or {})
        for mark in scene.marks
        if not (isinstance(mark, Group) and mark.id == "head")
    )
    ground = next((one for one in kept if _is_ground(one, scene)), None)
    boxes = [box for one in kept if one is not ground and (box := _box(one)) is not None]
    svg = drawing(replace(scene, marks=tuple(one for one in kept if one is not ground)), prefix=prefix)
    if not boxes:
        return svg
    # Some loops reach over the margin of the page that they were drawn for.
    left = min(box[0] for box in boxes) - EDGE
    top = min(box[1] for box in boxes) - EDGE
    right = max(box[2] for box in boxes) + EDGE
    bottom = max(box[3] for box in boxes) + EDGE
    width, height = right - left, bottom - top
    return re.sub(
        r'width="[\d.]+" height="[\d.]+" viewBox="[\d. ]+"',
        f'width="{width:.0f}" height="{height:.0f}" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}"',
        svg,
        count=1,
    )


def _is_ground(mark: Mark, scene: Scene) -> bool:
    return isinstance(mark, Rect) and mark.width >= scene.width and mark.height >= scene.height


def _linked(mark: Mark, links: Mapping[str, str]) -> Mark:
    if not isinstance(mark, Group):
        return mark
    # What is left out stands beside the picture, where the page says why its number is as it is.
    told = [child for child in mark.children if not (isinstance(child, Group) and child.id == "remainder")]
    children = tuple(_linked(child, links) for child in told)
    return replace(mark, children=children, link=links.get(mark.id or "", mark.link))


def _box(mark: Mark) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of a mark; None of an empty group."""
    if isinstance(mark, Group):
        boxes = [box for child in mark.children if (box := _box(child)) is not None]
        if not boxes:
            return None
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
    if isinstance(mark, Rect):
        return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    if isinstance(mark, Line):
        return (
            min(mark.x1, mark.x2),
            min(mark.y1, mark.y2),
            max(mark.x1, mark.x2),
            max(mark.y1, mark.y2),
        )
    if isinstance(mark, Circle):
        return mark.cx - mark.r, mark.cy - mark.r, mark.cx + mark.r, mark.cy + mark.r
    if isinstance(mark, Badge):
        half = mark.size * 0.8
        return mark.cx - half, mark.cy - half, mark.cx + half, mark.cy + half
    if isinstance(mark, Text):
        wide = text_width(mark.text, mark.size, mark.weight)
        left = mark.x - {"start": 0.0, "middle": wide / 2, "end": wide}[mark.anchor]
        if mark.rotate:
            return mark.x - wide, mark.y - wide, mark.x + wide, mark.y + wide
        return left, mark.y - mark.size, left + wide, mark.y + mark.size * 0.3
    if isinstance(mark, Path):
        numbers = [[float(part) for part in segment[1:]] for segment in mark.segments]
        xs = [x for one in numbers for x in one[::2]]
        ys = [y for one in numbers for y in one[1::2]]
        return (min(xs), min(ys), max(xs), max(ys)) if xs and ys else None
    return None
