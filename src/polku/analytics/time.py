"""Time: how long cases take from one thing to another, in three definitions that are kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from polku.analytics.result import Result, seconds
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes, Of
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Met, Piece

TimeDefinition = Literal["first-after", "first-first", "every-next"]
TIME_DEFINITIONS: tuple[TimeDefinition, ...] = ("first-after", "first-first", "every-next")
"""First A to the first B after it; first A to first B, whichever comes first (times may be negative); every A to the
next B after it."""


@dataclass(frozen=True)
class Time(Result):
    """One row per asked pair.

    Args:
        cases: cases with a measured time; count: measured times (more than cases only for every-next).
        open: cases that met `from_` and from there no `to`.
        median_seconds …: quantiles of the measured times, None without any.
    """

    from_: tuple[str, ...]
    to: tuple[str, ...]
    cases: tuple[int, ...]
    open: tuple[int, ...]
    median_seconds: tuple[float | None, ...]
    p25_seconds: tuple[float | None, ...]
    p75_seconds: tuple[float | None, ...]
    p95_seconds: tuple[float | None, ...]
    count: tuple[int, ...]


_PAIRS = (
    "pairs AS (SELECT unnest($pair::INT[]) AS pair, unnest($pair_from::INT[]) AS a, unnest($pair_to::INT[]) AS b), "
    "starts AS (SELECT p.pair, p.b, w.id, w.ord, w.ts FROM walk w JOIN pairs p ON w.node = p.a), "
)
_FIRSTS = (
    _PAIRS
    + "begun AS (SELECT pair, id, any_value(b) AS b, min(ord) AS ord, arg_min(ts, ord) AS ts FROM starts "
    "GROUP BY pair, id), "
)
_AFTER = (
    "met AS (SELECT s.pair, s.id, s.ord, any_value(s.ts) AS ts, arg_min(w.ts, w.ord) AS met_at FROM {starts} s "
    "JOIN walk w ON w.id = s.id AND w.node = s.b {later} GROUP BY s.pair, s.id, s.ord), "
)
_SUMMARY = (
    "timed AS (SELECT pair, count(*) AS n, count(DISTINCT id) AS cases, "
    "quantile_disc({span}, [0.25, 0.5, 0.75, 0.95]) AS q FROM met GROUP BY pair), "
    "left_open AS (SELECT pair, count(DISTINCT id) AS n FROM {last} s WHERE NOT EXISTS "
    "(SELECT 1 FROM met m WHERE m.pair = s.pair AND m.id = s.id AND m.ord = s.ord) GROUP BY pair) "
    "SELECT p.pair, coalesce(t.cases, 0), coalesce(o.n, 0), t.q, coalesce(t.n, 0) FROM pairs p "
    "LEFT JOIN timed t USING (pair) LEFT JOIN left_open o USING (pair) ORDER BY p.pair"
)
_SPAN = "greatest(met_at - ts, 0)"
_QUERIES: dict[TimeDefinition, str] = {
    "first-after": _FIRSTS
    + _AFTER.replace("{starts}", "begun").replace("{later}", "AND w.ord > s.ord")
    + _SUMMARY.replace("{span}", _SPAN).replace("{last}", "begun"),
    "first-first": _FIRSTS
    + _AFTER.replace("{starts}", "begun").replace("{later}", "")
    + _SUMMARY.replace("{span}", "met_at - ts").replace("{last}", "begun"),
    "every-next": _PAIRS
    + _AFTER.replace("{starts}", "starts").replace("{later}", "AND w.ord > s.ord")
    + _SUMMARY.replace("{span}", _SPAN).replace("{last}", "starts"),
}

SPANS: Mapping[str, str] = {
    "first-after": _FIRSTS
    + _AFTER.replace("{starts}", "begun").replace("{later}", "AND w.ord > s.ord")
    + f"spans AS (SELECT pair AS key, {_SPAN} AS span FROM met), ",
    "first-first": _FIRSTS
    + _AFTER.replace("{starts}", "begun").replace("{later}", "")
    + "spans AS (SELECT pair AS key, met_at - ts AS span FROM met), ",
}
"""Definition → tables that end with each case's one time, by the place of its pair."""


def asked_pairs(nodes: Nodes, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What queries of pairs are asked with."""
    number = {label: place for place, label in enumerate(nodes.labels)}
    return {
        "pair": list(range(len(pairs))),
        "pair_from": [number.get(a, -1) for a, _ in pairs],
        "pair_to": [number.get(b, -1) for _, b in pairs],
    }


def time(
    study: Study,
    pairs: Sequence[tuple[str, str]],
    of: Of = "activity",
    *,
    definition: TimeDefinition = "first-after",
) -> Time:
    """Measure how long cases take from one node to another.

    Args:
        pairs: labels of nodes (`study.nodes(of)`); the caller has checked them.
        definition: one of TIME_DEFINITIONS; open are the cases with an A (for every-next: any A; else the first)
            from which no B was met.
    """
    nodes = study.nodes(of)
    asked = asked_pairs(nodes, pairs)
    if study.log.engine.gives_arrays:
        rows = _followed(study, nodes, asked["pair_from"], asked["pair_to"], definition)
    else:
        rows = study.ask(_QUERIES[definition], nodes=nodes, **asked)
    quantiles = [row[3] or (None, None, None, None) for row in rows]
    return Time(
        about=study.about("time", study.case, nodes=nodes, parameters={"of": of, "time": definition}),
        from_=tuple(a for a, _ in pairs),
        to=tuple(b for _, b in pairs),
        cases=tuple(row[1] for row in rows),
        open=tuple(row[2] for row in rows),
        median_seconds=tuple(seconds(q[1]) for q in quantiles),
        p25_seconds=tuple(seconds(q[0]) for q in quantiles),
        p75_seconds=tuple(seconds(q[2]) for q in quantiles),
        p95_seconds=tuple(seconds(q[3]) for q in quantiles),
        count=tuple(row[4] for row in rows),
    )


def _followed(
    study: Study, nodes: Nodes, starts: Sequence[int], ends: Sequence[int], definition: TimeDefinition
) -> list[tuple[Any, ...]]:
    """Rows as the queries give them, from the walk in arrays: pair, cases, open, quantiles, times."""
    import numpy as np

    from polku.analytics.walks.following import over_pieces
    from polku.analytics.walks.pieces import FEW

    pairs = list(zip(starts, ends, strict=True))
    asked = {*starts, *ends}
    if definition == "first-after" and len(asked) > FEW:
        return _by_paths(study, nodes, pairs)

    def follow(piece: Piece) -> list[tuple[int, int, Column]]:
        met = piece.met_at(asked)
        return [one(met[a], met[b]) for a, b in pairs]

    def one(a: Met, b: Met) -> tuple[int, int, Column]:
        piece = a.piece
        if definition == "every-next":
            then = np.append(b.row, len(piece))[np.searchsorted(b.row, a.row, "right")]
            there = then <= piece.last[a.case]
            gone, left = a.only(there), a.only(~there)
            span = np.maximum(piece.times(then[np.flatnonzero(there)]) - gone.ts, 0)
            return len(gone.firsts), len(left.firsts), span
        begun = a.firsts
        if definition == "first-first":
            done = b.firsts.only(begun.by_case[b.firsts.case] < len(piece))
        else:
            done = b.behind(begun.by_case).firsts
        since = np.zeros(len(piece.ids), dtype=np.int64)
        since[begun.case] = begun.ts
        span = done.ts - since[done.case]
        if definition == "first-after":
            span = np.maximum(span, 0)
        return len(done), len(begun) - len(done), span

    return _told(over_pieces(study, nodes, follow, only=asked), len(pairs))


def _by_paths(study: Study, nodes: Nodes, pairs: Sequence[tuple[int, int]]) -> list[tuple[Any, ...]]:
    """The same from a first A to the first B after it, of many pairs: where these are is found once for each path."""
    import numpy as np

    from polku.analytics.walks.onward import Follower, Onward, onward
    from polku.analytics.walks.taken import over_taken

    def know(paths: Piece) -> Onward:
        return onward(paths, [a for a, _ in pairs], [(b,) for _, b in pairs], len(nodes.labels))

    def follow(piece: Piece, way: Column, known: Onward) -> list[tuple[int, int, Column]]:
        cases = np.bincount(way, minlength=known.begun.shape[1])
        follower = Follower.of(piece, way)
        spans = [follower.gone(known, place)[1] for place in range(len(pairs))]
        begun = [int(cases[there].sum()) for there in known.begun >= 0]
        return [(len(span), all_ - len(span), span) for span, all_ in zip(spans, begun, strict=True)]

    return _told([found for _, found in over_taken(study, nodes, know, follow)], len(pairs))


def _told(found: Sequence[Sequence[tuple[int, int, Column]]], pairs: int) -> list[tuple[Any, ...]]:
    """Cases, open ones and times of pieces by pair, as rows."""
    import numpy as np

    from polku.analytics.columns.blocks import in_threads
    from polku.analytics.walks.pieces import at_ranks

    def row(place: int) -> tuple[Any, ...]:
        own = [piece[place] for piece in found]
        spans = np.concatenate([np.zeros(0, dtype=np.int64), *(one[2] for one in own)])
        quantiles = at_ranks(spans, (25, 50, 75, 95)) if len(spans) else None
        return place, sum(one[0] for one in own), sum(one[1] for one in own), quantiles, len(spans)

    return in_threads(row, range(pairs))


def drawn_pairs(study: Study) -> tuple[tuple[str, str], ...]:
    """The drawn ways of the study's journey between observable steps, in drawn order."""
    compiled = study.steps
    return tuple(
        (compiled.steps[a], compiled.steps[b])
        for a, following in enumerate(compiled.nexts)
        if compiled.observable[a]
        for b in following
        if a != b
    )
