"""Counted people: events and people by part, from columns in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.blocks import in_threads, kept_blocks
from polku.analytics.columns.held import accounts_chosen, chosen_cases
from polku.analytics.columns.members import belonging, day_of, members, people
from polku.analytics.columns.met import cases_of
from polku.analytics.result import DAY
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study

_HOMELESS = "SELECT e.part, count(*) FROM {events} e WHERE e.account_id IS NULL AND epoch_us(e.time) <= $end GROUP BY e.part"
_SEEN = (
    "SELECT DISTINCT m.person FROM {moves:account} m WHERE m.cid IN (SELECT cid FROM kept) AND m.ts <= $end "
    "AND m.person >= 0"
)
_CHUNK = 1 << 18
_KNOWN, _CRM, _SEEN_BIT = 16, 32, 64


def events_by_part(study: Study, end: int) -> dict[int, int] | None:
    """Events up to a moment by part of their actor (−1 unknown); None where an engine has to be asked."""
    kept, known = kept_blocks(study.log, "account"), members(study.log)
    if kept is None or known is None or (study.filtered and study.stored != "account"):
        return None
    chosen = chosen_cases(study, known.cid)
    begin = np.cumsum([0, *(len(kept.block(study.log, place).cid) for place in range(len(kept.ranges)))])

    def of(place: int) -> list[int]:
        block = kept.block(study.log, place)
        part = block.part
        if len(part) and int(block.ts.max()) > end:
            part = np.where(block.ts <= end, part, np.int8(-2))
        if chosen is not None:
            part = np.where(chosen[begin[place] : begin[place + 1]][cases_of(block)], part, np.int8(-2))
        return [int(np.count_nonzero(part == one)) for one in range(-1, len(PARTS))]

    told = [sum(column) for column in zip(*in_threads(of, range(len(kept.ranges))), strict=True)]
    found = {place - 1: number for place, number in enumerate(told) if number}
    if not study.filtered and study.counts.events > study.counts.stored_events:
        for part, number in study.log.rows(_HOMELESS, end=end):
            found[part] = found.get(part, 0) + number
    return found


def people_by_part(study: Study, end: int) -> dict[int, tuple[int, int, int]] | None:
    """People known by today by their first part (−1 unknown): all, in the CRM, seen in events; None as above."""
    if study.filtered and study.stored != "account":
        return None
    who, known = people(study), members(study.log)
    if who is None or known is None:
        return None
    today, now = day_of(study.today), study.now // DAY
    part = who.part_on(now)
    seen: Column | None = None
    member: Column | None = None
    if study.filtered:
        own, chosen = belonging(study.log), accounts_chosen(study, known)
        if own is None or chosen is None:
            return None
        member, seen = np.zeros(len(part), dtype=bool), np.zeros(len(part), dtype=bool)
        here = (own.account >= 0) & (own.since <= now) & (own.until > now)
        here &= chosen[np.maximum(own.account, 0)]
        member[own.person[here]] = True
        seen[np.asarray(study.ask_columns(_SEEN, end=end)["person"])] = True

    def of(place: int) -> Column:
        rows = slice(place * _CHUNK, (place + 1) * _CHUNK)
        known_here = who.known[rows] <= today
        if member is not None:
            known_here &= member[rows]
        seen_here = who.seen[rows] <= today if seen is None else seen[rows]
        key = (part[rows] + 1).astype(np.uint8)
        key |= known_here.view(np.uint8) << 4
        key |= (who.crm[rows] <= today).view(np.uint8) << 5
        key |= seen_here.view(np.uint8) << 6
        return np.bincount(key, minlength=128)

    counted = sum(in_threads(of, range(-(-len(part) // _CHUNK))), np.zeros(128, dtype=np.int64))
    found = {}
    for place in range(len(PARTS) + 1):
        own_bits = {
            bits: int(counted[place | _KNOWN | bits]) for bits in (0, _CRM, _SEEN_BIT, _CRM | _SEEN_BIT)
        }
        every = sum(own_bits.values())
        if every:
            found[place - 1] = (
                every,
                own_bits[_CRM] + own_bits[_CRM | _SEEN_BIT],
                own_bits[_SEEN_BIT] + own_bits[_CRM | _SEEN_BIT],
            )
    return found
