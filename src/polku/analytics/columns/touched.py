"""Touched: how many touches each account has before its first contact and its first won deal, from blocks in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from polku.analytics.columns.blocks import Block, Blocks, in_threads, kept_blocks
from polku.analytics.columns.deal_columns import NEVER, deal_columns
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.kept import kept_with
from polku.analytics.columns.met import case_numbers
from polku.analytics.walks.pieces import new_values
from polku.documents import PARTS
from polku.frozen import dataclass
from polku.records.layers import SHIFT

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.records.log import Log

Spread: TypeAlias = dict[tuple[int, int], dict[int, int]]
"""(before a contact 0 or a deal 1, place of the split) → touches → accounts that have so many; none who has none."""
CONTACT, DEAL = 0, 1
_LOW = (1 << 32) - 1
_DEVICES = "SELECT DISTINCT device FROM {events} WHERE device IS NOT NULL ORDER BY device"
_OF_EVENTS = (
    "WITH kinds AS (SELECT device, row_number() OVER (ORDER BY device) AS code FROM (SELECT DISTINCT device "
    "FROM {events} WHERE device IS NOT NULL)) SELECT e.event_no, k.code FROM {events} e JOIN kinds k "
    "ON k.device = e.device"
)


@dataclass(frozen=True)
class Touched:
    """Accounts that have a contact or won deal, and how many of them have how many touches before it."""

    accounts: Mapping[int, int]
    spread: Spread


def count_touches(
    study: Study, touch: Mapping[int, int], contact: Collection[int], by: str | None
) -> tuple[Touched, tuple[str, ...]] | None:
    """Count the touches of a study; None where an engine has to be asked.

    Args:
        touch: code → label, of those that are touches; contact: codes of contacts.
        by: role, channel or device.

    Returns:
        With places of the split: parts from −1 (unknown), labels, or devices from −1 by the names handed back.
    """
    kept = kept_blocks(study.log, "account")
    if kept is None or study.case != "account" or study.events is not None:
        return None
    numbers = case_numbers(study.log, kept)
    chosen = chosen_cases(study, numbers)
    devices = _devices(study.log, kept) if by == "device" else ()
    won = _first_won(study.log)
    size = max((code.code for code in study.codes), default=-1) + 1
    label = np.full(size, -1, dtype=np.int16)
    for code, one in touch.items():
        label[code] = one
    meets = np.zeros(size, dtype=bool)
    meets[list(contact)] = True
    # Touches and contacts are counted up in one number.
    both = (label >= 0) + (meets.astype(np.int64) << 32)
    begin = np.cumsum([0, *(len(kept.block(study.log, n).cid) for n in range(len(kept.ranges)))])
    width = {
        "role": len(PARTS) + 1,
        "channel": int(label.max(initial=0)) + 1,
        "device": len(devices) + 1,
    }.get(by or "", 1)
    on = _device_codes(study.log, kept) if devices else None

    def split_of(place: int, block: Block, rows: Column) -> Column | None:
        if by == "role":
            return block.part.take(rows) + 1
        if by == "channel":
            return label.take(block.code.take(rows), mode="clip")
        return on[place].take(rows) if on is not None else None

    def of(place: int) -> tuple[list[int], dict[tuple[int, int], Column]]:
        block = kept.block(study.log, place)
        met = np.flatnonzero((label >= 0).take(block.code, mode="clip"))
        counted = np.zeros(len(block.code) + 1, dtype=np.int64)
        np.cumsum(both.take(block.code, mode="clip"), out=counted[1:])
        so_far = counted.take(block.start)
        touches, contacts = so_far & _LOW, so_far >> 32
        case = np.flatnonzero(contacts[1:] > contacts[:-1])
        a, b = block.within(won.cid)
        ended, closed = block.places(won.cid[a:b]), won.closed[a:b]
        if chosen is not None:
            mine = chosen[begin[place] : begin[place + 1]]
            case, of_mine = case[mine[case]], mine[ended]
            ended, closed = ended[of_mine], closed[of_mine]
        until = np.flatnonzero(meets.take(block.code, mode="clip"))[contacts[case]]
        found: dict[tuple[int, int], Column] = {}
        for what, cases, end in (
            (CONTACT, case, counted.take(until) & _LOW),
            (DEAL, ended, touches[ended + 1]),
        ):
            low = touches[cases]
            number = end - low
            if what == CONTACT and by is None:
                found[what, -2] = np.bincount(number)
                continue
            whose = np.repeat(np.arange(len(cases)), number)
            rows = met.take(np.repeat(low - (np.cumsum(number) - number), number) + np.arange(len(whose)))
            if what == DEAL:
                early = np.flatnonzero(block.ts.take(rows) < closed.take(whose))
                rows, whose = rows.take(early), whose.take(early)
                number = np.bincount(whose, minlength=len(cases))
            found[what, -2] = np.bincount(number)
            if by is None:
                continue
            split = split_of(place, block, rows)
            if split is None:
                found[what, 0] = found[what, -2]
                continue
            whose *= width
            whose += split
            each = np.bincount(whose, minlength=width * len(cases)).reshape(-1, width)
            for one in range(width):
                found[what, one] = np.bincount(each[:, one])
        return [len(case), len(ended)], found

    all_ = in_threads(of, range(len(kept.ranges)))
    spread: Spread = {}
    for _, found in all_:
        for key, counted in found.items():
            into = spread.setdefault(key, {})
            for n in np.flatnonzero(counted).tolist():
                if n:
                    into[n] = into.get(n, 0) + int(counted[n])
    accounts = {what: sum(one[0][what] for one in all_) for what in (CONTACT, DEAL)}
    return Touched(accounts, spread), devices


@dataclass(frozen=True)
class _Won:
    """Accounts with a won deal, by case, and when their first one was closed."""

    cid: Column
    closed: Column


def _first_won(log: Log) -> _Won:
    def make() -> _Won:
        told = deal_columns(log)
        won = np.flatnonzero(told.is_("outcome", "won") & (told.closed != NEVER) & (told.cid >= 0))
        won = won[np.lexsort((told.closed[won], told.cid[won]))]
        won = won[np.flatnonzero(new_values(told.cid[won]))]
        return _Won(told.cid[won], told.closed[won])

    tables = ("deals", "accounts", "cases:account")
    return kept_with(log, "first won", tables, log.version.count("deals") * 12, make) or make()


def _devices(log: Log, kept: Blocks) -> tuple[str, ...]:
    return kept.derived(
        "names of devices",
        lambda: tuple(str(row[0]) for row in log.rows(_DEVICES)),
        lambda made: sum(map(len, made)) + 64 * len(made),
    )


class ByNumber:
    """What some events have, by their number; 0 for all others.

    Numbers of a log that was published whole are places. Where days were added beside, those of the base are a power
    of two apart, and what was added stands between them.

    Args:
        number, what: of each event that has something.
        count: how many events there are.
    """

    def __init__(self, number: Column, what: Column, count: int) -> None:
        last = int(number.max(initial=0))
        self.shift = SHIFT if last >= count else 0
        between = self._between(number)
        self.base = np.zeros((last >> self.shift) + 2, dtype=what.dtype)
        self.base[number[~between] >> self.shift] = what[~between]
        order = np.argsort(number[between])
        self.number, self.what = number[between][order], what[between][order]

    def _between(self, number: Column) -> Column:
        found: Column = number & ((1 << self.shift) - 1) != 0
        return found

    def of(self, number: Column) -> Column:
        """What each event has."""
        found: Column = self.base.take(number >> self.shift, mode="clip")
        if self.shift:
            between = np.flatnonzero(self._between(number))
            found[between] = 0
            if len(self.number):
                at = np.minimum(np.searchsorted(self.number, number[between]), len(self.number) - 1)
                met = self.number[at] == number[between]
                found[between[met]] = self.what[at[met]]
        return found


def _device_codes(log: Log, kept: Blocks) -> list[Column]:
    """Of each block row → place of the device from 1, 0 for none; kept beside it."""

    def make() -> list[Column]:
        read = log.columns(_OF_EVENTS)
        code = np.asarray(read["code"])
        code = code.astype(np.uint8 if int(code.max(initial=0)) < 1 << 8 else np.int32)
        of_event = ByNumber(np.asarray(read["event_no"]), code, log.version.count("events"))

        def of(place: int) -> Column:
            low, high = kept.ranges[place]
            with log.engine.sibling(ordered=True) as engine:
                moves = engine.columns(
                    f"SELECT m.cid, m.ord, m.event_no FROM {{moves:{kept.stored}}} m "
                    "WHERE m.cid BETWEEN $low AND $high",
                    {"low": low, "high": high},
                    log.tables,
                )
            key = np.asarray(moves["cid"]).astype(np.int64) << 32 | np.asarray(moves["ord"])
            found = of_event.of(np.asarray(moves["event_no"]))
            return found[np.argsort(key)] if (key[1:] <= key[:-1]).any() else found

        return in_threads(of, range(len(kept.ranges)))

    found: list[Column] = kept.derived("devices", make, lambda made: sum(one.nbytes for one in made))
    return found
