"""What we understand of an account: five kinds, each with its age, or a hole with the question to ask next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Words
from polku.diagrams.parts.signs import assumed_square, clock, evidence_square
from polku.documents import Account, Signal, Workspace
from polku.documents.account import UNDERSTANDING
from polku.scene import Group, Line, Mark, Rect, Text, text_width, wrap
from polku.words import Reader

GAP = 28.0


@dataclass(frozen=True)
class Kind:
    """One kind of understanding; `after`: what happened since and made it old."""

    name: str
    note: str | None
    date: dt.date | None
    days: int | None
    evidence: int
    after: Signal | None

    @property
    def known(self) -> bool:
        """Whether anything is."""
        return self.note is not None


def kinds_of(workspace: Workspace, account: Account | None, today: dt.date) -> tuple[Kind, ...]:
    """The five kinds, known or not."""
    found = []
    for name in UNDERSTANDING:
        one = getattr(account.understanding, name) if account else None
        if one is None or not one.note:
            found.append(Kind(name, None, None, None, 0, None))
            continue
        since = [
            signal
            for signal in (account.signals if account else ())
            if name in signal.touches
            and signal.date <= today
            and (one.date is None or signal.date > one.date)
        ]
        heard = sum(
            1 for id in one.evidence if (it := workspace.evidence.get(id)) is not None and it.status == "done"
        )
        days = max(0, (today - one.date).days) if one.date else None
        found.append(
            Kind(name, one.note, one.date, days, heard, max(since, key=lambda it: it.date, default=None))
        )
    return tuple(found)


def understanding_marks(
    workspace: Workspace, kinds: tuple[Kind, ...], y: float, width: float, say: Reader, used: set[str]
) -> tuple[list[Mark], float]:
    """The five kinds side by side, as many in a row as have room; returns the y below."""
    content = width - 2 * MARGIN
    across = next(count for count in (5, 3, 2, 1) if count == 1 or (content + GAP) / count - GAP >= 200)
    room = (content + GAP) / across - GAP
    known = sum(kind.known for kind in kinds)
    evidenced = sum(kind.evidence > 0 for kind in kinds)
    note = say("account.understood", known=known, all=len(kinds), evidenced=evidenced)
    marks: list[Mark] = [
        Line(MARGIN, y, width - MARGIN, y),
        Text(MARGIN, y + 24, say("account.understanding"), 15, 600),
    ]
    if text_width(note, 13) + text_width(say("account.understanding"), 15, 600) + 24 <= content:
        marks.append(Text(width - MARGIN, y + 24, note, 13, anchor="end", fill="ink-3"))
        y += 36
    else:
        lines = wrap(note, content, 13, 400, say.language)
        marks += [
            Text(MARGIN, y + 44 + 17 * place, line, 13, fill="ink-3") for place, line in enumerate(lines)
        ]
        y += 40 + 17 * len(lines)
    for first in range(0, len(kinds), across):
        bottom = y
        for column, kind in enumerate(kinds[first : first + across]):
            x = MARGIN + column * (room + GAP)
            group, low = _kind(workspace, kind, x, y + 12, room, say, used)
            marks.append(group)
            bottom = max(bottom, low)
        y = bottom + 8
    return marks, y


def _kind(
    workspace: Workspace, kind: Kind, x: float, y: float, room: float, say: Reader, used: set[str]
) -> tuple[Group, float]:
    own = workspace.settings.language
    heading = say(f"account.kind-{kind.name}")
    words = Words(x, y + 10, room, say.language).add(heading, 13, 600)
    marks: list[Mark] = []
    if not kind.known:
        used.add("hole")
        question = say(f"account.ask-{kind.name}")
        inner = Words(x + 10, words.y + 12, room - 20, say.language)
        inner.add(say("account.not-known"), 12, 600, fill="negative").add(question, 12, fill="negative")
        top = words.y - 5
        bottom = inner.y
        marks = [
            Rect(x, top, room, bottom - top, "paper", "negative", 1.3, (4, 3), 4),
            *words.marks,
            *inner.marks,
        ]
        label = f"{heading}: {say('account.not-known')} {question}"
        return Group(tuple(marks), id=f"kind-{kind.name}", role="kind", label=label, focusable=True), bottom
    words.skip(2).add(kind.note or "", 13, 400, language=own, line=1.35)
    base = words.y + 4
    limits = workspace.settings.limits
    if kind.evidence:
        used.add("evidence")
        for number in range(min(kind.evidence, 5)):
            marks += evidence_square(x + 4.5 + number * 12, base - 4)
        at = x + min(kind.evidence, 5) * 12 + 5
    else:
        used.add("assumed")
        marks += assumed_square(x + 5, base - 4)
        at = x + 17
    age = say("account.undated") if kind.days is None else say("words.days", count=kind.days)
    old = kind.days is not None and kind.days >= limits.ageing.days
    stale = kind.days is not None and kind.days >= limits.stale.days
    if old:
        used.add("clock")
        marks += clock(at + 7, base - 4, "negative" if stale else "ink-2")
        at += 18
    fill = "negative" if stale else "ink" if old else "ink-2"
    marks.append(Text(at, base, age, 12, 600 if old else 400, fill=fill))
    low = base + 8
    label = f"{heading}: {kind.note}. {age}"
    if kind.after is not None:
        since = say("account.changed-since", what=_signal_words(kind.after, say), day=kind.after.date)
        more = Words(x, base + 18, room, say.language).add(since, 12, 500, fill="negative")
        marks += more.marks
        low = more.y - 6
        label += f". {since}"
    return Group(
        (*words.marks, *marks), id=f"kind-{kind.name}", role="kind", label=label, focusable=True
    ), low


def _signal_words(signal: Signal, say: Reader) -> str:
    return signal.note or signal_kind(signal, say)


SIGNALS = ("person-leaves", "owner", "strategy", "regulation", "competitor", "complaint")


def signal_kind(signal: Signal, say: Reader) -> str:
    """The kind of a signal in words; kinds of the user's own as they are written."""
    return say(f"account.signal-{signal.kind}") if signal.kind in SIGNALS else signal.kind
