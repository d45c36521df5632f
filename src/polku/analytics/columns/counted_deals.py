"""Counted deals: all deals of a log by what they are, from columns in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import Block, kept_blocks
from polku.analytics.columns.deal_columns import NEVER, DealColumns, deal_columns
from polku.analytics.columns.met import cases_of

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study

LATE = np.iinfo(np.int64).max
_BY = ("kind", "segment", "outcome", "lost_to", "currency")
_ENDS = ("won", "lost", "open")
_CHUNK = 1 << 20
"""Sums of halves of so many numbers are whole."""


def count_deals(
    study: Study, contact: list[int]
) -> tuple[list[tuple[Any, ...]], tuple[Any, ...], int] | None:
    """Rows by kind, segment, outcome, rival and currency with number, amount and median time; what is told about all
    of them; and deals won before the first event of these codes. None where an engine has to be asked."""
    if kept_blocks(study.log, "account") is None:
        return None
    told = deal_columns(study.log)
    known = told.created != NEVER
    end = np.where(told.closed != NEVER, told.closed, told.created)
    backwards = known & (told.closed != NEVER) & (told.closed < told.created)
    accounts = np.zeros(int(told.account.max(initial=0)) + 1, dtype=bool)
    accounts[told.account[told.account >= 0]] = True
    about = (
        len(told.kind),
        len(told.kind),
        int(np.count_nonzero(accounts)),
        int(told.created[known].min()) if known.any() else None,
        int(end[end != NEVER].max()) if (end != NEVER).any() else None,
        int((told.account < 0).sum()),
        int((told.outcome < 0).sum()),
        int(backwards.sum()),
    )
    return _rows(told, known & ~backwards & (told.closed != NEVER)), about, _early(study, told, contact)


def _rows(told: DealColumns, lasts: Column) -> list[tuple[Any, ...]]:
    if not len(told.kind):
        return []
    names = [(*told.names(word), None) for word in _BY]
    key = np.zeros(len(told.kind), dtype=np.int64)
    for word, words in zip(_BY, names, strict=True):
        key = key * len(words) + getattr(told, word) % len(words)
    size = int(np.prod([len(words) for words in names]))
    if size <= 1 << 16:
        groups = np.flatnonzero(np.bincount(key, minlength=size))
        number = np.zeros(size, dtype=np.int64)
        number[groups] = np.arange(len(groups))
        group = number[key]
    else:
        groups, group = np.unique(key, return_inverse=True)
    count = np.bincount(group)
    paid = ~np.isnan(told.amount)
    with_amount = np.bincount(group[paid], minlength=len(groups))
    sums = exact_sums(group[paid], told.amount[paid], len(groups))
    days = _medians(group[lasts], (told.closed - told.created)[lasts], len(groups))
    found = []
    for place, code in enumerate(groups.tolist()):
        said: list[str | None] = []
        for words in reversed(names):
            code, one = divmod(code, len(words))
            said.append(words[one])
        worth = sums[place] / 10**6 if with_amount[place] else None
        found.append((*reversed(said), int(count[place]), worth, days[place]))
    return sorted(found, key=_order)


def _order(row: tuple[Any, ...]) -> tuple[Any, ...]:
    kind, segment, outcome, lost_to, currency, count, *_ = row
    end = _ENDS.index(outcome) if outcome in _ENDS else len(_ENDS)
    return (*_last(kind), *_last(segment), end, *_last(outcome), -count, *_last(lost_to), *_last(currency))


def _last(word: str | None) -> tuple[bool, str]:
    return word is None, word or ""


def exact_sums(group: Column, amount: Column, size: int) -> list[int]:
    """Amounts by group, in millionths: exact, whatever their number."""
    return [(high << 32) + low for high, low in zip(*exact_halves(group, amount, size).tolist(), strict=True)]


def exact_halves(group: Column, amount: Column, size: int) -> Column:
    """The same as two rows of whole numbers: what stands above 32 bits, and below; rows of parts add up."""
    found = np.zeros((2, size), dtype=np.int64)
    for first in range(0, len(group), _CHUNK):
        some = slice(first, first + _CHUNK)
        value = np.rint(amount[some] * 1e6).astype(np.int64)
        for row, half in zip(found, (value >> 32, value & 0xFFFFFFFF), strict=True):
            row += np.bincount(group[some], weights=half, minlength=size).astype(np.int64)
    return found


def _medians(group: Column, lasts: Column, size: int) -> list[int | None]:
    """By group the first value that half do not exceed."""
    bits = int(lasts.max(initial=0)).bit_length()
    key = np.sort(group.astype(np.int64) << bits | lasts)
    bounds = np.searchsorted(key, np.arange(size + 1, dtype=np.int64) << bits)
    number = np.diff(bounds)
    rank = bounds[:-1] + np.maximum(number - number // 2, 1) - 1
    return [
        int(key[at] & ((1 << bits) - 1)) if n else None
        for at, n in zip(rank.tolist(), number.tolist(), strict=True)
    ]


def _early(study: Study, told: DealColumns, contact: list[int]) -> int:
    """Deals won before the first contact of their account; a closing told as an event by its own source is none."""
    kept = kept_blocks(study.log, "account")
    assert kept is not None
    won = np.flatnonzero(told.is_("outcome", "won") & (told.closed != NEVER) & (told.cid >= 0))
    won = won[np.argsort(told.cid[won], kind="stable")]
    cid, closed, by = told.cid[won], told.closed[won], told.source[won]
    sources = told.names("source")
    size = max((code.code for code in study.codes), default=-1) + 1
    meets = np.zeros(size, dtype=bool)
    meets[contact] = True
    of_source = np.full(size, -2, dtype=np.int64)
    for code in study.codes:
        of_source[code.code] = -1 if code.source is None else _index(sources, code.source)

    def count(block: Block) -> int:
        if not len(block.cid):
            return 0
        low, high = block.within(cid)
        rows = np.flatnonzero(meets.take(block.code, mode="clip"))
        case = cases_of(block)[rows]
        begins = np.flatnonzero(np.append(True, case[1:] != case[:-1])[: len(case)])
        first = np.full(len(block.cid), LATE)
        if len(rows):
            first[case[begins]] = np.minimum.reduceat(block.ts[rows], begins)
        own = block.places(cid[low:high])
        met = first[own]
        found = int(np.count_nonzero((closed[low:high] < met) & (met != LATE)))
        # Of those that closed with their first contact, this may be the closing itself.
        for place in np.flatnonzero(met == closed[low:high]).tolist():
            mine = rows[case == own[place]]
            others = mine[(block.ts[mine] != met[place]) | (of_source[block.code[mine]] != by[low + place])]
            found += len(others) > 0 and int(block.ts[others].min()) > int(met[place])
        return found

    return int(sum(kept.each(study.log, count)))


def _index(words: tuple[str, ...], word: str) -> int:
    return words.index(word) if word in words else -2
