"""Onward: where distinct paths first meet a node, and where they go on from there; and how long cases take for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.walks.pieces import Piece
    from polku.analytics.walks.taken import Keep


@dataclass(frozen=True)
class Onward:
    """Where distinct paths meet nodes, and then one of others.

    Args:
        begun: (node, path) → its first row of the node, counted from the path's beginning; −1 where it has none.
        gone: (node, path) → rows from there to the first later one of a node that is asked for; 0 where none is.
    """

    begun: Column
    gone: Column


def onward(paths: Piece, starts: Sequence[int], nexts: Sequence[Sequence[int]], size: int) -> Onward:
    """Where paths meet each of some nodes for the first time, and the first later row of others.

    Args:
        nexts: for each of `starts` these others.
        size: all nodes.
    """
    longest = int(paths.length.max(initial=0))
    small = np.int8 if longest < 1 << 7 else np.int16 if longest < 1 << 15 else np.int32
    begun = np.full((len(starts), len(paths.ids)), -1, dtype=small)
    gone = np.zeros(begun.shape, dtype=small)
    rows = paths.rows_of(size)
    for place, (node, following) in enumerate(zip(starts, nexts, strict=True)):
        first = (
            paths.of_case(rows[node])
            if 0 <= node < size
            else rows[0][:0]
            if rows
            else np.zeros(0, dtype=np.int64)
        )
        own = paths.case[first]
        begun[place, own] = first - paths.start[own]
        met = paths.first_after(first, (rows[after] for after in following if 0 <= after < size))
        there = met <= paths.last[own]
        gone[place, own[there]] = (met - first)[there]
    return Onward(begun, gone)


@dataclass(frozen=True)
class Follower:
    """The cases of a piece, which follow paths.

    Args:
        way: of each case its path.
    """

    piece: Piece
    way: Column
    start: Column

    @classmethod
    def of(cls, piece: Piece, way: Column) -> Follower:
        """Of a piece with the paths of its cases."""
        return cls(piece, way, piece.start.astype(np.int64))

    def gone(self, known: Onward, place: int) -> tuple[Column, Column]:
        """The cases that went on from a node, and how long that took, in microseconds."""
        # Flags are found several times faster than numbers.
        case = np.flatnonzero((known.gone[place] > 0).take(self.way))
        way, ts = self.way.take(case), self.piece.ts
        row = self.start.take(case)
        row += known.begun[place].take(way)
        since = ts.take(row)
        row += known.gone[place].take(way)
        span = ts.take(row)
        span -= since
        return case, np.maximum(span, 0, out=span)

    def waits(self, known: Onward, place: int, open_: Column) -> Waits:
        """Who went on from a node and who waits there, of cases of which some can still go on (case → whether)."""
        case, span = self.gone(known, place)
        # Of the paths without a way onwards only open cases count.
        here = (known.begun[place] >= 0) & (known.gone[place] == 0)
        still = np.flatnonzero(here.take(self.way) & open_)
        row = self.start.take(still)
        row += known.begun[place].take(self.way.take(still))
        small = np.uint16 if len(self.way) <= 1 << 16 else np.int32
        return Waits(case.astype(small), span, still.astype(small), self.piece.ts.take(row))


@dataclass(frozen=True)
class Waits:
    """The waits of a piece's cases at a step, from its first event to the first later one of a step drawn next.

    Args:
        case: who went on, by place in the piece, rising; span: how long that took, microseconds.
        still: who has not, and can; since: when they came.
    """

    case: Column
    span: Column
    still: Column
    since: Column

    @property
    def nbytes(self) -> int:
        return self.case.nbytes + self.span.nbytes + self.still.nbytes + self.since.nbytes


NOBODY = Waits(*(np.zeros(0, dtype=np.int64),) * 4)


def waits_of(
    piece: Piece,
    way: Column,
    known: Onward,
    nexts: Sequence[Sequence[int]],
    open_: Callable[[], Column],
    keep: Keep,
) -> Sequence[Waits]:
    """The waits of a piece by step.

    Args:
        way: of each case its path.
        open_: of each case whether it can still go on, which follows from how rounds are cut.
    """

    def make() -> tuple[Waits, ...]:
        follower, still = Follower.of(piece, way), open_()
        return tuple(
            follower.waits(known, step, still) if following else NOBODY
            for step, following in enumerate(nexts)
        )

    name = ("waits", tuple(tuple(following) for following in nexts))
    return keep(name, make, lambda made: sum(one.nbytes for one in made))
