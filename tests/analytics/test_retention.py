"""Retention from contracts and orders: counted by hand, and by plain Python day by day on random contracts."""

from __future__ import annotations

import datetime as dt
import math
import random
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask
from polku.documents import Settings, Workspace
from tests.analytics.logs import publish_rows

DAY = dt.timedelta(days=1)
FIRST = dt.date(2025, 1, 1)
LAST = dt.date(2026, 12, 31)
ALL = Workspace(settings=Settings.model_validate({"limits": {"small": 1}, "currency": "EUR"}))


def _contract(
    account: str | None, since: dt.date | None, until: dt.date | None, **more: Any
) -> dict[str, Any]:
    amount = {"amount": 100.0, "currency": "EUR", "recurring": True}
    return {"account_id": account, "from": since, "to": until, **amount, **more}


def _rows(contracts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    events = [
        {"account_id": "watcher", "activity": "visit", "time": dt.datetime.combine(day, dt.time(12))}
        for day in (FIRST, LAST)
    ]
    numbered = [{"contract_id": str(number), **one} for number, one in enumerate(contracts)]
    return {"events": events, "contracts": numbered, **more}


def test_customers_are_followed_from_their_first_contract_until_none_holds(tmp_path: Path) -> None:
    contracts = [
        _contract("a", FIRST, dt.date(2025, 12, 31)),  # renewed in time, and goes on
        _contract("a", dt.date(2026, 1, 1), None, amount=150.0),
        _contract("b", FIRST, dt.date(2025, 12, 31)),  # lost after a year
        _contract("c", FIRST, dt.date(2025, 6, 30)),  # lost after half a year, came back
        _contract("c", dt.date(2026, 9, 1), None),
        _contract("d", dt.date(2026, 7, 1), None, amount=None),  # followed for half a year
        _contract("e", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),  # lost before the data
        _contract("f", dt.date(2027, 1, 1), None),
        _contract(None, FIRST, None),
        _contract("g", None, None),
        _contract("h", FIRST, None, recurring=False),
    ]
    with publish_rows(tmp_path, {("erp", "erp"): _rows(contracts)}) as log:
        told = ask(log, ALL, "retention", since=dt.date(2025, 12, 31), today=LAST)

    rows = told.rows()
    assert {row["period"]: row["lost"] for row in rows if row["lost"]} == {6: 1, 12: 1}
    # Four at risk when c is lost: × 3/4; a and b after a year: × 1/2.
    assert [rows[month]["retained"] for month in (5, 6, 11, 12)] == [1, 0.75, 0.75, 0.375]
    assert [rows[month]["at_risk"] for month in (5, 6, 11, 12)] == [4, 3, 2, 1]
    assert rows[-1]["at_risk"] == 0
    assert told.about.cases == 4
    assert told.about.remainder == {
        "contracts_without_account": 1,
        "contracts_without_start": 1,
        "contracts_without_amount": 1,
        "orders_beside_contracts": 1,
        "accounts_not_yet_customers": 1,
        "accounts_lost_before_data": 1,
    }
    extras = told.to_json()
    assert (extras["basis"], extras["returned"], extras["logrank"]) == ("contracts", 1, None)
    # On the last day of 2025 a and b are customers with 200; a year later a is left with 150.
    churn = extras["churn"]
    assert (churn["customers"], churn["lost"], churn["logo_churn"]) == (2, 1, 0.5)
    assert (churn["start"], churn["churned"], churn["contraction"], churn["expansion"]) == (200, 100, 0, 50)
    assert (churn["grr"], churn["nrr"]) == (0.5, 0.75)


def test_without_contracts_an_order_makes_a_customer_for_a_year(tmp_path: Path) -> None:
    orders = [
        _contract("a", FIRST, None, recurring=False),
        _contract("a", dt.date(2025, 12, 31), None, recurring=False),
    ]
    deal = {"deal_id": "1", "account_id": "b", "outcome": "won", "closed": dt.datetime(2025, 3, 1, 9)}
    with publish_rows(tmp_path, {("erp", "erp"): _rows(orders, deals=[deal])}) as log:
        told = ask(log, ALL, "retention", today=LAST)

    # a orders again on its 365th day and is lost 365 days after that, on 31 December 2026, age 729; b after 365.
    assert told.to_json()["basis"] == told.about.parameters["basis"] == "orders"
    assert [(row["period"], row["lost"], row["retained"]) for row in told.rows() if row["lost"]] == [
        (12, 1, 0.5),
        (24, 1, None),
    ]
    assert "grr" not in told.to_json()["churn"]


def test_below_the_smallest_number_no_share_is_shown(tmp_path: Path) -> None:
    five = Workspace(settings=Settings())
    with publish_rows(tmp_path, {("erp", "erp"): _rows([_contract("a", FIRST, None)])}) as log:
        told = ask(log, five, "retention", today=LAST)

    assert {row["retained"] for row in told.rows()} == {None}
    assert (told.to_json()["churn"]["customers"], told.to_json()["churn"]["logo_churn"]) == (1, None)
    assert told.rows()[0]["at_risk"] == 1


@pytest.mark.parametrize("seed", range(100))
def test_retention_equals_a_walk_through_all_days(seed: int, tmp_path: Path) -> None:
    compare_retention(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 1000))
def test_retention_equals_a_walk_through_all_days_a_thousand_times(seed: int, tmp_path: Path) -> None:
    compare_retention(tmp_path, seed)


def compare_retention(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    names = [f"a{n}" for n in range(chance.choice([2, 12, 30]))]
    segment = {name: chance.choice(["large", "small", None]) for name in names}
    contracts = []
    for _ in range(len(names) * 2):
        since = FIRST + chance.randrange(-500, 700) * DAY
        until = chance.choice([None, since + chance.choice([0, 30, 180, 364, 365]) * DAY])
        contracts.append(_contract(chance.choice(names), since, until, amount=chance.randrange(10) * 10.0))
    accounts = [{"account_id": name, "segment": segment[name]} for name in names]
    by = chance.choice([None, "segment"])
    with publish_rows(folder, {("erp", "erp"): _rows(contracts, accounts=accounts)}) as log:
        told = ask(log, ALL, "retention", Asked(by=by), today=LAST)

    def amount(name: str, day: dt.date) -> float | None:
        own = [c["amount"] for c in contracts if c["account_id"] == name and c["from"] <= day]
        held = [
            c["amount"]
            for c in contracts
            if c["account_id"] == name and c["from"] <= day and (c["to"] is None or day <= c["to"])
        ]
        return sum(held) if own and held else None

    days: dict[str, list[dt.date]] = {}
    lost: dict[str, bool] = {}
    for name in names:
        begun = min((c["from"] for c in contracts if c["account_id"] == name), default=None)
        if begun is None:
            continue
        day = begun
        days[name] = []
        while day <= LAST and amount(name, day) is not None:
            days[name].append(day)
            day += DAY
        lost[name] = day <= LAST
    days = {name: own for name, own in days.items() if own and own[-1] >= FIRST}

    def curve(group: list[str]) -> list[tuple[Any, ...]]:
        """Rows of a group: age by age, who is there and seen, and who is gone on the next day."""
        rows: list[tuple[Any, ...]] = []
        share, spread, month, gone_in_month = 1.0, 0.0, 0, 0
        if not group:
            return [(0, 0, None, None, None, 0)]
        longest = max(len(days[name]) for name in group)
        age = 0
        while True:
            if age:
                here = [n for n in group if len(days[n]) >= age and days[n][age - 1] >= FIRST]
                gone = [n for n in here if len(days[n]) == age and lost[n]]
                gone_in_month += len(gone)
                if gone:
                    share *= 1 - len(gone) / len(here)
                    left = len(here) - len(gone)
                    spread = spread + len(gone) / (len(here) * left) if left else math.inf
            if age == math.ceil(month * 365.25 / 12):
                beyond = [n for n in group if len(days[n]) > age and days[n][age] >= FIRST]
                half = 1.959963984540054 * share * math.sqrt(spread) if share else None
                shown = bool(beyond)
                low = max(share - half, 0.0) if half is not None and shown else None
                high = min(share + half, 1.0) if half is not None and shown else None
                rows.append((month, len(beyond), share if shown else None, low, high, gone_in_month))
                month, gone_in_month = month + 1, 0
                if age >= longest:
                    break
            age += 1
        return rows

    groups: dict[str | None, list[str]] = {None: list(days)}
    if by:
        for name in days:
            groups.setdefault(segment[name] or "unknown", []).append(name)
    expected = {key: curve(group) for key, group in groups.items()}
    found: dict[str | None, list[tuple[Any, ...]]] = {key: [] for key in groups}
    keys = ("period", "at_risk", "retained", "low", "high", "lost")
    for row in told.rows():
        found[row["segment"]].append(tuple(row[key] for key in keys))
    for key, rows in expected.items():
        assert len(found[key]) == len(rows)
        for one, other in zip(found[key], rows, strict=True):
            assert one == tuple(pytest.approx(x) if isinstance(x, float) else x for x in other)

    churn = told.to_json()["churn"]
    start = LAST - 365 * DAY
    before = {name: held for name in names if (held := amount(name, start)) is not None}
    after = {name: amount(name, LAST) for name in before}
    total = sum(before.values())
    assert churn["customers"] == len(before)
    assert churn["lost"] == sum(held is None for held in after.values())
    if total:
        kept = sum(min(before[name], after[name] or 0.0) for name in before)
        assert churn["grr"] == pytest.approx(kept / total)
        assert churn["nrr"] == pytest.approx(sum(after[name] or 0.0 for name in before) / total)
