"""Pieces: the walk of a study as arrays, a few cases at a time, for what would cost an engine a sort of all events.

Moves lie in their files by case and place in it. Where neighbours have to be found anew, since events without a node
stand between them or a filter took some away, following that order is several times faster than a window of SQL. The
order is looked at and not believed: rows that come otherwise are sorted. Engines that hand out no arrays answer in SQL,
and tests hold both against the definition.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from polku.analytics.columns.blocks import Block
from polku.analytics.columns.blocks import Column as Column
from polku.frozen import dataclass

if TYPE_CHECKING:
    pass

Found = TypeVar("Found")

OFF = -1
_NONE = np.zeros(0, dtype=np.int64)
LEFT = 200_000
"""Values among which some quantiles are that are sorted at once."""
SAMPLED = 32
"""Of so many values of a sorted run one is looked at to guess where a quantile is."""
FEW = 4
"""Nodes whose events are found by comparing; of more, all events are put in the order of nodes."""


@dataclass(frozen=True)
class Piece:
    """Whole cases: one row per event that has a node, by case and place in it; no case without a row.

    Args:
        ids: of each case; start: its first row.
        node: of each event; at: its row in what was read, None where all rows of it are here.
        source: what was read, from which times and parts are taken where they are asked for.
    """

    ids: Column
    start: Column
    node: Column
    at: Column | None
    source: Block

    def __len__(self) -> int:
        return len(self.node)

    @property
    def length(self) -> Column:
        """Case → its rows."""
        found: Column = self.last - self.start + 1
        return found

    @cached_property
    def id(self) -> Column:
        """Row → id of its case."""
        return np.repeat(self.ids, self.length)

    @cached_property
    def ts(self) -> Column:
        """Row → microseconds."""
        return self.source.ts if self.at is None else self.source.ts.take(self.at)

    def times(self, row: Column) -> Column:
        """Microseconds of some rows."""
        return self.source.ts.take(row if self.at is None else self.at.take(row))

    @cached_property
    def ord(self) -> Column:
        """Row → place of the event in its stored case, from 1."""
        return self.source.ords(np.arange(len(self)) if self.at is None else self.at)

    @cached_property
    def part(self) -> Column:
        """Row → part of the actor, −1 unknown."""
        return self.source.part if self.at is None else self.source.part.take(self.at)

    @cached_property
    def begins(self) -> Column:
        """Row → whether it is the first of its case."""
        flags = np.zeros(len(self), dtype=bool)
        flags[self.start] = True
        return flags

    @cached_property
    def ends(self) -> Column:
        """Row → whether it is the last of its case."""
        flags = np.zeros(len(self), dtype=bool)
        flags[self.last] = True
        return flags

    @cached_property
    def last(self) -> Column:
        """Case → its last row."""
        found: Column = np.append(self.start[1:], len(self))[: len(self.start)] - 1
        return found

    @cached_property
    def case(self) -> Column:
        """Row → number of its case within the piece, from 0."""
        return np.repeat(np.arange(len(self.ids), dtype=np.int32), self.length)

    def of(self, mask: Column) -> Piece:
        """Only some rows."""
        if not len(mask):
            return self
        row = np.flatnonzero(mask)
        start = np.searchsorted(row, np.append(self.start, len(mask))).astype(np.int32)
        there = start[1:] > start[:-1]
        return Piece(
            self.ids[there],
            start[:-1][there],
            self.node.take(row),
            row.astype(np.int32) if self.at is None else self.at.take(row),
            self.source,
        )

    def rows_of(self, size: int) -> list[Column]:
        """Node, of so many → its rows, rising."""
        order = np.argsort(self.node, kind="stable")
        ends = np.cumsum(np.bincount(self.node, minlength=size))
        return np.split(order, ends[:-1]) if size else []

    def met(self, row: Column) -> Met:
        """Some rows, rising, with their cases."""
        return Met(self, row, self.case.take(row).astype(np.intp))

    def met_at(self, nodes: Collection[int]) -> dict[int, Met]:
        """Node → its events, for some nodes."""
        if len(nodes) <= FEW:
            return {node: self.met(np.flatnonzero(self.node == node)) for node in nodes}
        rows = self.rows_of(max(nodes) + 1)
        return {node: self.met(rows[node]) for node in nodes}

    def of_case(self, row: Column) -> Column:
        """Of rising rows the first of each case."""
        return row[new_values(self.case[row])]

    def first_after(self, row: Column, others: Iterable[Column]) -> Column:
        """Row → the first later row among the others, whichever case it is of; the length where there is none.

        Args:
            others: rising rows each.
        """
        found = np.full(len(row), len(self))
        for other in others:
            there = np.append(other, len(self))
            np.minimum(found, there[np.searchsorted(other, row, "right")], out=found)
        return found

    def transformed(self, transform: str) -> Piece:
        """As `nodes.TRANSFORM_SQL`: of equal neighbours the first, or of each node of a case the first."""
        if transform == "exposure":
            kept = self.begins.copy()
            kept[1:] |= self.node[1:] != self.node[:-1]
            return self.of(kept)
        if transform == "first":
            return self.of(firsts(self.case, self.node))
        return self


@dataclass(frozen=True)
class Met:
    """Some events of a piece: their rows, rising, and of each its case, by number within the piece."""

    piece: Piece
    row: Column
    case: Column

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def ts(self) -> Column:
        """Microseconds of each."""
        return self.piece.times(self.row)

    def at(self, place: Column) -> Met:
        """Some of them, by their places here."""
        return Met(self.piece, self.row.take(place), self.case.take(place))

    def only(self, flags: Column) -> Met:
        """Those that are flagged."""
        # Several times cheaper than rows by a mask.
        return self.at(np.flatnonzero(flags))

    @cached_property
    def firsts(self) -> Met:
        """The first of each case."""
        return self.only(new_values(self.case))

    def behind(self, row: Column) -> Met:
        """Those behind the row of their case (case → row)."""
        return self.only(self.row > row[self.case])

    def first_behind(self, row: Column, limit: Column | None = None) -> Met:
        """Of each case the first behind its row (case → row), and where there is a limit, at its moment or before."""
        flags = self.row > row[self.case]
        if limit is not None:
            # A day's event may carry an earlier time than those before it, and be in time where they are late.
            flags &= self.ts <= limit[self.case]
        place = np.flatnonzero(flags)
        return self.at(place[np.flatnonzero(new_values(self.case[place]))])

    @cached_property
    def by_case(self) -> Column:
        """Case → its last row here; the number of rows, which is behind all, where it has none."""
        found = np.full(len(self.piece.ids), len(self.piece))
        found[self.case] = self.row
        return found


def new_values(column: Column) -> Column:
    """Row → whether it differs from the one before."""
    new = np.ones(len(column), dtype=bool)
    np.not_equal(column[1:], column[:-1], out=new[1:])
    return new


def firsts(case: Column, what: Column) -> Column:
    """Row → whether its case meets this (a number from 0) for the first time; cases rise from 0."""
    flags = np.zeros(len(case), dtype=bool)
    if not len(case):
        return flags
    size = int(what.max()) + 1
    bits = len(case).bit_length()
    key = case.astype(np.int64) * size + what
    if int(key.max()).bit_length() + bits <= 63:
        # Values sort several times faster than places.
        key = np.sort(key << bits | np.arange(len(case), dtype=np.int64))
        place, key = key & ((1 << bits) - 1), key >> bits
    else:
        place = np.argsort(key, kind="stable")
        key = key[place]
    new = np.ones(len(key), dtype=bool)
    np.not_equal(key[1:], key[:-1], out=new[1:])
    flags[place[new]] = True
    return flags


def at_rank(values: Column, hundredths: int) -> int | None:
    """The first value that so many of a hundred do not exceed, as `quantile_disc` has it; None without values."""
    return at_ranks(values, (hundredths,))[0] if len(values) else None


def at_ranks(values: Column, hundredths: Sequence[int]) -> list[int]:
    """The same of several shares, of values there are."""
    ranks = [max(len(values) - len(values) * (100 - one) // 100, 1) - 1 for one in hundredths]
    found: list[int] = np.partition(values, ranks)[ranks].tolist()
    return found


@dataclass(frozen=True)
class Grouped:
    """Values by group, in sorted runs: (group << bits | value)."""

    bits: int
    runs: tuple[Column, ...]

    def quantiles(self, group: Column, count: Column, hundredths: int | Column) -> Column:
        """Of each group the value at its place (one for all, or its own), as `quantile_disc` has it: the first that so many do not exceed."""
        if not len(group):
            return np.zeros(0, dtype=np.int64)
        base = group.astype(np.int64) << self.bits
        rank = np.maximum(count - (count * (100 - hundredths)) // 100, 1)

        def counted(bound: Column, side: Literal["left", "right"]) -> Column:
            found: Column = np.sum([np.searchsorted(run, bound, side) for run in self.runs], axis=0)
            return found

        before = counted(base, "left")
        low = np.zeros(len(group), dtype=np.int64)
        high = np.full(len(group), (1 << self.bits) - 1, dtype=np.int64)
        under, upto = np.zeros(len(group), dtype=np.int64), count.astype(np.int64)

        def part(middle: Column) -> None:
            """Look on from above or from below a value, wherever the rank is."""
            nonlocal low, high, under, upto
            here = counted(base | middle, "right") - before
            reached = here >= rank
            high, upto = np.where(reached, middle, high), np.where(reached, here, upto)
            low, under = np.where(reached, low, middle + 1), np.where(reached, under, here)

        for guess in self._guesses(base, rank) if int(upto.sum()) > LEFT else ():
            part(np.clip(guess, low, high))
        # Few values that are left are sorted sooner than found by halving on.
        while int((upto - under)[low < high].sum()) > LEFT:
            part((low + high) >> 1)
        open_ = np.flatnonzero(low < high)
        if len(open_):
            low[open_] = self._among(base[open_], low[open_], high[open_], (rank - under)[open_])
        return low

    def _guesses(self, base: Column, rank: Column) -> list[Column]:
        """Of each group a value that is hardly ever below the one of a rank, and one that is hardly ever above it.

        One value of so many of each run tells about how many are below it; how far that is off grows with the root of
        the number of runs.
        """
        some = np.concatenate([run[SAMPLED // 2 :: SAMPLED] for run in self.runs])
        if not len(some):
            return []
        some.sort()
        about = np.searchsorted(some, base) + rank // SAMPLED
        margin = 2 + math.isqrt(len(self.runs))
        least, most = base, base | ((1 << self.bits) - 1)
        ends = (some[np.clip(about + away, 0, len(some) - 1)] for away in (margin, -margin))
        return [np.clip(end, least, most) - least for end in ends]

    def _among(self, base: Column, low: Column, high: Column, rank: Column) -> Column:
        """Of each group (as it stands in the runs) the value of this rank among those from low to high."""
        place, left = [_NONE], [_NONE]
        for run in self.runs:
            first = np.searchsorted(run, base | low, "left")
            number = np.searchsorted(run, base | high, "right") - first
            of = np.repeat(np.arange(len(base)), number)
            place.append(of)
            left.append(run[np.repeat(first - (np.cumsum(number) - number), number) + np.arange(len(of))])
        of, value = np.concatenate(place), np.concatenate(left) & ((1 << self.bits) - 1)
        value -= low[of]
        bits = int((high - low).max()).bit_length()
        begin = np.cumsum(np.bincount(of, minlength=len(base)))
        begin -= np.bincount(of, minlength=len(base))
        if len(base).bit_length() + bits <= 63:
            # One number sorts several times faster than two.
            value = np.sort(of << bits | value) & ((1 << bits) - 1)
        else:
            value = value[np.lexsort((value, of))]
        found: Column = value[begin + rank - 1] + low
        return found
