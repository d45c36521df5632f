"""Funnel: how many cases reach each of some stages in their order, other events between them allowed."""

from __future__ import annotations

from dataclasses import dataclass

from polku.analytics.result import Result


@dataclass(frozen=True)
class Funnel(Result):
    """One row per asked stage, in order.

    Args:
        reached: cases that met the stages up to this one in order, within the window from the first.
        from_previous: over the stage before; overall: over the first; None where the base is empty.
        pending: cases that reached the stage before, not this one, and can still: the window has not elapsed at
            the end of the data, or, without a window, their round is open.
        returned: of those that reached it, cases that later met an earlier stage of the funnel again.
        median_seconds_from_previous: from the matched event of the stage before.
    """

    stage: tuple[str, ...]
    reached: tuple[int, ...]
    from_previous: tuple[float | None, ...]
    overall: tuple[float | None, ...]
    pending: tuple[int, ...]
    returned: tuple[int, ...]
    median_seconds_from_previous: tuple[float | None, ...]
