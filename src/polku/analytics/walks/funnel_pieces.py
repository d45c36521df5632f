"""A funnel followed in arrays: the same stages, windows and exclusions as `funnel_modes` says in SQL, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from polku.analytics.walks.following import over_pieces
from polku.analytics.walks.pieces import Met, at_rank, new_values
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece

FAR = 2**62
Before: TypeAlias = "tuple[Column, Column, Column | None]"
"""Of those at a stage the case, whether it can go on, and whether an excluded event ended its way; None: of nobody."""
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Asked:
    """What is followed.

    Args:
        node, part: of each stage; −1 is no node, and every part. excluded: nodes.
        still: (ids of cases, some of them by place, when these entered) → whether each can go on at the end of what is
            observed.
    """

    node: tuple[int, ...]
    part: tuple[int, ...]
    excluded: tuple[int, ...]
    window: int
    since: int
    until: int
    still: Callable[[Column, Column, Column], Column]

    @property
    def whenever(self) -> bool:
        """Whether cases may enter at any time."""
        return self.since <= -FAR and self.until >= FAR


@dataclass(frozen=True)
class _Stage:
    """Of one stage: cases that reached it; of those at the stage before who did not: pending, excluded."""

    reached: int
    took: Column
    returned: int
    pending: int
    excluded: int


def count_stages(
    study: Study, nodes: Nodes, asked: Mapping[str, Any], mode: str, *, windowed: bool
) -> list[tuple[Any, ...]]:
    """Rows as the query of a funnel gives them: stage, reached, median time, returned, pending, excluded."""
    now, window = asked["now"], asked["window"]
    if windowed:

        def still(ids: Column, case: Column, first: Column) -> Column:
            return np.asarray(first + window > now)

    elif study.case == "round":
        open_ = study.round_columns["said"] == 3

        def still(ids: Column, case: Column, first: Column) -> Column:
            return np.asarray(open_[ids[case]])

    else:

        def still(ids: Column, case: Column, first: Column) -> Column:
            return np.zeros(len(case), dtype=bool)

    wanted = Asked(
        tuple(asked["asked_node"]),
        tuple(asked["asked_part"]),
        tuple(asked["excluded"]),
        window,
        asked["enter_since"],
        asked["enter_until"],
        still,
    )
    follow = {"ordered": _ordered, "strict": _strict, "any": _any_order}[mode]
    found = over_pieces(
        study,
        nodes,
        lambda piece: follow(_Staged(piece, wanted)) if len(piece) else None,
        only=None if mode == "strict" else {*wanted.node, *wanted.excluded},
        parts=any(part >= 0 for part in wanted.part),
    )
    rows: list[tuple[Any, ...]] = []
    for k in range(len(wanted.node)):
        own = [piece[k] for piece in found if piece is not None]
        took = np.concatenate([np.zeros(0, dtype=np.int64), *(one.took for one in own)])
        rows.append(
            (
                k,
                sum(one.reached for one in own),
                at_rank(took, 50) if k else None,
                sum(one.returned for one in own),
                sum(one.pending for one in own),
                sum(one.excluded for one in own),
            )
        )
    return rows


class _Staged:
    """A piece with its stages: the events of each, and of what is excluded."""

    def __init__(self, piece: Piece, asked: Asked) -> None:
        self.piece, self.asked, self.cases = piece, asked, len(piece.ids)
        # Comparing is several times cheaper than finding rows, and the rows of all stages are far fewer than all.
        self.own = np.zeros(len(piece), dtype=bool)
        for one in {*asked.node, *asked.excluded} - {-1}:
            self.own |= piece.node == one
        every = piece.met(np.flatnonzero(self.own))
        node = piece.node[every.row]
        part = piece.part[every.row] if any(of >= 0 for of in asked.part) else None
        self.hits = [every.only(_is_hit(asked, k, node, part)) for k in range(len(asked.node))]
        self.bars = every.only(np.isin(node, asked.excluded)) if asked.excluded else None
        # Case → its last event of the stages that are counted so far.
        self.last, self.counted = np.full(self.cases, -1), 0

    @cached_property
    def over(self) -> Column:
        """Case → the row behind its last."""
        found: Column = self.piece.last + 1
        return found

    @cached_property
    def entering(self) -> Met:
        """The events of the first stage at which a case may enter."""
        hits, asked = self.hits[0], self.asked
        if asked.whenever:
            return hits
        return hits.only((hits.ts >= asked.since) & (hits.ts < asked.until))

    def later(self, k: int, met: Met) -> int:
        """How many cases meet an earlier stage than k behind the event at which they met it."""
        while self.counted < k:
            hits = self.hits[self.counted]
            # Rows rise, so the last of a case stays.
            last = np.full(self.cases, -1)
            last[hits.case] = hits.row
            np.maximum(self.last, last, out=self.last)
            self.counted += 1
        return int(np.count_nonzero(self.last[met.case] > met.row)) if k else 0

    def told(self, k: int, met: Met, took: Column, before: Before | None) -> _Stage:
        """A stage, from the events that reached it, and (case, waits, barred) of those at the stage before."""
        return _Stage(len(met), took, self.later(k, met), *_stopped(self.cases, met.case, before))


def _is_hit(asked: Asked, k: int, node: Column, part: Column | None) -> Column:
    """Events by their nodes and, where a stage asks for them, parts → whether they are of a stage."""
    found: Column = node == asked.node[k]
    return found if asked.part[k] < 0 else found & (part == asked.part[k])


def _ordered(staged: _Staged) -> list[_Stage]:
    asked, ids = staged.asked, staged.piece.ids
    met = staged.entering.firsts
    # Case → when it entered, and when it met the stage before.
    first = np.zeros(staged.cases, dtype=np.int64)
    first[met.case] = met.ts
    was = first.copy()
    limit = first + asked.window if asked.window < FAR else None
    bar: Column | None = None
    barred: Column | None = None
    if staged.bars is not None:
        ending = staged.bars.behind(met.by_case).firsts
        bar, barred = ending.by_case, np.zeros(staged.cases, dtype=bool)
        barred[ending.case] = ending.ts - first[ending.case] <= asked.window
    found = [staged.told(0, met, _NONE, None)]
    for k in range(1, len(asked.node)):
        case = met.case
        waits, ended = asked.still(ids, case, first[case]), None
        if barred is not None:
            ended = barred[case]
            waits = waits & ~ended
        before = (case, waits, ended)
        met = staged.hits[k].first_behind(met.by_case, limit)
        if bar is not None:
            met = met.only(met.row < bar[met.case])
        took = np.maximum(met.ts - was[met.case], 0)
        was[met.case] = met.ts
        found.append(staged.told(k, met, took, before))
    return found


def _strict(staged: _Staged) -> list[_Stage]:
    asked, piece = staged.asked, staged.piece
    begun = staged.entering
    length = np.zeros(len(begun), dtype=np.int64)
    going = np.arange(len(begun))
    for k in range(1, len(asked.node)):
        row = begun.row[going] + k
        there = np.flatnonzero(row < staged.over[begun.case[going]])
        going, row = going[there], row[there]
        part = piece.part[row] if asked.part[k] >= 0 else None
        there = np.flatnonzero(_is_hit(asked, k, piece.node[row], part))
        going, row = going[there], row[there]
        if asked.window < FAR:
            going = going[np.flatnonzero(piece.times(row) - begun.ts[going] <= asked.window)]
        length[going] = k
    # Of a case the longest run, of equal ones the first.
    most = np.full(staged.cases, -1)
    np.maximum.at(most, begun.case, length)
    longest = np.flatnonzero(length == most[begun.case])
    begun, length = begun.at(longest), length[longest]
    at_end = begun.only(begun.row + length + 1 == staged.over[begun.case])
    waits = np.zeros(staged.cases, dtype=bool)
    waits[at_end.case[asked.still(piece.ids, at_end.case, at_end.ts)]] = True
    met = begun.firsts
    found: list[_Stage] = []
    before: Before | None = None
    for k in range(len(asked.node)):
        met = met.only(most[met.case] >= k)
        at = Met(piece, met.row + k, met.case)
        took = np.maximum(at.ts - piece.times(at.row - 1), 0) if k else _NONE
        found.append(staged.told(k, at, took, before))
        barred = None
        if staged.bars is not None:
            barred = np.zeros(len(at), dtype=bool)
            inner = np.flatnonzero(at.row + 1 < staged.over[at.case])
            barred[inner] = np.isin(piece.node[at.row[inner] + 1], asked.excluded)
        before = (at.case, waits[at.case] & (most[at.case] == k), barred)
    return found


def _any_order(staged: _Staged) -> list[_Stage]:
    asked = staged.asked
    free = asked.window >= FAR and asked.whenever and staged.bars is None
    return _freely(staged) if free else _in_any_order(staged)


def _freely(staged: _Staged) -> list[_Stage]:
    """Where nothing limits a run, the one from the first event of any stage to the last of first events is done first."""
    asked, piece = staged.asked, staged.piece
    begun = staged.hits[0].firsts
    done = begun.row
    found: list[_Stage] = []
    before: Before | None = None
    was = np.zeros(staged.cases, dtype=np.int64)
    for k, hits in enumerate(staged.hits):
        own = hits.firsts.by_case[begun.case]
        there = np.flatnonzero(own < len(piece))
        own, begun, done = own[there], begun.at(there), done[there]
        begun, done = Met(piece, np.minimum(begun.row, own), begun.case), np.maximum(done, own)
        ts, case = piece.times(done), begun.case
        took = np.maximum(ts - was[case], 0) if k else _NONE
        found.append(_Stage(len(case), took, 0, *_stopped(staged.cases, case, before)))
        was[case] = ts
        before = (case, asked.still(piece.ids, case, begun.ts), None)
    return found


def _in_any_order(staged: _Staged) -> list[_Stage]:
    asked = staged.asked
    # Rows of stages and of what is excluded alone.
    piece = staged.piece.of(staged.own)
    size = len(piece)
    part = piece.part if any(of >= 0 for of in asked.part) else None
    hits = [_is_hit(asked, k, piece.node, part) for k in range(len(asked.node))]
    start = np.flatnonzero(np.logical_or.reduce(hits))
    ts, case = piece.ts, piece.case[start].astype(np.intp)
    end = (piece.last + 1)[case]
    ids = piece.ids
    bar = np.full(len(start), size)
    barred = np.zeros(len(start), dtype=bool)
    if asked.excluded:
        bars = np.flatnonzero(np.isin(piece.node, asked.excluded))
        bar = np.append(bars, size)[np.searchsorted(bars, start, "right")]
        own = np.flatnonzero(bar < end)
        barred[own] = ts[bar[own]] - ts[start[own]] <= asked.window
        bar[bar >= end] = size
    begins = np.zeros(len(start), dtype=bool)
    done = np.zeros(len(start), dtype=np.int64)
    came = np.ones(len(ids), dtype=bool)
    found: list[_Stage] = []
    before: Before | None = None
    last_ts = np.zeros(len(ids), dtype=np.int64)
    going = (ts[start] >= asked.since) & (ts[start] < asked.until)
    for k, flags in enumerate(hits):
        ahead = _first_from(flags)[start]
        left = np.flatnonzero(going & (ahead < end))
        if asked.window < FAR:
            left = left[np.flatnonzero(ts[ahead[left]] - ts[start[left]] <= asked.window)]
        # Who misses one stage misses all after it.
        begins |= flags[start]
        start, case, end, bar = start[left], case[left], end[left], bar[left]
        barred, begins, done = barred[left], begins[left], np.maximum(done[left], ahead[left])
        going = np.ones(len(left), dtype=bool)
        here = np.flatnonzero(begins & came[case] & (done < bar))
        # Of a case the run that is done first, of these the one that began first.
        own = case[here]
        first = np.flatnonzero(new_values(own))
        key = done[here] << 32 | start[here]
        key = np.minimum.reduceat(key, first) if len(first) else key
        best = np.searchsorted(start, key & 0xFFFFFFFF)
        row, at = key >> 32, own[first]
        took = np.maximum(ts[row] - last_ts[at], 0) if k else _NONE
        found.append(_Stage(len(row), took, 0, *_stopped(len(ids), at, before)))
        last_ts[at] = ts[row]
        came = np.zeros(len(ids), dtype=bool)
        came[at] = True
        waits = np.zeros(len(ids), dtype=bool)
        waits[case[here[~barred[here] & asked.still(ids, case[here], ts[start[here]])]]] = True
        before = (at, waits[at], barred[best])
    return found


def _first_from(flags: Column) -> Column:
    """Row → the first flagged row from it on; the length where there is none."""
    places = np.append(np.flatnonzero(flags), len(flags))
    return np.repeat(places, np.diff(places, prepend=-1))


def _stopped(cases: int, at: Column, before: Before | None) -> tuple[int, int]:
    """Of those at the stage before who are not at this one: how many wait, and how many an excluded event ended."""
    if before is None:
        return 0, 0
    was, waits, barred = before
    if barred is None and not waits.any():
        return 0, 0
    there = np.zeros(cases, dtype=bool)
    there[at] = True
    stopped = ~there[was]
    ended = 0 if barred is None else np.count_nonzero(stopped & ~waits & barred)
    return int(np.count_nonzero(stopped & waits)), int(ended)
