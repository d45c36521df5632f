"""Coverage and deals: on small data that can be counted by hand, and equal to plain Python on random ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import ask
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import microseconds
from tests.analytics.small import START, WORKSPACE
from tests.analytics.small import TODAY as LATE
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)


def coverage_log(folder: Path) -> Log:
    """Account big needs operator, expert and decision-maker; tiny needs a decision-maker; odd needs all three."""
    crm = {
        "accounts": [
            {"account_id": "big", "segment": "large"},
            {"account_id": "tiny", "employees": 12},
            {"account_id": "odd"},
        ],
        "people": [{"person_id": "ivan"}, {"person_id": "anna"}],
        "memberships": [
            {"person_id": "ivan", "account_id": "big", "parts": ["decision-maker"]},
            {"person_id": "anna", "account_id": "tiny", "parts": ["decision-maker", "operator"]},
        ],
        "events": [{"account_id": "big", "person_id": "ivan", "activity": "call", "time": START + 200 * DAY}],
    }
    support = {
        "memberships": [
            {"person_id": "ole", "account_id": "big", "parts": ["operator"]},
            {"person_id": "nn", "account_id": "odd"},
            {"person_id": "gone", "account_id": "odd", "parts": ["expert"], "to": dt.date(2026, 2, 1)},
        ],
        "events": [
            {"account_id": "big", "person_id": "ole", "activity": "visit", "time": START},
            {"account_id": "odd", "person_id": "nn", "activity": "visit", "time": START + 10 * DAY},
            {"account_id": None, "activity": "visit", "time": START + 11 * DAY},
        ],
    }
    return publish_rows(folder, {("crm", "crm"): crm, ("help", "support"): support})


def test_coverage_counts_who_is_needed_known_and_met(tmp_path: Path) -> None:
    with coverage_log(tmp_path) as log:
        result = ask(log, WORKSPACE, "coverage", today=LATE)

    rows = {row["part"]: row for row in result.rows()}
    assert list(rows) == ["decision-maker", "expert", "operator", None]
    assert [rows[part]["required"] for part in rows] == [3, 2, 2, None]
    assert [rows[part]["accounts"] for part in rows] == [2, 0, 2, 1]
    assert [rows[part]["completeness"] for part in rows] == [2 / 3, 0, 1 / 2, None]
    assert [rows[part]["high"] for part in rows] == [1, 1 / 2, 1, None]
    assert [rows[part]["engaged"] for part in rows] == [1 / 3, 0, 0, None]
    assert [rows[part]["people"] for part in rows] == [2, 0, 1, 2]
    assert [rows[part]["events"] for part in rows] == [1, 0, 1, 2]
    assert [rows[part]["in_crm_share"] for part in rows] == [1, 0, 0, 0]
    assert [rows[part]["seen_share"] for part in rows] == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])
    assert rows["operator"]["bias"] == pytest.approx(-1 / 3)
    assert (result.about.cases, result.to_json()["completeness_all"]) == (3, pytest.approx(3 / 7))


def test_coverage_looks_at_the_accounts_of_the_chosen_cases(tmp_path: Path) -> None:
    with coverage_log(tmp_path) as log:
        result = ask(log, WORKSPACE, "coverage", cases="segment = large", today=LATE)

    rows = {row["part"]: row for row in result.rows()}
    assert result.about.cases == 1
    assert result.about.remainder == {"accounts_filtered": 2}
    assert [rows[part]["people"] for part in rows] == [1, 0, 1, 0]
    assert sum(row["events"] for row in rows.values()) == 2


def test_deals_are_counted_with_what_is_wrong_with_them(tmp_path: Path) -> None:
    rows: dict[str, Any] = {
        "accounts": [{"account_id": "a", "segment": "large"}, {"account_id": "b"}],
        "events": [
            {"account_id": "a", "activity": "call", "time": START + 5 * DAY},
            {"account_id": "b", "activity": "call", "time": START},
        ],
        "deals": [
            _deal("1", "a", "won", 0, 3, 100.10),
            _deal("2", "b", "won", 0, 10, 200.20),
            _deal("3", "b", "lost", 0, 4, None, lost_to="rival"),
            _deal("4", "b", "lost", 0, 8, None, lost_to="rival"),
            _deal("5", None, "open", 0, None, 7.0),
            _deal("6", "b", None, 5, 3, 7.0),
        ],
    }
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        result = ask(log, WORKSPACE, "deals")
        touched = ask(log, WORKSPACE, "deals", cases="segment = large or outcome = lost")

    found = {(row["outcome"], row["segment"], row["lost_to"]): row for row in result.rows()}
    assert {key: (row["count"], row["value"], row["median_days"]) for key, row in found.items()} == {
        ("won", "large", None): (1, 100.1, 3),
        ("won", None, None): (1, 200.2, 10),
        ("lost", None, "rival"): (2, None, 4),
        ("open", None, None): (1, 7.0, None),
        (None, None, None): (1, 7.0, None),
    }
    assert result.about.remainder == {
        "deals_without_account": 1,
        "deals_without_outcome": 1,
        "deals_closed_before_created": 1,
        "deals_won_before_first_contact": 1,
    }
    assert result.to_json()["win_rate"] == 0.5
    assert (touched.about.cases, touched.about.remainder["cases_filtered"]) == (3, 3)


def _deal(
    id: str,
    account: str | None,
    outcome: str | None,
    created: int,
    closed: int | None,
    amount: float | None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "deal_id": id,
        "account_id": account,
        "outcome": outcome,
        "kind": "new",
        "created": START + created * DAY,
        "closed": START + closed * DAY if closed is not None else None,
        "amount": amount,
        "currency": "EUR",
        **more,
    }


def compare_deals(market: Market, log: Log, seed: int) -> None:
    told = ask(log, market.workspace, "deals", today=TODAY)
    segments = {row["account_id"]: row["segment"] for row in market.accounts}
    groups: dict[Any, list[dict[str, Any]]] = {}
    for deal in market.deals:
        segment = segments.get(deal["account_id"])
        key = deal["kind"], segment, deal["outcome"], deal["lost_to"], deal["currency"]
        groups.setdefault(key, []).append(deal)
    columns = ("kind", "segment", "outcome", "lost_to", "currency")
    rows = {tuple(row[column] for column in columns): row for row in told.rows()}
    assert rows.keys() == groups.keys()
    for key, own in groups.items():
        amounts = [deal["amount"] for deal in own if deal["amount"] is not None]
        lasted = sorted(
            (deal["closed"] - deal["created"]) / DAY
            for deal in own
            if deal["closed"] and deal["created"] and deal["closed"] >= deal["created"]
        )
        assert rows[key]["count"] == len(own)
        assert rows[key]["value"] == (pytest.approx(sum(amounts)) if amounts else None)
        assert rows[key]["median_days"] == (pytest.approx(lasted[(len(lasted) - 1) // 2]) if lasted else None)
    contacts = {id for id, point in market.workspace.touchpoints.items() if point.contact}
    truth = market.truth()
    first: dict[str, int] = {}
    for event in truth.events:
        if event.account is not None and truth.touchpoint(event) in contacts:
            first[event.account] = min(first.get(event.account, event.at), event.at)
    early = [
        deal
        for deal in market.deals
        if deal["outcome"] == "won" and deal["account_id"] in first and deal["closed"] is not None
    ]
    won, lost = (sum(deal["outcome"] == said for deal in market.deals) for said in ("won", "lost"))
    left = {
        "deals_without_account": sum(deal["account_id"] is None for deal in market.deals),
        "deals_without_outcome": sum(deal["outcome"] is None for deal in market.deals),
        "deals_won_before_first_contact": sum(
            microseconds(deal["closed"]) < first[deal["account_id"]] for deal in early
        ),
    }
    assert told.about.remainder == {name: n for name, n in left.items() if n}
    assert told.to_json()["win_rate"] == (won / (won + lost) if won + lost else None)
