"""Parts of pictures by the rows they show: which id of a drawing leads to the cases behind which number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]
Parts = Callable[[int, Row], Iterator[tuple[str, str]]]


def _coverage(_: int, row: Row) -> Iterator[tuple[str, str]]:
    if row["part"]:
        yield f"part-{row['part']}", "missing"


def _voice(_: int, row: Row) -> Iterator[tuple[str, str]]:
    place = "touchpoint" if row["touchpoint"] is not None else "stage"
    if row[place] is None:
        yield f"part-{row['part'] or 'all'}", "answers"
    elif row["part"] is None:
        yield f"{place}-{row[place]}", "answers"


def _loyalty() -> Parts:
    seen: dict[tuple[Any, ...], int] = {}

    def parts(_: int, row: Row) -> Iterator[tuple[str, str]]:
        place = seen.setdefault((row["touchpoint"], row["stage"], row["part"]), len(seen))
        yield f"loyalty-{place}-{row['group']}", "accounts"

    return parts


def _one(name: str, column: str, *keys: str) -> Parts:
    """One id per row, made of its values."""

    def parts(place: int, row: Row) -> Iterator[tuple[str, str]]:
        words = [str(row[key] if row[key] is not None else "all") for key in keys] or [str(place + 1)]
        yield "-".join([name, *words]), column

    return parts


_PARTS: Mapping[str, Callable[[], Parts]] = {
    "coverage": lambda: _coverage,
    "voice": lambda: _voice,
    "loyalty": _loyalty,
    "friction": lambda: _one("friction", "accounts", "kind", "step"),
    "time": lambda: _one("time", "cases"),
    "variants": lambda: _one("variant", "count"),
    "fit": lambda: _one("fit", "cases"),
    "deviations": lambda: _one("deviations", "cases"),
    "campaigns": lambda: _one("campaign", "accounts"),
    "change": lambda: _one("change", "difference"),
    "touches": lambda: _one("touches", "touches", "before", "by"),
    "effect": lambda: _one("effect", "n_after", "compared"),
    "threads": lambda: _one("threads", "deals", "parts"),
    "backtest": lambda: _one("backtest", "accounts", "fit", "engagement"),
    "centre": lambda: _one("centre", "required", "when", "part"),
    "score": lambda: _one("grade", "grade", "grade"),
}


def parts_of(question: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, Row, str]]:
    """The ids of a picture's parts, each with the row it shows and the column whose number it leads to."""
    make = _PARTS.get(question)
    if make is None:
        return
    parts = make()
    for place, row in enumerate(rows):
        for id, column in parts(place, row):
            yield id, row, column
