"""Random small worlds: a map and a log with ties, gaps, nulls and disorder, from a seed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from polku.documents import Journey, Role, Settings, Workspace
from tests.analytics.oracle import Happened

ACTIVITIES = (
    "Call",
    "Call: second",
    "Demo",
    "Offer [v1]",
    "Deal: lost",
    "Visit",
    "Ticket*",
    "Ärger – " + "x" * 60,
)
SOURCES = ("crm", "web", "support")
CHANNELS = (None, "phone", "Paid-Social", "organic")
LONG = "ä" * 90 + "-konepaja/osasto 7 'A' \"B\"; DROP"
START = dt.datetime(2024, 1, 1)
TODAY = dt.date(2026, 6, 30)


def a_world(seed: int) -> tuple[Workspace, Journey, list[Happened], dict[str, tuple[str, str | None]]]:
    """A workspace, its journey, events in a disorder of their own, and people (id → account, part)."""
    chance = random.Random(seed)
    touchpoints: list[dict[str, Any]] = [
        {
            "id": "call",
            "events": [{"source": "crm", "activity": "call*"}],
            "channel": "phone",
            "contact": True,
        },
        {"id": "demo", "events": [{"activity": "Demo"}]},
        {
            "id": "offer",
            "events": [{"source": "crm", "activity": "Offer [v1]"}, {"source": "web", "channel": "social"}],
        },
        {"id": "help", "events": [{"source": "support", "activity": "Ticket?"}]},
        {"id": "peers", "direct": False},
        {"id": "visit", "events": ["visit"]},
    ]
    chance.shuffle(touchpoints)
    settings = Settings.model_validate(
        {
            "name": "Test",
            "limits": {"small": chance.choice([1, 2, 4])},
            "channels": [{"id": "social", "matches": ["paid-*"]}, {"id": "phone"}],
            "touchpoints": touchpoints,
        }
    )
    roles = {
        "ole": Role(id="ole", part="operator"),
        "per": Role(id="per", part="expert"),
        "ivan": Role(id="ivan", part="decision-maker"),
        "eva": Role(id="eva"),
    }
    stages = [{"id": id} for id in ("aware", "weigh", "buy", "use")]
    if chance.random() < 0.5:
        stages[-1]["loops_to"] = "aware"
    number = chance.randint(1, 8)
    ids = [f"s{place}" for place in range(number)]
    steps = []
    for place, id in enumerate(ids):
        step: dict[str, Any] = {"id": id, "stage": stages[min(place * 4 // number, 3)]["id"]}
        if chance.random() < 0.85:
            step["touchpoint"] = chance.choice(touchpoints)["id"]
        if chance.random() < 0.7:
            step["role"] = chance.choice(list(roles))
        if chance.random() < 0.15:
            step["events"] = [{"activity": chance.choice(("Ärger*", "Deal: lost", "Call: ?econd"))}]
        if chance.random() < 0.6:
            step["next"] = chance.sample(ids, chance.randint(0, min(2, number)))
        if chance.random() < 0.1:
            del step["stage"]
        steps.append(step)
    rounds: dict[str, Any] = {
        "ends": [{"activity": "deal: *", "as": "lost"}, {"touchpoint": chance.choice(["help", "offer"])}]
    }
    if chance.random() < 0.8:
        rounds["starts"] = chance.sample(["call", "visit", "demo", "offer"], chance.randint(1, 2))
    if chance.random() < 0.8:
        rounds["quiet"] = chance.choice(["P20D", "P90D", "P365D"])
    journey = Journey.model_validate({"id": "walk", "stages": stages, "steps": steps, "rounds": rounds})
    workspace = Workspace(settings=settings, roles=roles, journeys={"walk": journey})

    accounts = [LONG, "b", "c", "A", "acme oy", "7"][: chance.randint(1, 6)]
    people: dict[str, tuple[str, str | None]] = {}
    for account in accounts:
        for place in range(chance.randint(0, 2)):
            people[f"{account[:10]}-{place}"] = (
                account,
                chance.choice(["operator", "expert", "decision-maker", "buyer", None]),
            )
    events: list[Happened] = []
    sources = chance.sample(SOURCES, chance.choice([1, 2, 3, 3]))
    activities = chance.sample(ACTIVITIES, chance.randint(1, len(ACTIVITIES)))
    rows = dict.fromkeys(SOURCES, 1)
    days = chance.choice([3, 60, 800])
    for _ in range(chance.choice([0, 1, 5, 30, 80])):
        source = chance.choice(sources)
        rows[source] += 1
        account = chance.choice([*accounts, *accounts, None])
        own = [id for id, (at, _) in people.items() if at == account]
        person = chance.choice([*own, None]) if account is not None else None
        dated = chance.random() < 0.15
        time = START + dt.timedelta(
            days=chance.randrange(days), hours=0 if dated else chance.choice([0, 9, 9, 23])
        )
        scored = chance.random() < 0.3
        events.append(
            Happened(
                time=time,
                activity=chance.choice(activities),
                account=account,
                source=source,
                row=rows[source],
                day=dated,
                channel=chance.choice(CHANNELS),
                campaign=chance.choice([None, None, "spring"]),
                person=person,
                part=people[person][1] if person is not None else None,
                score=float(chance.randint(0, 10)) if scored else None,
                score_kind=chance.choice(["nps", "nps", "csat", None]) if scored else None,
                score_max=chance.choice([10.0, None, 5.0]) if scored else None,
            )
        )
    return workspace, journey, events, people
