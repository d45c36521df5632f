"""Funnel: how many cases reach each of some stages in their order, other events between them allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polku.analytics.result import Result, seconds, share

if TYPE_CHECKING:
    from polku.analytics.nodes import Of
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Funnel(Result):
    """One row per asked stage, in order.

    Args:
        reached: cases that met the stages up to this one in order, within the window from the first.
        from_previous: over the stage before; overall: over the first; None where the base is empty.
        pending: cases that reached the stage before, not this one, and can still: the window has not elapsed at
            the end of the data, or, without a window, their round is open.
        returned: of those that reached it, cases that later met an earlier stage of the funnel again.
        median_seconds_from_previous: from the matched event of the stage before.
    """

    stage: tuple[str, ...]
    reached: tuple[int, ...]
    from_previous: tuple[float | None, ...]
    overall: tuple[float | None, ...]
    pending: tuple[int, ...]
    returned: tuple[int, ...]
    median_seconds_from_previous: tuple[float | None, ...]


# Greedy earliest matching, one link of the chain per stage: at0 (ord), ts0 (time), first (time of the first stage).
_FIRST = (
    "asked AS (SELECT unnest($asked_node::INT[]) AS node, unnest($asked_stage::INT[]) AS stage), "
    "staged AS (SELECT w.id, w.ord, w.ts, a.stage FROM walk w JOIN asked a ON a.node = w.node), "
    "link0 AS (SELECT id, min(ord) AS ord, arg_min(ts, ord) AS ts, arg_min(ts, ord) AS first, NULL::BIGINT AS took "
    "FROM staged WHERE stage = 0 GROUP BY id)"
)
_LINK = (
    ", link{k} AS (SELECT l.id, min(s.ord) AS ord, arg_min(s.ts, s.ord) AS ts, any_value(l.first) AS first, "
    "greatest(arg_min(s.ts, s.ord) - any_value(l.ts), 0) AS took FROM link{before} l "
    "JOIN staged s ON s.id = l.id AND s.stage = {k} AND s.ord > l.ord AND s.ts - l.first <= $window GROUP BY l.id)"
)
_COUNT = (
    "SELECT {k} AS stage, (SELECT count(*) FROM link{k}), (SELECT quantile_disc(took, 0.5) FROM link{k}), "
    "(SELECT count(DISTINCT l.id) FROM link{k} l JOIN staged s ON s.id = l.id AND s.stage < {k} AND s.ord > l.ord), "
    "{pending}"
)
_PENDING = (
    "(SELECT count(*) FROM link{before} l JOIN kept c ON c.id = l.id "
    "WHERE l.id NOT IN (SELECT id FROM link{k}) AND {still})"
)


def funnel(
    study: Study, stages: Sequence[str], of: Of = "activity", *, window: dt.timedelta | None = None
) -> Funnel:
    """Count the cases that pass through stages in order, other events between them allowed.

    Args:
        stages: labels of nodes (`study.nodes(of)`), each once; the caller has checked them.
        window: longest time from the first stage; None sets no limit.
    """
    nodes = study.nodes(of)
    asked_for = {
        "of": of,
        "stages": list(stages),
        "mode": "ordered",
        "window_seconds": None if window is None else window.total_seconds(),
    }
    if not stages:
        about = study.about("funnel", study.case, nodes=nodes, parameters=asked_for)
        return Funnel(about, *((),) * 7)
    number = {label: place for place, label in enumerate(nodes.labels)}
    # Without a window only rounds say whether more can come.
    still = (
        "l.first + $window > $now"
        if window is not None
        else "c.outcome = 'open'"
        if study.case == "round"
        else "false"
    )
    query = _FIRST
    counts = []
    for k in range(len(stages)):
        pending = "0"
        if k:
            query += _LINK.replace("{k}", str(k)).replace("{before}", str(k - 1))
            pending = _PENDING.replace("{before}", str(k - 1)).replace("{still}", still)
        counts.append(_COUNT.replace("{pending}", pending).replace("{k}", str(k)))
    asked: dict[str, Any] = {
        "asked_node": [number.get(stage, -1) for stage in stages],
        "asked_stage": list(range(len(stages))),
        "window": 2**62 if window is None else window // dt.timedelta(microseconds=1),
        "now": study.now,
    }
    rows = study.ask(query + " " + " UNION ALL ".join(counts) + " ORDER BY stage", nodes=nodes, **asked)
    reached = [row[1] for row in rows]
    return Funnel(
        about=study.about(
            "funnel",
            study.case,
            nodes=nodes,
            parameters=asked_for,
        ),
        stage=tuple(stages),
        reached=tuple(reached),
        from_previous=tuple(None if not k else share(reached[k], reached[k - 1]) for k in range(len(rows))),
        overall=tuple(share(number, reached[0]) for number in reached),
        pending=tuple(row[4] for row in rows),
        returned=tuple(row[3] for row in rows),
        median_seconds_from_previous=tuple(seconds(row[2]) for row in rows),
    )
