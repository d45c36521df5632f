"""Loose events in the order of their cases: however they are parted, packed and compared, as a plain sort has them."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from polku.analytics import loose as module
from polku.analytics.loose import Loose, follow_loose

ROWS = 400


def some(seed: int, *, span: int = 30, cases: list[int] | None = None, ordered: bool = False) -> Loose:
    """Rows with equal times and repeats."""
    chance = random.Random(seed)
    known = cases or [chance.randrange(1 << 64) for _ in range(40)]
    return Loose(
        np.array([chance.choice(known) for _ in range(ROWS)], dtype=np.uint64),
        np.array([chance.randrange(span) for _ in range(ROWS)], dtype=np.int64),
        np.array([chance.randrange(3) for _ in range(ROWS)], dtype=np.uint8),
        ("a", "b", "c"),
        ordered,
    )


def told(loose: Loose) -> tuple[list[list[tuple[int, int]]], int]:
    """Events of each case, cases in any order, and what was repeated; numbers of cases rise without a hole."""
    followed = follow_loose(loose)
    found, numbers = [], []
    for block in followed.blocks:
        bounds = block.start.tolist()
        rows = list(zip(block.ts.tolist(), block.code.tolist(), strict=True))
        found += [rows[a:b] for a, b in itertools.pairwise(bounds)]
        numbers += block.cid.tolist()
    assert numbers == list(range(len(found)))
    return sorted(found), followed.repeated


def expected(loose: Loose) -> tuple[list[list[tuple[int, int]]], int]:
    rows: dict[int, list[tuple[int, int, int]]] = {}
    for place, (case, ts, code) in enumerate(zip(loose.case, loose.ts, loose.code, strict=True)):
        rows.setdefault(int(case), []).append((0 if loose.ordered else int(ts), place, int(code)))
    found, repeated = [], 0
    for events in rows.values():
        kept: list[tuple[int, int]] = []
        before: set[tuple[int, int]] = set()
        for _, place, code in sorted(events):
            ts = int(loose.ts[place])
            if kept and kept[-1][0] != ts:
                before = set()
            if (ts, code) in before:
                repeated += 1
                continue
            before.add((ts, code))
            kept.append((ts, code))
        found.append(kept)
    return sorted(found), repeated


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("chunk", "piece"), [(1 << 18, 600_000), (7, 600_000), (64, 30), (1, 5)])
def test_events_come_by_case_time_and_row(
    seed: int, chunk: int, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHUNK", chunk)
    monkeypatch.setattr(module, "PIECE", piece)
    loose = some(seed)

    assert told(loose) == expected(loose)
    assert told(loose)[1] > 0


@pytest.mark.parametrize("span", [1 << 40, 1 << 62])
def test_long_times_are_told_apart(span: int) -> None:
    loose = some(5, span=span)

    assert told(loose) == expected(loose)


@pytest.mark.parametrize("ordered", [False, True])
def test_cases_that_differ_in_their_last_bits_only_are_told_apart(ordered: bool) -> None:
    loose = some(6, cases=[5 << 40, 5 << 40 | 1, 5 << 40 | 2, 9 << 40], ordered=ordered)
    packed = module._packed(loose.case, None if ordered else loose.ts, 2)

    assert packed is None
    assert told(loose) == expected(loose)


def test_packed_and_compared_find_the_same_order() -> None:
    loose = some(7)
    for ts in (loose.ts, None):
        packed = module._packed(loose.case, ts, 0)
        compared = module._compared(loose.case, ts)
        assert packed is not None
        for one, other in zip(packed, compared, strict=True):
            assert one.tolist() == other.tolist()


def test_no_rows_are_no_cases() -> None:
    none = np.zeros(0, dtype=np.uint64)

    assert told(Loose(none, none.astype(np.int64), none.astype(np.uint8), ())) == ([], 0)
