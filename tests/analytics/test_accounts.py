"""Accounts: who needs us now goes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polku.analytics.accounts import accounts, trend_of
from polku.analytics.asking.questions import ask, open_study
from polku.analytics.coverage import coverage
from polku.documents import Account, Workspace
from tests.analytics.markets import a_log
from tests.analytics.worlds import TODAY, a_world


@pytest.mark.parametrize(
    ("events", "before", "trend"),
    [
        (0, 0, None),
        (4, 0, "rising"),
        (0, 4, "falling"),
        (3, 0, "level"),
        (17, 40, "falling"),
        (20, 26, "level"),
    ],
)
def test_a_trend_is_more_than_chance_explains(events: int, before: int, trend: str | None) -> None:
    assert trend_of(events, before) == trend


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_the_list_agrees_with_the_questions_it_is_made_of(tmp_path: Path, seed: int) -> None:
    workspace, journey, events, people = a_world(seed)
    with a_log(tmp_path, events, people) as log:
        told = accounts(log, workspace, journey=journey, today=TODAY)
        now = ask(log, workspace, "now", journey=journey.id, today=TODAY).rows()
        whole = coverage(open_study(log, workspace, today=TODAY))
    rows: list[dict[str, Any]] = told.rows()
    assert {row["account_id"] for row in now} == {row["account_id"] for row in rows if row["stage"]}
    for row in rows:
        stays = [one for one in now if one["account_id"] == row["account_id"]]
        assert row["days_in_stage"] in [None, *(one["days_in_stage"] for one in stays)]
    for part, number in zip(whole.part, whole.accounts, strict=True):
        assert number == sum((part or "?") in row["known"] for row in rows)
    order = [("falling", "level", "rising", None).index(row["trend"]) for row in rows]
    assert order == sorted(order)


def test_accounts_that_only_a_document_knows_are_told_too() -> None:
    workspace = Workspace(
        settings=a_world(1)[0].settings, accounts={"toys": Account(id="toys", name="Toys A/S")}
    )
    told = accounts(None, workspace, today=TODAY)
    assert (
        told.rows()[0] | {"name": "Toys A/S", "described": True, "events": 0, "trend": None} == told.rows()[0]
    )
