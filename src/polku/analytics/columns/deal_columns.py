"""Deals as arrays of a version: what measures count of them without their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.kept import filled, kept_with, narrow
from polku.analytics.result import DAY

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.records.log import Log

NEVER = -(2**62)
"""Stands for a moment that is not told."""
_OF_DEAL = 40
_WORDS = ("kind", "segment", "outcome", "lost_to", "currency", "source")


def _coded(word: str, of: str) -> str:
    return (
        f"{word}_kinds AS (SELECT {word}, row_number() OVER (ORDER BY {word}) - 1 AS code FROM "
        f"(SELECT DISTINCT {word} FROM {{{of}}} WHERE {word} IS NOT NULL)), "
    )


_TABLES = {word: "accounts" if word == "segment" else "deals" for word in _WORDS}
_DEALS = (
    "WITH "
    + "".join(_coded(word, of) for word, of in _TABLES.items())
    + "numbered AS (SELECT account_id, segment, row_number() OVER (ORDER BY account_id) - 1 AS account FROM {accounts}), "
    "told AS (SELECT d.deal_id, d.kind, d.outcome, d.lost_to, d.currency, d.source, d.created, d.closed, d.amount, "
    "a.account, a.segment, c.cid FROM {deals} d LEFT JOIN numbered a ON a.account_id = d.account_id "
    "LEFT JOIN {cases:account} c ON c.account_id = d.account_id) "
    "SELECT "
    + ", ".join(f"coalesce({word}_kinds.code, -1) AS {word}" for word in _WORDS)
    + ", coalesce(t.account, -1) AS account, coalesce(t.cid, -1) AS cid, coalesce(epoch_us(t.created), $never) AS created, "
    "coalesce(epoch_us(t.closed), $never) AS closed, t.amount, "
    "row_number() OVER (PARTITION BY t.deal_id ORDER BY t.source) = 1 AS first FROM told t "
    + " ".join(f"LEFT JOIN {word}_kinds ON {word}_kinds.{word} = t.{word}" for word in _WORDS)
    + " ORDER BY t.deal_id, t.source"
)


@dataclass(frozen=True)
class DealColumns:
    """Deals by id, and of one that several sources tell by source.

    Args:
        words: names of kind, segment, outcome, lost_to, currency and source by their number; the columns of these
            have −1 where nothing is told.
        account: number of the account in the order of ids, cid: number of its case, −1 none.
        created, closed: microseconds, NEVER where nobody told; amount: nan where nobody told.
        first: whether it is the first source's word on the deal.
    """

    words: tuple[tuple[str, ...], ...]
    kind: Column
    segment: Column
    outcome: Column
    lost_to: Column
    currency: Column
    source: Column
    account: Column
    cid: Column
    created: Column
    closed: Column
    amount: Column
    first: Column

    def names(self, word: str) -> tuple[str, ...]:
        """The names of a column of numbers."""
        return self.words[_WORDS.index(word)]

    def is_(self, word: str, name: str) -> Column:
        """Deal → whether its column says this."""
        names = self.names(word)
        found: Column = getattr(self, word) == (names.index(name) if name in names else -2)
        return found


def deal_columns(log: Log) -> DealColumns:
    """The deals of a log."""

    def make() -> DealColumns:
        told: dict[str, Any] = dict(log.columns(_DEALS, never=NEVER))
        words = tuple(
            tuple(
                row[0]
                for row in log.rows(
                    f"SELECT DISTINCT {word} FROM {{{of}}} WHERE {word} IS NOT NULL ORDER BY {word}"
                )
            )
            for word, of in _TABLES.items()
        )
        return DealColumns(
            words=words,
            kind=narrow(told["kind"]),
            segment=narrow(told["segment"]),
            outcome=narrow(told["outcome"]),
            lost_to=narrow(told["lost_to"]),
            currency=narrow(told["currency"]),
            source=narrow(told["source"]),
            account=np.asarray(told["account"]).astype(np.int32),
            cid=np.asarray(told["cid"]).astype(np.int32),
            created=np.asarray(told["created"]).astype(np.int64),
            closed=np.asarray(told["closed"]).astype(np.int64),
            amount=filled(told["amount"], np.nan).astype(float),
            first=np.asarray(told["first"]).astype(bool),
        )

    tables = ("deals", "accounts", "cases:account")
    return kept_with(log, "deals", tables, log.version.count("deals") * _OF_DEAL, make) or make()


@dataclass(frozen=True)
class _ByCase:
    rows: Column


def deals_by_case(log: Log) -> Column:
    """The first word on each deal of an account with a case, as rows of `deal_columns`: by case, when it closed, and id.

    One known to have closed on a day closed at its end.
    """

    def make() -> _ByCase:
        told = deal_columns(log)
        rows = np.flatnonzero(told.first & (told.cid >= 0))
        return _ByCase(rows[np.lexsort((end_of(told.closed[rows]), told.cid[rows]))].astype(np.int32))

    tables = ("deals", "accounts", "cases:account")
    return (kept_with(log, "deals by case", tables, log.version.count("deals") * 4, make) or make()).rows


def end_of(moment: Any) -> Any:
    """A moment, or several; where it is midnight only the day is known, and it stands at the end of that."""
    return moment + (DAY - 1) * (moment % DAY == 0)
