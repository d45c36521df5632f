"""A log without a lake: events given as columns, put in the order of their cases, and asked as any other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from polku.analytics.blocks import PIECE, WORKERS, Block, Blocks, Column, give_blocks
from polku.analytics.study import Study
from polku.records.engine import Engine, Relation
from polku.records.log import Log

if TYPE_CHECKING:
    from polku.documents import Workspace
    from polku.records.lake import Version

CASE = "case"
"""The kind of case of such a log."""
_BITS = 24
"""Of the number of a case, those that count within its block."""
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
    number = (loose.case >> np.uint64(64 - bits)).astype(np.uint16) if bits else None
    blocks: list[Block] = []
    repeated = 0

    def one(place: int) -> tuple[Block, int]:
        return _block(loose, None if number is None else np.flatnonzero(number == place), place << _BITS)

    with ThreadPoolExecutor(WORKERS) as pool:
        for block, again in pool.map(one, range(1 << bits)):
            blocks.append(block)
            repeated += again
            if progress is not None:
                progress(len(blocks) / (1 << bits))
    return Followed(tuple(blocks), loose.activities, loose.others, repeated)


def _block(loose: Loose, row: Column | None, base: int) -> tuple[Block, int]:
    """The cases of some rows, numbered from `base` on, and how many rows only repeat another."""
    case, ts, code = (one if row is None else one[row] for one in (loose.case, loose.ts, loose.code))
    if not len(case):
        none = np.zeros(0, dtype=np.int32)
        return Block(none, np.zeros(1, dtype=np.int32), code, none.astype(np.int8), ts), 0
    # Places are numbered first: a number and a time fit into one key, a hash and a time do not.
    order = np.argsort(case)
    new = np.zeros(len(order), dtype=bool)
    held = case[order]
    np.not_equal(held[1:], held[:-1], out=new[1:])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(new)
    order = np.argsort(place << 32 | np.arange(len(place))) if loose.ordered else _by_time(place, ts)
    place, ts, code = place[order], ts[order], code[order]
    again = _repeats(place, ts, code)
    if again is not None:
        place, ts, code = (one[~again] for one in (place, ts, code))
    new = np.ones(len(place), dtype=bool)
    np.not_equal(place[1:], place[:-1], out=new[1:])
    start = np.flatnonzero(new)
    return (
        Block(
            (np.arange(len(start)) + base).astype(np.int32),
            np.append(start, len(place)).astype(np.int32),
            code,
            np.broadcast_to(_NO_PART, len(place)),
            ts,
        ),
        0 if again is None else int(np.count_nonzero(again)),
    )


def _by_time(place: Column, ts: Column) -> Column:
    """The order of rows by case, time, and row."""
    first = int(ts.min())
    bits = (int(ts.max()) - first).bit_length()
    if bits + int(place.max()).bit_length() > 63:
        return np.lexsort((ts, place))
    key = place << bits | (ts - first)
    order: Column = np.argsort(key)
    held = key[order]
    if (held[1:] == held[:-1]).any():
        # A sort that keeps the order of rows takes longer, and few logs need it.
        order = np.argsort(key, kind="stable")
    return order


def _repeats(place: Column, ts: Column, code: Column) -> Column | None:
    """Rows, by case and time, that say what one before them says; None where none does."""
    tied = (place[1:] == place[:-1]) & (ts[1:] == ts[:-1])
    if not tied.any():
        return None
    group = np.cumsum(np.append(True, ~tied))
    among = np.flatnonzero(np.append(tied, False) | np.append(False, tied))
    key = group[among] * (int(code.max()) + 1) + code[among]
    _, first = np.unique(key, return_index=True)
    if len(first) == len(among):
        return None
    again = np.zeros(len(place), dtype=bool)
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
