"""What stands over the table of an answer, in sentences: its numbers about the whole, and how they are to be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from polku.analytics.retention import Retention
from polku.analytics.voice import Voice
from polku.words import Reader


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
