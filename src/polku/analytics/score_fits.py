"""Which rule of fit holds for which case: one of the two dimensions of a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.analytics.filters.conditions import case_conditions
from polku.analytics.filters.filters import read_filter, saved_filters
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.documents import Scoring

DECIMALS = 6
"""Of points, as they are told."""


def fits_of(study: Study, scoring: Scoring, *, whole: bool = False) -> tuple[Column, Column]:
    """Which rule of fit holds for which case: ids and places of rules, by both.

    Args:
        whole: of all stored accounts, whichever the study chooses; that is read once for a version and its rules.
    """
    import numpy as np

    if not scoring.fit:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    saved = saved_filters(study.workspace.settings.filters, "cases")
    read = [read_filter(rule.when, saved=saved) for rule in scoring.fit]
    # A rule in a made scoring may name a segment that no account has; it then holds for none.
    conditions, bound = case_conditions(study, read)
    query = " UNION ALL ".join(
        f"SELECT b.id, {place} AS rule FROM kept b WHERE {condition}"
        for place, condition in enumerate(conditions)
    )

    def ask(chosen: str) -> tuple[Column, Column]:
        told = study.base_columns(f", kept AS (SELECT * FROM {chosen}) {query} ORDER BY 1, 2", **bound)
        return np.asarray(told["id"]), np.asarray(told["rule"])

    if not whole:
        return ask(study.chosen)
    from polku.analytics.columns.kept import kept_with, narrow

    def make() -> _Fits:
        id, rule = ask("base")
        return _Fits(narrow(id), narrow(rule))

    name = ("rules of fit", query, repr(sorted(bound.items())))
    tables = ("cases:account", "accounts", "moves:account", "events")
    needed = study.log.version.count("accounts") * 5
    found = kept_with(study.log, name, tables, needed, make) or make()
    return found.id, found.rule


@dataclass(frozen=True)
class _Fits:
    id: Column
    rule: Column
