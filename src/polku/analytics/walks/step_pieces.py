"""Steps counted in arrays: who reaches each, who goes on from it and when, who leaves it by a way nobody drew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.columns.case_facts import case_facts
from polku.analytics.columns.scored import ANSWERED, DETRACTOR, PROMOTER, scored_events
from polku.analytics.walks.onward import Onward, onward, waits_of
from polku.analytics.walks.pieces import at_rank, firsts
from polku.analytics.walks.taken import added, over_keeping, times_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece
    from polku.analytics.walks.taken import Keep

Numbers = dict[int, tuple[Any, ...]]
_NONE = np.zeros(0, dtype=np.int64)


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

    def look(paths: Piece) -> _Known:
        node, case = paths.node, paths.case
        way = node[:-1].astype(np.int32)
        way *= size
        way += node[1:]
        odd = np.flatnonzero(odd_way[way] & ~paths.ends[:-1])
        odd = odd[firsts(case[odd], node[odd])]
        return _Known(paths, onward(paths, range(size), nexts, size), odd)

    # Of cases that are no rounds nobody says when they are over.
    every = study.case != "round"

    def count(piece: Piece, way: Column, known: _Known, keep: Keep) -> tuple[Column, Column, list[Column]]:
        still = stays[facts.place(piece.ids)]
        cases = np.bincount(way * 2 + still, minlength=2 * len(known.paths.ids)).reshape(-1, 2)
        waits = waits_of(piece, way, known.onward, nexts, lambda: still | every, keep)
        answered = np.zeros((3, size), dtype=np.int64)
        if scored is not None:
            at, said = scored.in_piece(piece)
            for place, kind in enumerate((ANSWERED, PROMOTER, DETRACTOR)):
                answered[place] = np.bincount(piece.node[at[(said & kind) > 0]], minlength=size)
        return cases, answered, [one.span for one in waits]

    found = over_keeping(study, nodes, look, count)
    totals = sum(
        (_totals(known, cases, size) for known, cases in added([(known, one[0]) for known, one in found])),
        np.zeros((5, size), dtype=np.int64),
    )
    cases, events, waiting, odd, went_open = totals.tolist()
    answers = sum((one[1] for _, one in found), np.zeros((3, size), dtype=np.int64)).tolist()

    def median(step: int) -> tuple[int, int | None]:
        waits = np.concatenate([_NONE, *(one[2][step] for _, one in found)])
        return len(waits), at_rank(waits, 50)

    waits = in_threads(median, range(size))
    went: Numbers = {
        step: (number, half, went_open[step]) for step, (number, half) in enumerate(waits) if number
    }
    return (
        {step: (cases[step], events[step], waiting[step]) for step in range(size) if cases[step]},
        went,
        {step: odd[step] for step in range(size) if odd[step]},
        None
        if scored is None
        else {step: tuple(one[step] for one in answers) for step in range(size) if answers[0][step]},
    )


@dataclass(frozen=True)
class _Known:
    """What is known of distinct paths: where they go on, and their rows from which they leave a step otherwise, one
    for each step."""

    paths: Piece
    onward: Onward
    odd: Column


def _totals(known: _Known, cases: Column, size: int) -> Column:
    """By step cases, events, open cases, cases that leave it otherwise, and open cases that go on.

    Args:
        cases: of each path those that are over, and those that are open.
    """
    paths, every = known.paths, cases.sum(1)
    there, gone = known.onward.begun >= 0, known.onward.gone > 0
    return np.stack(
        [
            np.array([every[one].sum() for one in there], dtype=np.int64),
            times_of(paths.node, every[paths.case], size),
            np.array([cases[one, 1].sum() for one in there], dtype=np.int64),
            times_of(paths.node[known.odd], every[paths.case[known.odd]], size),
            np.array([cases[one, 1].sum() for one in gone], dtype=np.int64),
        ]
    )
