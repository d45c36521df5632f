"""What a drawing of a journey is cut to for its audience, and with which journey it is compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.diagrams.views import COMPARABLE, CUTTABLE
from polku.documents import Journey
from polku.errors import DrawingError
from polku.words import Message


def listed(words: str | None) -> tuple[str, ...] | None:
    """Names between commas; None where the option was not given."""
    if words is None:
        return None
    return tuple(name.strip() for name in words.split(",") if name.strip())


def cut_of(
    view: str,
    journey: Journey,
    journeys: Mapping[str, Journey],
    *,
    stages: str | None,
    lanes: str | None,
    against: str | None,
    measured: bool,
) -> dict[str, Any]:
    """Keywords for a drawing, from the options as they were typed.

    Raises:
        DrawingError: the view has no such cut, the two journeys are one, or there is no such journey.
    """
    found: dict[str, Any] = {}
    for name, words in (("stages", listed(stages)), ("lanes", listed(lanes))):
        if words is None:
            continue
        if view not in CUTTABLE:
            raise DrawingError(
                Message("cuts.view-cannot", {"view": view, "what": f"--{name}", "known": list(CUTTABLE)})
            )
        found[name] = words
    if against is None:
        return found
    if found:
        raise DrawingError(Message("cuts.not-with-against"))
    if measured:
        raise DrawingError(Message("compare.not-with-measured"))
    if view not in COMPARABLE:
        raise DrawingError(Message("compare.view-cannot", {"view": view, "known": list(COMPARABLE)}))
    others: list[str | Message] = [id for id in journeys if id != journey.id]
    others = others or [Message("compare.none")]
    if against == journey.id:
        raise DrawingError(Message("compare.same-journey", {"found": against, "known": others}))
    if against not in journeys:
        raise DrawingError(Message("compare.unknown-journey", {"found": against, "known": others}))
    found["against"] = journeys[against]
    return found
