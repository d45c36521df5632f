"""Variants: which whole paths cases take, how often, how long they last and how they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from polku.analytics.result import Result, seconds

if TYPE_CHECKING:
    from polku.analytics.study import Nodes, Of, Study

MOST = 1000
"""Variants that are listed unless more are asked for."""


@dataclass(frozen=True)
class Variants(Result):
    """Whole paths, most cases first.

    Args:
        path: what the cases did, in order, after the transform that `parameters` names.
        count: cases; share: of all cases of the answer.
        median_seconds: from a case's first to its last event.
        outcomes: cases by outcome (won, lost, open; for rounds done, lost, faded, open; `unknown`).
    """

    path: tuple[tuple[str, ...], ...]
    count: tuple[int, ...]
    share: tuple[float, ...]
    median_seconds: tuple[float | None, ...]
    outcomes: tuple[Mapping[str, int], ...]


# The paths as text, exact and free of clashes; every listed variant is the whole group.
_GROUPS = (
    "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM walk GROUP BY id), "
    "grouped AS (SELECT t.path, coalesce(k.outcome, 'unknown') AS outcome, k.t1 - k.t0 AS lasted FROM told t "
    "JOIN kept k ON k.id = t.id), "
    "ranked AS (SELECT path, count(*) AS n, quantile_disc(lasted, 0.5) AS lasted FROM grouped GROUP BY path "
    "ORDER BY n DESC, path LIMIT $most) "
)
_LISTED = _GROUPS + "SELECT path, n, lasted FROM ranked ORDER BY n DESC, path"
_OUTCOMES = (
    _GROUPS + "SELECT g.path, g.outcome, count(*) FROM grouped g SEMI JOIN ranked r ON r.path = g.path "
    "GROUP BY g.path, g.outcome ORDER BY g.path, g.outcome"
)
_NUMBER = (
    "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM walk GROUP BY id) "
    "SELECT count(DISTINCT path), count(*) FROM told"
)


def variants(study: Study, of: Of = "activity", *, transform: str = "identity", most: int = MOST) -> Variants:
    """List the whole paths of cases; cases without any node are in no variant and stated in the remainder."""
    nodes = study.nodes(of)
    rows = study.ask(_LISTED, nodes=nodes, transform=transform, most=most)
    outcomes: dict[str, dict[str, int]] = {row[0]: {} for row in rows}
    for path, outcome, count in study.ask(_OUTCOMES, nodes=nodes, transform=transform, most=most):
        outcomes[path][outcome] = count
    about = study.about(
        "variants",
        "case",
        nodes=nodes,
        parameters={"of": of, "transform": transform, "most": most},
    )
    number, cases = len(rows), sum(row[1] for row in rows)
    if number == most:
        number, cases = study.ask(_NUMBER, nodes=nodes, transform=transform)[0]
    hidden = {"variants": number - len(rows), "cases_of_other_variants": cases - sum(row[1] for row in rows)}
    return Variants(
        about=replace(about, remainder={**about.remainder, **{k: v for k, v in hidden.items() if v}}),
        path=tuple(_labels(row[0], nodes) for row in rows),
        count=tuple(row[1] for row in rows),
        share=tuple(row[1] / about.cases for row in rows),
        median_seconds=tuple(seconds(row[2]) for row in rows),
        outcomes=tuple(outcomes[row[0]] for row in rows),
    )


def _labels(path: Any, nodes: Nodes) -> tuple[str, ...]:
    return tuple(nodes.labels[int(node)] for node in str(path).split(" "))
