"""Intervals of attribution: of accounts drawn again, so that many conversions of few accounts make nobody surer."""

from __future__ import annotations

import random
from math import sqrt
from pathlib import Path

import pytest

from polku.analytics.asking.questions import open_study
from polku.analytics.attribution import Attribution, attribution
from polku.analytics.columns import blocks
from polku.analytics.credit.models import model_named
from polku.analytics.credit.shares import share_out
from tests.analytics.small import a_log
from tests.analytics.test_attribution import CHANNELLED, paths


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


@pytest.mark.parametrize("accounts", [120, 1000])
def test_intervals_are_those_of_accounts_drawn_one_by_one(accounts: int) -> None:
    chance = random.Random(accounts)
    ways = [
        chance.choice(["a", "a b", "b b c", "c"]) + chance.choice([" >", " >", ""]) for _ in range(accounts)
    ]
    made = paths(*ways)
    asked = {name: model_named(name) for name in ("linear", "shapley", "markov")}
    found = share_out(made, asked, draws=1000)
    slow: dict[str, list[list[float]]] = {name: [] for name in asked}
    for _ in range(400):
        again = share_out(paths(*chance.choices(ways, k=accounts)), asked)
        for name, shared in again.items():
            slow[name].append((shared.conversions[:-1] / shared.conversions.sum()).tolist())
    for name, shares in slow.items():
        shared = found[name]
        assert shared.low is not None and shared.high is not None
        for node in range(3):
            ordered = sorted(one[node] for one in shares)
            width = ordered[389] - ordered[10]
            assert shared.low[node] == pytest.approx(ordered[10], abs=0.25 * width), (name, node)
            assert shared.high[node] == pytest.approx(ordered[389], abs=0.25 * width), (name, node)


def test_any_number_of_threads_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = [f"a{number}: " + " ".join(["call", "guide", "demo"][number % 3 :]) for number in range(90)]
    monkeypatch.setattr(blocks, "PIECE", 20)
    told = []
    with a_log(tmp_path, *ways) as log:
        for workers in (1, 3):
            monkeypatch.setattr(blocks, "WORKERS", workers)
            study = open_study(log, CHANNELLED)
            told.append(attribution(study, ("all",), conversion="demo").rows())
            study.close()
    assert told[0] == told[1]
    assert any(row["low"] is not None for row in told[0])
