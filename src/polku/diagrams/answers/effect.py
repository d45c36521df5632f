"""Effect: what an improvement's measure was before and is after, for those who met it and those who did not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from polku.analytics.effect import Effect
from polku.diagrams.answers.panel_signs import sign_dot, sign_hollow, sign_tick
from polku.diagrams.answers.panel_words import drawn, interval, meta_of, rest_of, tag_of
from polku.diagrams.answers.panels import Block, Dot, Panel, Row, Said, Shape, Sheet, Tick, capital
from polku.diagrams.parts.frame import LegendEntry
from polku.documents import Journey, Workspace
from polku.scene import LIGHT, Scene, Theme
from polku.words import Message, Reader, reader

SHARES = ("win-rate", "share", "retention")
DAY = 86_400.0
Tell = Callable[[float], str]


def draw_effect(
    result: Effect,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene:
    """Draw the measure before and after on one scale, and the difference with its interval on another."""
    say = reader(language)
    rows = result.rows()
    kind = rows[0]["measure"]
    value, gap = _tells(kind, say)
    seen = [abs(row[end]) for row in rows for end in ("before", "after") if row[end] is not None]
    grain = 1.0
    if kind == "time":
        grain = DAY if max(seen, default=DAY) >= 2 * DAY else DAY / 24
    legend = [
        LegendEntry(sign_hollow, say("panels.effect-before"), 12),
        LegendEntry(sign_dot, say("panels.effect-after"), 12),
    ]
    if result.target is not None:
        legend.append(LegendEntry(sign_tick, say("panels.effect-target"), 8))
    days = {
        f"{which}_{end}": dt.date.fromisoformat(result.periods[which][end])
        for which in ("before", "after")
        for end in ("from", "to")
    }
    named = workspace.label("improvements", result.improvement)
    notes = [say("measure.effect-read"), say("panels.sign-hollow-note")]
    if not result.whole_before:
        notes.insert(0, say("panels.effect-cut"))
    sheet = Sheet(
        title=say.text(effect_title(rows, named, gap)),
        question=say("panels.effect-question", measure=Message(f"measure.effect-{kind}")),
        meta=say("panels.change-periods", **days),
        desc=say("panels.desc", count=len(rows)),
        first=say("panels.effect-first"),
        panels=(
            Panel(
                say(f"measure.effect-{kind}"),
                value,
                low=0.0 if kind in SHARES else None,
                high=1.0 if kind in SHARES else None,
                grain=grain,
            ),
            Panel(say("measure.col-difference"), gap, grain=grain),
        ),
        blocks=(Block("", tuple(_row(row, result.target, value, gap, say) for row in rows)),),
        heads=(say("panels.effect-n-before"), say("panels.effect-n-after")),
        tag=tag_of(workspace, say),
        rest=" ".join((meta_of(result.about, say), rest_of(result.about, say))).strip(),
        note=" ".join(notes),
        legend=tuple(legend),
    )
    return drawn(sheet, say, theme, width, result.about)


def effect_title(rows: list[dict[str, Any]], name: str, gap: Tell) -> Message:
    """How the measure changed beyond what changed for others, or for all; and whether chance can explain it."""
    row = rows[-1] if rows[-1]["difference"] is not None else rows[0]
    if row["difference"] is None:
        return Message("panels.effect-title-few", {"name": name})
    sure = row["low"] is not None and (row["low"] > 0 or row["high"] < 0)
    which = "beyond" if row["compared"] == "difference-in-differences" else "all"
    id = f"panels.effect-title-{which}" if sure else "panels.effect-title-unsure"
    return Message(id, {"name": name, "difference": gap(row["difference"])})


def _tells(kind: str, say: Reader) -> tuple[Tell, Tell]:
    """Words of a value, and of a difference, of a kind of measure."""
    if kind in SHARES:
        return (lambda value: say.percent(value)), (
            lambda value: say("measure.points", points=round(value * 100))
        )
    if kind == "time":
        return (
            (lambda value: say.duration(max(value, 0.0))),
            (lambda value: ("−" if value < 0 else "+" if value > 0 else "") + say.duration(abs(value))),
        )

    def digits(value: float) -> int:
        return 0 if kind in ("nps", "value") or value == round(value) else 1

    return (lambda value: say.number(value, digits(value))), (lambda value: say.signed(value, digits(value)))


def _row(row: Mapping[str, Any], target: float | None, value: Tell, gap: Tell, say: Reader) -> Row:
    both = row["compared"] == "difference-in-differences"
    seen: tuple[Shape, ...] = ()
    told = "–"
    if both:
        told = ""
    elif row["before"] is None and row["after"] is None:
        seen = (Said(say("panels.nothing-seen")),)
    else:
        shapes: list[Shape] = []
        if target is not None:
            shapes.append(Tick(target, "ink-3"))
        if row["before"] is not None:
            shapes.append(Dot(row["before"], hollow=True, fill="ink-2"))
        if row["after"] is not None:
            shapes.append(Dot(row["after"], said=value(row["after"])))
        seen = tuple(shapes)
        told = " → ".join("–" if one is None else value(one) for one in (row["before"], row["after"]))
    change: tuple[Shape, ...] = (Said(say("panels.too-little")),)
    said = say("panels.too-little")
    if row["difference"] is not None:
        sure = row["low"] is not None and (row["low"] > 0 or row["high"] < 0)
        change = (Dot(row["difference"], row["low"], row["high"], not sure, said=gap(row["difference"])),)
        said = gap(row["difference"]) + interval(row["low"], row["high"], gap)
    return Row(
        id=f"effect-{row['compared']}",
        name=capital(say(f"measure.effect-{row['compared']}")),
        cells=(seen, change),
        words=(told, said),
        columns=("", "") if both else (say.number(row["n_before"]), say.number(row["n_after"])),
    )
