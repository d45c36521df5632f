"""Deviations: at which stage, role or account cases leave the journey as drawn, in which way, and how they end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.deviations import Deviations
from polku.analytics.intended import FIT_KINDS
from polku.diagrams.answers.panel_signs import sign_bar, sign_hollow, sign_interval
from polku.diagrams.answers.panel_words import MOST, Names, drawn, interval, meta_of, names_of, points, tag_of
from polku.diagrams.answers.panels import Bar, Block, Dot, Panel, Row, Said, Shape, Sheet
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_deviations(
    result: Deviations,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    names: Mapping[str, str] | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw the cases that deviate, and how much more or less often they end well than the others.

    Args:
        names: what the records call accounts.
    """
    say = reader(language)
    roles = {id: role.label for id, role in workspace.roles.items()}
    name = names_of(workspace, journey, {**roles, **(names or {})})
    rows = result.rows()
    by = str(result.about.parameters["by"])
    panels = [Panel(say("panels.deviations-cases"), lambda value: say.number(round(value)), low=0.0)]
    if by != "account":
        panels.append(Panel(say("panels.friction-loss"), lambda value: points(value, say)))
    sheet = Sheet(
        title=say.text(deviations_title(rows, by, name)),
        question=say("panels.deviations-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=len(rows)),
        first=say(f"panels.deviations-{by}"),
        panels=tuple(panels),
        blocks=(Block("", tuple(_row(place, row, by, name, say) for place, row in enumerate(rows[:most]))),),
        heads=tuple(say(f"measure.col-{kind}") for kind in FIT_KINDS),
        tag=tag_of(workspace, say),
        note=say("panels.deviations-how"),
        more=say("panels.more", count=len(rows) - most) if len(rows) > most else "",
        empty=say("panels.deviations-none"),
        legend=(
            LegendEntry(sign_bar("ink-2"), say("panels.deviations-cases"), 24),
            *(
                (
                    LegendEntry(sign_interval, say("panels.sign-interval"), 26),
                    LegendEntry(sign_hollow, say("panels.sign-hollow"), 12),
                )
                if by != "account"
                else ()
            ),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def deviations_title(rows: list[dict[str, Any]], by: str, name: Names) -> Message:
    """Where most cases deviate."""
    row = next((row for row in rows if row["where"] is not None), None)
    if row is None:
        return Message("panels.deviations-title-none", {})
    return Message("panels.deviations-title", {"where": name(row["where"]), "count": row["cases"]})


def _row(place: int, row: Mapping[str, Any], by: str, name: Names, say: Reader) -> Row:
    cells: list[tuple[Shape, ...]] = [(Bar(0, row["cases"], said=say.number(row["cases"])),)]
    words = [say.number(row["cases"])]
    if by != "account":
        if row["difference"] is None:
            cells.append((Said(say("panels.nobody-to-compare")),))
            words.append(say("panels.nobody-to-compare"))
        else:
            sure = row["low"] is not None and (row["low"] > 0 or row["high"] < 0)
            fill = "negative" if sure and row["difference"] < 0 else "ink"
            said = points(row["difference"], say)
            cells.append((Dot(row["difference"], row["low"], row["high"], not sure, fill, said),))
            words.append(said + interval(row["low"], row["high"], lambda value: points(value, say)))
    return Row(
        id=f"deviations-{place + 1}",
        name=name(row["where"]) if row["where"] is not None else say("measure.unknown"),
        note="" if row["share"] is None else say("panels.deviations-share", share=row["share"]),
        cells=tuple(cells),
        words=tuple(words),
        columns=tuple(say.number(row[kind]) for kind in FIT_KINDS),
    )
