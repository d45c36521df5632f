"""What stands over the table of an answer, in sentences: its numbers about the whole, and how they are to be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from polku.documents import parse_duration
from polku.words import Reader

if TYPE_CHECKING:
    from polku.analytics.backtest import Backtest
    from polku.analytics.campaigns import Campaigns
    from polku.analytics.change import Change
    from polku.analytics.effect import Effect
    from polku.analytics.fit import Fit
    from polku.analytics.funnel import Funnel
    from polku.analytics.loyalty import Loyalty
    from polku.analytics.retention import Retention
    from polku.analytics.score import Score
    from polku.analytics.study import Study
    from polku.analytics.threads import Threads
    from polku.analytics.voice import Voice


def voice_facts(result: Voice, say: Reader) -> Iterator[str]:
    """How answers are weighed, who answers of those we meet, and that other scores stand apart."""
    yield say(f"measure.voice-{result.about.parameters['weight']}")
    for one in result.response:
        part = say(f"measure.part-{one['part']}" if one["part"] != "unknown" else "measure.unknown")
        yield say("measure.voice-response", part=part, answered=one["answered"], count=one["people"])
    others = sum(one["answers"] for one in result.other_scores)
    if others:
        yield say("measure.voice-others", count=others)


def retention_facts(result: Retention, say: Reader) -> Iterator[str]:
    """What a customer is, what the period lost, and whether segments differ."""
    parameters, churn = result.about.parameters, result.churn
    yield say(f"measure.retention-{result.basis}")
    if parameters["begins"]:
        yield say("measure.retention-begins", day=dt.date.fromisoformat(parameters["begins"]))
    if churn["logo_churn"] is not None:
        days = {"from": dt.date.fromisoformat(churn["from"]), "to": dt.date.fromisoformat(churn["to"])}
        yield say(
            "measure.retention-churn",
            lost=churn["lost"],
            count=churn["customers"],
            share=churn["logo_churn"],
            **days,
        )
    if churn.get("grr") is not None:
        yield say(
            "measure.retention-money",
            start=round(churn["start"]),
            currency=churn["currency"],
            grr=churn["grr"],
            nrr=churn["nrr"],
        )
    if result.logrank is not None:
        yield say("measure.retention-logrank", p=say.number(result.logrank["p"], 3))


def campaign_facts(result: Campaigns, say: Reader) -> Iterator[str]:
    """How deals are shared, what all of it cost and brought, and that few deals prove little."""
    total = result.total
    yield say("measure.campaigns-model", model=say(f"attribution.model-{result.about.parameters['model']}"))
    if total["cost"] is not None:
        yield say(
            "measure.campaigns-total",
            cost=say.number(round(total["cost"])),
            currency=result.currency[0],
            leads=total["leads"],
            won=say.number(total["won"], 1),
        )
    if any(few and cost for few, cost in zip(result.few, result.cost, strict=True)):
        yield say("measure.campaigns-few")
    others = sorted({currency for costs in result.other_costs for currency in costs})
    if others:
        yield say("measure.campaigns-currencies", known=others)


def funnel_facts(result: Funnel, say: Reader) -> Iterator[str]:
    """How stages follow one another, and what became of those who entered."""
    yield say(f"measure.funnel-{result.about.parameters.get('mode', 'ordered')}")
    if result.entered:
        yield say(
            "measure.funnel-sum",
            count=result.entered,
            converted=result.converted,
            dropped=result.dropped_cases,
            pending=result.pending_cases,
            excluded=result.excluded_cases,
        )


def rule_facts(result: Fit, say: Reader) -> Iterator[str]:
    """How each declared rule is kept, and how breaking it goes together with the outcome."""
    if result.conforming_cases is not None:
        yield say("measure.rules-kept", conforming=result.conforming_cases, count=result.about.cases)
    for one in result.rules:
        said = say.quote(one.says)
        if one.fitness is None:
            yield say("measure.rule-vacuous", rule=said, pending=one.pending)
            continue
        yield say(
            "measure.rule",
            rule=said,
            kept=one.kept,
            count=one.kept + one.broken,
            broken=one.broken_cases,
            vacuous=one.vacuous,
            pending=one.pending,
        )
        if one.low is not None and one.high is not None and (one.low > 0 or one.high < 0):
            yield say(
                "measure.rule-outcome",
                broken=one.well_broken,
                kept=one.well_kept,
                n_broken=one.n_broken,
                n_kept=one.n_kept,
            )


def change_facts(result: Change, say: Reader) -> Iterator[str]:
    """Which days are compared, and how all of it changed."""
    days = {
        f"{name}_{end}": dt.date.fromisoformat(result.periods[name][end])
        for name in ("before", "after")
        for end in ("from", "to")
    }
    yield say("measure.change-days", **days)
    yield say("measure.change-all", before=result.events_before, after=result.events_after)


def effect_facts(result: Effect, study: Study, say: Reader) -> Iterator[str]:
    """Which improvement, which weeks, what it should reach, and what the comparison cannot show."""
    label = study.workspace.improvements[result.improvement].label
    days = {
        f"{name}_{end}": dt.date.fromisoformat(result.periods[name][end])
        for name in ("before", "after")
        for end in ("from", "to")
    }
    yield say("measure.effect-weeks", name=say.quote(label), count=result.weeks, **days)
    if result.target is not None:
        yield say(
            "measure.effect-target", target=say.number(result.target, 0 if result.target % 1 == 0 else 2)
        )
    if not result.whole_before and result.about.days is not None:
        yield say("measure.effect-begins", day=result.about.days[0])
    if result.met_accounts is not None:
        yield say("measure.effect-met-accounts", count=result.met_accounts)
    yield say("measure.effect-read")


def score_facts(result: Score, say: Reader) -> Iterator[str]:
    """Whose rules, how fast points fade, and how many have each grade."""
    yield say(f"measure.score-{'written' if result.written else 'made'}")
    half = (
        dt.timedelta(days=30)
        if "half_life" not in result.rules
        else parse_duration(result.rules["half_life"])
    )
    yield say("measure.score-fades", time=say.duration(half.total_seconds()))
    if result.grades:
        yield say(
            "measure.score-grades",
            known=[f"{grade} {say.number(count)}" for grade, count in result.grades.items()],
        )


def backtest_facts(result: Backtest, say: Reader) -> Iterator[str]:
    """As of when, how far fit and engagement told accounts apart, what was left out, and what it cannot show."""
    days = {"day": dt.date.fromisoformat(result.as_of), "until": dt.date.fromisoformat(result.until)}
    yield say("measure.backtest-as-of", **days)
    for name, one in result.ranked.items():
        if one["order"] is not None:
            yield say(
                f"measure.backtest-order-{name}",
                order=one["order"],
                low=round(one["order_low"] * 100),
                high=round(one["order_high"] * 100),
            )
        if one["top_lift"] is not None:
            yield say(
                f"measure.backtest-top-{name}",
                count=one["top_accounts"],
                won=one["top_won"],
                lift=say.number(one["top_lift"], 1),
            )
    if result.left_out:
        yield say("measure.backtest-left-out", known=list(result.left_out))
    yield say("measure.backtest-read")


def loyalty_facts(result: Loyalty, say: Reader) -> Iterator[str]:
    """How long customers are followed, how far the groups lie apart, and that it shows no cause."""
    yield say("measure.loyalty-horizon", count=result.horizon_days)
    for one in result.differences:
        if one["touchpoint"] is None and one["stage"] is None and one["part"] is None:
            known = one["low"] is not None and one["high"] is not None
            yield say(
                "measure.loyalty-gap" if known else "measure.loyalty-gap-only",
                points=round(one["difference"] * 100),
                low=round((one["low"] or 0) * 100),
                high=round((one["high"] or 0) * 100),
            )
    if result.logrank is not None:
        yield say("measure.loyalty-logrank", p=say.number(result.logrank["p"], 3))
    yield say("measure.no-cause")


def threads_facts(result: Threads, say: Reader) -> Iterator[str]:
    """Deals with several parts against the others, and that it shows no cause."""
    one = result.multithreaded
    if one["difference"] is not None:
        yield say(
            "measure.threads-gap",
            many=one["win_rate"],
            deals=one["deals"],
            few=one["others_win_rate"],
            others=one["others_deals"],
            low=round(one["low"] * 100),
            high=round(one["high"] * 100),
        )
    if result.with_unknown_parts:
        yield say("measure.threads-unknown", count=result.with_unknown_parts)
    yield say("measure.no-cause")
