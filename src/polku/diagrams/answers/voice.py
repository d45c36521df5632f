"""Voice: whether customers recommend, a stem from zero for each touchpoint or stage, and for each part that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polku.analytics.voice import UNKNOWN, Voice
from polku.diagrams.answers.panel_words import rest_of
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    fit,
    text_lines,
    text_width,
    wrap,
)
from polku.words import Message, Reader, reader
from polku.words import Text as Words

NAME_ROOM = 236.0
COUNT_ROOM = 190.0
ROW = 34.0
STEP = 50


@dataclass(frozen=True)
class _Plan:
    """The scale, from −100 to +100, and the columns beside it."""

    say: Reader
    width: float
    left: float
    right: float

    def x(self, score: float) -> float:
        return self.left + (self.right - self.left) * (score + 100) / 200

    @property
    def counts(self) -> float:
        return self.right + 34


MOST_UNASKED = 8
"""Places where nobody was asked that are drawn; the others are named beneath."""


def draw_voice(
    result: Voice,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    title: Words | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int | None = None,
) -> Scene:
    """Draw NPS on one scale: all answers with each part of the buying centre, then each touchpoint or stage.

    Where too few answered for a score, or nobody was asked, the row says so in words.

    Args:
        most: touchpoints or stages that are drawn, the lowest; the others, and those not asked, are said in words.
            None draws all, and the first that were not asked.
        journey: whose stages are named, and whose touchpoints are held to be asked; none takes all of the workspace.
    """
    say = reader(language)
    width = max(width, 2 * MARGIN + NAME_ROOM + COUNT_ROOM + 320)
    plan = _Plan(say, width, MARGIN + NAME_ROOM, width - MARGIN - COUNT_ROOM)
    of = result.about.parameters["of"]
    names = _names(workspace, journey, of)
    rows = result.rows()
    heading = say.text(title if title is not None else voice_title(rows, of, names, say))
    whole = next((row for row in rows if row[of] is None and row["part"] is None), None)
    meta = [say("diagrams.answers", count=whole["answers"] if whole else 0)]
    meta.append(say("diagrams.accounts", count=whole["accounts"] if whole else 0))
    if result.about.days:
        meta.append(f"{say.date(result.about.days[0])} – {say.date(result.about.days[1])}")
    frame_head, y = head(
        width,
        title=heading,
        question=say("voice.question"),
        meta=", ".join(meta),
        language=language,
        tag=say("diagrams.sample-numbers") if workspace.settings.example else "",
    )
    body: list[Mark] = []
    top = y
    y += 30
    blocks: list[tuple[str, list[tuple[str, str, dict[str, Any]]]]] = [
        (
            say("voice.by-part"),
            [
                (_part(row["part"], say), f"part-{row['part'] or 'all'}", row)
                for row in rows
                if row[of] is None
            ],
        ),
        (
            say(f"voice.by-{of}"),
            [
                (names.get(row[of], row[of]), f"{of}-{row[of]}", row)
                for row in rows
                if row[of] is not None and row["part"] is None
            ],
        ),
    ]
    for number, (name, block) in enumerate(blocks):
        if not block:
            continue
        shown = block
        if number and most is not None:
            # Where too few answered there is no score, which is told least.
            low = sorted(block, key=lambda one: (one[2]["nps"] is None, one[2]["nps"] or 0.0))[:most]
            shown = [one for one in block if one in low]
        body.append(Text(MARGIN, y + 14, fit(name, NAME_ROOM - 16, 12, 600), 12, 600, fill="ink-2"))
        y += 22
        for words, id, row in shown:
            body.append(_row(plan, words, id, row, y))
            y += ROW
        y += 10
    unasked = _unasked(rows, of, workspace, journey)
    drawn_holes = MOST_UNASKED if most is None else 0
    for id in unasked[:drawn_holes]:
        body.append(_unasked_row(plan, names.get(id, id), id, y))
        y += ROW
    if not whole or not whole["answers"]:
        body.append(Text(plan.left, y + 8, say("voice.empty"), 14, fill="ink-2"))
        y += 28
    notes = [say("voice.scale"), say(f"measure.voice-{result.about.parameters['weight']}"), say("voice.how")]
    if len(unasked) > drawn_holes:
        told = "voice.also-not-asked" if drawn_holes else "voice.not-asked-at"
        notes.append(say(told, names=[names.get(id, id) for id in unasked[drawn_holes:]]))
    if most is not None and (left := len(blocks[1][1]) - most) > 0:
        notes.append(say("panels.more", count=left))
    others = sum(one["answers"] for one in result.other_scores)
    if others:
        notes.append(say("measure.voice-others", count=others))
    frame_foot, height = foot(
        width, y + 8, _legend(rows, say), " ".join(notes), language, rest_of(result.about, say)
    )
    return Scene(
        width=width,
        height=height,
        title=heading,
        desc=say("voice.desc", count=whole["answers"] if whole else 0, nodes=len(blocks[1][1])),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), frame_head, _scale(plan, top, y), *body, frame_foot),
        theme=theme.name,
        table=_table(rows, of, names, say),
    )


def voice_title(rows: list[dict[str, Any]], of: str, names: Mapping[str, str], say: Reader) -> Message:
    """The touchpoint or stage that is surely below zero and lowest, else the score of all."""
    low = [
        row
        for row in rows
        if row[of] is not None and row["part"] is None and row["nps"] is not None and (row["high"] or 0) < 0
    ]
    if low:
        row = min(low, key=lambda one: (one["nps"], one[of]))
        params = {
            "name": names.get(row[of], row[of]),
            "nps": say.signed(round(row["nps"])),
            "count": row["answers"],
        }
        return Message("voice.title-low", params)
    whole = next((row for row in rows if row[of] is None and row["part"] is None), None)
    if whole is None or not whole["answers"]:
        return Message("voice.title-none", {})
    if whole["nps"] is None:
        return Message("voice.title-few", {"count": whole["answers"]})
    return Message("voice.title", {"nps": say.signed(round(whole["nps"])), "count": whole["answers"]})


def _names(workspace: Workspace, journey: Journey | None, of: str) -> dict[str, str]:
    if of == "touchpoint":
        return {point.id: point.label for point in workspace.touchpoints.values()}
    return {stage.id: stage.label for stage in journey.stages} if journey is not None else {}


def _part(part: str | None, say: Reader) -> str:
    if part is None:
        return say("measure.all")
    return say("measure.unknown") if part == UNKNOWN else say(f"measure.part-{part}")


def _unasked(rows: list[dict[str, Any]], of: str, workspace: Workspace, journey: Journey | None) -> list[str]:
    """Where we meet customers and nobody has answered."""
    asked = {row[of] for row in rows if row["answers"]}
    if of == "stage":
        return [stage.id for stage in journey.stages if stage.id not in asked] if journey is not None else []
    used = {step.touchpoint for step in journey.steps} if journey is not None else None
    return [
        point.id
        for point in workspace.touchpoints.values()
        if point.direct and point.id not in asked and (used is None or point.id in used)
    ]


def _scale(plan: _Plan, top: float, bottom: float) -> Group:
    """Levels of the scale, below zero hatched; level with its numbers at the top."""
    marks: list[Mark] = [
        Rect(plan.x(-100), top + 24, plan.x(0) - plan.x(-100), bottom - top - 28, texture="hatch-negative")
    ]
    for value in range(-100, 101, STEP):
        x = plan.x(value)
        style = ("line-strong", 1.4, ()) if not value else ("line", 1, (1, 4))
        marks.append(Line(x, top + 24, x, bottom - 4, *style))
        marks.append(Text(x, top + 16, plan.say.signed(value), 12, anchor="middle", fill="ink-2"))
    return Group(tuple(marks), id="scale", role="ground", hidden=True)


def _heading(plan: _Plan, words: str, y: float) -> list[Mark]:
    lines = wrap(words, NAME_ROOM - 24, 13, 500, plan.say.language)[:2]
    first = y + ROW / 2 + 4.3 - (len(lines) - 1) * 7.5
    return list(text_lines(lines, MARGIN, first, size=13, weight=500, line=15 / 13))


def _row(plan: _Plan, name: str, id: str, row: dict[str, Any], y: float) -> Group:
    say, middle = plan.say, y + ROW / 2
    marks: list[Mark] = list(_heading(plan, name, y))
    answers = say("diagrams.answers", count=row["answers"])
    if row["nps"] is None:
        marks.append(Circle(plan.x(0), middle, 5.5, "paper", "ink-2", 1.6))
        said = say("voice.too-few")
        marks += _plate(plan.x(0) + 14, middle, said)
    else:
        score = say.signed(round(row["nps"]))
        hue = "negative" if row["nps"] < 0 else "positive" if row["nps"] > 0 else "ink-2"
        x = plan.x(row["nps"])
        if row["low"] is not None and row["high"] is not None:
            left, right = plan.x(row["low"]), plan.x(row["high"])
            marks.append(Line(left, middle, right, middle, "line-strong", 1.2))
            marks += [Line(end, middle - 5, end, middle + 5, "line-strong", 1.2) for end in (left, right)]
        marks.append(Line(plan.x(0), middle, x, middle, hue, 2.4))
        unsure = row["low"] is not None and row["high"] is not None and row["low"] <= 0 <= row["high"]
        marks.append(Circle(x, middle, 5.5, "paper" if unsure else hue, hue, 1.8))
        wide = text_width(score, 12, 700)
        marks.append(Rect(x - wide / 2 - 2, middle - 20, wide + 4, 13.5, "paper", radius=3))
        marks.append(Text(x, middle - 9.2, score, 12, 700, anchor="middle", fill=hue))
        said = f"NPS {score}"
        if row["low"] is not None and row["high"] is not None:
            said += f" ({say.signed(round(row['low']))} … {say.signed(round(row['high']))})"
    marks.append(Text(plan.counts, middle + 4.3, answers, 12, fill="ink-2"))
    return Group(tuple(marks), id=id, role="node", label=f"{name}: {said}, {answers}", focusable=True)


def _plate(x: float, middle: float, words: str) -> list[Mark]:
    wide = text_width(words, 12)
    return [
        Rect(x - 3, middle - 9, wide + 6, 18, "paper", radius=3),
        Text(x, middle + 4.3, words, 12, fill="ink-2"),
    ]


def _unasked_row(plan: _Plan, name: str, id: str, y: float) -> Group:
    """A place where nobody was asked: a dashed frame in its place."""
    words, middle = plan.say("diagrams.not-asked"), y + ROW / 2
    wide = text_width(words, 12) + 20
    marks: list[Mark] = [
        *_heading(plan, name, y),
        Rect(plan.x(0) - wide / 2, middle - 11, wide, 22, "paper", "line-strong", 1.2, (4, 3), 4),
        Text(plan.x(0), middle + 4.3, words, 12, anchor="middle", fill="ink-2"),
    ]
    return Group(tuple(marks), id=f"unasked-{id}", role="node", label=f"{name}: {words}", focusable=True)


def _legend(rows: list[dict[str, Any]], say: Reader) -> list[LegendEntry]:
    if not any(row["nps"] is not None for row in rows):
        return []

    def stem(x: float, y: float) -> tuple[Mark, ...]:
        return Line(x - 12, y, x + 6, y, "positive", 2.4), Circle(x + 7, y, 5, "positive", "positive", 1.8)

    def interval(x: float, y: float) -> tuple[Mark, ...]:
        ends = tuple(Line(end, y - 4, end, y + 4, "line-strong", 1.2) for end in (x - 11, x + 11))
        return (Line(x - 11, y, x + 11, y, "line-strong", 1.2), *ends)

    def hollow(x: float, y: float) -> tuple[Mark, ...]:
        return (Circle(x, y, 5, "paper", "ink-2", 1.6),)

    return [
        LegendEntry(stem, say("voice.sign-stem"), 26),
        LegendEntry(interval, say("voice.sign-interval"), 24),
        LegendEntry(hollow, say("voice.sign-hollow"), 12),
    ]


def _table(rows: list[dict[str, Any]], of: str, names: Mapping[str, str], say: Reader) -> Table:
    cells = []
    for row in rows:
        scores = [
            say.signed(round(row[key])) if row[key] is not None else "–" for key in ("nps", "low", "high")
        ]
        numbers = [say.number(row[key]) for key in ("answers", "accounts", "promoters", "detractors")]
        name = say("measure.all") if row[of] is None else names.get(row[of], row[of])
        cells.append((name, _part(row["part"], say), *numbers, *scores))
    columns = (of, "part", "answers", "accounts", "promoters", "detractors", "nps", "low", "high")
    return Table(tuple(say(f"measure.col-{name}") for name in columns), tuple(cells), say("voice.question"))
