"""A small workspace in which no check finds anything, as plain data to be changed by one thing at a time."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from polku.checks import Finding, check_workspace
from polku.documents import KINDS, Settings, Workspace

TODAY = dt.date(2026, 11, 18)
Data = dict[str, Any]

_WORKSPACE: Data = {
    "settings": {
        "name": "Hoppebold A/S",
        "purpose": {"why": "Renewals are lost", "readers": ["sales"], "use": ["product"]},
        "teams": [{"id": "marketing"}, {"id": "sales"}, {"id": "service"}],
        "segments": [
            {
                "id": "large",
                "employees": {"min": 50},
                "roles": "distinct",
                "buying_centre": ["ole", "per", "ivan"],
            },
            {"id": "small", "employees": {"max": 49}, "roles": "broad", "buying_centre": ["ivan"]},
        ],
        "roles": ["ole", "per", "ivan"],
        "channels": [
            {"id": "search", "kind": "earned"},
            {"id": "web", "kind": "owned"},
            {"id": "phone", "kind": "human"},
        ],
        "touchpoints": [
            {"id": "google", "channel": "search", "direct": False},
            {"id": "guide", "channel": "web", "team": "marketing", "permission": "asks"},
            {"id": "newsletter", "channel": "web", "team": "marketing", "marketing": True},
            {"id": "support", "channel": "phone", "team": "service"},
            {"id": "renewal", "channel": "phone", "team": "sales"},
        ],
    },
    "roles": {
        "ole": {"name": "Ole Operatør", "part": "operator", "decides": "vetoes", "insight": "high"},
        "per": {
            "name": "Per Produktspecialist",
            "part": "expert",
            "decides": "recommends",
            "insight": "medium",
        },
        "ivan": {
            "name": "Ivan Indkøbsdirektør",
            "part": "decision-maker",
            "decides": "signs",
            "insight": "low",
        },
    },
    "journeys": {
        "machine": {
            "name": "Buying a machine",
            "segment": "large",
            "roles": ["ole", "per", "ivan"],
            "mapped_by": ["marketing", "sales"],
            "owner": "marketing",
            "review": "P90D",
            "validated": "2026-10-01",
            "stages": [
                {
                    "id": "need",
                    "name": "Need",
                    "when": "before",
                    "questions": [{"ask": "What hurts?", "answer": "Stops"}],
                },
                {
                    "id": "use",
                    "name": "Use",
                    "when": "after",
                    "loops_to": "need",
                    "questions": [{"ask": "Does it run?", "answer": "Mostly"}],
                },
            ],
            "steps": [
                {
                    "id": "searches",
                    "stage": "need",
                    "role": "per",
                    "touchpoint": "google",
                    "does": "Searches for causes",
                    "evidence": ["talk"],
                },
                {
                    "id": "reads",
                    "stage": "need",
                    "role": "per",
                    "touchpoint": "guide",
                    "does": "Downloads the guide",
                    "evidence": ["talk"],
                    "front": ["Guide page"],
                },
                {
                    "id": "subscribes",
                    "stage": "need",
                    "role": "per",
                    "touchpoint": "newsletter",
                    "does": "Reads the newsletter",
                    "evidence": ["talk"],
                    "front": ["Newsletter"],
                },
                {
                    "id": "calls",
                    "stage": "use",
                    "role": "ole",
                    "touchpoint": "support",
                    "does": "Calls at night",
                    "feels": -2,
                    "expects": "An answer",
                    "moment_of_truth": True,
                    "pains": [{"id": "nobody-answers", "says": "Nobody answers"}],
                    "evidence": ["talk", "survey"],
                    "front": ["Hotline"],
                    "partner": "lift",
                    "receives": {
                        "from": "marketing",
                        "passes": ["address"],
                        "owner": {"from": "Ida", "to": "Bo"},
                    },
                },
                {
                    "id": "renews",
                    "stage": "use",
                    "role": "ivan",
                    "touchpoint": "renewal",
                    "does": "Compares offers",
                    "back": ["Prices are set"],
                    "receives": {
                        "from": "service",
                        "passes": ["tickets"],
                        "owner": {"from": "Bo", "to": "Anna"},
                    },
                    "next": ["searches"],
                },
            ],
        }
    },
    "partners": {
        "lift": {
            "name": "Lift Oy",
            "expects": ["Notice"],
            "aims": ["One visit"],
            "agreement": "A call",
            "satisfaction": {"score": 7, "scale": 10, "asked": "2026-09-01"},
        }
    },
    "evidence": {
        "talk": {
            "kind": "interview",
            "source": "Interview, two operators",
            "date": "2026-09-01",
            "quote": "Nobody answers",
            "about": {"roles": ["ole"]},
        },
        "survey": {"kind": "survey", "source": "Survey", "date": "2026-09-02", "finding": "Low scores"},
    },
    "accounts": {
        "nord": {
            "name": "Legetøj Nord",
            "segment": "large",
            "understanding": {
                kind: {"note": "Known", "date": "2026-10-01"}
                for kind in ("business", "buying", "experience", "customers_customers", "value")
            },
        }
    },
    "improvements": {
        "hotline": {
            "name": "Answer at night",
            "solves": [{"journey": "machine", "step": "calls", "pain": "nobody-answers"}],
            "because": ["talk"],
            "impact": 3,
            "effort": 2,
            "owner": "service",
            "measure": {"kind": "score", "touchpoint": "support"},
            "made_with": ["Two operators"],
            "status": "planned",
            "sprint": "w47",
        }
    },
    "sprints": {
        "w47": {"from": "2026-11-16", "to": "2026-11-27", "members": {"service": ["Bo"], "sales": ["Anna"]}}
    },
    "sources": {},
}
for _role in _WORKSPACE["roles"].values():
    _role.update(needs=["Parts"], goals=["No stops"], pains=[])
_WORKSPACE["roles"]["ole"]["pains"] = [{"says": "Blamed", "evidence": ["talk"], "id": "blamed"}]
_WORKSPACE["roles"]["per"]["pains"] = [{"says": "Brochures", "evidence": ["talk"], "id": "brochures"}]
_WORKSPACE["roles"]["ivan"]["pains"] = [{"says": "Demands", "evidence": ["talk"], "id": "demands"}]
_WORKSPACE["improvements"]["hotline"]["solves"] += [{"role": "ole"}, {"role": "per"}, {"role": "ivan"}]


def workspace(change: Callable[[Data], object] | None = None) -> Workspace:
    """The healthy workspace, after a change of its data."""
    data = copy.deepcopy(_WORKSPACE)
    if change is not None:
        change(data)
    kinds: dict[str, Any] = {
        kind: {id: model.model_validate({"id": id, **content}) for id, content in data[kind].items()}
        for kind, model in KINDS.items()
    }
    return Workspace(settings=Settings.model_validate(data["settings"]), **kinds)


def findings(change: Callable[[Data], object] | None = None, **options: Any) -> tuple[Finding, ...]:
    """What the checks find after a change, without what could not be measured."""
    found = check_workspace(workspace(change), today=TODAY, **options)
    return tuple(finding for finding in found if finding.level != "not-measured")


def step(data: Data, id: str) -> Data:
    """A step of the healthy journey."""
    found: Data = next(one for one in data["journeys"]["machine"]["steps"] if one["id"] == id)
    return found


def stage(data: Data, id: str) -> Data:
    """A stage of the healthy journey."""
    found: Data = next(one for one in data["journeys"]["machine"]["stages"] if one["id"] == id)
    return found


def without(data: Data, *keys: str) -> None:
    """Take keys out."""
    for key in keys:
        data.pop(key, None)


def places(found: Iterable[Finding]) -> set[tuple[str, str, str | None]]:
    """Code, document and item of every occurrence."""
    return {(one.code, one.document, one.item) for finding in found for one in finding.occurrences}
