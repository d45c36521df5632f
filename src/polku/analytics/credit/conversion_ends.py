"""Conversions that paths lead to, as arrays: deals that were won, or events of some activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.blocks import kept_blocks, places_of
from polku.analytics.columns.deal_columns import deals_by_case, end_of
from polku.analytics.columns.kept import filled, kept_with, narrow
from polku.analytics.credit.touch_paths import NEVER
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.columns.deal_columns import DealColumns
    from polku.analytics.columns.members import CaseAccounts
    from polku.analytics.credit.conversion_paths import Codes
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
class Ends:
    """Conversions by case and time: case (by its place among all), moment or row that its touches come before, …"""

    cid: Column
    at: Column
    end: Column
    value: Column
    created: Column
    own: Column


@dataclass(frozen=True)
class Closings:
    """Events that told that a deal was won: case, place, code, and the deal by the place of its first word."""

    cid: Column
    ord: Column
    code: Column
    deal: Column


def closings_of(log: Log) -> Closings:
    """The closings of a log."""

    def make() -> Closings:
        read = log.columns(_CLOSINGS)
        return Closings(*(np.asarray(read[name]).astype(np.int32) for name in ("cid", "ord", "code", "deal")))

    tables = ("events", "deals", "moves:account")
    return kept_with(log, "closings", tables, log.version.count("deals") * 8, make) or make()


def table_of(size: int, of: object, none: int) -> Column:
    """Numbers below a size → what a mapping says of them."""
    found = np.full(size, none, dtype=np.int32)
    for code, value in dict(of).items():  # type: ignore[call-overload]
        found[code] = value
    return found


def won_deals(
    log: Log, told: DealColumns, closings: Closings, codes: Codes, known: CaseAccounts, chosen: Column | None
) -> tuple[Ends, int]:
    """Won deals as conversions, and how many are of no case here."""
    won = told.is_("outcome", "won")
    rows = deals_by_case(log, told)
    rows = rows[(won & (told.closed != NEVER))[rows]]
    cid = told.cid[rows]
    if chosen is not None:
        here = chosen[places_of(known.cid, cid)]
        rows, cid = rows[here], cid[here]
    end, created = end_of(told.closed[rows]), told.created[rows]
    own = np.broadcast_to(np.int64(-1), len(rows))
    if len(closings.code):
        of_deal = np.full(len(told.cid), -1, dtype=np.int64)
        size = int(closings.code.max()) + 1
        of_deal[closings.deal] = table_of(size, {c: n for c, n in codes.own.items() if c < size}, -1)[
            closings.code
        ]
        own = of_deal[rows]
    found = Ends(
        cid=cid,
        at=end,
        end=end,
        value=told.amount[rows],
        created=np.where(created == NEVER, NEVER, end_of(created)),
        own=own,
    )
    return found, int(np.count_nonzero(won & told.first)) - len(rows)


@dataclass(frozen=True)
class _Told:
    """Events of some codes by case and place: case, place, time, code, what they are worth; rows that name a deal."""

    cid: Column
    ord: Column
    ts: Column
    code: Column
    worth: Column
    of_deal: Column


def _told(study: Study, ends: list[int]) -> _Told:
    log = study.log

    def make() -> _Told:
        read = log.columns(_HAPPENED, ends=ends)
        cid, ord_, ts = (np.asarray(read[name]) for name in ("cid", "ord", "ts"))
        return _Told(
            cid,
            ord_,
            ts,
            narrow(read["code"]),
            filled(read["value"], np.nan).astype(float),
            np.flatnonzero(np.asarray(read["of_deal"])),
        )

    kept = kept_blocks(log, "account")
    events = kept.counted(log, ends)[0] if kept is not None else 0
    return kept_with(log, ("conversions", *ends), ("events", "moves:account"), events * 26, make) or make()


def happened(
    study: Study, codes: Codes, known: CaseAccounts, chosen: Column | None, deal_value: bool
) -> Ends | None:
    """Events as conversions; None where some name a deal."""
    told = _told(study, sorted(codes.conversion))
    if len(told.of_deal):
        return None
    cid, ord_, ts, code, worth = told.cid, told.ord, told.ts, told.code, told.worth
    if chosen is not None:
        mine = chosen[places_of(known.cid, cid)]
        cid, ord_, ts, code, worth = cid[mine], ord_[mine], ts[mine], code[mine], worth[mine]
    own = table_of(
        int(code.max(initial=0)) + 1, {c: n for c, n in codes.own.items() if c <= code.max(initial=0)}, -1
    )
    return Ends(
        cid=cid,
        at=ord_.astype(np.int64),
        end=ts.astype(np.int64),
        value=np.full(len(cid), np.nan) if deal_value else worth,
        created=np.full(len(cid), NEVER),
        own=own[code].astype(np.int64),
    )
