"""Met: whom events meet in each account in the time before given moments, from the blocks that are kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.blocks import Block, Blocks, Column, in_threads
from polku.analytics.columns.members import UNKNOWN
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.records.log import Log

_BITS = np.array([1 << UNKNOWN, *(1 << part for part in range(UNKNOWN))], dtype=np.uint16)
"""Part + 1 → its bit."""


@dataclass(frozen=True)
class Windows:
    """Spans of time, each after `since` up to and with `until`; they may overlap."""

    since: tuple[int, ...]
    until: tuple[int, ...]

    def places(self, ts: Column) -> tuple[Column, list[tuple[int, int]]]:
        """Row → its place among all bounds, and of each window the places from and to which it goes."""
        bounds = np.unique(np.array([*self.since, *self.until], dtype=np.int64))
        low, high = (int(ts.min()), int(ts.max())) if len(ts) else (0, 0)
        shift = max((high - low).bit_length() - 12, 0)
        # Most of 4,096 bins hold no bound: there the bin says the place.
        coarse = low + (np.arange(((high - low) >> shift) + 2, dtype=np.int64) << shift)
        first = np.searchsorted(bounds, coarse, "left")
        told = first[:-1].astype(np.uint8)
        told[first[1:] != first[:-1]] = 255
        found = told.take((ts - low) >> shift)
        open_ = np.flatnonzero(found == 255)
        found[open_] = np.searchsorted(bounds, ts[open_], "left")
        return found, [
            (int(np.searchsorted(bounds, a)) + 1, int(np.searchsorted(bounds, b)))
            for a, b in zip(self.since, self.until, strict=True)
        ]

    def rows(self, ts: Column, chosen: Column) -> list[Column]:
        """Of each window the chosen rows within it."""
        place, spans = self.places(ts)
        return [np.flatnonzero(chosen & (place >= low) & (place <= high)) for low, high in spans]


@dataclass(frozen=True)
class Actors:
    """Who acted in the cases of a block.

    Args:
        local: row → number of the person within the case, from 1, 0 for nobody; first: case → persons of cases before.
    """

    local: Column
    first: Column
    pairs: int

    def pair(self, case: Column, row: Column) -> Column:
        """Case and person of rows as one number; only of rows with somebody."""
        found: Column = self.first.take(case) + self.local.take(row) - 1
        return found


def cases_of(block: Block) -> Column:
    """Row → place of its case in the block."""
    return np.repeat(np.arange(len(block.cid), dtype=np.int32), np.diff(block.start))


def case_numbers(log: Log, kept: Blocks) -> Column:
    """The numbers of all cases, rising; kept beside the blocks."""

    def make() -> Column:
        numbers = [kept.block(log, place).cid for place in range(len(kept.ranges))]
        return np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.int32)

    found: Column = kept.derived("numbers of cases", make, lambda made: int(made.nbytes))
    return found


def parts_met(log: Log, kept: Blocks, windows: Windows) -> Column:
    """Of each window and case, in the order of cases, the bits of the parts whose events lie in it."""

    def of(block: Block) -> Column:
        case = cases_of(block)
        found = np.zeros((len(windows.since), len(block.cid)), dtype=np.uint16)
        for place, rows in enumerate(windows.rows(block.ts, block.part >= 0)):
            bits_by_run(found[place], case[rows], part_bits(block.part[rows]))
        return found

    return np.concatenate(kept.each(log, of), axis=1)


def part_bits(part: Column) -> Column:
    """Parts as bits, that of an unknown one beyond all."""
    found: Column = _BITS.take(part + 1, mode="clip")
    return found


def bits_by_run(found: Column, case: Column, bits: Column) -> None:
    """Put the bits of rows together by their case; rows of a case stand one after the other."""
    if len(case):
        begins = np.flatnonzero(np.append(True, case[1:] != case[:-1]))
        found[case[begins]] = np.bitwise_or.reduceat(bits, begins)


def people_met(
    log: Log, kept: Blocks, windows: Windows, chosen: Column | None
) -> tuple[list[tuple[int, int, int, int]], Column]:
    """Of each window the cases in which persons acted, these persons of all cases, their events, and the cases in
    which persons of several known parts did; and as `parts_met`, with the bit of unknown ones, of the chosen cases.

    Args:
        chosen: case → whether it counts; None takes all.
    """
    actors = actors_of(log, kept)
    begin = np.cumsum([0, *(len(kept.block(log, place).cid) for place in range(len(kept.ranges)))])
    known_parts = np.uint16((1 << UNKNOWN) - 1)

    def of(place: int) -> tuple[Column, Column]:
        block, who = kept.block(log, place), actors[place]
        cases = len(block.cid)
        told, bits = (
            np.zeros((len(windows.since), 4), dtype=np.int64),
            np.zeros((len(windows.since), cases), dtype=np.uint16),
        )
        at, spans = windows.places(block.ts)
        size = max((high for _, high in spans), default=0) + 1
        counts = np.zeros(256, dtype=bool)
        for low, high in spans:
            counts[low : high + 1] = True
        acted = counts.take(at)
        acted &= who.local > 0
        if chosen is not None:
            acted &= chosen[begin[place] : begin[place + 1]][cases_of(block)]
        rows = np.flatnonzero(acted)
        own, when = cases_of(block).take(rows).astype(np.intp), at.take(rows).astype(np.intp)
        # Windows overlap: what lies between two bounds is looked at once, and put together for each window.
        events = np.bincount(when, minlength=size)
        pairs = np.zeros((size, who.pairs), dtype=bool)
        pairs.ravel()[when * who.pairs + who.pair(own, rows)] = True
        parts = np.zeros((size, cases), dtype=np.uint16)
        when *= cases
        when += own
        _bits_by(parts.ravel(), when, part_bits(block.part.take(rows)))
        for number, (low, high) in enumerate(spans):
            np.bitwise_or.reduce(parts[low : high + 1], axis=0, out=bits[number])
            persons = np.logical_or.reduce(pairs[low : high + 1], axis=0)
            known = bits[number] & known_parts
            several = np.count_nonzero(known & (known - np.uint16(1)) * (known > 0))
            told[number] = (
                np.count_nonzero(bits[number]),
                np.count_nonzero(persons),
                events[low : high + 1].sum(),
                several,
            )
        return told, bits

    all_ = in_threads(of, range(len(kept.ranges)))
    found = sum((one for one, _ in all_), np.zeros((len(windows.since), 4), dtype=np.int64))
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in found], np.concatenate(
        [bits for _, bits in all_], axis=1
    )


def _bits_by(found: Column, place: Column, bits: Column) -> None:
    """Put bits together by their places; where one follows itself all of them at once."""
    if len(place):
        begins = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
        np.bitwise_or.at(found, place[begins], np.bitwise_or.reduceat(bits, begins))


def actors_of(log: Log, kept: Blocks) -> Sequence[Actors]:
    """Who acted in each block; kept beside it."""

    def make() -> list[Actors]:
        return in_threads(lambda place: _actors(log, kept, place), range(len(kept.ranges)))

    found: list[Actors] = kept.derived(
        "actors", make, lambda made: sum(one.local.nbytes + one.first.nbytes for one in made)
    )
    return found


def _actors(log: Log, kept: Blocks, place: int) -> Actors:
    block = kept.block(log, place)
    low, high = kept.ranges[place]
    with log.engine.sibling(ordered=True) as engine:
        read = engine.columns(
            f"SELECT m.cid, m.ord, m.person FROM {{moves:{kept.stored}}} m WHERE m.cid BETWEEN $low AND $high",
            {"low": low, "high": high},
            log.tables,
        )
    key = np.asarray(read["cid"]).astype(np.int64) << 32 | np.asarray(read["ord"])
    person = np.asarray(read["person"])
    if (key[1:] <= key[:-1]).any():
        person = person[np.argsort(key)]
    case = cases_of(block)
    acted = np.flatnonzero(person >= 0)
    pair = case[acted].astype(np.int64) << 32 | person[acted]
    pairs, number = np.unique(pair, return_inverse=True)
    first = np.searchsorted(pairs >> 32, np.arange(len(block.cid)), "left").astype(np.int32)
    local = np.zeros(len(person), dtype=np.int64)
    local[acted] = number - first[case[acted]] + 1
    most = int(local.max(initial=0))
    small = np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.int32
    return Actors(local.astype(small), first, len(pairs))
