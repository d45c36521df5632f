"""Which rows are known by the same: their hashes are sorted in arrays, so that only rows that meet another are compared."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from polku.records.engine import Engine, Relation
from polku.records.kernel import Column

READ_AT_ONCE = 4_000_000
"""So many rows of a file are read at once."""
SORTED_AT_ONCE = 16_000_000
"""So many hashes are sorted at once; half of them where rows are compared with those that were there before."""
MOST_ALIKE = 4_000_000
"""So many rows are told one by one; of more it is only said that they are many."""


_NONE: Column = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Rows:
    """Rows of one file or table, in the columns of a staged one and r.

    Args:
        batch: import they come with, −1 for what was there.
        sql: gives them.
        count: how many they are.
        begin: r of the first, the others following; None where they may have any.
    """

    batch: int
    sql: str
    count: int
    files: tuple[Path, ...] = ()
    begin: int | None = None

    def parts(self) -> Iterator[tuple[int, str]]:
        """Place of the first row, and a query, of each part that is read at once."""
        if self.begin is None or self.count <= READ_AT_ONCE:
            yield 0, self.sql
            return
        for low in range(0, self.count, READ_AT_ONCE):
            first = self.begin + low
            yield low, f"{self.sql} WHERE r >= {first} AND r < {first + READ_AT_ONCE}"


@dataclass(frozen=True)
class Alike:
    """Rows that are known by the same as another.

    Args:
        batch, r: of rows that may be so; a few that are not may be among them.
        again_batch, again_r: of rows that came in and say in the same place what one row there says, and no other
            is known by the same.
        there_r: of the rows that were there and that these repeat.
    """

    batch: Column
    r: Column
    again_batch: Column
    again_r: Column
    there_r: Column


def find_alike(engine: Engine, rows: Sequence[Rows], key: str, whole: str) -> Alike | None:
    """Look for rows that are known by the same; None where they are more than `MOST_ALIKE`.

    Args:
        engine: one that keeps the order of rows.
        key: hash of what a row is known by, as an expression over its columns.
        whole: hash of what a row says and where it stands.
    """
    count = sum(one.count for one in rows)
    begins = [0, *itertools.accumulate(one.count for one in rows)]
    there = sum(one.count for one in rows if one.batch < 0)
    comparing = 0 < there < count
    # The row stands in the low bits, so that one sort of numbers finds those that are alike: hashes that differ there alone
    # only send their rows to be compared.
    bits = np.uint64(max(1, count.bit_length()))
    most = SORTED_AT_ONCE // 2 if comparing else SORTED_AT_ONCE
    shelves = _Shelves((count // most).bit_length(), engine.spill)
    free: dict[int, list[Column]] = {}
    for number, one in enumerate(rows):
        for low, sql in one.parts():
            asked = f"SELECT {key} AS k{f', {whole} AS w' if comparing else ''}{', r' if one.begin is None else ''} FROM {{rows}}"
            columns = engine.columns(asked, None, {"rows": Relation(f"({sql})", one.files)})
            place = np.arange(begins[number] + low, begins[number] + low + len(columns["k"]), dtype=np.uint64)
            key_of = columns["k"] >> bits << bits | place
            if one.begin is None:
                free.setdefault(number, []).append(columns["r"].astype(np.int64))
            shelves.put(key_of, columns["w"] if comparing else None)
    found = []
    for keys, said in shelves.taken():
        found.append(_compare(keys, said, bits, there))
        if sum(len(one[0]) for one in found) > MOST_ALIKE:
            return None
    met, again, repeated = ([one[place] for one in found] for place in range(3))

    def rows_of(places: Sequence[Column]) -> tuple[Column, Column]:
        place = np.sort(np.concatenate([*places, _NONE]))
        of = np.searchsorted(np.array(begins[1:], dtype=np.int64), place, side="right")
        batch = np.array([one.batch for one in rows], dtype=np.int32)[of]
        r = place + np.array([(one.begin or 0) - begin for one, begin in zip(rows, begins, strict=False)])[of]
        for number, parts in free.items():
            its = of == number
            r[its] = np.concatenate(parts)[place[its] - begins[number]]
        return batch, r

    return Alike(*rows_of(met), *rows_of(again), rows_of(repeated)[1])


def _compare(keys: Column, said: Column | None, bits: np.uint64, there: int) -> tuple[Column, Column, Column]:
    """Places of rows whose hashes are alike; of those that came in and repeat one that was there; and of the latter.

    Args:
        keys: hashes with the place of their row in the low bits.
        said: of each, a hash of all it says; None where nothing was there.
        bits: how many the place has.
        there: places below it were there before.
    """
    low = (np.uint64(1) << bits) - np.uint64(1)
    if said is None:
        keys.sort()
    else:
        order = np.argsort(keys)
        keys, said = keys[order], said[order]
    same = (keys[1:] >> bits) == (keys[:-1] >> bits)
    firsts = np.flatnonzero(same)
    if not len(firsts):
        return _NONE, _NONE, _NONE
    alike = np.zeros(len(keys), dtype=bool)
    alike[firsts] = True
    alike[firsts + 1] = True
    again = repeated = _NONE
    if said is not None:
        # Two alone, the first of which was there: places rise where hashes are the same.
        alone = np.ones(len(firsts), dtype=bool)
        alone[1:] &= firsts[1:] != firsts[:-1] + 1
        alone[:-1] &= firsts[:-1] + 1 != firsts[1:]
        old, new = (keys[firsts] & low).astype(np.int64), (keys[firsts + 1] & low).astype(np.int64)
        twins = alone & (old < there) & (new >= there) & (said[firsts] == said[firsts + 1])
        alike[firsts[twins]] = False
        alike[firsts[twins] + 1] = False
        again, repeated = new[twins], old[twins]
    return (keys[alike] & low).astype(np.int64), again, repeated


class _Shelves:
    """Numbers on shelves by their highest bits, in files where there are several shelves."""

    def __init__(self, bits: int, folder: Path | None) -> None:
        self.bits = bits
        self.held: list[tuple[Column, Column | None]] = []
        self.folder = TemporaryDirectory(prefix="alike-", dir=folder) if bits else None

    def put(self, keys: Column, said: Column | None) -> None:
        if self.folder is None:
            self.held.append((keys, said))
            return
        shelf = (keys >> np.uint64(64 - self.bits)).astype(np.uint8)
        for number in range(1 << self.bits):
            its = shelf == number
            for what, numbers in (("keys", keys), ("said", said)):
                if numbers is not None:
                    with Path(self.folder.name, f"{what}-{number}").open("ab") as file:
                        numbers[its].tofile(file)

    def taken(self) -> Iterator[tuple[Column, Column | None]]:
        """Shelf by shelf; nothing stays."""
        if self.folder is None:
            held, self.held = self.held, []
            if held:
                keys = np.concatenate([keys for keys, _ in held])
                said = [said for _, said in held if said is not None]
                held.clear()
                yield keys, np.concatenate(said) if said else None
            return
        with self.folder as place:
            for number in range(1 << self.bits):
                files = [Path(place, f"{what}-{number}") for what in ("keys", "said")]
                read = [np.fromfile(file, dtype=np.uint64) if file.exists() else None for file in files]
                for file in files:
                    file.unlink(missing_ok=True)
                if read[0] is not None:
                    yield read[0], read[1]
