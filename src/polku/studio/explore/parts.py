"""Parts of pictures by the rows they show: which id of a drawing leads to the cases behind which number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from polku.analytics.behind.tables import ANY

Row = Mapping[str, Any]
Rows = Sequence[Row]
Part = tuple[str, str, Row]
"""Id, column, and the row that says which cases are meant."""
Parts = Callable[[int, Row], Iterator[Part]]


def _coverage(_: int, row: Row) -> Iterator[Part]:
    if row["part"]:
        yield f"part-{row['part']}", "missing", row


def _voice(_: int, row: Row) -> Iterator[Part]:
    place = "touchpoint" if row["touchpoint"] is not None else "stage"
    if row[place] is None:
        yield f"part-{row['part'] or 'all'}", "answers", row
    elif row["part"] is None:
        yield f"{place}-{row[place]}", "answers", row


def _loyalty(_: Rows) -> Parts:
    seen: dict[tuple[Any, ...], int] = {}

    def parts(_: int, row: Row) -> Iterator[Part]:
        place = seen.setdefault((row["touchpoint"], row["stage"], row["part"]), len(seen))
        yield f"loyalty-{place}-{row['group']}", "accounts", row

    return parts


def _deals(rows: Rows) -> Parts:
    """A bar shows the deals of a kind and segment, however they ended; one below, those lost to one rival."""
    lost: Counter[str | None] = Counter()
    for row in rows:
        lost[row["lost_to"]] += row["count"] if row["outcome"] == "lost" else 0
    rivals = sorted((one for one in lost if lost[one]), key=lambda one: (one is None, -lost[one], one or ""))
    segments: dict[Any, list[Any]] = {}

    def parts(_: int, row: Row) -> Iterator[Part]:
        known = segments.setdefault(row["kind"], [])
        if row["segment"] not in known:
            known.append(row["segment"])
            whole = {**row, "outcome": ANY, "lost_to": ANY, "currency": ANY}
            yield f"deals-{len(known) - 1}-{row['kind'] or 'unknown'}", "count", whole
        if row["outcome"] == "lost" and row["lost_to"] in rivals:
            whole = {**row, "kind": ANY, "segment": ANY, "currency": ANY}
            yield f"deals-lost-{rivals.index(row['lost_to'])}", "count", whole

    return parts


def _one(name: str, column: str, *keys: str) -> Parts:
    """One id per row, made of its values."""

    def parts(place: int, row: Row) -> Iterator[Part]:
        words = [str(row[key] if row[key] is not None else "all") for key in keys] or [str(place + 1)]
        yield "-".join([name, *words]), column, row

    return parts


_PARTS: Mapping[str, Callable[[Rows], Parts]] = {
    "coverage": lambda _: _coverage,
    "voice": lambda _: _voice,
    "loyalty": _loyalty,
    "friction": lambda _: _one("friction", "accounts", "kind", "step"),
    "time": lambda _: _one("time", "cases"),
    "deals": _deals,
    "variants": lambda _: _one("variant", "count"),
    "fit": lambda _: _one("fit", "cases"),
    "deviations": lambda _: _one("deviations", "cases"),
    "campaigns": lambda _: _one("campaign", "accounts"),
    "change": lambda _: _one("change", "difference"),
    "touches": lambda _: _one("touches", "touches", "before", "by"),
    "effect": lambda _: _one("effect", "n_after", "compared"),
    "threads": lambda _: _one("threads", "deals", "parts"),
    "backtest": lambda _: _one("backtest", "accounts", "fit", "engagement"),
    "centre": lambda _: _one("centre", "required", "when", "part"),
    "score": lambda _: _one("grade", "grade", "grade"),
}


def parts_of(question: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, Row, str]]:
    """The ids of a picture's parts, each with the row it shows and the column whose number it leads to."""
    make = _PARTS.get(question)
    if make is None:
        return
    parts = make(rows)
    for place, row in enumerate(rows):
        for id, column, shown in parts(place, row):
            yield id, shown, column
