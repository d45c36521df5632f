"""Attribution by Shapley values of the game whose coalitions are worth what paths within them brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from polku.analytics.touch_paths import Column, PathSet


def weights(paths: PathSet) -> Column:
    """Touch → its part of its path's conversions.

    With v(S) = Σ R(T) over all T ⊆ S, where R(T) is what paths brought whose set of nodes is exactly T, the Shapley
    value of i is Σ R(T) / |T| over all T that hold i: each path is shared equally by its distinct nodes. Exact for
    any number of nodes, by count and by value alike.
    """
    distinct = np.bincount(paths.path, weights=paths.new, minlength=len(paths.won))
    return np.where(paths.new, 1.0 / distinct[paths.path], 0.0)
