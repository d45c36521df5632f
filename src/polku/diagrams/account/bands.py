"""Above and below the persons of an account: its signals, and its deals and contracts."""

from __future__ import annotations

from collections.abc import Sequence

from polku.analytics.account import AccountHistory
from polku.diagrams.account.axis import DateAxis
from polku.diagrams.account.lanes import Look
from polku.diagrams.account.rows import HEAD
from polku.diagrams.account.spans import contract_spans, deal_spans, span_rows
from polku.diagrams.account.understanding import signal_kind
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.placing import Box, Field, Label, around
from polku.diagrams.parts.signs import caution
from polku.documents import Signal
from polku.scene import Group, Line, Mark, Text, wrap


def signal_band(signals: Sequence[Signal], axis: DateAxis, y: float, look: Look) -> tuple[list[Mark], float]:
    """What happened to the account itself, as diamonds with their words."""
    say, language = look.say, look.workspace.settings.language
    shown = sorted((one for one in signals if axis.shows(one.date)), key=lambda one: one.date)
    look.used.add("signal")
    field = Field(Box(axis.left - 6, -30, axis.right, 44))
    for one in shown:
        field.take(Box(axis.x(one.date) - 7, -7, axis.x(one.date) + 7, 7))
    field.take(Box(axis.now - 3, -30, axis.now + 3, 44))
    labels = []
    for one in shown:
        words = one.note or signal_kind(one, say)
        x = axis.x(one.date)
        wide = wrap(words, 240, 12, 500, language)
        beside = Label(wide, x - 12, 4.2 - (len(wide) - 1) * 7.5, 12, 500, "end")
        labels.append(field.place([*around(words, x, 0, 8, language, size=12, right=260), beside]))
    boxes = [label.box for label in labels if label is not None]
    up = max([18.0, *(-box.top for box in boxes)]) + 6
    down = max([18.0, *(box.bottom for box in boxes)]) + 6
    heading = wrap(say("account.signals"), HEAD - 40, 13, 600, say.language)
    marks: list[Mark] = [
        Text(MARGIN, y + up + 4.5 + place * 17, line, 13, 600) for place, line in enumerate(heading)
    ]
    for number, (one, label) in enumerate(zip(shown, labels, strict=True)):
        children: list[Mark] = list(caution(axis.x(one.date), 0, 13))
        if label is not None:
            on_future = label.box.left > axis.now
            children += label.marks(plate=None if on_future else "paper")
        words = f"{one.note or signal_kind(one, say)}, {say.date(one.date)}"
        marks.append(
            Group(
                tuple(moved_all(children, 0, y + up)),
                id=f"signal-{number}",
                role="signal",
                label=words,
                title=words,
                focusable=True,
            )
        )
    return marks, y + up + max(down, len(heading) * 17)


def span_bands(
    history: AccountHistory, axis: DateAxis, y: float, page: float, look: Look, under: list[Mark]
) -> tuple[list[Mark], float]:
    """Deals and contracts under the line of visibility."""
    say = look.say
    groups = []
    deals = deal_spans(history.deals, history.today, say)
    contracts = contract_spans(history.contracts, say)
    look.used.update(f"deal-{span.look}" for span in deals if span.end is None or span.end >= axis.start)
    under.append(Line(MARGIN, y + 4, page - MARGIN, y + 4, "ink-2", 1.4, (9, 5)))
    look.used.add("line-of-visibility")
    y += 8
    for id, title, spans, empty in (
        ("deals", "account.deals", deals, "account.no-deals"),
        ("contracts", "account.contracts", contracts, "account.no-contracts"),
    ):
        if not spans and not history.in_data:
            continue
        marks, low, early = span_rows(axis, spans, id, y + 4, say)
        heads: list[Mark] = [Text(MARGIN, y + 21, say(title), 13, 600)]
        base = y + 21
        note = say(empty) if not spans else say("account.earlier", count=early) if early else ""
        for line in wrap(note, HEAD - 8, 12, 400, say.language) if note else ():
            base += 16
            heads.append(Text(MARGIN, base, line, 12, fill="ink-3"))
        groups.append(Group((*heads, *marks), id=id, role="lane", label=say(title)))
        y = max(low + 4, base + 10)
    return list(groups), y + 6
