"""What stands behind a number: how many of what it counts each case, account or deal has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Holding:
    """How many of what a number counts each case, account or deal has; only one of the three is filled.

    Args:
        cases: by id; accounts: by id, None for those nobody knows; deals: by their place among all by source and id.
        unit: which of the three it is, where it is empty.
        counts: whether something else is counted than the cases, accounts or deals themselves, each once.
        whole: the study whose cases these are, where its period is not that of the question.
        exact: whether the sum is the number; else these are what it was made from together.
    """

    cases: Mapping[int, float] = field(default_factory=dict)
    accounts: Mapping[str | None, float] = field(default_factory=dict)
    deals: Mapping[int, float] = field(default_factory=dict)
    unit: str = "case"
    counts: bool = False
    whole: Study | None = None
    exact: bool = True
