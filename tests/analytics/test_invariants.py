"""What must stay the same: the order in which rows arrive changes nothing; twice as much of all changes no share."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import CASES, ask
from polku.documents import Improvement, Workspace
from polku.errors import PolkuError
from polku.words import has
from tests.analytics.markets import Market, a_market
from tests.analytics.worlds import TODAY

ASKED = {"funnel": Asked(of="stage"), "effect": Asked(improvement="better"), "time": Asked(of="step")}
SHARES = {
    "paths": ("share_out",),
    "steps": ("share", "goes_on"),
    "funnel": ("overall", "from_previous"),
    "variants": ("share",),
    "friction": ("share", "well", "loss"),
    "campaigns": ("cost_per_lead", "cost_per_deal", "return"),
    "threads": ("win_rate", "people"),
    "coverage": ("completeness", "engaged"),
    "backtest": ("win_rate", "lift"),
}
"""What is a part of a whole, and so the same of twice as much."""


def improving(workspace: Workspace) -> Workspace:
    better = Improvement.model_validate(
        {"id": "better", "measure": {"kind": "win-rate"}, "live": "2024-06-01"}
    )
    return replace(workspace, improvements={"better": better})


def answers(market: Market, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    workspace = improving(market.workspace)
    with market.log(folder) as log:
        for question in QUESTIONS:
            try:
                told = ask(log, workspace, question, ASKED.get(question), journey="walk", today=TODAY)
            except PolkuError as error:
                found[question] = error.message.id
            else:
                found[question] = json.loads(json.dumps(told.to_json()))
    return found


def near(a: Any, b: Any) -> bool:
    """Equal, floats to their last bits."""
    if isinstance(a, float) and isinstance(b, float):
        return a == pytest.approx(b, rel=1e-9, abs=1e-12)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(near(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(near, a, b))
    return bool(a == b)


@pytest.mark.parametrize("seed", [4, 18])
def test_the_order_of_rows_changes_nothing(seed: int, tmp_path: Path) -> None:
    market = a_market(seed)
    first = answers(market, tmp_path / "first")
    chance = random.Random(seed)
    for rows in (market.accounts, market.deals, market.contracts, market.spend):
        chance.shuffle(rows)
    people = list(market.people.items())
    chance.shuffle(people)
    market.people = dict(people)

    again = answers(market, tmp_path / "again")

    for question, told in first.items():
        assert near(told, again[question]), question


@pytest.mark.parametrize("seed", [4, 18])
def test_twice_as_many_accounts_change_no_share(seed: int, tmp_path: Path) -> None:
    market = a_market(seed)
    market.spend = [row for row in market.spend if row["currency"] != "USD"]
    single = answers(market, tmp_path / "single")

    def other(name: str | None) -> str | None:
        return None if name is None else f"{name} II"

    twin = [
        replace(event, account=other(event.account), person=other(event.person), row=event.row + 1000)
        for event in market.events
    ]
    market.events = [*market.events, *twin]
    market.people |= {f"{id} II": (f"{account} II", part) for id, (account, part) in market.people.items()}
    for rows, key in ((market.accounts, None), (market.deals, "deal_id"), (market.contracts, "contract_id")):
        for row in list(rows):
            named = {} if key is None else {key: f"{row[key]}-II"}
            rows.append({**row, "account_id": other(row["account_id"]), **named})
    market.spend = [{**row, "cost": row["cost"] and 2 * row["cost"]} for row in market.spend]

    double = answers(market, tmp_path / "double")

    for question, columns in SHARES.items():
        assert not isinstance(single[question], str), question

        def told(all_: dict[str, Any], question: str = question, columns: Any = columns) -> list[str]:
            keys = [key for key in all_[question]["rows"][0] if key in NAMES]
            return sorted(
                str([row[key] for key in keys] + [_rounded(row[column]) for column in columns])
                for row in all_[question]["rows"]
            )

        assert told(single) == told(double), question


NAMES = ("fit", "engagement", "from", "to", "step", "stage", "path", "kind", "campaign", "parts", "part")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)


def test_every_answer_says_what_it_counts_and_of_which_cases(tmp_path: Path) -> None:
    told = answers(a_market(4), tmp_path)

    for question, answer in told.items():
        if answer == "analytics.effect-early":
            continue
        assert has(f"studio-explore.unit-{answer['unit']}", "en"), (question, answer["unit"])
        assert answer["case"] in CASES, question
        assert answer["cases"] >= 0 and answer["accounts"] >= 0, question
        assert all(count > 0 for count in answer["remainder"].values()), question
