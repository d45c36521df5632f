"""Pieces: the walk of a study as arrays, a few cases at a time, for what would cost an engine a sort of all events.

Moves lie in their files by case and place in it. Where neighbours have to be found anew, since events without a node
stand between them or a filter took some away, following that order is several times faster than a window of SQL. The
order is looked at and not believed: rows that come otherwise are sorted. Engines that hand out no arrays answer in SQL,
and tests hold both against the definition.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from polku.analytics.conditions import event_condition
from polku.analytics.nodes import AMBIGUOUS, Nodes
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.study import Study

Column: TypeAlias = "np.ndarray[Any, Any]"
Found = TypeVar("Found")

PIECE = 600_000
"""Events of a piece, about: what the caches of a processor hold."""
WORKERS = 2
OFF = -1


@dataclass(frozen=True)
class Piece:
    """Whole cases: one row per event that has a node, by case and place in it.

    Args:
        id: of the case; ord: place of the event in its stored case; ts: microseconds.
    """

    id: Column
    ord: Column
    node: Column
    ts: Column
    part: Column

    def __len__(self) -> int:
        return len(self.id)

    @cached_property
    def begins(self) -> Column:
        """Row → whether it is the first of its case."""
        flags = np.ones(len(self.id), dtype=bool)
        np.not_equal(self.id[1:], self.id[:-1], out=flags[1:])
        return flags

    @cached_property
    def ends(self) -> Column:
        """Row → whether it is the last of its case."""
        flags = np.ones(len(self.id), dtype=bool)
        flags[:-1] = self.begins[1:]
        return flags

    @cached_property
    def case(self) -> Column:
        """Row → number of its case within the piece, from 0."""
        return np.cumsum(self.begins, dtype=np.int32) - np.int32(1)

    def of(self, rows: Column) -> Piece:
        """Only some rows (a mask, or places)."""
        return Piece(self.id[rows], self.ord[rows], self.node[rows], self.ts[rows], self.part[rows])

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
    reading = _Reading(study, nodes, only, parts)
    ranges = reading.ranges()

    def one(between: tuple[int, int]) -> tuple[int, int, Found]:
        piece = reading.piece(*between)
        return len(piece), int(piece.begins.sum()) if len(piece) else 0, work(piece.transformed(transform))

    if len(ranges) <= 1:
        told = [one(between) for between in ranges]
    else:
        with ThreadPoolExecutor(WORKERS) as pool:
            told = list(pool.map(one, ranges))
    if only is None:
        study.on_map[nodes.of] = (sum(events for events, _, _ in told), sum(cases for _, cases, _ in told))
    return [found for _, _, found in told]


class _Reading:
    """Reads the cases of a range of numbers; several threads may."""

    def __init__(self, study: Study, nodes: Nodes, only: Collection[int] | None, parts: bool) -> None:
        self.study = study
        self.tables = study.log.tables
        condition, self.bound = event_condition(study)
        self.of = _node_of(study, nodes)
        if only is not None:
            self.of = np.where(np.isin(self.of, [*only, AMBIGUOUS]), self.of, OFF)
        self.by_part = self.of.shape[1] > 1
        columns = "m.cid::BIGINT << 32 | m.ord AS key, m.code, m.ts"
        columns += ", m.part" if parts or self.by_part else ""
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

    def ranges(self) -> list[tuple[int, int]]:
        """Bounds of numbers of cases, both included, each of about PIECE events."""
        rows = self.study.log.rows(
            f"SELECT cid >> 24 AS bucket, min(cid), max(cid), sum(n)::BIGINT FROM {{cases:{self.study.stored}}} "
            "GROUP BY 1 ORDER BY 1"
        )
        found = []
        for _, low, high, events in rows:
            number = max(1, round(events / PIECE))
            bounds = [low + (high + 1 - low) * place // number for place in range(number + 1)]
            found += [(a, b - 1) for a, b in itertools.pairwise(bounds) if a < b]
        return found

    def piece(self, low: int, high: int) -> Piece:
        """The cases numbered from low to high."""
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
        node = self.of[code, part + 1] if self.by_part and part is not None else self.of[code, 0]
        ord_ = key & 0xFFFFFFFF
        if part is None:
            part = np.broadcast_to(np.int8(-1), len(key))
        if self.by_part and (node == AMBIGUOUS).any():
            open_ = np.flatnonzero(node == AMBIGUOUS)
            keys, steps = self.decided
            node = node.copy()
            node[open_] = steps[np.searchsorted(keys, id[open_] << 32 | ord_[open_])]
        found = Piece(id, ord_, node, ts, part)
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

    def quantiles(self, group: Column, count: Column, hundredths: int) -> Column:
        """Of each group the value at its place, as `quantile_disc` has it: the first that so many do not exceed."""
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

    def sums(self, group: Column) -> Column:
        """Of each group (numbers that rise) the sum of its values, exact."""
        total = np.zeros(len(group), dtype=np.int64)
        for run in self.runs:
            begin, end = (np.searchsorted(run, (group + more) << self.bits) for more in (0, 1))
            there = begin < end
            if there.any():
                # Between a group and the next may stand others that are not asked for.
                bounds = np.stack([begin[there], end[there]], axis=1).ravel()
                values = np.append(run & ((1 << self.bits) - 1), 0)
                total[there] += np.add.reduceat(values, bounds)[::2]
        return total
