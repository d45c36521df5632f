"""Whole ways beside the graph of paths: by frequency with their outcome, each lighting its way."""

from __future__ import annotations

from typing import Any

from polku.analytics.variants import Variants
from polku.studio.explore.choice import Choice
from polku.studio.explore.tabs import Tab, said
from polku.studio.explore.told import Told
from polku.studio.visit import Visit

MOST = 8
GOOD, BAD = ("done", "won"), ("lost", "faded")


def variants(visit: Visit, tab: Tab, choice: Choice, told: Told) -> dict[str, Any] | None:
    """The variants of the journey's steps; None where no journey is laid under."""
    if told.measures is None:
        return None
    result: Variants = told.measures.variants
    journey = visit.workspace.journeys[choice.journey]
    name = said(tab, told, visit.workspace, journey).name
    rows = []
    most = max(result.count, default=0)
    for row in result.rows()[:MOST]:
        outcome = max(row["outcomes"], key=lambda one: row["outcomes"][one])
        rows.append(
            {
                "steps": row["path"],
                "names": [name(step) for step in row["path"]],
                "count": row["count"],
                "most": most,
                "share": row["share"],
                "days": row["median_seconds"],
                "outcome": visit.say(f"measure.outcome-{outcome}"),
                "tone": "good" if outcome in GOOD else "bad" if outcome in BAD else "",
                "mixed": len(row["outcomes"]) > 1,
                "ways": " ".join(f"{a}>{b}" for a, b in zip(row["path"], row["path"][1:], strict=False)),
            }
        )
    all_ways = len(result) + int(result.about.remainder.get("variants", 0))
    return {"rows": rows, "shown": len(rows), "all": all_ways, "cases": result.about.cases}
