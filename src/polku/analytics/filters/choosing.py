"""Choosing: which cases pass a filter that looks at their events, found in the columns that are kept in memory.

Questions to the events are answered block by block, all of them in one look; what a filter asks of a case itself
(names, outcomes, times) is asked of the engine, as one condition each where several are bound together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import Block, Blocks, kept_blocks
from polku.analytics.columns.met import case_numbers
from polku.analytics.filters.conditions import Sought, asks_events, events_sought, plain_condition
from polku.analytics.filters.filters import (
    Call,
    Compare,
    Either,
    Every,
    Expression,
    Named,
    Not,
    Value,
    Within,
)
from polku.analytics.walks.pieces import FEW
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study

_OPERATORS: dict[str, Callable[[Column, Any], Column]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def choose(study: Study) -> Column | None:
    """Ids of the cases that pass the filter and the period of a study, rising; None where an engine has to find them.

    Raises:
        QuestionError: the filter names what is not there.
    """
    kept = kept_blocks(study.log, study.stored)
    if kept is None or study.cases is None:
        return None
    choosing = _Choosing(study, kept)
    found = choosing.of(study.cases)
    if study.since is not None or study.until is not None:
        found &= choosing.plain((), period=True)
    ids = np.flatnonzero(found)
    return ids.astype(np.int32) if study.case == "round" else choosing.numbers[ids]


class _Choosing:
    """One filter; of every case, in the order of their ids, whether it passes."""

    def __init__(self, study: Study, kept: Blocks) -> None:
        self.study, self.kept = study, kept
        self.rounds = study.round_columns if study.case == "round" else None
        self.numbers = case_numbers(study.log, kept) if self.rounds is None else self.rounds["id"]
        assert study.cases is not None
        calls = list(_calls(study.cases))
        self.having = dict(
            zip(calls, self._having([events_sought(study, call) for call in calls]), strict=True)
        )

    def of(self, expression: Expression) -> Column:
        """Those that pass an expression."""
        if isinstance(expression, Named):
            return self.of(expression.member)
        if not asks_events(expression):
            return self.plain((expression,))
        if isinstance(expression, Not):
            return ~self.of(expression.member)
        if isinstance(expression, Every | Either):
            return self._joined(expression)
        if isinstance(expression, Within):
            found = self._numbering("=", expression.values[0])
            for value in expression.values[1:]:
                found |= self._numbering("=", value)
            return found
        if isinstance(expression, Compare):
            return self._numbering(expression.op, expression.value)
        return self.having[expression].copy()

    def _joined(self, expression: Every | Either) -> Column:
        into = np.logical_and if isinstance(expression, Every) else np.logical_or
        parts = [self.of(member) for member in expression.members if asks_events(member)]
        plain = tuple(member for member in expression.members if not asks_events(member))
        if plain:
            parts.append(self.plain(plain if isinstance(expression, Every) else (Either(plain),)))
        for part in parts[1:]:
            into(parts[0], part, out=parts[0])
        return parts[0]

    def plain(self, expressions: tuple[Expression, ...], *, period: bool = False) -> Column:
        """Those that pass some expressions that do not look at events, and the period, as the engine finds them."""
        condition, bound = plain_condition(self.study, expressions, period=period)
        ids = np.asarray(self.study.base_columns(f"SELECT b.id FROM base b WHERE {condition}", **bound)["id"])
        return self._flags(ids)

    def _flags(self, ids: Column) -> Column:
        found = np.zeros(len(self.numbers), dtype=bool)
        found[ids if self.rounds is not None else np.searchsorted(self.numbers, ids)] = True
        return found

    def _numbering(self, op: str, value: Value) -> Column:
        """Those whose number of events compares so."""
        if value is None:
            return np.full(len(self.numbers), op == "!=")
        if self.rounds is not None:
            events = self.rounds["high"] - self.rounds["low"] + 1
        else:
            lengths = self.kept.each(self.study.log, lambda block: np.diff(block.start))
            events = np.concatenate(lengths) if lengths else np.zeros(0, dtype=np.int32)
        return _OPERATORS[op](events, value)

    def _having(self, sought: list[Sought]) -> list[Column]:
        """For each of what is sought the cases that have such an event."""
        if not sought:
            return []

        def look(block: Block) -> list[Column]:
            return [self._any(block, _rows(block, one)) for one in sought]

        told = self.kept.each(self.study.log, look)
        none = np.zeros(0, dtype=bool)
        found = [np.concatenate([none, *(one[place] for one in told)]) for place in range(len(sought))]
        for flags, one in zip(found, sought, strict=True):
            if one.cases:
                flags |= self._flags(np.array(one.cases))
        return found

    def _any(self, block: Block, rows: Column) -> Column:
        """Case of a block → whether any of the rows, which rise, is of it."""
        if self.rounds is None:
            return block.any_in(rows)
        low, high = block.within(self.rounds["cid"])
        begin = block.start[block.places(self.rounds["cid"][low:high])]
        first, last = (self.rounds[name][low:high] for name in ("low", "high"))
        found: Column = np.searchsorted(rows, begin + first - 1) < np.searchsorted(rows, begin + last)
        return found


def _calls(expression: Expression) -> Iterator[Call]:
    """The questions to events in an expression."""
    if isinstance(expression, Call):
        yield expression
    elif isinstance(expression, Every | Either):
        for member in expression.members:
            yield from _calls(member)
    elif isinstance(expression, Not | Named):
        yield from _calls(expression.member)


def _rows(block: Block, sought: Sought) -> Column:
    """The rows of a block that are sought, rising."""
    if sought.codes is None:
        return np.flatnonzero(_among(block.part, sought.parts or ()))
    rows = np.flatnonzero(_among(block.code, sorted(set(sought.codes))))
    if sought.parts is None:
        return rows
    wanted = np.zeros((int(block.code.max(initial=0)) + 1, len(PARTS) + 1), dtype=bool)
    for code, part in zip(sought.codes, sought.parts, strict=True):
        if code < len(wanted):
            wanted[code, part + 1] = True
    return rows[np.flatnonzero(wanted[block.code[rows], block.part[rows] + 1])]


def _among(column: Column, numbers: tuple[int, ...] | list[int]) -> Column:
    """Row → whether its small number is one of these; numbers are not below −1."""
    found = np.zeros(len(column), dtype=bool)
    if len(numbers) > FEW:
        table = np.zeros(max(int(column.max(initial=0)), *numbers) + 2, dtype=bool)
        table[list(numbers)] = True
        return table[column]
    most = np.iinfo(column.dtype).max
    for number in numbers:
        if number <= most:
            found |= column == number
    return found
