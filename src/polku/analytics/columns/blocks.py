"""Blocks: the columns that walks are followed in, read once for a version and kept in memory as long as they fit."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import weakref
from collections import OrderedDict
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from polku.beside import Beside
from polku.frozen import dataclass
from polku.records.memory import machine_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
    from pathlib import Path

    from polku.records.engine import Engine
    from polku.records.log import Log

Column: TypeAlias = "np.ndarray[Any, Any]"
Written: TypeAlias = tuple[tuple[int, int, int], ...]
Made = TypeVar("Made")

KEPT = int(os.environ.get("POLKU_KEPT_MB") or min(2048, max(256, machine_memory() // 8))) << 20
"""Bytes that the blocks of a process take together; a log that would take more is read for each question."""
PIECE = 200_000
"""Events of a piece, about: what the cache of one core holds, a few columns of eight bytes each."""
TOGETHER = 4
"""So many pieces are read at a time."""
WORKERS = 2
RUNS = 256
"""Runs of numbers without gaps, at most, that are gone through one by one."""
_OF_EVENT, _OF_CASE = 11, 8


@dataclass(frozen=True)
class Block:
    """Whole cases, one after the other, each with all its events.

    Args:
        cid: of each case, rising; start: its first row, and behind the last case the number of rows.
        code, part: of each event; ts: microseconds.
        ord: place of each event in its case, from 1; None where no event is missing.
    """

    cid: Column
    start: Column
    code: Column
    part: Column
    ts: Column
    ord: Column | None = None

    def cut(self, ranges: Sequence[tuple[int, int]]) -> Iterator[Block]:
        """The cases of each of some ranges of numbers (both bounds included) as a block of their own."""
        for low, high in ranges:
            first, end = np.searchsorted(self.cid, np.array([low, high + 1], dtype=np.int64)).tolist()
            rows = slice(int(self.start[first]), int(self.start[end]))
            yield Block(
                self.cid[first:end],
                self.start[first : end + 1] - self.start[first],
                self.code[rows],
                self.part[rows],
                self.ts[rows],
            )

    def places(self, cid: Column) -> Column:
        """Numbers of cases of this block → their places in it."""
        return places_of(self.cid, cid)

    def within(self, cid: Column) -> tuple[int, int]:
        """Of numbers of cases that rise those between the first and the last of this block: from, to before."""
        if not len(self.cid):
            return 0, 0
        # Bounds of another type would have all numbers converted.
        bounds = np.array([self.cid[0], int(self.cid[-1]) + 1], dtype=cid.dtype)
        low, high = np.searchsorted(cid, bounds).tolist()
        return low, high

    def any_in(self, rows: Column) -> Column:
        """Case → whether any of the rows, which rise, is of it."""
        if len(rows) < len(self.cid):
            found = np.zeros(len(self.cid), dtype=bool)
            found[np.searchsorted(self.start, rows, "right") - 1] = True
            return found
        place = np.searchsorted(rows, self.start)
        return place[1:] > place[:-1]

    def ords(self, row: Column) -> Column:
        """Places in their cases of some rows."""
        if self.ord is not None:
            return self.ord[row]
        found: Column = row - self.start[np.searchsorted(self.start, row, "right") - 1] + 1
        return found


def places_of(numbers: Column, some: Column) -> Column:
    """Some of numbers that rise → their places, where they rise too or the numbers leave none out.

    Where hardly any number is missing places are differences.
    """
    if len(numbers) and int(numbers[-1]) - int(numbers[0]) + 1 == len(numbers):
        found: Column = some - numbers[0]
        return found
    if not len(numbers) or len(some) < len(numbers) // 16:
        return np.searchsorted(numbers, some)
    begins = np.flatnonzero(numbers[1:] - numbers[:-1] != 1) + 1
    if len(begins) > RUNS or (some[1:] < some[:-1]).any():
        return np.searchsorted(numbers, some)
    found = some.astype(np.int64)
    runs = np.append(0, begins)
    bounds = np.append(np.searchsorted(some, numbers[runs].astype(some.dtype)), len(some))
    for run, first, last in zip(runs.tolist(), bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        found[first:last] -= int(numbers[run]) - run
    return found


@dataclass
class Blocks:
    """All cases of a kind, in blocks of a range of numbers each, read when they are first asked for."""

    stored: str
    ranges: tuple[tuple[int, int], ...]
    bytes: int
    files: tuple[Path, ...]
    written: Written
    read: dict[int, Block] = field(default_factory=dict)
    reading: dict[int, threading.Lock] = field(default_factory=dict)
    on_codes: dict[frozenset[int], tuple[int, int]] = field(default_factory=dict)

    def block(self, log: Log, place: int) -> Block:
        """The block of a range; several threads may."""
        found = self.read.get(place)
        if found is None:
            together = self._beside(place)
            # Whoever comes second waits, since reading twice takes longer.
            with self.reading.setdefault(together.start, threading.Lock()):
                if place not in self.read:
                    whole = _read(log, self.stored, self.ranges[together[0]][0], self.ranges[together[-1]][1])
                    self.read.update(
                        zip(together, whole.cut([self.ranges[one] for one in together]), strict=True)
                    )
            found = self.read[place]
        return found

    def _beside(self, place: int) -> range:
        """The places that are read with this one: those of its bucket, some at a time.

        A file's groups of rows end elsewhere, so that those at the bounds are read with both sides.
        """
        bucket = self.ranges[place][0] >> 24
        first = place
        while first and self.ranges[first - 1][0] >> 24 == bucket:
            first -= 1
        first = place - (place - first) % TOGETHER
        last = first
        while last + 1 < min(first + TOGETHER, len(self.ranges)) and self.ranges[last + 1][0] >> 24 == bucket:
            last += 1
        return range(first, last + 1)

    def each(self, log: Log, work: Callable[[Block], Any]) -> list[Any]:
        """What `work` finds in each block, in the order of cases."""
        # One thread after the other reads what another does not wait for.
        order = sorted(range(len(self.ranges)), key=lambda place: place - self._beside(place).start)
        found = in_threads(lambda place: work(self.block(log, place)), order)
        return [one for _, one in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]

    def counted(self, log: Log, codes: Collection[int]) -> tuple[int, int]:
        """Events of these codes, and cases with such an event."""
        key = frozenset(codes)
        if key not in self.on_codes:

            def count(block: Block) -> tuple[int, int]:
                on = _flags(key, block.code).take(block.code, mode="clip")
                cases = np.logical_or.reduceat(on, block.start[:-1]) if len(on) else on
                return int(np.count_nonzero(on)), int(np.count_nonzero(cases))

            told = self.each(log, count)
            self.on_codes[key] = (sum(events for events, _ in told), sum(cases for _, cases in told))
        return self.on_codes[key]

    def marks(
        self, log: Log, codes: Collection[int], quiet: int | None, work: Callable[[dict[str, Column]], Made]
    ) -> list[Made]:
        """What `work` finds in each block, given events of these codes, those followed by a longer quiet, and the last
        of each case, by case and place in it: cid, ord, ts, code, gap (−1 at the last)."""

        def mark(block: Block) -> Made:
            last = block.start[1:] - 1
            gap = np.empty(len(block.ts), dtype=np.int64)
            np.subtract(block.ts[1:], block.ts[:-1], out=gap[:-1])
            np.maximum(gap, 0, out=gap)
            gap[last] = -1
            chosen = _flags(codes, block.code).take(block.code, mode="clip")
            chosen[last] = True
            if quiet is not None:
                chosen |= gap > quiet
            rows = np.flatnonzero(chosen)
            case: Column
            if len(rows) < len(gap) // 4:
                case = np.searchsorted(block.start, rows, "right") - 1
            else:
                # Of most rows looking each of them up is dearer than writing the cases of all.
                length = np.diff(block.start)
                case = np.repeat(np.arange(len(length), dtype=np.int32), length).take(rows)
            return work(
                {
                    "cid": block.cid.take(case),
                    "ord": rows - block.start.take(case) + 1,
                    "ts": block.ts.take(rows),
                    "code": block.code.take(rows),
                    "gap": gap.take(rows),
                }
            )

        return self.each(log, mark)

    def derived(self, name: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
        """What was made of the blocks before, or is made now; it stays as long as it fits beside all blocks.

        Args:
            name: what it is, of these blocks.
            size: its bytes.
        """
        key = (id(self), name)
        with _lock:
            if key in _derived:
                _derived.move_to_end(key)
                found: Made = _derived[key][0]
                return found
        made = make()
        needed = size(made)
        with _lock:
            if key not in _derived and any(one is self for one in _kept.values()):
                used = sum(one.bytes for one in _kept.values() if one) + needed
                if used <= KEPT:
                    while _derived and used + sum(bytes for _, bytes in _derived.values()) > KEPT:
                        _derived.popitem(last=False)
                    _derived[key] = (made, needed)
        return made


_kept: OrderedDict[object, Blocks | None] = OrderedDict()
_derived: OrderedDict[tuple[int, Hashable], tuple[Any, int]] = OrderedDict()
"""What was made of blocks, with its bytes; blocks go before it."""
_given: weakref.WeakKeyDictionary[Engine, Blocks] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def kept_blocks(log: Log, stored: str) -> Blocks | None:
    """The blocks of a kind of case; None where they do not fit, or the engine gives no arrays."""
    if (given := given_blocks(log)) is not None:
        return given
    relation = log.tables[f"moves:{stored}"]
    if not log.engine.gives_arrays or not relation.files:
        return None
    written = written_of(relation.files)
    if written is None:
        return None
    # Files of a version never change; another lake may come to lie in their place.
    key = (relation.sql, written, PIECE, KEPT)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _fitting(log, stored, relation.files, written)
    with _lock:
        if key not in _kept:
            for other in [key for key, one in _kept.items() if one and written_of(one.files) != one.written]:
                # Deleted or erased on the disk: then here too.
                del _kept[other]
            _kept[key] = found
            while len(_kept) > 1 and sum(one.bytes for one in _kept.values() if one) > KEPT:
                _kept.popitem(last=False)
            while len(_kept) > 32:
                _kept.popitem(last=False)
            _make_room()
        return _kept.get(key)


class PassingBlocks(Blocks):
    """Blocks that stay nowhere: each is read whenever it is asked for."""

    def block(self, log: Log, place: int) -> Block:
        """The block of a range; several threads may."""
        return _read(log, self.stored, *self.ranges[place])


def passing_blocks(log: Log, stored: str) -> Blocks | None:
    """The blocks of a kind of case where they do not fit; None where the engine gives no arrays."""
    relation = log.tables[f"moves:{stored}"]
    written = written_of(relation.files)
    if not log.engine.gives_arrays or not relation.files or written is None:
        return None
    return PassingBlocks(stored, case_ranges(log, stored)[0], 0, tuple(relation.files), written)


def read_ahead(log: Log, stored: str, stop: threading.Event) -> None:
    """Read the blocks that a question will ask for, one after the other, until it is stopped; nothing where they do not
    fit."""
    kept = kept_blocks(log, stored)
    if kept is None:
        return
    for place in range(len(kept.ranges)):
        if stop.is_set():
            return
        kept.block(log, place)


@contextlib.contextmanager
def give_blocks(engine: Engine, blocks: Blocks) -> Iterator[None]:
    """Let logs of an engine be asked for these blocks, as long as the block of code runs: they lie in no files."""
    _given[engine] = blocks
    try:
        yield
    finally:
        del _given[engine]


def given_blocks(log: Log) -> Blocks | None:
    """The blocks that a log's engine was given; None where its moves lie in files."""
    return _given.get(log.engine)


def _make_room() -> None:
    """Give up what was made of blocks that are gone, then what was asked for longest ago."""
    there = {id(one) for one in _kept.values() if one}
    for key in [key for key in _derived if key[0] not in there]:
        del _derived[key]
    used = sum(one.bytes for one in _kept.values() if one)
    while _derived and used + sum(bytes for _, bytes in _derived.values()) > KEPT:
        _derived.popitem(last=False)


def forget() -> None:
    """Give the memory of all blocks back."""
    with _lock:
        _kept.clear()
        _derived.clear()


def case_ranges(log: Log, stored: str) -> tuple[tuple[tuple[int, int], ...], int, int]:
    """Bounds of numbers of cases, both included, each of about PIECE events; all events; all cases."""
    buckets = log.buckets(stored)
    found: list[tuple[int, int]] = []
    for one in buckets:
        parts = max(1, round(one.events / PIECE))
        bounds = [one.low + (one.high + 1 - one.low) * place // parts for place in range(parts + 1)]
        found += [(a, b - 1) for a, b in itertools.pairwise(bounds) if a < b]
    return tuple(found), sum(one.events for one in buckets), sum(one.cases for one in buckets)


def in_threads(work: Callable[[int], Any], places: Sequence[int]) -> list[Any]:
    """What `work` finds at each place, in their order."""
    if len(places) <= 1:
        return [work(place) for place in places]
    found: list[Any] = [None] * len(places)
    left = iter(range(len(places)))

    def go_on() -> None:
        try:
            for place in left:
                found[place] = work(places[place])
        except BaseException:
            # The others stop as well.
            for _ in left:
                pass
            raise

    # This thread works, too: starting one and handing it one place after the other costs milliseconds.
    others = [Beside(go_on) for _ in range(WORKERS - 1)]
    try:
        go_on()
    finally:
        for other in others:
            other.wait()
    for other in others:
        other.result()
    return found


def written_of(files: Sequence[Path]) -> Written | None:
    """What tells files from others that come to lie in their place; None where one is gone."""
    try:
        stats = [file.stat() for file in files]
    except OSError:
        return None
    return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in stats)


def _fitting(log: Log, stored: str, files: Sequence[Path], written: Written) -> Blocks | None:
    ranges, rows, cases = case_ranges(log, stored)
    needed = rows * _OF_EVENT + cases * _OF_CASE
    if needed > KEPT:
        return None
    return Blocks(stored, ranges, needed, tuple(files), written)


def _read(log: Log, stored: str, low: int, high: int) -> Block:
    near = log.tables_near(stored, low, high)
    with log.engine.sibling(ordered=True) as engine:
        read = engine.columns(
            f"SELECT m.cid, m.ord, m.code, m.ts, m.part FROM {{moves:{stored}}} m WHERE m.cid BETWEEN $low AND $high",
            {"low": low, "high": high},
            near,
        )
    cid, ord_, code, ts, part = (np.asarray(read[name]) for name in ("cid", "ord", "code", "ts", "part"))
    new = np.ones(len(cid), dtype=bool)
    np.not_equal(cid[1:], cid[:-1], out=new[1:])
    start = np.flatnonzero(new)
    if (ord_[start] != 1).any() or (np.diff(ord_)[~new[1:]] != 1).any() or (np.diff(cid[start]) <= 0).any():
        order = np.argsort(cid.astype(np.int64) << 32 | ord_)
        cid, code, ts, part = cid[order], code[order], ts[order], part[order]
        np.not_equal(cid[1:], cid[:-1], out=new[1:])
        start = np.flatnonzero(new)
    most = int(code.max(initial=0))
    small = np.uint8 if most < 1 << 8 else np.uint16 if most < 1 << 16 else np.int32
    return Block(cid[start], np.append(start, len(cid)).astype(np.int32), code.astype(small), part, ts)


def _flags(codes: Collection[int], of: Column) -> Column:
    """Code → whether it is one of these, for the codes of a column."""
    flags = np.zeros(int(of.max(initial=0)) + 1, dtype=bool)
    flags[[code for code in codes if code < len(flags)]] = True
    return flags
