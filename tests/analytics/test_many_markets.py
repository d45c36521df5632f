"""Every question equals its slow definition on random logs: a hundred, and in the long run a thousand.

Attribution, coverage and retention are in modules of their own with as many logs; here is what can share a published
log, which takes longer to publish than to ask.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.analytics.asking.answers import QUESTIONS
from tests.analytics.markets import Market, a_market
from tests.analytics.test_against_oracle import compare_measures
from tests.analytics.test_backtest import compare_backtest
from tests.analytics.test_campaigns import compare_campaigns
from tests.analytics.test_coverage_and_deals import compare_deals
from tests.analytics.test_deviations import compare_deviations
from tests.analytics.test_effect import KINDS, compare_effect
from tests.analytics.test_filters_against_oracle import compare_filters
from tests.analytics.test_friction import compare_change, compare_friction
from tests.analytics.test_funnel import compare_funnels
from tests.analytics.test_loyalty import compare_loyalty, compare_threads
from tests.analytics.test_now import compare_now
from tests.analytics.test_rules import compare_rules
from tests.analytics.test_score import compare_scores
from tests.analytics.test_touches import compare_touches
from tests.analytics.test_voice import compare_voice
from tests.analytics.worlds import a_world

FEW, MANY = range(100), range(100, 1000)
ELSEWHERE = {
    "attribution": "test_attribution_against_oracle",
    "retention": "test_retention",
    "coverage": "test_coverage_against_oracle",
    "centre": "test_coverage_against_oracle",
}
"""Questions with logs of their own → the module that has a hundred and a thousand of them."""
IN_MARKETS = {
    "backtest": compare_backtest,
    "campaigns": compare_campaigns,
    "change": compare_change,
    "deals": compare_deals,
    "effect": lambda market, log, seed: compare_effect(market, log, seed, KINDS[seed % len(KINDS)]),
    "loyalty": compare_loyalty,
    "score": compare_scores,
    "threads": compare_threads,
    "touches": compare_touches,
    "voice": compare_voice,
}
IN_WORLDS = {
    "deviations": compare_deviations,
    "filters": compare_filters,
    "friction": compare_friction,
    "funnel": compare_funnels,
    "now": compare_now,
    "rules": compare_rules,
    **dict.fromkeys(("fit", "paths", "steps", "time", "variants"), compare_measures),
}
"""Questions that ask nothing but events, a map and people; several are held against their definitions together."""


def compare_all(folder: Path, seed: int) -> None:
    market = a_market(seed)
    with market.log(folder / "market") as log:
        for compare in IN_MARKETS.values():
            compare(market, log, seed)
    world = Market(*a_world(seed))
    with world.log(folder / "world") as log:
        for compare in dict.fromkeys(IN_WORLDS.values()):
            compare(world, log, seed)


@pytest.mark.parametrize("seed", FEW)
def test_questions_equal_their_definitions(seed: int, tmp_path: Path) -> None:
    compare_all(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", MANY)
def test_questions_equal_their_definitions_in_a_thousand_markets(seed: int, tmp_path: Path) -> None:
    compare_all(tmp_path, seed)


def test_no_question_is_without_a_definition_to_be_held_against() -> None:
    assert {*ELSEWHERE, *IN_MARKETS, *IN_WORLDS} - {"filters", "rules"} == set(QUESTIONS)
    folder = Path(__file__).parent
    assert all((folder / f"{module}.py").exists() for module in ELSEWHERE.values())
