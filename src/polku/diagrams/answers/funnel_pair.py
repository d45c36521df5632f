"""Two funnels of the same stages side by side: bars A and B of each stage to one scale, with what adds up beneath."""

from __future__ import annotations

from collections.abc import Mapping

from polku.analytics.funnel import Funnel
from polku.diagrams.answers.funnel import BAR, DAYS_ROOM, NAME_ROOM, _sum, _unit
from polku.diagrams.answers.panel_words import rest_of
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head
from polku.scene import LIGHT, Group, Line, Mark, Rect, Scene, Table, Text, Theme, text_lines, wrap
from polku.words import Reader, reader

LETTERS = ("A", "B")
SLIM = BAR - 6


def draw_funnel_pair(
    a: Funnel,
    b: Funnel,
    names: Mapping[str, str] | None = None,
    *,
    title: str = "",
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1200.0,
    small: int = 5,
) -> Scene:
    """Draw how far two groups of cases get: each stage's bars are the share of those who entered their funnel.

    Args:
        names: what the stages' ids are called.
        small: a funnel that fewer cases than these entered has no percent, and hollow bars.
    """
    say = reader(language)
    stages = _stages(a, b)
    called = {id: (names or {}).get(id, id) for id in stages}
    frame_head, y = head(
        width,
        title=title or say("funnel.pair-title"),
        question=say("funnel.question"),
        meta="",
        language=language,
    )
    bar_x, days_x = MARGIN + NAME_ROOM, width - MARGIN - DAYS_ROOM
    room = days_x - bar_x - 130
    marks: list[Mark] = [
        frame_head,
        Text(bar_x, y + 12, say("funnel.pair-bars", unit=_unit(a, say)), 12, fill="ink-3"),
        Text(days_x, y + 12, say("funnel.days"), 12, fill="ink-3"),
    ]
    y += 26
    for number, id in enumerate(stages, start=1):
        row, y = _row(number, id, called[id], (a, b), say, y, (bar_x, room, days_x, width), small)
        marks.append(row)
    if not stages:
        marks.append(Text(MARGIN, y + 18, say("funnel.empty"), 14, fill="ink-2"))
        y += 40
    for letter, one in zip(LETTERS, (a, b), strict=True):
        if words := _sum(one, say):
            y += 18
            marks.append(Text(MARGIN, y, f"{letter}: {words}", 12, fill="ink-2"))
    legend = [
        LegendEntry(lambda x, z: (Rect(x - 11, z - 5.5, 22, 11, "ink-2"),), "A", 22),
        LegendEntry(lambda x, z: (Rect(x - 11, z - 5.5, 22, 11, "sunken-2", "ink-2", 1.4),), "B", 22),
    ]
    rest = " ".join(
        f"{letter}: {said}"
        for letter, one in zip(LETTERS, (a, b), strict=True)
        if (said := rest_of(one.about, say))
    )
    frame_foot, height = foot(width, y + 16, legend, "", language, rest)
    return Scene(
        width=width,
        height=height,
        title=title or say("funnel.pair-title"),
        desc=say("funnel.pair-desc", stages=len(stages), a=_entered(a), b=_entered(b)),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=_table(stages, called, (a, b), say),
    )


def bar_ids(a: Funnel, b: Funnel) -> dict[str, tuple[int, int]]:
    """The ids of the bars: which funnel each is of, and of which of its stages."""
    return {
        f"stage-{number}-{LETTERS[side].lower()}": (side, funnel.stage.index(id))
        for number, id in enumerate(_stages(a, b), start=1)
        for side, funnel in enumerate((a, b))
        if _reached(funnel, id)
    }


def _stages(a: Funnel, b: Funnel) -> list[str]:
    return list(dict.fromkeys((*a.stage, *b.stage)))


def _entered(funnel: Funnel) -> int:
    return funnel.reached[0] if funnel.reached else 0


def _row(
    number: int,
    id: str,
    name: str,
    both: tuple[Funnel, Funnel],
    say: Reader,
    y: float,
    spaces: tuple[float, float, float, float],
    small: int,
) -> tuple[Group, float]:
    x, room, days_x, width = spaces
    lines = wrap(name, NAME_ROOM - 20, 13, 600, say.language)
    marks: list[Mark] = [Line(MARGIN, y, width - MARGIN, y)]
    marks += text_lines(lines, MARGIN, y + 24, size=13, weight=600)
    for place, (letter, funnel) in enumerate(zip(LETTERS, both, strict=True)):
        top = y + 10 + place * (SLIM + 6)
        words = _said(funnel, id, say, small)
        bar: list[Mark] = []
        count = _reached(funnel, id)
        if count and _entered(funnel):
            wide = max(room * count / _entered(funnel), 2.0)
            few = _entered(funnel) < small
            fill = None if few else "ink-2" if letter == "A" else "sunken-2"
            dash = (4.0, 3.0) if few else ()
            bar.append(Rect(x, top, wide, SLIM, fill, "ink-2", 1.4, dash))
            at = x + wide + 8
        else:
            at = x
        bar.append(Text(at, top + 13, f"{letter}  {words}", 12, 600, fill="ink"))
        seconds = _median(funnel, id)
        if seconds is not None:
            bar.append(Text(days_x, top + 13, f"{letter}  {say.days(seconds)}", 12))
        label = f"{name}. {letter}: {words}"
        bar_id = f"stage-{number}-{letter.lower()}"
        marks.append(Group(tuple(bar), id=bar_id, role="node", label=label, focusable=True))
    bottom = max(y + 24 + (len(lines) - 1) * 16.25 + 12, y + 10 + 2 * (SLIM + 6) + 4)
    return Group(tuple(marks), id=f"stage-{number}", role="stage"), bottom


def _said(funnel: Funnel, id: str, say: Reader, small: int) -> str:
    count = _reached(funnel, id)
    if count is None:
        return say("funnel.pair-none")
    overall = funnel.overall[funnel.stage.index(id)]
    if overall is None or _entered(funnel) < small:
        return say("funnel.pair-of", count=count, all=_entered(funnel))
    return f"{say('funnel.pair-of', count=count, all=_entered(funnel))} · {say.percent(overall)}"


def _reached(funnel: Funnel, id: str) -> int | None:
    return funnel.reached[funnel.stage.index(id)] if id in funnel.stage else None


def _median(funnel: Funnel, id: str) -> float | None:
    return funnel.median_seconds_from_previous[funnel.stage.index(id)] if id in funnel.stage else None


def _table(stages: list[str], called: Mapping[str, str], both: tuple[Funnel, Funnel], say: Reader) -> Table:
    rows = []
    for id in stages:
        cells = [called[id]]
        for funnel in both:
            count, seconds = _reached(funnel, id), _median(funnel, id)
            cells += [
                "–" if count is None else say.number(count),
                "–" if seconds is None else say.days(seconds),
            ]
        rows.append(tuple(cells))
    columns = [say("funnel.column-stage")]
    for letter in LETTERS:
        columns += [f"{letter}: {say('funnel.column-reached')}", f"{letter}: {say('funnel.column-days')}"]
    return Table(tuple(columns), tuple(rows), say("funnel.question"))
