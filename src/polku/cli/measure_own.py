"""What the answers of single questions say above their tables, on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from polku.cli.measure_facts import (
    backtest_facts,
    campaign_facts,
    change_facts,
    effect_facts,
    funnel_facts,
    loyalty_facts,
    retention_facts,
    rule_facts,
    score_facts,
    threads_facts,
    voice_facts,
)
from polku.words import Reader

if TYPE_CHECKING:
    from polku.analytics.coverage import Coverage
    from polku.analytics.deals import Deals
    from polku.analytics.effect import Effect
    from polku.analytics.fit import Fit
    from polku.analytics.friction import Friction
    from polku.analytics.result import Result
    from polku.analytics.study import Study


def own_facts(result: Result, study: Study, say: Reader) -> Iterator[str]:
    """Sentences of an answer that its rows do not hold."""
    # By name: to load the classes of all answers takes longer than most answers.
    name = type(result).__name__
    if name == "Effect":
        told: Any = result
        effect: Effect = told
        yield from effect_facts(effect, study, say)
    elif name in _FACTS:
        yield from _FACTS[name](result, say)


def _fit(result: Fit, say: Reader) -> Iterator[str]:
    if result.fitness is not None:
        count = result.about.cases
        yield say("measure.fitness", fitness=result.fitness, fitting=result.fitting_cases, count=count)
    yield from rule_facts(result, say)


def _deals(result: Deals, say: Reader) -> Iterator[str]:
    if result.win_rate is not None:
        ended = sum(int(kind["ended"] or 0) for kind in result.win_rates.values())
        won = sum(int(kind["won"] or 0) for kind in result.win_rates.values())
        yield say("measure.win-rate", won=won, ended=ended, rate=result.win_rate)


def _coverage(result: Coverage, say: Reader) -> Iterator[str]:
    if result.completeness_all is not None:
        yield say(
            "measure.coverage-all",
            known=result.completeness_all,
            high=result.high_all,
            met=result.engaged_all,
            days=result.about.parameters["ageing_days"],
        )


def _friction(result: Friction, say: Reader) -> Iterator[str]:
    yield say("measure.friction-read")


_FACTS: Mapping[str, Callable[[Any, Reader], Iterator[str]]] = {
    "Backtest": backtest_facts,
    "Campaigns": campaign_facts,
    "Change": change_facts,
    "Coverage": _coverage,
    "Deals": _deals,
    "Fit": _fit,
    "Friction": _friction,
    "Funnel": funnel_facts,
    "Loyalty": loyalty_facts,
    "Retention": retention_facts,
    "Score": score_facts,
    "Threads": threads_facts,
    "Voice": voice_facts,
}
"""By the class of the answer."""
