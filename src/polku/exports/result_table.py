"""A result of any question as a table of words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polku.analytics.result import Result
from polku.words import Message, Reader, has

if TYPE_CHECKING:
    from polku.documents import Workspace

PERCENT = {
    "share",
    "share_out",
    "goes_on",
    "from_previous",
    "overall",
    "completeness",
    "in_crm_share",
    "seen_share",
    "engaged",
}
POINTS = {"bias"}
SIGNED = {"nps"}
PLACES = {
    "step": "steps",
    "touchpoint": "touchpoints",
    "stage": "stages",
    "from": "places",
    "to": "places",
    "path": "places",
}


@dataclass(frozen=True)
class WordTable:
    """A table ready to be set: words everywhere, numbers right-aligned."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    more: int


def result_table(
    result: Result,
    columns: tuple[str, ...],
    say: Reader,
    workspace: Workspace,
    *,
    names: Mapping[str, str],
    most: int = 20,
) -> WordTable:
    """The named columns of a result as words.

    Args:
        names: what ids (of steps, stages, touchpoints) are called.
        most: rows shown; `more` counts the others.
    """
    rows = result.rows()
    head = tuple(say(f"report.column-{name.replace('_', '-')}") for name in columns)
    numeric = tuple(
        any(isinstance(row[name], int | float) and not isinstance(row[name], bool) for row in rows)
        for name in columns
    )
    body = tuple(
        tuple(
            # Only a lost deal has somebody it was lost to; the others know it well.
            "–" if name == "lost_to" and row.get("outcome") != "lost" else _cell(name, row[name], say, names)
            for name in columns
        )
        for row in rows[:most]
    )
    return WordTable(head, body, numeric, max(0, len(rows) - most))


def _cell(name: str, value: Any, say: Reader, names: Mapping[str, str]) -> str:
    if value is None:
        if name == "from":
            return say("report.start")
        if name == "to":
            return say("report.end")
        if name in ("part", "outcome", "lost_to", "kind", "segment"):
            return say("report.unknown")
        return "–"
    if isinstance(value, bool):
        return say.value(value)
    if isinstance(value, list):
        return " → ".join(names.get(member, member) for member in value)
    if isinstance(value, Mapping):
        return ", ".join(
            f"{_word('outcome', key, say)} {say.number(number)}" for key, number in value.items()
        )
    if isinstance(value, str):
        if name in PLACES:
            return names.get(value, value)
        return _word(name, value, say) if name in ("part", "outcome", "kind") else names.get(value, value)
    if "_seconds" in name:
        return say.days(value)
    if name in PERCENT:
        return say.percent(value)
    if name in POINTS:
        return say.signed(round(value * 100))
    if name in SIGNED:
        return say.signed(round(value))
    if name.endswith("days"):
        return say.number(round(value))
    if name == "value":
        return say.number(round(value))
    return say.number(value)


def _word(name: str, value: str, say: Reader) -> str:
    id = f"report.{name}-{value}"
    return say.text(Message(id, {})) if has(id, "en") else value
