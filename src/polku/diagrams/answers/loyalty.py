"""Loyalty: of those who recommend, are content, or would not, the share that stays, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.loyalty import Loyalty
from polku.diagrams.answers.panel_signs import sign_bar, sign_hollow, sign_interval
from polku.diagrams.answers.panel_words import (
    Names,
    drawn,
    interval,
    meta_of,
    names_of,
    part_of,
    points,
    tag_of,
)
from polku.diagrams.answers.panels import Bar, Block, Dot, Panel, Row, Said, Shape, Sheet, capital
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader

MOST_PLACES = 8
"""Touchpoints, stages and parts that are drawn, besides all."""


def draw_loyalty(
    result: Loyalty,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST_PLACES,
) -> Scene:
    """Draw all customers by their first answer, then by where it was given and by part."""
    say = reader(language)
    name = names_of(workspace, journey)
    groups: dict[tuple[str | None, ...], list[dict[str, Any]]] = {}
    for row in result.rows():
        groups.setdefault((row["touchpoint"], row["stage"], row["part"]), []).append(row)
    blocks = []
    for number, (key, rows) in enumerate(list(groups.items())[: most + 1]):
        blocks.append(
            Block(_place(key, name, say), tuple(_row(f"{number}-{row['group']}", row, say) for row in rows))
        )
    left = max(len(groups) - most - 1, 0)
    sheet = Sheet(
        title=say.text(loyalty_title(result)),
        question=say("panels.loyalty-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=sum(len(block.rows) for block in blocks)),
        first=say("panels.loyalty-first"),
        panels=(
            Panel(say("measure.col-accounts"), lambda value: say.number(round(value))),
            Panel(
                say("panels.loyalty-stay", count=result.horizon_days),
                lambda value: say.percent(value),
                low=0.0,
                high=1.0,
            ),
        ),
        blocks=tuple(blocks),
        heads=(say("measure.col-lost"),),
        tag=tag_of(workspace, say),
        note=say("panels.loyalty-how"),
        more=say("panels.more-places", count=left) if left else "",
        empty=say("panels.loyalty-none"),
        legend=(
            LegendEntry(sign_bar("ink-2"), say("measure.col-accounts"), 24),
            LegendEntry(sign_interval, say("panels.sign-interval"), 26),
            LegendEntry(sign_hollow, say("panels.sign-no-loss"), 12),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def loyalty_title(result: Loyalty) -> Message:
    """How much oftener those who recommend stay, where that is known of all answers."""
    nobody = {"touchpoint": None, "stage": None, "part": None}
    gap = next(
        (
            one
            for one in result.differences
            if all(one[key] is None for key in nobody) and one["low"] is not None
        ),
        None,
    )
    if gap is None:
        return Message("panels.loyalty-title-few", {"count": result.basis_accounts})
    if gap["low"] > 0 or gap["high"] < 0:
        which = "more" if gap["difference"] > 0 else "less"
        return Message(f"panels.loyalty-title-{which}", {"points": abs(round(gap["difference"] * 100))})
    return Message("panels.loyalty-title-unsure", {"count": result.basis_accounts})


def _place(key: tuple[str | None, ...], name: Names, say: Reader) -> str:
    touchpoint, stage, part = key
    where = touchpoint or stage
    if where is not None:
        return name(where)
    return say("panels.loyalty-all") if part is None else part_of(part, say)


def _row(id: str, row: Mapping[str, Any], say: Reader) -> Row:
    stays: tuple[Shape, ...] = (Said(say("panels.too-few")),)
    told = say("panels.too-few")
    if row["retained"] is not None:
        said = say.percent(row["retained"])
        stays = (Dot(row["retained"], row["low"], row["high"], row["low"] is None, said=said),)
        told = said + interval(row["low"], row["high"], lambda value: points(value, say).lstrip("+"))
    return Row(
        id=f"loyalty-{id}",
        name=capital(say(f"measure.loyalty-{row['group']}")),
        cells=((Bar(0, row["accounts"], said=say.number(row["accounts"])),), stays),
        words=(say.number(row["accounts"]), told),
        columns=(say.number(row["lost"]),),
    )
