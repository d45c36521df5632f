"""The one next act at an account: what is most pressing of what we know of it, and of what we do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polku.analytics.accounts import document_of
from polku.documents import Workspace
from polku.documents.account import UNDERSTANDING
from polku.words import Message

SOON = dt.timedelta(days=120)
LONG = 1.5
"""So many times the median of others is long in a stage."""


@dataclass(frozen=True)
class Understood:
    """How well an account is understood.

    Args:
        known: of the five kinds, those with a note; oldest: days since the oldest of them was noted.
        after: kinds that a signal made old since.
    """

    known: tuple[str, ...]
    oldest: int | None
    after: tuple[str, ...]

    @property
    def holes(self) -> tuple[str, ...]:
        """Kinds of which nothing is known."""
        return tuple(kind for kind in UNDERSTANDING if kind not in self.known)


def understood(workspace: Workspace, account_id: str, today: dt.date) -> Understood:
    """How well an account is understood; nothing is where it has no document."""
    document = document_of(workspace, account_id)
    if document is None:
        return Understood((), None, ())
    known, ages, after = [], [], []
    for kind in UNDERSTANDING:
        one = getattr(document.understanding, kind)
        if not one.note:
            continue
        known.append(kind)
        if one.date is not None:
            ages.append(max(0, (today - one.date).days))
        if any(
            kind in signal.touches and signal.date <= today and (one.date is None or signal.date > one.date)
            for signal in document.signals
        ):
            after.append(kind)
    return Understood(tuple(known), max(ages, default=None), tuple(after))


def next_act(workspace: Workspace, row: Mapping[str, Any], today: dt.date) -> Message:
    """What to do next at an account; the first of these that is so.

    Somebody leaves; a contract ends within SOON; a signal made understanding old; it stands in its stage LONG times
    longer than others; a needed role is unknown, those with high insight first; nobody was met lately; a kind of
    understanding is a hole, or the oldest is to be renewed.

    Args:
        row: of `analytics.accounts`.
    """
    document = document_of(workspace, row["account_id"])
    for person in document.people if document else ():
        if person.leaves is not None and person.leaves >= today:
            played = next((workspace.roles[id].label for id in person.roles if id in workspace.roles), None)
            name = "account-next.leaves" if played else "account-next.leaves-someone"
            return Message(name, {"role": played, "day": person.leaves})
    if row["contract_ends"]:
        ends = dt.date.fromisoformat(row["contract_ends"])
        if today <= ends <= today + SOON:
            return Message("account-next.renewal", {"count": (ends - today).days})
    said = understood(workspace, row["account_id"], today)
    if said.after:
        return Message("account-next.signal", {"what": Message(f"checks.understanding.{said.after[0]}")})
    days, median = row["days_in_stage"], row["median_days_others"]
    if days is not None and median is not None and days > LONG * median:
        return Message("account-next.stands", {"days": round(days), "median": round(median)})
    missing = [
        role
        for id in workspace.role_order()
        if (role := workspace.roles[id]).part in row["required"] and role.part not in row["known"]
    ]
    missing.sort(key=lambda role: role.insight != "high")
    if missing:
        return Message("account-next.missing", {"role": missing[0].label})
    if row["required"] and not row["met"]:
        return Message("account-next.nobody-met", {"days": workspace.settings.limits.ageing.days})
    if said.holes:
        return Message("account-next.hole", {"what": Message(f"checks.understanding.{said.holes[0]}")})
    if said.oldest is not None and said.oldest >= workspace.settings.limits.ageing.days:
        return Message("account-next.old", {"count": said.oldest})
    return Message("account-next.none")
