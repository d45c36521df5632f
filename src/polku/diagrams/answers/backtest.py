"""Back-test: how often accounts of each quadrant of the score won a deal afterwards, beside the average."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from polku.analytics.backtest import Backtest
from polku.diagrams.answers.panel_signs import sign_interval
from polku.diagrams.answers.panel_words import drawn, interval, meta_of, tag_of
from polku.diagrams.answers.panels import Block, Dot, Panel, Row, Sheet
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader


def draw_backtest(
    result: Backtest,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene:
    """Draw the share of accounts that won since, with its interval; of few accounts nothing but their number."""
    say = reader(language)
    rows = result.rows()
    days = {"day": dt.date.fromisoformat(result.as_of), "until": dt.date.fromisoformat(result.until)}
    note = [say("measure.backtest-as-of", **days)]
    if result.left_out:
        note.append(say("measure.backtest-left-out", known=list(result.left_out)))
    sheet = Sheet(
        title=say.text(backtest_title(result)),
        question=say("panels.backtest-question"),
        meta=meta_of(result.about, say),
        desc=say("panels.desc", count=len(rows)),
        first=say("panels.backtest-first"),
        panels=(Panel(say("panels.backtest-won"), lambda value: say.percent(value), low=0.0, high=1.0),),
        blocks=(Block("", tuple(_row(row, say) for row in rows)),),
        heads=(say("panels.backtest-of"), say("measure.col-lift")),
        tag=tag_of(workspace, say),
        note=" ".join([*note, say("measure.backtest-read")]),
        empty=say("panels.backtest-title-none"),
        legend=(LegendEntry(sign_interval, say("panels.sign-interval"), 26),),
    )
    return drawn(sheet, say, theme, width, result.about)


def backtest_title(result: Backtest) -> Message:
    """How far engagement, and else fit, told those who won apart."""
    told = {name: one for name, one in result.ranked.items() if one["order"] is not None}
    for name in ("engagement", "fit"):
        if name in told and told[name]["order_low"] > 0.5:
            return Message(f"panels.backtest-title-{name}", {"order": told[name]["order"]})
    return Message("panels.backtest-title-unsure" if told else "panels.backtest-title-none", {})


def _row(row: Mapping[str, Any], say: Reader) -> Row:
    fit, engagement = row["fit"], row["engagement"]
    known = row["win_rate"] is not None
    told = say.percent(row["win_rate"]) if known else "–"
    return Row(
        id=f"backtest-{fit or 'all'}-{engagement or 'all'}",
        name=say(f"panels.backtest-{fit}-{engagement}" if fit else "panels.backtest-all"),
        cells=((Dot(row["win_rate"], row["low"], row["high"], said=told),) if known else (),),
        words=(told + interval(row["low"], row["high"], lambda value: say.percent(value)),),
        columns=(
            say("panels.backtest-won-of", won=row["won"], accounts=row["accounts"]),
            "–" if row["lift"] is None else say.number(row["lift"], 2),
        ),
    )
