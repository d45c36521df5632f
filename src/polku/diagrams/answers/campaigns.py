"""Campaigns: what each cost, how many leads and deals it led to, and what one of them cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polku.analytics.campaigns import Campaigns
from polku.diagrams.answers.panel_signs import sign_bar
from polku.diagrams.answers.panel_words import MOST, Names, drawn, meta_of, names_of, tag_of
from polku.diagrams.answers.panels import Bar, Block, Panel, Row, Said, Shape, Sheet
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_campaigns(
    result: Campaigns,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw the dearest campaigns on one row each; what nobody knows is a dashed frame, what rests on few is hollow."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows = result.rows()
    currency = workspace.settings.currency

    def count(value: float) -> str:
        return say.number(value, 0)

    sheet = Sheet(
        title=say.text(campaigns_title(result, currency)),
        question=say("panels.campaigns-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=len(rows)),
        first=say("measure.col-campaign"),
        panels=(
            Panel(f"{say('measure.col-cost')}, {currency}", count),
            Panel(say("measure.col-leads"), count),
            Panel(f"{say('measure.col-cost_per_lead')}, {currency}", count),
            Panel(say("measure.col-won"), count),
            Panel(f"{say('measure.col-cost_per_deal')}, {currency}", count),
        ),
        blocks=(Block("", tuple(_row(place, row, name, say) for place, row in enumerate(rows[:most]))),),
        tag=tag_of(workspace, say),
        note=say("panels.campaigns-how"),
        more=say("panels.more", count=len(rows) - most) if len(rows) > most else "",
        empty=say("panels.empty"),
        legend=(
            LegendEntry(sign_bar("ink-2"), say("panels.sign-sum"), 24),
            LegendEntry(sign_bar("paper"), say("panels.campaigns-few"), 24),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def campaigns_title(result: Campaigns, currency: str) -> Message:
    """What all cost and led to."""
    if result.total["cost"] is None:
        return Message("panels.campaigns-title-free", {"count": result.total["leads"]})
    return Message(
        "panels.campaigns-title",
        {
            "cost": round(result.total["cost"]),
            "currency": currency,
            "leads": result.total["leads"],
            "count": round(result.total["won"]),
        },
    )


def _row(place: int, row: Mapping[str, Any], name: Names, say: Reader) -> Row:
    unknown = say("measure.unknown")

    def bar(value: float | None, tell: Callable[[float], str], *, few: bool = False) -> tuple[Shape, ...]:
        if value is None:
            return (Said(unknown),)
        return (Bar(0, value, "paper" if few else "ink-2", said=tell(value) + (" ?" if few else "")),)

    def whole(value: float) -> str:
        return say.number(round(value))

    def part(value: float) -> str:
        return say.number(value, 1)

    figures: tuple[tuple[float | None, Callable[[float], str], bool], ...] = (
        (row["cost"], whole, False),
        (row["leads"], whole, False),
        (row["cost_per_lead"], whole, False),
        (row["won"], part, row["few"]),
        (row["cost_per_deal"], whole, row["few"]),
    )
    channel = name(row["channel"]) if row["channel"] else ""
    return Row(
        id=f"campaign-{place + 1}",
        name=row["campaign"] or say("panels.campaigns-unnamed"),
        note=channel,
        cells=tuple(bar(value, tell, few=few) for value, tell, few in figures),
        words=tuple(unknown if value is None else tell(value) for value, tell, _ in figures),
    )
