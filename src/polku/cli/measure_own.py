"""What the answers of single questions say above their tables, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from polku.analytics.backtest import Backtest
from polku.analytics.campaigns import Campaigns
from polku.analytics.change import Change
from polku.analytics.coverage import Coverage
from polku.analytics.deals import Deals
from polku.analytics.effect import Effect
from polku.analytics.fit import Fit
from polku.analytics.friction import Friction
from polku.analytics.funnel import Funnel
from polku.analytics.loyalty import Loyalty
from polku.analytics.retention import Retention
from polku.analytics.score import Score
from polku.analytics.threads import Threads
from polku.analytics.voice import Voice
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
    from polku.analytics.result import Result
    from polku.analytics.study import Study


def own_facts(result: Result, study: Study, say: Reader) -> Iterator[str]:
    """Sentences of an answer that its rows do not hold."""
    if isinstance(result, Fit) and result.fitness is not None:
        count = result.about.cases
        yield say("measure.fitness", fitness=result.fitness, fitting=result.fitting_cases, count=count)
    if isinstance(result, Fit):
        yield from rule_facts(result, say)
    if isinstance(result, Deals) and result.win_rate is not None:
        ended = sum(int(kind["ended"] or 0) for kind in result.win_rates.values())
        won = sum(int(kind["won"] or 0) for kind in result.win_rates.values())
        yield say("measure.win-rate", won=won, ended=ended, rate=result.win_rate)
    if isinstance(result, Coverage) and result.completeness_all is not None:
        yield say(
            "measure.coverage-all",
            known=result.completeness_all,
            high=result.high_all,
            met=result.engaged_all,
            days=result.about.parameters["ageing_days"],
        )
    if isinstance(result, Voice):
        yield from voice_facts(result, say)
    if isinstance(result, Funnel):
        yield from funnel_facts(result, say)
    if isinstance(result, Friction):
        yield say("measure.friction-read")
    if isinstance(result, Loyalty):
        yield from loyalty_facts(result, say)
    if isinstance(result, Threads):
        yield from threads_facts(result, say)
    if isinstance(result, Score):
        yield from score_facts(result, say)
    if isinstance(result, Backtest):
        yield from backtest_facts(result, say)
    if isinstance(result, Effect):
        yield from effect_facts(result, study, say)
    if isinstance(result, Change):
        yield from change_facts(result, say)
    if isinstance(result, Campaigns):
        yield from campaign_facts(result, say)
    if isinstance(result, Retention):
        yield from retention_facts(result, say)
