"""Kept columns: what measures read of a version as numbers, made once and held in memory beside the blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from polku.analytics.columns import blocks
from polku.analytics.columns.blocks import Column

if TYPE_CHECKING:
    from polku.records.log import Log

Made = TypeVar("Made")


def kept_with(
    log: Log, name: object, tables: Sequence[str], needed: int, make: Callable[[], Made]
) -> Made | None:
    """Something that follows from a version alone, made where nobody asked for it yet; None where it does not fit.

    Args:
        name: tells it from what else is made of the same tables, with all that `make` reads beside these.
        tables: that it is made from.
        needed: bytes that it takes, about.
        make: gives a dataclass whose fields are columns.
    """
    kept = blocks.kept_blocks(log, "account")
    if kept is None or kept.bytes + needed > blocks.KEPT:
        return None
    written = blocks.written_of([file for table in tables for file in log.tables[table].files])
    # Accounts that are rolled up stand in the same files as those that are not.
    found: Made = kept.derived((name, log.data_version, written), make, _size)
    return found


def _size(made: Any) -> int:
    columns = [getattr(made, field.name) for field in fields(made)]
    return sum(column.nbytes if isinstance(column, np.ndarray) else 64 * len(column) for column in columns)


def narrow(column: Any) -> Column:
    """Whole numbers in the fewest bytes that hold them."""
    array = np.asarray(column)
    low, high = (int(array.min()), int(array.max())) if len(array) else (0, 0)
    for kind in (np.int8, np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return array.astype(kind)
    return array.astype(np.int64)


def filled(column: Any, none: float) -> Column:
    """A column whose missing values are this number."""
    found: Column = (
        np.ma.filled(column, none) if isinstance(column, np.ma.MaskedArray) else np.asarray(column)
    )
    return found
