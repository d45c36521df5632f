"""How a deal ended, from the words of its stage."""

from __future__ import annotations

from polku.sources.raw import text
from polku.sources.systems import Table
from polku.words import Message

WON = ("won", "voitettu", "vunnen", "vunnet", "vundet")
LOST = ("lost", "hävitty", "havitty", "menetetty", "förlorad", "forlorad", "tabt", "tapt")


def outcome_of(cell: str) -> str:
    """The outcome as an expression: won, lost, else open; NULL where there is no stage."""
    said = f"lower({cell})"
    won = " OR ".join(f"contains({said}, {text(word)})" for word in WON)
    lost = " OR ".join(f"contains({said}, {text(word)})" for word in LOST)
    return f"CASE WHEN {won} THEN 'won' WHEN {lost} THEN 'lost' WHEN ({cell}) IS NOT NULL THEN 'open' END"


_MANY = 10
"""Deals from which on it is odd that none has ended."""


def add_outcome(table: Table, found: dict[str, str]) -> None:
    """Add the column `outcome` from the stage, and tell where no stage says how deals end."""
    cell = table.cell(found["stage"])
    found["outcome"] = table.add("outcome", outcome_of(cell))
    count, ended = table.engine.rows(
        f"SELECT count(*), count(*) FILTER (WHERE ({outcome_of(cell)}) <> 'open') FROM {table.raw.table}"
    )[0]
    if count >= _MANY and not ended:
        stages = table.values(found["stage"], 5)
        if stages:
            example = f"{{outcome: {{of: {found['stage']}, {stages[0]}: won, else: open}}}}"
            table.warn(
                Message(
                    "sources.no-outcomes",
                    {"column": found["stage"], "found": list(stages), "example": example},
                )
            )
