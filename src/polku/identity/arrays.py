"""Lists of Python as arrays that the engine takes, with their gaps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np


def texts(values: Sequence[str | None]) -> Any:
    """Words, None where there is none."""
    if not any(value is not None for value in values):
        # A column of nothing but None would come through as numbers.
        return np.ma.MaskedArray(np.zeros(len(values), dtype="U1"), mask=True)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def lists(values: Sequence[Sequence[str] | Sequence[int]]) -> Any:
    """Lists, as JSON that `from_json` reads."""
    return texts([json.dumps(list(value), ensure_ascii=False) for value in values])
