"""Rounds: single walks of one journey by one account, cut from the account's events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from polku.analytics.map.places import Code, Places
from polku.documents.wildcards import matches
from polku.frozen import dataclass

if TYPE_CHECKING:
    import numpy as np

    from polku.documents import Journey, Rounds

Outcome = Literal["done", "lost", "faded", "open"]
ROUND_OUTCOMES: tuple[Outcome, ...] = ("done", "lost", "faded", "open")

ROUNDS = (
    "SELECT id, cid, low, high, high - low + 1 AS n, t0, t1, outcome, NULL::DOUBLE AS value FROM {rounds}"
)
NAMED_ROUNDS = (
    "SELECT r.id, r.cid, r.low, r.high, r.high - r.low + 1 AS n, r.t0, r.t1, c.key || '/' || r.number AS key, "
    "c.account_id, c.segment, c.status, r.outcome, NULL::DOUBLE AS value "
    "FROM {rounds} r JOIN {cases:account} c ON c.cid = r.cid"
)
"""Rounds of a table of cuts: as they are, and with what their account has."""
TOLD = (
    "id, cid, number, low, high, t0, t1, CASE said "
    + " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(ROUND_OUTCOMES))
    + " END AS outcome"
)
"""Of the columns of `cut_columns` those of a table of cuts."""
_KINDS = {
    "id": "int32",
    "cid": "int32",
    "number": "int32",
    "low": "int32",
    "high": "int32",
    "t0": "int64",
    "t1": "int64",
    "said": "int8",
}
"""Columns of rounds and their types."""


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

    @property
    def key(self) -> tuple[Any, ...]:
        """The same as something that can be looked up by."""
        return self.starts, tuple(sorted(self.ends.items())), self.quiet


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


def cut_columns(
    marks: Mapping[str, np.ndarray[Any, Any]], cuts: Cuts, now: int
) -> dict[str, np.ndarray[Any, Any]]:
    """The rounds that `cut_rounds` cuts, for millions of marks: the first of every account at once, then the second …

    Args:
        marks: as there, as columns cid, ord, ts, code, gap.

    Returns:
        id (place), cid, number, low, high, t0, t1, and said: place of the outcome in ROUND_OUTCOMES.
    """
    import numpy as np

    cid, ord_, ts, code, gap = (np.asarray(marks[name]) for name in ("cid", "ord", "ts", "code", "gap"))
    size = len(cid)

    def following(flags: np.ndarray[Any, Any]) -> Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]:
        """For marks, of which the last may lie behind all, the first from each on that is flagged; `size` where none is."""
        flagged = np.append(np.flatnonzero(flags), size)
        before = np.zeros(size + 1, dtype=np.int32)
        np.cumsum(flags, out=before[1:])
        return lambda at: flagged.take(before.take(at))

    most = int(code.max(initial=0)) + 1
    of_code = np.full(most, -1, dtype=np.int8)
    for one, outcome in cuts.ends.items():
        if one < most:
            of_code[one] = ROUND_OUTCOMES.index(outcome)
    begins_round = np.zeros(most, dtype=bool)
    begins_round[[one for one in cuts.starts if one < most]] = True
    start = following(begins_round.take(code))
    end = following((of_code >= 0).take(code))
    stops = gap < 0
    if cuts.quiet is not None:
        stops |= gap > cuts.quiet
    stop = following(stops)
    new = np.ones(size, dtype=bool)
    np.not_equal(cid[1:], cid[:-1], out=new[1:])
    begins = np.flatnonzero(new)
    last = np.append(begins[1:], size)[: len(begins)] - 1
    at = begins
    found: list[tuple[np.ndarray[Any, Any], ...]] = []
    while len(at):
        first = start(at)
        going = np.flatnonzero(first <= last)
        first, last = first.take(going), last.take(going)
        # The event that opens a round does not end it.
        close = np.minimum(stop(first), end(first + 1))
        found.append((first, close, np.full(len(first), len(found) + 1, dtype=np.int32)))
        at = close + 1
        more = np.flatnonzero(at <= last)
        at, last = at.take(more), last.take(more)
    if not found:
        found.append((begins, begins, begins.astype(np.int32)))
    low, high, number = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(low)
    low, high, number = low.take(order), high.take(order), number.take(order)
    ended = np.where(high > low, of_code.take(code.take(high)), -1)
    t1 = ts.take(high)
    late = (gap.take(high) >= 0) | (cuts.quiet is not None and now - t1 > (cuts.quiet or 0))
    waits = np.where(late, ROUND_OUTCOMES.index("faded"), ROUND_OUTCOMES.index("open"))
    return {
        "id": np.arange(len(low), dtype=np.int32),
        "cid": cid.take(low).astype(np.int32),
        "number": number,
        "low": ord_.take(low).astype(np.int32),
        "high": ord_.take(high).astype(np.int32),
        "t0": ts.take(low).astype(np.int64),
        "t1": t1.astype(np.int64),
        "said": np.where(ended >= 0, ended, waits).astype(np.int8),
    }


def joined(
    parts: Sequence[Mapping[str, np.ndarray[Any, Any]]],
) -> dict[str, np.ndarray[Any, Any]]:
    """Rounds that `cut_columns` found in some accounts after the other, as those of all of them."""
    import numpy as np

    found = {
        name: np.concatenate([np.zeros(0, dtype=kind), *(part[name] for part in parts)], dtype=kind)
        for name, kind in _KINDS.items()
    }
    found["id"] = np.arange(len(found["cid"]), dtype=np.int32)
    return found


def rounds_of(columns: Mapping[str, np.ndarray[Any, Any]]) -> tuple[Round, ...]:
    """Rounds of `cut_columns` one by one."""
    told = {name: column.tolist() for name, column in columns.items()}
    return tuple(
        Round(
            told["cid"][id],
            told["number"][id],
            told["low"][id],
            told["high"][id],
            told["t0"][id],
            told["t1"][id],
            ROUND_OUTCOMES[said],
        )
        for id, said in enumerate(told["said"])
    )


def bound_rounds(columns: Mapping[str, np.ndarray[Any, Any]]) -> tuple[str, dict[str, Any]]:
    """A query of a few rounds, and the values that are bound to it."""
    told = {name: column.tolist() for name, column in columns.items()}
    told["outcome"] = [ROUND_OUTCOMES[said] for said in told.pop("said")]
    types = {"t0": "BIGINT", "t1": "BIGINT", "outcome": "VARCHAR"}
    read = (f"unnest($round_{name}::{types.get(name, 'INT')}[]) AS {name}" for name in told)
    return f"SELECT {', '.join(read)}", {f"round_{name}": values for name, values in told.items()}
