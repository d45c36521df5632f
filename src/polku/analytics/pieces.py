"""Pieces: the walk of a study as arrays, a few cases at a time, for what would cost an engine a sort of all events.

Moves lie in their files by case and place in it. Where neighbours have to be found anew, since events without a node
stand between them or a filter took some away, following that order is several times faster than a window of SQL. The
order is looked at and not believed: rows that come otherwise are sorted. Engines that hand out no arrays answer in SQL,
and tests hold both against the definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from polku.analytics.blocks import Block, case_ranges, in_threads, kept_blocks
from polku.analytics.blocks import Column as Column
from polku.analytics.conditions import event_condition
from polku.analytics.nodes import AMBIGUOUS, Nodes
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.study import Study

Found = TypeVar("Found")

OFF = -1
_ASKED = re.compile(r"\bm\.(\w+)")


@dataclass(frozen=True)
class Piece:
    """Whole cases: one row per event that has a node, by case and place in it; no case without a row.

    Args:
        ids: of each case; start: its first row; below: what `row` is below its first event, 0 where not told.
        node, ts, row: of each event; ts in microseconds. row: where it was read; None where all that was read is here.
        parts: of each event; None where nobody asked.
    """

    ids: Column
    start: Column
    below: Column
    node: Column
    ts: Column
    row: Column | None
    parts: Column | None

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
    def ord(self) -> Column:
        """Row → place of the event in its stored case, from 1."""
        row: Column = np.arange(len(self)) if self.row is None else self.row
        found: Column = row - np.repeat(self.below, self.length)
        return found

    @cached_property
    def part(self) -> Column:
        """Row → part of the actor, −1 unknown."""
        return np.broadcast_to(np.int8(-1), len(self)) if self.parts is None else self.parts

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
        length = np.add.reduceat(mask, self.start, dtype=np.int32)
        row, there = np.flatnonzero(mask), length > 0
        length = length[there]
        return Piece(
            self.ids[there],
            np.cumsum(length) - length,
            self.below[there],
            self.node[row],
            self.ts[row],
            row if self.row is None else self.row[row],
            None if self.parts is None else self.parts[row],
        )

    def transformed(self, transform: str) -> Piece:
        """As `nodes.TRANSFORM_SQL`: of equal neighbours the first, or of each node of a case the first."""
        if transform == "exposure":
            kept = self.begins.copy()
            kept[1:] |= self.node[1:] != self.node[:-1]
            return self.of(kept)
        if transform == "first":
            return self.of(firsts(self.case, self.node))
        return self


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
    if not len(values):
        return None
    rank = max(len(values) - len(values) * (100 - hundredths) // 100, 1) - 1
    return int(np.partition(values, rank)[rank])


def over_pieces(
    study: Study,
    nodes: Nodes,
    work: Callable[[Piece], Found],
    *,
    transform: str = "identity",
    only: Collection[int] | None = None,
    parts: bool = False,
) -> list[Found]:
    """What `work` finds in each piece of a study's walk, in the order of cases.

    Args:
        only: nodes; events of others are left out, after the transform of none.
        parts: whether the parts of actors are read; else they are all unknown.
    """
    passing = _passing(study)
    kept = None if passing is None else kept_blocks(study.log, study.stored)
    reading = _Reading(study, nodes, only, parts)
    if kept is not None and passing is not None and study.events is not None:
        reading.pass_only(passing)
    ranges = kept.ranges if kept is not None else case_ranges(study.log, study.stored)[0]

    def one(place: int) -> tuple[int, int, Found]:
        if kept is not None:
            piece = reading.of_block(kept.block(study.log, place))
        else:
            piece = reading.piece(*ranges[place])
        return len(piece), len(piece.ids), work(piece.transformed(transform))

    told = in_threads(one, range(len(ranges)))
    if only is None:
        study.on_map[nodes.of] = (sum(events for events, _, _ in told), sum(cases for _, cases, _ in told))
    return [found for _, _, found in told]


class _Reading:
    """Lays nodes on the cases of a range of numbers; several threads may."""

    def __init__(self, study: Study, nodes: Nodes, only: Collection[int] | None, parts: bool) -> None:
        self.study = study
        self.tables = study.log.tables
        condition, self.bound = event_condition(study)
        self.of = _node_of(study, nodes)
        if only is not None:
            self.of = np.where(np.isin(self.of, [*only, AMBIGUOUS]), self.of, OFF)
        self.by_part = self.of.shape[1] > 1
        self.parts = parts or self.by_part
        columns = "m.cid::BIGINT << 32 | m.ord AS key, m.code, m.ts"
        columns += ", m.part" if self.parts else ""
        codes = np.flatnonzero((self.of != OFF).any(axis=1)).tolist()
        if len(codes) < len(study.codes):
            condition += " AND m.code IN (SELECT unnest($piece_codes::INT[]))"
        self.bound = {**self.bound, "piece_codes": codes}
        self.sql = f"SELECT {columns} FROM {{moves:{study.stored}}} m WHERE m.cid BETWEEN $low AND $high AND {condition}"
        self.only = only
        self.chosen = _chosen(study)
        if AMBIGUOUS in self.of:
            ids, ords, steps = (np.array(column, dtype=np.int64) for column in study.decided)
            self.decided = (ids << 32 | ords, np.array([*nodes.of_step, OFF])[steps])

    def pass_only(self, passing: Column) -> None:
        """Leave out the events of blocks that do not pass a filter, by code and part."""
        self.of = np.where(passing, self.of, OFF)
        self.by_part = self.parts = True

    def of_block(self, block: Block) -> Piece:
        """Cases that are kept in memory."""
        ids, start, below, row = block.cid, block.start[:-1], block.start[:-1] - 1, None
        if self.chosen is not None:
            ids, start, below, row = self.chosen.rows(block)
        code, ts = (block.code, block.ts) if row is None else (block.code[row], block.ts[row])
        part = None
        if self.parts:
            part = block.part if row is None else block.part[row]
        return self._placed(ids, start, below, code, ts, row, part)

    def piece(self, low: int, high: int) -> Piece:
        """The cases numbered from low to high, read."""
        with self.study.log.engine.sibling(ordered=True) as engine:
            read = engine.columns(self.sql, {**self.bound, "low": low, "high": high}, self.tables)
        key, code, ts = np.asarray(read["key"]), np.asarray(read["code"]), np.asarray(read["ts"])
        part = np.asarray(read["part"]) if "part" in read else None
        if (key[1:] <= key[:-1]).any():
            order = np.argsort(key)
            key, code, ts = key[order], code[order], ts[order]
            part = part[order] if part is not None else None
        id = key >> 32
        if self.chosen is not None:
            id, inside = self.chosen.of(key, low, high)
            key, code, ts, id = key[inside], code[inside], ts[inside], id[inside]
            part = part[inside] if part is not None else None
        new = np.ones(len(id), dtype=bool)
        np.not_equal(id[1:], id[:-1], out=new[1:])
        start = np.flatnonzero(new)
        return self._placed(
            id[start], start, np.zeros(len(start), dtype=np.int64), code, ts, key & 0xFFFFFFFF, part
        )

    def _placed(
        self,
        ids: Column,
        start: Column,
        below: Column,
        code: Column,
        ts: Column,
        row: Column | None,
        part: Column | None,
    ) -> Piece:
        """Events on their nodes."""
        if self.by_part and part is not None:
            width = self.of.shape[1]
            node = self.of.ravel()[code.astype(np.int32) * width + part + 1]
        else:
            node = self.of[:, 0][code]
        found = Piece(ids, start, below, node, ts, row, part)
        if self.by_part and (node == AMBIGUOUS).any():
            open_ = np.flatnonzero(node == AMBIGUOUS)
            keys, steps = self.decided
            node[open_] = steps[
                np.searchsorted(keys, found.id[open_].astype(np.int64) << 32 | found.ord[open_])
            ]
        on = node >= 0
        if self.by_part and self.only is not None:
            on &= np.isin(node, list(self.only))
        return found if on.all() else found.of(on)


@dataclass(frozen=True)
class _Chosen:
    """Cases by number: (case << 32 | first event), (… last event), and their ids, rising."""

    low: Column
    high: Column
    id: Column

    def of(self, key: Column, first: int, last: int) -> tuple[Column, Column]:
        """Row → id of its case (any where it is of none), and whether it is of one."""
        a, b = np.searchsorted(self.low, (first << 32, (last + 1) << 32))
        low, high, id = self.low[a:b], self.high[a:b], self.id[a:b]
        if not len(low) or not len(key):
            return np.zeros(len(key), dtype=np.int64), np.zeros(len(key), dtype=bool)
        size = len(key) + 1
        begins = np.bincount(np.searchsorted(key, low, "left"), minlength=size)[:-1]
        over = np.bincount(np.searchsorted(key, high, "right"), minlength=size)[:-1]
        place = np.cumsum(begins)
        inside = place > np.cumsum(over)
        return id[np.maximum(place - 1, 0)], inside

    def rows(self, block: Block) -> tuple[Column, Column, Column, Column]:
        """Of each case here: its id, where it starts among its rows, what they are below its first event; the rows."""
        if not len(block.cid):
            none = np.zeros(0, dtype=np.int64)
            return none, none, none, none
        bounds = (int(block.cid[0]) << 32, (int(block.cid[-1]) + 1) << 32)
        a, b = np.searchsorted(self.low, bounds)
        low, high, id = self.low[a:b], self.high[a:b], self.id[a:b]
        case = np.searchsorted(block.cid, low >> 32)
        begin, end = block.start[case].astype(np.int64), block.start[case + 1].astype(np.int64)
        first = begin + np.maximum((low & 0xFFFFFFFF) - 1, 0)
        length = np.minimum(begin + (high & 0xFFFFFFFF), end) - first
        start = np.cumsum(length) - length
        row = np.repeat(first - start, length) + np.arange(int(length.sum()))
        return id, start, begin - 1, row


def count_placed(study: Study) -> int | None:
    """Events of the chosen cases that pass the filter of events; None where an engine has to count them."""
    passing = _passing(study)
    kept = None if passing is None else kept_blocks(study.log, study.stored)
    if passing is None or kept is None:
        return None
    chosen = _chosen(study)

    def count(block: Block) -> int:
        code, part = block.code, block.part
        if chosen is not None:
            row = chosen.rows(block)[3]
            code, part = code[row], part[row]
        return int(np.count_nonzero(passing[code, part + 1]))

    return int(sum(kept.each(study.log, count)))


def _passing(study: Study) -> Column | None:
    """Code and part (unknown first) → whether events of these pass the filter; None where it asks for more of them."""
    size = max((code.code for code in study.codes), default=-1) + 1
    if study.events is None:
        return np.ones((size, len(PARTS) + 1), dtype=bool)
    condition, params = event_condition(study)
    if not study.log.engine.gives_arrays or set(_ASKED.findall(condition)) - {"code", "part"}:
        return None
    rows = study.log.rows(
        "SELECT m.code, m.part FROM (SELECT code, unnest($all_parts::INT[]) AS part FROM {codes}) m "
        f"WHERE {condition} ORDER BY ALL",
        all_parts=list(range(-1, len(PARTS))),
        **params,
    )
    found = np.zeros((size, len(PARTS) + 1), dtype=bool)
    for code, part in rows:
        found[code, part + 1] = True
    return found


def _chosen(study: Study) -> _Chosen | None:
    """The cases of a study; None where these are all stored ones."""
    if study.case != "round" and not study.filtered:
        return None
    if study.case == "round":
        rounds = study.round_columns
        id = rounds["id"]
        if study.filtered:
            id = np.sort(np.asarray(study.ask_columns("SELECT id FROM kept")["id"]))
        cid = rounds["cid"][id].astype(np.int64) << 32
        return _Chosen(cid | rounds["low"][id], cid | rounds["high"][id], id.astype(np.int64))
    id = np.sort(np.asarray(study.ask_columns("SELECT id FROM kept")["id"])).astype(np.int64)
    return _Chosen(id << 32, id << 32 | 0xFFFFFFFF, id)


def _node_of(study: Study, nodes: Nodes) -> Column:
    """Code → node, with a column for each part where this decides (unknown first), else with one; OFF without."""
    size = max((code.code for code in study.codes), default=-1) + 1
    if nodes.of_code is not None:
        found = np.full((size, 1), OFF, dtype=np.int32)
        for code, node in nodes.of_code.items():
            found[code] = node
        return found
    found = np.full((size, len(PARTS) + 1), OFF, dtype=np.int32)
    for code in study.steps.candidates:
        for part in range(-1, len(PARTS)):
            left, _ = study.steps.narrowed(code, part)
            found[code, part + 1] = nodes.of_step[left[0]] if len(left) == 1 else AMBIGUOUS
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
        before = sum(np.searchsorted(run, base, "left") for run in self.runs)
        low = np.zeros(len(group), dtype=np.int64)
        high = np.full(len(group), (1 << self.bits) - 1, dtype=np.int64)
        while (low < high).any():
            middle = (low + high) >> 1
            reached = sum(np.searchsorted(run, base | middle, "right") for run in self.runs) - before >= rank
            high = np.where(reached, middle, high)
            low = np.where(reached, low, middle + 1)
        return low
