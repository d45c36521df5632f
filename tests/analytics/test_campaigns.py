"""Campaigns: spend joined with what it led to, by hand and against plain Python on random markets."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask
from polku.analytics.campaigns import CAMPAIGN_MODELS
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import microseconds
from tests.analytics.small import START, WORKSPACE
from tests.analytics.small import TODAY as LATE
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)


def _event(account: str, day: int, activity: str, campaign: str | None = None) -> dict[str, Any]:
    return {"account_id": account, "activity": activity, "campaign": campaign, "time": START + day * DAY}


def _deal(id: str, account: str, day: int | None, **more: Any) -> dict[str, Any]:
    closed = None if day is None else START + day * DAY
    return {"deal_id": id, "account_id": account, "outcome": "won", "closed": closed, "amount": 900.0, **more}


EVENTS = [
    _event("a", 0, "letter", "spring"),
    _event("a", 1, "call"),
    _event("a", 2, "letter", "fair"),
    _event("a", 3, "letter", "spring"),
    _event("b", 0, "call"),
    _event("b", 1, "letter", "fair"),
]
SPEND = [
    {"campaign": "spring", "channel": "mail", "date": START.date(), "cost": 100.0, "clicks": 4},
    {"campaign": "spring", "channel": "mail", "date": (START + DAY).date(), "cost": 50.0, "clicks": 1},
    {"campaign": "dear", "channel": "radio", "date": START.date(), "cost": 500.0},
    {"campaign": "fair", "channel": "mail", "date": START.date(), "cost": 10.0, "currency": "DKK"},
]


def test_spend_meets_leads_and_deals(tmp_path: Path) -> None:
    deals = [_deal("1", "a", 5), _deal("2", "b", None, outcome="open"), _deal("3", "c", 5)]
    with publish_rows(tmp_path, {("crm", "crm"): {"events": EVENTS, "deals": deals, "spend": SPEND}}) as log:
        told = ask(log, WORKSPACE, "campaigns", today=LATE)

    rows = {row["campaign"]: row for row in told.rows()}
    assert list(rows) == ["dear", "spring", "fair"]
    spring, fair, dear = rows["spring"], rows["fair"], rows["dear"]
    # The lead of a came by the call; spring had met it by then. B called before anything.
    assert (spring["cost"], spring["clicks"], spring["leads"], fair["leads"]) == (150, 5, 1, 0)
    assert (spring["deals"], spring["won"], fair["deals"]) == (
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        pytest.approx(4 / 3),
    )
    assert spring["value"] == pytest.approx(600)
    assert (spring["cost_per_lead"], spring["cost_per_deal"], spring["return"]) == (
        150,
        pytest.approx(225),
        pytest.approx(4),
    )
    assert spring["few"]
    # What cost and won nothing shows no figure to trust, nor does what was paid in another currency.
    assert (dear["cost"], dear["cost_per_lead"], dear["cost_per_deal"], dear["return"]) == (
        500,
        None,
        None,
        None,
    )
    assert (fair["cost"], fair["other_costs"], fair["cost_per_deal"]) == (None, {"DKK": 10.0}, None)
    assert told.about.remainder["deals_elsewhere"] == 1
    assert told.to_json()["total"]["won"] == pytest.approx(1)


def test_a_period_counts_spend_and_touches_of_its_days(tmp_path: Path) -> None:
    with publish_rows(
        tmp_path, {("crm", "crm"): {"events": EVENTS, "deals": [_deal("1", "a", 5)], "spend": SPEND}}
    ) as log:
        parts = [
            {
                row["campaign"]: row
                for row in ask(log, WORKSPACE, "campaigns", since=since, until=until, today=LATE).rows()
            }
            for since, until in ((None, START.date()), ((START + DAY).date(), None))
        ]

    assert [part["spring"]["cost"] for part in parts] == [100, 50]
    assert [part["spring"]["won"] for part in parts] == [pytest.approx(1 / 3), pytest.approx(1 / 3)]


def test_one_model_at_a_time(tmp_path: Path) -> None:
    with publish_rows(tmp_path, {("crm", "crm"): {"events": EVENTS}}) as log:
        with pytest.raises(QuestionError):
            ask(log, WORKSPACE, "campaigns", Asked(models=("first", "last")), today=LATE)
        with pytest.raises(QuestionError):
            ask(log, WORKSPACE, "campaigns", Asked(models=("markov",)), today=LATE)


def plain_campaigns(
    market: Market, model: str, lookback: dt.timedelta | None, since: Any, until: Any
) -> dict[Any, Any]:
    """The definition, event by event."""
    truth = market.truth()
    limit = None if lookback is None else lookback // dt.timedelta(microseconds=1)
    found: dict[Any, Any] = defaultdict(
        lambda: (
            {"cost": None, "clicks": None, "touches": 0, "leads": 0, "deals": 0.0, "won": 0.0, "value": 0.0}
            | {"won_deals": set(), "others": {}, "spent": False}
        )
    )

    def inside(day: dt.date) -> bool:
        return (since is None or day >= since) and (until is None or day <= until)

    for row in market.spend:
        if not inside(row["date"]):
            continue
        name = row["campaign"]
        one = found[name, None if name else truth.word(row["channel"])]
        one["spent"] = True
        if row["clicks"] is not None:
            one["clicks"] = (one["clicks"] or 0) + row["clicks"]
        if row["cost"] is not None and row["currency"] in (None, "EUR"):
            one["cost"] = (one["cost"] or 0) + row["cost"]
        elif row["cost"] is not None:
            one["others"]["USD"] = one["others"].get("USD", 0) + row["cost"]
    channels = {channel for name, channel in found if name is None}

    def key(event: Any) -> Any:
        if event.campaign is not None:
            return event.campaign, None
        channel = truth.channel(event)
        return (None, channel) if channel in channels else None

    points = market.workspace.touchpoints
    asks = {id for id, point in points.items() if point.contact or point.permission == "asks"}
    for case in truth.accounts():
        for event in case.events:
            if key(event) is not None and inside(event.time.date()):
                found[key(event)]["touches"] += 1
        leads = [
            place
            for place, event in enumerate(case.events)
            if (truth.touchpoint(event) in asks if asks else key(event) is not None)
        ]
        if leads:
            at = case.events[leads[0]]
            by_then = [
                event
                for event in case.events[: leads[0] + 1]
                if key(event) is not None and (limit is None or event.at > at.at - limit)
            ]
            if by_then and inside(at.time.date()):
                found[key(by_then[-1])]["leads"] += 1
        for deal in market.deals:
            if deal["account_id"] != case.account:
                continue
            closed = deal["closed"]
            end = truth.now if closed is None else microseconds(closed)
            if closed is not None and closed.time() == dt.time():
                end += 86_399_999_999
            touches = [
                event
                for event in case.events
                if key(event) is not None and event.at <= end and (limit is None or event.at > end - limit)
            ]
            n = len(touches)
            for place, event in enumerate(touches):
                part = share(model, n, place)
                if not inside(event.time.date()):
                    continue
                one = found[key(event)]
                one["deals"] += part
                if deal["outcome"] == "won":
                    one["won"] += part
                    one["won_deals"].add(deal["deal_id"])
                    if deal["amount"] is not None and deal["currency"] in (None, "EUR"):
                        one["value"] += part * deal["amount"]
    return {name: one for name, one in found.items() if one["spent"] or one["touches"]}


def share(model: str, n: int, place: int) -> float:
    parts = {"u": (0.4, 0.2, 0.4), "j": (0.2, 0.2, 0.6), "inverse-j": (0.6, 0.2, 0.2)}
    if model == "first":
        return float(place == 0)
    if model == "last":
        return float(place == n - 1)
    if model == "linear" or n == 1:
        return 1 / n
    a, m, b = parts[model]
    if n == 2:
        return (a, b)[place] / (a + b)
    return a if place == 0 else b if place == n - 1 else m / (n - 2)


def compare_campaigns(market: Market, log: Log, seed: int) -> None:
    chance = random.Random(seed)
    model = chance.choice(CAMPAIGN_MODELS)
    lookback = chance.choice([None, dt.timedelta(days=20)])
    since = chance.choice([None, dt.date(2024, 1, 20)])
    until = chance.choice([None, dt.date(2024, 3, 1)])
    asked = Asked(models=(model,), lookback=lookback)
    told = ask(log, market.workspace, "campaigns", asked, since=since, until=until, today=TODAY)
    expected = plain_campaigns(market, model, lookback, since, until)
    rows = {(row["campaign"], None if row["campaign"] else row["channel"]): row for row in told.rows()}
    assert rows.keys() == expected.keys()
    for name, one in expected.items():
        row = rows[name]
        for column in ("clicks", "touches", "leads"):
            assert row[column] == one[column], (name, column)
        for column in ("cost", "deals", "won", "value"):
            assert row[column] == (None if one[column] is None else pytest.approx(one[column])), (
                name,
                column,
            )
        assert row["won_deals"] == len(one["won_deals"])
        assert row["other_costs"] == pytest.approx(one["others"])
        known = one["cost"] is not None and not one["others"]
        expected_figures = (
            one["cost"] / one["leads"] if known and one["leads"] else None,
            one["cost"] / one["won"] if known and one["won"] else None,
            one["value"] / one["cost"] if known and one["won"] else None,
        )
        for column, figure in zip(
            ("cost_per_lead", "cost_per_deal", "return"), expected_figures, strict=True
        ):
            assert row[column] == (None if figure is None else pytest.approx(figure)), (name, column)
    if since is None and until is None:
        touched = sum(row["deals"] for row in told.rows())
        left = told.about.remainder
        assert touched + left.get("deals_elsewhere", 0) + left.get(
            "deals_without_campaign", 0
        ) == pytest.approx(len(market.deals))
