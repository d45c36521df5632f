"""Paths: how often one thing directly follows another, in how many cases, and after how long."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from polku.analytics.result import Result, seconds
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes, Of
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece

MOST_EDGES = 4_000_000
"""More pairs of nodes than these are counted by the engine."""


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
# Neighbours as stored, where every event has a node: by codes, which the engine knows to be few.
_STORED = (
    "SELECT code, nxt, count(*), sum(first)::BIGINT, quantile_disc(gap, [0.5, 0.95]), sum(gap)::BIGINT "
    "FROM {moves} GROUP BY code, nxt ORDER BY count(*) DESC, code, nxt"
)
_STARTS = "SELECT code, count(*) FROM {moves} WHERE ord = 1 GROUP BY code ORDER BY code"


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
    """From (None at the start), to (None at the end), count, cases, median and p95, sum of the gaps."""
    from polku.analytics.columns.blocks import given_blocks

    of_code = nodes.of_code
    one_each = of_code is not None and len(of_code) == len(study.codes) == len(nodes.labels)
    stored = given_blocks(study.log) is None
    if stored and of_code is not None and one_each and study.whole and transform == "identity":
        return _stored(study, of_code)
    if study.log.engine.gives_arrays:
        with suppress(OverflowError):
            return _followed(study, nodes, transform)
    return study.ask(
        _NEIGHBOURS + "SELECT node, nxt, " + _SUMMARY.replace("{cases}", "count(DISTINCT id)"),
        nodes=nodes,
        transform=transform,
    )


def _stored(study: Study, of_code: Mapping[int, int]) -> list[tuple[Any, ...]]:
    """Each code is a node of its own."""
    moves = "{moves:" + study.stored + "}"
    rows: list[tuple[Any, ...]] = [
        (of_code[code], of_code.get(nxt), count, cases, times if nxt >= 0 else None, gaps if nxt >= 0 else 0)
        for code, nxt, count, cases, times, gaps in study.log.rows(_STORED.replace("{moves}", moves))
    ]
    rows += [
        (None, of_code[code], count, count, None, 0)
        for code, count in study.log.rows(_STARTS.replace("{moves}", moves))
    ]
    return sorted(rows, key=_order)


def _order(row: tuple[Any, ...]) -> tuple[int, int, int]:
    """Most frequent first, then by number, start and end before all others."""
    return -row[2], -1 if row[0] is None else row[0], -1 if row[1] is None else row[1]


def _followed(study: Study, nodes: Nodes, transform: str) -> list[tuple[Any, ...]]:
    """The same by following the walk itself. Raises OverflowError where an engine has to do it."""
    import numpy as np

    from polku.analytics.walks.following import over_pieces
    from polku.analytics.walks.pieces import Grouped

    # Start and end are the number behind the last node; an edge is two numbers in as few bits as they need.
    last = len(nodes.labels)
    bits = last.bit_length()
    mask, edges = (1 << bits) - 1, 1 << 2 * bits
    time_bits = 62 - 2 * bits
    small: Any = np.uint16 if 2 * bits <= 16 else np.uint32
    if edges > MOST_EDGES:
        raise OverflowError

    def follow(piece: Piece) -> tuple[Column, Column, Column, Column]:
        if not len(piece):
            none = np.zeros(edges, dtype=np.int64)
            return none, none, none, none[:0]
        edge = piece.node.astype(small)
        edge[:-1] <<= small(bits)
        edge[:-1] |= piece.node[1:].astype(small)
        edge[piece.last] = piece.node[piece.last].astype(small) << small(bits) | small(last)
        starts = np.bincount(last << bits | piece.node[piece.start].astype(np.int64), minlength=edges)
        # Half as wide numbers sort in half the time.
        wide: Any = np.uint32 if len(piece.ids).bit_length() + 2 * bits <= 32 else np.uint64
        met = np.repeat(np.arange(len(piece.ids), dtype=wide) << wide(2 * bits), piece.length)
        met |= edge
        met.sort()
        again = met[np.flatnonzero(met[1:] == met[:-1])]
        repeats = np.bincount((again & wide(edges - 1)).astype(np.int64), minlength=edges)
        gap = np.empty(len(piece), dtype=np.int64)
        np.subtract(piece.ts[1:], piece.ts[:-1], out=gap[:-1])
        gap[piece.last] = 0
        np.maximum(gap, 0, out=gap)
        if int(gap.max()).bit_length() > time_bits:
            raise OverflowError
        run = edge.astype(np.int64)
        run <<= time_bits
        run |= gap
        run.sort()
        if edges < len(run):
            count = np.diff(np.searchsorted(run, np.arange(edges + 1) << time_bits))
        else:
            count = np.bincount(edge, minlength=edges)
        there = np.flatnonzero(count)
        total = np.zeros(edges, dtype=np.int64)
        # What passes 64 bits on the way comes back with the edges that are taken off again.
        total[there] = np.add.reduceat(run, (np.cumsum(count) - count)[there]) - (
            count[there] * (there << time_bits)
        )
        return count + starts, count - repeats + starts, total, run

    found = over_pieces(study, nodes, follow, transform=transform)
    if not found:
        return []
    count, cases, total = (np.sum([piece[column] for piece in found], axis=0) for column in range(3))
    met = np.flatnonzero(count)
    gaps = Grouped(time_bits, tuple(piece[3] for piece in found))
    timed = met[(met >> bits < last) & (met & mask < last)]
    asked = np.repeat(np.array([50, 95]), len(timed))
    median, late = gaps.quantiles(np.tile(timed, 2), np.tile(count[timed], 2), asked).reshape(2, -1).tolist()
    sums = total[timed].tolist()
    times = dict(zip(timed.tolist(), zip(median, late, sums, strict=True), strict=True))
    rows: list[tuple[Any, ...]] = []
    for edge in met.tolist():
        ends = (None if one == last else one for one in (edge >> bits, edge & mask))
        *quantiles, gap = times.get(edge, (0,))
        rows.append((*ends, int(count[edge]), int(cases[edge]), quantiles or None, gap))
    return sorted(rows, key=_order)


def _said(transform: str) -> dict[str, str]:
    return {} if transform == "identity" else {"transform": transform}
