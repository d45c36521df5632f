"""The buying centre over time: per part and period the places that are needed, those known, those met."""

from __future__ import annotations

from typing import Any

from polku.analytics.centre import Centre
from polku.diagrams.answers.panel_signs import sign_bar, sign_frame
from polku.diagrams.answers.panel_words import opened, part_of, rest_of
from polku.diagrams.answers.panels import capital
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    text_lines,
    text_width,
    wrap,
)
from polku.words import Message, Reader, reader

NAME_ROOM = 190.0
LEAST = 96.0
TALL = 44.0
ROW = 88.0
BAR = 30.0


def draw_centre(
    result: Centre,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
) -> Scene:
    """Draw a column for each period and a row for each part: the outline is what is needed, filled what was met."""
    say = reader(language)
    rows = result.rows()
    periods = list(dict.fromkeys(row["when"] for row in rows))
    parts = [part for part in dict.fromkeys(row["part"] for row in rows) if _needed(rows, part)]
    by = {(row["when"], row["part"]): row for row in rows}
    width = max(width, 2 * MARGIN + NAME_ROOM + LEAST * max(len(periods), 1))
    room = (width - 2 * MARGIN - NAME_ROOM) / max(len(periods), 1)
    title = say.text(centre_title(rows, periods))
    question = say("panels.centre-question")
    frame_head, y = opened(result.about, workspace, say, title=title, question=question, width=width)
    marks: list[Mark] = [frame_head]
    if not parts:
        marks.append(Text(MARGIN, y + 14, say("panels.centre-none"), 14, fill="ink-2"))
        y += 34
    for place, when in enumerate(periods if parts else ()):
        x = MARGIN + NAME_ROOM + (place + 0.5) * room
        marks.append(Text(x, y + 14, _when(when, say), 12, 600, anchor="middle", fill="ink-2"))
    y += 26
    for part in parts:
        called = part_of(part, say) if part is not None else say("panels.centre-all")
        lines = wrap(capital(called), NAME_ROOM - 16, 13, 500, language)[:3]
        marks += text_lines(lines, MARGIN, y + 30, size=13, weight=600 if part is None else 500, line=1.25)
        for place, when in enumerate(periods):
            row = by.get((when, part))
            if row is not None:
                marks.append(_cell(row, part, MARGIN + NAME_ROOM + (place + 0.5) * room, y, called, say))
        marks.append(Line(MARGIN, y + ROW - 6, width - MARGIN, y + ROW - 6))
        y += ROW
    frame_foot, height = foot(
        width,
        y + 8,
        (
            LegendEntry(sign_frame, say("panels.centre-needed"), 24),
            LegendEntry(sign_bar("sunken-2"), say("panels.centre-known"), 24),
            LegendEntry(sign_bar("ink-2"), say("panels.centre-met"), 24),
        )
        if parts
        else (),
        say("panels.centre-how"),
        language,
        rest_of(result.about, say),
    )
    return Scene(
        width=width,
        height=height,
        title=title,
        desc=say("panels.desc", count=len(parts)),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=_table(rows, say),
    )


def centre_title(rows: list[dict[str, Any]], periods: list[str]) -> Message:
    """How the share of places that we met changed from the first period to the last."""
    whole = {row["when"]: row for row in rows if row["part"] is None and row["required"]}
    ends = [whole[when] for when in (periods[:1] + periods[-1:]) if when in whole]
    if len(ends) < 2 or ends[0] is ends[1]:
        return Message("panels.centre-title-one" if ends else "panels.centre-title-none", _met(ends))
    return Message("panels.centre-title", {**_met(ends[-1:]), "before": ends[0]["engaged"] or 0.0})


def _met(ends: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "met": (ends[0]["engaged"] or 0.0) if ends else 0.0,
        "known": (ends[0]["completeness"] or 0.0) if ends else 0.0,
    }


def _needed(rows: list[dict[str, Any]], part: str | None) -> bool:
    return any(row["required"] for row in rows if row["part"] == part)


def _when(when: str, say: Reader) -> str:
    """2026-Q3 as people write it; months stay as they are."""
    year, _, rest = when.partition("-")
    return say("panels.quarter", quarter=rest[1:], year=year) if rest.startswith("Q") else when


def _cell(row: dict[str, Any], part: str | None, middle: float, y: float, name: str, say: Reader) -> Group:
    id = f"centre-{row['when']}-{part or 'all'}"
    if not row["required"]:
        words = "–"
        return Group(
            (Text(middle, y + 34, words, 12, anchor="middle", fill="ink-3"),),
            id=id,
            role="node",
            label=f"{name}, {_when(row['when'], say)}: {say('panels.centre-not-needed')}",
        )
    left, bottom = middle - BAR / 2, y + 8 + TALL
    known, met = TALL * (row["completeness"] or 0.0), TALL * (row["engaged"] or 0.0)
    marks: list[Mark] = [Rect(left, y + 8, BAR, TALL, "paper", "line-strong", 1.2, (4, 3))]
    if known:
        marks.append(Rect(left, bottom - known, BAR, known, "sunken-2", "ink-2", 1.2))
    if met:
        marks.append(Rect(left, bottom - met, BAR, met, "ink-2"))
    said = f"{say.percent(row['engaged'] or 0.0)} · {say.percent(row['completeness'] or 0.0)}"
    size = 12.0 if text_width(said, 12, 600) <= LEAST - 2 else 11.5
    marks.append(Text(middle, bottom + 16, said, size, 600, anchor="middle", fill="ink"))
    label = say(
        "panels.centre-said",
        name=name,
        when=_when(row["when"], say),
        met=row["engaged"] or 0.0,
        known=row["completeness"] or 0.0,
        count=row["required"],
    )
    return Group(tuple(marks), id=id, role="node", label=label, focusable=True)


def _table(rows: list[dict[str, Any]], say: Reader) -> Table:
    def share(value: float | None) -> str:
        return "–" if value is None else say.percent(value)

    return Table(
        tuple(
            say(f"measure.col-{key}")
            for key in ("when", "part", "required", "completeness", "high", "engaged")
        ),
        tuple(
            (
                _when(row["when"], say),
                part_of(row["part"], say),
                say.number(row["required"] or 0),
                *(share(row[key]) for key in ("completeness", "high", "engaged")),
            )
            for row in rows
        ),
        say("panels.centre-question"),
    )
