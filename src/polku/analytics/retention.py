"""Retention: how long customers stay, from their contracts (without contracts: their orders), and what a period loses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from polku.analytics.conditions import case_condition
from polku.analytics.result import About, Result, share
from polku.analytics.survival import Curve, Life, log_rank

if TYPE_CHECKING:
    from polku.analytics.study import Study

RetentionSplit = Literal["segment"]
RETENTION_SPLITS: tuple[RetentionSplit, ...] = ("segment",)
MONTH = 365.25 / 12
ORDER_DAYS = 365
"""Where there are no contracts, an order makes a customer for so many days."""
YEAR = dt.timedelta(days=365)
DAY = dt.timedelta(days=1)
UNKNOWN = "unknown"
DEFINITIONS: Mapping[str, str] = {
    "retained": "product of (1 - lost / at risk) over the days since the start (Kaplan-Meier)",
    "interval": "95 %, Greenwood",
    "logo_churn": "lost / customers",
    "grr": "(start - contraction - churned) / start",
    "nrr": "(start + expansion - contraction - churned) / start",
}


@dataclass(frozen=True)
class Retention(Result):
    """One row per month since a customer's start, from 0; with a split first of all, then of each segment.

    Args:
        segment: None for all, `unknown` where the account has none.
        period: months since the start; month m ends m × 365.25 / 12 days after it, rounded up.
        at_risk: customers that are observed and stay beyond the end of the month.
        retained, low, high: share that stays at least so long, with its interval; None below `limits.small` at risk.
        lost: customers lost in the month.
        basis: contracts or orders.
        churn: of the period `from` … `to`: customers at its first day, of these lost at its last; logo_churn; with
            contracts the amounts they had at the first day and its changes, grr and nrr. Shares are None below
            `limits.small` customers.
        logrank: chi2, df and p of the difference between segments; None without a split, or without a loss.
        returned: customers that were lost and came back; the rows tell of their first stay.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("basis", "churn", "logrank", "returned", "definitions")

    segment: tuple[str | None, ...]
    period: tuple[int, ...]
    at_risk: tuple[int, ...]
    retained: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    lost: tuple[int, ...]
    basis: str
    churn: Mapping[str, Any]
    logrank: Mapping[str, float] | None
    returned: int
    definitions: Mapping[str, str]


@dataclass(frozen=True)
class Contract:
    """What makes an account a customer on each of its days; `until` None goes on."""

    account: str
    since: dt.date
    until: dt.date | None
    amount: float | None = None

    def covers(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


_CHOSEN = (
    "WITH own AS (SELECT account_id FROM {contracts} UNION SELECT account_id FROM {deals}), "
    "base AS (SELECT row_number() OVER (ORDER BY o.account_id) AS id, c.cid, 1 AS low, coalesce(c.n, 0) AS high, "
    "coalesce(c.n, 0) AS n, o.account_id AS key, o.account_id, a.segment, a.status, c.outcome, c.value, c.t0, c.t1 "
    "FROM own o LEFT JOIN {accounts} a ON a.account_id = o.account_id "
    "LEFT JOIN {cases:account} c ON c.account_id = o.account_id WHERE o.account_id IS NOT NULL) "
    "SELECT b.account_id, b.segment FROM base b WHERE {condition} ORDER BY b.account_id"
)
_CONTRACTS = 'SELECT account_id, "from", "to", amount, currency, recurring FROM {contracts}'
_WON = "SELECT account_id, epoch_us(closed) FROM {deals} WHERE outcome = 'won' AND closed IS NOT NULL"
_BEGIN = "SELECT epoch_us(min(time)) FROM {events}"


def retention(study: Study, by: RetentionSplit | None = None) -> Retention:
    """Follow the customers of the study from the start of their first contract until it, and what renewed it, ends.

    Contracts that touch or overlap are one stay. A customer is censored at the end of what is observed, and one that
    began before the first event of the log counts from that day on only (left truncation). The study's `since` and
    `until` are the period of `churn`; without them the last 365 days.
    """
    followed = follow_customers(study)
    contracts, basis, left, stays = followed.contracts, followed.basis, followed.left, followed.stays
    segments, lives, begins, last = followed.segments, followed.lives, followed.begins, followed.last
    late = [account for account, own in stays.items() if own[0][0] > last]
    before = [a for a, life in lives.items() if life.left <= life.entered and a not in late]
    observed = followed.observed

    small = study.workspace.settings.limits.small
    groups: dict[str | None, list[Life]] = {None: list(observed.values())}
    if by is not None:
        named = sorted({name for a in observed if (name := segments[a]) is not None})
        nameless = [UNKNOWN] if any(segments[a] is None for a in observed) else []
        groups |= {
            name: [life for a, life in observed.items() if (segments[a] or UNKNOWN) == name]
            for name in (*named, *nameless)
        }
    rows = [row for name, group in groups.items() for row in _months(name, Curve(group), small)]
    test = log_rank([group for name, group in groups.items() if name is not None])
    columns: Sequence[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * 7
    first = min((stays[account][0][0] for account in observed), default=None)
    remainder = {
        **left,
        "accounts_filtered": followed.filtered,
        "accounts_not_yet_customers": len(late),
        "accounts_lost_before_data": len(before),
    }
    return Retention(
        about=About(
            question="retention",
            case="account",
            unit="account",
            cases=len(observed),
            accounts=len(observed),
            data_version=study.log.version.number,
            journey=study.journey.id if study.journey is not None else None,
            parameters={
                **study.parameters,
                "basis": basis,
                "begins": begins.isoformat() if begins is not None else None,
                "ends": last.isoformat(),
                "interval": "greenwood",
                **({"by": by} if by else {}),
            },
            remainder={name: number for name, number in remainder.items() if number},
            first=study.moment(first) if first is not None else None,
            last=study.moment(last) if first is not None else None,
            zone=study.workspace.settings.zone,
        ),
        segment=columns[0],
        period=columns[1],
        at_risk=columns[2],
        retained=columns[3],
        low=columns[4],
        high=columns[5],
        lost=columns[6],
        basis=basis,
        churn=_churn(study, contracts, stays, begins, last, money=basis == "contracts"),
        logrank={"chi2": test.chi2, "df": test.df, "p": test.p} if test is not None else None,
        returned=sum(sum(since <= last for since, _ in own) > 1 for own in stays.values()),
        definitions=DEFINITIONS,
    )


@dataclass(frozen=True)
class Followed:
    """The customers of a study.

    Args:
        contracts, basis, left: what makes customers, of which kind it is, and what of it cannot be counted.
        segments: of every account of the study; stays: of its customers; lives: their first stays.
        begins: the day of the first event of the log; last: the day of the end of what is observed.
        filtered: customers that are not of the study.
    """

    contracts: Sequence[Contract]
    basis: str
    left: Mapping[str, int]
    segments: Mapping[str, str | None]
    stays: Mapping[str, Sequence[tuple[dt.date, dt.date | None]]]
    lives: Mapping[str, Life]
    begins: dt.date | None
    last: dt.date
    filtered: int

    @property
    def observed(self) -> dict[str, Life]:
        """The lives that some of is seen."""
        return {account: life for account, life in self.lives.items() if life.left > life.entered}


def follow_customers(study: Study) -> Followed:
    """The customers of the study's accounts, whatever its period."""
    condition, params = case_condition(replace(study, since=None, until=None))
    segments = dict(study.log.rows(_CHOSEN.replace("{condition}", condition), **params))
    contracts, basis, left = _contracts(study)
    last = _day(study, study.now)
    (first_event,) = study.log.rows(_BEGIN)[0]
    begins = None if first_event is None else _day(study, int(first_event))
    every = stays_of(contracts)
    stays = {account: own for account, own in every.items() if account in segments}
    lives: dict[str, Life] = {}
    for account, own in stays.items():
        since, until = own[0]
        entered = max((begins - since).days, 0) if begins is not None else 0
        lost = until is not None and until < last
        end = until if lost and until is not None else last
        lives[account] = Life(entered, (end - since).days + 1, lost)
    return Followed(
        contracts, basis, left, segments, stays, lives, begins, last, len(every.keys() - segments.keys())
    )


def month_ends(month: int) -> tuple[int, int]:
    """The ages in days after which and with which a month since the start ends; −1 before the first."""
    return (ceil((month - 1) * MONTH) if month else -1), ceil(month * MONTH)


def _months(segment: str | None, curve: Curve, small: int) -> Iterable[tuple[Any, ...]]:
    """Rows of one curve, as long as somebody is followed."""
    found: list[tuple[Any, ...]] = []
    while not found or month_ends(len(found) - 1)[1] < curve.longest:
        month = len(found)
        before, after = month_ends(month)
        at_risk = curve.beyond(after)
        there = curve.at(after)
        shown = at_risk >= small
        found.append(
            (
                segment,
                month,
                at_risk,
                there.share if shown else None,
                there.low if shown else None,
                there.high if shown else None,
                curve.lost_between(before, after),
            )
        )
    return found


def _day(study: Study, moment: int) -> dt.date:
    return dt.datetime.fromtimestamp(moment / 1e6, ZoneInfo(study.workspace.settings.zone)).date()


def _contracts(study: Study) -> tuple[list[Contract], str, dict[str, int]]:
    """Contracts, else orders, that can be counted; which of them; and what cannot be."""
    own = study.workspace.settings.currency
    found: list[Contract] = []
    orders: list[Contract] = []
    left = dict.fromkeys(
        (
            "contracts_without_account",
            "contracts_without_start",
            "contracts_ended_before_start",
            "contracts_without_amount",
        ),
        0,
    )
    for account, since, until, amount, currency, recurring in study.log.rows(_CONTRACTS):
        if account is None:
            left["contracts_without_account"] += 1
        elif since is None:
            left["contracts_without_start"] += 1
        elif recurring is False:
            orders.append(Contract(account, since, since + dt.timedelta(days=ORDER_DAYS - 1)))
        elif until is not None and until < since:
            left["contracts_ended_before_start"] += 1
        else:
            known = amount is not None and currency in (None, own)
            left["contracts_without_amount"] += not known
            found.append(Contract(account, since, until, amount if known else None))
    if found:
        return found, "contracts", {**left, "orders_beside_contracts": len(orders)}
    for account, closed in study.log.rows(_WON):
        if account is not None:
            day = _day(study, int(closed))
            orders.append(Contract(account, day, day + dt.timedelta(days=ORDER_DAYS - 1)))
    return (
        orders,
        "orders",
        {name: number for name, number in left.items() if name != "contracts_without_amount"},
    )


def contracts_of(study: Study) -> list[Contract]:
    """What makes accounts customers: their contracts, else their orders."""
    return _contracts(study)[0]


def stays_of(contracts: Iterable[Contract]) -> dict[str, list[tuple[dt.date, dt.date | None]]]:
    """The stays of each account, in order: its contracts, those that touch or overlap as one."""
    found: dict[str, list[tuple[dt.date, dt.date | None]]] = {}
    for one in sorted(contracts, key=lambda one: (one.account, one.since)):
        own = found.setdefault(one.account, [])
        if not own or ((until := own[-1][1]) is not None and one.since > until + DAY):
            own.append((one.since, one.until))
        elif own[-1][1] is not None:
            until = None if one.until is None else max(one.until, own[-1][1])
            own[-1] = (own[-1][0], until)
    return found


def _churn(
    study: Study,
    contracts: Sequence[Contract],
    stays: Mapping[str, Sequence[tuple[dt.date, dt.date | None]]],
    begins: dt.date | None,
    last: dt.date,
    *,
    money: bool,
) -> dict[str, Any]:
    """What a period loses of the customers, and of the amounts, it began with."""
    end = min(study.until or last, last)
    start = study.since or max(end - YEAR, begins or end - YEAR)

    def customers(day: dt.date) -> set[str]:
        return {a for a, own in stays.items() if any(s <= day and (u is None or day <= u) for s, u in own)}

    there = customers(start)
    lost = there - customers(end)
    small = study.workspace.settings.limits.small
    enough = len(there) >= small and start < end
    told: dict[str, Any] = {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "customers": len(there),
        "lost": len(lost),
        "logo_churn": share(len(lost), len(there)) if enough else None,
    }
    if not money:
        return told
    at_start, at_end = dict.fromkeys(sorted(there), 0.0), dict.fromkeys(sorted(there), 0.0)
    for one in contracts:
        if one.account in there:
            at_start[one.account] += (one.amount or 0.0) if one.covers(start) else 0.0
            at_end[one.account] += (one.amount or 0.0) if one.covers(end) else 0.0
    changes = {a: at_end[a] - at_start[a] for a in at_start}
    begun = sum(at_start.values())
    churned = sum(at_start[a] for a in at_start if a in lost)
    contraction = -sum(min(change, 0.0) for a, change in changes.items() if a not in lost)
    expansion = sum(max(change, 0.0) for a, change in changes.items() if a not in lost)
    return {
        **told,
        "currency": study.workspace.settings.currency,
        "start": begun,
        "churned": churned,
        "contraction": contraction,
        "expansion": expansion,
        "grr": (begun - contraction - churned) / begun if enough and begun > 0 else None,
        "nrr": (begun + expansion - contraction - churned) / begun if enough and begun > 0 else None,
    }
