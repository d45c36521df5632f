"""A path graph as plain data: stations, the ways between them, and how much a way tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Station:
    """A touchpoint in the graph.

    Args:
        cases: how many cases met it.
        on_track: whether a step of the journey has it.
        truth: whether it is a moment of truth.
        seen: whether the data could show it at all.
    """

    id: str
    name: str
    cases: int
    kind: str | None = None
    on_track: bool = True
    truth: bool = False
    seen: bool = True
    present: bool = True


@dataclass(frozen=True)
class Way:
    """A move from one station to the next one a case met.

    Args:
        cases: how many cases took it at least once.
        days: median days it took; None where nobody took it.
        label: words that the map gives the way.
    """

    start: str
    end: str
    cases: int
    days: float | None = None
    intended: bool = False
    label: str | None = None


@dataclass(frozen=True)
class PathGraph:
    """Stations in the order of the track, then those off it, and the ways between them.

    Args:
        cases: all cases counted; unit: what a case is, in words; accounts behind them.
        fitting: cases that took no unintended way.
        mapped: somebody drew which ways are intended; else nothing is said of that.
        period: first and last day, rest: what is left out, both in words, already in the reader's language.
    """

    stations: tuple[Station, ...]
    ways: tuple[Way, ...]
    cases: int
    accounts: int
    fitting: int | None = None
    period: str = ""
    small: int = 5
    long_wait_days: float = 60
    hidden_stations: int = 0
    example: bool = False
    mapped: bool = True
    rest: str = ""


def telling(cases: int, start: int, end: int, truths: Sequence[int]) -> float:
    """How much an unintended way tells: passing by a moment of truth doubles its cases, going back halves them."""
    if end < start:
        return cases / 2
    return cases * 2 if any(start < truth < end for truth in truths) else cases
