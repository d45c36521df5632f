"""Intervals: how sure a share, a mean or a difference of two is, at 95 %."""

from __future__ import annotations

from math import sqrt

from polku.analytics.statistics.scores import Z95
from polku.frozen import dataclass

SEED = 20261118
"""Of what is drawn at random, so that the same data has the same intervals."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval, of n observations; None where there are none, or no interval is known."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def share_of(part: int, whole: int) -> Estimate:
    """A share with Wilson's interval: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)."""
    if whole <= 0:
        return Estimate(whole)
    p, z2 = part / whole, Z95**2
    middle = p + z2 / (2 * whole)
    half = Z95 * sqrt(p * (1 - p) / whole + z2 / (4 * whole**2))
    over = 1 + z2 / whole
    # At 0 and 1 the bound is the share itself, which rounding would miss.
    low = 0.0 if part == 0 else max((middle - half) / over, 0.0)
    high = 1.0 if part == whole else min((middle + half) / over, 1.0)
    return Estimate(whole, p, low, high)


def mean_of(n: int, total: float, squares: float) -> Estimate:
    """A mean with its interval, mean ± z s / √n; none of a single observation."""
    if n <= 0:
        return Estimate(n)
    mean = total / n
    if n == 1:
        return Estimate(n, mean)
    half = Z95 * sqrt(max(squares - total * total / n, 0.0) / (n - 1) / n)
    return Estimate(n, mean, mean - half, mean + half)


def difference(after: Estimate, before: Estimate) -> Estimate:
    """`after` less `before`, n being all observations.

    The interval is made from those of the two (Zou and Donner; for shares with Wilson's that is Newcombe's): below
    the difference √((a − aₗ)² + (bᵤ − b)²), above it √((aᵤ − a)² + (b − bₗ)²). The two must be of different cases.
    """
    n = after.n + before.n
    if after.value is None or before.value is None:
        return Estimate(n)
    gap = after.value - before.value
    if after.low is None or after.high is None or before.low is None or before.high is None:
        return Estimate(n, gap)
    down = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Estimate(n, gap, gap - down, gap + up)
