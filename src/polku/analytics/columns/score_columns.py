"""Score columns: fit and engagement of every account, from blocks that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import in_threads, kept_blocks, places_of
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.members import members
from polku.analytics.columns.score_days import points_of, ruled, rules_of, score_days
from polku.analytics.score_fits import DECIMALS, fits_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Blocks, Column
    from polku.analytics.columns.score_days import Rules
    from polku.analytics.study import Study
    from polku.documents import Scoring


@dataclass(frozen=True)
class Scores:
    """Accounts of a study by the number of their case, with what they are scored.

    Args:
        order: of their ids; letter, number: places of the halves of the grade.
        fit_id, fit_rule: which rule of fit holds for which, by both.
    """

    id: Column
    order: Column
    fit: Column
    engagement: Column
    letter: Column
    number: Column
    fit_id: Column
    fit_rule: Column
    kept: Blocks
    rules: Rules

    def _first(self, grade: Column, grades: Column, most: int) -> Column:
        """The first rows; only those that may be among them are sorted."""
        full = int(np.searchsorted(np.cumsum(grades), most))
        level = np.flatnonzero(grade == full)
        some = np.flatnonzero(grade < full)
        left = most - len(some)
        if len(level) > left > 0:
            bound = np.partition(self.engagement[level], len(level) - left)[len(level) - left]
            level = level[self.engagement[level] >= bound]
        some = np.append(some, level)
        keys = (self.order[some], -self.fit[some], -self.engagement[some], grade[some])
        found: Column = some[np.lexsort(keys)[:most]]
        return found

    @property
    def figures(self) -> dict[str, Column]:
        """As `score.figures`."""
        return {name: getattr(self, name) for name in ("id", "fit", "engagement", "letter", "number")}

    def told(
        self, study: Study, most: int
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[int, int]], list[tuple[Any, ...]]]:
        """Rows by grade, the most engaged first; grades; rules of fit and points of those in the rows."""
        grade = self.letter * np.int8(3) + self.number
        grades = np.bincount(grade, minlength=9)
        first = self._first(grade, grades, most)
        ids = self.id[first].tolist()
        names = dict(
            study.log.rows(
                "SELECT cid, account_id FROM {cases:account} WHERE cid IN (SELECT unnest($shown::INT[]))",
                shown=ids,
            )
        )
        rising = np.sort(self.id[first])
        told = ruled(study, self.kept, self.rules, rising)
        why = (
            [(id, *one[1:]) for id, one in zip(rising[[one[0] for one in told]].tolist(), told, strict=True)]
            if told
            else []
        )
        events: dict[int, tuple[int, int]] = {}
        for id, _, _, n, last in why:
            before = events.get(id, (0, last))
            events[id] = before[0] + n, max(before[1], last)
        columns = (self.fit, self.engagement, self.letter, self.number)
        rows: list[tuple[Any, ...]] = [
            (id, names[id], names[id], fit, points, *events.get(id, (0, None)), letter, number)
            for id, fit, points, letter, number in zip(
                ids, *(column[first].tolist() for column in columns), strict=True
            )
        ]
        low, high = (
            np.searchsorted(self.fit_id, self.id[first], side).tolist() for side in ("left", "right")
        )
        fits = [
            (id, rule)
            for id, a, b in zip(ids, low, high, strict=True)
            for rule in self.fit_rule[a:b].tolist()
        ]
        return rows, [(*divmod(grade, 3), n) for grade, n in enumerate(grades.tolist()) if n], fits, why


def score_columns(study: Study, scoring: Scoring, bound: Mapping[str, Any]) -> Scores | None:
    """Score the accounts of a study; None where an engine has to be asked.

    Args:
        bound: as `score.bound_of`.
    """
    kept, known = kept_blocks(study.log, "account"), members(study.log)
    if kept is None or known is None or study.case != "account" or study.events is not None:
        return None
    if (known.of_case < 0).any() or not len(known.cid):
        return None
    rules = rules_of(study, bound)
    days = score_days(study, kept, rules)
    fit_id, fit_rule = fits_of(study, scoring, whole=True)
    cases = len(known.cid)
    worth = np.array([rule.points for rule in scoring.fit], dtype=float)
    fit: Column = np.zeros(cases)
    if len(fit_id):
        fit = np.bincount(places_of(known.cid, fit_id), weights=worth[fit_rule], minlength=cases)
    engagement = np.empty(cases)
    letter, number = np.empty(cases, dtype=np.int8), np.empty(cases, dtype=np.int8)
    begin = np.cumsum([0, *(len(kept.block(study.log, n).cid) for n in range(len(kept.ranges)))]).tolist()

    def of(place: int) -> None:
        own = slice(begin[place], begin[place + 1])
        engagement[own] = _rounded(points_of(kept.block(study.log, place), days[place], rules))
        fit[own] = _rounded(fit[own])
        for half, values, high, low in (
            (letter, fit[own], bound["fit_a"], bound["fit_b"]),
            (number, engagement[own], bound["eng_1"], bound["eng_2"]),
        ):
            half[own] = np.where(values >= high, 0, np.where(values >= low, 1, 2))

    in_threads(of, range(len(kept.ranges)))
    columns = (known.cid, known.of_case, fit, engagement, letter, number)
    chosen = chosen_cases(study, known.cid)
    if chosen is not None:
        place = np.flatnonzero(chosen)
        columns = tuple(column[place] for column in columns)  # type: ignore[assignment]
    return Scores(*columns, fit_id, fit_rule, kept, rules)


def _rounded(values: Column) -> Column:
    """Halves away from zero, as an engine rounds."""
    scaled = values * 10.0**DECIMALS
    found: Column = np.trunc(scaled + np.copysign(0.5, scaled)) / 10.0**DECIMALS
    return found
