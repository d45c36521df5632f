"""What happened at an account, newest first: the list that stands in for its picture on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from polku.analytics.account import AccountEvent, AccountHistory, Member
from polku.diagrams.account.account import sore_points
from polku.diagrams.account.lanes import LOW_SHARE, score_words
from polku.diagrams.account.people import member_words, workspace_signs
from polku.documents import Workspace
from polku.scene import RoleSign
from polku.words import Reader

FIRST, MOST = 8, 100
"""Shown at once, and when the rest is asked for."""


@dataclass(frozen=True)
class Happened:
    """An event in a line.

    Args:
        who: empty where nobody is named; sign: of the role, None without one.
        bad: whether its score is low, or the map says that this hurts.
    """

    day: str
    words: str
    who: str
    sign: RoleSign | None
    bad: bool


@dataclass(frozen=True)
class Lately:
    """The newest events: those shown at once, those after them, and how many are left out."""

    first: tuple[Happened, ...]
    rest: tuple[Happened, ...]
    earlier: int


def lately(history: AccountHistory, workspace: Workspace, say: Reader) -> Lately:
    """The events of an account, newest first; what several took part in stands once."""
    events = sorted(_events(history), key=lambda pair: pair[0].time, reverse=True)
    signs, hurts = workspace_signs(workspace), sore_points(workspace)[0]

    def line(event: AccountEvent, member: Member | None) -> Happened:
        role = member.role if member is not None else None
        words = workspace.label("touchpoints", event.touchpoint) or event.activity
        if event.share is not None:
            bad = event.share <= LOW_SHARE
        else:
            bad = event.touchpoint is not None and (role, event.touchpoint) in hurts
        return Happened(
            day=say.date(event.time, short=True),
            words=f"{words}: {score_words(event, say)}" if event.score is not None else words,
            who=member_words(workspace, member, history.members, say) if member is not None else "",
            sign=signs.get(role) if role is not None else None,
            bad=bad,
        )

    def lines(some: Iterable[tuple[AccountEvent, Member | None]]) -> tuple[Happened, ...]:
        return tuple(line(event, member) for event, member in some)

    return Lately(lines(events[:FIRST]), lines(events[FIRST:MOST]), max(0, len(events) - MOST))


def _events(history: AccountHistory) -> Iterator[tuple[AccountEvent, Member | None]]:
    for member in history.members:
        yield from ((one, member) for one in member.events if not one.also)
    yield from ((one, None) for one in history.unnamed)
