"""Touches before the first contact and the first won deal: counted by hand, and by plain Python on random logs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import Asked, ask
from polku.documents import Settings, Workspace
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import Happened, Truth, quantile
from tests.analytics.small import START
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)
WEB = Workspace(
    settings=Settings.model_validate(
        {
            "channels": [{"id": "site"}, {"id": "phone"}],
            "touchpoints": [
                {"id": "page", "channel": "site", "events": ["page"]},
                {"id": "call", "channel": "phone", "contact": True, "events": ["call"]},
            ],
        }
    )
)


def _event(account: str, activity: str, day: int, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "activity": activity, "time": START + day * DAY, **more}


def test_touches_are_those_before_the_first_contact_and_before_the_first_won_deal(tmp_path: Path) -> None:
    rows: dict[str, Any] = {
        "events": [
            *(_event("a", "page", day) for day in (0, 1, 2)),
            _event("a", "note", 2),
            _event("a", "mail", 2, channel="mail", direction="internal"),
            _event("a", "call", 3),
            _event("a", "page", 4),
            _event("b", "call", 0),
            _event("b", "call", 1),
            _event("c", "page", 0, device="phone"),
        ],
        "deals": [
            {"deal_id": "1", "account_id": "a", "outcome": "won", "closed": START + 10 * DAY},
            {"deal_id": "2", "account_id": "a", "outcome": "won", "closed": START + 4 * DAY},
            {"deal_id": "3", "account_id": "b", "outcome": "lost", "closed": START + 4 * DAY},
        ],
    }
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        told = ask(log, WEB, "touches", Asked(by="channel"), today=TODAY)

    found = {
        (row["before"], row["by"]): (row["count"], row["touches"], row["p25"], row["median"], row["p95"])
        for row in told.rows()
    }
    assert found == {
        ("contact", None): (2, 3, 0, 0, 3),
        ("contact", "site"): (2, 3, 0, 0, 3),
        ("deal", None): (1, 4, 4, 4, 4),
        ("deal", "site"): (1, 3, 3, 3, 3),
        ("deal", "phone"): (1, 1, 1, 1, 1),
    }
    assert told.about.cases == 3
    assert told.about.remainder == {"accounts_without_contact": 1, "accounts_without_won_deal": 2}


def _plain(truth: Truth, won: dict[str, dt.datetime], by: str | None) -> dict[Any, Any]:
    """Row values by (before, by), from the definition."""
    counts: dict[tuple[str, str | None], list[int]] = {}
    per_account: list[tuple[str, list[Happened]]] = []
    for case in truth.accounts():
        touched = [e for e in case.events if truth.channel(e) is not None]
        first = next(
            (
                place
                for place, e in enumerate(case.events)
                if (met := truth.touchpoint(e)) is not None and truth.workspace.touchpoints[met].contact
            ),
            None,
        )
        if first is not None:
            before = case.events[:first]
            per_account.append(("contact", [e for e in touched if any(e is one for one in before)]))
        if case.account in won:
            per_account.append(("deal", [e for e in touched if e.time < won[case.account]]))

    def label(event: Happened) -> str | None:
        if by == "channel":
            return truth.channel(event)
        return (event.part if by == "role" else event.device) or "unknown"

    for ending in ("contact", "deal"):
        own = [theirs for what, theirs in per_account if what == ending]
        counts[ending, None] = [len(theirs) for theirs in own]
        for name in {label(e) for theirs in own for e in theirs} if by else ():
            counts[ending, name] = [sum(label(e) == name for e in theirs) for theirs in own]
    return {
        key: (
            len(numbers),
            sum(numbers),
            pytest.approx(sum(numbers) / len(numbers)) if numbers else None,
            *(quantile(numbers, q) for q in (0.25, 0.5, 0.75, 0.95)),
        )
        for key, numbers in counts.items()
    }


def compare_touches(market: Market, log: Log, seed: int) -> None:
    won: dict[str, dt.datetime] = {}
    for deal in market.deals:
        account, closed = deal["account_id"], deal["closed"]
        if deal["outcome"] == "won" and account is not None and closed is not None:
            won[account] = min(won.get(account, closed), closed)
    by = [None, "role", "channel", "device"][seed % 4]
    told = ask(log, market.workspace, "touches", Asked(by=by), today=TODAY)
    found = {
        (row["before"], row["by"]): tuple(
            row[key] for key in ("count", "touches", "mean", "p25", "median", "p75", "p95")
        )
        for row in told.rows()
    }
    assert found == _plain(market.truth(), won, by)
