"""Effect columns: which cases met an improvement, and what deals show of it, from columns in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.blocks import kept_blocks, places_of
from polku.analytics.deal_columns import NEVER, deal_columns
from polku.analytics.held import chosen_cases
from polku.analytics.met import case_numbers
from polku.analytics.pieces import over_pieces

if TYPE_CHECKING:
    from polku.analytics.blocks import Column
    from polku.analytics.nodes import Nodes
    from polku.analytics.pieces import Piece
    from polku.analytics.study import Study
    from polku.documents import Measure


def cases_met(study: Study, wanted: Sequence[tuple[Nodes, Collection[int]]], low: int, high: int) -> Column:
    """Ids of the cases with an event of some nodes from a moment to before another, rising.

    Args:
        wanted: nodes, and the numbers of those that count.
    """
    found = [np.zeros(0, dtype=np.int64)]
    asked = [(nodes, numbers) for nodes, numbers in wanted if numbers]
    for nodes, numbers in asked:
        counts = np.zeros(len(nodes.labels), dtype=bool)
        counts[list(numbers)] = True

        def look(piece: Piece, counts: Column = counts) -> Column:
            rows = np.flatnonzero(np.take(counts, piece.node))
            ts = piece.times(rows)
            there = np.zeros(len(piece.ids), dtype=bool)
            there[piece.case[rows[(ts >= low) & (ts < high)]]] = True
            return piece.ids[there]

        found += over_pieces(study, nodes, look, only=numbers)
    ids = np.concatenate(found)
    return ids if len(asked) == 1 else np.unique(ids)


def deals_observed(
    study: Study, measure: Measure, bounds: Sequence[tuple[int, int]], met: Column | None
) -> dict[tuple[int, bool], tuple[int, float, float]] | None:
    """Deals that ended from a moment to before another, by the place of these bounds and whether their account met
    the improvement: how many, the sum of what the measure says of them, and that of its squares; None where an
    engine has to be asked.

    Args:
        measure: of kind win-rate or value; met: ids of cases; None: nobody did.
    """
    kept = kept_blocks(study.log, "account")
    if kept is None:
        return None
    told, numbers = deal_columns(study.log), case_numbers(study.log, kept)
    counts = told.first & (told.cid >= 0) & (told.closed != NEVER)
    for word, name in (("kind", measure.deals), ("segment", measure.segment)):
        if name is not None:
            counts &= told.is_(word, name)
    won = told.is_("outcome", "won")
    if measure.kind == "win-rate":
        counts &= won | told.is_("outcome", "lost")
    else:
        own = (told.currency < 0) | told.is_("currency", study.workspace.settings.currency)
        counts &= won & own & ~np.isnan(told.amount)
    chosen = chosen_cases(study, numbers)
    has_met = np.zeros(len(numbers), dtype=bool)
    if met is not None:
        has_met[places_of(numbers, met)] = True
    found: dict[tuple[int, bool], tuple[int, float, float]] = {}
    for period, (low, high) in enumerate(bounds):
        rows = np.flatnonzero(counts & (told.closed >= low) & (told.closed < high))
        place = places_of(numbers, told.cid[rows])
        if chosen is not None:
            rows, place = rows[chosen[place]], place[chosen[place]]
        says = won[rows].astype(float) if measure.kind == "win-rate" else told.amount[rows]
        group = has_met[place]
        for one in (False, True):
            mine = says[group == one]
            found[period, one] = (len(mine), float(mine.sum()), float((mine * mine).sum()))
    return found
