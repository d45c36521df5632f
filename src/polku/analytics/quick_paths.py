"""Quick paths: paths to conversions, found in the blocks of accounts that are kept in memory.

Paths that end in a conversion are handed out one by one. Of the others, which are many, only what a chain counts of
them: `conversion_paths` finds the same paths in full, and tests hold both against each other and the definition.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.blocks import Block, Blocks, in_threads, kept_blocks
from polku.analytics.conversion_paths import Codes, Found, codes_of, end_of
from polku.analytics.deal_columns import DealColumns, deal_columns
from polku.analytics.held import chosen_cases
from polku.analytics.kept import kept_with
from polku.analytics.members import Members, members
from polku.analytics.met import cases_of
from polku.analytics.touch_paths import NEVER, PathSet

if TYPE_CHECKING:
    from polku.analytics.blocks import Column
    from polku.analytics.markov import Counts
    from polku.analytics.study import Study
    from polku.records.log import Log

_CLOSINGS = (
    "WITH numbered AS (SELECT deal_id, min(place) AS deal FROM (SELECT deal_id, row_number() OVER (ORDER BY deal_id, "
    "source) - 1 AS place FROM {deals}) GROUP BY deal_id) "
    "SELECT m.cid, m.ord, m.code, n.deal FROM {events} e JOIN {deals} d ON e.source = d.source "
    "AND e.time = d.closed AND (e.deal_id = d.deal_id OR (e.deal_id IS NULL AND e.account_id = d.account_id)) "
    "JOIN numbered n ON n.deal_id = d.deal_id JOIN {moves:account} m ON m.event_no = e.event_no "
    "WHERE d.outcome = 'won' ORDER BY e.event_no, d.deal_id"
)
_HAPPENED = (
    "SELECT m.cid, m.ord, m.ts, m.code, e.value, e.deal_id IS NOT NULL AS of_deal FROM {moves:account} m JOIN {events} e "
    "ON e.event_no = m.event_no WHERE m.code IN (SELECT unnest($ends::INT[])) ORDER BY m.cid, m.ord"
)


@dataclass(frozen=True)
class Tails:
    """Paths without a conversion.

    Args:
        number: of them; units: accounts with any path.
        met: node → whether it is on such a path.
        edges, unit: of each block, touch → from × states + to, and the unit of its path; states as `markov.chain`.
    """

    number: int
    units: int
    met: Column
    edges: tuple[Column, ...]
    unit: tuple[Column, ...]

    def added(self, counted: Counts, group: Column) -> Counts:
        """Counts of transitions, with those of these paths by the group of their unit."""
        cells = counted.states**2

        def of(place: int) -> Column:
            key = group[self.unit[place]] * cells + self.edges[place]
            return np.bincount(key, minlength=counted.seen.size)

        seen = sum(in_threads(of, range(len(self.edges))), np.zeros(counted.seen.size, dtype=np.int64))
        return replace(counted, seen=counted.seen + seen.reshape(counted.seen.shape))


@dataclass(frozen=True)
class _Ends:
    """Conversions by case and time: case (by its place among all), moment or row that its touches come before, …"""

    cid: Column
    at: Column
    end: Column
    value: Column
    created: Column
    own: Column


@dataclass(frozen=True)
class _Closings:
    """Events that told that a deal was won: case, place, code, and the deal by the place of its first word."""

    cid: Column
    ord: Column
    code: Column
    deal: Column


def find_quickly(
    study: Study,
    conversion: str | None,
    by: str,
    *,
    lookback: dt.timedelta | None,
    deal_value: bool,
    chained: bool,
) -> tuple[Found, Tails] | None:
    """As `conversion_paths.find_paths`, with only the paths that a conversion ended, and the others counted.

    Args:
        chained: whether the edges of paths without a conversion are wanted.

    Returns:
        None where an engine has to be asked.
    """
    kept = kept_blocks(study.log, "account")
    if study.case != "account" or study.events is not None or kept is None:
        return None
    known = members(study.log)
    if known is None or (known.of_case < 0).any() or not study.log.version.count("deals"):
        return None
    codes = codes_of(study, conversion, by)
    told = deal_columns(study.log)
    chosen = chosen_cases(study, known.cid)
    closings, elsewhere = None, 0
    if conversion is None:
        closings = _closings(study.log)
        ends, elsewhere = _won(told, closings, codes, known, chosen)
    else:
        happened = _happened(study, codes, known, chosen, deal_value)
        if happened is None:
            return None
        ends = happened
    finding = _Finding(
        study, kept, known, codes, ends, closings, chosen, lookback, by_row=conversion is not None
    )
    return finding.found(told, elsewhere, chained)


def _closings(log: Log) -> _Closings:
    def make() -> _Closings:
        read = log.columns(_CLOSINGS)
        return _Closings(
            *(np.asarray(read[name]).astype(np.int32) for name in ("cid", "ord", "code", "deal"))
        )

    tables = ("events", "deals", "moves:account")
    return kept_with(log, "closings", tables, log.version.count("deals") * 8, make) or make()


def _lut(size: int, of: object, none: int) -> Column:
    found = np.full(size, none, dtype=np.int32)
    for code, value in dict(of).items():  # type: ignore[call-overload]
        found[code] = value
    return found


def _won(
    told: DealColumns, closings: _Closings, codes: Codes, known: Members, chosen: Column | None
) -> tuple[_Ends, int]:
    """Won deals as conversions, and how many are of no case here."""
    won = told.first & told.is_("outcome", "won")
    here = won & (told.closed != NEVER) & (told.cid >= 0)
    if chosen is not None:
        place = np.searchsorted(known.cid, np.maximum(told.cid, known.cid[0]))
        here &= chosen[place]
    rows = np.flatnonzero(here)
    end = end_of(told.closed[rows])
    rows = rows[np.lexsort((end, told.cid[rows]))]
    end = end_of(told.closed[rows])
    own = np.full(len(told.cid), -1, dtype=np.int64)
    size = int(closings.code.max(initial=0)) + 1
    own[closings.deal] = _lut(size, {c: n for c, n in codes.own.items() if c < size}, -1)[closings.code]
    created = told.created[rows]
    found = _Ends(
        cid=told.cid[rows],
        at=end,
        end=end,
        value=told.amount[rows],
        created=np.where(created == NEVER, NEVER, end_of(created)),
        own=own[rows],
    )
    return found, int(won.sum()) - len(rows)


def _happened(
    study: Study, codes: Codes, known: Members, chosen: Column | None, deal_value: bool
) -> _Ends | None:
    """Events as conversions; None where some name a deal."""
    read = study.log.columns(_HAPPENED, ends=sorted(codes.conversion))
    if np.asarray(read["of_deal"]).any():
        return None
    cid, ord_, ts, code = (np.asarray(read[name]) for name in ("cid", "ord", "ts", "code"))
    worth: Column = np.ma.filled(np.ma.asarray(read["value"], dtype=float), np.nan)
    if chosen is not None:
        mine = chosen[np.searchsorted(known.cid, cid)]
        cid, ord_, ts, code, worth = cid[mine], ord_[mine], ts[mine], code[mine], worth[mine]
    own = _lut(
        int(code.max(initial=0)) + 1, {c: n for c, n in codes.own.items() if c <= code.max(initial=0)}, -1
    )
    return _Ends(
        cid=cid,
        at=ord_.astype(np.int64),
        end=ts.astype(np.int64),
        value=np.full(len(cid), np.nan) if deal_value else worth,
        created=np.full(len(cid), NEVER),
        own=own[code].astype(np.int64),
    )


@dataclass(frozen=True)
class _OfBlock:
    """What one block has: touches on paths with a conversion, cases with a path without, counts by code."""

    touches: int
    used: int
    by_code: Column
    unmapped: int
    path: Column
    node: Column
    at: Column
    code: Column
    tail: Column
    """Case of the block → whether it has a path without."""
    met: Column
    """Node → whether it is on such a path."""
    edges: Column
    case: Column


class _Finding:
    """One search."""

    def __init__(
        self,
        study: Study,
        kept: Blocks,
        known: Members,
        codes: Codes,
        ends: _Ends,
        closings: _Closings | None,
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
        self.node = _lut(size, codes.node, -1)
        self.off = _lut(size, dict.fromkeys(codes.unmapped, 1), 0)
        self.size = size
        self.states = len(codes.labels) + 1
        # Conversions of one moment of a case have the same touches.
        new = np.ones(len(ends.cid), dtype=bool)
        new[1:] = (ends.cid[1:] != ends.cid[:-1]) | (ends.at[1:] != ends.at[:-1])
        self.first = np.flatnonzero(new)
        self.many = np.diff(np.append(self.first, len(ends.cid)))
        self.repeated = bool((self.many > 1).any())
        self.begin = np.cumsum([0, *(len(kept.block(study.log, n).cid) for n in range(len(kept.ranges)))])

    def of(self, place: int, chained: bool) -> _OfBlock:
        """What a block has."""
        block = self.kept.block(self.study.log, place)
        cases = len(block.cid)
        node = self.node[block.code]
        touch = node >= 0
        case = cases_of(block)
        code = block.code
        if self.chosen is not None:
            mine = self.chosen[self.begin[place] : self.begin[place + 1]][case]
            touch &= mine
            code = code[mine]
        by_code = np.bincount(code, minlength=self.size)
        if self.closings is not None and cases:
            self._leave_out(block, touch)
        rows = np.flatnonzero(touch)
        case, node, ts = case[rows], node[rows], block.ts[rows]
        path, path_rows, tail = self._paths(block, case, ts, rows)
        used, tail_used = len(rows), tail
        if self.since is not None:
            young = ts[path_rows] > self.ends.end[path] - self.since
            path, path_rows = path[young], path_rows[young]
            tail_used = tail[ts[tail] > self._last(case[tail], ts[tail]) - self.since]
            used = len(np.unique(path_rows)) + len(tail_used)
        tails = np.zeros(cases, dtype=bool)
        tails[case[tail]] = True
        edges = own = np.zeros(0, dtype=np.int32)
        if chained:
            own = case[tail_used]
            to = node[tail_used] + 1
            come = np.zeros(len(to), dtype=np.int32)
            come[1:] = np.where(own[1:] == own[:-1], to[:-1], 0)
            edges = come * np.int32(self.states) + to
        unmapped = 0
        if self.off.any():
            there = np.zeros(len(rows), dtype=bool)
            there[path_rows] = there[tail_used] = True
            unmapped = int(self.off[block.code[rows[there]]].sum())
        return _OfBlock(
            touches=len(rows),
            used=used,
            by_code=by_code,
            unmapped=unmapped,
            path=path,
            node=node[path_rows],
            at=ts[path_rows],
            code=block.code[rows[path_rows]],
            tail=tails,
            met=np.bincount(node[tail_used], minlength=self.states - 1) > 0,
            edges=edges,
            case=own,
        )

    def _leave_out(self, block: Block, touch: Column) -> None:
        """Events that tell that a deal was won are no touches."""
        assert self.closings is not None
        cid, ord_ = self.closings
        low, high = np.searchsorted(cid, [block.cid[0], int(block.cid[-1]) + 1])
        touch[block.start[np.searchsorted(block.cid, cid[low:high])] + ord_[low:high] - 1] = False

    def _paths(self, block: Block, case: Column, ts: Column, rows: Column) -> tuple[Column, Column, Column]:
        """Conversion and touch of each pair on a path, in their order, and the touches that no conversion follows."""
        if not len(block.cid):
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, nothing
        cid = self.ends.cid[self.first]
        low, high = np.searchsorted(cid, [block.cid[0], int(block.cid[-1]) + 1])
        own = np.searchsorted(block.cid, cid[low:high])
        at = self.ends.at[self.first[low:high]]
        number = np.bincount(own, minlength=len(block.cid))
        begin = np.cumsum(number) - number
        followed = (number > 0)[case]
        with_any = np.flatnonzero(followed)
        mine = case[with_any]
        when = (rows[with_any] - block.start[mine] + 1) if self.by_row else ts[with_any]
        first = begin[mine]
        # Few cases have more than one conversion.
        passed = (when > at[first]).view(np.int8) if len(at) else np.zeros(0, dtype=np.int8)
        passed = passed.astype(np.int32)
        for n in range(1, int(number.max(initial=0))):
            more = np.flatnonzero((number > n)[mine])
            passed[more] += when[more] > at[first[more] + n]
        leads = passed < number[mine]
        followed[with_any] = leads
        moment = low + first[leads] + passed[leads]
        touches = with_any[leads]
        path = self.first[moment]
        if self.repeated:
            many = self.many[moment]
            offset = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
            path, touches = np.repeat(path, many) + offset, np.repeat(touches, many)
        if (path[1:] < path[:-1]).any():
            order = np.argsort(path, kind="stable")
            path, touches = path[order], touches[order]
        return path, touches, np.flatnonzero(~followed)

    def _last(self, case: Column, ts: Column) -> Column:
        if not len(case):
            return ts
        begins = np.flatnonzero(np.append(True, case[1:] != case[:-1]))
        return np.repeat(np.maximum.reduceat(ts, begins), np.diff(np.append(begins, len(case))))

    def found(self, told: DealColumns, elsewhere: int, chained: bool) -> tuple[Found, Tails]:
        """All blocks together."""
        all_ = in_threads(lambda place: self.of(place, chained), range(len(self.kept.ranges)))
        path, node, at, code = (
            np.concatenate([getattr(one, name) for one in all_]) if all_ else np.zeros(0, dtype=np.int64)
            for name in ("path", "node", "at", "code")
        )
        new = np.ones(len(path), dtype=bool)
        np.not_equal(path[1:], path[:-1], out=new[1:])
        conversion = path[new]
        ends = self.ends
        account = self.known.of_case
        own = account[np.searchsorted(self.known.cid, ends.cid[conversion])]
        there = np.zeros(len(self.known.kind), dtype=bool)
        there[own] = True
        for place, one in enumerate(all_):
            there[account[self.begin[place] : self.begin[place + 1]][one.tail]] = True
        rank = np.cumsum(there) - 1
        lead = _lut(self.size, {c: int(said) for c, said in self.codes.lead.items()}, 0)
        size = len(conversion)
        paths = PathSet(
            labels=self.codes.labels,
            path=np.cumsum(new) - 1,
            node=node.astype(np.int64),
            at=at,
            # Who acted is not asked for here.
            person=np.broadcast_to(np.int64(-1), len(path)),
            lead=lead[code] > 0,
            won=np.ones(size),
            value=np.nan_to_num(ends.value[conversion]),
            lost=np.zeros(size),
            end=ends.end[conversion],
            created=ends.created[conversion],
            own=ends.own[conversion],
            unit=rank[own],
        )
        touches, used = sum(one.touches for one in all_), sum(one.used for one in all_)
        reasons = self._reasons(
            sum((one.by_code for one in all_), np.zeros(self.size, dtype=np.int64)), touches
        )
        reasons["events_before_lookback"] = touches - used
        names = told.names("currency")
        won = told.first & told.is_("outcome", "won") & (told.currency >= 0)
        found = Found(
            paths=paths,
            without=len(ends.cid) - size,
            elsewhere=elsewhere,
            valued=bool(np.isfinite(ends.value).any()),
            currencies=tuple(names[place] for place in np.flatnonzero(np.bincount(told.currency[won]))),
            events=used,
            remainder={name: number for name, number in reasons.items() if number},
            unmapped=sum(one.unmapped for one in all_),
        )
        return found, Tails(
            number=sum(int(one.tail.sum()) for one in all_),
            units=int(there.sum()),
            met=np.logical_or.reduce([one.met for one in all_], initial=False)
            | np.zeros(len(self.codes.labels), dtype=bool),
            edges=tuple(one.edges for one in all_) if chained else (),
            unit=tuple(
                rank[account[self.begin[place] : self.begin[place + 1]]][one.case]
                for place, one in enumerate(all_)
            )
            if chained
            else (),
        )

    def _reasons(self, by_code: Column, touches: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for code, reason in self.codes.reason.items():
            found[reason] = found.get(reason, 0) + int(by_code[code])
        counted = int(by_code[list(self.codes.node)].sum()) if self.codes.node else 0
        found["events_conversions"] = found.get("events_conversions", 0) + counted - touches
        return found
