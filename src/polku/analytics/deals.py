"""Deals: how sales opportunities end, by kind and segment, against whom, for how much and after how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from polku.analytics.result import Result


@dataclass(frozen=True)
class Deals(Result):
    """One row per kind, segment, outcome, rival and currency that occur; None is unknown.

    Args:
        count: deals; value: sum of their amounts, None where no deal has one.
        median_days: from created to closed, of those that have both.
        win_rate: won over won and lost, all deals of the answer; None without an ended one.
        win_rates: the same by kind of deal (`unknown` for None), with `won` and `ended`.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("win_rate", "win_rates")

    kind: tuple[str | None, ...]
    segment: tuple[str | None, ...]
    outcome: tuple[str | None, ...]
    lost_to: tuple[str | None, ...]
    count: tuple[int, ...]
    value: tuple[float | None, ...]
    median_days: tuple[float | None, ...]
    currency: tuple[str | None, ...]
    win_rate: float | None
    win_rates: Mapping[str, Mapping[str, float | int | None]]
