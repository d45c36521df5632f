"""Fit: the ways and stages at which cases leave the journey as drawn, and how those that do end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.fit import Fit
from polku.analytics.intended import FIT_KINDS
from polku.analytics.rules import RuleKept
from polku.diagrams.answers.panel_signs import sign_bar, sign_hollow, sign_interval
from polku.diagrams.answers.panel_words import MOST, Names, drawn, interval, meta_of, names_of, points, tag_of
from polku.diagrams.answers.panels import Bar, Block, Dot, Panel, Row, Said, Shape, Sheet, capital
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader

LEAST_OF_KIND = 1
"""So many of each kind are drawn at least, before the commonest of any kind take the rest of the page."""


def draw_fit(
    result: Fit,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw declared rules and what was broken of them, then deviations by kind: their cases, and how these end."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows = result.rows()
    shown = _shown(rows, most)
    blocks = [
        Block(
            say("panels.fit-rules"),
            tuple(_rule(place, one, say) for place, one in enumerate(result.rules[:most])),
        ),
        *(
            Block(
                say(f"measure.kind-{kind}"),
                tuple(_row(place, rows[place], name, say) for place in shown if rows[place]["kind"] == kind),
            )
            for kind in FIT_KINDS
        ),
    ]
    left = len(rows) - len(shown) + max(len(result.rules) - most, 0)
    sheet = Sheet(
        title=say.text(fit_title(result)),
        question=say("panels.fit-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=sum(len(block.rows) for block in blocks)),
        first=say("panels.fit-first"),
        panels=(
            Panel(say("panels.deviations-cases"), lambda value: say.number(round(value)), low=0.0),
            Panel(say("panels.friction-loss"), lambda value: points(value, say)),
        ),
        blocks=tuple(block for block in blocks if block.rows),
        heads=(say("measure.col-times"),),
        tag=tag_of(workspace, say),
        note=say("panels.fit-how"),
        more=say("panels.more", count=left) if left else "",
        empty=say("panels.deviations-none"),
        legend=(
            LegendEntry(sign_bar("ink-2"), say("panels.deviations-cases"), 24),
            LegendEntry(sign_interval, say("panels.sign-interval"), 26),
            LegendEntry(sign_hollow, say("panels.sign-hollow"), 12),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def fit_title(result: Fit) -> Message:
    """How many cases never leave the ways that were drawn."""
    if not result.about.cases:
        return Message("panels.fit-title-none", {})
    return Message("panels.fit-title", {"count": result.about.cases, "fitting": result.fitting_cases})


def _shown(rows: list[dict[str, Any]], most: int) -> list[int]:
    """Places of the rows that are drawn, in the order of the answer."""
    kept: list[int] = []
    for kind in FIT_KINDS:
        kept += [place for place, row in enumerate(rows) if row["kind"] == kind][:LEAST_OF_KIND]
    others = sorted(
        (place for place in range(len(rows)) if place not in kept), key=lambda one: -rows[one]["cases"]
    )
    return sorted((*kept, *others)[:most])


def _loss(row: Mapping[str, Any], say: Reader) -> tuple[tuple[Shape, ...], str]:
    if row["difference"] is None:
        words = say("panels.nobody-to-compare")
        return (Said(words),), words
    sure = row["low"] is not None and (row["low"] > 0 or row["high"] < 0)
    said = points(row["difference"], say)
    fill = "negative" if sure and row["difference"] < 0 else "ink"
    shape = Dot(row["difference"], row["low"], row["high"], not sure, fill, said)
    return (shape,), said + interval(row["low"], row["high"], lambda value: points(value, say))


def _row(place: int, row: Mapping[str, Any], name: Names, say: Reader) -> Row:
    ends = dict.fromkeys(name(row[end]) for end in ("from", "to") if row[end] is not None)
    loss, told = _loss(row, say)
    return Row(
        id=f"fit-{place + 1}",
        name=" → ".join(ends),
        cells=((Bar(0, row["cases"], said=say.number(row["cases"])),), loss),
        words=(say.number(row["cases"]), told),
        columns=(say.number(row["count"]),),
    )


def _rule(place: int, one: RuleKept, say: Reader) -> Row:
    loss, told = _loss({"difference": one.difference, "low": one.low, "high": one.high}, say)
    words = say("panels.fit-broken", count=one.cases, broken=one.broken_cases)
    shapes: tuple[Shape, ...] = (Said(say("panels.fit-vacuous")),)
    if one.cases:
        shapes = (
            Bar(0, one.broken_cases, said=say("panels.fit-part", broken=one.broken_cases, count=one.cases)),
        )
    return Row(
        id=f"rule-{place + 1}",
        name=capital(one.says),
        cells=(shapes, loss),
        words=(words if one.cases else say("panels.fit-vacuous"), told),
        columns=(say.number(one.broken),),
    )
