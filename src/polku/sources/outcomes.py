"""How a deal ended, from the words of its stage."""

from __future__ import annotations

from polku.sources.raw import text

WON = ("won", "voitettu", "vunnen", "vunnet", "vundet")
LOST = ("lost", "hävitty", "havitty", "menetetty", "förlorad", "forlorad", "tabt", "tapt")


def outcome_of(cell: str) -> str:
    """The outcome as an expression: won, lost, else open; NULL where there is no stage."""
    said = f"lower({cell})"
    won = " OR ".join(f"contains({said}, {text(word)})" for word in WON)
    lost = " OR ".join(f"contains({said}, {text(word)})" for word in LOST)
    return f"CASE WHEN {won} THEN 'won' WHEN {lost} THEN 'lost' WHEN ({cell}) IS NOT NULL THEN 'open' END"
