"""Steps counted in arrays: who reaches each, who goes on from it and when, who leaves it by a way nobody drew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.pieces import at_rank, firsts, over_pieces
from polku.analytics.rounds import ROUND_OUTCOMES

if TYPE_CHECKING:
    from polku.analytics.nodes import Nodes
    from polku.analytics.pieces import Column, Piece
    from polku.analytics.study import Study

Numbers = dict[int, tuple[Any, ...]]


def count_steps(
    study: Study, nodes: Nodes, nexts: Sequence[Sequence[int]]
) -> tuple[Numbers, Numbers, dict[int, int]]:
    """By step, as the queries of `steps` give them: those who reached it (cases, events, open cases); those who went on
    (cases, median wait, open cases); those who left it otherwise (cases). Steps of nobody are not there.
    """
    open_ = _open(study)
    size = len(nodes.labels)
    drawn = np.eye(size, dtype=bool)
    for step, following in enumerate(nexts):
        drawn[step, list(following)] = True

    def count(piece: Piece) -> tuple[Column, list[tuple[int, Column]]]:
        if not len(piece):
            return np.zeros((5, size), dtype=np.int64), [(0, np.zeros(0, dtype=np.int64))] * size
        node, case, ts = piece.node, piece.case, piece.ts
        still = open_(piece.id)
        first = np.flatnonzero(firsts(case, node))
        odd = np.flatnonzero(~piece.ends)
        odd = odd[~drawn[node[odd], node[odd + 1]]]
        odd = odd[firsts(case[odd], node[odd])]
        went_open = np.zeros(size, dtype=np.int64)
        went = []
        for step, following in enumerate(nexts):
            begun = first[node[first] == step]
            met = np.flatnonzero(np.isin(node, list(following)))
            at = np.searchsorted(met, begun, "right")
            there = at < len(met)
            there[there] = case[met[at[there]]] == case[begun[there]]
            gone = begun[there]
            went_open[step] = int(still[gone].sum())
            went.append((len(gone), np.maximum(ts[met[at[there]]] - ts[gone], 0)))
        rows = (node[first], node, node[first[still[first]]], node[odd])
        counted = [np.bincount(row, minlength=size) for row in rows]
        return np.stack([*counted, went_open]), went

    found = over_pieces(study, nodes, count)
    totals = sum((one for one, _ in found), np.zeros((5, size), dtype=np.int64))
    cases, events, waiting, odd, went_open = totals.tolist()
    went: Numbers = {}
    for step in range(size):
        waits = np.concatenate([np.zeros(0, dtype=np.int64), *(one[step][1] for _, one in found)])
        if len(waits):
            went[step] = (len(waits), at_rank(waits, 50), went_open[step])
    return (
        {step: (cases[step], events[step], waiting[step]) for step in range(size) if cases[step]},
        went,
        {step: odd[step] for step in range(size) if odd[step]},
    )


def _open(study: Study) -> Any:
    """Ids of cases → which of them are open."""
    if study.case == "round":
        flags = study.round_columns["said"] == ROUND_OUTCOMES.index("open")
        return lambda id: flags[id]
    ids = np.sort(np.asarray(study.ask_columns("SELECT id FROM kept WHERE outcome = 'open'")["id"]))
    return lambda id: np.isin(id, ids)
