"""Deals as arrays of a version: what measures count of them without their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.kept import filled, kept_with, narrow
from polku.analytics.result import DAY
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.records.log import Log

NEVER = -(2**62)
"""Stands for a moment that is not told."""
_OF_DEAL = 40
_WORDS = ("kind", "segment", "outcome", "lost_to", "currency", "source")
_TABLES = {word: "accounts" if word == "segment" else "deals" for word in _WORDS}
_FEW = 16
"""Names among which a word is looked for one by one; more are joined."""
_DEALS = (
    "WITH {kinds}numbered AS (SELECT account_id, segment, row_number() OVER (ORDER BY account_id) - 1 AS account "
    "FROM {accounts}), "
    "told AS (SELECT d.deal_id, d.source AS told_by, {numbers}, coalesce(a.account, -1)::INT AS account, "
    "coalesce(c.cid, -1)::INT AS cid, coalesce(epoch_us(d.created), $never) AS created, "
    "coalesce(epoch_us(d.closed), $never) AS closed, d.amount "
    "FROM {deals} d LEFT JOIN numbered a ON a.account_id = d.account_id "
    "LEFT JOIN {cases:account} c ON c.account_id = d.account_id{joins}) "
    "SELECT {words}, account, cid, created, closed, amount, "
    "row_number() OVER (PARTITION BY deal_id ORDER BY told_by) = 1 AS first FROM told ORDER BY deal_id, told_by"
)


def _deals_sql(words: Mapping[str, Sequence[str]]) -> str:
    """The query of deals, which is given the names of each word; numbers are as small as these names allow, since
    all that is sorted is carried."""
    kinds, joins, numbers = "", "", []
    for word, names in words.items():
        kind, said = (
            "TINYINT" if len(names) < 1 << 7 else "INT",
            f"{'a' if word == 'segment' else 'd'}.{word}",
        )
        if len(names) <= _FEW:
            found = f"coalesce(list_position(${word}::VARCHAR[], {said}) - 1, -1)"
        else:
            list_ = f"${word}::VARCHAR[]"
            kinds += (
                f"{word}_kinds AS (SELECT unnest({list_}) AS {word}, unnest(range(len({list_}))) AS code), "
            )
            joins += f" LEFT JOIN {word}_kinds ON {word}_kinds.{word} = {said}"
            found = f"coalesce({word}_kinds.code, -1)"
        numbers.append(f"{found}::{kind} AS {word}")
    parts = {"kinds": kinds, "numbers": ", ".join(numbers), "joins": joins, "words": ", ".join(words)}
    sql = _DEALS
    for name, part in parts.items():
        sql = sql.replace(f"{{{name}}}", part)
    return sql


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
        words = {
            word: tuple(
                row[0]
                for row in log.rows(
                    f"SELECT DISTINCT {word} FROM {{{of}}} WHERE {word} IS NOT NULL ORDER BY {word}"
                )
            )
            for word, of in _TABLES.items()
        }
        given = {word: list(names) for word, names in words.items()}
        told: dict[str, Any] = dict(log.columns(_deals_sql(words), never=NEVER, **given))
        return DealColumns(
            words=tuple(words.values()),
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


def deals_by_case(log: Log, told: DealColumns) -> Column:
    """The first word on each deal of an account with a case, as rows of `deal_columns`: by case, when it closed, and id.

    One known to have closed on a day closed at its end.
    """

    def make() -> _ByCase:
        rows = np.flatnonzero(told.first & (told.cid >= 0))
        return _ByCase(rows[np.lexsort((end_of(told.closed[rows]), told.cid[rows]))].astype(np.int32))

    tables = ("deals", "accounts", "cases:account")
    return (kept_with(log, "deals by case", tables, log.version.count("deals") * 4, make) or make()).rows


def end_of(moment: Any) -> Any:
    """A moment, or several; where it is midnight only the day is known, and it stands at the end of that."""
    return moment + (DAY - 1) * (moment % DAY == 0)
