"""Variants: which whole paths cases take, how often, how long they last and how they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from polku.analytics.result import Result


@dataclass(frozen=True)
class Variants(Result):
    """Whole paths, most cases first.

    Args:
        path: what the cases did, in order, after the transform that `parameters` names.
        count: cases; share: of all cases of the answer.
        median_seconds: from a case's first to its last event.
        outcomes: cases by outcome (won, lost, open; for rounds done, lost, faded, open; `unknown`).
    """

    path: tuple[tuple[str, ...], ...]
    count: tuple[int, ...]
    share: tuple[float, ...]
    median_seconds: tuple[float | None, ...]
    outcomes: tuple[Mapping[str, int], ...]
