"""Intervals of medians: ranks that hold the median often enough, and the values at these ranks of what is compared."""

from __future__ import annotations

import random
from math import comb
from pathlib import Path

import pytest

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answer, open_study
from polku.analytics.compare import compare
from polku.analytics.statistics.median_intervals import EXACT, median_bounds, ranks
from tests.analytics.small import TODAY, WORKSPACE, a_log


@pytest.mark.parametrize(
    ("n", "found"), [(0, None), (5, None), (6, (1, 6)), (10, (2, 9)), (25, (8, 18)), (100, (40, 61))]
)
def test_ranks_are_those_of_the_tables(n: int, found: tuple[int, int] | None) -> None:
    assert ranks(n) == found


def test_ranks_hold_the_median_at_least_as_often_as_they_say() -> None:
    for n in range(6, EXACT + 1):
        found = ranks(n)
        assert found is not None
        low, high = found
        assert sum(comb(n, k) for k in range(low, high)) / 2**n >= 0.95
        assert sum(comb(n, k) for k in range(low + 1, high - 1)) / 2**n < 0.95
    # Beyond, the two formulas meet.
    at, beyond = ranks(EXACT), ranks(EXACT + 1)
    assert at is not None and beyond is not None and abs(at[0] - beyond[0]) <= 1


def test_an_interval_holds_the_true_median_of_what_was_drawn() -> None:
    chance = random.Random(7)
    held = 0
    for _ in range(400):
        values = sorted(chance.expovariate(1.0) for _ in range(21))
        low, high = ranks(21) or (0, 0)
        held += values[low - 1] <= 0.6931 <= values[high - 1]
    assert held / 400 >= 0.93


def test_the_bounds_are_values_of_the_cases_at_their_ranks(tmp_path: Path) -> None:
    waits = [1, 2, 3, 5, 8, 13, 21]
    log = a_log(tmp_path, *(f"a{n}: guide {wait} call demo call offer" for n, wait in enumerate(waits)))
    with log:
        study = open_study(log, WORKSPACE, question="time", journey="buy", case="account", today=TODAY)
        for name, asked, key in (
            ("time", Asked(start="read", end="first-call"), 0),
            ("time", Asked(start="read", end="first-call", definition="first-first"), 0),
            ("steps", Asked(), 1),
            ("funnel", Asked(), 1),
        ):
            bounds = median_bounds(study, name, asked, answer(study, name, asked))
            # The event after the wait stands a day later still; of seven values the bounds are the ends.
            assert bounds[key] == (2 * 86400.0, 22 * 86400.0), name
        every = Asked(start="read", end="first-call", definition="every-next")
        assert median_bounds(study, "time", every, answer(study, "time", every)) == {}
        assert 0 not in median_bounds(study, "funnel", Asked(), answer(study, "funnel", Asked()))
        study.close()


def test_bounds_of_ways_and_variants_are_values_of_their_cases(tmp_path: Path) -> None:
    waits = [1, 2, 3, 5, 8, 13, 21]
    walks = [f"a{n}: guide {wait} call" for n, wait in enumerate(waits)]
    back = [f"b{n}: guide {wait} call guide {wait} call" for n, wait in enumerate(waits)]
    ends = (2 * 86400.0, 22 * 86400.0)
    for place, more in enumerate(([], back)):
        (folder := tmp_path / str(place)).mkdir()
        with a_log(folder, *walks, *more) as log:
            study = open_study(log, WORKSPACE, journey="buy", case="account", today=TODAY)
            asked = Asked(of="touchpoint")
            ways, variants = (answer(study, name, asked) for name in ("paths", "variants"))
            of_way = median_bounds(study, "paths", asked, ways)
            taken = next(
                place
                for place, row in enumerate(ways.rows())
                if row["from"] == "guide" and row["to"] == "call"
            )
            # Who comes back has two times of one way, which chance does not draw apart.
            assert of_way.get(taken) == (None if more else ends)
            whole = median_bounds(study, "variants", asked, variants)
            short = next(
                place for place, row in enumerate(variants.rows()) if list(row["path"]) == ["guide", "call"]
            )
            assert whole[short] == ends
            study.close()


def test_medians_are_compared_with_an_interval_from_six_cases_on(tmp_path: Path) -> None:
    quick = [f"q{n}: guide call" for n in range(8)]
    slow = [f"s{n}: guide {20 + n} call offer" for n in range(8)]
    with a_log(tmp_path, *quick, *slow) as log:
        a, b, few = (
            open_study(
                log, WORKSPACE, question="time", journey="buy", case="account", today=TODAY, cases=cases
            )
            for cases in (
                "touched(offer)",
                "not touched(offer)",
                "touched(offer) and account != s1 and events > 99",
            )
        )
        asked = Asked(start="read", end="first-call")
        row = next(row for row in compare(a, b, "time", asked).rows() if row["figure"] == "median_seconds")
        assert 20 * 86400 <= row["low"] <= row["difference"] <= row["high"] <= 28 * 86400
        none = [row for row in compare(a, few, "time", asked).rows() if row["figure"] == "median_seconds"]
        assert all(row["low"] is None for row in none)
        for study in (a, b, few):
            study.close()
