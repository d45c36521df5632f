"""The way as it is beside a winding path that is to be: its curve in grey, and a dot where a step felt otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from polku.diagrams.compare.signs import as_is_dot
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.path.rows import UNIT, Row, Station, level_curve
from polku.scene import Line, Mark, Path


def was_rows(drawing: Drawing, rows: Sequence[Row]) -> list[Row]:
    """The same rows with stations as high as they feel today; none where nothing is compared."""
    both = drawing.compared
    if both is None:
        return []
    found = []
    for row in rows:
        stations = []
        for station in row.stations:
            before = both.pair(station.facts.step.id).before
            if before is not None and before.feels is not None:
                stations.append(replace(station, up=UNIT * before.feels))
        found.append(replace(row, stations=stations))
    return found


def was_curve(drawing: Drawing, row: Row, was: Row) -> list[Mark]:
    """The way as it is, where it runs elsewhere than the way to be."""
    up = {station.facts.step.id: station.up for station in row.stations}
    marks: list[Mark] = []
    for one, other in pairwise(was.stations):
        if all(up[station.facts.step.id] == station.up for station in (one, other)):
            continue
        drawing.use("as-is")
        y1, y2 = row.zero - one.up, row.zero - other.up
        way = (("M", one.x, y1), *level_curve(one.x, y1, other.x, y2))
        marks.append(Path(way, stroke="line-strong", stroke_width=1.8))
    return marks


def was_dot(drawing: Drawing, row: Row, station: Station) -> list[Mark]:
    """How a step feels today, joined to where it is to stand."""
    was = drawing.compared.was(station.facts.step.id) if drawing.compared else None
    if was is None:
        return []
    drawing.use("as-is")
    y = row.zero - UNIT * was
    return [Line(station.x, station.y, station.x, y, "line-strong", 1.4, (1.5, 3)), as_is_dot(station.x, y)]
