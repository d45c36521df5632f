"""Now: the rounds that stand longest in their stage, against how long others stood there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from polku.analytics.now import Now
from polku.diagrams.answers.panel_signs import sign_bar, sign_tick
from polku.diagrams.answers.panel_words import MOST, Names, drawn, meta_of, names_of, tag_of
from polku.diagrams.answers.panels import Bar, Block, Panel, Row, Shape, Sheet, Tick
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_now(
    result: Now,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    names: Mapping[str, str] | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw the days of each open round in its stage, what is over the median of others hatched.

    Args:
        names: what the records call accounts.
    """
    say = reader(language)
    name = names_of(workspace, journey, names)
    count = sum(one["rounds"] for one in result.standing.values())
    shown = [result.row(place) for place in range(min(len(result), most))]
    stages = [stage.id for stage in journey.stages] if journey is not None else []
    stages += sorted({row["stage"] for row in shown} - {*stages})
    blocks = [
        Block(name(stage), tuple(_row(row, name, say) for row in shown if row["stage"] == stage))
        for stage in stages
    ]
    sheet = Sheet(
        title=say.text(now_title(result, name)),
        question=say("panels.now-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=count),
        first=say("panels.account"),
        panels=(Panel(say("measure.col-days_in_stage"), lambda value: say.number(round(value)), low=0.0),),
        blocks=tuple(block for block in blocks if block.rows),
        heads=(say("measure.col-median_days_others"), say("measure.col-step"), say("measure.col-last_event")),
        tag=tag_of(workspace, say),
        note=say("panels.now-how"),
        more=say("panels.more", count=count - len(shown)) if count > len(shown) else "",
        empty=say("panels.now-none"),
        legend=(
            LegendEntry(sign_bar("ink-2"), say("panels.now-usual"), 24),
            LegendEntry(sign_bar("negative"), say("panels.now-over"), 24),
            LegendEntry(sign_tick, say("panels.now-median"), 8),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def now_title(result: Now, name: Names) -> Message:
    """Where most rounds stand longer than others did."""
    over = {stage: one["over"] for stage, one in result.standing.items() if one["over"]}
    if not over:
        count = sum(one["rounds"] for one in result.standing.values())
        return Message("panels.now-title-none", {"count": count})
    stage = max(over, key=lambda one: over[one])
    return Message(
        "panels.now-title",
        {"count": over[stage], "of": result.standing[stage]["rounds"], "stage": name(stage)},
    )


def _row(row: Mapping[str, Any], name: Names, say: Reader) -> Row:
    days, median = row["days_in_stage"], row["median_days_others"]
    said = say("panels.days", count=round(days))
    shapes: tuple[Shape, ...]
    if median is None or days <= median:
        shapes = (Bar(0, days, said=said, beyond=median),)
    else:
        shapes = (Bar(0, median), Bar(median, days, "negative", said=said))
    if median is not None:
        shapes += (Tick(median),)
    return Row(
        id=f"now-{row['account_id']}-{row['round']}",
        name=name(row["account_id"]),
        note=say("panels.now-round", number=row["round"]) if row["round"] > 1 else "",
        cells=(shapes,),
        words=(said,),
        columns=(
            "–" if median is None else say("panels.now-others", days=round(median), count=row["others"]),
            name(row["step"]),
            say.date(dt.date.fromisoformat(row["last_event"])),
        ),
    )
