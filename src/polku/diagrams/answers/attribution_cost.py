"""What was spent, beneath the shares of a picture of attribution: a row per campaign with leads, deals and what one cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.analytics.campaigns import Campaigns
from polku.diagrams.answers.panels import capital
from polku.diagrams.parts.bands import MARGIN
from polku.documents import Workspace
from polku.scene import Group, Line, Mark, Rect, Text, fit, text_lines, text_width, wrap
from polku.words import Reader

MOST = 6
"""Campaigns that are shown, the dearest first."""
NAME, COLUMN, ROW, SIZE = 250.0, 118.0, 28.0, 12.0
COLUMNS = ("cost", "leads", "cost_per_lead", "won", "cost_per_deal", "return")


def cost_marks(
    campaigns: Campaigns, workspace: Workspace, say: Reader, y: float, width: float
) -> tuple[list[Mark], float]:
    """A table of what campaigns cost; nothing where no spend is known. Returns its marks and the y below."""
    rows = [row for row in campaigns.rows() if row["cost"] is not None]
    if not rows:
        return [], y
    free = len(campaigns) - len(rows)
    column = min(COLUMN, (width - 2 * MARGIN - NAME) / len(COLUMNS))
    ends = [MARGIN + NAME + column * (place + 1) for place in range(len(COLUMNS))]
    shared = say(f"attribution.model-{campaigns.about.parameters['model']}")
    marks: list[Mark] = [Text(MARGIN, y + 30, say("attribution.cost-title"), 15, 600)]
    said = say("attribution.cost-shared", model=shared)
    lines = wrap(said, ends[-1] - MARGIN, SIZE, 400, say.language)
    marks += text_lines(lines, MARGIN, y + 50, size=SIZE, fill="ink-3")
    y += 50 + (len(lines) - 1) * 15 + 12
    names = [capital(say(f"measure.col-{name}")) for name in COLUMNS]
    names[0] = f"{names[0]}, {workspace.settings.currency}"
    heads = [wrap(name, column - 14, SIZE, 600, say.language) for name in names]
    deep = max(len(one) for one in heads)
    y += 12 + (deep - 1) * 15
    marks.append(Text(MARGIN, y, capital(say("measure.col-campaign")), SIZE, 600, fill="ink-2"))
    for end, head in zip(ends, heads, strict=True):
        for place, line in enumerate(reversed(head)):
            marks.append(Text(end, y - place * 15, line, SIZE, 600, anchor="end", fill="ink-2"))
    y += 9
    for place, row in enumerate(rows[:MOST]):
        marks.append(_row(place, row, workspace, say, y, ends))
        y += ROW
    marks.append(Line(MARGIN, y, ends[-1], y))
    left = []
    if len(rows) > MOST:
        left.append(say("attribution.cost-more", count=len(rows) - MOST))
    if free:
        left.append(say("attribution.cost-free", count=free))
    if any(row["few"] for row in rows[:MOST]):
        left.append(say("attribution.cost-few"))
    if left:
        lines = wrap(" ".join(left), width - 2 * MARGIN, SIZE, 400, say.language)
        marks += text_lines(lines, MARGIN, y + 18, size=SIZE, fill="ink-3", line=1.43)
        y += 18 + (len(lines) - 1) * SIZE * 1.43 + 6
    return [Group(tuple(marks), id="cost", role="words")], y + 8


def _row(
    place: int, row: Mapping[str, Any], workspace: Workspace, say: Reader, y: float, ends: list[float]
) -> Group:
    name = row["campaign"] or say("panels.campaigns-unnamed")
    channel = workspace.label("channels", row["channel"]) if row["channel"] else ""
    called = fit(name, NAME - 60, 13, 500)
    after = MARGIN + text_width(called, 13, 500) + 8
    marks: list[Mark] = [Line(MARGIN, y, ends[-1], y), Text(MARGIN, y + 18.5, called, 13, 500)]
    room = MARGIN + NAME - after
    if channel and room > 40:
        marks.append(Text(after, y + 18.5, fit(channel, room, SIZE), SIZE, fill="ink-3"))
    told = []
    for column, end in zip(COLUMNS, ends, strict=True):
        value = row[column]
        if value is None:
            words = say("measure.unknown")
            wide = text_width(words, SIZE) + 12
            marks.append(Rect(end - wide, y + 5, wide, 19, "paper", "line-strong", 1.2, (4, 3), 4))
            marks.append(Text(end - 6, y + 18.5, words, SIZE, anchor="end", fill="ink-2"))
        else:
            words = _figure(column, value, say)
            if row["few"] and column in ("won", "cost_per_deal", "return"):
                words += " ?"
            marks.append(Text(end, y + 18.5, words, SIZE, anchor="end"))
        told.append(f"{say(f'measure.col-{column}')} {words}")
    return Group(
        tuple(marks), id=f"cost-{place + 1}", role="node", label=f"{name}: {', '.join(told)}", focusable=True
    )


def _figure(column: str, value: float, say: Reader) -> str:
    if column == "return":
        return f"{say.number(float(value), 1)}×"
    return say.number(float(value), 1) if column == "won" else say.number(round(value))
