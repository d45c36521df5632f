"""Laying: nodes on the events of a range of cases, from the columns in memory or read for the question."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import Block, Blocks, Column, kept_blocks
from polku.analytics.filters.conditions import event_condition
from polku.analytics.map.nodes import AMBIGUOUS, Nodes
from polku.analytics.walks.pieces import OFF, Piece
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

_ASKED = re.compile(r"\bm\.(\w+)")


class Laying:
    """Lays nodes on the cases of a range of numbers; several threads may.

    Args:
        passing: code and part → whether events of these are taken; None where the engine has to say.
        kept: the blocks of the study's cases, where they are in memory.
        stays: whether what is laid stays in memory, too, for the next question.
    """

    def __init__(
        self,
        study: Study,
        nodes: Nodes,
        only: Collection[int] | None,
        parts: bool,
        passing: Column | None,
        kept: Blocks | None,
        *,
        stays: bool = True,
    ) -> None:
        self.study, self.nodes, self.only, self.kept = study, nodes, only, kept
        # Stages are steps by other names, so that one walk serves both.
        self.of_step = np.array(nodes.of_step, dtype=np.int64) if nodes.of == "stage" else None
        self.of = _node_of(study, nodes)
        self.whole = kept is not None and not study.filtered and study.events is None
        self.parts = parts
        self.key: object = None
        if self.whole and stays:
            cut = study.cuts_key if study.case == "round" else None
            steps = (study.steps.key, study.case) if AMBIGUOUS in self.of else None
            self.key = ("walk", cut, self.of.tobytes(), self.of.shape[1], steps)
        elif only is not None and not self.whole:
            self.of = np.where(np.isin(self.of, self._own(only)), self.of, OFF)
        self.open, self.by_part = bool((self.of == AMBIGUOUS).any()), self.of.shape[1] > 1
        if kept is not None and passing is not None and study.events is not None:
            self.of = np.where(passing, self.of, OFF)
            self.by_part = True
        self.decided: tuple[Column, Column] | None = None
        if self.key is None:
            # Before threads share it.
            _ = self.chosen
        if kept is None:
            self._prepare()

    @cached_property
    def chosen(self) -> _Chosen | None:
        """The cases of the study; None where these are all stored ones."""
        return _chosen(self.study)

    def _own(self, only: Collection[int]) -> list[int]:
        """Only these, in the numbers of the walk: steps for stages."""
        if self.of_step is None:
            return [*only, AMBIGUOUS]
        return [AMBIGUOUS, *np.flatnonzero(np.isin(self.of_step, list(only))).tolist()]

    def _prepare(self) -> None:
        """How a range is read."""
        condition, self.bound = event_condition(self.study)
        columns = "m.cid::BIGINT << 32 | m.ord AS key, m.code, m.ts"
        columns += ", m.part" if self.parts or self.by_part else ""
        codes = np.flatnonzero((self.of != OFF).any(axis=1)).tolist()
        if len(codes) < len(self.study.codes):
            condition += " AND m.code IN (SELECT unnest($piece_codes::INT[]))"
        self.bound = {**self.bound, "piece_codes": codes}
        stored = f"{{moves:{self.study.stored}}}"
        self.sql = f"SELECT {columns} FROM {stored} m WHERE m.cid BETWEEN $low AND $high AND {condition}"

    def of_block(self, place: int) -> Piece:
        """A range of cases that are kept in memory."""
        assert self.kept is not None
        block = self.kept.block(self.study.log, place)
        if self.key is not None:
            found = self.kept.derived(
                (self.key, place), lambda: self._from(block), lambda made: _bytes(made, block)
            )
            # What a question looks up on the way goes with it.
            found = Piece(found.ids, found.start, found.node, found.at, found.source)
        else:
            found = self._from(block)
        return self._finished(found)

    def _from(self, block: Block) -> Piece:
        ids, start, at = block.cid, block.start[:-1], None
        if self.chosen is not None:
            ids, start, at = self.chosen.rows(block)
        return self._placed(ids, start, at, block)

    def piece(self, low: int, high: int) -> Piece:
        """The cases numbered from low to high, read."""
        log = self.study.log
        with log.engine.sibling(ordered=True) as engine:
            near = log.tables_near(self.study.stored, low, high)
            read = engine.columns(self.sql, {**self.bound, "low": low, "high": high}, near)
        key, code, ts = np.asarray(read["key"]), np.asarray(read["code"]), np.asarray(read["ts"])
        part = np.asarray(read["part"]) if "part" in read else np.broadcast_to(np.int8(-1), len(key))
        if (key[1:] <= key[:-1]).any():
            order = np.argsort(key)
            key, code, ts, part = key[order], code[order], ts[order], part[order]
        id = key >> 32
        if self.chosen is not None:
            id, inside = self.chosen.of(key, low, high)
            key, code, ts, part, id = key[inside], code[inside], ts[inside], part[inside], id[inside]
        new = np.ones(len(id), dtype=bool)
        np.not_equal(id[1:], id[:-1], out=new[1:])
        start = np.flatnonzero(new)
        block = Block(id[start], np.append(start, len(id)), code, part, ts, key & 0xFFFFFFFF)
        return self._finished(self._placed(block.cid, start, None, block))

    def _placed(self, ids: Column, start: Column, at: Column | None, block: Block) -> Piece:
        """Events on their nodes."""
        code = block.code if at is None else block.code.take(at)
        if self.by_part:
            part = block.part if at is None else block.part.take(at)
            place = code.astype(np.int32)
            place *= self.of.shape[1]
            place += part
            place += 1
            node = self.of.ravel().take(place, mode="clip")
        else:
            node = np.take(self.of[:, 0], code, mode="clip")
        found = Piece(ids, start, node, at, block)
        if self.open and (node == AMBIGUOUS).any():
            open_ = np.flatnonzero(node == AMBIGUOUS)
            keys, steps = self._decided()
            node[open_] = steps[
                np.searchsorted(keys, found.id[open_].astype(np.int64) << 32 | found.ord[open_])
            ]
        on = node >= 0
        return found if on.all() else found.of(on)

    def _decided(self) -> tuple[Column, Column]:
        """Events whose step depends on those before: (case << 32 | place), and their step."""
        if self.decided is None:
            ids, ords, steps = (np.array(column, dtype=np.int64) for column in self.study.decided)
            self.decided = (ids << 32 | ords, steps)
        return self.decided

    def _finished(self, found: Piece) -> Piece:
        """With stages for steps."""
        if self.of_step is None or not len(self.of_step):
            return found
        node = np.take(self.of_step.astype(_small(len(self.of_step))), found.node, mode="clip")
        found = Piece(found.ids, found.start, node, found.at, found.source)
        on = node >= 0
        return found if on.all() else found.of(on)


def _bytes(made: Piece, block: Block) -> int:
    """What a piece takes beside its block."""
    own = [made.node]
    own += [made.at] if made.at is not None else []
    own += [made.ids, made.start] if made.ids is not block.cid else []
    return sum(column.nbytes for column in own)


def _small(most: int) -> Any:
    """The type of numbers below `most`, and of a few below zero."""
    return np.int8 if most < 1 << 7 else np.int16 if most < 1 << 15 else np.int32


@dataclass(frozen=True)
class _Chosen:
    """Stored cases by their ids, which rise."""

    id: Column

    @cached_property
    def low(self) -> Column:
        """(Case << 32 | its first event)."""
        found: Column = self.id.astype(np.int64) << 32
        return found

    @cached_property
    def high(self) -> Column:
        """(Case << 32 | its last event)."""
        found: Column = self.low | 0xFFFFFFFF
        return found

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

    def rows(self, block: Block) -> tuple[Column, Column, Column]:
        """Of each case here its id, and where it starts among the rows; the rows of the block."""
        a, b = block.within(self.id)
        id = self.id[a:b]
        case = block.places(id)
        begin = block.start.take(case)
        length = block.start.take(case + 1)
        length -= begin
        start = np.cumsum(length, dtype=np.int32)
        start -= length
        begin -= start
        row = np.repeat(begin, length)
        row += np.arange(len(row), dtype=np.int32)
        return id, start, row


@dataclass(frozen=True)
class _Rounds(_Chosen):
    """Rounds by their ids, with the accounts, first and last events of all of them."""

    columns: Mapping[str, Column]

    @cached_property
    def low(self) -> Column:
        return self._key("low")

    @cached_property
    def high(self) -> Column:
        return self._key("high")

    def _key(self, event: str) -> Column:
        cid: Column = self.columns["cid"][self.id].astype(np.int64) << 32
        cid |= self.columns[event][self.id]
        return cid

    def rows(self, block: Block) -> tuple[Column, Column, Column]:
        if not len(block.cid):
            none = np.zeros(0, dtype=np.int64)
            return none, none, none
        bounds = (int(block.cid[0]) << 32, (int(block.cid[-1]) + 1) << 32)
        a, b = np.searchsorted(self.low, bounds)
        low, high, id = self.low[a:b], self.high[a:b], self.id[a:b]
        case = block.places(low >> 32)
        begin, end = block.start[case].astype(np.int64), block.start[case + 1].astype(np.int64)
        first = begin + np.maximum((low & 0xFFFFFFFF) - 1, 0)
        length = np.minimum(begin + (high & 0xFFFFFFFF), end) - first
        start = np.cumsum(length) - length
        row = np.repeat((first - start).astype(np.int32), length)
        row += np.arange(len(row), dtype=np.int32)
        return id.astype(np.int32), start.astype(np.int32), row


def count_placed(study: Study) -> int | None:
    """Events of the chosen cases that pass the filter of events; None where an engine has to count them."""
    passing = passing_codes(study)
    kept = None if passing is None else kept_blocks(study.log, study.stored)
    if passing is None or kept is None:
        return None
    chosen = _chosen(study)

    def count(block: Block) -> int:
        code, part = block.code, block.part
        if chosen is not None:
            row = chosen.rows(block)[2]
            code, part = code.take(row), part.take(row)
        place = code.astype(np.int32)
        place *= passing.shape[1]
        place += part
        place += 1
        return int(np.count_nonzero(passing.ravel().take(place, mode="clip")))

    return int(sum(kept.each(study.log, count)))


def passing_codes(study: Study) -> Column | None:
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
        every = study.round_columns
        return _Rounds(np.asarray(study.chosen_ids) if study.filtered else every["id"], every)
    return _Chosen(np.asarray(study.chosen_ids))


def _node_of(study: Study, nodes: Nodes) -> Column:
    """Code → node (of stages: the step), with a column for each part where this decides (unknown first); OFF without."""
    size = max((code.code for code in study.codes), default=-1) + 1
    if nodes.of_code is not None:
        found = np.full((size, 1), OFF, dtype=_small(len(nodes.labels)))
        for code, node in nodes.of_code.items():
            found[code] = node
        return found
    found = np.full((size, len(PARTS) + 1), OFF, dtype=_small(len(study.steps.steps)))
    for code in study.steps.candidates:
        for part in range(-1, len(PARTS)):
            left, _ = study.steps.narrowed(code, part)
            found[code, part + 1] = left[0] if len(left) == 1 else AMBIGUOUS
    # Where the part decides nothing it is not read.
    return found[:, :1] if (found == found[:, :1]).all() else found
