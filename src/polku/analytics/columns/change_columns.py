"""Change columns: events of two periods by segment and what happened, from blocks that are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import in_threads, kept_blocks
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.members import members
from polku.analytics.columns.met import Windows, cases_of

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study


def count_change(study: Study, nodes: Nodes, *spans: tuple[int, int]) -> list[tuple[Any, ...]] | None:
    """Segment, node, its events in each span (from, to before), and the accounts with such; None where an engine has
    to be asked.

    Args:
        spans: two that do not overlap.
    """
    log = study.log
    kept, known = kept_blocks(log, "account"), members(log)
    if kept is None or known is None or study.case != "account" or study.events is not None:
        return None
    if nodes.of_code is None or (known.of_case < 0).any():
        return None
    chosen = chosen_cases(study, known.cid)
    names = (*sorted({segment for segment, _ in known.kinds if segment is not None}), None)
    of_kind = np.array([names.index(segment) for segment, _ in known.kinds], dtype=np.int32)
    segment = of_kind[known.kind][known.of_case]
    most = max((code.code for code in study.codes), default=-1) + 1
    node_of = np.full(most, -1, dtype=np.int32)
    for code, node in nodes.of_code.items():
        node_of[code] = node
    width = len(nodes.labels)
    size = len(names) * width
    begin = np.cumsum([0, *(len(kept.block(log, n).cid) for n in range(len(kept.ranges)))])
    # A window begins after its first bound and has its last.
    windows = Windows(tuple(low - 1 for low, _ in spans), tuple(high - 1 for _, high in spans))

    def of(place: int) -> Column:
        block = kept.block(log, place)
        own = slice(begin[place], begin[place + 1])
        case, node = cases_of(block), node_of.take(block.code, mode="clip")
        there = node >= 0
        if chosen is not None:
            there &= chosen[own][case]
        told = []
        for rows in windows.rows(block.ts, there):
            cell = segment[own][case[rows]] * width + node[rows]
            pair = np.sort(case[rows].astype(np.int64) * width + node[rows])
            pair = pair[np.append(True, pair[1:] != pair[:-1])[: len(pair)]]
            whose = segment[own][pair // width] * width + pair % width
            told += [np.bincount(cell, minlength=size), np.bincount(whose, minlength=size)]
        return np.array(told)

    zero = np.zeros((2 * len(spans), size), dtype=np.int64)
    before, of_before, after, of_after = sum(in_threads(of, range(len(kept.ranges))), zero)
    return [
        (names[cell // width], cell % width, *(int(n[cell]) for n in (before, after, of_before, of_after)))
        for cell in np.flatnonzero(before + after).tolist()
    ]
