"""Variants: whole ways as chains of places, by how many cases took them, with how they end and how long they last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from polku.analytics.variants import Variants
from polku.diagrams.answers.panel_signs import sign_bar
from polku.diagrams.answers.panel_words import MOST, Names, lasting, names_of, opened, rest_of
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
    fit,
    text_lines,
    text_width,
    widest,
    wrap,
)
from polku.words import Message, Reader, reader

COUNT_ROOM, BAR_ROOM = 170.0, 96.0
CHIP, CHIP_TALL, CHIP_MOST, JOIN, LINE_TALL = 12.0, 22.0, 168.0, 10.0, 30.0
MOST_LINES = 2
"""Lines of places in a row; the places after them are told as a number, and stand in the table."""
ENDS = {"done": "ink-2", "won": "ink-2", "lost": "negative", "faded": "negative", "open": "hatch"}
"""Outcome → sign of its part of the bar; the others are framed."""


def draw_variants(
    result: Variants,
    workspace: Workspace,
    journey: Journey | None = None,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int = MOST,
) -> Scene:
    """Draw the ways that most cases took: their number, filled by how they end, the places in order, the time."""
    say = reader(language)
    name = names_of(workspace, journey)
    rows = result.rows()
    shown = rows[:most]
    lasts = [_lasts(row, say) for row in shown]
    heads = (say("panels.variants-cases"), say("panels.variants-way"), say("measure.col-median_seconds"))
    last_room = max(widest([*lasts, heads[2]], CHIP, 600), 60.0) + 16
    width = max(width, 2 * MARGIN + COUNT_ROOM + last_room + 260.0)
    title = say.text(variants_title(result))
    question = say("panels.variants-question")
    frame_head, y = opened(result.about, workspace, say, title=title, question=question, width=width)
    marks: list[Mark] = [frame_head]
    if not rows:
        marks.append(Text(MARGIN, y + 14, say("panels.empty"), 14, fill="ink-2"))
        y += 34
    else:
        left, right = MARGIN + COUNT_ROOM, width - MARGIN
        marks += [
            Text(MARGIN, y + 12, fit(heads[0], COUNT_ROOM - 12, CHIP, 600), CHIP, 600, fill="ink-2"),
            Text(left, y + 12, heads[1], CHIP, 600, fill="ink-2"),
            Text(right, y + 12, heads[2], CHIP, 600, anchor="end", fill="ink-2"),
        ]
        y += 24
        scale = BAR_ROOM / max(row["count"] for row in shown)
        for number, (row, last) in enumerate(zip(shown, lasts, strict=True), start=1):
            drawn, y = _row(number, row, last, name, say, y, (left, right, last_room, scale))
            marks.append(drawn)
        marks.append(Line(MARGIN, y, width - MARGIN, y))
        y += 6
    if len(rows) > most:
        words = say(
            "panels.variants-more", count=len(rows) - most, cases=sum(row["count"] for row in rows[most:])
        )
        marks += text_lines(wrap(words, width - 2 * MARGIN, CHIP), MARGIN, y + 14, size=CHIP, fill="ink-3")
        y += 26
    ends = {ENDS.get(outcome, "paper") for row in shown for outcome in row["outcomes"]}
    legend = [
        LegendEntry(sign_bar(fill), say(f"panels.variants-{id}"), 24)
        for fill, id in (("ink-2", "well"), ("negative", "badly"), ("hatch", "open"), ("paper", "unknown"))
        if fill in ends
    ]
    frame_foot, height = foot(
        width, y + 8, legend, say("panels.variants-how"), language, rest_of(result.about, say)
    )
    return Scene(
        width=width,
        height=height,
        title=title,
        desc=say("panels.desc", count=len(shown)),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=Table(
            (*heads[:2], say("measure.col-share"), say("measure.col-outcomes"), heads[2]),
            tuple(
                (
                    say.number(row["count"]),
                    " → ".join(words for words, _ in _places(row["path"], name, say)),
                    say.percent(row["share"]),
                    _outcomes(row["outcomes"], say),
                    last,
                )
                for row, last in zip(shown, lasts, strict=True)
            ),
            say("panels.variants-question"),
        ),
    )


def variants_title(result: Variants) -> Message:
    """How many cases took the commonest way, of how many ways there are."""
    ways = len(result) + int(result.about.remainder.get("variants", 0))
    if not ways:
        return Message("panels.variants-title-none", {})
    if result.count[0] == 1:
        return Message("panels.variants-title-each", {"count": ways})
    return Message(
        "panels.variants-title", {"count": ways, "most": result.count[0], "cases": result.about.cases}
    )


def _lasts(row: Mapping[str, Any], say: Reader) -> str:
    return "–" if row["median_seconds"] is None else lasting(row["median_seconds"], say)


def _outcomes(found: Mapping[str, int], say: Reader) -> str:
    return ", ".join(
        f"{say.number(count)} {say(f'measure.outcome-{outcome}')}" for outcome, count in found.items()
    )


def _places(path: Sequence[str], name: Names, say: Reader) -> list[tuple[str, int]]:
    """Places in words, neighbours of one name told once with their number; and how many each stands for."""
    found = []
    for called, own in groupby(name(one) for one in path):
        count = sum(1 for _ in own)
        found.append((called if count == 1 else f"{called} ×{say.number(count)}", count))
    return found


def _row(
    number: int,
    row: Mapping[str, Any],
    last: str,
    name: Names,
    say: Reader,
    y: float,
    spaces: tuple[float, float, float, float],
) -> tuple[Group, float]:
    left, right, last_room, scale = spaces
    places = _places(row["path"], name, say)
    chips, lines = _chips(places, left, right - last_room, y + 8, say)
    tall = lines * LINE_TALL + 8
    first = y + 8 + CHIP_TALL / 2
    marks: list[Mark] = [Line(MARGIN, y, right, y)]
    x = MARGIN
    for fill in ("ink-2", "negative", "hatch", "paper"):
        count = sum(cases for outcome, cases in row["outcomes"].items() if ENDS.get(outcome, "paper") == fill)
        if count:
            wide = max(count * scale, 1.0)
            marks.append(_part(fill, x, first, wide))
            x += wide
    share = say("panels.variants-share", count=row["count"], share=row["share"])
    marks.append(Text(x + 6, first + 4.2, share, CHIP, 600))
    marks += chips
    marks.append(Text(right, first + 4.2, last, CHIP, anchor="end", fill="ink-2"))
    label = f"{share}: {' → '.join(words for words, _ in places)}. {_outcomes(row['outcomes'], say)}. {last}"
    return Group(tuple(marks), id=f"variant-{number}", role="node", label=label, focusable=True), y + tall


def _part(fill: str, x: float, middle: float, wide: float) -> Rect:
    ground, edge, texture = {
        "ink-2": ("ink-2", None, None),
        "negative": ("negative-bg", "negative", "hatch-negative"),
        "hatch": ("paper", "line-strong", "hatch"),
        "paper": ("paper", "ink-2", None),
    }[fill]
    return Rect(x, middle - 8, wide, 16, ground, edge, 1.2, texture=texture)


def _chips(
    places: Sequence[tuple[str, int]], left: float, right: float, top: float, say: Reader
) -> tuple[list[Mark], int]:
    """Places joined by strokes on as many lines as may be; what does not fit is a number at the end."""
    marks: list[Mark] = []
    x, line = left, 1
    for number, (words, _) in enumerate(places):
        said = fit(words, CHIP_MOST - 16, CHIP)
        wide = text_width(said, CHIP) + 16
        rest = sum(count for _, count in places[number:])
        more = say("panels.variants-places", count=rest)
        # On the last line there is room left for the number of places that follow.
        spare = text_width(more, CHIP) + 12 if line == MOST_LINES and number < len(places) - 1 else 0.0
        if x + wide + spare > right:
            if line == MOST_LINES:
                marks.append(Text(x + 2, top + CHIP_TALL / 2 + 4.2, more, CHIP, fill="ink-3"))
                break
            marks.append(Line(x - JOIN, top + CHIP_TALL / 2, x, top + CHIP_TALL / 2, "line-strong", 1.4))
            x, line, top = left, line + 1, top + LINE_TALL
            marks.append(Line(x, top + CHIP_TALL / 2, x + JOIN, top + CHIP_TALL / 2, "line-strong", 1.4))
            x += JOIN
        elif number:
            marks.append(Line(x - JOIN, top + CHIP_TALL / 2, x, top + CHIP_TALL / 2, "line-strong", 1.4))
        marks.append(Rect(x, top, wide, CHIP_TALL, "surface", "ink-2", 1.2, radius=4))
        marks.append(Text(x + 8, top + CHIP_TALL / 2 + 4.2, said, CHIP))
        x += wide + JOIN
    return marks, line
