"""Survival curves and their test: the textbook's numbers, worked by hand."""

from __future__ import annotations

from math import sqrt

import pytest

from polku.analytics.statistics.survival import Curve, Life, chi2_tail, log_rank

# Freireich and others (1963), weeks of remission of 21 patients each: the example of most textbooks.
TREATED_LOST = (6, 6, 6, 7, 10, 13, 16, 22, 23)
TREATED_KEPT = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
PLACEBO_LOST = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
TREATED = [*(Life(0, t, True) for t in TREATED_LOST), *(Life(0, t, False) for t in TREATED_KEPT)]
PLACEBO = [Life(0, t, True) for t in PLACEBO_LOST]


def test_the_curve_is_the_textbooks() -> None:
    curve = Curve(TREATED)

    # At week 6 three of 21 are lost, at 7 one of 17 (one was last seen at 6), at 10 one of 15, and so on.
    assert curve.steps == [
        (6, 21, 3),
        (7, 17, 1),
        (10, 15, 1),
        (13, 12, 1),
        (16, 11, 1),
        (22, 7, 1),
        (23, 6, 1),
    ]
    by_hand = [18 / 21, 18 / 21 * 16 / 17, 18 / 21 * 16 / 17 * 14 / 15]
    assert [curve.at(week).share for week in (6, 7, 10)] == pytest.approx(by_hand)
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {week: round(curve.at(week).share, 3) for week in published} == published
    assert curve.at(5).share == 1
    assert (curve.at(12), curve.at(99)) == (curve.at(10), curve.at(23))


def test_the_interval_is_greenwoods() -> None:
    curve = Curve(TREATED)

    # S(10) · √(3/(21·18) + 1/(17·16) + 1/(15·14)) = 0.7529 · √0.01637 = 0.0963
    half = 1.959963984540054 * 0.7529411764705882 * sqrt(3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14))
    ten = curve.at(10)
    assert [ten.low, ten.high] == pytest.approx([0.7529411764705882 - half, 0.7529411764705882 + half])
    errors = {6: 0.0764, 7: 0.0869, 10: 0.0963, 13: 0.1068, 16: 0.1141, 22: 0.1282, 23: 0.1346}
    for week, error in errors.items():
        there = curve.at(week)
        assert there.low is not None
        assert (there.share - there.low) / 1.959963984540054 == pytest.approx(error, abs=5e-5)
    assert (Curve(PLACEBO).at(23).share, Curve(PLACEBO).at(23).low) == (0, None)


def test_the_log_rank_test_is_the_textbooks() -> None:
    test = log_rank([TREATED, PLACEBO])

    # Observed 9 and 21 lost, expected 19.25 and 10.75, variance 6.257: (9 − 19.25)² / 6.257 = 16.79
    assert test is not None
    assert (round(test.chi2, 2), test.df) == (16.79, 1)
    assert test.p == pytest.approx(4.17e-5, abs=1e-7)
    three = log_rank([TREATED, PLACEBO, PLACEBO])
    assert three is not None
    assert three.df == 2
    assert log_rank([TREATED]) is None
    assert log_rank([TREATED, []]) is None
    assert log_rank([[Life(0, 3, False)], [Life(0, 2, False)]]) is None


def test_lives_that_are_seen_late_count_from_then_on() -> None:
    lives = [Life(0, 4, True), Life(0, 9, False), Life(2, 5, True), Life(4, 6, True), Life(7, 7, True)]

    # Age 4: the first two and the third are at risk, not yet the one seen from 4 on: 1 − 1/3.
    # Age 5: second, third and fourth: × 2/3; age 6: second and fourth: × 1/2; the last is never observed.
    curve = Curve(lives)
    assert curve.steps == [(4, 3, 1), (5, 3, 1), (6, 2, 1)]
    assert curve.at(6).share == pytest.approx(2 / 3 * 2 / 3 * 1 / 2)
    assert [curve.beyond(age) for age in (0, 2, 4, 6, 9)] == [2, 3, 3, 1, 0]


def test_the_tail_of_chi_squared_is_the_tables() -> None:
    quantiles_95 = {1: 3.841459, 2: 5.991465, 3: 7.814728, 4: 9.487729, 10: 18.307038}
    for df, x in quantiles_95.items():
        assert chi2_tail(x, df) == pytest.approx(0.05, abs=1e-7)
    assert chi2_tail(0, 3) == 1
