"""Whom each ended deal met between its beginning and its end, from blocks that are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.blocks import in_threads, kept_blocks, places_of
from polku.analytics.deal_columns import NEVER, deal_columns, deals_by_case
from polku.analytics.held import chosen_cases
from polku.analytics.members import UNKNOWN
from polku.analytics.met import actors_of, bits_by_run, case_numbers, part_bits
from polku.analytics.result import DAY

if TYPE_CHECKING:
    from polku.analytics.blocks import Column
    from polku.analytics.study import Study

YEAR = 365 * DAY


def count_threads(study: Study, most: int) -> tuple[list[tuple[Any, ...]], tuple[int, int, int]] | None:
    """By number of parts met (`most` and more as one): deals, won, people, events, deals with somebody of unknown part.

    Also all deals, those of the study that ended, and those that did not end. None where an engine has to be asked.
    """
    log = study.log
    kept = kept_blocks(log, "account")
    if kept is None or study.case != "account" or study.events is not None:
        return None
    told = deal_columns(log)
    closed = told.closed != NEVER
    ended = told.first & closed & (told.is_("outcome", "won") | told.is_("outcome", "lost"))
    numbers = case_numbers(log, kept)
    chosen = chosen_cases(study, numbers)
    deals = deals_by_case(log)
    deals = deals[ended[deals]]
    if chosen is not None:
        deals = deals[chosen[places_of(numbers, told.cid[deals])]]
    cid, end = told.cid[deals], told.closed[deals]
    begin = np.where(told.created[deals] == NEVER, end - YEAR, told.created[deals])
    # Whole days, both included.
    low, high = begin - np.fmod(begin, DAY), end - np.fmod(end, DAY) + DAY
    won = told.is_("outcome", "won")[deals]
    actors = actors_of(log, kept)

    def of(place: int) -> Column:
        block, who = kept.block(log, place), actors[place]
        found = np.zeros((most + 1, 5), dtype=np.int64)
        if not len(block.cid):
            return found
        a, b = block.within(cid)
        case = block.places(cid[a:b])
        length = (block.start[case + 1] - block.start[case]).astype(np.int64)
        deal = np.repeat(np.arange(b - a, dtype=np.int32), length)
        row = np.arange(len(deal)) + np.repeat(block.start[case] - (np.cumsum(length) - length), length)
        ts = block.ts[row]
        seen = np.flatnonzero((ts >= low[a:b][deal]) & (ts < high[a:b][deal]) & (who.local[row] > 0))
        deal, row = deal[seen], row[seen]
        bits = np.zeros(b - a, dtype=np.uint16)
        bits_by_run(bits, deal, part_bits(block.part[row]))
        parts = np.minimum(np.bitwise_count(bits & np.uint16((1 << UNKNOWN) - 1)), most)
        # A place for each person of each deal's account.
        persons = np.diff(np.append(who.first, who.pairs))[case]
        after = np.cumsum(persons)
        flags = np.zeros(int(after[-1]) + 1 if len(after) else 1, dtype=np.int32)
        flags[(after - persons)[deal] + who.local[row] - 1] = 1
        passed = np.append(0, np.cumsum(flags))
        people = passed[after] - passed[after - persons]
        events = np.bincount(deal, minlength=b - a)
        for column, values in enumerate((None, won[a:b], people, events, bits >> UNKNOWN)):
            found[:, column] = np.bincount(parts, weights=values, minlength=most + 1)
        return found

    zero = np.zeros((most + 1, 5), dtype=np.int64)
    counted = sum(in_threads(of, range(len(kept.ranges))), zero)
    rows = [(parts, *(int(n) for n in row)) for parts, row in enumerate(counted) if row[0]]
    every = int(told.first.sum())
    return rows, (every, len(deals), every - int(ended.sum()))
