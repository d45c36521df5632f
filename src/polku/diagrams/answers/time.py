"""Time: how long cases take from one thing to another, the middle half as a bar with the median across it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from polku.analytics.time import Time
from polku.diagrams.answers.panel_signs import sign_bar, sign_tick
from polku.diagrams.answers.panel_words import MOST, Names, drawn, lasting, meta_of, names_of, tag_of
from polku.diagrams.answers.panels import Bar, Block, Panel, Row, Said, Shape, Sheet, Tick
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader

DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0


def draw_time(
    result: Time,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw the pairs that take longest, in the order of the answer: who arrived and who is still on the way, and how long it took."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows, how = result.rows(), result.about.parameters["time"]
    longest = max((abs(row["p75_seconds"]) for row in rows if row["p75_seconds"] is not None), default=DAY)
    sheet = Sheet(
        title=say.text(time_title(rows, name)),
        question=say("panels.time-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=len(rows)),
        first=say("panels.time-first"),
        panels=(
            Panel(say("measure.col-cases"), lambda value: say.number(round(value)), low=0.0),
            Panel(
                say("panels.time-panel"),
                lambda value: lasting(value, say),
                grain=next((one for one in (DAY, HOUR, MINUTE) if longest >= 2 * one), 1.0),
            ),
        ),
        blocks=(
            Block(
                "",
                tuple(
                    _row(place, row, name, say, every=how == "every-next")
                    for place, row in _shown(rows, most)
                ),
            ),
        ),
        heads=(say("measure.col-p95_seconds"),),
        tag=tag_of(workspace, say),
        note=" ".join((say(f"panels.time-{how}"), say("panels.time-how"))),
        more=say("panels.more", count=len(rows) - most) if len(rows) > most else "",
        empty=say("panels.empty"),
        legend=(
            LegendEntry(sign_bar("ink-2"), say("panels.time-arrived"), 24),
            LegendEntry(sign_bar("hatch"), say("panels.time-open"), 24),
            LegendEntry(sign_bar("sunken-2"), say("panels.time-half"), 24),
            LegendEntry(sign_tick, say("panels.sign-median"), 8),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def _shown(rows: list[dict[str, Any]], most: int) -> list[tuple[int, dict[str, Any]]]:
    """The rows that take longest, with their places, in the order of the answer."""
    order = sorted(range(len(rows)), key=lambda place: -(rows[place]["median_seconds"] or 0.0))
    return [(place, rows[place]) for place in sorted(order[:most])]


def time_title(rows: list[dict[str, Any]], name: Names) -> Message:
    """Where the middle case takes longest."""
    timed = [row for row in rows if row["median_seconds"] is not None]
    if not timed:
        return Message("panels.time-title-none", {})
    row = max(timed, key=lambda one: one["median_seconds"])
    return Message(
        "panels.time-title" if len(rows) > 1 else "panels.time-title-one",
        {
            "from": name(row["from"]),
            "to": name(row["to"]),
            "time": dt.timedelta(seconds=row["median_seconds"]),
        },
    )


def _row(place: int, row: Mapping[str, Any], name: Names, say: Reader, *, every: bool) -> Row:
    arrived, waiting = row["cases"], row["open"]
    counted: tuple[Shape, ...] = (Bar(0, arrived, said=say.number(arrived)),)
    told = say.number(arrived)
    if waiting:
        both = f"{say.number(arrived)} + {say.number(waiting)}"
        counted = (Bar(arrived, arrived + waiting, "hatch", said=both),)
        if every:
            # A case may have come through once and not the next time: the two numbers are no sum.
            counted = (Bar(0, arrived, place=1, said=say.number(arrived)),)
            counted += (Bar(0, waiting, "hatch", place=2, said=say.number(waiting)),)
        elif arrived:
            counted = (Bar(0, arrived), *counted)
        told = say("panels.time-still", arrived=arrived, count=waiting)
    took: tuple[Shape, ...] = (Said(say("panels.time-nobody")),)
    words = say("panels.time-nobody")
    if row["median_seconds"] is not None:
        median = lasting(row["median_seconds"], say)
        low, high = (lasting(row[one], say) for one in ("p25_seconds", "p75_seconds"))
        words = say("panels.time-said", median=median, low=low, high=high)
        took = (
            Bar(row["p25_seconds"], row["p75_seconds"], "sunken-2", said=median),
            Tick(row["median_seconds"]),
        )
    return Row(
        id=f"time-{place + 1}",
        name=f"{name(row['from'])} → {name(row['to'])}",
        cells=(counted, took),
        words=(told, words),
        columns=("–" if row["p95_seconds"] is None else lasting(row["p95_seconds"], say),),
    )
