"""Touches before the first contact and the first won deal: where the middle half of the customers lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.touches import Touches
from polku.diagrams.answers.panel_signs import sign_bar, sign_tick
from polku.diagrams.answers.panel_words import Names, drawn, meta_of, names_of, part_of, tag_of
from polku.diagrams.answers.panels import Bar, Block, Panel, Row, Said, Shape, Sheet, Tick, capital
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import PARTS, Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_touches(
    result: Touches,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene:
    """Draw per kind of touch the middle half of the customers as a bar, the median as a stroke across it."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows = result.rows()
    blocks = [
        Block(
            say("panels.touches-before", what=Message(f"measure.before-{before}")),
            tuple(_row(row, name, say) for row in rows if row["before"] == before),
        )
        for before in ("contact", "deal")
    ]
    sheet = Sheet(
        title=say.text(touches_title(rows)),
        question=say("panels.touches-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=len(rows)),
        first=say("panels.touches-first"),
        panels=(Panel(say("panels.touches-panel"), lambda value: say.number(round(value)), low=0.0),),
        blocks=tuple(block for block in blocks if block.rows),
        heads=(say("measure.col-mean"), say("measure.col-p95"), say("measure.col-accounts")),
        tag=tag_of(workspace, say),
        note=say("panels.touches-how"),
        empty=say("panels.empty"),
        legend=(
            LegendEntry(sign_bar("sunken-2"), say("panels.sign-half"), 24),
            LegendEntry(sign_tick, say("panels.sign-median"), 8),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def touches_title(rows: list[dict[str, Any]]) -> Message:
    """How many touches the middle customer has before its first deal, else before the first contact."""
    for before in ("deal", "contact"):
        row = next((one for one in rows if one["before"] == before and one["by"] is None), None)
        if row is not None and row["median"] is not None:
            return Message(f"panels.touches-title-{before}", {"count": row["median"], "of": row["count"]})
    return Message("panels.touches-title-none", {})


def _row(row: Mapping[str, Any], name: Names, say: Reader) -> Row:
    by = row["by"]
    called = say("panels.touches-all")
    if by is not None:
        called = part_of(by, say) if by in PARTS or by == "unknown" else name(by)
    cells: tuple[Shape, ...] = (Said(say("panels.touches-nobody")),)
    words = say("panels.touches-nobody")
    if row["median"] is not None:
        cells = (
            Bar(row["p25"], row["p75"], "sunken-2", said=say.number(row["median"])),
            Tick(row["median"]),
        )
        words = say("panels.touches-said", median=row["median"], low=row["p25"], high=row["p75"])
    return Row(
        id=f"touches-{row['before']}-{by or 'all'}",
        name=capital(called),
        cells=(cells,),
        words=(words,),
        columns=(
            "–" if row["mean"] is None else say.number(row["mean"], 1),
            "–" if row["p95"] is None else say.number(row["p95"]),
            say.number(row["count"]),
        ),
    )
