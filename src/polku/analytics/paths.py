"""Paths: how often one thing directly follows another, in how many cases, and after how long."""

from __future__ import annotations

from dataclasses import dataclass

from polku.analytics.result import Result


@dataclass(frozen=True)
class Paths(Result):
    """Directly-follows transitions, most frequent first; `from_` None is the start of a case, `to` None its end.

    Args:
        count: times the transition was taken; cases: distinct cases that took it.
        share_out: count over all transitions out of `from_`.
        median_seconds, mean_seconds, p95_seconds: time between the two events; None at start and end.
    """

    from_: tuple[str | None, ...]
    to: tuple[str | None, ...]
    count: tuple[int, ...]
    cases: tuple[int, ...]
    share_out: tuple[float, ...]
    median_seconds: tuple[float | None, ...]
    mean_seconds: tuple[float | None, ...]
    p95_seconds: tuple[float | None, ...]
