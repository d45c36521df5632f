"""Friction: what goes hard at which step, for how many accounts, and how much less often they end well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.friction import Friction
from polku.diagrams.answers.panel_signs import sign_bar, sign_hollow, sign_interval
from polku.diagrams.answers.panel_words import MOST, Names, drawn, interval, meta_of, names_of, points, tag_of
from polku.diagrams.answers.panels import Bar, Block, Dot, Panel, Row, Said, Shape, Sheet
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_friction(
    result: Friction,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw the frictions that weigh most: accounts that meet each, how they end against the others, the weight."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows = result.rows()
    shown = rows[:most]
    sheet = Sheet(
        title=say.text(friction_title(rows, name)),
        question=say("panels.friction-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=len(rows)),
        first=say("panels.friction-first"),
        panels=(
            Panel(say("measure.col-accounts"), lambda value: say.number(round(value))),
            Panel(say("panels.friction-loss"), lambda value: points(value, say)),
            Panel(say("panels.friction-weight"), lambda value: say.number(value, 0)),
        ),
        blocks=(Block("", tuple(_row(row, name, workspace, say) for row in shown)),),
        heads=(say("measure.col-improvements"),),
        tag=tag_of(workspace, say),
        note=say("measure.friction-read"),
        more=say("panels.more", count=len(rows) - most) if len(rows) > most else "",
        empty=say("panels.friction-none"),
        legend=(
            LegendEntry(sign_bar("negative"), say("panels.friction-bar"), 24),
            LegendEntry(sign_interval, say("panels.sign-interval"), 26),
            LegendEntry(sign_hollow, say("panels.sign-hollow"), 12),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def friction_title(rows: list[dict[str, Any]], name: Names) -> Message:
    """What weighs most."""
    row = next((row for row in rows if row["weight"]), None)
    if row is None:
        return Message("panels.friction-title-none", {})
    return Message(
        f"panels.friction-title-{row['kind']}", {"step": name(row["step"]), "count": row["accounts"]}
    )


def _row(row: Mapping[str, Any], name: Names, workspace: Workspace, say: Reader) -> Row:
    loss: tuple[Shape, ...] = (Said(say("panels.nobody-to-compare")),)
    told = say("panels.nobody-to-compare")
    if row["loss"] is not None:
        # A loss counts against the place: it stands left of zero, as what is missing.
        low, high = (None if row[end] is None else -row[end] for end in ("high", "low"))
        sure = low is not None and high is not None and (low > 0 or high < 0)
        fill = "negative" if sure and row["loss"] > 0 else "ink"
        loss = (Dot(-row["loss"], low, high, not sure, fill, points(-row["loss"], say)),)
        told = points(-row["loss"], say) + interval(low, high, lambda value: points(value, say))
    weight: tuple[Shape, ...] = ()
    if row["weight"]:
        weight = (Bar(0, row["weight"], "negative", said=say.number(row["weight"], 1)),)
    solved = [workspace.label("improvements", one) for one in row["improvements"]]
    return Row(
        id=f"friction-{row['kind']}-{row['step']}",
        name=name(row["step"]),
        note=say(f"measure.friction-{row['kind']}"),
        cells=((Bar(0, row["accounts"], said=say.number(row["accounts"])),), loss, weight),
        words=(
            say.number(row["accounts"]),
            told,
            "–" if row["weight"] is None else say.number(row["weight"], 1),
        ),
        columns=(", ".join(solved) if solved else say("panels.friction-open"),),
    )
