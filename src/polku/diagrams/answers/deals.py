"""Deals: how they ended by kind and segment, how many of those that ended were won, and to whom others were lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from polku.analytics.deals import Deals
from polku.analytics.statistics.intervals import share_of
from polku.diagrams.answers.panel_signs import sign_bar, sign_interval
from polku.diagrams.answers.panel_words import MOST, drawn, interval, meta_of, names_of, tag_of
from polku.diagrams.answers.panels import Bar, Block, Dot, Panel, Row, Said, Shape, Sheet, capital
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, has, reader

FILLS = {"won": "ink-2", "lost": "negative", "open": "hatch"}
"""Outcome → how its bar is filled; the others, and those unknown, are framed."""


def draw_deals(
    result: Deals,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw deals by kind and segment as won, lost, open and unknown, the share won with its interval, and rivals."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows = result.rows()
    small = workspace.settings.limits.small
    blocks, left = [], most
    kinds: dict[str | None, dict[str | None, list[dict[str, Any]]]] = {}
    for row in rows:
        kinds.setdefault(row["kind"], {}).setdefault(row["segment"], []).append(row)
    number = sum(len(segments) for segments in kinds.values())
    for kind, segments in kinds.items():
        drawn_rows = [
            _row(f"deals-{place}-{kind or 'unknown'}", name(segment) if segment else say("panels.no-segment"), own, say, small)
            for place, (segment, own) in enumerate(segments.items())
        ][: max(left, 0)]  # fmt: skip
        blocks.append(Block(_kind(kind, say), tuple(drawn_rows)))
        left -= len(segments)
    rivals: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        if row["outcome"] == "lost":
            rivals.setdefault(row["lost_to"], []).append(row)
    named = sorted(rivals.items(), key=lambda one: (one[0] is None, -_count(one[1]), one[0] or ""))
    lost = [
        _row(f"deals-lost-{place}", to or say("panels.deals-nobody-named"), own, say, small, rated=False)
        for place, (to, own) in enumerate(named)
    ]
    hidden = max(number - most, 0) + max(len(lost) - most, 0)
    blocks.append(Block(say("panels.deals-lost-to"), tuple(lost[:most])))
    sheet = Sheet(
        title=say.text(deals_title(result)),
        question=say("panels.deals-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=sum(len(block.rows) for block in blocks)),
        first=say("panels.deals-first"),
        panels=(
            Panel(say("measure.col-deals"), lambda value: say.number(round(value)), low=0.0),
            Panel(say("panels.deals-rate"), lambda value: say.percent(value), low=0.0, high=1.0),
        ),
        blocks=tuple(block for block in blocks if block.rows),
        heads=(say("panels.deals-worth"),),
        tag=tag_of(workspace, say),
        note=" ".join(part for part in (_sum(rows, say), say("panels.deals-how")) if part),
        more=say("panels.more", count=hidden) if hidden else "",
        empty=say("panels.deals-none"),
        legend=(
            *(
                LegendEntry(sign_bar(fill), say(f"measure.outcome-{outcome}"), 24)
                for outcome, fill in FILLS.items()
                if any(row["outcome"] == outcome for row in rows)
            ),
            *(
                (LegendEntry(sign_bar("sunken-2"), say("measure.outcome-unknown"), 24),)
                if any(row["outcome"] not in FILLS for row in rows)
                else ()
            ),
            LegendEntry(sign_interval, say("panels.sign-interval"), 26),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def deals_title(result: Deals) -> Message:
    """How many of those that ended were won."""
    ended = sum(int(one["ended"] or 0) for one in result.win_rates.values())
    if not ended:
        return Message("panels.deals-title-none", {"count": sum(result.count)})
    won = sum(int(one["won"] or 0) for one in result.win_rates.values())
    return Message("panels.deals-title", {"count": ended, "won": won})


def _count(rows: Sequence[Mapping[str, Any]], *outcomes: str) -> int:
    return sum(row["count"] for row in rows if not outcomes or row["outcome"] in outcomes)


def _kind(kind: str | None, say: Reader) -> str:
    if kind is None:
        return say("panels.deals-no-kind")
    return say(f"panels.deals-kind-{kind}") if has(f"panels.deals-kind-{kind}", "en") else kind


def _sum(rows: Sequence[Mapping[str, Any]], say: Reader) -> str:
    """All deals as a sum by how they ended."""
    found: dict[str, int] = {}
    for row in rows:
        outcome = row["outcome"] if row["outcome"] in FILLS else "unknown"
        found[outcome] = found.get(outcome, 0) + row["count"]
    if not found:
        return ""
    parts = [
        f"{say.number(found[one])} {say(f'measure.outcome-{one}')}"
        for one in (*FILLS, "unknown")
        if one in found
    ]
    return say("panels.deals-sum", parts=" + ".join(parts), count=sum(found.values()))


def _row(
    id: str, name: str, rows: Sequence[Mapping[str, Any]], say: Reader, small: int, *, rated: bool = True
) -> Row:
    at, shapes, told = 0, list[Bar](), list[str]()
    for outcome in (*FILLS, "unknown"):
        own = [row for row in rows if (row["outcome"] if row["outcome"] in FILLS else "unknown") == outcome]
        if count := _count(own):
            shapes.append(Bar(at, at + count, FILLS.get(outcome, "sunken-2")))
            told.append(f"{say.number(count)} {say(f'measure.outcome-{outcome}')}")
            at += count
    shapes[-1:] = [replace(one, said=say.number(at), whole=True) for one in shapes[-1:]]
    won, ended = _count(rows, "won"), _count(rows, "won", "lost")
    rate: tuple[Shape, ...] = ()
    said = ""
    if rated:
        said = say("panels.deals-of", count=ended, won=won)
        rate = (Said(said, hole=not ended),)
        if ended >= small:
            share = share_of(won, ended)
            assert share.value is not None
            said = say.percent(share.value)
            rate = (Dot(share.value, share.low, share.high, said=said),)
            said += interval(share.low, share.high, say.percent)
    return Row(
        id=id,
        name=capital(name),
        cells=(tuple(shapes), rate),
        words=(", ".join(told), said),
        columns=(_worth([row for row in rows if not rated or row["outcome"] == "won"], say),),
    )


def _worth(rows: Sequence[Mapping[str, Any]], say: Reader) -> str:
    """Amounts by currency, which are never added up."""
    found: dict[str, float] = {}
    for row in rows:
        if row["value"] is not None:
            currency = row["currency"] or ""
            found[currency] = found.get(currency, 0.0) + float(row["value"])
    return " + ".join(f"{say.number(round(worth))} {currency}".strip() for currency, worth in sorted(found.items())) or "–"  # fmt: skip
