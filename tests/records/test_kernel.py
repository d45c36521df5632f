"""The kernel gives what a plain walk through each case gives."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polku.records import kernel
from polku.records.kernel import Cases, Moves, first_seen, follow, mix, places_by


@dataclass(frozen=True)
class Event:
    case: int
    no: int
    code: int
    ts: int
    part: int = -1
    person: int = -1


def run(events: list[Event]) -> tuple[Moves, Cases]:
    """The kernel on events, in the order given."""

    def column(field: str, kind: type) -> kernel.Column:
        return np.array([getattr(event, field) for event in events], dtype=kind)

    return follow(
        column("case", np.int64),
        column("no", np.int64),
        column("code", np.int32),
        column("ts", np.int64),
        column("part", np.int8),
        column("person", np.int32),
    )


def plain_mix(value: int) -> int:
    """SplitMix64's finaliser in whole numbers."""
    mask = (1 << 64) - 1
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & mask
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & mask
    return value ^ value >> 31


def walk(events: list[Event]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Moves and cases, one event after the other."""
    moves: list[tuple[int, ...]] = []
    cases: list[tuple[int, ...]] = []
    for case in sorted({event.case for event in events}):
        path = sorted((event for event in events if event.case == case), key=lambda event: event.no)
        seen: set[tuple[int, int]] = set()
        total, both, met = 0, 0, 0
        for place, event in enumerate(path, 1):
            later = path[place] if place < len(path) else None
            nxt = later.code if later else -1
            gap = max(0, later.ts - event.ts) if later else -1
            first = int((event.code, nxt) not in seen)
            seen.add((event.code, nxt))
            moves.append(
                (case, place, event.code, nxt, event.ts, gap, event.part, event.person, first, event.no)
            )
            key = plain_mix(place << 32 | event.code)
            total, both = (total + key) % (1 << 64), both ^ key
            met |= 1 << event.part if event.part >= 0 else 0
        times = [event.ts for event in path]
        signed = [key - (1 << 64) if key >> 63 else key for key in (total, both)]
        cases.append((case, len(path), min(times), max(times), *signed, met))
    return moves, cases


def rows(table: Moves | Cases) -> list[tuple[int, ...]]:
    """A table of columns as rows of plain numbers."""
    return list(zip(*(column.tolist() for column in vars(table).values()), strict=True))


some_events = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 3), st.integers(0, 5), st.integers(-1, 8), st.integers(-1, 3)
    ),
    max_size=40,
)


@given(some_events, st.randoms(use_true_random=False))
def test_shuffled_events_with_ties_give_what_a_plain_walk_gives(
    drawn: list[tuple[int, int, int, int, int]], chance: random.Random
) -> None:
    # Event 5 and 6 may share a time, and a later number may carry an earlier time (a dated event).
    events = [
        Event(case, no, code, ts, part, person) for no, (case, code, ts, part, person) in enumerate(drawn)
    ]
    moves, cases = walk(events)
    chance.shuffle(events)

    got_moves, got_cases = run(events)

    assert rows(got_moves) == moves
    assert rows(got_cases) == cases


@pytest.mark.parametrize("piece", [1, 3, 8])
def test_pieces_of_whole_cases_give_what_all_events_at_once_give(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(piece)
    events = [Event(chance.randrange(5), no, chance.randrange(3), 10 * no, no % 9) for no in range(40)]
    chance.shuffle(events)
    monkeypatch.setattr(kernel, "PIECE", piece)

    moves, cases = run(events)

    assert (rows(moves), rows(cases)) == walk(events)


@pytest.mark.parametrize("numbers", [[], [3, 1, 3, 0, 1], [1 << 62, 5, 1 << 62]])
def test_places_are_in_the_order_of_numbers_and_then_their_own(numbers: list[int]) -> None:
    found = places_by(np.array(numbers, dtype=np.int64))

    assert found.tolist() == sorted(range(len(numbers)), key=lambda place: numbers[place])


def test_the_numbers_of_a_full_lake_fit() -> None:
    events = [
        Event((1 << 24) - 1, (1 << 40) - 1, (1 << 31) - 3, 1 << 61, 8, (1 << 31) - 1),
        Event((1 << 24) - 1, (1 << 40) - 2, (1 << 31) - 4, 0, 0, 0),
        Event(0, 0, 0, -5),
    ]

    moves, cases = run(events)

    assert (rows(moves), rows(cases)) == walk(events)


def test_many_codes_take_the_long_way_to_the_same_answer() -> None:
    case = np.repeat(np.arange(3, dtype=np.int32), 4)
    code = np.array([1, 2, 1, 2] * 3, dtype=np.int32)
    nxt = np.array([2, 1, 2, -1] * 3, dtype=np.int32)
    narrow = first_seen(case, code, nxt)

    wide = first_seen(case + 2**23, code * 2**24, np.where(nxt < 0, -1, nxt * 2**24))

    assert narrow.tolist() == wide.tolist() == [1, 1, 0, 1] * 3


def test_two_paths_of_the_same_codes_in_another_order_have_other_keys() -> None:
    _, there = run([Event(0, 0, 1, 0), Event(0, 1, 2, 0)])
    _, back = run([Event(0, 0, 2, 0), Event(0, 1, 1, 0)])

    assert there.k1[0] != back.k1[0]
    assert there.k2[0] != back.k2[0]


@pytest.mark.parametrize("value", [0, 1, 2**32, 2**64 - 1])
def test_mixing_agrees_with_whole_numbers(value: int) -> None:
    assert int(mix(np.array([value], dtype=np.uint64))[0]) == plain_mix(value)


def test_no_events_give_no_rows() -> None:
    moves, cases = run([])

    assert rows(moves) == rows(cases) == []
