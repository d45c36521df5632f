"""Change: events before and after, the largest difference first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.change import Change
from polku.diagrams.answers.panel_signs import sign_bar, sign_hollow, sign_interval
from polku.diagrams.answers.panel_words import (
    MOST,
    Names,
    drawn,
    interval,
    meta_of,
    names_of,
    rest_of,
    tag_of,
)
from polku.diagrams.answers.panels import Bar, Block, Dot, Panel, Row, Sheet
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_change(
    result: Change,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw both periods of each segment and touchpoint, and the difference with its interval."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows = result.rows()
    sheet = Sheet(
        title=say.text(change_title(rows, name)),
        question=say("panels.change-question"),
        meta=_periods(result, say),
        desc=say("panels.desc", count=len(rows)),
        first=say("measure.col-what"),
        panels=(
            Panel(say("panels.change-events"), lambda value: say.number(round(value))),
            Panel(say("measure.col-difference"), lambda value: say.signed(round(value))),
        ),
        blocks=(Block("", tuple(_row(place, row, name, say) for place, row in enumerate(rows[:most]))),),
        heads=(say("measure.col-contribution"), say("panels.change-accounts")),
        tag=tag_of(workspace, say),
        rest=" ".join((meta_of(result.about, say), rest_of(result.about, say))).strip(),
        note=say("panels.change-how", before=result.events_before, after=result.events_after),
        more=say("panels.more", count=len(rows) - most) if len(rows) > most else "",
        empty=say("panels.empty"),
        legend=(
            LegendEntry(sign_bar("sunken-2"), say("panels.sign-before"), 24),
            LegendEntry(sign_bar("ink-2"), say("panels.sign-after"), 24),
            LegendEntry(sign_interval, say("panels.sign-interval"), 26),
            LegendEntry(sign_hollow, say("panels.sign-hollow"), 12),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def change_title(rows: list[dict[str, Any]], name: Names) -> Message:
    """What changed most of what surely changed."""
    first = next((row for row in rows if row["low"] > 0 or row["high"] < 0), None)
    if first is None:
        return Message("panels.change-title-none", {})
    more = "more" if first["difference"] > 0 else "less"
    segment = name(first["segment"]) if first["segment"] else None
    return Message(
        f"panels.change-title-{more}" + ("" if segment else "-nowhere"),
        {
            "what": name(first["what"]),
            "segment": segment or "",
            "before": first["before"],
            "after": first["after"],
        },
    )


def _periods(result: Change, say: Reader) -> str:
    import datetime as dt

    days = {
        f"{which}_{end}": dt.date.fromisoformat(result.periods[which][end])
        for which in ("before", "after")
        for end in ("from", "to")
    }
    return say("panels.change-periods", **days)


def _row(place: int, row: Mapping[str, Any], name: Names, say: Reader) -> Row:
    sure = row["low"] > 0 or row["high"] < 0
    told = say.signed(row["difference"])

    def whole(value: float) -> str:
        return say.signed(round(value))

    return Row(
        id=f"change-{place + 1}",
        name=name(row["what"]),
        note=name(row["segment"]) if row["segment"] else say("panels.no-segment"),
        cells=(
            (
                Bar(0, row["before"], "sunken-2", 1, say.number(row["before"])),
                Bar(0, row["after"], "ink-2", 2, say.number(row["after"])),
            ),
            (Dot(row["difference"], row["low"], row["high"], not sure, said=told),),
        ),
        words=(
            f"{say.number(row['before'])} → {say.number(row['after'])}",
            told + interval(row["low"], row["high"], whole),
        ),
        columns=(
            "–"
            if row["contribution"] is None
            else say("measure.points", points=round(row["contribution"] * 100)),
            f"{say.number(row['accounts_before'])} → {say.number(row['accounts_after'])}",
        ),
    )
