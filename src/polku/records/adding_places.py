"""Where events that come later stand in the total order: between which two that are there."""

from __future__ import annotations

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
_PLACE = (
    "{'dated': coalesce(precision = 'day', false), 'priority': coalesce(priority, 0), 'source': source, "
    f"'file': source_file, 'row': source_row, 'position': position, 'whole': hash({_TIES})}}"
)
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
    near = engine.columns(
        f"SELECT {_AT} AS at, number FROM {{there}} WHERE {between} ORDER BY number", None, tables
    )
    numbers = near["number"].astype(np.int64)
    behind = np.searchsorted(near["at"], at, side="left")
    previous = np.where(behind > 0, numbers[np.maximum(behind, 1) - 1] if len(numbers) else 0, 0)
    if (
        not len(numbers)
        or near["at"][0] >= low + _DAY
        or int(behind[0]) == 0
        or near["at"][behind[0] - 1] < low + _DAY
    ):
        last = engine.rows(
            f"SELECT max(number) FROM {{there}} WHERE time < make_timestamp({low})", None, tables
        )[0][0]
        previous = np.maximum(previous, last or 0)
    tied = engine.columns(
        f"SELECT n.file_row_number AS r, max(b.number) AS number FROM (SELECT file_row_number, {_AT} AS at, {_PLACE} AS place "
        f"FROM {{come}}) n JOIN (SELECT number, {_AT} AS at, {_PLACE} AS place FROM {{there}} WHERE {between} AND {_AT} IN "
        f"(SELECT {_AT} FROM {{come}})) b ON b.at = n.at AND b.place < n.place GROUP BY 1",
        None,
        tables,
    )
    places = tied["r"].astype(np.int64)
    previous[places] = np.maximum(previous[places], tied["number"].astype(np.int64))
    beyond = engine.rows(
        f"SELECT min(number) FROM {{there}} WHERE time > make_timestamp({high})", None, tables
    )[0][0]
    return _spread(previous, np.append(numbers, [] if beyond is None else [int(beyond)]).astype(np.int64))


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
