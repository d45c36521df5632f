"""Intervals of attribution: of accounts drawn again, so that many conversions of few accounts make nobody surer."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest

from polku.analytics.attribution import Attribution, attribution
from polku.analytics.questions import open_study
from tests.analytics.small import a_log
from tests.analytics.test_attribution import CHANNELLED


def first_of(folder: Path, accounts: int, times: int) -> tuple[float, float, float]:
    """Share of the web as the first touch, with its interval: three of four accounts begin there, each `times` times."""
    folder.mkdir()
    ways = [
        f"a{number}: " + " ".join([("call" if number % 4 == 0 else "guide"), "demo"] * times)
        for number in range(accounts)
    ]
    with a_log(folder, *ways) as log:
        study = open_study(log, CHANNELLED)
        told: Attribution = attribution(study, ("first",), conversion="demo")
        study.close()
    row = next(row for row in told.rows() if row["channel"] == "web")
    return row["low"], row["share"], row["high"]


def test_an_interval_is_as_wide_as_its_accounts_are_few(tmp_path: Path) -> None:
    low, share, high = first_of(tmp_path / "forty", 40, 1)
    assert share == 0.75
    # What the normal approximation says of 40 and of 200 accounts, within the noise of a thousand draws.
    half = 1.96 * sqrt(0.75 * 0.25 / 40)
    assert [low, high] == pytest.approx([0.75 - half, 0.75 + half], abs=0.03)
    low, share, high = first_of(tmp_path / "twohundred", 200, 1)
    half = 1.96 * sqrt(0.75 * 0.25 / 200)
    assert [low, high] == pytest.approx([0.75 - half, 0.75 + half], abs=0.015)


def test_many_conversions_of_one_account_count_as_one_account(tmp_path: Path) -> None:
    once = first_of(tmp_path / "once", 40, 1)
    often = first_of(tmp_path / "often", 40, 5)

    assert often == pytest.approx(once, abs=0.03)
    assert often[2] - often[0] > 2 * 1.96 * sqrt(0.75 * 0.25 / 200)
