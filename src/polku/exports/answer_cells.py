"""Cells of an answer's table that mean something of their own in one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polku.words import Reader

Name = Callable[[str], str]
Cell = Callable[[str, Mapping[str, Any], Name, "Reader"], str | None]


def campaign_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """A figure of a campaign; those that rest on few won deals carry a question mark."""
    value = row[key]
    if value is None or key not in AMOUNTS:
        return None
    if key in ("deals", "won"):
        return say.number(value, 1)
    told = say.number(value, 2) if key == "return" else say.number(round(value))
    return f"{told} ?" if row["few"] and key in ("cost_per_deal", "return") else told


AMOUNTS = frozenset(("cost", "cost_per_lead", "cost_per_deal", "value", "deals", "won", "return"))


def friction_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """What goes hard, for how long, what it weighs, and what is done about it."""
    value = row[key]
    if key == "kind":
        return say(f"measure.friction-{value}")
    if key == "improvements":
        return ", ".join(name(one) for one in value)
    if value is None:
        return None
    if key == "weight":
        return say.number(value, 1)
    return say.duration(float(value)) if key in ("seconds", "limit_seconds") else None


def change_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """Counts and their difference, with its sign."""
    value = row[key]
    if value is None:
        return None
    if key in ("difference", "low", "high"):
        return say.signed(round(value))
    return say.number(value) if key in ("before", "after") else None


def effect_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """A measure of an improvement in its own unit."""
    value, kind = row[key], row["measure"]
    if key in ("compared", "measure"):
        return say(f"measure.effect-{value}")
    if value is None or key not in ("before", "after", "difference", "low", "high"):
        return None
    gap = key in ("difference", "low", "high") or row["compared"] == "difference-in-differences"
    if kind in ("win-rate", "share", "retention"):
        return say("measure.points", points=round(value * 100)) if gap else say.percent(value)
    sign = ("−" if value < 0 else "+") if gap else "−" if value < 0 else ""
    if kind == "time":
        return sign + say.duration(abs(float(value)))
    return sign + say.number(abs(value), 0 if kind in ("nps", "value") else 1)


def score_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """Two figures, and the rules that gave most of them."""
    value = row[key]
    if key in ("fit", "engagement"):
        return say.number(value, 0 if key == "fit" else 1)
    if key == "reasons":
        return ", ".join(
            f"{name(one['rule'])} {'−' if one['points'] < 0 else '+'}{say.number(abs(one['points']), 1)}"
            for one in value[:MOST_REASONS]
        )
    return None


MOST_REASONS = 3
"""Reasons that fit on a line; JSON has more."""


def backtest_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """A quadrant in words, and how many times the rate of all."""
    value = row[key]
    if key in ("fit", "engagement"):
        return say(f"measure.backtest-{value or 'all'}")
    return say.number(value, 2) if value is not None and key.startswith("lift") else None


def loyalty_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """What they answered."""
    return say(f"measure.loyalty-{row[key]}") if key == "group" else None


def threads_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """The number of parts, the last with a sign that it stands for more."""
    if key == "parts":
        return f"{row[key]}+" if row[key] == MOST_PARTS else str(row[key])
    return mean_cell(key, row, name, say)


def mean_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """Means of counts, with a decimal."""
    value = row[key]
    return say.number(value, 1) if value is not None and key in ("people", "events_per_person") else None


def deviations_cell(key: str, row: Mapping[str, Any], name: Name, say: Reader) -> str | None:
    """Differences of shares in points."""
    value = row[key]
    if key in ("difference", "low", "high") and value is not None:
        return say("measure.points", points=round(value * 100))
    return None


MOST_PARTS = 3
"""So many parts of the buying centre and more."""

OWN_CELLS: Mapping[str, Cell] = {
    "deviations": deviations_cell,
    "campaigns": campaign_cell,
    "friction": friction_cell,
    "change": change_cell,
    "effect": effect_cell,
    "score": score_cell,
    "backtest": backtest_cell,
    "loyalty": loyalty_cell,
    "threads": threads_cell,
    "centre": mean_cell,
}
"""Question → how its cells read, where the words of all questions do not do; None leaves it to these."""
