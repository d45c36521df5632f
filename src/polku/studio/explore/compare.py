"""Two filters of one question side by side: what the comparison says, as a picture and a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from polku.analytics.compare import Comparison
from polku.analytics.statistics.intervals import Estimate
from polku.diagrams.answers.differences import Difference
from polku.exports.answer_table import cell_words as words_of
from polku.exports.answer_table import head
from polku.words import Message, Reader, has

MOST = 10
"""Rows that are drawn."""
SHARES = [
    "share",
    "share_of_cases",
    "goes_on",
    "arrived",
    "completeness",
    "engaged",
    "overall",
    "retained",
    "fitting_cases",
    "conforming_cases",
    "win_rate",
    "logo_churn",
    "leads_per_account",
]
KEPT_ORDER = ("funnel", "steps", "retention")
"""Questions whose rows have an order of their own."""


@dataclass(frozen=True)
class Line:
    """A row of the table of differences, in words."""

    name: str
    figure: str
    a: str
    n_a: str
    b: str
    n_b: str
    less: str
    interval: str


def compared(told: Comparison, name: Callable[[str], str], say: Reader) -> tuple[Difference, ...]:
    """Shares and NPS that both have, as differences; without intervals where some cases are in both.

    An interval is made for two groups of different cases, so it would claim too much otherwise.
    """
    apart = not told.in_both
    rows = []
    for row in told.rows():
        figure = row["figure"]
        if figure not in SHARES and figure != "nps":
            continue
        scale = 100.0 if figure == "nps" else 1.0
        a, b = (_scaled(row[side], row[f"n_{side}"], scale) for side in ("a", "b"))
        low, high = (None if row[end] is None or not apart else row[end] / scale for end in ("low", "high"))
        gap = None if row["difference"] is None else row["difference"] / scale
        rows.append(
            (figure, Difference(_label(told, row, name, say), a, b, Estimate(a.n + b.n, gap, low, high)))
        )
    first = next((figure for figure, _ in rows), "")
    found = [one for figure, one in rows if figure == first]
    if told.compared not in KEPT_ORDER:
        found.sort(key=lambda one: -((one.a.value or 0) * one.a.n + (one.b.value or 0) * one.b.n))
    return tuple(found[:MOST])


def lines(told: Comparison, name: Callable[[str], str], say: Reader) -> tuple[Line, ...]:
    """Every figure of both, in words."""
    apart = not told.in_both

    def figure_words(figure: str, value: float | None, *, points: bool = False) -> str:
        if value is None:
            return "–"
        if figure == "nps":
            return say.signed(round(value))
        if figure in SHARES:
            return say.signed(round(value * 100)) if points else say.percent(value)
        if "seconds" in figure:
            return ("−" if value < 0 else "") + say.duration(abs(value))
        return say.signed(value, 1) if points else say.number(value, 1)

    found = []
    for row in told.rows():
        figure = row["figure"]
        low, high = row["low"], row["high"]
        found.append(
            Line(
                _label(told, row, name, say),
                say(f"against.figure-{figure}")
                if has(f"against.figure-{figure}", "en")
                else head(figure, say),
                figure_words(figure, row["a"]),
                say.number(row["n_a"] or 0),
                figure_words(figure, row["b"]),
                say.number(row["n_b"] or 0),
                figure_words(figure, row["difference"], points=True),
                "–"
                if low is None or not apart
                else f"{figure_words(figure, low, points=True)} … {figure_words(figure, high, points=True)}",
            )
        )
    return tuple(found)


def finding(rows: tuple[Difference, ...], words: Callable[[float], str]) -> Message | None:
    """The surest difference as a heading; None where none is sure."""
    sure = [row for row in rows if row.sure and row.less.value is not None]
    if not sure:
        return None
    top = max(sure, key=lambda row: abs(row.less.value or 0.0))
    return Message(
        "studio-explore.compared",
        {"name": top.name, "a": words(top.a.value or 0.0), "b": words(top.b.value or 0.0)},
    )


def _scaled(value: float | None, n: int | None, scale: float) -> Estimate:
    return Estimate(n or 0, None if value is None else value / scale)


def _label(told: Comparison, row: Mapping[str, Any], name: Callable[[str], str], say: Reader) -> str:
    of = row["of"]
    between = " → " if told.compared in ("paths", "time") else ", "
    keys = [
        key
        for key, value in of.items()
        if value is not None or (told.compared == "paths" and key in ("from", "to"))
    ]
    return between.join(words_of(told.compared, key, of, name, say) for key in keys) or say("measure.all")
