"""Campaign columns: touches, leads and parts of deals by campaign, from blocks that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.blocks import Block, in_threads, kept_blocks
from polku.analytics.counted_deals import exact_sums
from polku.analytics.deal_columns import NEVER, deal_columns
from polku.analytics.held import chosen_cases
from polku.analytics.met import case_numbers, cases_of
from polku.analytics.result import DAY

if TYPE_CHECKING:
    from polku.analytics.blocks import Column
    from polku.analytics.study import Study


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
    """Touches of deals in the period: campaign, touches of the deal, whether first and last, and the deal."""

    node: Column
    n: Column
    first: Column
    last: Column
    deal: Column
    touched: Column


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
    here = told.first & (told.cid >= 0)
    if chosen is not None and here.any():
        here &= chosen[np.searchsorted(numbers, np.maximum(told.cid, numbers[0]))]
    rows = np.flatnonzero(here)
    rows = rows[np.argsort(told.cid[rows], kind="stable")]
    closed = told.closed[rows]
    own = (told.currency[rows] < 0) | told.is_("currency", bound["currency"])[rows]
    deals = _Deals(
        told.cid[rows],
        np.where(closed == NEVER, bound["now"], np.where(closed % DAY == 0, closed + DAY - 1, closed)),
        told.is_("outcome", "won")[rows],
        np.where(own, told.amount[rows], np.nan),
    )
    most = max((code.code for code in study.codes), default=-1) + 1
    node_of, leads_to = np.full(most, -1, dtype=np.int16), np.zeros(most, dtype=bool)
    node_of[bound["code"]] = bound["node"]
    leads_to[bound["code"]] = np.array(bound["lead"], dtype=bool)
    begin = np.cumsum([0, *(len(kept.block(log, n).cid) for n in range(len(kept.ranges)))])
    since, until, lookback = bound["since"], bound["until"], bound["lookback"]

    def of(place: int) -> tuple[Column, Column, Column, _Pairs]:
        block = kept.block(log, place)
        case = cases_of(block)
        node = node_of[block.code]
        lead = leads_to[block.code]
        met = node >= 0
        if chosen is not None:
            mine = chosen[begin[place] : begin[place + 1]][case]
            met, lead = met & mine, lead & mine
        rows = np.flatnonzero(met)
        within = rows[(block.ts[rows] >= since) & (block.ts[rows] < until)]
        touches = np.bincount(node[within], minlength=size)
        pairs = np.sort(case[within].astype(np.int64) * size + node[within])
        new = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
        accounts = np.bincount(pairs[new] % size, minlength=size)
        leads = _leads(block, case, node, rows, np.flatnonzero(lead), bound, size)
        return (
            touches,
            accounts,
            leads,
            _pairs(block, case[rows], node[rows], rows, deals, since, until, lookback),
        )

    all_ = in_threads(of, range(len(kept.ranges)))
    zero = np.zeros(size, dtype=np.int64)
    touches, accounts, leads = (sum((one[n] for one in all_), zero) for n in range(3))
    node, n, first, last, deal, touched = (
        np.concatenate([getattr(one[3], name) for one in all_])
        for name in ("node", "n", "first", "last", "deal", "touched")
    )
    ended_well = np.flatnonzero(deals.won[deal])
    distinct = np.unique(deal[ended_well].astype(np.int64) * size + node[ended_well])
    worthless = touched[deals.won[touched] & np.isnan(deals.amount[touched])]
    return CampaignCounts(
        touches=touches,
        accounts=accounts,
        leads=leads,
        won_deals=np.bincount(distinct % size, minlength=size),
        credit=_credit(node, n, first, last, deals.won[deal], deals.amount[deal]),
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
    own = case[rows]
    by_then = (rows <= first[own]) & (block.ts[rows] > at[own] - bound["lookback"])
    whose = np.full(cases, -1, dtype=np.int64)
    whose[own[by_then]] = rows[by_then]
    led = np.flatnonzero((whose >= 0) & (at >= bound["since"]) & (at < bound["until"]))
    return np.bincount(node[whose[led]], minlength=size)


def _pairs(
    block: Block,
    case: Column,
    node: Column,
    rows: Column,
    deals: _Deals,
    since: int,
    until: int,
    lookback: int,
) -> _Pairs:
    if not len(block.cid):
        nothing = np.zeros(0, dtype=np.int64)
        return _Pairs(nothing, nothing, nothing, nothing, nothing, nothing)
    low, high = np.searchsorted(deals.cid, [block.cid[0], int(block.cid[-1]) + 1])
    own = np.searchsorted(block.cid, deals.cid[low:high])
    number = np.bincount(case, minlength=len(block.cid))
    start = np.cumsum(number) - number
    length = number[own]
    deal = np.repeat(np.arange(high - low), length)
    touch = np.arange(len(deal)) + np.repeat(start[own] - (np.cumsum(length) - length), length)
    ts, ended = block.ts[rows[touch]], deals.ended[low:high][deal]
    near = (ts <= ended) & (ts > ended - lookback)
    deal, touch, ts = deal[near], touch[near], ts[near]
    first = np.append(True, deal[1:] != deal[:-1])[: len(deal)]
    last = np.append(deal[1:] != deal[:-1], True)[: len(deal)]
    n = np.bincount(deal, minlength=high - low)
    inside = (ts >= since) & (ts < until)
    return _Pairs(
        node[touch[inside]],
        n[deal[inside]],
        first[inside],
        last[inside],
        deal[inside] + low,
        np.flatnonzero(n) + low,
    )


def _credit(
    node: Column, n: Column, first: Column, last: Column, won: Column, amount: Column
) -> dict[tuple[int, int, bool, bool], tuple[int, int, float]]:
    """Pairs by campaign, touches and place, in this order."""
    most = int(n.max(initial=0)) + 1
    key = ((node.astype(np.int64) * most + n) * 2 + first) * 2 + last
    keys, group = np.unique(key, return_inverse=True)
    count = np.bincount(group, minlength=len(keys))
    of_won = np.bincount(group[won], minlength=len(keys))
    paid = won & ~np.isnan(amount)
    sums = exact_sums(group[paid], amount[paid], len(keys))
    return {
        (key // (4 * most), key // 4 % most, bool(key & 2), bool(key & 1)): (
            int(count[place]),
            int(of_won[place]),
            sums[place] / 10**6,
        )
        for place, key in enumerate(keys.tolist())
    }
