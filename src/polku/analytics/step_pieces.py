"""Steps counted in arrays: who reaches each, who goes on from it and when, who leaves it by a way nobody drew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.case_facts import case_facts
from polku.analytics.pieces import at_rank, firsts, over_pieces
from polku.analytics.scored import ANSWERED, DETRACTOR, PROMOTER, scored_events

if TYPE_CHECKING:
    from polku.analytics.nodes import Nodes
    from polku.analytics.pieces import Column, Piece
    from polku.analytics.study import Study

Numbers = dict[int, tuple[Any, ...]]


def count_steps(
    study: Study, nodes: Nodes, nexts: Sequence[Sequence[int]]
) -> tuple[Numbers, Numbers, dict[int, int], Numbers | None]:
    """By step, as the queries of `steps` give them: those who reached it (cases, events, open cases); those who went on
    (cases, median wait, open cases); those who left it otherwise (cases); its answers (all, promoters, detractors),
    None where an engine has to count these. Steps of nobody are not there.
    """
    facts = case_facts(study)
    stays = facts.flags(("open",))
    scored = scored_events(study)
    size = len(nodes.labels)
    drawn = np.eye(size, dtype=bool)
    for step, following in enumerate(nexts):
        drawn[step, list(following)] = True
    odd_way = ~drawn.ravel()

    def count(piece: Piece) -> tuple[Column, list[Column]]:
        node, case = piece.node, piece.case
        still = stays[facts.place(piece.ids)]
        rows = piece.rows_of(size)
        first = [piece.of_case(row) for row in rows]
        way = node[:-1].astype(np.int32)
        way *= size
        way += node[1:]
        odd = np.flatnonzero(odd_way[way] & ~piece.ends[:-1])
        odd = odd[firsts(case[odd], node[odd])]
        went_open = np.zeros(size, dtype=np.int64)
        went = []
        for step, following in enumerate(nexts):
            begun = first[step]
            met = piece.first_after(begun, (rows[after] for after in following))
            own = case[begun]
            gone = met <= piece.last[own]
            begun, met = begun[gone], met[gone]
            went_open[step] = np.count_nonzero(still[own[gone]])
            went.append(np.maximum(piece.ts[met] - piece.ts[begun], 0))
        counted: list[Any] = [
            [len(row) for row in first],
            [len(row) for row in rows],
            [np.count_nonzero(still[case[row]]) for row in first],
            np.bincount(node[odd], minlength=size),
        ]
        answered = np.zeros((3, size), dtype=np.int64)
        if scored is not None:
            at, said = scored.in_piece(piece)
            for place, kind in enumerate((ANSWERED, PROMOTER, DETRACTOR)):
                answered[place] = np.bincount(node[at[(said & kind) > 0]], minlength=size)
        return np.vstack([np.stack([*counted, went_open]), answered]), went

    found = over_pieces(study, nodes, count)
    totals = sum((one for one, _ in found), np.zeros((8, size), dtype=np.int64))
    cases, events, waiting, odd, went_open, *answers = totals.tolist()
    went: Numbers = {}
    for step in range(size):
        waits = np.concatenate([np.zeros(0, dtype=np.int64), *(one[step] for _, one in found)])
        if len(waits):
            went[step] = (len(waits), at_rank(waits, 50), went_open[step])
    return (
        {step: (cases[step], events[step], waiting[step]) for step in range(size) if cases[step]},
        went,
        {step: odd[step] for step in range(size) if odd[step]},
        None
        if scored is None
        else {step: tuple(one[step] for one in answers) for step in range(size) if answers[0][step]},
    )
