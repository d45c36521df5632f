"""A funnel followed in arrays: the same stages, windows and exclusions as `funnel_modes` says in SQL, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.pieces import at_rank, new_values, over_pieces

if TYPE_CHECKING:
    from polku.analytics.nodes import Nodes
    from polku.analytics.pieces import Column, Piece
    from polku.analytics.study import Study

FAR = 2**62


@dataclass(frozen=True)
class Asked:
    """What is followed.

    Args:
        node, part: of each stage; −1 is no node, and every part. excluded: nodes.
        still: (id of a case, when it entered) → whether it can go on at the end of what is observed.
    """

    node: tuple[int, ...]
    part: tuple[int, ...]
    excluded: tuple[int, ...]
    window: int
    since: int
    until: int
    still: Callable[[Column, Column], Column]


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

        def still(id: Column, first: Column) -> Column:
            return np.asarray(first + window > now)

    elif study.case == "round":
        open_ = study.round_columns["said"] == 3

        def still(id: Column, first: Column) -> Column:
            return np.asarray(open_[id])

    else:

        def still(id: Column, first: Column) -> Column:
            return np.zeros(len(first), dtype=bool)

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
    """A piece with its stages: which rows are events of each, and where cases begin and end."""

    def __init__(self, piece: Piece, asked: Asked) -> None:
        self.piece, self.asked = piece, asked
        self.ts = piece.ts
        self.size = len(piece)
        self.hits = [
            (piece.node == node) & (piece.part == part) if part >= 0 else piece.node == node
            for node, part in zip(asked.node, asked.part, strict=True)
        ]
        self.bars = np.isin(piece.node, asked.excluded) if asked.excluded else None
        self.starts = piece.start
        self.over = piece.last + 1
        # Case → its last event of the stages that are counted so far.
        self.last, self.counted = np.full(len(piece.ids), -1), 0
        self.enters = (self.ts >= asked.since) & (self.ts < asked.until)

    def next_of(self, flags: Column, row: Column) -> Column:
        """The first flagged row behind a row, of whichever case; `size` where none is."""
        places = np.flatnonzero(flags)
        return np.append(places, self.size)[np.searchsorted(places, row, "right")]

    def first_from(self, flags: Column) -> Column:
        """Row → the first flagged row from it on; `size` where none is."""
        places = np.append(np.flatnonzero(flags), self.size)
        return np.repeat(places, np.diff(places, prepend=-1))

    def later(self, k: int, row: Column, case: Column) -> int:
        """How many cases meet an earlier stage than k behind a row."""
        while self.counted < k:
            met = np.flatnonzero(self.hits[self.counted])
            # Rows rise, so the last of a case stays.
            last = np.full(len(self.starts), -1)
            last[self.piece.case[met]] = met
            np.maximum(self.last, last, out=self.last)
            self.counted += 1
        return int((self.last[case] > row).sum()) if k else 0

    def told(
        self, k: int, row: Column, case: Column, took: Column, before: tuple[Column, Column, Column] | None
    ) -> _Stage:
        """A stage, from who reached it, and (case, waits, barred) of those at the stage before."""
        stopped = _stopped(len(self.starts), case, before)
        return _Stage(len(row), took, self.later(k, row, case), *stopped)


def _ordered(staged: _Staged) -> list[_Stage]:
    asked, ts, size = staged.asked, staged.ts, staged.size
    row = np.flatnonzero(staged.hits[0] & staged.enters)
    row = staged.piece.of_case(row)
    case = staged.piece.case[row]
    first = ts[row]
    bar = np.full(len(row), size)
    barred = np.zeros(len(row), dtype=bool)
    if staged.bars is not None:
        bar = staged.next_of(staged.bars, row)
        own = bar < staged.over[case]
        barred[own] = ts[bar[own]] - first[own] <= asked.window
        bar[~own] = size
    ids = staged.piece.ids
    found = [staged.told(0, row, case, np.zeros(0, dtype=np.int64), None)]
    for k in range(1, len(asked.node)):
        before = (case, ~barred & asked.still(ids[case], first), barred)
        places = np.flatnonzero(staged.hits[k])
        ahead = np.append(places, size)
        at = np.searchsorted(places, row, "right")
        end = staged.over[case]
        # A day's event may carry an earlier time than those before it, and be in time where they are late.
        late = np.flatnonzero(_late(ts, ahead[at], end, first, asked.window))
        while len(late):
            at[late] += 1
            late = late[_late(ts, ahead[at[late]], end[late], first[late], asked.window)]
        there = ahead[at]
        met = (there < end) & (there < bar)
        took = np.maximum(ts[there[met]] - ts[row[met]], 0)
        row, case, first, bar, barred = there[met], case[met], first[met], bar[met], barred[met]
        found.append(staged.told(k, row, case, took, before))
    return found


def _late(ts: Column, row: Column, end: Column, first: Column, window: int) -> Column:
    late = np.zeros(len(row), dtype=bool)
    if window >= FAR:
        return late
    own = row < end
    late[own] = ts[row[own]] - first[own] > window
    return late


def _strict(staged: _Staged) -> list[_Stage]:
    asked, ts, size = staged.asked, staged.ts, staged.size
    start = np.flatnonzero(staged.hits[0] & staged.enters)
    length = np.zeros(len(start), dtype=np.int64)
    case = staged.piece.case[start]
    going = np.arange(len(start))
    for k in range(1, len(asked.node)):
        row = start[going] + k
        there = row < staged.over[case[going]]
        going, row = going[there], row[there]
        there = staged.hits[k][row] & (ts[row] - ts[start[going]] <= asked.window)
        going = going[there]
        length[going] = k
    # Of a case the longest run, of equal ones the first.
    most = np.full(len(staged.starts), -1)
    np.maximum.at(most, case, length)
    longest = length == most[case]
    at_end = start + length + 1 == staged.over[case]
    ids = staged.piece.ids
    waits = np.zeros(len(staged.starts), dtype=bool)
    waits[case[longest & at_end & asked.still(ids[case], ts[start])]] = True
    best = np.flatnonzero(longest)
    new = np.ones(len(best), dtype=bool)
    new[1:] = case[best][1:] != case[best][:-1]
    start, case = start[best[new]], case[best[new]]
    found: list[_Stage] = []
    before = None
    for k in range(len(asked.node)):
        own = most[case] >= k
        start, case = start[own], case[own]
        row = start + k
        took = np.maximum(ts[row] - ts[row - 1], 0) if k else np.zeros(0, dtype=np.int64)
        found.append(staged.told(k, row, case, took, before))
        barred = np.zeros(len(row), dtype=bool)
        if staged.bars is not None:
            inner = row + 1 < staged.over[case]
            barred[inner] = staged.bars[np.minimum(row + 1, size - 1)[inner]]
        before = (case, waits[case] & (most[case] == k), barred)
    return found


def _any_order(staged: _Staged) -> list[_Stage]:
    asked, ts, size = staged.asked, staged.ts, staged.size
    start = np.flatnonzero(np.logical_or.reduce(staged.hits))
    case = staged.piece.case[start]
    end = staged.over[case]
    ids = staged.piece.ids
    bar = np.full(len(start), size)
    barred = np.zeros(len(start), dtype=bool)
    if staged.bars is not None:
        bar = staged.next_of(staged.bars, start)
        own = bar < end
        barred[own] = ts[bar[own]] - ts[start[own]] <= asked.window
        bar[~own] = size
    begins = np.zeros(len(start), dtype=bool)
    done = np.zeros(len(start), dtype=np.int64)
    came = np.ones(len(staged.starts), dtype=bool)
    found: list[_Stage] = []
    before = None
    last_ts = np.zeros(len(staged.starts), dtype=np.int64)
    going = staged.enters[start]
    for k, hits in enumerate(staged.hits):
        ahead = staged.first_from(hits)[start]
        going &= ahead < end
        if asked.window < FAR:
            going[going] &= ts[ahead[going]] - ts[start[going]] <= asked.window
        # Who misses one stage misses all after it.
        begins |= hits[start]
        done = np.maximum(done, ahead)
        left = np.flatnonzero(going)
        start, case, end, bar = start[left], case[left], end[left], bar[left]
        barred, begins, done = barred[left], begins[left], done[left]
        going = np.ones(len(left), dtype=bool)
        here = np.flatnonzero(begins & came[case] & (done < bar))
        # Of a case the run that is done first, of these the one that began first.
        own = case[here]
        first = np.flatnonzero(new_values(own))
        key = done[here] << 32 | start[here]
        key = np.minimum.reduceat(key, first) if len(first) else key
        best = np.searchsorted(start, key & 0xFFFFFFFF)
        row, at = key >> 32, own[first]
        took = np.maximum(ts[row] - last_ts[at], 0) if k else np.zeros(0, dtype=np.int64)
        found.append(
            _Stage(
                len(row),
                took,
                0,
                *_stopped(len(staged.starts), at, before),
            )
        )
        last_ts[at] = ts[row]
        came = np.zeros(len(staged.starts), dtype=bool)
        came[at] = True
        waits = np.zeros(len(staged.starts), dtype=bool)
        waits[case[here[~barred[here] & asked.still(ids[case[here]], ts[start[here]])]]] = True
        before = (at, waits[at], barred[best])
    return found


def _stopped(cases: int, at: Column, before: tuple[Column, Column, Column] | None) -> tuple[int, int]:
    """Of those at the stage before who are not at this one: how many wait, and how many an excluded event ended."""
    if before is None:
        return 0, 0
    was, waits, barred = before
    there = np.zeros(cases, dtype=bool)
    there[at] = True
    stopped = ~there[was]
    return int((stopped & waits).sum()), int((stopped & ~waits & barred).sum())
