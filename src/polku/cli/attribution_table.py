"""Attribution on a terminal: models side by side, one row for each channel, touchpoint or campaign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from polku.cli.table import Column, table
from polku.words import has

if TYPE_CHECKING:
    from polku.analytics.attribution import Attribution
    from polku.words import Reader

MOST_ACROSS = 8
"""More models than these stand in rows."""


def model_name(model: str, say: Reader) -> str:
    """What a model is called; one that a question made up keeps its own name."""
    return say(f"attribution.model-{model}") if has(f"attribution.model-{model}", "en") else model


def attribution_table(result: Attribution, name: Callable[[str], str], say: Reader, *, top: int) -> str:
    """One model with its figures and interval, or several by share; counts where there are too few for shares."""
    if len(result.models) == 1:
        return _one_model(result, name, say, top)
    small = not result.draws
    columns = [Column(say(f"attribution.by-{result.BY}"), wraps=True)]
    columns += [Column(model_name(model, say), number=True, wraps=True) for model in result.models]
    columns += [Column(say("attribution.agree"), wraps=True)] if result.agreement and not small else []
    found = {
        (model, node): (share, count)
        for model, node, share, count in zip(
            result.model, result.node, result.share, result.conversions, strict=True
        )
    }
    cells = []
    for node in (*result.nodes, *([None] if None in result.node else [])):
        row = [name(node) if node is not None else say("attribution.none")]
        for model in result.models:
            share, count = found.get((model, node), (None, 0.0))
            row.append("–" if share is None else say.number(count, 1) if small else say.percent(share))
        if result.agreement and not small:
            spread = result.agreement.get(node or "")
            row.append(
                "" if spread is None else say(f"attribution.{'agrees' if spread['agree'] else 'differs'}")
            )
        cells.append(row)
    if len(result.models) <= MOST_ACROSS:
        return table(columns, cells[:top])
    # Many models read better one below the other.
    across = [Column("", wraps=True), *(Column(row[0], number=True, wraps=True) for row in cells[:top])]
    turned = [
        [column.head, *(row[place] for row in cells[:top])] for place, column in enumerate(columns) if place
    ]
    return table(across, turned)


def _one_model(result: Attribution, name: Callable[[str], str], say: Reader, top: int) -> str:
    heads = [
        f"by-{result.BY}",
        "conversions",
        *(["value"] if result.total_value is not None else []),
        "share",
    ]
    heads += ["interval"] if result.draws else []
    columns = [Column(say(f"attribution.{head}"), number=bool(place)) for place, head in enumerate(heads)]
    cells = []
    for row in result.rows()[:top]:
        node = row[result.BY]
        cell = [
            name(node) if node is not None else say("attribution.none"),
            say.number(row["conversions"], 1),
        ]
        if result.total_value is not None:
            cell.append(say.number(round(row["value"])))
        # Of fewer conversions than are shown in percent there is no interval either.
        cell.append(say.percent(row["share"]) if result.draws and row["share"] is not None else "–")
        if result.draws:
            known = row["low"] is not None and row["high"] is not None
            cell.append(
                say("attribution.range", low=say.percent(row["low"]), high=say.percent(row["high"]))
                if known
                else "–"
            )
        cells.append(cell)
    return table(columns, cells)


def attribution_facts(result: Attribution, name: Callable[[str], str], say: Reader) -> Iterator[str]:
    """How many conversions, and how far the models agree."""
    known = {"count": result.total_conversions, "nulls": result.null_paths}
    if result.total_value is None:
        yield say("attribution.counts-without-value", **known)
    else:
        yield say("attribution.counts", **known, value=say.number(round(result.total_value)))
    if not result.draws:
        if result.total_conversions:
            yield say("attribution.too-few", count=result.total_conversions)
    elif result.agreement:
        yield agreement_sentence(result, name, say)
    yield say("attribution.no-cause")


def agreement_sentence(result: Attribution, name: Callable[[str], str], say: Reader) -> str:
    """Where the models that can be asked agree, and where not, with the range."""
    count = len(result.asked_to_agree)
    apart = [
        say(
            "attribution.one-differs",
            name=name(node),
            low=say.percent(spread["low"]),
            high=say.percent(spread["high"]),
        )
        for node, spread in result.agreement.items()
        if not spread["agree"]
    ]
    if not apart:
        return say("attribution.agree-all", count=count)
    if len(apart) == len(result.agreement):
        return say("attribution.differ-all", count=count)
    return say("attribution.agree-but", count=count, names=say.join(apart))
