"""Quick paths: paths to conversions, found in the blocks of accounts, which are kept in memory where they fit.

Paths that end in a conversion are handed out one by one. Of the others, which are many, only what a chain counts of
them: `conversion_paths` finds the same paths in full, and tests hold both against each other and the definition.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.blocks import (
    Block,
    Blocks,
    in_threads,
    kept_blocks,
    passing_blocks,
    written_of,
)
from polku.analytics.columns.deal_columns import DealColumns, deal_columns
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.kept import narrow
from polku.analytics.columns.members import CaseAccounts, accounts_of_cases
from polku.analytics.credit.conversion_ends import Closings, Ends, closings_of, happened, table_of, won_deals
from polku.analytics.credit.conversion_paths import Codes, Found, codes_of
from polku.analytics.credit.laid_paths import BlockPaths, KeptPaths, LaidPaths, once, packed_rows
from polku.analytics.credit.shares import (
    MOST_CELLS,
    MOST_UNITS,
    Part,
    groups_drawn,
    groups_of,
    transitions,
)
from polku.analytics.credit.touch_paths import NEVER, Tail, cells_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from polku.analytics.columns.blocks import Column
    from polku.analytics.credit import markov
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Quick:
    """Paths that a conversion ended, block by block, and what is known of the others.

    Args:
        counted: transitions of all paths, by groups of accounts, where a chain is asked for.
    """

    kept: KeptPaths
    parts: tuple[Part, ...]
    counted: markov.Counts | None


def find_quickly(
    study: Study,
    conversion: str | None,
    by: str,
    *,
    lookback: dt.timedelta | None,
    deal_value: bool,
    chained: bool,
    draws: int,
) -> Quick | None:
    """As `conversion_paths.find_paths`, with only the paths that a conversion ended in full.

    What is found of all accounts, however long ago, stays beside the blocks.

    Args:
        chained: whether transitions are wanted, of paths without a conversion too; draws: how often these are drawn.

    Returns:
        None where an engine has to be asked.
    """
    if study.case != "account" or study.events is not None:
        return None
    log = study.log
    kept = kept_blocks(log, "account") or passing_blocks(log, "account")
    if kept is None:
        return None
    codes = codes_of(study, conversion, by)
    if chained and (len(codes.labels) + 1) ** 2 * (MOST_UNITS if draws else 1) > MOST_CELLS:
        return None
    size = max((code.code for code in study.codes), default=-1) + 1
    leads = table_of(size, {code: 1 for code, said in codes.lead.items() if said}, 0) > 0
    searched: list[_Search | None] = []

    def search() -> _Search | None:
        if not searched:
            searched.append(
                _search(study, kept, codes, conversion, lookback, deal_value, chained, draws, leads)
            )
        return searched[0]

    def paths() -> KeptPaths | None:
        made = search()
        return None if made is None else made.paths

    def counted() -> markov.Counts | None:
        made = search()
        return None if made is None else made.counted

    held = not study.filtered and lookback is None
    name: tuple[object, ...] = ()
    if not held:
        found, counts = paths(), counted() if chained else None
    else:
        tables = ("events", "deals", "accounts", "cases:account")
        written = written_of([file for table in tables for file in log.tables[table].files])
        name = (log.data_version, written, conversion is None, deal_value, codes.key)
        found = kept.derived(("paths", *name), paths, lambda made: 0 if made is None else made.bytes)
        counts = None
        if chained and found is not None:
            counts = kept.derived(
                ("transitions", *name, bool(draws)), counted, lambda made: 0 if made is None else made.bytes
            )
    if found is None:
        return None

    def lay(place: int, touched: bool = False) -> LaidPaths:
        def hold(what: str, make: Callable[[], Column]) -> Column:
            return kept.derived(("touches", *name, place, what), make, lambda made: int(made.nbytes))

        return found.blocks[place].path_set(
            codes.labels,
            partial(kept.block, log, place),
            leads,
            touched=touched,
            hold=hold if held else once,
        )

    parts = tuple(
        Part(codes.labels, partial(lay, place), partial(lay, place)) for place in range(len(found.blocks))
    )
    return Quick(found, parts, counts)


@dataclass(frozen=True)
class _Search:
    paths: KeptPaths
    counted: markov.Counts | None


def _search(
    study: Study,
    kept: Blocks,
    codes: Codes,
    conversion: str | None,
    lookback: dt.timedelta | None,
    deal_value: bool,
    chained: bool,
    draws: int,
    leads: Column,
) -> _Search | None:
    known = accounts_of_cases(study.log)
    if (known.of_case < 0).any() or (conversion is None and not study.log.version.count("deals")):
        return None
    told = deal_columns(study.log)
    chosen = chosen_cases(study, known.cid)
    closings, elsewhere = None, 0
    if conversion is None:
        closings = closings_of(study.log)
        ends, elsewhere = won_deals(study.log, told, closings, codes, known, chosen)
    else:
        ended = happened(study, codes, known, chosen, deal_value)
        if ended is None:
            return None
        ends = ended
    finding = _Finding(
        study, kept, known, codes, ends, closings, chosen, lookback, by_row=conversion is not None
    )
    return finding.found(told, elsewhere, chained, draws, leads)


@dataclass(frozen=True)
class _OfBlock:
    """What one block has: distinct touches and those on paths, events by code, unmapped touches, nodes of any path.

    Args:
        conversion, case, n: of each path that a conversion ended: which, whose (of all cases), and its touches.
        node, rows: of these touches; cells, cell_node, cell_count: see `BlockPaths`.
        tail_case, tail_n: of each path without one; tail: nodes of their touches, where they are wanted.
    """

    touches: int
    used: int
    by_code: Column
    unmapped: int
    met: Column
    conversion: Column
    case: Column
    n: Column
    node: Column
    rows: Column
    cells: Column
    cell_node: Column
    cell_count: Column
    tail_case: Column
    tail_n: Column
    tail: Column


class _Finding:
    """One search."""

    def __init__(
        self,
        study: Study,
        kept: Blocks,
        known: CaseAccounts,
        codes: Codes,
        ends: Ends,
        closings: Closings | None,
        chosen: Column | None,
        lookback: dt.timedelta | None,
        *,
        by_row: bool,
    ) -> None:
        self.study, self.kept, self.known, self.codes = study, kept, known, codes
        self.ends, self.chosen, self.by_row = ends, chosen, by_row
        self.since = None if lookback is None else lookback // dt.timedelta(microseconds=1)
        self.closings = None
        if closings is not None:
            order = np.argsort(closings.cid, kind="stable")
            self.closings = (closings.cid[order], closings.ord[order])
        size = max((code.code for code in study.codes), default=-1) + 1
        self.node = narrow(table_of(size, codes.node, -1))
        self.off = table_of(size, dict.fromkeys(codes.unmapped, 1), 0) > 0
        self.size = size
        # Conversions of one moment of a case have the same touches.
        new = np.ones(len(ends.cid), dtype=bool)
        new[1:] = (ends.cid[1:] != ends.cid[:-1]) | (ends.at[1:] != ends.at[:-1])
        self.first = np.flatnonzero(new)
        self.cid, self.moment = ends.cid[self.first], ends.at[self.first]
        self.many = np.diff(np.append(self.first, len(ends.cid)))
        self.repeated = bool((self.many > 1).any())
        self.begin = np.append(np.searchsorted(known.cid, [low for low, _ in kept.ranges]), len(known.cid))

    def of(self, place: int, chained: bool) -> _OfBlock:
        """What a block has."""
        block = self.kept.block(self.study.log, place)
        length = np.diff(block.start)
        node = np.take(self.node, block.code)
        touch = node >= 0
        mine = None
        if self.chosen is not None:
            mine = np.repeat(self.chosen[self.begin[place] : self.begin[place + 1]], length)
            touch &= mine
        if self.closings is not None and len(length):
            self._leave_out(block, touch)
        leads = touch & self._before_last(block, length)
        rows, tail = np.flatnonzero(leads), np.flatnonzero(touch & ~leads)
        number = _runs(leads, block)
        tail_n = _runs(touch, block) - number
        path, rows = self._paths(block, rows, number)
        touches = used = int(np.count_nonzero(touch))
        if self.since is not None:
            young = block.ts[rows] > self.ends.end[path] - self.since
            path, rows = path[young], rows[young]
            recent = block.ts[tail] > np.repeat(_last(block.ts[tail], tail_n), tail_n) - self.since
            tail_n = np.bincount(np.repeat(np.arange(len(length)), tail_n)[recent], minlength=len(length))
            tail = tail[recent]
            used = int(np.count_nonzero(_flags_of(rows, len(node)))) + len(tail)
        first = np.flatnonzero(np.append(True, path[1:] != path[:-1])) if len(path) else path
        tails = np.flatnonzero(tail_n)
        on_path, on_tail = node[rows], node[tail]
        unmapped = 0
        if self.off.any():
            there = _flags_of(rows, len(node)) | _flags_of(tail, len(node))
            unmapped = int(np.count_nonzero(self.off[block.code[there]]))
        nodes = len(self.codes.labels)
        n = np.diff(np.append(first, len(path)))
        cells = cells_of(np.repeat(np.arange(len(n)), n), on_path, len(n), nodes)
        return _OfBlock(
            touches=touches,
            used=used,
            by_code=np.bincount(block.code if mine is None else block.code[mine], minlength=self.size),
            unmapped=unmapped,
            met=np.bincount(on_path, minlength=nodes) + np.bincount(on_tail, minlength=nodes) > 0,
            conversion=path[first],
            case=self.begin[place] + block.places(self.ends.cid[path[first]]),
            n=narrow(n),
            node=on_path,
            rows=packed_rows(rows, len(node)),
            cells=narrow(np.bincount(cells.path, minlength=len(n))),
            cell_node=narrow(cells.node),
            cell_count=narrow(cells.count),
            tail_case=self.begin[place] + tails,
            tail_n=tail_n[tails],
            tail=on_tail if chained else on_tail[:0],
        )

    def _leave_out(self, block: Block, touch: Column) -> None:
        """Events that tell that a deal was won are no touches."""
        assert self.closings is not None
        cid, ord_ = self.closings
        low, high = block.within(cid)
        touch[block.start[block.places(cid[low:high])] + ord_[low:high] - 1] = False

    def _before_last(self, block: Block, length: Column) -> Column:
        """Row → whether a conversion of its case is not before it."""
        low, high = block.within(self.cid)
        own, at = block.places(self.cid[low:high]), self.moment[low:high]
        # Of several assignments the last stays: the last conversion.
        if self.by_row:
            end = np.zeros(len(length), dtype=np.int32)
            end[own] = block.start[own] + at
            return np.arange(len(block.ts), dtype=np.int32) < np.repeat(end, length)
        end = np.full(len(length), NEVER)
        end[own] = at
        return block.ts <= np.repeat(end, length)

    def _paths(self, block: Block, rows: Column, number: Column) -> tuple[Column, Column]:
        """Conversion and row of each pair on a path, in their order.

        Args:
            rows: that a conversion follows, rising; number: of them by case.
        """
        low, high = block.within(self.cid)
        own, at = block.places(self.cid[low:high]), self.moment[low:high]
        several = np.bincount(own, minlength=len(number))
        begin = low + np.cumsum(several) - several
        moment = np.repeat(begin.astype(np.int32), number)
        if len(own) and (most := int(several.max())) > 1:
            # Few cases have more than one conversion.
            few = np.flatnonzero(np.repeat(several > 1, number))
            case = np.repeat(np.arange(len(number)), number * (several > 1))
            when = rows[few] - block.start[case] + 1 if self.by_row else block.ts[rows[few]]
            for n in range(most - 1):
                there = np.flatnonzero(several[case] > n + 1)
                moment[few[there]] += when[there] > at[begin[case[there]] + n - low]
        path = self.first[moment]
        if self.repeated:
            many = self.many[moment]
            offset = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
            path, rows = np.repeat(path, many) + offset, np.repeat(rows, many)
        if (path[1:] < path[:-1]).any():
            order = np.argsort(path, kind="stable")
            path, rows = path[order], rows[order]
        return path, rows

    def found(self, told: DealColumns, elsewhere: int, chained: bool, draws: int, leads: Column) -> _Search:
        """All blocks together."""
        all_ = in_threads(lambda place: self.of(place, chained), range(len(self.kept.ranges)))
        account, ends = self.known.of_case, self.ends
        there = np.zeros(self.study.log.count("accounts"), dtype=bool)
        for one in all_:
            there[account[one.case]] = there[account[one.tail_case]] = True
        rank = np.cumsum(there, dtype=np.int32) - 1
        blocks = tuple(self._narrow(one, rank[account[one.case]]) for one in all_)
        touches, used = sum(one.touches for one in all_), sum(one.used for one in all_)
        reasons = self._reasons(
            sum((one.by_code for one in all_), np.zeros(self.size, dtype=np.int64)), touches
        )
        reasons["events_before_lookback"] = touches - used
        names = told.names("currency")
        won = told.first & told.is_("outcome", "won") & (told.currency >= 0)
        found = Found(
            without=len(ends.cid) - sum(len(one.n) for one in all_),
            elsewhere=elsewhere,
            valued=bool(np.isfinite(ends.value).any()),
            currencies=tuple(names[place] for place in np.flatnonzero(np.bincount(told.currency[won]))),
            events=used,
            remainder={name: number for name, number in reasons.items() if number},
            unmapped=sum(one.unmapped for one in all_),
        )
        paths = KeptPaths(
            found,
            blocks,
            units=int(there.sum()),
            met=frozenset(np.flatnonzero(sum(one.met for one in all_)).tolist()),
            without=sum(len(one.tail_n) for one in all_),
            worth=float(sum(one.value.sum() for one in blocks)),
        )
        if not chained:
            return _Search(paths, None)
        labels, log = self.codes.labels, self.study.log

        def lay(place: int, touched: bool = False) -> LaidPaths:
            return blocks[place].path_set(
                labels, partial(self.kept.block, log, place), leads, touched=touched
            )

        parts = [
            Part(
                labels,
                partial(lay, place),
                partial(lay, place),
                Tail(one.tail, one.tail_n, rank[account[one.tail_case]]),
            )
            for place, one in enumerate(all_)
        ]
        groups = groups_drawn(paths.units, draws)
        return _Search(paths, transitions(parts, groups_of(paths.units, groups), groups))

    def _narrow(self, one: _OfBlock, unit: Column) -> BlockPaths:
        ends = self.ends
        return BlockPaths(
            n=one.n,
            unit=unit,
            end=ends.end[one.conversion],
            created=ends.created[one.conversion],
            value=np.nan_to_num(ends.value[one.conversion]),
            own=narrow(ends.own[one.conversion]),
            node=one.node,
            rows=one.rows,
            cells=one.cells,
            cell_node=one.cell_node,
            cell_count=one.cell_count,
        )

    def _reasons(self, by_code: Column, touches: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for code, reason in self.codes.reason.items():
            if by_code[code]:
                found[reason] = found.get(reason, 0) + int(by_code[code])
        counted = int(by_code[list(self.codes.node)].sum()) if self.codes.node else 0
        found["events_conversions"] = found.get("events_conversions", 0) + counted - touches
        return found


def _runs(flags: Column, block: Block) -> Column:
    """Case → how many of its rows are flagged."""
    if not len(block.cid):
        return np.zeros(0, dtype=np.int64)
    found: Column = np.add.reduceat(flags, block.start[:-1], dtype=np.int64)
    return found


def _last(ts: Column, n: Column) -> Column:
    """The latest of each run of so many; of an empty one that never was."""
    found = np.full(len(n), NEVER)
    runs = np.flatnonzero(n)
    if len(runs):
        found[runs] = np.maximum.reduceat(ts, (np.cumsum(n) - n)[runs])
    return found


def _flags_of(rows: Column, size: int) -> Column:
    flags = np.zeros(size, dtype=bool)
    flags[rows] = True
    return flags
