"""Time: how long cases take from one thing to another, in three definitions that are kept apart."""

from __future__ import annotations

from dataclasses import dataclass

from polku.analytics.result import Result

TIME_DEFINITIONS = ("first-after", "first-first", "every-next")


@dataclass(frozen=True)
class Time(Result):
    """One row per asked pair.

    Args:
        cases: cases with a measured time; count: measured times (more than cases only for every-next).
        open: cases that met `from_` and (after it) not yet `to`.
        median_seconds …: quantiles of the measured times, None without any.
    """

    from_: tuple[str, ...]
    to: tuple[str, ...]
    cases: tuple[int, ...]
    open: tuple[int, ...]
    median_seconds: tuple[float | None, ...]
    p25_seconds: tuple[float | None, ...]
    p75_seconds: tuple[float | None, ...]
    p95_seconds: tuple[float | None, ...]
    count: tuple[int, ...]
