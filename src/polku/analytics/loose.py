"""A log without a lake: events given as columns, put in the order of their cases, and asked as any other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from polku.analytics.columns.blocks import PIECE, WORKERS, Block, Blocks, Column, give_blocks
from polku.analytics.study import Study
from polku.frozen import dataclass
from polku.records.engine import Engine, Relation
from polku.records.log import Log

if TYPE_CHECKING:
    from polku.documents import Workspace
    from polku.records.lake import Version

CASE = "case"
"""The kind of case of such a log."""
_CHUNK = 1 << 18
"""Rows that are put into parts at a time."""
_FINER = 2
"""Bits by which the parts that are sorted are smaller than blocks."""
_NO_PART = np.int8(-1)


@dataclass(frozen=True)
class Loose:
    """Events that have a case, one row each, in any order.

    Args:
        case: 64 bits that tell cases apart, evenly spread (a hash).
        ts: microseconds; code: place of the activity in `activities`.
        ordered: the rows stand in the order in which they happened; else times decide, and of equal ones the row.
        others: events without a case.
    """

    case: Column
    ts: Column
    code: Column
    activities: tuple[str, ...]
    ordered: bool = False
    others: int = 0


@dataclass(frozen=True)
class Followed:
    """Loose events, case by case.

    Args:
        repeated: rows left out, since a row before says the same.
    """

    blocks: tuple[Block, ...]
    activities: tuple[str, ...]
    others: int
    repeated: int

    @property
    def events(self) -> int:
        """Events that have a case."""
        return sum(len(block.ts) for block in self.blocks)

    @property
    def cases(self) -> int:
        """Cases."""
        return sum(len(block.cid) for block in self.blocks)


def follow_loose(loose: Loose, progress: Callable[[float], None] | None = None) -> Followed:
    """Put events in the order of their cases.

    Of rows of one case, time and activity the first counts, as an import has it.

    Args:
        progress: told which share is behind; what it raises stops the work.
    """
    bits = max(0, (max(len(loose.case) - 1, 0) // PIECE).bit_length())
    # What is sorted at a time stays in the caches of a processor, what is followed then is a few times as long.
    fine = min(bits + _FINER, 16)
    blocks: list[Block] = []
    repeated = cases = 0

    def part(first: int) -> _Parted:
        return _parted(loose, slice(first, first + _CHUNK), fine)

    def one(place: int) -> list[_Sorted]:
        places = range(place << fine - bits, (place + 1) << fine - bits)
        return [_sorted(*_joined_part(parted, place), shared=fine, ordered=loose.ordered) for place in places]

    with ThreadPoolExecutor(WORKERS) as pool:
        parted = list(pool.map(part, range(0, max(len(loose.case), 1), _CHUNK)))
        for found in pool.map(one, range(1 << bits)):
            blocks.append(_block(found, cases))
            cases += len(blocks[-1].cid)
            repeated += sum(part.repeated for part in found)
            if progress is not None:
                progress(len(blocks) / (1 << bits))
    return Followed(tuple(blocks), loose.activities, loose.others, repeated)


@dataclass(frozen=True)
class _Parted:
    """Some events by the first bits of their cases.

    Args:
        bound: where the events of each value of these bits begin, and where the last end.
    """

    columns: tuple[Column, Column, Column]
    bound: list[int]


def _parted(loose: Loose, rows: slice, bits: int) -> _Parted:
    """Rows that stand together, few enough that what is read in another order is still in the caches."""
    case, ts, code = (one[rows] for one in (loose.case, loose.ts, loose.code))
    # So small numbers are sorted by counting.
    which = (case >> np.uint64(64 - bits)).astype(np.uint8 if bits <= 8 else np.uint16)
    order = np.argsort(which, kind="stable")
    bound = np.cumsum([0, *np.bincount(which, minlength=1 << bits)]).tolist()
    return _Parted((np.take(case, order), np.take(ts, order), np.take(code, order)), bound)


def _joined_part(parted: Sequence[_Parted], place: int) -> tuple[Column, Column, Column]:
    """Case, time and code of the events of one value, in the order of rows."""
    case, ts, code = (
        np.concatenate([one.columns[column][one.bound[place] : one.bound[place + 1]] for one in parted])
        for column in range(3)
    )
    return case, ts, code


@dataclass(frozen=True)
class _Sorted:
    """Events case by case, each in its order.

    Args:
        start: the first row of each case.
        repeated: rows left out.
    """

    start: Column
    code: Column
    ts: Column
    repeated: int


def _block(parts: Sequence[_Sorted], base: int) -> Block:
    """The cases of some parts, numbered from `base` on."""
    before = np.cumsum([0, *(len(part.ts) for part in parts)])
    start = np.concatenate([part.start + rows for part, rows in zip(parts, before, strict=False)])
    return Block(
        np.arange(base, base + len(start), dtype=np.int32),
        np.append(start, before[-1]).astype(np.int32),
        np.concatenate([part.code for part in parts]),
        np.broadcast_to(_NO_PART, int(before[-1])),
        np.concatenate([part.ts for part in parts]),
    )


def _sorted(case: Column, ts: Column, code: Column, *, shared: int, ordered: bool) -> _Sorted:
    """Events in the order of their cases; the first `shared` bits tell none of these apart."""
    if not len(case):
        return _Sorted(np.zeros(0, dtype=np.int64), code, ts, 0)
    found = _packed(case, None if ordered else ts, shared)
    order, new = _compared(case, None if ordered else ts) if found is None else found
    ts, code = np.take(ts, order), np.take(code, order)
    again = _repeats(new, ts, code)
    if again is not None:
        # The first of what is alike stays, so that no case loses its first row.
        new, ts, code = (one[~again] for one in (new, ts, code))
    return _Sorted(np.flatnonzero(new), code, ts, 0 if again is None else int(np.count_nonzero(again)))


def _packed(case: Column, ts: Column | None, shared: int) -> tuple[Column, Column] | None:
    """The order of rows by case, time (where it counts) and row, and which of them begin a case.

    Numbers sort several times faster than places, so each is sorted together with its place: times first, and then
    as many bits of the cases as fit. None where these do not tell all apart, or times do not fit.
    """
    width = len(case).bit_length()
    rows, mask = np.arange(len(case), dtype=np.uint64), np.uint64((1 << width) - 1)
    order: Column | None = None
    held = case
    if ts is not None:
        first = int(ts.min())
        if (int(ts.max()) - first).bit_length() + width > 64:
            return None
        key = (ts - first).astype(np.uint64) << np.uint64(width) | rows
        key.sort()
        order = (key & mask).astype(np.intp)
        held = np.take(case, order)
    key = held << np.uint64(shared) & ~mask | rows
    key.sort()
    at = (key & mask).astype(np.intp)
    held = np.take(held, at)
    new = np.ones(len(held), dtype=bool)
    np.not_equal(held[1:], held[:-1], out=new[1:])
    if (new[1:] & ((key[1:] ^ key[:-1]) <= mask)).any():
        return None
    return at if order is None else np.take(order, at), new


def _compared(case: Column, ts: Column | None) -> tuple[Column, Column]:
    """The same by sorts that compare whole columns and keep the order of rows."""
    order = np.argsort(case, kind="stable") if ts is None else np.lexsort((ts, case))
    held = case[order]
    new = np.ones(len(held), dtype=bool)
    np.not_equal(held[1:], held[:-1], out=new[1:])
    return order, new


def _repeats(new: Column, ts: Column, code: Column) -> Column | None:
    """Rows, by case and time, that say what one before them says; None where none does.

    Args:
        new: whether a row begins a case.
    """
    tied = ~new[1:] & (ts[1:] == ts[:-1])
    if not tied.any():
        return None
    group = np.cumsum(np.append(True, ~tied))
    among = np.flatnonzero(np.append(tied, False) | np.append(False, tied))
    key = group[among] * (int(code.max()) + 1) + code[among]
    _, first = np.unique(key, return_index=True)
    if len(first) == len(among):
        return None
    again = np.zeros(len(new), dtype=bool)
    again[among] = True
    again[among[first]] = False
    return again


class _NoVersion:
    """Stands where a version of a lake stands."""

    number = 0
    data_version = "loose"
    default_case = CASE


class _Tables(dict[str, Relation]):
    """Tables of loose events, made when they are asked for; those that are not there are empty of columns."""

    def __init__(self, followed: Followed, engine: Engine, stack: ExitStack) -> None:
        super().__init__()
        self.followed, self.engine, self.stack = followed, engine, stack

    def __missing__(self, table: str) -> Relation:
        makers: Mapping[str, Callable[[], Relation]] = {
            "codes": self._codes,
            "events": self._events,
            f"cases:{CASE}": self._cases,
            f"moves:{CASE}": self._moves,
        }
        self[table] = makers[table]()
        return self[table]

    def _held(self, name: str, columns: Mapping[str, Any]) -> str:
        return self.stack.enter_context(self.engine.holding(f"loose_{name}", columns)).sql

    def _codes(self) -> Relation:
        names = np.array(self.followed.activities, dtype=object)
        held = self._held("codes", {"code": np.arange(len(names), dtype=np.int32), "activity": names})
        empty = ", ".join(
            f"NULL::VARCHAR AS {one}" for one in ("source", "source_kind", "channel", "campaign", "direction")
        )
        return Relation(f"(SELECT code, activity::VARCHAR AS activity, {empty} FROM {held})")

    def _events(self) -> Relation:
        return Relation(
            f"(SELECT range AS event_no FROM range({self.followed.events + self.followed.others}))"
        )

    def _cases(self) -> Relation:
        blocks = [block for block in self.followed.blocks if len(block.cid)]
        columns = {
            "cid": [block.cid for block in blocks],
            "n": [np.diff(block.start) for block in blocks],
            "t0": [np.minimum.reduceat(block.ts, block.start[:-1]) for block in blocks],
            "t1": [np.maximum.reduceat(block.ts, block.start[:-1]) for block in blocks],
        }
        held = self._held("cases", {name: _joined(parts) for name, parts in columns.items()})
        empty = ", ".join(f"NULL::VARCHAR AS {one}" for one in ("account_id", "segment", "status", "outcome"))
        return Relation(
            f'(SELECT cid, cid::VARCHAR AS key, n, t0, t1, {empty}, NULL::DOUBLE AS "value" FROM {held})'
        )

    def _moves(self) -> Relation:
        """Only where arrays cannot answer: many activities with long times between them."""
        from polku.records.kernel import follow

        found: dict[str, list[Column]] = {}
        for block in self.followed.blocks:
            rows = np.arange(len(block.ts), dtype=np.int64)
            case = np.repeat(np.arange(len(block.cid), dtype=np.int64), np.diff(block.start))
            nobody = np.full(len(rows), -1, dtype=np.int32)
            moves, _ = follow(case, rows, block.code, block.ts, nobody, nobody)
            columns = {name: column for name, column in vars(moves).items() if name != "case"}
            for name, column in {"cid": block.cid[moves.case], **columns}.items():
                found.setdefault(name, []).append(column)
        return Relation(
            f"(SELECT * FROM {self._held('moves', {name: _joined(parts) for name, parts in found.items()})})"
        )


def _joined(parts: Sequence[Column]) -> Column:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class LooseLog(Log):
    """A log of loose events; version 0."""

    relations: Mapping[str, Relation] = field(default_factory=dict)

    def count(self, table: str) -> int:
        """Number of rows of a table."""
        return int(self.rows(f"SELECT count(*) FROM {{{table}}}")[0][0])

    @property
    def tables(self) -> Mapping[str, Relation]:
        """What templates select from."""
        return self.relations


@contextmanager
def loose_study(followed: Followed, engine: Engine, workspace: Workspace) -> Iterator[Study]:
    """A study of all cases of loose events, as long as the block runs."""
    ranges = tuple((int(block.cid[0]), int(block.cid[-1])) for block in followed.blocks if len(block.cid))
    there = [block for block in followed.blocks if len(block.cid)]
    blocks = Blocks(CASE, ranges, 0, (), (), dict(enumerate(there)))
    with ExitStack() as stack:
        tables = _Tables(followed, engine, stack)
        log = LooseLog(cast("Version", _NoVersion()), engine, CASE, tables)
        stack.enter_context(give_blocks(engine, blocks))
        yield Study(log=log, workspace=workspace, case=CASE, today=dt.date.today())
