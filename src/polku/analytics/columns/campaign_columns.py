"""Campaign columns: touches, leads and parts of deals by campaign, from blocks that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import Block, in_threads, kept_blocks, places_of
from polku.analytics.columns.counted_deals import exact_sums
from polku.analytics.columns.deal_columns import NEVER, deal_columns, deals_by_case, end_of
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.met import case_numbers, cases_of

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study


LONG = 2**60
"""No time is as long, in microseconds."""
_TABLE = 1 << 20
"""Campaigns, numbers of touches and places are told apart in a table of at most so many."""


@dataclass(frozen=True)
class CampaignCounts:
    """Of each campaign (by its number) touches, accounts with one, leads, and distinct won deals.

    Args:
        credit: campaign, touches of the deal, whether the first and the last of them → pairs of touch and deal, of
            won deals, and what these are worth.
        left: all deals, those of the study, those with a touch, and won ones of these without an amount.
    """

    touches: Column
    accounts: Column
    leads: Column
    won_deals: Column
    credit: Mapping[tuple[int, int, bool, bool], tuple[int, int, float]]
    left: tuple[int, int, int, int]


@dataclass(frozen=True)
class _Deals:
    """Deals by case: when each ended, whether it was won, and its amount in the currency of the workspace."""

    cid: Column
    ended: Column
    won: Column
    amount: Column


@dataclass(frozen=True)
class _Pairs:
    """Touches of deals in the period: campaign, touches of the deal, whether first and last, and the deal; deals with
    any touch, and of each campaign distinct won deals."""

    node: Column
    n: Column
    first: Column
    last: Column
    deal: Column
    touched: Column
    won_deals: Column


def count_campaigns(study: Study, bound: Mapping[str, Any], size: int) -> CampaignCounts | None:
    """Count campaigns; None where an engine has to be asked.

    Args:
        study: without a period; bound: what `campaigns` asks with; size: number of campaigns.
    """
    log = study.log
    kept = kept_blocks(log, "account")
    if kept is None or study.case != "account" or study.events is not None or size > 1000:
        return None
    numbers = case_numbers(log, kept)
    chosen = chosen_cases(study, numbers)
    told = deal_columns(log)
    rows = deals_by_case(log)
    if chosen is not None:
        rows = rows[chosen[places_of(numbers, told.cid[rows])]]
    number = len(rows)
    deals = _Deals(
        told.cid.take(rows), np.empty(number, dtype=np.int64), np.empty(number, dtype=bool), np.empty(number)
    )
    won, own_currency = told.is_("outcome", "won"), told.is_("currency", bound["currency"])

    def tell(low: int, high: int) -> None:
        """What is known of some deals."""
        some = rows[low:high]
        closed = told.closed.take(some)
        deals.ended[low:high] = np.where(closed == NEVER, bound["now"], end_of(closed))
        deals.won[low:high] = won.take(some)
        own = (told.currency.take(some) < 0) | own_currency.take(some)
        deals.amount[low:high] = np.where(own, told.amount.take(some), np.nan)

    most = max((code.code for code in study.codes), default=-1) + 1
    node_of, leads_to = np.full(most, -1, dtype=np.int16), np.zeros(most, dtype=bool)
    node_of[bound["code"]] = bound["node"]
    leads_to[bound["code"]] = np.array(bound["lead"], dtype=bool)
    begin = np.cumsum([0, *(len(kept.block(log, n).cid) for n in range(len(kept.ranges)))])
    since, until, lookback = bound["since"], bound["until"], bound["lookback"]

    def of(place: int) -> tuple[Column, Column, Column, _Pairs]:
        block = kept.block(log, place)
        tell(*block.within(deals.cid))
        case = cases_of(block)
        node = node_of.take(block.code, mode="clip")
        lead = leads_to.take(block.code, mode="clip")
        met = node >= 0
        if chosen is not None:
            mine = chosen[begin[place] : begin[place + 1]][case]
            met, lead = met & mine, lead & mine
        rows = np.flatnonzero(met)
        of_row, node_of_row, ts = case.take(rows), node.take(rows), block.ts.take(rows)
        whose, which = of_row, node_of_row
        if since > -LONG or until < LONG:
            within = np.flatnonzero((ts >= since) & (ts < until))
            whose, which = of_row.take(within), node_of_row.take(within)
        return (
            np.bincount(which, minlength=size),
            _distinct(whose, which, len(block.cid), size),
            _leads(block, case, node, rows, np.flatnonzero(lead), bound, size),
            _pairs(block, of_row, node_of_row, ts, deals, since, until, lookback, size),
        )

    all_ = in_threads(of, range(len(kept.ranges)))
    zero = np.zeros(size, dtype=np.int64)
    touches, accounts, leads = (sum((one[n] for one in all_), zero) for n in range(3))
    key, most_touches = _keys([one[3] for one in all_])
    deal, touched = (np.concatenate([getattr(one[3], name) for one in all_]) for name in ("deal", "touched"))
    worthless = touched[deals.won[touched] & np.isnan(deals.amount[touched])]
    return CampaignCounts(
        touches=touches,
        accounts=accounts,
        leads=leads,
        won_deals=sum((one[3].won_deals for one in all_), zero),
        credit=_credit(key, most_touches, size, deals.won[deal], deals.amount[deal]),
        left=(int(told.first.sum()), len(deals.cid), len(touched), len(worthless)),
    )


def _leads(
    block: Block, case: Column, node: Column, rows: Column, lead: Column, bound: Mapping[str, Any], size: int
) -> Column:
    """Accounts by the campaign of their first event that makes a lead, or of their last touch before it."""
    cases = len(block.cid)
    first = np.full(cases, -1, dtype=np.int64)
    first[case[lead[::-1]]] = lead[::-1]
    at = block.ts[np.maximum(first, 0)] if len(block.ts) else first
    own = case.take(rows)
    by_then = np.flatnonzero(rows <= first.take(own))
    rows, own = rows.take(by_then), own.take(by_then)
    if bound["lookback"] < LONG:
        near = np.flatnonzero(block.ts[rows] > at[own] - bound["lookback"])
        rows, own = rows[near], own[near]
    whose = np.full(cases, -1, dtype=np.int64)
    # Of several assignments the last stays.
    whose[own] = rows
    led = np.flatnonzero((whose >= 0) & (at >= bound["since"]) & (at < bound["until"]))
    return np.bincount(node[whose[led]], minlength=size)


def _distinct(whose: Column, node: Column, number: int, size: int) -> Column:
    """Node → how many have it, each once; whose: below a number."""
    key = node.astype(np.int64) * number + whose
    if number * size > max(64 * len(key), _TABLE):
        return np.bincount(np.unique(key) // max(number, 1), minlength=size)
    flags = np.zeros(number * size, dtype=bool)
    flags[key] = True
    found: Column = np.count_nonzero(flags.reshape(size, number), axis=1)
    return found


def _pairs(
    block: Block,
    case: Column,
    node: Column,
    at: Column,
    deals: _Deals,
    since: int,
    until: int,
    lookback: int,
    size: int,
) -> _Pairs:
    """Touches of each deal of a block.

    Args:
        case, node, at: of each touch of the block, case by case.
    """
    if not len(block.cid):
        nothing = np.zeros(0, dtype=np.int64)
        none = np.zeros(size, dtype=np.int64)
        return _Pairs(nothing, nothing, nothing, nothing, nothing, nothing, none)
    low, high = block.within(deals.cid)
    own = block.places(deals.cid[low:high])
    number = np.bincount(case, minlength=len(block.cid))
    start = np.cumsum(number) - number
    length = number[own]
    deal = np.repeat(np.arange(high - low, dtype=np.int32), length)
    touch = np.repeat(start[own] - (np.cumsum(length) - length), length)
    touch += np.arange(len(deal))
    ts, ended = at[touch], np.repeat(deals.ended[low:high], length)
    near = np.flatnonzero((ts <= ended) & (ts > ended - lookback))
    deal, touch, ts = deal.take(near), touch.take(near), ts.take(near)
    first = np.append(True, deal[1:] != deal[:-1])[: len(deal)]
    last = np.append(deal[1:] != deal[:-1], True)[: len(deal)]
    n = np.bincount(deal, minlength=high - low)
    touched = np.flatnonzero(n) + low
    if since > -LONG or until < LONG:
        inside = np.flatnonzero((ts >= since) & (ts < until))
        deal, touch, first, last = (column.take(inside) for column in (deal, touch, first, last))
    of_touch = node.take(touch)
    ended_well = np.flatnonzero(deals.won[low:high].take(deal))
    own = _distinct(deal.take(ended_well), of_touch.take(ended_well), high - low, size)
    return _Pairs(of_touch, n.take(deal), first, last, deal + low, touched, own)


def _keys(pairs: Sequence[_Pairs]) -> tuple[Column, int]:
    """Campaign, touches and place of pairs as one number, and what touches are below."""
    most = max((int(one.n.max(initial=0)) for one in pairs), default=0) + 1
    keys = [((one.node.astype(np.int64) * most + one.n) * 2 + one.first) * 2 + one.last for one in pairs]
    return np.concatenate(keys), most


def _credit(
    key: Column, most: int, size: int, won: Column, amount: Column
) -> dict[tuple[int, int, bool, bool], tuple[int, int, float]]:
    """Pairs by campaign, touches and place, in this order."""
    cells = 4 * most * size
    if cells <= _TABLE:
        count = np.bincount(key, minlength=cells)
        keys = np.flatnonzero(count)
        number = np.zeros(cells, dtype=np.int64)
        number[keys] = np.arange(len(keys))
        group, count = number[key], count[keys]
    else:
        keys, group, count = np.unique(key, return_inverse=True, return_counts=True)
    of_won = np.bincount(group[np.flatnonzero(won)], minlength=len(keys))
    paid = np.flatnonzero(won & ~np.isnan(amount))
    sums = exact_sums(group[paid], amount[paid], len(keys))
    return {
        (key // (4 * most), key // 4 % most, bool(key & 2), bool(key & 1)): (
            int(count[place]),
            int(of_won[place]),
            sums[place] / 10**6,
        )
        for place, key in enumerate(keys.tolist())
    }
