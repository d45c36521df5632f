"""Coverage and deals: on small data that can be counted by hand, and equal to plain Python on random ones."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.questions import ask
from polku.documents import PARTS
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.small import START, TODAY, WORKSPACE

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
        result = ask(log, WORKSPACE, "coverage", today=TODAY)

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
        result = ask(log, WORKSPACE, "coverage", cases="segment = large", today=TODAY)

    rows = {row["part"]: row for row in result.rows()}
    assert result.about.cases == 1
    assert result.about.remainder == {"accounts_filtered": 2}
    assert [rows[part]["people"] for part in rows] == [1, 0, 1, 0]
    assert sum(row["events"] for row in rows.values()) == 2


@pytest.mark.parametrize("seed", range(6))
def test_shares_of_parts_equal_a_plain_count(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    people = {f"p{n}": (f"a{chance.randrange(4)}", chance.choice([*PARTS, None])) for n in range(20)}
    crm = {id for id in people if chance.random() < 0.5}
    acts = [(chance.choice([*people, None]), chance.randrange(100)) for _ in range(60)]
    rows: dict[str, Any] = {
        "memberships": [
            {"person_id": id, "account_id": account, "parts": [part] if part else []}
            for id, (account, part) in people.items()
        ],
        "events": [
            {
                "event_id": str(number),
                "person_id": id,
                "account_id": people[id][0] if id else "a0",
                "activity": "visit",
                "time": START + day * DAY,
            }
            for number, (id, day) in enumerate(acts)
        ],
    }
    sources = {("web", "web"): rows, ("crm", "crm"): {"people": [{"person_id": id} for id in sorted(crm)]}}
    with publish_rows(tmp_path, sources) as log:
        found = {row["part"]: row for row in ask(log, WORKSPACE, "coverage", today=TODAY).rows()}

    seen = {id for id, _ in acts if id}
    for part, row in found.items():
        own = {id for id, (_, of) in people.items() if of == part}
        assert row["people"] == len(own)
        assert row["events"] == sum((people[id][1] if id else None) == part for id, _ in acts)
        assert row["in_crm_share"] == (len(own & crm) / len(crm) if crm else None)
        assert row["seen_share"] == (len(own & seen) / len(seen) if seen else None)
    assert sum(row["events"] for row in found.values()) == len(acts)
    assert sum(row["people"] for row in found.values()) == len(people)


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


@pytest.mark.parametrize("seed", range(4))
def test_deals_equal_a_plain_count(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    deals = [
        _deal(
            str(number),
            chance.choice(["a", "b", None]),
            chance.choice(["won", "lost", "open", None]),
            chance.randrange(50),
            chance.choice([None, chance.randrange(100)]),
            chance.choice([None, chance.randrange(10_000) / 100]),
            lost_to=chance.choice(["x", None]),
            kind=chance.choice(["new", "renewal"]),
        )
        for number in range(40)
    ]
    with publish_rows(tmp_path, {("crm", "crm"): {"deals": deals}}) as log:
        result = ask(log, WORKSPACE, "deals")

    counted = Counter((deal["kind"], deal["outcome"], deal["lost_to"]) for deal in deals)
    found = {(row["kind"], row["outcome"], row["lost_to"]): row for row in result.rows()}
    assert {key: row["count"] for key, row in found.items()} == dict(counted)
    for key, row in found.items():
        own = [deal for deal in deals if (deal["kind"], deal["outcome"], deal["lost_to"]) == key]
        amounts = [deal["amount"] for deal in own if deal["amount"] is not None]
        days = sorted(
            (d["closed"] - d["created"]) / DAY for d in own if d["closed"] and d["closed"] >= d["created"]
        )
        assert row["value"] == (pytest.approx(sum(amounts)) if amounts else None)
        assert row["median_days"] == (days[(len(days) - 1) // 2] if days else None)
    won, lost = (sum(deal["outcome"] == outcome for deal in deals) for outcome in ("won", "lost"))
    assert result.to_json()["win_rate"] == won / (won + lost)
