"""Shapley values of twenty channels equal the definition, which adds up what each brings to a million coalitions."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from bench.shapley import made_up
from polku.analytics.credit.models import model_named
from polku.analytics.credit.shares import share_out
from polku.analytics.credit.touch_paths import PathSet

CHANNELS = 20


def by_definition(paths: PathSet, worth: np.ndarray) -> np.ndarray:
    """φᵢ = Σ |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S)) over all S without i; v(S): what paths within S brought."""
    met = np.zeros(len(worth), dtype=np.int64)
    np.bitwise_or.at(met, paths.path, 1 << paths.node)
    within = np.bincount(met, weights=worth, minlength=1 << CHANNELS)
    for channel in range(CHANNELS):
        halves = within.reshape(-1, 2, 1 << channel)
        halves[:, 1] += halves[:, 0]
    members = np.bitwise_count(np.arange(1 << CHANNELS, dtype=np.uint32))
    weight = np.array([1 / (CHANNELS * comb(CHANNELS - 1, size)) for size in range(CHANNELS)])
    found = []
    for channel in range(CHANNELS):
        without, joined = within.reshape(-1, 2, 1 << channel).transpose(1, 0, 2)
        size = members.reshape(-1, 2, 1 << channel)[:, 0]
        found.append(float((weight[size] * (joined - without)).sum()))
    return np.array(found)


@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_channels_equal_the_sum_over_all_coalitions(seed: int) -> None:
    paths = made_up(400, CHANNELS, seed)
    found = share_out(paths, {"shapley": model_named("shapley")})["shapley"]
    assert found.conversions[:-1] == pytest.approx(by_definition(paths, paths.won), abs=1e-8)
    assert found.value[:-1] == pytest.approx(by_definition(paths, paths.value), abs=1e-6)
    assert found.conversions.sum() == pytest.approx(paths.won.sum())
