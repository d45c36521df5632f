"""Fit: how far real cases follow the journey as drawn, by its order of stages and its drawn ways between steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from polku.analytics.result import Result

FIT_KINDS = ("unintended", "skipped", "out_of_order", "repeated", "missing")


@dataclass(frozen=True)
class Fit(Result):
    """Deviations by kind, most cases first within a kind.

    The template is the stages in drawn order that hold an observable step. Of a case we look at the steps it is
    matched to, one after the other, and at the stages of these, equal neighbours taken as one.

    Args:
        kind: `unintended` (from step, to step: a way nobody drew, steps that cannot be observed looked through),
            `skipped` (from stage: never met, though a later one was), `missing` (from stage: never met, nor any later
            one; cases still open are not counted), `out_of_order` (from stage, to an earlier stage, on a way nobody
            drew), `repeated` (from = to = stage: met again after another stage; count = the extra times).
        count: times; cases: distinct cases.
        fitness: mean over cases of the longest common subsequence of its stages and the template, over the
            template's length; None without cases or template.
        fitting_cases: cases without any `unintended`, `skipped` or `out_of_order`.
        template: the stages that were expected.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("fitness", "fitting_cases", "template")

    kind: tuple[str, ...]
    from_: tuple[str | None, ...]
    to: tuple[str | None, ...]
    count: tuple[int, ...]
    cases: tuple[int, ...]
    fitness: float | None
    fitting_cases: int
    template: tuple[str, ...]
