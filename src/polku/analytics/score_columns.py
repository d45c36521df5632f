"""Score columns: fit and engagement of every account, from blocks that are kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.blocks import in_threads, kept_blocks
from polku.analytics.held import chosen_cases
from polku.analytics.members import members
from polku.analytics.met import cases_of
from polku.analytics.score import DECIMALS, fits_of

if TYPE_CHECKING:
    from polku.analytics.blocks import Column
    from polku.analytics.study import Study
    from polku.documents import Scoring

NEVER = -(2**62)


@dataclass(frozen=True)
class Ruled:
    """Points of a case by a rule, by case and rule; case by its place among all."""

    case: Column
    rule: Column
    points: Column
    n: Column
    last: Column


@dataclass(frozen=True)
class Scores:
    """Accounts of a study by the number of their case, with what they are scored.

    Args:
        place: of each among all cases; order: of their ids; letter, number: places of the halves of the grade.
        fit_id, fit_place, fit_rule: which rule of fit holds for which, by id and place of the case.
    """

    id: Column
    place: Column
    order: Column
    fit: Column
    engagement: Column
    letter: Column
    number: Column
    n: Column
    last: Column
    ruled: Ruled
    fit_id: Column
    fit_place: Column
    fit_rule: Column

    def _first(self, most: int) -> Column:
        """The first rows; only those that may be among them are sorted."""
        grade = self.letter * 3 + self.number
        full = int(np.searchsorted(np.cumsum(np.bincount(grade, minlength=9)), most))
        level = np.flatnonzero(grade == full)
        left = most - int(np.count_nonzero(grade < full))
        if len(level) > left > 0:
            bound = np.partition(self.engagement[level], len(level) - left)[len(level) - left]
            level = level[self.engagement[level] >= bound]
        some = np.append(np.flatnonzero(grade < full), level)
        keys = (self.order, -self.fit, -self.engagement, grade)
        found: Column = some[np.lexsort(tuple(key[some] for key in keys))[:most]]
        return found

    @property
    def figures(self) -> dict[str, Column]:
        """As `score.figures`."""
        return {name: getattr(self, name) for name in ("id", "fit", "engagement", "letter", "number")}

    def told(
        self, study: Study, most: int
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[int, int]], list[tuple[Any, ...]]]:
        """Rows by grade, the most engaged first; grades; rules of fit and points of those in the rows."""
        first = self._first(most)
        ids = self.id[first].tolist()
        names = dict(
            study.log.rows(
                "SELECT cid, account_id FROM {cases:account} WHERE cid IN (SELECT unnest($shown::INT[]))",
                shown=ids,
            )
        )
        columns = (self.fit, self.engagement, self.n, self.last, self.letter, self.number)
        rows: list[tuple[Any, ...]] = [
            (id, names[id], names[id], fit, points, n, None if last == NEVER else last, letter, number)
            for id, fit, points, n, last, letter, number in zip(
                ids, *(column[first].tolist() for column in columns), strict=True
            )
        ]
        grades = np.bincount(self.letter * 3 + self.number, minlength=9)
        shown = np.zeros(int(self.place.max(initial=0)) + 1, dtype=bool)
        shown[self.place[first]] = True
        fitting = np.flatnonzero(shown[self.fit_place])
        low, high = (np.searchsorted(self.ruled.case, self.place[first], side) for side in ("left", "right"))
        why = [
            (
                id,
                *(
                    column[at].item()
                    for column in (self.ruled.rule, self.ruled.points, self.ruled.n, self.ruled.last)
                ),
            )
            for id, a, b in zip(ids, low.tolist(), high.tolist(), strict=True)
            for at in range(a, b)
        ]
        return (
            rows,
            [(*divmod(grade, 3), number) for grade, number in enumerate(grades.tolist()) if number],
            list(zip(self.fit_id[fitting].tolist(), self.fit_rule[fitting].tolist(), strict=True)),
            why,
        )


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
    chosen = chosen_cases(study, known.cid)
    place = np.arange(len(known.cid)) if chosen is None else np.flatnonzero(chosen)
    ruled = _ruled(study, bound, chosen)
    cases = len(known.cid)
    begins = np.flatnonzero(np.append(True, ruled.case[1:] != ruled.case[:-1])[: len(ruled.case)])
    last = np.full(cases, NEVER)
    if len(begins):
        last[ruled.case[begins]] = np.maximum.reduceat(ruled.last, begins)
    engagement = _rounded(np.bincount(ruled.case, weights=ruled.points, minlength=cases))[place]
    fit_id, fit_rule = fits_of(study, scoring)
    points = np.array([rule.points for rule in scoring.fit], dtype=float)
    fit_place = np.searchsorted(known.cid, fit_id)
    fit: Column = np.zeros(cases)
    if len(fit_id):
        fit = np.bincount(fit_place, weights=points[fit_rule], minlength=cases)
    fit = _rounded(fit)[place]
    return Scores(
        id=known.cid[place],
        place=place,
        order=known.of_case[place],
        fit=fit,
        engagement=engagement,
        letter=np.where(fit >= bound["fit_a"], 0, np.where(fit >= bound["fit_b"], 1, 2)),
        number=np.where(engagement >= bound["eng_1"], 0, np.where(engagement >= bound["eng_2"], 1, 2)),
        n=np.bincount(ruled.case, weights=ruled.n, minlength=cases).astype(np.int64)[place],
        last=last[place],
        ruled=ruled,
        fit_id=fit_id,
        fit_place=fit_place,
        fit_rule=fit_rule,
    )


def _rounded(values: Column) -> Column:
    """Halves away from zero, as an engine rounds."""
    scaled = values * 10.0**DECIMALS
    found: Column = np.trunc(scaled + np.copysign(0.5, scaled)) / 10.0**DECIMALS
    return found


def _ruled(study: Study, bound: Mapping[str, Any], chosen: Column | None) -> Ruled:
    """Points by case and rule: per day at most so many, half as much for each half-life, and at most so many."""
    kept = kept_blocks(study.log, "account")
    assert kept is not None
    size = max((code.code for code in study.codes), default=-1) + 1
    rule_of = np.full(size, -1, dtype=np.int16)
    rule_of[bound["code"]] = bound["code_rule"]
    worth = np.array(bound["points"], dtype=float)
    caps, most = np.array(bound["per_day"], dtype=float), np.array(bound["most"], dtype=float)
    weight = np.array(bound["weight"], dtype=float)
    day_length, today, half = bound["day"], bound["today"], bound["half"]
    begin = np.cumsum([0, *(len(kept.block(study.log, n).cid) for n in range(len(kept.ranges)))])

    def of(place: int) -> tuple[Column, ...]:
        block = kept.block(study.log, place)
        rule = rule_of[block.code]
        scored = (rule >= 0) & (block.ts <= bound["now"]) & (block.ts > bound["since"])
        case = cases_of(block)
        if chosen is not None:
            scored &= chosen[begin[place] : begin[place + 1]][case]
        rows = np.flatnonzero(scored)
        if not len(rows):
            return (np.zeros(0, dtype=np.int64),) * 5
        case, rule, ts = case[rows], rule[rows], block.ts[rows]
        # Dividing by one number is fast, its remainder is not; before 1970 days are cut the other way.
        day = ts // day_length if int(ts.min()) >= 0 else (ts - np.fmod(ts, day_length)) // day_length
        first = int(day.min())
        days = int(day.max()) - first + 1
        key = (case.astype(np.int64) * len(worth) + rule) * days + (day - first)
        bits = len(rows).bit_length()
        points = worth[rule] * weight[block.part[rows] + 1]
        if int(key.max()).bit_length() + bits <= 62:
            key = np.sort(key << bits | np.arange(len(rows)))
            order, key = key & ((1 << bits) - 1), key >> bits
        else:
            order = np.argsort(key, kind="stable")
            key = key[order]
        daily = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
        key = key[daily]
        cell = key // days
        own = cell - cell // len(worth) * len(worth)
        by_day = np.minimum(np.add.reduceat(points[order], daily), caps[own])
        fades = 0.5 ** ((today - np.arange(first, first + days) * day_length) / half)
        together = np.flatnonzero(np.append(True, cell[1:] != cell[:-1]))
        own = own[together]
        return (
            cell[together] // len(worth) + begin[place],
            own,
            np.minimum(np.add.reduceat(by_day * fades[key - cell * days], together), most[own]),
            np.add.reduceat(np.diff(np.append(daily, len(rows))), together),
            np.maximum.reduceat(ts[order], daily[together]),
        )

    told = in_threads(of, range(len(kept.ranges)))
    return Ruled(*(np.concatenate(columns) for columns in zip(*told, strict=True)))
