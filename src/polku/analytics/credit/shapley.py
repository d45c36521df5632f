"""Attribution by Shapley values of the game whose coalitions are worth what paths within them brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from polku.analytics.credit.touch_paths import Cells, Column


def parts(cells: Cells) -> Column:
    """Distinct node of a path → its part of the path's conversions.

    With v(S) = Σ R(T) over all T ⊆ S, where R(T) is what paths brought whose set of nodes is exactly T, the Shapley
    value of i is Σ R(T) / |T| over all T that hold i: each path is shared equally by its distinct nodes. Exact for
    any number of nodes, by count and by value alike.
    """
    found: Column = (1.0 / np.bincount(cells.path))[cells.path] if len(cells.path) else np.zeros(0)
    return found
