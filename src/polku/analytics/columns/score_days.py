"""Score days: what the events of each account are worth by rule and day, before they fade; kept beside the blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.walks.pieces import new_values
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Block, Blocks, Column
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Rules:
    """Rules of engagement as tables.

    Args:
        of_code: code → its rule, −1 none; worth, per_day, most: by rule; weight: by part + 1; day: length of one.
        today, half: when points have faded by nothing, and the half-life; since, now: moments after which and up to
            which events count.
    """

    of_code: Column
    worth: Column
    per_day: Column
    most: Column
    weight: Column
    day: int
    today: int
    half: float
    since: int
    now: int

    @property
    def key(self) -> tuple[object, ...]:
        """What tells the points of days from those of other rules."""
        columns = (self.of_code, self.worth, self.per_day, self.weight)
        return self.day, *(column.tobytes() for column in columns)

    def days_of(self, ts: Column) -> Column:
        """Moments → their days; before 1970 cut towards it."""
        if not len(ts) or int(ts.min()) >= 0:
            # Dividing by one number is fast, its remainder is not.
            return ts // self.day
        return (ts - np.fmod(ts, self.day)) // self.day

    def fades(self, days: Column) -> Column:
        """What is left of a point of each day."""
        left: Column = 0.5 ** ((self.today - days * self.day) / self.half)
        return left


def rules_of(study: Study, bound: Mapping[str, Any]) -> Rules:
    """The rules as tables; bound: as `score.bound_of`."""
    of_code = np.full(max((code.code for code in study.codes), default=-1) + 1, -1, dtype=np.int16)
    of_code[bound["code"]] = bound["code_rule"]
    worth, per_day, most, weight = (
        np.array(bound[name], dtype=float) for name in ("points", "per_day", "most", "weight")
    )
    times = (bound[name] for name in ("day", "today", "half", "since", "now"))
    return Rules(of_code, worth, per_day, most, weight, *times)


@dataclass(frozen=True)
class Cells:
    """Points of cases by rule and day, by all three.

    Args:
        points: at most the rule's `per_day`; n, last: events and the last of them.
    """

    case: Column
    rule: Column
    day: Column
    points: Column
    n: Column
    last: Column


def cells_of(rules: Rules, case: Column, code: Column, part: Column, ts: Column) -> Cells:
    """The cells of events that a rule gives points; cases from 0, in the order of cases and their events."""
    if not len(case):
        none = np.zeros(0, dtype=np.int64)
        return Cells(none, none, none, np.zeros(0), none, none)
    rule, day = rules.of_code[code].astype(np.int64), rules.days_of(ts)
    count, first = len(rules.worth), int(day.min())
    days = int(day.max()) - first + 1
    key = (case.astype(np.int64) * count + rule) * days + (day - first)
    bits = len(case).bit_length()
    if int(key.max()).bit_length() + bits <= 62:
        # Numbers sort several times faster than places.
        key = np.sort(key << bits | np.arange(len(case)))
        order, key = key & ((1 << bits) - 1), key >> bits
    else:
        order = np.argsort(key, kind="stable")
        key = key[order]
    begin = np.flatnonzero(new_values(key))
    key = key[begin]
    cell = key // days
    owner = cell // count
    rule_of = cell - owner * count
    points = (rules.worth[rule] * rules.weight[part + 1])[order]
    return Cells(
        owner,
        rule_of,
        key - cell * days + first,
        np.minimum(np.add.reduceat(points, begin), rules.per_day[rule_of]),
        np.diff(np.append(begin, len(order))),
        np.maximum.reduceat(ts[order], begin),
    )


@dataclass(frozen=True)
class Days:
    """The cells of a block, narrow.

    Args:
        worth: what `points` numbers; points, day: of each cell, the day from `first`.
        begin: first cell of each case and rule; case, rule: of it.
        span: the first and the last moment of the block.
    """

    worth: Column
    points: Column
    day: Column
    begin: Column
    case: Column
    rule: Column
    first: int
    span: tuple[int, int]

    @property
    def bytes(self) -> int:
        """Bytes that its columns take."""
        columns = (self.worth, self.points, self.day, self.begin, self.case, self.rule)
        return sum(column.nbytes for column in columns)


def score_days(study: Study, kept: Blocks, rules: Rules) -> list[Days]:
    """The points of days of all accounts, block by block; they stay beside the blocks."""

    def make() -> list[Days]:
        return in_threads(lambda n: _days(kept.block(study.log, n), rules), range(len(kept.ranges)))

    found: list[Days] = kept.derived(
        ("points of days", rules.key), make, lambda made: sum(one.bytes for one in made)
    )
    return found


def _days(block: Block, rules: Rules) -> Days:
    cells = _cells_of_block(block, np.flatnonzero((rules.of_code >= 0)[block.code]), rules)
    first = int(cells.day.min()) if len(cells.day) else 0
    begin = np.flatnonzero(new_values(cells.case * max(len(rules.worth), 1) + cells.rule))
    worth, points = np.unique(cells.points, return_inverse=True)
    span = (int(block.ts.min()), int(block.ts.max())) if len(block.ts) else (0, 0)
    return Days(
        worth,
        _least(points),
        _least(cells.day - first),
        begin.astype(np.int32),
        _least(cells.case[begin]),
        _least(cells.rule[begin]),
        first,
        span,
    )


def _cells_of_block(block: Block, rows: Column, rules: Rules) -> Cells:
    case = np.searchsorted(block.start, rows, "right") - 1
    return cells_of(rules, case, block.code[rows], block.part[rows], block.ts[rows])


def _least(column: Column) -> Column:
    """Numbers from 0 in the fewest bytes that hold them."""
    return column.astype(np.min_scalar_type(int(column.max(initial=0))))


def points_of(block: Block, days: Days, rules: Rules) -> Column:
    """Case of a block → its points today: those of each rule at most the rule's `most`, and their sum."""
    if not len(days.begin):
        return np.zeros(len(block.cid))
    every = np.arange(days.first, days.first + int(days.day.max()) + 1)
    fades = rules.fades(every)
    low, high = days.span
    points = None
    if low <= rules.since or high > rules.now:
        if low < 0:
            rows = np.flatnonzero((rules.of_code >= 0)[block.code] & _within(block.ts, rules))
            return _summed(_cells_of_block(block, rows, rules), rules, len(block.cid))
        whole = (every * rules.day > rules.since) & ((every + 1) * rules.day <= rules.now + 1)
        faded = np.where(whole, fades, 0.0)
        points = days.worth[days.points] * faded[days.day]
        for day in np.flatnonzero(~whole).tolist():
            at = (days.first + day) * rules.day
            if at <= rules.now and at + rules.day > rules.since + 1:
                _of_part_day(block, days, rules, day, points)
    else:
        points = days.worth[days.points] * fades[days.day]
    by_rule = np.minimum(np.add.reduceat(points, days.begin), rules.most[days.rule])
    found: Column = np.bincount(days.case, weights=by_rule, minlength=len(block.cid))
    return found


def _within(ts: Column, rules: Rules) -> Column:
    found: Column = (ts <= rules.now) & (ts > rules.since)
    return found


def _of_part_day(block: Block, days: Days, rules: Rules, day: int, points: Column) -> None:
    """Points of a day of which only some events count."""
    cells = np.flatnonzero(days.day == day)
    if not len(cells):
        return
    group = np.searchsorted(days.begin, cells, "right") - 1
    owner = days.case[group].astype(np.int64)
    at = (days.first + day) * rules.day
    # Few cases have an event on any one day.
    _, rows = _rows_of(block, owner[new_values(owner)])
    ts = block.ts[rows]
    rows = rows[np.flatnonzero((ts >= at) & (ts < at + rules.day) & _within(ts, rules))]
    some = _cells_of_block(block, rows[rules.of_code[block.code[rows]] >= 0], rules)
    if len(some.case):
        count = np.int64(len(rules.worth))
        place = np.searchsorted(owner * count + days.rule[group], some.case * count + some.rule)
        points[cells[place]] = some.points * rules.fades(some.day)


def _rows_of(block: Block, cases: Column) -> tuple[Column, Column]:
    """Of the rows of some cases of a block the place of the case among these, and the rows."""
    length = block.start[cases + 1] - block.start[cases]
    of = np.repeat(np.arange(len(cases)), length)
    return of, np.arange(len(of)) + np.repeat(block.start[cases] - (np.cumsum(length) - length), length)


def _summed(cells: Cells, rules: Rules, cases: int) -> Column:
    begin = np.flatnonzero(new_values(cells.case * len(rules.worth) + cells.rule))
    if not len(begin):
        return np.zeros(cases)
    by_rule = np.add.reduceat(cells.points * rules.fades(cells.day), begin)
    by_rule = np.minimum(by_rule, rules.most[cells.rule[begin]])
    found: Column = np.bincount(cells.case[begin], weights=by_rule, minlength=cases)
    return found


def ruled(study: Study, kept: Blocks, rules: Rules, cid: Column) -> list[tuple[int, int, float, int, int]]:
    """Of a few accounts, by the rising numbers of their cases: place among these, rule, points, events, the last of them."""
    found: list[tuple[int, int, float, int, int]] = []
    for place in range(len(kept.ranges)):
        block = kept.block(study.log, place)
        low, high = block.within(cid)
        if low == high:
            continue
        at = block.places(cid[low:high])
        case, row = _rows_of(block, at)
        chosen = np.flatnonzero((rules.of_code[block.code[row]] >= 0) & _within(block.ts[row], rules))
        case, row = case[chosen], row[chosen]
        cells = cells_of(rules, case, block.code[row], block.part[row], block.ts[row])
        begin = np.flatnonzero(new_values(cells.case * max(len(rules.worth), 1) + cells.rule))
        if not len(begin):
            continue
        own = cells.rule[begin]
        points = np.add.reduceat(cells.points * rules.fades(cells.day), begin)
        columns = (
            cells.case[begin] + low,
            own,
            np.minimum(points, rules.most[own]),
            np.add.reduceat(cells.n, begin),
            np.maximum.reduceat(cells.last, begin),
        )
        found += zip(*(column.tolist() for column in columns), strict=True)
    return found
