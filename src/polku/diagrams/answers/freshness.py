"""How fresh what is known is: every piece of evidence on an axis of age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from polku.documents import Evidence, Workspace
from polku.scene import Group, Line, Mark, Rect, Scene, Table, Text, fit, widest, wrap
from polku.words import Reader, reader

SIDE, TOP, SQUARE = 20.0, 26.0, 9.0
ROW, LINE = 22.0, 15.0
MOST_NAMED, MOST_LINES = 4, 2


def aged(workspace: Workspace, today: dt.date) -> list[tuple[int, Evidence]]:
    """Days since each piece of evidence that was heard and has a day, oldest first."""
    found = [
        (max(0, (today - one.date).days), one)
        for one in workspace.evidence.values()
        if one.date is not None and one.status == "done"
    ]
    return sorted(found, key=lambda pair: (-pair[0], pair[1].id))


def draw_freshness(
    workspace: Workspace,
    *,
    today: dt.date,
    language: str = "en",
    width: float = 400.0,
    link: Callable[[Evidence], str] | None = None,
) -> Scene:
    """Draw the age of all evidence; those past the limit of ageing are named.

    Args:
        link: address of a piece of evidence.
    """
    say = reader(language)
    limits = workspace.settings.limits
    stale, ageing = limits.stale.days, limits.ageing.days
    pieces = aged(workspace, today)
    oldest = max([days for days, _ in pieces] + [stale])
    span = max(oldest * 1.02, stale * 4 / 3)

    def x(days: float) -> float:
        return width - SIDE - (width - 2 * SIDE) * days / span

    # What a name is too long for is on its mark in full.
    named = [
        _lines(name_of(one, say), width - SIDE - x(days) - 12, language)
        for days, one in pieces
        if days >= ageing
    ][:MOST_NAMED]
    tops = [TOP]
    for lines in named:
        tops.append(tops[-1] + ROW + LINE * (len(lines) - 1))
    base = max(tops[-1], TOP + ROW) + 36
    marks: list[Mark] = [
        Rect(x(span), 0, x(stale) - x(span), base, None, texture="stale"),
        Rect(x(stale), 0, x(ageing) - x(stale), base, "sunken"),
        Line(x(span), base, x(0), base, "line-strong", 1),
    ]
    for words, start in (
        (say("freshness.stale"), span),
        (say("freshness.ageing"), stale),
        (say("freshness.fresh"), ageing),
    ):
        marks.append(Text(x(start) + 8, 18, words, 12, 600, fill="ink-2"))
    ticks = ((span, say("freshness.days", count=round(span)), "start"), (stale, say.number(stale), "middle"))
    for days, words, anchor in (
        *ticks,
        (ageing, say.number(ageing), "middle"),
        (0, say("freshness.today"), "end"),
    ):
        marks.append(Line(x(days), base, x(days), base + 5, "line-strong", 1))
        marks.append(Text(x(days), base + 19, words, 12, anchor=anchor, fill="ink-3"))  # type: ignore[arg-type]
    for place, (days, one) in enumerate(pieces):
        lines, top = (named[place], tops[place]) if place < len(named) else ((), base - 20)
        plated = days > stale
        marks.append(_piece(one, days, x(days), top, lines, plated, say, link(one) if link else None))
    head = (say("freshness.piece"), say("freshness.kind"), say("freshness.age"))
    rows = tuple((name_of(one, say), kind_of(one, say), say.number(days)) for days, one in pieces)
    return Scene(
        width,
        base + 26,
        say("freshness.title"),
        say("freshness.desc", count=len(pieces), stale=sum(days >= stale for days, _ in pieces)),
        language,
        tuple(marks),
        table=Table(head, rows, say("freshness.title")),
    )


def name_of(one: Evidence, say: Reader) -> str:
    """What a piece of evidence is called: its name, source or id."""
    return one.name or one.source or one.id


def kind_of(one: Evidence, say: Reader) -> str:
    """The kind of a piece of evidence in words."""
    return say(f"freshness.kind-{one.kind}") if one.kind else say("freshness.kind-none")


def _lines(name: str, room: float, language: str) -> tuple[str, ...]:
    lines = wrap(name, room, 12, 500, language)
    if len(lines) <= MOST_LINES:
        return lines
    rest = " ".join(lines[MOST_LINES - 1 :])
    return *lines[: MOST_LINES - 1], fit(rest, room, 12, 500)


def _piece(
    one: Evidence,
    days: int,
    x: float,
    y: float,
    lines: Sequence[str],
    plated: bool,
    say: Reader,
    link: str | None,
) -> Group:
    marks: list[Mark] = [Rect(x - SQUARE / 2, y, SQUARE, SQUARE, "ink", "paper", 0.8)]
    if lines and plated:
        # Words do not stand on a texture.
        wide, high = widest(lines, 12, 500) + 8, LINE * len(lines) + 3
        marks.append(Rect(x + 6, y - 4, wide, high, "paper", radius=3))
    marks += [Text(x + 10, y + 9 + LINE * row, words, 12, 500) for row, words in enumerate(lines)]
    label = say("freshness.label", name=name_of(one, say), kind=kind_of(one, say), count=days)
    return Group(
        tuple(marks), id=f"evidence-{one.id}", role="evidence", label=label, link=link, focusable=True
    )
