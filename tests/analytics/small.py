"""A map and a way to write small logs down: "a: guide call demo" is account a with three events, a day apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from polku.documents import Journey, Role, Settings, Workspace
from polku.records.log import Log
from tests.analytics.logs import published_rows

START = dt.datetime(2026, 1, 1, 12)
TODAY = dt.date(2026, 12, 31)

WORKSPACE = Workspace(
    settings=Settings.model_validate(
        {
            "segments": [
                {"id": "large", "employees": {"min": 250}, "buying_centre": ["ole", "per", "ivan"]},
                {"id": "small", "employees": {"max": 49}, "buying_centre": ["ivan"]},
            ],
            "touchpoints": [
                {"id": "guide", "events": ["guide"]},
                {"id": "call", "contact": True, "events": ["call"]},
                {"id": "demo", "contact": True, "events": ["demo"]},
                {"id": "offer", "events": ["offer"]},
                {"id": "letter", "marketing": True, "events": ["letter"]},
            ],
            "limits": {"small": 2},
        }
    ),
    roles={
        "ole": Role(id="ole", part="operator", insight="high"),
        "per": Role(id="per", part="expert", insight="high"),
        "ivan": Role(id="ivan", part="decision-maker", decides="signs"),
    },
    journeys={
        "buy": Journey.model_validate(
            {
                "id": "buy",
                "stages": [{"id": "look"}, {"id": "talk"}, {"id": "decide"}],
                "steps": [
                    {"id": "think", "stage": "look"},
                    {"id": "read", "stage": "look", "touchpoint": "guide", "role": "per"},
                    {"id": "first-call", "stage": "talk", "touchpoint": "call", "role": "ole"},
                    {"id": "ponder", "stage": "talk"},
                    {"id": "see", "stage": "talk", "touchpoint": "demo", "role": "per", "feels": 2},
                    {"id": "last-call", "stage": "decide", "touchpoint": "call", "role": "ivan"},
                    {"id": "weigh", "stage": "decide", "touchpoint": "offer", "role": "ivan", "next": []},
                ],
                "rounds": {
                    "starts": ["guide", "call"],
                    "ends": ["offer", {"activity": "los*", "as": "lost"}],
                    "quiet": "P30D",
                },
            }
        )
    },
)
"""guide → call → (ponder) → demo → call again → offer; thinking and pondering leave no trace."""


def events(*accounts: str) -> list[dict[str, Any]]:
    """Events of accounts: words are activities a day apart, a number lets so many days pass besides."""
    found = []
    for account in accounts:
        name, _, words = account.partition(": ")
        day = 0
        for word in words.split():
            if word.isdecimal():
                day += int(word)
                continue
            found.append(
                {
                    "account_id": name if name != "-" else None,
                    "activity": word,
                    "time": START + dt.timedelta(days=day),
                }
            )
            day += 1
    return found


def a_log(folder: Path, *accounts: str, more: Mapping[str, Sequence[Mapping[str, Any]]] | None = None) -> Log:
    """A log of one CRM: `events(*accounts)` and rows of other tables."""
    return published_rows(folder, {("crm", "crm"): {"events": events(*accounts), **(more or {})}})
