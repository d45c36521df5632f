"""Campaign columns: touches, leads and parts of deals by campaign, from blocks that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import Block, in_threads, kept_blocks
from polku.analytics.columns.counted_deals import exact_halves
from polku.analytics.columns.deal_columns import NEVER, deal_columns, deals_by_case, end_of
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.kept import kept_with
from polku.analytics.columns.met import case_numbers, cases_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.records.log import Log


LONG = 2**60
"""No time is as long, in microseconds."""
_OF_TOUCHES = 34
"""Bits below a campaign: 32 of touches, and two."""
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
    """The first word on each deal, by case and end: the end of its last day (NEVER where it is open), whether it was
    won, its amount (nan where nobody told), and the number of its currency."""

    cid: Column
    ended: Column
    won: Column
    amount: Column
    currency: Column


@dataclass(frozen=True)
class _Credit:
    """Pairs of touch and deal in the period, by key (campaign, touches of the deal, whether first and last).

    Args:
        count, won: pairs, and those of won deals; worth: what these are worth, as `exact_halves` has it.
        won_deals: of each campaign distinct won deals.
        left: deals, those with any touch, and won ones of these without an amount.
    """

    key: Column
    count: Column
    won: Column
    worth: Column
    won_deals: Column
    left: tuple[int, int, int]


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
    told, deals = deal_columns(log), _by_case(log)
    # Of those without a currency the number is −1, which is the last.
    own_currency = np.array([*(one == bound["currency"] for one in told.names("currency")), True])
    most = max((code.code for code in study.codes), default=-1) + 1
    node_of, leads_to = np.full(most, -1, dtype=np.int16), np.zeros(most, dtype=bool)
    node_of[bound["code"]] = bound["node"]
    leads_to[bound["code"]] = np.array(bound["lead"], dtype=bool)
    begin = np.cumsum([0, *(len(kept.block(log, n).cid) for n in range(len(kept.ranges)))])
    since, until, lookback = bound["since"], bound["until"], bound["lookback"]

    def some_deals(block: Block, mine: Column | None) -> _Deals:
        """The deals of a block: ends are moments, and only amounts in the currency of the workspace are told."""
        low, high = block.within(deals.cid)
        columns = [getattr(deals, field.name)[low:high] for field in fields(_Deals)]
        if mine is not None:
            rows = np.flatnonzero(mine.take(block.places(columns[0])))
            columns = [column.take(rows) for column in columns]
        cid, ended, won, amount, currency = columns
        ended = np.where(ended == NEVER, bound["now"], ended)
        return _Deals(cid, ended, won, np.where(own_currency.take(currency), amount, np.nan), currency)

    def of(place: int) -> tuple[Column, Column, Column, _Credit]:
        block = kept.block(log, place)
        mine = None if chosen is None else chosen[begin[place] : begin[place + 1]]
        case = cases_of(block)
        node = node_of.take(block.code, mode="clip")
        lead = leads_to.take(block.code, mode="clip")
        met = node >= 0
        if mine is not None:
            here = mine.take(case)
            met, lead = met & here, lead & here
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
            _credit(block, of_row, node_of_row, ts, some_deals(block, mine), since, until, lookback, size),
        )

    all_ = in_threads(of, range(len(kept.ranges)))
    zero = np.zeros(size, dtype=np.int64)
    touches, accounts, leads = (sum((one[n] for one in all_), zero) for n in range(3))
    credits = [one[3] for one in all_]
    deal, touched, worthless = (sum(one.left[n] for one in credits) for n in range(3))
    return CampaignCounts(
        touches=touches,
        accounts=accounts,
        leads=leads,
        won_deals=sum((one.won_deals for one in credits), zero),
        credit=_added(credits),
        left=(int(told.first.sum()), deal, touched, worthless),
    )


def _by_case(log: Log) -> _Deals:
    """All deals of accounts with a case; kept for a version, since taking them from another order misses the caches."""

    def make() -> _Deals:
        told = deal_columns(log)
        rows = deals_by_case(log, told)
        closed = told.closed.take(rows)
        return _Deals(
            told.cid.take(rows),
            np.where(closed == NEVER, NEVER, end_of(closed)),
            told.is_("outcome", "won").take(rows),
            told.amount.take(rows),
            told.currency.take(rows),
        )

    tables = ("deals", "accounts", "cases:account")
    return kept_with(log, "deals of campaigns", tables, log.version.count("deals") * 25, make) or make()


def _leads(
    block: Block, case: Column, node: Column, rows: Column, lead: Column, bound: Mapping[str, Any], size: int
) -> Column:
    """Accounts by the campaign of their first event that makes a lead, or of their last touch before it."""
    cases = len(block.cid)
    first = np.full(cases, -1, dtype=np.int64)
    first[case.take(lead[::-1])] = lead[::-1]
    at = block.ts.take(np.maximum(first, 0)) if len(block.ts) else first
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


def _credit(
    block: Block,
    case: Column,
    node: Column,
    at: Column,
    deals: _Deals,
    since: int,
    until: int,
    lookback: int,
    size: int,
) -> _Credit:
    """Touches of each deal of a block.

    Args:
        case, node, at: of each touch of the block, case by case.
    """
    number = np.bincount(case, minlength=len(block.cid))
    own, ended, all_ = block.places(deals.cid), deals.ended, len(deals.cid)
    length = number.take(own)
    deal = np.repeat(np.arange(all_), length)
    touch = ((np.cumsum(number) - number).take(own) - (np.cumsum(length) - length)).take(deal)
    touch += np.arange(len(deal))
    ts, end = at.take(touch), ended.take(deal)
    near = ts <= end
    if lookback < LONG:
        near &= ts > end - lookback
    rows = np.flatnonzero(near)
    deal, touch = deal.take(rows), touch.take(rows)
    n = np.bincount(deal, minlength=all_)
    touched = n > 0
    worthless = np.count_nonzero(touched & deals.won & np.isnan(deals.amount))
    new = np.ones(len(deal) + 1, dtype=bool)
    np.not_equal(deal[1:], deal[:-1], out=new[1:-1])
    first, last = new[:-1], new[1:]
    if since > -LONG or until < LONG:
        ts = ts.take(rows)
        inside = np.flatnonzero((ts >= since) & (ts < until))
        deal, touch, first, last = (column.take(inside) for column in (deal, touch, first, last))
    of_touch = node.take(touch)
    won = np.flatnonzero(deals.won.take(deal))
    distinct = _distinct(deal.take(won), of_touch.take(won), all_, size)
    # First and last are the bits below.
    key = of_touch.astype(np.int64) << _OF_TOUCHES
    key |= n.take(deal) << 2
    key |= first.view(np.int8) << 1
    key |= last.view(np.int8)
    keys, group = _numbered(key, int(n.max(initial=0)), size)
    amount = deals.amount.take(deal.take(won))
    group_of_won = group.take(won)
    paid = np.flatnonzero(~np.isnan(amount))
    return _Credit(
        keys,
        np.bincount(group, minlength=len(keys)),
        np.bincount(group_of_won, minlength=len(keys)),
        exact_halves(group_of_won.take(paid), amount.take(paid), len(keys)),
        distinct,
        (all_, int(np.count_nonzero(touched)), int(worthless)),
    )


def _numbered(key: Column, most: int, size: int) -> tuple[Column, Column]:
    """Distinct keys, rising, and of each key the place among them.

    Args:
        most: touches that any deal has.
    """
    cells = (most + 1) * 4 * size
    if cells > _TABLE:
        keys, group = np.unique(key, return_inverse=True)
        return keys, group
    dense = (key >> _OF_TOUCHES) * ((most + 1) * 4)
    dense += key & ((1 << _OF_TOUCHES) - 1)
    there = np.flatnonzero(np.bincount(dense, minlength=cells))
    number = np.zeros(cells, dtype=np.int64)
    number[there] = np.arange(len(there))
    node, rest = np.divmod(there, (most + 1) * 4)
    return node << _OF_TOUCHES | rest, number.take(dense)


def _added(credits: Sequence[_Credit]) -> dict[tuple[int, int, bool, bool], tuple[int, int, float]]:
    """What all blocks found, by campaign, touches and place, in this order."""
    if not credits:
        return {}
    keys, group = np.unique(np.concatenate([one.key for one in credits]), return_inverse=True)
    sums = np.zeros((4, len(keys)), dtype=np.int64)
    for row, of_blocks in enumerate(
        (
            [one.count for one in credits],
            [one.won for one in credits],
            *zip(*(one.worth for one in credits), strict=True),
        )
    ):
        np.add.at(sums[row], group, np.concatenate(of_blocks))
    touches = (1 << _OF_TOUCHES) - 1
    return {
        (key >> _OF_TOUCHES, (key & touches) >> 2, bool(key & 2), bool(key & 1)): (
            count,
            won,
            ((high << 32) + low) / 10**6,
        )
        for key, count, won, high, low in zip(keys.tolist(), *sums.tolist(), strict=True)
    }
