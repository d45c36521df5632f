"""The one next act at an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from polku.checks.account_next import next_act, understood
from polku.documents import Account, Role, Settings, Workspace

TODAY = dt.date(2026, 11, 18)


def a_workspace(**account: Any) -> Workspace:
    roles = {
        "ivan": Role(id="ivan", name="Ivan", part="decision-maker"),
        "ole": Role(id="ole", name="Ole", part="operator", insight="high"),
    }
    return Workspace(
        settings=Settings(name="Test"),
        roles=roles,
        accounts={"toys": Account.model_validate({"id": "toys", **account})},
    )


def act(workspace: Workspace, **row: Any) -> tuple[str, dict[str, Any]]:
    whole: dict[str, Any] = {
        "account_id": "toys",
        "contract_ends": None,
        "days_in_stage": None,
        "median_days_others": None,
        "required": ["decision-maker", "operator"],
        "known": ["decision-maker", "operator"],
        "met": ["operator"],
        **row,
    }
    message = next_act(workspace, whole, TODAY)
    return message.id.removeprefix("account-next."), dict(message.params)


def test_the_most_pressing_goes_first() -> None:
    leaving = {"people": [{"id": "p", "roles": ["ivan"], "leaves": "2026-12-31"}]}
    assert act(a_workspace(**leaving), contract_ends="2026-12-01")[0] == "leaves"
    assert act(a_workspace(), contract_ends="2026-12-01") == ("renewal", {"count": 13})
    assert act(a_workspace(), contract_ends="2026-11-01")[0] == "hole"
    assert act(a_workspace(), days_in_stage=50.0, median_days_others=30.0)[0] == "stands"
    assert act(a_workspace(), known=["decision-maker"]) == ("missing", {"role": "Ole"})
    assert act(a_workspace(), known=[]) == ("missing", {"role": "Ole"}), "high insight goes first"
    assert act(a_workspace(), met=[])[0] == "nobody-met"


def test_a_signal_makes_understanding_old() -> None:
    workspace = a_workspace(
        understanding={"value": {"note": "Uptime", "date": "2026-05-01"}},
        signals=[{"date": "2026-10-11", "kind": "owner", "touches": "value"}],
    )
    assert understood(workspace, "toys", TODAY).after == ("value",)
    assert act(workspace)[0] == "signal"


def test_what_is_all_known_and_fresh_presses_nobody() -> None:
    kinds = ("business", "buying", "experience", "customers_customers", "value")
    fresh = {"understanding": {kind: {"note": "x", "date": "2026-11-01"} for kind in kinds}}
    assert act(a_workspace(**fresh))[0] == "none"
    old = {"understanding": {kind: {"note": "x", "date": "2026-01-01"} for kind in kinds}}
    assert act(a_workspace(**old))[0] == "old"
