"""Change: what happened more or less often than the period before, by segment and touchpoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from polku.analytics.result import Result, share
from polku.analytics.statistics.scores import Z95
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes, Of
    from polku.analytics.study import Study

EARLY = 28
"""Days into a quarter before which the last whole quarter is looked at instead."""
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Change(Result):
    """One row per segment and node that occur in either period, the largest change first.

    Args:
        segment: of the account, None where it has none; what: the touchpoint (or what `of` says).
        before, after: events; accounts_before, accounts_after: accounts they are of.
        difference: after less before, with low and high its 95 % interval, ± 1.96 √(before + after), as of two counts
            that come by chance; events of one account come together, so it is rather too narrow.
        contribution: the difference over all events before; the rows add up to the growth of all. None without any.
        periods: first and last day of each; events_before, events_after: of all rows.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("periods", "events_before", "events_after")

    segment: tuple[str | None, ...]
    what: tuple[str, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    difference: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    contribution: tuple[float | None, ...]
    accounts_before: tuple[int, ...]
    accounts_after: tuple[int, ...]
    periods: Mapping[str, Mapping[str, str]]
    events_before: int
    events_after: int


_ROWS = (
    "SELECT k.segment, w.node, count(*) FILTER (WHERE w.ts < $before_end), count(*) FILTER (WHERE w.ts >= $after_start), "
    "count(DISTINCT CASE WHEN w.ts < $before_end THEN k.account_id END), "
    "count(DISTINCT CASE WHEN w.ts >= $after_start THEN k.account_id END) FROM walk w JOIN kept k ON k.id = w.id "
    "WHERE (w.ts >= $before_start AND w.ts < $before_end) OR (w.ts >= $after_start AND w.ts < $after_end) "
    "GROUP BY k.segment, w.node ORDER BY k.segment NULLS LAST, w.node"
)
_EACH = (
    "SELECT k.id, k.account_id, count(*) FILTER (WHERE w.ts < $before_end), "
    "count(*) FILTER (WHERE w.ts >= $after_start) FROM walk w JOIN kept k ON k.id = w.id "
    "WHERE w.node = $node AND k.segment IS NOT DISTINCT FROM $segment::VARCHAR "
    "AND ((w.ts >= $before_start AND w.ts < $before_end) OR (w.ts >= $after_start AND w.ts < $after_end)) "
    "GROUP BY k.id, k.account_id ORDER BY k.id"
)


def change(study: Study, of: Of = "touchpoint") -> Change:
    """Count the events of two periods, and how they differ.

    The study's `since` and `until` are the later period, the days just before it, as many, the earlier. Without them
    it is the quarter of the end of the data so far against as many days of the quarter before; in the first 28 days
    of a quarter the last whole quarter against the one before.
    """
    before, after = periods(study)
    whole = replace(study, since=None, until=None)
    nodes = whole.nodes(of)
    try:
        rows = _counted(whole, nodes, before, after)
        about = whole.about("change", "event", nodes=nodes, parameters={"of": of})
    finally:
        whole.close()
    rows.sort(key=lambda row: (-abs(row[3] - row[2]), row[0] is None, row[0] or "", row[1]))
    then, now = sum(row[2] for row in rows), sum(row[3] for row in rows)
    halves = [Z95 * sqrt(row[2] + row[3]) for row in rows]
    left = {**about.remainder, "events_of_other_days": (about.events or 0) - then - now}
    return Change(
        about=replace(
            about, events=then + now, remainder={name: number for name, number in left.items() if number}
        ),
        segment=tuple(row[0] for row in rows),
        what=tuple(nodes.labels[row[1]] for row in rows),
        before=tuple(row[2] for row in rows),
        after=tuple(row[3] for row in rows),
        difference=tuple(row[3] - row[2] for row in rows),
        low=tuple(row[3] - row[2] - half for row, half in zip(rows, halves, strict=True)),
        high=tuple(row[3] - row[2] + half for row, half in zip(rows, halves, strict=True)),
        contribution=tuple(share(row[3] - row[2], then) for row in rows),
        accounts_before=tuple(row[4] for row in rows),
        accounts_after=tuple(row[5] for row in rows),
        periods={
            name: {"from": days[0].isoformat(), "to": days[1].isoformat()}
            for name, days in (("before", before), ("after", after))
        },
        events_before=then,
        events_after=now,
    )


def _counted(whole: Study, nodes: Nodes, before: Period, after: Period) -> list[tuple[Any, ...]]:
    """Segment, node, events of both periods, accounts of both."""
    spans = [(whole.moment(first), whole.moment(last + DAY)) for first, last in (before, after)]
    if whole.log.engine.gives_arrays and spans[0][1] <= spans[1][0]:
        from polku.analytics.columns.change_columns import count_change

        if (found := count_change(whole, nodes, *spans)) is not None:
            return found
    (before_start, before_end), (after_start, after_end) = spans
    return whole.ask(
        _ROWS,
        nodes=nodes,
        before_start=before_start,
        before_end=before_end,
        after_start=after_start,
        after_end=after_end,
    )


def changes_of(
    study: Study, of: Of, what: str, segment: str | None
) -> tuple[list[tuple[int, str | None, int, int]], Study]:
    """The cases behind a row of `change`: id, account, events before and after; and the study they are of."""
    before, after = periods(study)
    whole = replace(study, since=None, until=None)
    nodes = whole.nodes(of)
    rows = whole.ask(
        _EACH,
        nodes=nodes,
        before_start=study.moment(before[0]),
        before_end=study.moment(before[1] + DAY),
        after_start=study.moment(after[0]),
        after_end=study.moment(after[1] + DAY),
        node=nodes.labels.index(what),
        segment=segment,
    )
    return [(int(id), account, int(then), int(now)) for id, account, then, now in rows], whole


Period = tuple[dt.date, dt.date]
_EARLIEST, _LATEST = dt.date(2, 1, 1), dt.date(9998, 1, 1)
"""Beyond these the calendar ends."""


def _within(day: dt.date) -> dt.date:
    return min(max(day, _EARLIEST), _LATEST)


def periods(study: Study) -> tuple[Period, Period]:
    """First and last day of the earlier and of the later period."""
    last = dt.datetime.fromtimestamp(study.now / 1e6, ZoneInfo(study.workspace.settings.zone)).date()
    if study.since is not None or study.until is not None:
        end = _within(study.until or last)
        start = _within(study.since) if study.since is not None else _quarter(end)
        days = max((end - start).days, 0)
        return (start - DAY - min(days, (start - _EARLIEST).days) * DAY, start - DAY), (
            start,
            start + days * DAY,
        )
    start = _quarter(last)
    if (last - start).days < EARLY:
        last = start - DAY
        start = _quarter(last)
        return (_quarter(start - DAY), start - DAY), (start, last)
    earlier = _quarter(start - DAY)
    return (earlier, min(earlier + (last - start), start - DAY)), (start, last)


def _quarter(day: dt.date) -> dt.date:
    """The first day of a day's quarter."""
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
