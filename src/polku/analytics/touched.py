"""Touched: how many touches each account has before its first contact and its first won deal, from blocks in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from polku.analytics.blocks import Block, Blocks, in_threads, kept_blocks
from polku.analytics.deal_columns import NEVER, deal_columns
from polku.analytics.held import chosen_cases
from polku.analytics.met import case_numbers, cases_of
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.blocks import Column
    from polku.analytics.study import Study
    from polku.records.log import Log

Spread: TypeAlias = dict[tuple[int, int], dict[int, int]]
"""(before a contact 0 or a deal 1, place of the split) → touches → accounts that have so many; none who has none."""
CONTACT, DEAL = 0, 1
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
    told = deal_columns(study.log)
    won = np.flatnonzero(told.is_("outcome", "won") & (told.closed != NEVER) & (told.cid >= 0))
    first = np.full(len(numbers), NEVER)
    place = np.searchsorted(numbers, told.cid[won])
    # The last assignment stays: the earliest closing comes last.
    order = np.argsort(-told.closed[won], kind="stable")
    first[place[order]] = told.closed[won][order]
    size = max((code.code for code in study.codes), default=-1) + 1
    label = np.full(size, -1, dtype=np.int16)
    for code, one in touch.items():
        label[code] = one
    meets = np.zeros(size, dtype=bool)
    meets[list(contact)] = True
    begin = np.cumsum([0, *(len(kept.block(study.log, n).cid) for n in range(len(kept.ranges)))])
    width = {
        "role": len(PARTS) + 1,
        "channel": int(label.max(initial=0)) + 1,
        "device": len(devices) + 1,
    }.get(by or "", 1)
    on = _device_codes(study.log, kept) if devices else None

    def split_of(place: int, block: Block, rows: Column) -> Column | None:
        if by == "role":
            return block.part[rows] + 1
        if by == "channel":
            return label[block.code[rows]]
        return on[place][rows] if on is not None else None

    def of(place: int) -> tuple[list[int], dict[tuple[int, int], Column]]:
        block = kept.block(study.log, place)
        cases = len(block.cid)
        case = cases_of(block)
        own = slice(begin[place], begin[place + 1])
        mine = np.ones(cases, dtype=bool) if chosen is None else chosen[own]
        contacts = np.flatnonzero(meets[block.code])
        of_contact = np.full(cases, -1, dtype=np.int64)
        of_contact[case[contacts[::-1]]] = contacts[::-1]
        of_contact[~mine] = -1
        closed = np.where(mine, first[own], NEVER)
        met = np.flatnonzero(label[block.code] >= 0)
        at = case[met]
        found: dict[tuple[int, int], Column] = {}
        for what, before in ((CONTACT, met < of_contact[at]), (DEAL, block.ts[met] < closed[at])):
            rows, whose = met[before], at[before]
            found[what, -2] = np.bincount(np.bincount(whose, minlength=cases))
            if by is None:
                continue
            split = split_of(place, block, rows)
            if split is None:
                found[what, 0] = found[what, -2]
                continue
            number = np.bincount(split.astype(np.int64) * cases + whose, minlength=width * cases)
            for one in range(width):
                found[what, one] = np.bincount(number[one * cases : (one + 1) * cases])
        return [int(np.count_nonzero(of_contact >= 0)), int(np.count_nonzero(closed != NEVER))], found

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


def _devices(log: Log, kept: Blocks) -> tuple[str, ...]:
    return kept.derived(
        "names of devices",
        lambda: tuple(str(row[0]) for row in log.rows(_DEVICES)),
        lambda made: sum(map(len, made)) + 64 * len(made),
    )


def _device_codes(log: Log, kept: Blocks) -> list[Column]:
    """Of each block row → place of the device from 1, 0 for none; kept beside it."""

    def make() -> list[Column]:
        read = log.columns(_OF_EVENTS)
        code = np.asarray(read["code"])
        most = int(code.max(initial=0))
        of_event = np.zeros(log.version.count("events"), dtype=np.uint8 if most < 1 << 8 else np.int32)
        of_event[np.asarray(read["event_no"])] = code

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
            found: Column = of_event[np.asarray(moves["event_no"])]
            return found[np.argsort(key)] if (key[1:] <= key[:-1]).any() else found

        return in_threads(of, range(len(kept.ranges)))

    found: list[Column] = kept.derived("devices", make, lambda made: sum(one.nbytes for one in made))
    return found
