"""The kernel: events of a bucket in, moves and cases out, in NumPy.

Arrays of one length are the columns of a table. Events come in any order; `event_no` is their place in the
total order of all events, so it alone decides within a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Column: TypeAlias = np.ndarray[Any, np.dtype[Any]]

END = -1
"""The code after the last event, and the gap after it."""


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
    place = event_no.astype(np.uint64)
    if len(place) and int(place.max()) >> 40:
        place = np.empty(len(event_no), dtype=np.uint64)
        place[np.argsort(event_no)] = np.arange(len(event_no), dtype=np.uint64)
    order = np.argsort(case.astype(np.uint64) << np.uint64(40) | place)
    case, event_no = case[order].astype(np.int32), event_no[order].astype(np.int64)
    code, ts = code[order].astype(np.int32), ts[order].astype(np.int64)
    part, person = part[order].astype(np.int8), person[order].astype(np.int32)
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
    met = np.where(part >= 0, np.int32(1) << np.maximum(part, 0).astype(np.int32), np.int32(0))
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
