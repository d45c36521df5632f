"""Customers: who has contracts (or orders) that make them one, from when until when, as arrays of a version.

Customers go by number, in the order of their account's id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.kept import filled, kept_with, narrow
from polku.analytics.columns.members import FAR, days_of
from polku.analytics.filters.conditions import case_condition
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study

_NUMBERS = count(1)
"""Of temporary tables, so that those who ask at the same time keep apart."""
ORDER_DAYS = 365
"""Where there are no contracts, an order makes a customer for so many days."""
_OF_CUSTOMER, _OF_CONTRACT, _OF_DEAL = 6, 24, 16

_OWN = "own AS (SELECT account_id FROM {contracts} UNION SELECT account_id FROM {deals}), "
_ALL_NUMBERED = "SELECT account_id, row_number() OVER (ORDER BY account_id) - 1 AS customer FROM own WHERE account_id IS NOT NULL"
_NUMBERED = "WITH " + _OWN + "numbered AS (" + _ALL_NUMBERED + ") "
_SEGMENTS = (
    "WITH kinds AS (SELECT segment, row_number() OVER (ORDER BY segment) - 1 AS kind FROM "
    "(SELECT DISTINCT segment FROM {accounts} WHERE segment IS NOT NULL)) SELECT coalesce(k.kind, -1) AS kind "
    "FROM {{numbered}} n LEFT JOIN {accounts} a ON a.account_id = n.account_id LEFT JOIN kinds k ON k.segment = a.segment "
    "ORDER BY n.customer"
)
_SEGMENT_NAMES = "SELECT DISTINCT segment FROM {accounts} WHERE segment IS NOT NULL ORDER BY segment"
_CONTRACTS = (
    "SELECT n.customer, (c.\"from\" - DATE '1970-01-01')::INT AS since, "
    "(c.\"to\" - DATE '1970-01-01')::INT AS until, c.amount, c.currency IS NULL OR c.currency = $currency AS own, "
    "c.recurring IS NOT DISTINCT FROM false AS once "
    "FROM {contracts} c LEFT JOIN {{numbered}} n ON n.account_id = c.account_id"
)
_WON = (
    "SELECT n.customer, epoch_us(d.closed) AS closed FROM {deals} d "
    "JOIN {{numbered}} n ON n.account_id = d.account_id WHERE d.outcome = 'won' AND d.closed IS NOT NULL"
)
_NAMES = _NUMBERED + "SELECT account_id FROM numbered ORDER BY customer"
_CHOSEN = (
    "WITH " + _OWN + "base AS (SELECT row_number() OVER (ORDER BY o.account_id) - 1 AS id, c.cid, 1 AS low, "
    "coalesce(c.n, 0) AS high, coalesce(c.n, 0) AS n, o.account_id AS key, o.account_id, a.segment, a.status, "
    "c.outcome, c.value, c.t0, c.t1 FROM own o LEFT JOIN {accounts} a ON a.account_id = o.account_id "
    "LEFT JOIN {cases:account} c ON c.account_id = o.account_id WHERE o.account_id IS NOT NULL) "
    "SELECT b.id FROM base b WHERE {condition}"
)


@dataclass(frozen=True)
class Written:
    """What is written of customers.

    Args:
        segments: names; segment: customer → place in them, −1 none.
        who: contract → customer, −1 none; since, until: its first and last day, −FAR and FAR where none is told;
        amount: nan where it is unknown or of another currency; once: whether it does not recur.
        buyer, closed: won deal → customer, and the moment of its closing.
    """

    segments: tuple[str, ...]
    segment: Column
    who: Column
    since: Column
    until: Column
    amount: Column
    once: Column
    buyer: Column
    closed: Column


def written(study: Study) -> Written:
    """What is written of the customers of a study's log."""
    log = study.log
    currency = study.workspace.settings.currency

    def make() -> Written:
        table = f"customers_{next(_NUMBERS)}"
        log.rows("CREATE TEMP TABLE " + table + " AS WITH " + _OWN.rstrip(", ") + " " + _ALL_NUMBERED)
        told, won, segments = (
            log.columns(sql.replace("{{numbered}}", table), **asked)
            for sql, asked in ((_CONTRACTS, {"currency": currency}), (_WON, {}), (_SEGMENTS, {}))
        )
        log.rows(f"DROP TABLE {table}")
        amount = filled(told["amount"], np.nan).astype(float)
        return Written(
            segments=tuple(row[0] for row in log.rows(_SEGMENT_NAMES)),
            segment=narrow(segments["kind"]),
            who=filled(told["customer"], -1).astype(np.int32),
            since=filled(told["since"], -FAR).astype(np.int32),
            until=filled(told["until"], FAR).astype(np.int32),
            amount=np.where(filled(told["own"], False), amount, np.nan),
            once=filled(told["once"], False).astype(bool),
            buyer=np.asarray(won["customer"]).astype(np.int32),
            closed=np.asarray(won["closed"]).astype(np.int64),
        )

    rows = log.version.count
    needed = rows("accounts") * _OF_CUSTOMER + rows("contracts") * _OF_CONTRACT + rows("deals") * _OF_DEAL
    tables = ("contracts", "deals", "accounts")
    return kept_with(log, ("customers", currency), tables, needed, make) or make()


@dataclass(frozen=True)
class Customers:
    """The customers of a log, whatever the study chooses.

    Args:
        basis: contracts or orders; left: what of it cannot be counted.
        who, since, until, amount: of each contract or order that counts, in the order in which they are written;
            amounts are nan where unknown.
        customer, first, last: stays by customer and day: contracts of one that touch or overlap are one.
    """

    written: Written
    basis: str
    left: Mapping[str, int]
    who: Column
    since: Column
    until: Column
    amount: Column
    customer: Column
    first: Column
    last: Column

    def on(self, day: int) -> Column:
        """Customer → whether it is one on a day."""
        found = np.zeros(len(self.written.segment), dtype=bool)
        found[self.customer[(self.first <= day) & (self.last >= day)]] = True
        return found


def customers(study: Study) -> Customers:
    """Contracts, else orders, that make customers, and the stays that these make."""
    told = written(study)
    homeless = told.who < 0
    startless = ~homeless & (told.since == -FAR)
    placed = ~homeless & ~startless
    backwards = placed & ~told.once & (told.until < told.since)
    good = placed & ~told.once & ~backwards
    left = {
        "contracts_without_account": int(homeless.sum()),
        "contracts_without_start": int(startless.sum()),
        "contracts_ended_before_start": int(backwards.sum()),
    }
    once = placed & told.once
    orders = (told.who[once], told.since[once])
    if good.any():
        basis = "contracts"
        left["contracts_without_amount"] = int(np.isnan(told.amount[good]).sum())
        left["orders_beside_contracts"] = len(orders[0])
        rows = (told.who[good], told.since[good], told.until[good], told.amount[good])
    else:
        basis = "orders"
        who = np.append(orders[0], told.buyer)
        since = np.append(orders[1], days_of(study, told.closed)).astype(np.int32)
        rows = (who, since, since + np.int32(ORDER_DAYS - 1), np.full(len(who), np.nan))
    return Customers(told, basis, left, *rows, *stays(*rows[:3]))


def stays(who: Column, since: Column, until: Column) -> tuple[Column, Column, Column]:
    """Whose, first and last day of stays, by customer and day; what touches or overlaps is one."""
    order = np.lexsort((since, who))
    who, since, until = who[order], since[order], until[order]
    # The longest so far of each customer; numbers of customers keep them apart.
    longest = np.maximum.accumulate((who.astype(np.int64) << 32) + until.astype(np.int64) + FAR)
    begins = np.ones(len(who), dtype=bool)
    reached = (longest[:-1] & 0xFFFFFFFF) - FAR
    begins[1:] = (who[1:] != who[:-1]) | (since[1:] > reached + 1)
    start = np.flatnonzero(begins)
    end = np.append(start[1:], len(who))[: len(start)] - 1
    return who[start], since[start], ((longest[end] & 0xFFFFFFFF) - FAR).astype(np.int32)


def chosen_customers(study: Study) -> Column | None:
    """Customer → whether it is of the study, whatever its period; None where all are."""
    if study.cases is None:
        return None
    condition, params = case_condition(replace(study, since=None, until=None))
    found = np.zeros(len(written(study).segment), dtype=bool)
    found[np.asarray(study.log.columns(_CHOSEN.replace("{condition}", condition), **params)["id"])] = True
    return found


def names_of(study: Study) -> list[str]:
    """Customer → id of its account."""
    return [row[0] for row in study.log.rows(_NAMES)]


def date_of(day: int) -> dt.date:
    """The day of a number."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def stays_of_accounts(
    study: Study, accounts: Collection[str] | None = None
) -> dict[str, list[tuple[dt.date, dt.date | None]]]:
    """The stays of each customer, in order, by id of the account; a last day None goes on.

    Args:
        accounts: only of these; None takes all.
    """
    if accounts is not None and not accounts:
        return {}
    told = customers(study)
    rows = study.log.rows(
        _NUMBERED
        + "SELECT customer, account_id FROM numbered"
        + ("" if accounts is None else " WHERE account_id IN (SELECT unnest($accounts::VARCHAR[]))"),
        accounts=sorted(accounts or ()),
    )
    names = dict(rows)
    some = np.zeros(len(told.written.segment), dtype=bool)
    some[list(names)] = True
    own = np.flatnonzero(some[told.customer]) if len(told.customer) else told.customer
    found: dict[str, list[tuple[dt.date, dt.date | None]]] = {}
    for who, first, last in zip(
        *(column[own].tolist() for column in (told.customer, told.first, told.last)), strict=True
    ):
        found.setdefault(names[who], []).append((date_of(first), None if last == FAR else date_of(last)))
    return found
