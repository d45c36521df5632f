"""Retention: how long customers stay, from their contracts (without contracts: their orders), and what a period loses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import numpy as np

from polku.analytics.columns.customers import Customers, chosen_customers, customers, date_of
from polku.analytics.columns.members import day_of
from polku.analytics.result import About, Result, share
from polku.analytics.statistics.survival import Curve, log_rank
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study

RetentionSplit = Literal["segment"]
RETENTION_SPLITS: tuple[RetentionSplit, ...] = ("segment",)
MONTH = 365.25 / 12
YEAR = dt.timedelta(days=365)
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


_BEGIN = "SELECT epoch_us(min(time)) FROM {events}"


def retention(study: Study, by: RetentionSplit | None = None) -> Retention:
    """Follow the customers of the study from the start of their first contract until it, and what renewed it, ends.

    Contracts that touch or overlap are one stay. A customer is censored at the end of what is observed, and one that
    began before the first event of the log counts from that day on only (left truncation). The study's `since` and
    `until` are the period of `churn`; without them the last 365 days.
    """
    followed = follow_customers(study)
    told, begins, last = followed.customers, followed.begins, followed.last
    observed = followed.observed

    small = study.workspace.settings.limits.small
    groups: dict[str | None, Curve] = {None: followed.curve(observed)}
    if by is not None:
        groups |= {
            name: followed.curve(observed & (followed.segment == place))
            for place, name in (*enumerate(told.written.segments), (-1, UNKNOWN))
            if (observed & (followed.segment == place)).any()
        }
    rows = [row for name, curve in groups.items() for row in _months(name, curve, small)]
    test = log_rank([curve for name, curve in groups.items() if name is not None])
    columns: Sequence[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * 7
    number = int(observed.sum())
    first = date_of(int(followed.since[observed].min())) if number else None
    remainder = {
        **told.left,
        "accounts_filtered": followed.filtered,
        "accounts_not_yet_customers": int(followed.late.sum()),
        "accounts_lost_before_data": int((~observed & ~followed.late).sum()),
    }
    within = told.first <= day_of(last)
    return Retention(
        about=About(
            question="retention",
            case="account",
            unit="account",
            cases=number,
            accounts=number,
            data_version=study.log.version.number,
            journey=study.journey.id if study.journey is not None else None,
            parameters={
                **study.parameters,
                "basis": told.basis,
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
        basis=told.basis,
        churn=_churn(study, followed),
        logrank={"chi2": test.chi2, "df": test.df, "p": test.p} if test is not None else None,
        returned=int(
            (followed.chosen & (np.bincount(told.customer[within], minlength=len(followed.chosen)) > 1)).sum()
        ),
        definitions=DEFINITIONS,
    )


@dataclass(frozen=True)
class Followed:
    """The customers of a study, each with its first stay; columns are of these, by their number.

    Args:
        customers: of the log; chosen: customer of the log → whether of the study.
        number: of each; since: first day of the first stay; entered, left, lost: its life, in days.
        begins: the day of the first event of the log; last: the day of the end of what is observed.
        filtered: customers that are not of the study.
    """

    customers: Customers
    chosen: Column
    number: Column
    since: Column
    entered: Column
    left: Column
    lost: Column
    begins: dt.date | None
    last: dt.date
    filtered: int

    @cached_property
    def late(self) -> Column:
        """Those that are none yet."""
        found: Column = self.since > day_of(self.last)
        return found

    @cached_property
    def observed(self) -> Column:
        """Those of whose life some is seen."""
        found: Column = self.left > self.entered
        return found

    @property
    def segment(self) -> Column:
        """Places in the names of segments, −1 without."""
        found: Column = self.customers.written.segment[self.number]
        return found

    def curve(self, some: Column) -> Curve:
        """The curve of some."""
        return Curve.of_columns(self.entered[some], self.left[some], self.lost[some])


def follow_customers(study: Study) -> Followed:
    """The customers of the study's accounts, whatever its period."""
    told = customers(study)
    chosen = chosen_customers(study)
    last = _day(study, study.now)
    (first_event,) = study.log.rows(_BEGIN)[0]
    begins = None if first_event is None else _day(study, int(first_event))
    first = np.flatnonzero(np.append(True, told.customer[1:] != told.customer[:-1])[: len(told.customer)])
    every = len(first)
    if chosen is None:
        chosen = np.ones(len(told.written.segment), dtype=bool)
    else:
        first = first[chosen[told.customer[first]]]
    since, until, end = told.first[first], told.last[first], day_of(last)
    entered = np.zeros(len(since), dtype=np.int32)
    if begins is not None:
        entered = np.maximum(day_of(begins) - since, 0)
    lost = until < end
    left = np.where(lost, until, end) - since + 1
    return Followed(
        told, chosen, told.customer[first], since, entered, left, lost, begins, last, every - len(first)
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


def _churn(study: Study, followed: Followed) -> dict[str, Any]:
    """What a period loses of the customers, and of the amounts, it began with."""
    told, last = followed.customers, followed.last
    end = min(study.until or last, last)
    start = study.since or max(end - YEAR, followed.begins or end - YEAR)
    there = told.on(day_of(start)) & followed.chosen
    lost = there & ~told.on(day_of(end))
    number, gone = int(there.sum()), int(lost.sum())
    small = study.workspace.settings.limits.small
    enough = number >= small and start < end
    counted: dict[str, Any] = {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "customers": number,
        "lost": gone,
        "logo_churn": share(gone, number) if enough else None,
    }
    if told.basis != "contracts":
        return counted
    at_start, at_end = (_amounts(told, day_of(day)) for day in (start, end))
    change = np.where(there & ~lost, at_end - at_start, 0.0)
    begun, churned = _sum(at_start[there]), _sum(at_start[lost])
    contraction, expansion = -_sum(np.minimum(change, 0.0)), _sum(np.maximum(change, 0.0))
    return {
        **counted,
        "currency": study.workspace.settings.currency,
        "start": begun,
        "churned": churned,
        "contraction": contraction,
        "expansion": expansion,
        "grr": (begun - contraction - churned) / begun if enough and begun > 0 else None,
        "nrr": (begun + expansion - contraction - churned) / begun if enough and begun > 0 else None,
    }


def _amounts(told: Customers, day: int) -> Column:
    """Customer → the amounts of its contracts on a day."""
    holds = (told.since <= day) & (told.until >= day) & ~np.isnan(told.amount)
    return np.bincount(told.who[holds], weights=told.amount[holds], minlength=len(told.written.segment))


def _sum(values: Column) -> float:
    """Added one by one, as they stand."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0
