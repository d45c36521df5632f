"""Accounts behind the numbers of attribution: whose conversions a channel, touchpoint or campaign has a part in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from polku.analytics.asking.answers import attribution_arguments
from polku.analytics.asking.asked import Asked, unknown
from polku.analytics.attribution import paths_asked
from polku.analytics.behind.holding import Holding

if TYPE_CHECKING:
    from polku.analytics.credit.touch_paths import PathSet
    from polku.analytics.study import Study

Row = Mapping[str, Any]


def of_attribution(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Accounts with a conversion that a node has a part in, with the part a model gives it.

    The model of Markov looks at all paths together and gives single conversions no part: of it they are the
    accounts whose conversions the node was met before, each with the number of these, and the sum is another.
    """
    arguments = attribution_arguments(asked)
    if arguments["scope"] == "person" and study.case != "person":
        study = replace(study, case="person")
    _, paths = paths_asked(study, arguments.pop("conversion"), **arguments)
    names = [row[key] for key in ("channel", "touchpoint", "campaign") if row.get(key) is not None]
    if names and names[0] not in paths.labels:
        raise unknown("node", str(names[0]), paths.labels)
    node = paths.labels.index(names[0]) if names else len(paths.labels)
    return _held(study, paths.ended(), str(row.get("model")), node, column)


def _held(study: Study, ended: PathSet, model: str, node: int, column: str) -> Holding:
    from polku.analytics.credit.conversion_paths import units_of
    from polku.analytics.credit.models import Markov, Participation, credit, model_named

    found = model_named(model)
    markov = isinstance(found, Markov)
    nodes, weights, of = credit(ended, Participation() if markov else found)
    worth = ended.value if column == "value" else ended.won
    parts: dict[int, float] = {}
    for place in ((nodes == node) & (weights != 0)).nonzero()[0].tolist():
        unit = int(ended.unit[of[place]])
        parts[unit] = parts.get(unit, 0.0) + float(weights[place] * worth[of[place]])
    cases: dict[int, float] = {}
    accounts: dict[str | None, float] = {}
    for id, unit, account in units_of(study):
        part = parts.pop(unit, None)
        # Whose deals have no amount stands behind no value, but of a model that looks at all paths together.
        if part or (markov and part is not None):
            if account is None:
                cases[id] = part
            else:
                accounts[account] = part
    if accounts and cases:
        accounts[None] = sum(cases.values())
        cases = {}
    return Holding(
        cases=cases,
        accounts=accounts,
        unit="case" if cases else "account",
        counts=True,
        whole=study if cases else None,
        exact=not markov,
    )
