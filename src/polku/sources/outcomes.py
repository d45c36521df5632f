"""How a deal ended, from the words of its stage."""

from __future__ import annotations

import re

from polku.records.engine import Engine
from polku.sources.raw import Raw, text
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


MANY = 10
"""Deals from which on it is odd that none has ended."""


def add_outcome(table: Table, found: dict[str, str]) -> None:
    """Add the column `outcome` from the stage, and tell where no stage says how deals end."""
    cell = table.cell(found["stage"])
    found["outcome"] = table.add("outcome", outcome_of(cell))
    count, ended = table.engine.rows(
        f"SELECT count(*), count(*) FILTER (WHERE ({outcome_of(cell)}) <> 'open') FROM {table.raw.table}"
    )[0]
    if count >= MANY and not ended:
        tell_no_outcomes(table, found["stage"])


def tell_no_outcomes(table: Table, stage: str) -> None:
    """Tell that no stage says how deals end, and how a mapping would."""
    stages = table.values(stage, 5)
    if stages:
        example = f"{{outcome: {{of: {stage}, {stages[0]}: won, else: open}}}}"
        table.warn(
            Message("sources.no-outcomes", {"column": stage, "found": list(stages), "example": example})
        )


# What becomes of an offer is said in a word; a stage that only mentions one may be any.
_WON = re.compile(
    r"\b(won|sold|voitettu|myyty|vunnen|vunnet|såld|sålt|vundet|solgt)\b|^(accepted|hyväksytty|accepterad|accepteret|akseptert)$",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\b(lost|not sold|ei myyty|ej såld|inte såld|ikke solgt|havitty|hävitty|forlorad|förlorad|tabt|tapt)\b"
    r"|^(rejected|declined|hylätty|avböjd|afvist|avslått)$",
    re.IGNORECASE,
)


def outcomes_of(engine: Engine, raw: Raw, stage: str) -> dict[str, str]:
    """Stages that end a deal, from their own words."""
    column = raw.column(stage)
    rows = engine.rows(
        f"SELECT DISTINCT trim({column}) FROM {raw.table} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 200"
    )
    found: dict[str, str] = {}
    for (value,) in rows:
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(value))
        if _LOST.search(plain):
            found[value] = "lost"
        elif _WON.search(plain):
            found[value] = "won"
    return found
