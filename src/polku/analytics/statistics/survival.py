"""Survival: how long something lasts that is still going on for some, and whether groups differ in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import erfc, exp, gamma, sqrt
from typing import Any

from polku.analytics.statistics.scores import Z95
from polku.frozen import dataclass


@dataclass(frozen=True)
class Life:
    """One life, in whole units of age.

    Args:
        entered: age from which it is observed; 0 from its beginning.
        left: age at which it was lost, or was last seen alive.
    """

    entered: int
    left: int
    lost: bool


@dataclass(frozen=True)
class Survival:
    """A share still alive, with its 95 % interval; both None where all are gone, as Greenwood's formula says nothing."""

    share: float
    low: float | None
    high: float | None


class Curve:
    """The curve of Kaplan and Meier: S(t) = Π (1 − d/n) over the ages up to t at which d of n at risk are lost.

    A life is at risk at age t when entered < t ≤ left, so that lives observed late count from then on only. The
    interval is Greenwood's, S ± 1.96 · S · √Σ d / (n (n − d)), cut at 0 and 1.
    """

    def __init__(self, lives: Iterable[Life]) -> None:
        own = [life for life in lives if life.left > life.entered]
        self._entered: Any = sorted(life.entered for life in own)
        self._left: Any = sorted(life.left for life in own)
        self._follow(Counter(life.left for life in own if life.lost))

    @classmethod
    def of_columns(cls, entered: Any, left: Any, lost: Any) -> Curve:
        """The curve of lives whose ages are arrays; all of them are observed."""
        import numpy as np

        found = cls.__new__(cls)
        found._entered, found._left = np.sort(entered), np.sort(left)
        ages, numbers = np.unique(left[lost], return_counts=True)
        found._follow(dict(zip(ages.tolist(), numbers.tolist(), strict=True)))
        return found

    def _follow(self, lost: Mapping[int, int]) -> None:
        self.steps: list[tuple[int, int, int]] = [(age, self.at_risk(age), lost[age]) for age in sorted(lost)]
        """Age, at risk, lost, at each age with a loss."""
        self._ages = [age for age, _, _ in self.steps]
        self._gone = [0, *accumulate(number for _, _, number in self.steps)]
        share, spread = 1.0, 0.0
        self._shares = [(share, spread)]
        for _, at_risk, number in self.steps:
            if at_risk == number:
                break
            share *= 1 - number / at_risk
            spread += number / (at_risk * (at_risk - number))
            self._shares.append((share, spread))

    def __len__(self) -> int:
        return len(self._left)

    @property
    def longest(self) -> int:
        """The greatest age that is observed; −1 without a life."""
        return int(self._left[-1]) if len(self._left) else -1

    def at(self, age: int) -> Survival:
        """The share still alive after an age."""
        place = bisect_right(self._ages, age)
        if place >= len(self._shares):
            return Survival(0.0, None, None)
        share, spread = self._shares[place]
        half = Z95 * share * sqrt(spread)
        return Survival(share, max(share - half, 0.0), min(share + half, 1.0))

    def beyond(self, age: int) -> int:
        """Lives that are observed and go on at an age."""
        return bisect_right(self._entered, age) - bisect_right(self._left, age)

    def at_risk(self, age: int) -> int:
        """Lives that are observed just before an age."""
        return bisect_left(self._entered, age) - bisect_left(self._left, age)

    def lost_between(self, after: int, until: int) -> int:
        """Lives lost after one age, up to and with another."""
        return self._gone[bisect_right(self._ages, until)] - self._gone[bisect_right(self._ages, after)]


@dataclass(frozen=True)
class LogRank:
    """Whether curves differ: chi² with its degrees of freedom, and how often chance alone gives as much."""

    chi2: float
    df: int
    p: float


def log_rank(groups: Sequence[Sequence[Life] | Curve]) -> LogRank | None:
    """The log-rank test of groups; None where there is nothing to compare.

    At each age with a loss, a group expects d · nᵍ/n of the d lost; observed less expected, weighted by the inverse of
    their hypergeometric covariance, is chi² with as many degrees of freedom as the covariance has rank.
    """
    curves = [group if isinstance(group, Curve) else Curve(group) for group in groups]
    ages = sorted({age for curve in curves for age, _, _ in curve.steps})
    if len(groups) < 2 or not ages:
        return None
    # Only here: every other question would wait for it.
    import numpy as np

    at_risk = np.array([[curve.at_risk(age) for age in ages] for curve in curves], dtype=np.float64)
    gone = [{age: number for age, _, number in curve.steps} for curve in curves]
    lost = np.array([[one.get(age, 0) for age in ages] for one in gone], dtype=np.float64)
    n, d = at_risk.sum(axis=0), lost.sum(axis=0)
    share = at_risk / n
    difference = (lost - d * share).sum(axis=1)
    weight = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    covariance = np.diag((share * weight).sum(axis=1)) - (share * weight) @ share.T
    sizes, directions = np.linalg.eigh(covariance)
    real = sizes > max(float(sizes[-1]), 0.0) * 1e-9
    df = int(real.sum())
    if df == 0:
        return None
    chi2 = float(((directions.T @ difference)[real] ** 2 / sizes[real]).sum())
    return LogRank(chi2, df, chi2_tail(chi2, df))


def chi2_tail(x: float, df: int) -> float:
    """The chance of a chi² of at least x: Q(1) = erfc √(x/2), Q(2) = e^(−x/2), Q(k+2) = Q(k) + (x/2)^(k/2) e^(−x/2) / Γ(k/2 + 1)."""
    half = x / 2
    found, k = (erfc(sqrt(half)), 1) if df % 2 else (exp(-half), 2)
    while k < df:
        found += half ** (k / 2) * exp(-half) / gamma(k / 2 + 1)
        k += 2
    return min(found, 1.0)
