"""The atlas: all journeys of a workspace as small multiples on one scale, so that they can be compared at a glance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from polku.diagrams.atlas_legend import atlas_legend
from polku.diagrams.matrix.emotion import curve_between
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import foot, head
from polku.diagrams.parts.journey import JourneyFacts, StepFacts, journey_facts
from polku.diagrams.parts.signs import caution, clock
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Path,
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
from polku.words import Text as Words

PAGE, LEAST_PAGE = 1600.0, 600.0
CARD, GAP = 252.0, 18.0
"""Least width of a card, and the room between cards."""
UNIT = 17.0
"""Height of one point of feeling, the same in all cards."""
PAD = 14.0


@dataclass(frozen=True)
class Entry:
    """A journey in the atlas.

    Args:
        age: days since it was last compared with what customers do; None: never.
    """

    facts: JourneyFacts
    age: int | None
    stale: bool
    ageing: bool

    @property
    def journey(self) -> Journey:
        """The journey itself."""
        return self.facts.journey

    @property
    def felt(self) -> list[int]:
        """Feelings that somebody gave."""
        return [one.step.feels for one in self.facts.steps if one.step.feels is not None]

    @property
    def lowest(self) -> int | None:
        """The lowest feeling."""
        return min(self.felt, default=None)


def draw_atlas(
    workspace: Workspace,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    today: dt.date | None = None,
    width: float | None = None,
    title: Words | None = None,
    tag: str = "",
    rows: int | None = None,
    page: int = 1,
) -> Scene:
    """Draw all journeys of a workspace.

    Args:
        rows: at most so many rows of cards on a page; none: all on one.
        page: which page, from 1; see `atlas_pages`.
    """
    say = reader(language)
    wide = _page_width(workspace, width)
    entries = atlas_entries(workspace, today or dt.date.today())
    across = _across(wide)
    shown = entries if rows is None else entries[(page - 1) * rows * across : page * rows * across]
    pages = 1 if rows is None else _page_count(len(entries), rows * across)
    heading = say.text(title if title is not None else atlas_title(workspace, entries))
    meta = [say("atlas.journeys", count=len(entries))] if entries else []
    if pages > 1:
        meta.append(say("atlas.page", page=page, pages=pages))
    frame_head, y = head(
        wide,
        title=heading,
        subject=workspace.settings.name or "",
        question=say("atlas.question"),
        meta=" · ".join(meta),
        language=workspace.settings.language,
        tag=tag or (say("diagrams.sample-numbers") if workspace.settings.example else ""),
    )
    used: set[str] = set()
    room = (wide - 2 * MARGIN + GAP) / across - GAP
    body: list[Mark] = []
    y += 8
    for first in range(0, len(shown), across):
        row = shown[first : first + across]
        heads = [_head_lines(workspace, one, room, say) for one in row]
        feet = [_foot_lines(workspace, one, room, say) for one in row]
        head_high = max(len(lines) for lines, _, _ in heads) * 18 + 16
        foot_high = max(len(lines) for lines in feet) * 16 + 12
        high = head_high + 4 * UNIT + 26 + foot_high
        for place, one in enumerate(row):
            x = MARGIN + place * (room + GAP)
            body.append(
                _card(workspace, one, x, y, room, high, head_high, heads[place], feet[place], say, used)
            )
        y += high + GAP
    if not entries:
        words = say("atlas.empty")
        body.append(Rect(MARGIN, y, wide - 2 * MARGIN, 76, "paper", "line-strong", 1.2, (4, 3), 6))
        lines = wrap(words, wide - 2 * MARGIN - 40, 14, 500, language)
        body += text_lines(lines, MARGIN + 20, y + 34, size=14, weight=500, fill="ink-2")
        y += 76 + 17.5 * (len(lines) - 1) + GAP
    note = say("atlas.note") if entries else ""
    frame_foot, height = foot(wide, y + 4, atlas_legend(used, say), note, language)
    return Scene(
        width=wide,
        height=height,
        title=heading,
        desc=say(
            "atlas.desc",
            count=len(entries),
            evidenced=sum(one.facts.evidenced for one in entries),
            steps=sum(len(one.facts.steps) for one in entries),
            never=sum(one.age is None for one in entries),
        ),
        language=language,
        marks=(Rect(0, 0, wide, height, "paper"), frame_head, *body, frame_foot),
        theme=theme.name,
        table=_table(workspace, shown, say),
    )


def atlas_pages(
    workspace: Workspace,
    *,
    rows: int = 5,
    language: str = "en",
    theme: Theme = LIGHT,
    today: dt.date | None = None,
    width: float | None = None,
) -> tuple[Scene, ...]:
    """The atlas on pages of at most so many rows of cards; at least one page."""
    count = _page_count(len(workspace.journeys), rows * _across(_page_width(workspace, width)))
    return tuple(
        draw_atlas(
            workspace, language=language, theme=theme, today=today, width=width, rows=rows, page=number
        )
        for number in range(1, count + 1)
    )


def draw_curve(one: Entry, *, language: str = "en", width: float = CARD - 2 * PAD) -> Scene:
    """The curve of one journey alone, to stand within words that say what it shows; the scale is that of all."""
    say = reader(language)
    marks = _curve(one, 0, width, 2 * UNIT + 8, say, set())
    return Scene(width, 4 * UNIT + 16, one.journey.label, _extremes(one, say), language, tuple(marks))


def _page_width(workspace: Workspace, width: float | None) -> float:
    """The width asked for; else as wide as the journeys need."""
    needed = 2 * MARGIN + len(workspace.journeys) * (CARD + 36 + GAP) - GAP
    return max(width or min(PAGE, max(needed, 960.0)), LEAST_PAGE)


def _across(width: float) -> int:
    return max(1, int((width - 2 * MARGIN + GAP) // (CARD + GAP)))


def _page_count(entries: int, each: int) -> int:
    return max(1, -(-entries // each))


def atlas_entries(workspace: Workspace, today: dt.date) -> list[Entry]:
    """Journeys in the order of their files, each one to be right after the one it improves."""
    return [atlas_entry(workspace, journey, today) for journey in atlas_order(workspace.journeys)]


def atlas_order(journeys: Mapping[str, Journey]) -> list[Journey]:
    """Journeys in the order of their files, each one to be right after the one it improves."""
    better: dict[str, list[tuple[str, Journey]]] = {}
    for id, journey in journeys.items():
        if journey.state == "to-be" and journey.improves:
            better.setdefault(journey.improves, []).append((id, journey))
    order: dict[str, Journey] = {}
    for id, journey in journeys.items():
        if journey.state == "to-be" and journey.improves in journeys and journey.improves != id:
            continue
        order[id] = journey
        order |= {other: it for other, it in better.get(id, ()) if other != id}
    order |= {id: journey for id, journey in journeys.items() if id not in order}
    return list(order.values())


def atlas_entry(workspace: Workspace, journey: Journey, today: dt.date) -> Entry:
    """What the atlas tells of a journey; nothing of it hangs on the other journeys."""
    limits = workspace.settings.limits
    age = max(0, (today - journey.validated).days) if journey.validated else None
    review = journey.review.days if journey.review else limits.stale.days
    return Entry(
        journey_facts(workspace, journey, today=today),
        age,
        age is not None and age >= review,
        age is not None and age >= min(limits.ageing.days, review),
    )


def atlas_title(workspace: Workspace, entries: Sequence[Entry]) -> Words:
    """How many stand on no evidence; else how many nobody compared with customers; else too old; else the lowest."""
    current = [one for one in entries if one.journey.state == "as-is"] or list(entries)
    if not current:
        return Message("atlas.title-empty")
    count = len(current)
    bare = [one for one in current if not one.facts.evidenced]
    if bare:
        if count == 1:
            return Message("atlas.title-bare-one", {"journey": bare[0].journey.label})
        return Message("atlas.title-bare", {"bare": len(bare), "count": count})
    never = sum(one.age is None for one in current)
    if never:
        if count == 1:
            return Message("atlas.title-never-one", {"journey": current[0].journey.label})
        return Message("atlas.title-never", {"never": never, "count": count})
    stale = sum(one.stale for one in current)
    if stale:
        if count == 1:
            return Message(
                "atlas.title-stale-one", {"journey": current[0].journey.label, "count": current[0].age}
            )
        return Message("atlas.title-stale", {"stale": stale, "count": count})
    means = [(sum(one.felt) / len(one.felt), place) for place, one in enumerate(current) if one.felt]
    if means:
        mean, place = min(means)
        if count == 1:
            return Message(
                "atlas.title-one", {"journey": current[place].journey.label, "mean": round(mean, 1)}
            )
        return Message(
            "atlas.title-lowest", {"journey": current[place].journey.label, "mean": round(mean, 1)}
        )
    return Message("atlas.title-unasked", {"count": count})


def _head_lines(
    workspace: Workspace, one: Entry, room: float, say: Reader
) -> tuple[tuple[str, ...], str, float]:
    """A card's name in lines, the words of its state and their width."""
    state = say(f"atlas.state-{one.journey.state}")
    wide = text_width(state, 12) + 14
    lines = wrap(one.journey.label, room - 2 * PAD - wide - 8, 14, 600, workspace.settings.language)
    return lines, state, wide


def _foot_lines(workspace: Workspace, one: Entry, room: float, say: Reader) -> list[tuple[str, str, str]]:
    """A card's foot: words, their ink and the sign before them."""
    found = []
    total = len(one.facts.steps)
    evidenced = one.facts.evidenced
    found.append(
        (
            say("atlas.evidenced", evidenced=evidenced, count=total) if total else say("atlas.no-steps"),
            "ink-2" if evidenced else "negative",
            "",
        )
    )
    if one.age is None:
        found.append((say("diagrams.never-validated"), "ink", "caution"))
    else:
        age = say("atlas.validated", count=one.age)
        found.append((age, "ink" if one.ageing else "ink-2", "clock" if one.ageing else ""))
    if one.journey.owner:
        found.append((say("atlas.owner", team=workspace.label("teams", one.journey.owner)), "ink-2", ""))
    else:
        found.append((say("atlas.no-owner"), "ink-3", ""))
    improved = workspace.journeys.get(one.journey.improves or "")
    if one.journey.state == "to-be" and improved is not None:
        found.append((say("atlas.improves", journey=improved.label), "ink-3", ""))
    lines = []
    for words, ink, sign in found:
        for number, line in enumerate(
            wrap(words, room - 2 * PAD - (18 if sign else 0), 12, 400, say.language)
        ):
            lines.append((line, ink, sign if not number else "indent" if sign else ""))
    return lines


def _card(
    workspace: Workspace,
    one: Entry,
    x: float,
    y: float,
    room: float,
    high: float,
    head_high: float,
    heading: tuple[tuple[str, ...], str, float],
    below: Sequence[tuple[str, str, str]],
    say: Reader,
    used: set[str],
) -> Group:
    lines, state, wide = heading
    to_be = one.journey.state == "to-be"
    dash = (4.0, 3.0) if to_be else ()
    if to_be:
        used.add("to-be")
    marks: list[Mark] = [
        Rect(x, y, room, high, "surface", "line-strong", 1.2, dash, 6),
        *text_lines(lines, x + PAD, y + 25, size=14, weight=600, line=18 / 14),
        Rect(x + room - PAD - wide, y + 11, wide, 20, "paper", "line-strong", 1, dash, 4),
        Text(x + room - PAD - wide / 2, y + 25, state, 12, anchor="middle", fill="ink-2"),
    ]
    zero = y + head_high + 2 * UNIT + 12
    marks += _curve(one, x + PAD, x + room - PAD, zero, say, used)
    base = zero + 2 * UNIT + 30
    for words, ink, sign in below:
        left = x + PAD + (18 if sign else 0)
        if sign == "clock":
            used.add("clock")
            marks += clock(x + PAD + 6, base - 4)
        elif sign == "caution":
            used.add("never")
            marks += caution(x + PAD + 6, base - 4, 12)
        marks.append(Text(left, base, words, 12, 600 if sign else 400, fill=ink))
        base += 16
    label = ". ".join([f"{one.journey.label}, {state}", *(words for words, _, _ in below)])
    return Group(
        tuple(marks),
        id=f"journey-{one.journey.id}",
        role="journey",
        label=f"{label}. {_extremes(one, say)}",
        link=None,
        focusable=True,
    )


def _curve(one: Entry, left: float, right: float, zero: float, say: Reader, used: set[str]) -> list[Mark]:
    """The curve of feeling between the stages' borders, on the ground that all cards share."""
    used.add("below")
    top, bottom = zero - 2 * UNIT - 6, zero + 2 * UNIT + 6
    marks: list[Mark] = [Rect(left, zero, right - left, bottom - zero, None, texture="hatch-negative")]
    steps = one.facts.steps
    if not steps:
        marks.append(Line(left, zero, right, zero, "line-strong", 1.2, (4, 3)))
        return marks
    pitch = (right - left) / len(steps)
    number = 0
    empty = 0
    for place, (_, inside) in enumerate(one.facts.stages):
        if place and number and inside:
            border = left + number * pitch
            marks.append(Line(border, top, border, bottom, "line", 1))
        empty += not inside
        number += len(inside)
    marks.append(Line(left, zero, right, zero, "line-strong", 1.3))
    r = max(1.5, min(4.0, pitch * 0.4))
    at = {one.step.id: left + (place + 0.5) * pitch for place, one in enumerate(steps)}
    for before, after in pairwise(steps):
        if before.step.feels is None or after.step.feels is None:
            continue
        segments = curve_between(
            at[before.step.id],
            zero - UNIT * before.step.feels,
            at[after.step.id],
            zero - UNIT * after.step.feels,
        )
        if before.role == after.role:
            used.add("curve")
            marks.append(Path(segments, stroke="ink", stroke_width=2 if pitch > 4 else 1.2))
        elif pitch >= 5:
            used.add("gap")
            marks.append(Path(segments, stroke="ink-3", stroke_width=1.3, dash=(1.3, 3.0)))
    return [*marks, *(_dot(it, at[it.step.id], zero, r, used) for it in steps)]


def _dot(it: StepFacts, x: float, zero: float, r: float, used: set[str]) -> Mark:
    if it.step.feels is None:
        used.add("unasked")
        return Circle(x, zero, r, "paper", "line-strong", 1.2, (2, 1.6))
    y = zero - UNIT * it.step.feels
    if it.evidence:
        used.add("evidenced")
        return Circle(x, y, r, "ink", "ink", 1.2)
    used.add("assumed")
    return Circle(x, y, r, "surface", "ink", 1.2)


def _extremes(one: Entry, say: Reader) -> str:
    felt = [it for it in one.facts.steps if it.step.feels is not None]
    if not felt:
        return say("atlas.unasked")
    low = min(felt, key=lambda it: (it.step.feels, it.number))
    return say("atlas.lowest", step=low.step.label, feels=low.step.feels)


def _table(workspace: Workspace, entries: Sequence[Entry], say: Reader) -> Table:
    rows = []
    for one in entries:
        felt = one.felt
        rows.append(
            (
                one.journey.label,
                say(f"atlas.state-{one.journey.state}"),
                say.number(len([stage for stage, _ in one.facts.stages if stage])),
                say.number(len(one.facts.steps)),
                say.number(one.facts.evidenced),
                say.signed(sum(felt) / len(felt), 1) if felt else "–",
                _extremes(one, say),
                workspace.label("teams", one.journey.owner) or say("atlas.no-owner"),
                say("words.days", count=one.age) if one.age is not None else say("diagrams.never-validated"),
            )
        )
    names = ("journey", "state", "stages", "steps", "evidenced", "mean", "lowest", "owner", "age")
    return Table(tuple(say(f"atlas.column-{name}") for name in names), tuple(rows), say("atlas.question"))
