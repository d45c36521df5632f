"""Random small markets: the events of a world, and accounts, deals, contracts and spend around them, from a seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from polku.documents import Journey, Workspace
from polku.records.log import Log
from tests.analytics.logs import published_rows
from tests.analytics.oracle import PRIORITY, Happened, Truth
from tests.analytics.worlds import START, TODAY, a_world

Row = dict[str, Any]


@dataclass
class Market:
    """What there is; rows as an import has them."""

    workspace: Workspace
    journey: Journey
    events: list[Happened]
    people: dict[str, tuple[str, str | None]]
    accounts: list[Row] = field(default_factory=list)
    deals: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    spend: list[Row] = field(default_factory=list)

    def truth(self) -> Truth:
        return Truth(self.events, self.workspace, self.journey, TODAY)

    def log(self, folder: Path) -> Log:
        return a_log(
            folder,
            self.events,
            self.people,
            accounts=self.accounts,
            deals=self.deals,
            contracts=self.contracts,
            spend=self.spend,
        )


def as_row(event: Happened) -> Row:
    """An event as an import stages it."""
    return {
        "time": event.time,
        "precision": "day" if event.day else "second",
        "account_id": event.account,
        "person_id": event.person,
        "activity": event.activity,
        "channel": event.channel,
        "campaign": event.campaign,
        "device": event.device,
        "score": event.score,
        "score_kind": event.score_kind,
        "score_max": event.score_max,
        "priority": PRIORITY[event.source],
        "source_row": event.row,
        "event_id": f"{event.source}-{event.row}",
    }


def a_log(
    folder: Path, events: list[Happened], people: dict[str, tuple[str, str | None]], **tables: list[Row]
) -> Log:
    """A published log of these events, of people (id → account, part), and of rows of more tables."""
    sources: dict[tuple[str, str], dict[str, Sequence[Mapping[str, Any]]]] = {}
    for event in sorted(events, key=lambda one: one.row):
        rows: Any = sources.setdefault((event.source, event.source), {"events": []})["events"]
        rows.append(as_row(event))
    sources["erp", "erp"] = {
        **tables,
        "memberships": [
            {"person_id": id, "account_id": account, "parts": [part] if part else None}
            for id, (account, part) in people.items()
        ],
    }
    return published_rows(folder, sources)


def a_market(seed: int) -> Market:
    """A market; its accounts are those of the world's events and one that nothing happens to."""
    workspace, journey, events, people = a_world(seed)
    chance = random.Random(f"market {seed}")
    for event in events:
        event.campaign = chance.choice([None, "spring", "Fair 26", "spring"])
        event.device = chance.choice(["phone", "desk", None])
    names = sorted({event.account for event in events if event.account} | {"quiet"})
    market = Market(workspace, journey, events, people)
    days = max(((event.time - START).days for event in events), default=3) + 30

    def day(most: int = days) -> dt.date:
        return (START + dt.timedelta(days=chance.randrange(most))).date()

    for name in names:
        market.accounts.append(
            {
                "account_id": name,
                "segment": chance.choice(["big", "small", None]),
                "country": chance.choice(["DK", "FI", None]),
            }
        )
    for number in range(chance.choice([0, 2, 8, 20])):
        created, closed = sorted([day(), day()])
        outcome = chance.choice(["won", "won", "lost", "open", None])
        market.deals.append(
            {
                "deal_id": f"d{number}",
                "account_id": chance.choice([*names, *names, None]),
                "outcome": outcome,
                "kind": chance.choice(["new", "renewal", None]),
                "lost_to": chance.choice(["rival", None]) if outcome == "lost" else None,
                "created": dt.datetime.combine(created, dt.time()) if chance.random() < 0.9 else None,
                "closed": dt.datetime.combine(closed, dt.time(chance.choice([0, 0, 13])))
                if outcome in ("won", "lost")
                else None,
                "amount": chance.choice([None, 100.0, 250.5, 1000.0]),
                "currency": chance.choice([None, "EUR", "USD"]),
            }
        )
    for number in range(chance.choice([0, 3, 10])):
        since, until = sorted([day(), day()])
        market.contracts.append(
            {
                "contract_id": f"c{number}",
                "account_id": chance.choice(names),
                "from": since,
                "to": chance.choice([until, None]),
                "amount": chance.choice([None, 10.0, 40.0]),
                "currency": chance.choice([None, "EUR", "EUR", "SEK"]),
            }
        )
    spent: dict[tuple[Any, ...], Row] = {}
    for _ in range(chance.choice([0, 1, 6, 12])):
        row = {
            "campaign": chance.choice(["spring", "Fair 26", "Fair 26", "ghost", None]),
            "channel": chance.choice(["Paid-Social", "phone", "organic", None]),
            "date": day(),
            "cost": chance.choice([None, 10.0, 99.99, 12.5]),
            "clicks": chance.choice([None, 3, 7]),
            "impressions": chance.choice([None, 100]),
            "currency": chance.choice([None, "EUR", "EUR", "USD"]),
        }
        spent[row["campaign"], row["channel"], row["date"]] = row
    market.spend = list(spent.values())
    return market
