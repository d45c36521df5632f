"""Shapley values of twenty channels equal the definition, which adds up what each brings to a million coalitions."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from polku.analytics.attribution import share_out
from polku.analytics.attribution_models import model_named
from polku.analytics.touch_paths import NEVER, PathSet

CHANNELS = 20


def some_paths(number: int, seed: int) -> PathSet:
    """Paths of one to twelve touches of twenty channels, each ended by a conversion that is worth something."""
    random = np.random.default_rng(seed)
    length = random.integers(1, 13, number)
    path = np.repeat(np.arange(number), length)
    return PathSet(
        labels=tuple(f"channel {place:02}" for place in range(CHANNELS)),
        path=path,
        node=random.integers(0, CHANNELS, len(path)),
        at=np.arange(len(path)),
        person=np.full(len(path), -1),
        lead=np.zeros(len(path), dtype=bool),
        won=random.integers(1, 4, number).astype(float),
        value=random.integers(0, 900, number).astype(float),
        lost=np.zeros(number),
        end=np.full(number, len(path)),
        created=np.full(number, NEVER),
        own=np.full(number, -1),
        unit=np.arange(number),
    )


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
    paths = some_paths(400, seed)
    found = share_out(paths, {"shapley": model_named("shapley")})["shapley"]
    assert found.conversions[:-1] == pytest.approx(by_definition(paths, paths.won), abs=1e-8)
    assert found.value[:-1] == pytest.approx(by_definition(paths, paths.value), abs=1e-6)
    assert found.conversions.sum() == pytest.approx(paths.won.sum())
