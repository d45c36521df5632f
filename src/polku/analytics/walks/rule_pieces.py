"""Rules held against all cases of a piece at once, in arrays; once for each path what the order of steps says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import kept_blocks
from polku.analytics.columns.case_facts import CaseFacts, case_facts
from polku.analytics.outcomes import ENDED, WELL
from polku.analytics.walks.following import Placed, over_placed
from polku.analytics.walks.pieces import OFF
from polku.analytics.walks.taken import Keep, over_keeping, spread
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.asking.things import Pairs
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece

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
    """What a rule found.

    Args:
        asked, kept, broken: times; cases: of which it asked anything.
        kept_ended, kept_well: of the cases that kept it throughout those that are over, and that ended well.
        broken_ended, broken_well: the same of those that broke it.
        place, times: the cases that broke it, rising, by their place among the facts, and how often.
    """

    asked: int
    kept: int
    broken: int
    cases: int
    kept_ended: int
    kept_well: int
    broken_ended: int
    broken_well: int
    place: Column
    times: Column


@dataclass(frozen=True)
class _Times:
    """The times that a rule asks.

    Args:
        row: of what it is about; then: of the event that answers, any where it needs none or there is none.
        said: what their order says: KEPT, BROKEN, or PENDING where nothing came yet; no limit of time is looked at.
    """

    row: Column
    then: Column
    said: Column


@dataclass(frozen=True)
class _OfPaths:
    """The same of distinct paths, rows counted from the beginning of each.

    Args:
        begin, length: path → its times among all.
        counted: what is said, and path → how often.
    """

    times: _Times
    begin: Column
    length: Column
    counted: Column


def judge(study: Study, rules: Sequence[Judge]) -> tuple[CaseFacts, list[Judged]]:
    """Hold rules against the cases of a study."""
    facts = case_facts(study)
    court = _Court(study, facts)
    told: dict[int, list[Judged]] = {number: [] for number in range(len(rules))}
    met = {
        number: np.zeros(len(facts), dtype=np.int32)
        for number, rule in enumerate(rules)
        if rule.kind in _OF_CASES
    }
    by_steps = {
        number: own for number, rule in enumerate(rules) if (own := _by_steps(study, rule)) is not None
    }
    if len(by_steps) < len(rules) and kept_blocks(study.log, study.stored) is None:
        # One look at events that have to be read is cheaper than two.
        by_steps = {}
    others = {number: rule for number, rule in enumerate(rules) if number not in by_steps}

    def look(placed: Placed) -> dict[int, Judged]:
        found, here = {}, court.here(placed.piece)
        for number, rule in others.items():
            times = _Walk(placed).times(rule)
            case = placed.piece.case[times.row]
            if number in met:
                met[number][here.place] = court.counted(rule, here, case, times.row)
            else:
                found[number] = court.judged(rule, here, case, times)
        return found

    def know(paths: Piece) -> dict[int, _OfPaths]:
        walk = _Walk(Placed(paths, np.full(len(paths), OFF, dtype=np.int8), paths.node))
        # Who acted is not known of a path.
        asked = {number: replace(rule, part=-2) for number, rule in by_steps.items()}
        return {number: _of_paths(paths, walk.times(rule)) for number, rule in asked.items()}

    def follow(piece: Piece, way: Column, known: Mapping[int, _OfPaths], keep: Keep) -> dict[int, Judged]:
        found, here = {}, court.here(piece)
        for number, rule in by_steps.items():
            if number in met:
                case, times = _spread(piece, way, known[number])
                met[number][here.place] = court.counted(rule, here, case, times.row)
            else:
                found[number] = court.followed(rule, here, way, known[number], keep)
        return found

    pieces = over_placed(study, look, parts=any(rule.part >= 0 for rule in others.values())) if others else []
    if by_steps:
        pieces += [found for _, found in over_keeping(study, study.nodes("step"), know, follow)]
    for one in pieces:
        for number, judged in one.items():
            told[number].append(judged)
    for number, count in met.items():
        told[number].append(court.closed(rules[number], count))
    return facts, [_added(told[number]) for number in range(len(rules))]


_TIMED = ("response", "precedence", "met", "chain")
"""Kinds that are kept by another event, which may come too late."""
_OF_CASES = ("existence", "absence")
"""Kinds that ask every case once, also one without any event of theirs."""


def _added(told: Sequence[Judged]) -> Judged:
    columns: dict[str, list[Any]] = {
        field.name: [getattr(one, field.name) for one in told] for field in fields(Judged)
    }
    listed: dict[str, Any] = {name: joined(columns.pop(name)) for name in ("place", "times")}
    return Judged(**{name: sum(numbers) for name, numbers in columns.items()}, **listed)


def _by_steps(study: Study, rule: Judge) -> Judge | None:
    """The same rule with steps for touchpoints, where these are the same events; None where they are not, or where
    it asks for other events than those of steps in a way that only these themselves tell.
    """
    if rule.part >= 0 and (
        rule.within is not None or study.events is not None or kept_blocks(study.log, study.stored) is None
    ):
        return None
    candidates, of_code = study.steps.candidates, study.nodes("touchpoint").of_code or {}
    if rule.kind in ("chain", "init") and not of_code.keys() <= candidates.keys():
        return None
    steps = list(rule.steps)
    for node, what in rule.touchpoints:
        codes = {code for code, own in of_code.items() if own == node}
        own_steps = {step for code in codes for step in candidates.get(code, ())}
        if codes != {code for code, some in candidates.items() if own_steps.intersection(some)}:
            return None
        steps += [(step, what) for step in own_steps]
    return replace(rule, touchpoints=[], steps=steps)


def _of_paths(paths: Piece, times: _Times) -> _OfPaths:
    path, size = paths.case[times.row], len(paths.ids)
    order = np.argsort(path, kind="stable")
    path, row, then, said = path[order], times.row[order], times.then[order], times.said[order]
    start = paths.start.astype(np.int64)[path]
    length = np.bincount(path, minlength=size)
    counted = np.bincount(said.astype(np.int64) * size + path, minlength=3 * size).reshape(3, size)
    return _OfPaths(
        _Times(row - start, then - start, said),
        np.cumsum(length) - length,
        length,
        counted.astype(np.int32),
    )


def _spread(piece: Piece, way: Column, known: _OfPaths) -> tuple[Column, _Times]:
    """The times of paths for each case that took one: the case of each, and the times by rows of the piece."""
    case = np.flatnonzero((known.length > 0).take(way))
    path = way.take(case)
    length = known.length.take(path)
    which = known.begin.take(path)
    if int(known.length.max(initial=1)) > 1:
        case, which = np.repeat(case, length), spread(which, length)
    start = piece.start.take(case)
    row, then, said = (column.take(which) for column in (known.times.row, known.times.then, known.times.said))
    row += start
    then += start
    return case, _Times(row, then, said)


@dataclass(frozen=True)
class _Here:
    """The cases of a piece: their places among the facts, whether they ended, ended well, and are open (None: nobody
    says when they are over)."""

    piece: Piece
    place: Column
    ended: Column
    well: Column
    is_open: Column | None


class _Court:
    """The cases of a study, and what becomes of the times that rules ask them."""

    def __init__(self, study: Study, facts: CaseFacts) -> None:
        self.study, self.facts, self.now = study, facts, study.now
        self.is_open = facts.flags(("open",)) if study.case == "round" else None
        self.ended, self.well = facts.flags(ENDED), facts.flags(WELL)

    def here(self, piece: Piece) -> _Here:
        """The cases of a piece."""
        place = self.facts.place(piece.ids)
        is_open = None if self.is_open is None else self.is_open[place]
        return _Here(piece, place, self.ended[place], self.well[place], is_open)

    def counted(self, rule: Judge, here: _Here, case: Column, row: Column) -> Column:
        """Case → how often it met what a rule is about, in time."""
        if rule.within is not None and rule.kind == "existence":
            case = case[here.piece.times(row) - self.facts.t0[here.place[case]] <= rule.within]
        return np.bincount(case, minlength=len(here.place))

    def closed(self, rule: Judge, met: Column) -> Judged:
        """What becomes of a rule that asks each case once, of all of them."""
        kept = met >= rule.times if rule.kind == "existence" else met <= rule.times
        broken = ~kept
        if rule.kind == "existence":
            can = np.full(len(met), rule.within is not None) if self.is_open is None else self.is_open.copy()
            if rule.within is not None:
                can &= self.facts.t0 + rule.within > self.now
            broken &= ~can
        asked, times, broke = (
            np.ones(len(met), dtype=np.int32),
            kept.astype(np.int32),
            broken.astype(np.int32),
        )
        return _tally(asked, times, broke, np.arange(len(met)), self.ended, self.well)

    def followed(self, rule: Judge, here: _Here, way: Column, known: _OfPaths, keep: Keep) -> Judged:
        """What becomes of the times of paths."""
        asked = known.length.take(way)
        if rule.within is not None or rule.part >= 0:
            case, times = _spread(here.piece, way, known)
            if rule.part >= 0:
                piece = here.piece
                met = keep(
                    ("first act", rule.part),
                    lambda: self._first_act(rule.part, piece),
                    lambda made: made.nbytes,
                )
                row = times.row if piece.at is None else piece.at.take(times.row)
                times.said[np.flatnonzero(met.take(case) < row)] = KEPT
            return self.judged(rule, here, case, times, asked)
        kept, broken, waits = known.counted
        lost = broken.take(way)
        if waits.any():
            lost += waits.take(way) if here.is_open is None else waits.take(way) * ~here.is_open
        return _tally(asked, kept.take(way), lost, here.place, here.ended, here.well)

    def _first_act(self, part: int, piece: Piece) -> Column:
        """Case → the row, as it was read, where somebody of a part acts first from its beginning on, on the map or not;
        it may lie behind the case."""
        block = piece.source
        if self.study.case == "round":
            columns = self.study.round_columns
            low = block.start[block.places(columns["cid"][piece.ids])] + columns["low"][piece.ids] - 1
        else:
            low = block.start[block.places(piece.ids)]
        acted = np.append(np.flatnonzero(block.part == part), len(block.part)).astype(np.int32)
        found: Column = acted.take(np.searchsorted(acted, low.astype(np.int32)))
        return found

    def judged(
        self, rule: Judge, here: _Here, case: Column, times: _Times, asked: Column | None = None
    ) -> Judged:
        """What becomes of times; each case is asked so often."""
        said, size, piece = times.said, len(here.place), here.piece
        if rule.within is not None and rule.kind in _TIMED:
            kept = np.flatnonzero(said == KEPT)
            row, then = times.row[kept], times.then[kept]
            took = piece.times(then) - piece.times(row)
            if rule.kind in ("precedence", "met"):
                # What they ask for comes before.
                np.negative(took, out=took)
            said[kept[np.flatnonzero(took > rule.within)]] = BROKEN
        waits = np.flatnonzero(said == PENDING)
        can = np.full(len(waits), rule.within is not None)
        if here.is_open is not None:
            can = here.is_open[case[waits]]
        if rule.within is not None:
            can = can & (piece.times(times.row[waits]) + rule.within > self.now)
        said[waits[np.flatnonzero(~can)]] = BROKEN
        if asked is None:
            asked = np.bincount(case, minlength=size)
        broken = np.bincount(case[np.flatnonzero(said == BROKEN)], minlength=size)
        pending = np.bincount(case[waits[np.flatnonzero(can)]], minlength=size)
        return _tally(asked, asked - broken - pending, broken, here.place, here.ended, here.well)


def _tally(asked: Column, kept: Column, broken: Column, place: Column, ended: Column, well: Column) -> Judged:
    """What a rule found, of cases at places."""
    bad, throughout = broken > 0, (asked > 0) & (kept == asked)
    at = np.flatnonzero(bad)
    return Judged(
        int(asked.sum()),
        int(kept.sum()),
        int(broken.sum()),
        int(np.count_nonzero(asked)),
        int(np.count_nonzero(throughout & ended)),
        int(np.count_nonzero(throughout & well)),
        int(np.count_nonzero(bad & ended)),
        int(np.count_nonzero(bad & well)),
        place[at],
        broken[at],
    )


class _Walk:
    """A piece with what rules ask of it."""

    def __init__(self, placed: Placed) -> None:
        self.placed, self.piece = placed, placed.piece

    def flagged(self, rule: Judge) -> tuple[Column, Column]:
        """Rows of what a rule is about, and of what it asks for."""
        flags = [np.zeros(len(self.piece), dtype=bool) for _ in range(2)]
        for nodes, pairs in ((self.placed.touchpoint, rule.touchpoints), (self.placed.step, rule.steps)):
            for node, what in pairs:
                flags[what] |= nodes == node
        if rule.part >= 0:
            flags[1] |= self.piece.part == rule.part
        return flags[0], flags[1]

    def times(self, rule: Judge) -> _Times:
        """Each time that a rule asks."""
        a, b = self.flagged(rule)
        if rule.kind in _OF_CASES:
            rows = np.flatnonzero(a)
            return _Times(rows, rows, np.full(len(rows), KEPT))
        found: _Times = getattr(self, _KINDS[rule.kind])(rule, a, b)
        return found

    def response(self, rule: Judge, a: Column, b: Column) -> _Times:
        """What is asked for comes later."""
        piece = self.piece
        rows, then = np.flatnonzero(a), np.flatnonzero(b)
        after = np.append(then, len(piece))[np.searchsorted(then, rows, "right")]
        there = after <= piece.last[piece.case[rows]]
        return _Times(rows, after, np.where(there, KEPT, PENDING))

    def precedence(self, rule: Judge, a: Column, b: Column) -> _Times:
        """It came before; of `met` only the first time counts."""
        piece = self.piece
        rows, then = np.flatnonzero(a), np.flatnonzero(b)
        if rule.kind == "met":
            rows = piece.of_case(rows)
        before = np.append(then, -1)[np.searchsorted(then, rows, "left") - 1]
        there = before >= piece.start[piece.case[rows]]
        return _Times(rows, before, np.where(there, KEPT, BROKEN))

    def chain(self, rule: Judge, a: Column, b: Column) -> _Times:
        """It is the very next event of the map."""
        piece = self.piece
        on = np.flatnonzero((self.placed.touchpoint >= 0) | (self.placed.step >= 0))
        at = np.flatnonzero(a[on])
        rows = on[at]
        after = np.append(on, len(piece))[at + 1]
        there = after <= piece.last[piece.case[rows]]
        good = np.append(b, False)[after] & there
        return _Times(rows, after, np.where(good, KEPT, np.where(there, BROKEN, PENDING)))

    def init(self, rule: Judge, a: Column, b: Column) -> _Times:
        """A case begins with it, of the events of the map."""
        on = np.flatnonzero((self.placed.touchpoint >= 0) | (self.placed.step >= 0))
        first = self.piece.of_case(on)
        return _Times(first, first, np.where(a[first], KEPT, BROKEN))

    def apart(self, rule: Judge, a: Column, b: Column) -> _Times:
        """No case has both."""
        case, size = self.piece.case, len(self.piece.ids)
        met = [np.bincount(case[flags], minlength=size) > 0 for flags in (a, b)]
        cases = np.flatnonzero(met[0] | met[1])
        start = self.piece.start[cases].astype(np.int64)
        return _Times(start, start, np.where((met[0] & met[1])[cases], BROKEN, KEPT))


_KINDS = {
    "init": "init",
    "response": "response",
    "precedence": "precedence",
    "met": "precedence",
    "chain": "chain",
    "not-coexistence": "apart",
}


def joined(columns: Iterable[Column]) -> Column:
    """Columns one after the other; numbers without any."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *columns])
