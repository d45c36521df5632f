"""Deals and contracts of an account as spans of time, each in the first row where it has room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from polku.analytics.account import AccountContract, AccountDeal
from polku.diagrams.account.axis import DateAxis
from polku.diagrams.account.people import upper
from polku.scene import Group, Mark, Rect, Text, text_width, wrap
from polku.scene.marks import Anchor
from polku.words import Reader

BAR, ROW = 16.0, 26.0
KINDS = ("new", "renewal", "expansion")
OUTCOMES = ("won", "lost", "open")


@dataclass(frozen=True)
class Span:
    """A bar with its words.

    Args:
        end: None where it goes on.
        look: won, lost, open or contract.
    """

    start: dt.date | None
    end: dt.date | None
    words: str
    look: str


def deal_spans(deals: Sequence[AccountDeal], today: dt.date, say: Reader) -> list[Span]:
    """A span for each deal that has a day."""
    found = []
    for deal in deals:
        if deal.created is None and deal.closed is None:
            continue
        outcome = deal.outcome if deal.outcome in OUTCOMES else "open"
        kind = say(f"account.deal-{deal.kind}") if deal.kind in KINDS else deal.kind or say("account.deal")
        parts = [kind, *([deal.product] if deal.product else [])]
        if deal.amount is not None:
            parts.append(_money(deal.amount, deal.currency, say))
        parts.append(say(f"account.outcome-{outcome}"))
        start = deal.created or deal.closed
        found.append(Span(start, deal.closed or today, upper(", ".join(parts)), outcome))
    return found


def contract_spans(contracts: Sequence[AccountContract], say: Reader) -> list[Span]:
    """A span for each contract."""
    found = []
    for one in contracts:
        parts = [one.product or say("account.contract")]
        if one.amount is not None:
            amount = _money(one.amount, one.currency, say)
            parts.append(say("account.yearly", amount=amount) if one.recurring else amount)
        if one.from_ is not None:
            parts.append(say("account.since", day=say.date(one.from_, short=True)))
        found.append(Span(one.from_, one.to, ", ".join(parts), "contract"))
    return found


def _money(amount: float, currency: str | None, say: Reader) -> str:
    return say.money(amount, currency) if currency else say.number(amount, 0)


def span_rows(
    axis: DateAxis, spans: Sequence[Span], id: str, y: float, say: Reader
) -> tuple[list[Mark], float, int]:
    """Spans from y down; returns their marks, the y below them and how many lie before the axis."""
    marks: list[Mark] = []
    ends: list[float] = []
    heights: list[float] = []
    early = 0
    placed: list[tuple[int, Span, float, float, tuple[str, ...], float, Anchor, bool]] = []
    for span in spans:
        if span.end is not None and span.end < axis.start:
            early += 1
            continue
        left = axis.x(span.start) if span.start else axis.left
        right = axis.x(span.end) if span.end else axis.right
        right = max(right, left + 3)
        wide = text_width(span.words, 12, 500)
        under = False
        lines: tuple[str, ...] = (span.words,)
        anchor: Anchor = "start"
        if span.look == "contract" and wide + 16 <= right - left:
            at, reach = left + 8, right
        elif right + 8 + wide <= axis.right:
            at, reach = right + 8, right + 8 + wide
        elif left - 8 - wide >= axis.left:
            at, anchor, reach = left - 8, "end", right
        else:
            lines = wrap(span.words, max(axis.right - axis.left - 8, 80), 12, 500, say.language)
            at, reach, under = axis.left, axis.right, True
        begin = min(left, at - wide if anchor == "end" else at)
        row = next((number for number, end in enumerate(ends) if end + 12 <= begin), len(ends))
        below = 15.0 * len(lines) + 2 if under else 0.0
        if row == len(ends):
            ends.append(reach)
            heights.append(ROW + below)
        else:
            ends[row], heights[row] = reach, max(heights[row], ROW + below)
        placed.append((row, span, left, right, lines, at, anchor, under))
    tops = [y + sum(heights[:row]) for row in range(len(heights))]
    for number, (row, span, left, right, lines, at, anchor, under) in enumerate(placed):
        top = tops[row] + (ROW - BAR) / 2
        children = [_bar(span, left, top, right - left)]
        base = top + BAR + 13 if under else top + 12.3
        for place, line in enumerate(lines):
            children.append(Text(at, base + place * 15, line, 12, 500, anchor=anchor))
        marks.append(
            Group(tuple(children), id=f"{id}-{number}", role="span", label=span.words, focusable=True)
        )
    return marks, y + sum(heights), early


def _bar(span: Span, x: float, y: float, wide: float) -> Mark:
    if span.look == "won":
        return Rect(x, y, wide, BAR, "ink-2", radius=2)
    if span.look == "lost":
        return Rect(x, y, wide, BAR, "paper", "negative", 1.4, (4, 3), 2)
    if span.look == "open":
        return Rect(x, y, wide, BAR, "paper", "ink-2", 1.2, radius=2, texture="hatch")
    return Rect(x, y, wide, BAR, "sunken-2", "line-strong", 1, radius=2)
