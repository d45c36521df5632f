"""Rounds: single walks of one journey by one account, cut from the account's events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from polku.analytics.places import Code, Places
from polku.documents import Journey, Rounds
from polku.documents.wildcards import matches

Outcome = Literal["done", "lost", "faded", "open"]
ROUND_OUTCOMES: tuple[Outcome, ...] = ("done", "lost", "faded", "open")


@dataclass(frozen=True)
class Round:
    """One walk: the events `low` … `high` (ord, both included) of account case `cid`.

    Args:
        number: 1 … within the account.
        first, last: times of these events in microseconds.
    """

    cid: int
    number: int
    low: int
    high: int
    first: int
    last: int
    outcome: Outcome


@dataclass(frozen=True)
class Cuts:
    """What opens and ends a round, in codes. `ends` gives done or lost; `quiet` is in microseconds, None never."""

    starts: frozenset[int]
    ends: dict[int, Outcome]
    quiet: int | None


Mark = tuple[int, int, int, int, int]
"""(cid, ord, time, code, gap to the next event or −1 at the account's last)"""


def compile_cuts(rounds: Rounds, journey: Journey, places: Places) -> Cuts:
    """Turn the `rounds:` of a journey into codes; without `starts`, any event of a touchpoint it uses opens a round."""
    used = {step.touchpoint for step in journey.steps if step.touchpoint}
    starts = set(rounds.starts) or used
    return Cuts(
        frozenset(code for code, touchpoint in places.touchpoint.items() if touchpoint in starts),
        {
            code: outcome
            for code, meaning in places.codes.items()
            if (outcome := _ends(rounds, meaning, places.touchpoint[code])) is not None
        },
        round(rounds.quiet.total_seconds() * 1_000_000) if rounds.quiet is not None else None,
    )


def _ends(rounds: Rounds, code: Code, touchpoint: str | None) -> Outcome | None:
    for end in rounds.ends:
        if end.touchpoint is None and end.activity is None:
            continue
        if (end.touchpoint is None or end.touchpoint == touchpoint) and (
            end.activity is None or matches(end.activity, code.activity)
        ):
            return end.as_
    return None


def cut_rounds(marks: Iterable[Mark], cuts: Cuts, now: int) -> Iterator[Round]:
    """Cut accounts into rounds.

    A start opens a round when none is open; the event that opens it does not end it. An end closes it, event
    included, as done or lost. Quiet longer than `cuts.quiet`, until the next event of the account or until `now`,
    closes it as faded at the event before. What is left is open.

    Args:
        marks: by account and ord, at least every start, every end, every event followed by a longer quiet, and
            every last event.
        now: the end of the observed time, microseconds.
    """
    account = -1
    number = low = first = 0
    for cid, ord_, time, code, gap in marks:
        if cid != account:
            account, number, low = cid, 0, 0
        outcome: Outcome | None = None
        if low == 0:
            if code not in cuts.starts:
                continue
            number, low, first = number + 1, ord_, time
        else:
            outcome = cuts.ends.get(code)
        if outcome is None and gap < 0:
            outcome = "faded" if cuts.quiet is not None and now - time > cuts.quiet else "open"
        elif outcome is None and cuts.quiet is not None and gap > cuts.quiet:
            outcome = "faded"
        if outcome is not None:
            yield Round(cid, number, low, ord_, first, time, outcome)
            low = 0
