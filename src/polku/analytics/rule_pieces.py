"""Rules held against all cases of a piece at once, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.case_facts import CaseFacts, case_facts
from polku.analytics.pieces import new_values, over_placed

if TYPE_CHECKING:
    from polku.analytics.pieces import Column, Placed
    from polku.analytics.study import Study
    from polku.analytics.things import Pairs

KEPT, BROKEN, PENDING = 0, 1, 2


@dataclass(frozen=True)
class Judge:
    """One rule, in numbers.

    Args:
        kind: as documents name it.
        touchpoints, steps: (node, 0 for what the rule is about and 1 for what it asks for).
        part: of which an event is what it asks for, too; −2 nobody's.
        within: microseconds; None whenever. times: of existence and absence.
    """

    kind: str
    touchpoints: Pairs
    steps: Pairs
    part: int
    within: int | None
    times: int


@dataclass(frozen=True)
class Judged:
    """What a rule found, by place of the case among the facts.

    Args:
        asked, kept, broken: times.
    """

    asked: Column
    kept: Column
    broken: Column


def judge(study: Study, rules: Sequence[Judge]) -> tuple[CaseFacts, list[Judged]]:
    """Hold rules against the cases of a study."""
    facts = case_facts(study)
    # Of cases that are no rounds nobody says when they are over.
    is_open = facts.flags(("open",)) if study.case == "round" else None
    found = [Judged(*(np.zeros(len(facts), dtype=np.int32) for _ in range(3))) for _ in rules]
    for rule, judged in zip(rules, found, strict=True):
        if rule.kind in _OF_CASES:
            judged.asked[:] = 1

    def look(placed: Placed) -> None:
        place = facts.place(placed.piece.ids)
        walk = _Walk(placed, facts.t0[place], None if is_open is None else is_open[place], study.now)
        for rule, judged in zip(rules, found, strict=True):
            if rule.kind in _OF_CASES:
                judged.kept[place] = walk.count(rule)
                continue
            case, said = walk.judged(rule)
            size = len(place)
            judged.asked[place] = np.bincount(case, minlength=size)
            judged.kept[place] = np.bincount(case[said == KEPT], minlength=size)
            judged.broken[place] = np.bincount(case[said == BROKEN], minlength=size)

    if rules:
        over_placed(study, look, parts=any(rule.part >= 0 for rule in rules))
    for rule, judged in zip(rules, found, strict=True):
        if rule.kind in _OF_CASES:
            _close(rule, judged, facts, is_open, study.now)
    return facts, found


_OF_CASES = ("existence", "absence")
"""Kinds that ask every case once, also one without any event of theirs."""


def _close(rule: Judge, judged: Judged, facts: CaseFacts, is_open: Column | None, now: int) -> None:
    """Say of each case whether it has met something often enough, or not too often."""
    met = judged.kept.copy()
    kept = met >= rule.times if rule.kind == "existence" else met <= rule.times
    judged.kept[:] = kept
    judged.broken[:] = ~kept
    if rule.kind == "existence":
        can = np.full(len(facts), rule.within is not None) if is_open is None else is_open.copy()
        if rule.within is not None:
            can &= facts.t0 + rule.within > now
        judged.broken[can] = 0


class _Walk:
    """A piece with what rules ask of it."""

    def __init__(self, placed: Placed, t0: Column, is_open: Column | None, now: int) -> None:
        self.placed, self.piece, self.t0, self.is_open, self.now = placed, placed.piece, t0, is_open, now

    def flagged(self, rule: Judge) -> tuple[Column, Column]:
        """Rows of what a rule is about, and of what it asks for."""
        flags = [np.zeros(len(self.piece), dtype=bool) for _ in range(2)]
        for nodes, pairs in ((self.placed.touchpoint, rule.touchpoints), (self.placed.step, rule.steps)):
            for node, what in pairs:
                flags[what] |= nodes == node
        if rule.part >= 0:
            flags[1] |= self.piece.part == rule.part
        return flags[0], flags[1]

    def count(self, rule: Judge) -> Column:
        """Case → how often it met what a rule is about, in time."""
        rows = np.flatnonzero(self.flagged(rule)[0])
        case = self.piece.case[rows]
        if rule.within is not None and rule.kind == "existence":
            case = case[self.piece.ts[rows] - self.t0[case] <= rule.within]
        return np.bincount(case, minlength=len(self.piece.ids))

    def judged(self, rule: Judge) -> tuple[Column, Column]:
        """Case and what is said of it, for each time that a rule asks."""
        a, b = self.flagged(rule)
        found: tuple[Column, Column] = getattr(self, _KINDS[rule.kind])(rule, a, b)
        return found

    def response(self, rule: Judge, a: Column, b: Column) -> tuple[Column, Column]:
        """What is asked for comes later."""
        piece = self.piece
        rows, then = np.flatnonzero(a), np.flatnonzero(b)
        case = piece.case[rows]
        after = np.append(then, len(piece))[np.searchsorted(then, rows, "right")]
        there = after <= piece.last[case]
        said = self._waiting(rule, rows, case)
        said[there] = self._late(rule, rows[there], after[there])
        return case, said

    def precedence(self, rule: Judge, a: Column, b: Column) -> tuple[Column, Column]:
        """It came before; of `met` only the first time counts."""
        piece = self.piece
        rows, then = np.flatnonzero(a), np.flatnonzero(b)
        if rule.kind == "met":
            rows = piece.of_case(rows)
        case = piece.case[rows]
        before = np.append(then, -1)[np.searchsorted(then, rows, "left") - 1]
        there = before >= piece.start[case]
        said = np.full(len(rows), BROKEN)
        said[there] = self._late(rule, before[there], rows[there])
        return case, said

    def chain(self, rule: Judge, a: Column, b: Column) -> tuple[Column, Column]:
        """It is the very next event of the map."""
        piece = self.piece
        on = np.flatnonzero((self.placed.touchpoint >= 0) | (self.placed.step >= 0))
        at = np.flatnonzero(a[on])
        rows = on[at]
        case = piece.case[rows]
        after = np.append(on, len(piece))[at + 1]
        there = after <= piece.last[case]
        said = self._waiting(rule, rows, case)
        said[there] = np.where(b[after[there]], self._late(rule, rows[there], after[there]), BROKEN)
        return case, said

    def init(self, rule: Judge, a: Column, b: Column) -> tuple[Column, Column]:
        """A case begins with it, of the events of the map."""
        on = np.flatnonzero((self.placed.touchpoint >= 0) | (self.placed.step >= 0))
        first = self.piece.of_case(on)
        return self.piece.case[first], np.where(a[first], KEPT, BROKEN)

    def apart(self, rule: Judge, a: Column, b: Column) -> tuple[Column, Column]:
        """No case has both."""
        case, size = self.piece.case, len(self.piece.ids)
        met = [np.bincount(case[flags], minlength=size) > 0 for flags in (a, b)]
        cases = np.flatnonzero(met[0] | met[1])
        return cases, np.where((met[0] & met[1])[cases], BROKEN, KEPT)

    def _late(self, rule: Judge, row: Column, then: Column) -> Column:
        """Rows and a later one each → kept where this is in time."""
        if rule.within is None:
            return np.full(len(row), KEPT)
        ts = self.piece.ts
        return np.where(ts[then] - ts[row] <= rule.within, KEPT, BROKEN)

    def _waiting(self, rule: Judge, row: Column, case: Column) -> Column:
        """Rows after which nothing came → pending where it still can, else broken."""
        can: Any = rule.within is not None if self.is_open is None else self.is_open[case]
        if rule.within is not None:
            can = can & (self.piece.ts[row] + rule.within > self.now)
        return np.where(np.broadcast_to(can, len(row)), PENDING, BROKEN)


_KINDS = {
    "init": "init",
    "response": "response",
    "precedence": "precedence",
    "met": "precedence",
    "chain": "chain",
    "not-coexistence": "apart",
}


def worst(study: Study, facts: CaseFacts, broken: Column, most: int) -> tuple[list[tuple[Any, ...]], int]:
    """Account, case and times of the cases with most breaches; and how many accounts have any."""
    cases = np.flatnonzero(broken)
    times = broken[cases]
    chosen = cases
    if len(cases) > most:
        least = np.partition(times, len(times) - most)[len(times) - most]
        chosen = cases[times >= least]
    stored, key = study.stored, "c.key"
    ids = facts.ids(cases)
    given = {"cid": facts.ids(chosen), "times": broken[chosen]}
    if study.case == "round":
        columns = study.round_columns
        given = {**given, "cid": columns["cid"][given["cid"]], "number": columns["number"][given["cid"]]}
        ids, key = columns["cid"][ids], "c.key || '/' || g.number"
        ids = ids[new_values(ids)]
    table = f"breaches_{id(broken)}"
    with study.log.engine.holding(table, given):
        rows = study.log.rows(
            f"SELECT c.account_id, {key} AS key, g.times FROM {{cases:{stored}}} c JOIN {table} g ON g.cid = c.cid "
            f"ORDER BY g.times DESC, c.account_id, key LIMIT {int(most)}"
        )
    if study.case in ("round", "account"):
        return rows, len(ids)
    with study.log.engine.holding(table, {"cid": ids}):
        ((accounts,),) = study.log.rows(
            f"SELECT count(DISTINCT c.account_id) FROM {{cases:{stored}}} c JOIN {table} g ON g.cid = c.cid"
        )
    return rows, int(accounts)
