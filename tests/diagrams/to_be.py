"""Journeys to be, made from journeys as they are: some steps changed, one left out, one added."""

from __future__ import annotations

from typing import Any

from polku.documents import Journey, Workspace

CHANGES: dict[str, dict[str, Any]] = {
    "line-stops": {"does": "Sees the stop coming on a screen", "feels": -1},
    "search-cause": {"does": "Finds our page on valve wear", "feels": 0},
    "ask-peers": {"does": "Meets two of our customers by name", "feels": 1},
    "get-offer": {"does": "Reads one offer in three comparable parts", "feels": 1},
    "machine-arrives": {"does": "Clears the floor; the door was measured", "feels": 0, "pains": ()},
    "call-support": {"does": "Calls at four and is answered", "feels": 0, "pains": ()},
    "answer-survey": {"does": "Answers, and hears what was done", "feels": 1},
    "talk-renewal": {
        "does": "Hears from service before the talk",
        "feels": 1,
        "receives": {"from": "service", "passes": ["what was mended"], "within": "P2D"},
    },
}


def changed(journey: Journey, changes: dict[str, dict[str, Any]], **more: Any) -> Journey:
    """A journey to be with other words in some steps; None leaves a step out."""
    data = journey.model_dump(by_alias=True, exclude_unset=True)
    steps = []
    for step in data["steps"]:
        change = changes.get(step["id"], {})
        if change is not None:
            steps.append({**step, **change})
    data |= {"id": "to-be", "state": "to-be", "improves": journey.id, "steps": steps, **more}
    return Journey.model_validate(data)


def with_to_be(workspace: Workspace) -> tuple[Workspace, Journey, Journey]:
    """The example and its journey, and how that would be with its improvements done and more."""
    as_is = workspace.journeys["new-machine"]
    return workspace, as_is, changed(as_is, CHANGES, name="Buying a machine that is answered for")
