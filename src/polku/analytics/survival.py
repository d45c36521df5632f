"""Survival: how long something lasts that is still going on for some, and whether groups differ in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import erfc, exp, gamma, sqrt

from polku.analytics.scores import Z95


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
        self._lives = [life for life in lives if life.left > life.entered]
        lost = Counter(life.left for life in self._lives if life.lost)
        self.steps: list[tuple[int, int, int]] = []
        """Age, at risk, lost, at each age with a loss."""
        self._entered = entered = sorted(life.entered for life in self._lives)
        self._left = left = sorted(life.left for life in self._lives)
        begun = ended = 0
        for age in sorted(lost):
            while begun < len(entered) and entered[begun] < age:
                begun += 1
            while ended < len(left) and left[ended] < age:
                ended += 1
            self.steps.append((age, begun - ended, lost[age]))

    def __len__(self) -> int:
        return len(self._lives)

    @property
    def longest(self) -> int:
        """The greatest age that is observed; −1 without a life."""
        return self._left[-1] if self._left else -1

    def at(self, age: int) -> Survival:
        """The share still alive after an age."""
        share, spread = 1.0, 0.0
        for when, at_risk, lost in self.steps:
            if when > age:
                break
            if at_risk == lost:
                return Survival(0.0, None, None)
            share *= 1 - lost / at_risk
            spread += lost / (at_risk * (at_risk - lost))
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
        return sum(lost for age, _, lost in self.steps if after < age <= until)


@dataclass(frozen=True)
class LogRank:
    """Whether curves differ: chi² with its degrees of freedom, and how often chance alone gives as much."""

    chi2: float
    df: int
    p: float


def log_rank(groups: Sequence[Sequence[Life]]) -> LogRank | None:
    """The log-rank test of groups; None where there is nothing to compare.

    At each age with a loss, a group expects d · nᵍ/n of the d lost; observed less expected, weighted by the inverse of
    their hypergeometric covariance, is chi² with as many degrees of freedom as the covariance has rank.
    """
    curves = [Curve(group) for group in groups]
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
