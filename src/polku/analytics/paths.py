"""Paths: how often one thing directly follows another, in how many cases, and after how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polku.analytics.result import Result, seconds

if TYPE_CHECKING:
    from polku.analytics.nodes import Nodes, Of
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Paths(Result):
    """Directly-follows transitions, most frequent first; `from_` None is the start of a case, `to` None its end.

    Args:
        count: times the transition was taken; cases: distinct cases that took it.
        share_out: count over all transitions out of `from_`.
        median_seconds, mean_seconds, p95_seconds: time between the two events; None at start and end.
    """

    from_: tuple[str | None, ...]
    to: tuple[str | None, ...]
    count: tuple[int, ...]
    cases: tuple[int, ...]
    share_out: tuple[float, ...]
    median_seconds: tuple[float | None, ...]
    mean_seconds: tuple[float | None, ...]
    p95_seconds: tuple[float | None, ...]


_SUMMARY = (
    "count(*), {cases}, quantile_disc(gap, [0.5, 0.95]), coalesce(sum(gap), 0) "
    "FROM edges GROUP BY node, nxt ORDER BY count(*) DESC, node NULLS FIRST, nxt NULLS FIRST"
)
# Neighbours made anew: what is off the map, or filtered away, stands between nobody.
_NEIGHBOURS = (
    "followed AS (SELECT id, node, lead(node) OVER (PARTITION BY id ORDER BY ord) AS nxt, ts, "
    "lead(ts) OVER (PARTITION BY id ORDER BY ord) AS met_at, lag(ord) OVER (PARTITION BY id ORDER BY ord) AS before "
    "FROM walk), "
    "edges AS (SELECT id, node, nxt, CASE WHEN nxt IS NOT NULL THEN greatest(met_at - ts, 0) END AS gap FROM followed "
    "UNION ALL SELECT id, NULL AS node, node AS nxt, NULL AS gap FROM followed WHERE before IS NULL) "
)
# Neighbours as stored, where every event has a node.
_STORED = (
    "nodes AS (SELECT unnest($node_code::INT[]) AS code, unnest($node_no::INT[]) AS node), "
    "edges AS (SELECT m.cid AS id, a.node, b.node AS nxt, CASE WHEN m.nxt >= 0 THEN m.gap END AS gap, m.first "
    "FROM {moves} m JOIN nodes a ON a.code = m.code LEFT JOIN nodes b ON b.code = m.nxt "
    "UNION ALL SELECT m.cid AS id, NULL AS node, a.node AS nxt, NULL AS gap, 1 AS first "
    "FROM {moves} m JOIN nodes a ON a.code = m.code WHERE m.ord = 1) "
)


def paths(study: Study, of: Of = "activity", *, transform: str = "identity") -> Paths:
    """Count which node directly follows which.

    Args:
        of: what a node is; events without one (off the map, without channel) are left out before neighbours are
            looked at, and stated in the remainder.
        transform: identity counts every event; exposure takes equal neighbours as one; first keeps the first of each.
    """
    nodes = study.nodes(of)
    rows = _edges(study, nodes, transform)
    out: dict[int | None, int] = {}
    for node, _, count, *_rest in rows:
        out[node] = out.get(node, 0) + count

    def label(node: int | None) -> str | None:
        return None if node is None else nodes.labels[node]

    timed = [
        (row[4] or (None, None)) if row[0] is not None and row[1] is not None else (None, None)
        for row in rows
    ]
    return Paths(
        about=study.about("paths", "transition", nodes=nodes, parameters={"of": of, **_said(transform)}),
        from_=tuple(label(row[0]) for row in rows),
        to=tuple(label(row[1]) for row in rows),
        count=tuple(row[2] for row in rows),
        cases=tuple(row[3] for row in rows),
        share_out=tuple(row[2] / out[row[0]] for row in rows),
        median_seconds=tuple(seconds(time[0]) for time in timed),
        mean_seconds=tuple(
            row[5] / row[2] / 1e6 if time[0] is not None else None
            for row, time in zip(rows, timed, strict=True)
        ),
        p95_seconds=tuple(seconds(time[1]) for time in timed),
    )


def _edges(study: Study, nodes: Nodes, transform: str) -> list[tuple[Any, ...]]:
    of_code = nodes.of_code
    if study.whole and transform == "identity" and of_code is not None and len(of_code) == len(study.codes):
        cases = "sum(first)::BIGINT" if len(nodes.labels) == len(of_code) else "count(DISTINCT id)"
        moves = "{moves:" + study.stored + "}"
        return study.log.rows(
            "WITH "
            + _STORED.replace("{moves}", moves)
            + "SELECT node, nxt, "
            + _SUMMARY.replace("{cases}", cases),
            node_code=list(of_code),
            node_no=list(of_code.values()),
        )
    return study.ask(
        _NEIGHBOURS + "SELECT node, nxt, " + _SUMMARY.replace("{cases}", "count(DISTINCT id)"),
        nodes=nodes,
        transform=transform,
    )


def _said(transform: str) -> dict[str, str]:
    return {} if transform == "identity" else {"transform": transform}
