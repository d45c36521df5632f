"""The score of a past day against what was won since: by hand, and by plain Python that never sees what came later."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import ask, open_study
from polku.analytics.backtest import Backtest, backtest, looks_ahead
from polku.analytics.filters.filters import read_filter
from polku.errors import QuestionError
from polku.records.log import Log
from tests.analytics.logs import publish_rows
from tests.analytics.markets import Market
from tests.analytics.oracle import microseconds
from tests.analytics.small import START, WORKSPACE
from tests.analytics.test_score import plain_scores, random_rules, scoring
from tests.analytics.worlds import TODAY

DAY = dt.timedelta(days=1)
RULES: dict[str, Any] = {
    "half_life": "P30D",
    "engagement": [{"touchpoint": "call", "points": 60}],
    "fit": [
        {"when": "segment = large", "points": 80},
        {"when": "outcome = won", "points": 500, "name": "has won"},
    ],
}


def test_only_what_was_known_then_is_scored_and_only_what_came_later_counts(tmp_path: Path) -> None:
    def event(name: str, day: int) -> dict[str, Any]:
        return {"account_id": name, "activity": "call", "time": START + day * DAY}

    def deal(name: str, day: int) -> dict[str, Any]:
        closed = {"outcome": "won", "closed": START + day * DAY}
        return {"deal_id": f"{name}{day}", "account_id": name, **closed}

    rows = {
        "accounts": [
            {"account_id": name, "segment": "large" if name in "ab" else "tiny"} for name in "abcde"
        ],
        # a fits and calls, b fits, c calls, d only afterwards, e came later; the scored day is 100.
        "events": [
            event("a", 100),
            event("b", 1),
            event("c", 99),
            event("d", 1),
            event("d", 101),
            event("e", 120),
        ],
        "deals": [deal("a", 110), deal("b", 90), deal("d", 100), deal("e", 119)],
    }
    workspace = scoring(WORKSPACE, **RULES)
    limits = workspace.settings.limits.model_copy(update={"small": 1})
    workspace = replace(workspace, settings=workspace.settings.model_copy(update={"limits": limits}))
    with publish_rows(tmp_path, {("crm", "crm"): rows}) as log:
        told = ask(log, workspace, "backtest", Asked(window=20 * DAY), today=(START + 400 * DAY).date())
        with pytest.raises(QuestionError):
            ask(log, workspace, "backtest", Asked(window=400 * DAY), today=(START + 400 * DAY).date())
    assert isinstance(told, Backtest)
    assert (told.as_of, told.until) == (
        (START + 100 * DAY).date().isoformat(),
        (START + 120 * DAY).date().isoformat(),
    )
    found = {(row["fit"], row["engagement"]): (row["accounts"], row["won"]) for row in told.rows()}
    assert found == {
        (None, None): (4, 1),
        ("high", "high"): (1, 1),
        ("high", "low"): (1, 0),
        ("low", "high"): (1, 0),
        ("low", "low"): (1, 0),
    }
    assert told.rows()[1]["lift"] == 4
    assert told.left_out == ("has won",)
    assert told.about.remainder == {"accounts_later": 1}
    # Of the three pairs of a with another, a stands higher in all by engagement, and level with b by fit.
    assert told.ranked["engagement"]["order"] == 1
    assert told.ranked["fit"]["order"] == pytest.approx(2.5 / 3)


@pytest.mark.parametrize(
    ("text", "ahead"),
    [
        ("segment = large and country = DK", False),
        ("employees > 20 or not (account = a)", False),
        ("start < 2026-01-01", False),
        ("segment in (large, tiny)", False),
        ("status = customer", True),
        ("segment = large and did(call)", True),
        ("events > 3", True),
    ],
)
def test_a_rule_that_could_know_what_came_later_is_seen(text: str, ahead: bool) -> None:
    assert looks_ahead(read_filter(text)) == ahead


def compare_backtest(market: Market, log: Log, seed: int) -> None:
    workspace = scoring(market.workspace, **random_rules(market, seed))
    if seed % 3:
        # Few accounts suffice: else the order of winners and others is told in hardly any of these markets.
        limits = workspace.settings.limits.model_copy(update={"small": 1})
        workspace = replace(workspace, settings=workspace.settings.model_copy(update={"limits": limits}))
    scoring_said = workspace.settings.scoring
    assert scoring_said is not None
    truth = market.truth()
    last = (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=truth.now)).date()
    days = (10, 30)[seed % 2]
    day = last - days * DAY
    moment = microseconds(dt.datetime.combine(day + DAY, dt.time())) - 1
    then = {event.account for event in truth.events if event.account and event.at <= moment}
    study = open_study(log, workspace, question="backtest", today=TODAY)
    if not then:
        with pytest.raises(QuestionError):
            backtest(study, days * DAY)
        study.close()
        return
    told = backtest(study, days * DAY)
    study.close()

    steady = [rule for rule in scoring_said.fit if not rule.when.startswith("did(")]
    assert len(told.left_out) == len(scoring_said.fit) - len(steady)
    rules = scoring_said.model_copy(update={"fit": tuple(steady)})
    plain = plain_scores(market, rules, "account", moment)
    won = {
        deal["account_id"]
        for deal in market.deals
        if deal["outcome"] == "won" and deal["closed"] is not None and day < deal["closed"].date() <= last
    }
    assert plain.keys() == then
    high = {name: (one["fit"] >= 70, round(one["engagement"], 6) >= 50) for name, one in plain.items()}
    whole = len(won & then) / len(then)
    small = workspace.settings.limits.small
    assert len(told) == 5
    for row in told.rows():
        own = {
            name
            for name, (fits, engaged) in high.items()
            if row["fit"] in (None, "high" if fits else "low")
            and row["engagement"] in (None, "high" if engaged else "low")
        }
        assert (row["accounts"], row["won"]) == (len(own), len(own & won))
        rate = len(own & won) / len(own) if len(own) >= small and own else None
        assert row["win_rate"] == rate
        assert row["lift"] == (None if rate is None or not whole else pytest.approx(rate / whole))
    for name in ("fit", "engagement"):
        pairs = list(itertools.product(then & won, then - won))
        values = {account: round(one[name], 6) for account, one in plain.items()}
        if min(len(then & won), len(then - won)) >= small:
            stood = [(values[a] > values[b]) + (values[a] == values[b]) / 2 for a, b in pairs]
            assert told.ranked[name]["order"] == pytest.approx(sum(stood) / len(pairs), abs=1e-6)
        else:
            assert told.ranked[name]["order"] is None
        bound = sorted(values.values())[-math.ceil(len(values) / 10)]
        top = {account for account, value in values.items() if value >= bound - 1e-9}
        assert (told.ranked[name]["top_accounts"], told.ranked[name]["top_won"]) == (len(top), len(top & won))
    assert sum(one["accounts"] for one in told.grades.values()) == len(then)
