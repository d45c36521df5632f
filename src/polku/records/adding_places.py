"""Where events that come later stand in the total order: between which two that are there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from polku.records.engine import Engine, Relation, name
from polku.records.events import NO_TIES
from polku.records.kernel import Column
from polku.records.lake import Version
from polku.records.layers import SHIFT, shifted
from polku.records.schema import PUBLISHED

_AT = "epoch_us(time) + CASE WHEN precision = 'day' THEN 86399999999 ELSE 0 END"
_DAY = 86_400_000_000
_TIES = ", ".join(name(one) for one in PUBLISHED["events"].names if one not in NO_TIES)
_READ = (
    "{'dated': coalesce(precision = 'day', false), 'priority': coalesce(priority, 0), 'source': source, "
    "'file': source_file, 'row': source_row, 'position': position}"
)
"""What decides between events of one moment that were not read in one place."""
_PLACE = f"{_READ[:-1]}, 'whole': hash({_TIES})}}"
"""What decides between events of one moment, in the order of `events.write_events`."""


class NotAdded(Exception):
    """An import cannot be added to what is there; everything is published anew."""


def place_between(engine: Engine, before: Version, come: Relation) -> Column | None:
    """Numbers for new events, each between those of its neighbours.

    Args:
        come: a file of published events in their order, without numbers, with the places of its rows.

    Returns:
        A number for each, rising; None where two neighbours leave no room.
    """
    relation = before.relation("events")
    number = "event_no" if relation.layers is not None and relation.layers.added else shifted("event_no")
    there = Relation(f"(SELECT *, {number} AS number FROM {relation.sql})", relation.files)
    at = engine.columns(f"SELECT {_AT} AS at FROM {{come}} ORDER BY file_row_number", None, {"come": come})[
        "at"
    ]
    if not len(at):
        return np.empty(0, dtype=np.int64)
    low, high = int(at.min()) - 2 * _DAY, int(at.max())
    tables = {"there": there, "come": come}
    between = f"time >= make_timestamp({low}) AND time <= make_timestamp({high})"
    near = engine.columns(f"SELECT {_AT} AS at, number FROM {{there}} WHERE {between}", None, tables)
    # What was added stands behind the base.
    order = np.argsort(near["number"], kind="stable")
    numbers, near_at = near["number"][order].astype(np.int64), near["at"][order]
    behind = np.searchsorted(near_at, at, side="left")
    previous = np.where(behind > 0, numbers[np.maximum(behind, 1) - 1] if len(numbers) else 0, 0)
    if (
        not len(numbers)
        or near_at[0] >= low + _DAY
        or int(behind[0]) == 0
        or near_at[behind[0] - 1] < low + _DAY
    ):
        last = engine.rows(
            f"SELECT max(number) FROM {{there}} WHERE time < make_timestamp({low})", None, tables
        )[0][0]
        previous = np.maximum(previous, last or 0)
    if (np.searchsorted(near_at, at, side="right") > behind).any():
        places, last = _tied(engine, tables, between)
        np.maximum.at(previous, places, last)
    beyond = engine.rows(
        f"SELECT min(number) FROM {{there}} WHERE time > make_timestamp({high})", None, tables
    )[0][0]
    return _spread(previous, np.append(numbers, [] if beyond is None else [int(beyond)]).astype(np.int64))


def _tied(engine: Engine, tables: Mapping[str, Relation], between: str) -> tuple[Column, Column]:
    """Of new events those that stand behind others of the same moment: their places, and the numbers of these, side by side.

    Args:
        tables: the new events `come`, and those `there`.
        between: what is true of those of the new ones' moments, among others.
    """

    def asked(place: str) -> Mapping[str, Column]:
        return engine.columns(
            f"SELECT n.file_row_number AS r, b.number, b.place = n.place AS level FROM (SELECT file_row_number, {_AT} AS at, "
            f"{place} AS place FROM {{come}}) n JOIN (SELECT number, {_AT} AS at, {place} AS place FROM {{there}} "
            f"WHERE {between} AND {_AT} IN (SELECT {_AT} FROM {{come}})) b ON b.at = n.at AND b.place <= n.place",
            None,
            tables,
        )

    # Where they were read decides nearly always; what they say need not be read then.
    tied = asked(_READ)
    if tied["level"].any():
        tied = asked(_PLACE)
    behind = np.flatnonzero(~tied["level"])
    return tied["r"][behind].astype(np.int64), tied["number"][behind].astype(np.int64)


def _spread(previous: Column, numbers: Column) -> Column | None:
    """Numbers evenly between that of the event before and the next there is.

    Args:
        previous: of each new event, rising.
        numbers: those there are, at least all that may come next.
    """
    numbers = np.sort(numbers)
    ends = np.append(numbers, np.iinfo(np.int64).max)
    begins = np.flatnonzero(np.append(True, previous[1:] != previous[:-1]))
    counts = np.diff(np.append(begins, len(previous)))
    following = ends[np.searchsorted(numbers, previous[begins], side="right")]
    free = following - previous[begins]
    steps = np.where(following == ends[-1], 1 << SHIFT, free // (counts + 1))
    if not steps.all():
        return None
    place = np.arange(len(previous)) - np.repeat(begins, counts) + 1
    spread: Column = previous + place * np.repeat(steps, counts)
    return spread
