"""Steps: how many cases reach each step of a journey, how many go on, how long they wait, how they score it."""

from __future__ import annotations

from dataclasses import dataclass

from polku.analytics.result import Result


@dataclass(frozen=True)
class Steps(Result):
    """One row per step, in drawn order.

    Args:
        observable: whether a rule of its touchpoint, or its own, points at data that is loaded.
        cases: cases with an event matched to the step; None where it is not observable.
        share: of all cases of the answer.
        goes_on: of these cases, the share that later reaches a step drawn next (steps that cannot be observed are
            looked through); None where nothing observable is drawn next or nobody reaches the step.
        median_wait_seconds: from the first event of the step to the first later event of such a step.
        answers: NPS answers given at the step (score kind nps, 0–10); nps, low, high: −100 … +100 with its 95 %
            interval, None below `limits.small` answers.
        unintended_out: cases that leave the step by a way nobody drew.
        events: events matched to the step; went_on: cases that go on; waiting: cases that have not, and are not over.
        sources: kinds of systems in which the step is seen.
    """

    step: tuple[str, ...]
    touchpoint: tuple[str | None, ...]
    observable: tuple[bool, ...]
    cases: tuple[int | None, ...]
    share: tuple[float | None, ...]
    goes_on: tuple[float | None, ...]
    median_wait_seconds: tuple[float | None, ...]
    answers: tuple[int, ...]
    nps: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    unintended_out: tuple[int | None, ...]
    events: tuple[int | None, ...]
    went_on: tuple[int | None, ...]
    waiting: tuple[int | None, ...]
    sources: tuple[tuple[str, ...], ...]
