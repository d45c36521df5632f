"""Rounds: what opens one, what ends it, and what is left outside."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from polku.analytics.asking.questions import open_study
from polku.analytics.counting import count_outcomes
from tests.analytics.small import TODAY, WORKSPACE, a_log


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("a: call demo offer", [(1, 3, "done")]),
        ("a: demo call demo", [(2, 3, "open")]),
        ("a: call guide lost demo", [(1, 3, "lost")]),
        ("a: call offer call 2 demo", [(1, 2, "done"), (3, 4, "open")]),
        ("a: call offer offer", [(1, 2, "done")]),
        ("a: call 31 demo", [(1, 1, "faded")]),
        ("a: call 29 demo", [(1, 2, "open")]),
        ("a: call 31 guide", [(1, 1, "faded"), (2, 2, "open")]),
        ("a: demo offer lost", []),
    ],
)
def test_an_account_is_cut_into_rounds(
    account: str, expected: list[tuple[int, int, str]], tmp_path: Path
) -> None:
    with a_log(tmp_path, account) as log:
        study = open_study(log, WORKSPACE, journey="buy", today=TODAY)

        assert [(one.low, one.high, one.outcome) for one in study.rounds] == expected


def test_a_round_fades_when_the_log_goes_on_without_the_account(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: call demo", "b: 40 call") as log:
        late = open_study(log, WORKSPACE, journey="buy", today=TODAY)
        early = open_study(log, WORKSPACE, journey="buy", today=dt.date(2026, 1, 20))

        assert count_outcomes(late) == {"faded": 1, "open": 1}
        assert count_outcomes(early) == {"open": 2}


def test_rounds_are_the_default_only_where_the_journey_has_them(tmp_path: Path) -> None:
    with a_log(tmp_path, "a: call demo") as log:
        assert open_study(log, WORKSPACE, journey="buy").case == "round"
        assert open_study(log, WORKSPACE).case == "account"
    with a_log(tmp_path / "b", "-: call demo") as log:
        assert open_study(log, WORKSPACE, journey="buy").case == "account"
