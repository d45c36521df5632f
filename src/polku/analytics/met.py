"""Met: whom events meet in each account in the time before given moments, from the blocks that are kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.blocks import Block, Blocks, Column, in_threads
from polku.analytics.members import UNKNOWN

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
        found = told[(ts - low) >> shift]
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
        found: Column = self.first[case] + self.local[row] - 1
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
    found: Column = _BITS[part + 1]
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

    def of(place: int) -> tuple[Column, Column]:
        block, who = kept.block(log, place), actors[place]
        case = cases_of(block)
        acted = who.local > 0
        if chosen is not None:
            acted &= chosen[begin[place] : begin[place + 1]][case]
        bits = np.zeros((len(windows.since), len(block.cid)), dtype=np.uint16)
        told = np.zeros((len(windows.since), 4), dtype=np.int64)
        for number, rows in enumerate(windows.rows(block.ts, acted)):
            own = case[rows]
            bits_by_run(bits[number], own, part_bits(block.part[rows]))
            persons = np.zeros(who.pairs, dtype=bool)
            persons[who.pair(own, rows)] = True
            known = bits[number] & np.uint16((1 << UNKNOWN) - 1)
            several = np.count_nonzero(known & (known - np.uint16(1)) * (known > 0))
            told[number] = np.count_nonzero(bits[number]), np.count_nonzero(persons), len(rows), several
        return told, bits

    all_ = in_threads(of, range(len(kept.ranges)))
    found = sum((one for one, _ in all_), np.zeros((len(windows.since), 4), dtype=np.int64))
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in found], np.concatenate(
        [bits for _, bits in all_], axis=1
    )


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
