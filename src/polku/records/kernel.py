"""The kernel: events of a bucket in, moves and cases out, in NumPy.

Arrays of one length are the columns of a table. Events come in any order; `event_no` is their place in the
total order of all events, so it alone decides within a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from polku.frozen import dataclass

Column: TypeAlias = np.ndarray[Any, np.dtype[Any]]

END = -1
"""The code after the last event, and the gap after it."""
PIECE = 1 << 16
"""So many events are followed at a time: what is made of them stays in the cache of a core."""


@dataclass(frozen=True)
class Moves:
    """One row per event, sorted by case and place in it. See `schema.MOVES`."""

    case: Column
    ord: Column
    code: Column
    nxt: Column
    ts: Column
    gap: Column
    part: Column
    person: Column
    first: Column
    event_no: Column


@dataclass(frozen=True)
class Cases:
    """One row per case that has an event, in the order of cases. See `schema.CASES`."""

    case: Column
    n: Column
    t0: Column
    t1: Column
    k1: Column
    k2: Column
    parts: Column


def follow(
    case: Column, event_no: Column, code: Column, ts: Column, part: Column, person: Column
) -> tuple[Moves, Cases]:
    """Put the events of each case in order and derive what stands between neighbours.

    Args:
        case: number of the case, from 0, below 2**24.
        event_no: from 0; no two events share one.
        code: number of the code, from 0.
        ts: microseconds. An event known to the day may carry an earlier time than the one before it;
            the gap between them is then 0.
        part: place of the actor's part, −1 unknown.
        person: number of the actor, −1 nobody.
    """
    columns: tuple[Column, ...] = (
        case.astype(np.int32, copy=False),
        event_no.astype(np.int64, copy=False),
        code.astype(np.int32, copy=False),
        ts.astype(np.int64, copy=False),
        part.astype(np.int8, copy=False),
        person.astype(np.int32, copy=False),
    )
    if not _in_order(case, event_no):
        order = places_by(event_no)
        order = order[places_by(case[order])]
        columns = tuple(column[order] for column in columns)
    if len(case) <= PIECE:
        return _follow(*columns)
    found = [_follow(*(column[begin:end] for column in columns)) for begin, end in _pieces(columns[0])]
    moves, cases = ([vars(one[which]) for one in found] for which in (0, 1))
    return (
        Moves(**{name: np.concatenate([one[name] for one in moves]) for name in moves[0]}),
        Cases(**{name: np.concatenate([one[name] for one in cases]) for name in cases[0]}),
    )


def places_by(numbers: Column) -> Column:
    """Places of numbers (from 0) in their order, equal ones in the order they have."""
    rows = len(numbers)
    bits = rows.bit_length()
    if not rows or int(numbers.max()).bit_length() + bits > 64:
        return np.argsort(numbers, kind="stable")
    # Numbers sort three times faster than places.
    packed = numbers.astype(np.uint64) << np.uint64(bits) | np.arange(rows, dtype=np.uint64)
    packed.sort()
    return (packed & np.uint64((1 << bits) - 1)).astype(np.int64)


def _in_order(case: Column, event_no: Column) -> bool:
    before, after = case[:-1], case[1:]
    return bool(((after > before) | ((after == before) & (event_no[1:] > event_no[:-1]))).all())


def _pieces(case: Column) -> Iterator[tuple[int, int]]:
    """Rows from and to which whole cases stand, about PIECE of them."""
    begins = np.flatnonzero(np.append(True, case[1:] != case[:-1]))
    cuts = begins[np.unique(np.searchsorted(begins, np.arange(0, len(case), PIECE), side="right") - 1)]
    return pairwise([*cuts.tolist(), len(case)])


def _follow(
    case: Column, event_no: Column, code: Column, ts: Column, part: Column, person: Column
) -> tuple[Moves, Cases]:
    """As `follow`, of events in the order of their cases and their own."""
    rows = len(case)
    begins = np.ones(rows, dtype=bool)
    begins[1:] = case[1:] != case[:-1]
    starts = np.flatnonzero(begins)
    counts = np.diff(np.append(starts, rows)).astype(np.int32)
    ends = np.ones(rows, dtype=bool)
    ends[:-1] = begins[1:]

    ord_ = np.arange(rows, dtype=np.int64) - np.repeat(starts, counts) + 1
    nxt = np.full(rows, END, dtype=np.int32)
    gap = np.full(rows, END, dtype=np.int64)
    nxt[:-1] = np.where(ends[:-1], END, code[1:])
    gap[:-1] = np.where(ends[:-1], END, np.maximum(np.diff(ts), 0))

    moves = Moves(
        case, ord_.astype(np.int32), code, nxt, ts, gap, part, person, first_seen(case, code, nxt), event_no
    )
    if not rows:
        empty = np.empty(0, dtype=np.int64)
        return moves, Cases(case, counts, empty, empty, empty, empty, case)

    keys = mix(ord_.astype(np.uint64) << np.uint64(32) | code.astype(np.uint64))
    # Shifting by −1 is not defined; 1 << 0 is masked out again.
    known = part >= 0
    met = np.where(known, np.int32(1) << np.maximum(part, 0).astype(np.int32), 0) if known.any() else known
    cases = Cases(
        case[starts],
        counts,
        np.minimum.reduceat(ts, starts),
        np.maximum.reduceat(ts, starts),
        np.add.reduceat(keys, starts).view(np.int64),
        np.bitwise_xor.reduceat(keys, starts).view(np.int64),
        np.bitwise_or.reduceat(met, starts).astype(np.int32),
    )
    return moves, cases


def first_seen(case: Column, code: Column, nxt: Column) -> Column:
    """1 where a case meets this (code, next) for the first time; the rows are sorted by case and order."""
    rows = len(case)
    first = np.zeros(rows, dtype=np.int8)
    if not rows:
        return first
    codes = np.uint64(int(code.max()) + 2)
    edge = code.astype(np.uint64) * codes + (nxt + 1).astype(np.uint64)
    place = np.arange(rows, dtype=np.uint64)
    bits = rows.bit_length()
    most = int(case[-1]) * int(codes) ** 2 + int(edge.max())
    if most.bit_length() + bits <= 64:
        # One sort of values is several times faster than a stable sort of places.
        key = np.sort((case.astype(np.uint64) * codes * codes + edge) << np.uint64(bits) | place)
        group, order = key >> np.uint64(bits), key & np.uint64((1 << bits) - 1)
        new = np.append(True, group[1:] != group[:-1])
    else:
        order = np.lexsort((edge, case)).astype(np.uint64)
        at, which = case[order], edge[order]
        new = np.append(True, (at[1:] != at[:-1]) | (which[1:] != which[:-1]))
    first[order[new]] = 1
    return first


def mix(values: Column) -> Column:
    """Spread 64-bit numbers over all 64-bit numbers, one to one (the finaliser of SplitMix64)."""
    values = values.astype(np.uint64)
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values
