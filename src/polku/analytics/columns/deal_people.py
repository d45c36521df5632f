"""Who has a part in which deal, and when: the touches of a buying group rather than of a whole company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from polku.analytics.credit.touch_paths import NEVER

if TYPE_CHECKING:
    from polku.analytics.credit.touch_paths import Column
    from polku.analytics.study import Study

Spans: TypeAlias = "tuple[Column, ...]"
"""Three columns, sorted: whose and which person as one number, from (included) and to (excluded), microseconds."""
FOR_EVER = 2**62


def people_of_deals(study: Study, numbers: Mapping[str, int]) -> Spans:
    """Who has a part in which deal (by its number), from when to when."""
    rows = study.log.rows(
        'SELECT p.deal_id, k.person, epoch_us(p."from"::TIMESTAMP), epoch_us((p."to" + 1)::TIMESTAMP) '
        "FROM {deal_people} p JOIN {person_keys} k ON k.person_id = p.person_id ORDER BY ALL"
    )
    return _spans([(numbers[row[0]], *row[1:]) for row in rows if row[0] in numbers])


def people_of_cases(study: Study) -> Spans:
    """Who has a part in any deal of a case."""
    same = "c.key = d.deal_id" if study.case == "deal" else "c.account_id = d.account_id"
    return _spans(
        study.ask(
            'SELECT c.id, k.person, epoch_us(p."from"::TIMESTAMP), epoch_us((p."to" + 1)::TIMESTAMP) '
            "FROM {deal_people} p JOIN {person_keys} k ON k.person_id = p.person_id "
            f"JOIN {{deals}} d ON d.deal_id = p.deal_id JOIN kept c ON {same} ORDER BY ALL"
        )
    )


def _spans(rows: list[tuple[Any, ...]]) -> Spans:
    """(whose, person) as one number, from, to; sorted."""
    made = sorted(
        {
            (
                (row[0] << 32) | row[1],
                NEVER if row[2] is None else row[2],
                FOR_EVER if row[3] is None else row[3],
            )
            for row in rows
        }
    )
    return tuple(np.array([row[column] for row in made], dtype=np.int64) for column in range(3))


def is_known(spans: Spans, whose: Column, person: Column, at: Column) -> Column:
    """Whether somebody (−1 nobody known) has a part at that time."""
    keys, since, until = spans
    key = (whose.astype(np.int64) << 32) | np.maximum(person, 0)
    low, high = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
    known = np.zeros(len(key), dtype=bool)
    while ((person >= 0) & (low < high)).any():
        here = np.flatnonzero((person >= 0) & (low < high))
        known[here] |= (at[here] >= since[low[here]]) & (at[here] < until[low[here]])
        low[here] += 1
    return known
