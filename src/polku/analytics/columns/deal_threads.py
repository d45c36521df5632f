"""Whom each ended deal met between its beginning and its end, from blocks that are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import in_threads, kept_blocks, places_of
from polku.analytics.columns.deal_columns import NEVER, DealColumns, deal_columns, deals_by_case
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.kept import kept_with
from polku.analytics.columns.members import UNKNOWN
from polku.analytics.columns.met import actors_of, bits_by_run, case_numbers, part_bits
from polku.analytics.result import DAY
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.records.log import Log

YEAR = 365 * DAY


def count_threads(study: Study, most: int) -> tuple[list[tuple[Any, ...]], tuple[int, int, int]] | None:
    """By number of parts met (`most` and more as one): deals, won, people, events, deals with somebody of unknown part.

    Also all deals, those of the study that ended, and those that did not end. None where an engine has to be asked.
    """
    log = study.log
    kept = kept_blocks(log, "account")
    if kept is None or study.case != "account" or study.events is not None:
        return None
    told, deals = deal_columns(log), _ended(log)
    numbers = case_numbers(log, kept)
    chosen = chosen_cases(study, numbers)
    if chosen is not None:
        mine = np.flatnonzero(chosen[places_of(numbers, deals.cid)])
        deals = _Ended(deals.cid[mine], deals.first[mine], deals.last[mine], deals.won[mine])
    cid = deals.cid
    actors = actors_of(log, kept)

    def of(place: int) -> Column:
        block, who = kept.block(log, place), actors[place]
        found = np.zeros((most + 1, 5), dtype=np.int64)
        if not len(block.cid):
            return found
        a, b = block.within(cid)
        case, won = block.places(cid[a:b]), deals.won[a:b]
        low = deals.first[a:b].astype(np.int64) * DAY
        high = deals.last[a:b].astype(np.int64) * DAY + DAY
        begin = block.start.take(case).astype(np.int64)
        length = block.start.take(case + 1) - begin
        deal = np.repeat(np.arange(b - a), length)
        row = (begin - (np.cumsum(length) - length)).take(deal)
        row += np.arange(len(deal))
        ts = block.ts.take(row)
        there = ts >= low.take(deal)
        there &= ts < high.take(deal)
        there &= who.local.take(row) > 0
        seen = np.flatnonzero(there)
        deal, row = deal.take(seen), row.take(seen)
        bits = np.zeros(b - a, dtype=np.uint16)
        bits_by_run(bits, deal, part_bits(block.part.take(row)))
        parts = np.minimum(np.bitwise_count(bits & np.uint16((1 << UNKNOWN) - 1)), most)
        # A place for each person of each deal's account.
        persons = np.diff(np.append(who.first, who.pairs))[case]
        after = np.cumsum(persons)
        flags = np.zeros(int(after[-1]) + 1 if len(after) else 1, dtype=np.int32)
        flags[(after - persons).take(deal) + who.local.take(row) - 1] = 1
        passed = np.append(0, np.cumsum(flags))
        people = passed[after] - passed[after - persons]
        events = np.bincount(deal, minlength=b - a)
        for column, values in enumerate((None, won, people, events, bits >> UNKNOWN)):
            found[:, column] = np.bincount(parts, weights=values, minlength=most + 1)
        return found

    zero = np.zeros((most + 1, 5), dtype=np.int64)
    counted = sum(in_threads(of, range(len(kept.ranges))), zero)
    rows = [(parts, *(int(n) for n in row)) for parts, row in enumerate(counted) if row[0]]
    every = int(told.first.sum())
    return rows, (every, len(cid), every - int(_ends(told).sum()))


@dataclass(frozen=True)
class _Ended:
    """Ended deals by case: the days on which each began (a year before it closed, where nobody tells) and was closed,
    counted from 1970, and whether it was won."""

    cid: Column
    first: Column
    last: Column
    won: Column


def _ended(log: Log) -> _Ended:
    """The ended deals of accounts with a case."""

    def make() -> _Ended:
        told = deal_columns(log)
        rows = deals_by_case(log, told)
        rows = rows.take(np.flatnonzero(_ends(told).take(rows)))
        closed, created = told.closed.take(rows), told.created.take(rows)
        created = np.where(created == NEVER, closed - YEAR, created)
        # Before 1970 the engine's remainders go the other way.
        first, last = ((at - np.fmod(at, DAY)) // DAY for at in (created, closed))
        won = told.is_("outcome", "won").take(rows)
        return _Ended(told.cid.take(rows), first.astype(np.int32), last.astype(np.int32), won)

    tables = ("deals", "accounts", "cases:account")
    return kept_with(log, "ended deals", tables, log.version.count("deals") * 13, make) or make()


def _ends(told: DealColumns) -> Column:
    """Deal → whether it is the first word on an ended one."""
    found: Column = told.first & (told.closed != NEVER)
    found &= told.is_("outcome", "won") | told.is_("outcome", "lost")
    return found
