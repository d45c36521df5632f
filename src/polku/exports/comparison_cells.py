"""A comparison in words: the two figures side by side, their difference, and whether it may be chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.compare import Comparison
    from polku.words import Reader

POINTS = frozenset(("nps",))
NUMBERS = frozenset(("mean", "median", "won"))


def comparison_facts(result: Comparison, say: Reader) -> Iterator[str]:
    """What is compared with what, and how many are in both."""
    a, b = result.sides["a"], result.sides["b"]
    yield say("against.sides", cases=a["cases"], others=b["cases"], filter=say.quote(b["cases_filter"] or ""))
    if result.in_both:
        yield say("against.both", count=result.in_both)
    yield say("against.read")


def comparison_heads(say: Reader) -> list[str]:
    """What the columns are called; the first two hold words, the others numbers."""
    heads = (say(f"against.{head}") for head in ("figure", "a", "n", "b", "n", "difference", "interval"))
    return ["", *heads]


def comparison_rows(
    rows: Sequence[Mapping[str, Any]], name: Callable[[str], str], say: Reader
) -> list[list[str]]:
    """The cells of rows; differences that chance alone would hardly give are marked with a star."""
    cells = []
    for row in rows:
        figure = row["figure"]
        sure = row["low"] is not None and (row["low"] > 0 or row["high"] < 0)
        cells.append(
            [
                _named(row["of"], name, say),
                say(f"against.figure-{figure}"),
                _figure(figure, row["a"], say),
                say.number(row["n_a"]),
                _figure(figure, row["b"], say),
                say.number(row["n_b"]),
                _gap(figure, row["difference"], say) + (" *" if sure else ""),
                "–"
                if row["low"] is None
                else say(
                    "attribution.range",
                    low=_gap(figure, row["low"], say),
                    high=_gap(figure, row["high"], say),
                ),
            ]
        )
    return cells


def _named(of: Mapping[str, Any], name: Callable[[str], str], say: Reader) -> str:
    said = []
    for key, value in of.items():
        if value is None:
            if key in ("from", "to"):
                said.append(say("measure.start" if key == "from" else "measure.end"))
        elif isinstance(value, list):
            said.append(" → ".join(name(one) for one in value))
        elif key == "before":
            said.append(say(f"measure.before-{value}"))
        elif key == "kind" and value in FIT_WORDS:
            said.append(say(f"measure.kind-{value}"))
        else:
            said.append(say(f"measure.part-{value}") if value in PARTS else name(str(value)))
    return (" → " if set(of) == {"from", "to"} else ", ").join(said) or say("measure.all")


FIT_WORDS = frozenset(("unintended", "skipped", "out_of_order", "repeated", "missing"))


def _figure(figure: str, value: float | None, say: Reader) -> str:
    if value is None:
        return "–"
    if figure.endswith("_seconds") or "_seconds_" in figure:
        return say.duration(float(value))
    if figure in POINTS:
        return say.signed(round(value))
    return say.number(value, 1) if figure in NUMBERS else say.percent(value)


def _gap(figure: str, value: float | None, say: Reader) -> str:
    if value is None:
        return "–"
    if figure.endswith("_seconds") or "_seconds_" in figure:
        return ("−" if value < 0 else "+") + say.duration(abs(float(value)))
    if figure in NUMBERS:
        return ("−" if value < 0 else "+") + say.number(abs(value), 1)
    return say("measure.points", points=round(value if figure in POINTS else value * 100))
