"""Variants: which whole paths cases take, how often, how long they last and how they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from polku.analytics.result import Result, seconds
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes, Of
    from polku.analytics.study import Study

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


# The paths as text, exact and free of clashes. One row per path and outcome; the first of a path carries its figures.
_GROUPS = (
    "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM walk GROUP BY id), "
    "grouped AS (SELECT t.path, coalesce(k.outcome, 'unknown') AS outcome, k.t1 - k.t0 AS lasted FROM told t "
    "JOIN kept k ON k.id = t.id), "
    "sized AS (SELECT path, count(*) AS n, quantile_disc(lasted, 0.5) AS lasted FROM grouped GROUP BY path), "
    "ranked AS (SELECT path, n, lasted FROM sized ORDER BY n DESC, path LIMIT $most), "
    "ended AS (SELECT path, outcome, count(*) AS n FROM grouped GROUP BY path, outcome) "
    "SELECT r.path, r.n, r.lasted, e.outcome, e.n, (SELECT count(*) FROM sized), (SELECT count(*) FROM grouped) "
    "FROM ranked r JOIN ended e ON e.path = r.path ORDER BY r.n DESC, r.path, e.outcome"
)


def variants(study: Study, of: Of = "activity", *, transform: str = "identity", most: int = MOST) -> Variants:
    """List the whole paths of cases; cases without any node are in no variant and stated in the remainder."""
    nodes = study.nodes(of)
    number = cases = 0
    outcomes: dict[str, dict[str, int]] = {}
    rows: list[tuple[str, int, int]] = []
    if study.log.engine.gives_arrays:
        from polku.analytics.walks.variant_groups import grouped

        found = grouped(study, nodes, transform, most)
    else:
        found = study.ask(_GROUPS, nodes=nodes, transform=transform, most=most)
    for path, count, lasted, outcome, ended, number, cases in found:  # noqa: B007
        if path not in outcomes:
            rows.append((path, count, lasted))
        outcomes.setdefault(path, {})[outcome] = ended
    about = study.about(
        "variants", "case", nodes=nodes, parameters={"of": of, "transform": transform, "most": most}
    )
    hidden = {"variants": number - len(rows), "cases_of_other_variants": cases - sum(row[1] for row in rows)}
    return Variants(
        about=replace(about, remainder={**about.remainder, **{k: v for k, v in hidden.items() if v}}),
        path=tuple(_labels(row[0], nodes) for row in rows),
        count=tuple(row[1] for row in rows),
        share=tuple(row[1] / about.cases for row in rows),
        median_seconds=tuple(seconds(row[2]) for row in rows),
        outcomes=tuple(outcomes[row[0]] for row in rows),
    )


def _labels(path: str, nodes: Nodes) -> tuple[str, ...]:
    return tuple(nodes.labels[int(node)] for node in path.split(" "))
