"""How fresh what is known is: every piece of evidence on an axis of age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from polku.documents import Evidence, Workspace
from polku.scene import Group, Line, Mark, Rect, Scene, Table, Text, text_width
from polku.words import Reader, reader

SIDE, TOP, SQUARE = 20.0, 26.0, 9.0
ROW = 22.0
MOST_NAMED = 4


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
    width: float = 480.0,
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

    named = [pair for pair in pieces if pair[0] >= ageing][:MOST_NAMED]
    base = TOP + ROW * max(len(named), 1) + 36
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
        row = place if place < len(named) else None
        marks.append(_piece(one, days, x(days), base, row, width, say, link(one) if link else None))
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


def _piece(
    one: Evidence,
    days: int,
    x: float,
    base: float,
    row: int | None,
    width: float,
    say: Reader,
    link: str | None,
) -> Group:
    y = TOP + ROW * row if row is not None else base - 20
    marks: list[Mark] = [Rect(x - SQUARE / 2, y, SQUARE, SQUARE, "ink", "paper", 0.8)]
    if row is not None:
        words = name_of(one, say)
        while text_width(words, 12, 500) > width - SIDE - x - 12 and len(words) > 4:
            words = words[:-2].rstrip() + "…" if not words.endswith("…") else words[:-3].rstrip() + "…"
        marks.append(Text(x + 10, y + 9, words, 12, 500))
    label = say("freshness.label", name=name_of(one, say), kind=kind_of(one, say), count=days)
    return Group(
        tuple(marks), id=f"evidence-{one.id}", role="evidence", label=label, link=link, focusable=True
    )
