"""Threads: how often deals are won, by how many parts of the buying centre were met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.threads import MOST_PARTS, Threads
from polku.diagrams.answers.panel_signs import sign_hollow, sign_interval
from polku.diagrams.answers.panel_words import drawn, interval, meta_of, tag_of
from polku.diagrams.answers.panels import Block, Dot, Panel, Row, Sheet
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_threads(
    result: Threads,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene:
    """Draw the share of ended deals that were won, hollow where it rests on few deals."""
    say = reader(language)
    rows = result.rows()
    small = workspace.settings.limits.small
    sheet = Sheet(
        title=say.text(threads_title(result, small)),
        question=say("panels.threads-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=len(rows)),
        first=say("panels.threads-first"),
        panels=(Panel(say("panels.threads-won"), lambda value: say.percent(value), low=0.0, high=1.0),),
        blocks=(Block("", tuple(_row(row, small, say) for row in rows)),),
        heads=(
            say("panels.threads-of"),
            say("measure.col-people"),
            say("measure.col-events_per_person"),
        ),
        tag=tag_of(workspace, say),
        note=" ".join(
            [say("panels.threads-how")]
            + (
                [say("panels.threads-unknown", count=result.with_unknown_parts)]
                if result.with_unknown_parts
                else []
            )
        ),
        empty=say("panels.threads-none"),
        legend=(
            LegendEntry(sign_interval, say("panels.sign-interval"), 26),
            LegendEntry(sign_hollow, say("panels.sign-few", count=small), 12),
        ),
    )
    return drawn(sheet, say, theme, width, result.about)


def threads_title(result: Threads, small: int) -> Message:
    """Whether deals in which at least two parts were met are won more often."""
    told = result.multithreaded
    if told["win_rate"] is None or told["others_win_rate"] is None:
        return Message("panels.threads-title-none", {})
    if min(told["deals"], told["others_deals"]) < small:
        return Message("panels.threads-title-few", {"many": told["deals"], "few": told["others_deals"]})
    sure = told["low"] is not None and (told["low"] > 0 or told["high"] < 0)
    params = {"many": told["win_rate"], "few": told["others_win_rate"]}
    return Message("panels.threads-title" if sure else "panels.threads-title-unsure", params)


def _row(row: Mapping[str, Any], small: int, say: Reader) -> Row:
    parts = row["parts"]
    few = row["deals"] < small
    told = say.percent(row["win_rate"])
    return Row(
        id=f"threads-{parts}",
        name=say("panels.threads-most" if parts == MOST_PARTS else "panels.threads-parts", count=parts),
        cells=((Dot(row["win_rate"], row["low"], row["high"], few, said=told),),),
        words=(told + interval(row["low"], row["high"], lambda value: say.percent(value)),),
        columns=(
            say("panels.threads-won-of", won=row["won"], deals=row["deals"]),
            "–" if row["people"] is None else say.number(row["people"], 1),
            "–" if row["events_per_person"] is None else say.number(row["events_per_person"], 1),
        ),
    )
