"""Intervals of medians for comparisons: between two of the ordered values, which chance leaves the median out of seldom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import ceil, comb, sqrt
from typing import TYPE_CHECKING, Any

from polku.analytics.asking.answers import funnel_arguments, time_arguments
from polku.analytics.asking.asked import node_of
from polku.analytics.funnel import tables_of_funnel
from polku.analytics.result import seconds
from polku.analytics.statistics.scores import Z95
from polku.analytics.steps import GOING, drawn_ways
from polku.analytics.time import SPANS, asked_pairs
from polku.analytics.touches import touches_of

if TYPE_CHECKING:
    from polku.analytics.asking.asked import Asked
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.result import Result
    from polku.analytics.study import Study

EXACT = 200
"""Up to so many values the ranks are those of the binomial distribution, beyond of the normal one."""
Bounds = tuple[float | None, float | None]
_RANKED = (
    "ranked AS (SELECT key, span, row_number() OVER (PARTITION BY key ORDER BY span) AS place FROM spans), "
    "wanted AS (SELECT unnest($key::INT[]) AS key, unnest($place::BIGINT[]) AS place) "
    "SELECT r.key, r.place, any_value(r.span) FROM ranked r JOIN wanted w ON w.key = r.key AND w.place = r.place "
    "GROUP BY r.key, r.place ORDER BY r.key, r.place"
)


@lru_cache(maxsize=4096)
def ranks(n: int) -> tuple[int, int] | None:
    """The ranks, from 1, of the values that the median of what n values are drawn from lies between, at 95 % or more.

    The j-th smallest and j-th largest hold it with 1 − 2 P(B < j), B being binomial with n and ½. None below six
    values, as even the smallest and the largest are not sure enough then.
    """
    if n <= EXACT:
        chance, j = 0.0, 0
        while chance + comb(n, j) / 2**n <= 0.025:
            chance += comb(n, j) / 2**n
            j += 1
    else:
        j = n + 1 - ceil(n / 2 + 1 + Z95 * sqrt(n) / 2)
    return (j, n + 1 - j) if j >= 1 else None


def median_bounds(study: Study, question: str, asked: Asked, result: Result) -> dict[int, Bounds]:
    """Row of an answer → the interval of its median (for touches: of the median, too); rows without one are absent.

    Each case has one value, and cases are taken to be drawn by chance.
    """
    if question == "touches":
        return _of_touches(study, asked, result)
    if question not in COUNTS:
        return {}
    rows = result.rows()
    counts = {place: row[COUNTS[question]] or 0 for place, row in enumerate(rows)}
    if question == "paths":
        # Times of one case resemble each other: where some case took a way twice, chance is not that of its times.
        counts = {place: n for place, n in counts.items() if n == rows[place]["cases"]}
    if question == "funnel":
        counts[0] = 0
    if question == "time" and asked.definition == "every-next":
        return {}
    wanted = {key: found for key, n in counts.items() if (found := ranks(int(n))) is not None}
    if not wanted:
        return {}
    transform = asked.transform if question in ("paths", "variants") else "identity"
    if question in ("paths", "variants"):
        select, nodes, bound = _of_walks(study, question, asked, rows, sorted(wanted))
    else:
        select, nodes, bound = _spans(study, question, asked)
    at = {
        (int(key), int(place)): seconds(int(span))
        for key, place, span in study.ask(
            select + _RANKED,
            nodes=nodes,
            transform=transform,
            key=[key for key, pair in wanted.items() for _ in pair],
            place=[rank for pair in wanted.values() for rank in pair],
            **bound,
        )
    }
    return {key: (at.get((key, low)), at.get((key, high))) for key, (low, high) in wanted.items()}


COUNTS: Mapping[str, str] = {
    "time": "count",
    "steps": "went_on",
    "funnel": "reached",
    "paths": "count",
    "variants": "count",
}
"""Question → column of the number of values of a row's median."""


def _spans(study: Study, question: str, asked: Asked) -> tuple[str, Nodes, dict[str, Any]]:
    """Common tables that end with `spans`, the row's place as key; their nodes, and what they are asked with."""
    if question == "time":
        pairs, of = time_arguments(study, asked)
        nodes = study.nodes(of)
        return SPANS[asked.definition], nodes, asked_pairs(nodes, pairs)
    if question == "steps":
        spans = "spans AS (SELECT node AS key, greatest(met_at - ts, 0) AS span FROM gone), "
        return GOING.rstrip() + ", " + spans, study.nodes("step"), drawn_ways(study)
    stages, of, options = funnel_arguments(study, asked)
    nodes = study.nodes(of)
    query, bound = tables_of_funnel(study, nodes, stages, **options)
    links = " UNION ALL ".join(
        f"SELECT {place} AS key, took AS span FROM link{place}" for place in range(1, len(stages))
    )
    return f"{query.rstrip()}, spans AS ({links}), ", nodes, bound


def _of_walks(
    study: Study, question: str, asked: Asked, rows: Sequence[Mapping[str, Any]], places: Sequence[int]
) -> tuple[str, Nodes, dict[str, Any]]:
    """As `_spans`, of rows at these places: times of a way from a place to the next, or whole ways from end to end."""
    nodes = study.nodes(node_of(study, asked, "touchpoint"))
    number = {label: place for place, label in enumerate(nodes.labels)}
    if question == "paths":
        timed = [
            place for place in places if rows[place]["from"] is not None and rows[place]["to"] is not None
        ]
        return (
            _FOLLOWED,
            nodes,
            {
                "row": timed,
                "row_from": [number[rows[place]["from"]] for place in timed],
                "row_to": [number[rows[place]["to"]] for place in timed],
            },
        )
    ways = [" ".join(str(number[label]) for label in rows[place]["path"]) for place in places]
    return _WHOLE_WAYS, nodes, {"row": list(places), "way": ways}


_FOLLOWED = (
    "rows AS (SELECT unnest($row::INT[]) AS key, unnest($row_from::INT[]) AS a, unnest($row_to::INT[]) AS b), "
    "followed AS (SELECT node, lead(node) OVER (PARTITION BY id ORDER BY ord) AS nxt, ts, "
    "lead(ts) OVER (PARTITION BY id ORDER BY ord) AS met_at FROM walk), "
    "spans AS (SELECT r.key, greatest(f.met_at - f.ts, 0) AS span FROM followed f "
    "JOIN rows r ON r.a = f.node AND r.b = f.nxt), "
)
_WHOLE_WAYS = (
    "rows AS (SELECT unnest($row::INT[]) AS key, unnest($way::VARCHAR[]) AS way), "
    "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS way FROM walk GROUP BY id), "
    "spans AS (SELECT r.key, k.t1 - k.t0 AS span FROM told t JOIN rows r ON r.way = t.way "
    "JOIN kept k ON k.id = t.id), "
)


def _of_touches(study: Study, asked: Asked, result: Result) -> dict[int, Bounds]:
    found: dict[int, Bounds] = {}
    for place, row in enumerate(result.rows()):
        values: Sequence[int] = sorted(
            touches_of(study, row["before"] == "deal", asked.by, row["by"]).values()
        )
        pair = ranks(len(values))
        if pair is not None:
            found[place] = (float(values[pair[0] - 1]), float(values[pair[1] - 1]))
    return found
