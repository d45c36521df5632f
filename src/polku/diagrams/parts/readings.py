"""What the measured journey says in words: the finding above, four readings beneath."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Words
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.measured import MeasuredJourney, MeasuredStep, Way, ending_steps
from polku.scene import Group, Line, Mark
from polku.words import Message, Reader, Text


@dataclass(frozen=True)
class Reading:
    """One sentence about the data, and what it is about."""

    name: str
    text: Message

    @property
    def heading(self) -> Message:
        """largest-loss → its heading."""
        return Message(f"diagrams.reading-{self.name}")


def readings(facts: JourneyFacts, measured: MeasuredJourney) -> tuple[Reading, ...]:
    """Largest loss, longest wait, unintended path, still assumed; each says so where there is none."""
    return (
        Reading("loss", _loss(facts, measured)),
        Reading("wait", _wait(facts, measured)),
        Reading("unintended", _unintended(facts, measured)),
        Reading("assumed", _assumed(facts, measured)),
    )


def measured_title(facts: JourneyFacts, measured: MeasuredJourney) -> Text:
    """The largest loss where it is below the limit, else the commonest unintended way, else the longest wait."""
    limits = facts.workspace.settings.limits
    worst = weakest(facts, measured)
    if worst and (worst[1].goes_on or 0) < limits.goes_on:
        one, step = worst
        return Message("diagrams.title-loss", {"share": step.goes_on, "step": name_of(one)})
    if measured.unintended and measured.unintended[0].cases >= limits.small:
        way = measured.unintended[0]
        return Message(
            "diagrams.title-back" if _leads_back(facts, way) else "diagrams.title-unintended",
            {
                "count": way.cases,
                "before": name_of(facts.by_id[way.before]),
                "after": name_of(facts.by_id[way.after]),
            },
        )
    longest = slowest(facts, measured)
    if longest and (longest[1].median_wait_seconds or 0) >= limits.long_wait.total_seconds():
        one, step = longest
        return Message("diagrams.title-median", {"wait": _time(step), "step": name_of(one)})
    return Message("diagrams.title-measured")


def name_of(one: StepFacts) -> str:
    """A step by its touchpoint, else by what is done."""
    return one.touchpoint_name or one.step.label


def weakest(facts: JourneyFacts, measured: MeasuredJourney) -> tuple[StepFacts, MeasuredStep] | None:
    """The step that loses most of its cases, among those with enough to speak of percent.

    Where a walk ends nobody is lost.
    """
    small = facts.workspace.settings.limits.small
    ends = ending_steps(facts.journey, measured)
    found = [
        (one, step)
        for one in facts.steps
        if (step := measured.step(one.step.id)).goes_on is not None
        and (step.cases or 0) >= small
        and one.step.id not in ends
    ]
    return min(found, key=lambda pair: (pair[1].goes_on, pair[0].number), default=None)


def slowest(facts: JourneyFacts, measured: MeasuredJourney) -> tuple[StepFacts, MeasuredStep] | None:
    """The step after which cases wait longest, at the median."""
    found = [
        (one, step)
        for one in facts.steps
        if (step := measured.step(one.step.id)).median_wait_seconds is not None
    ]
    return max(found, key=lambda pair: (pair[1].median_wait_seconds, -pair[0].number), default=None)


def _loss(facts: JourneyFacts, measured: MeasuredJourney) -> Message:
    worst = weakest(facts, measured)
    if worst is None or worst[1].goes_on is None or worst[1].goes_on >= 1:
        return Message("diagrams.reading-loss-none", {"small": facts.workspace.settings.limits.small})
    one, step = worst
    nps: Text = "" if step.nps is None else Message("diagrams.loss-nps", {"nps": round(step.nps)})
    waiting: Text = Message("diagrams.loss-open", {"count": step.waiting}) if step.waiting else ""
    return Message(
        "diagrams.reading-loss-is",
        {"share": step.goes_on, "cases": step.cases, "step": name_of(one), "nps": nps, "waiting": waiting},
    )


def _wait(facts: JourneyFacts, measured: MeasuredJourney) -> Message:
    longest = slowest(facts, measured)
    if longest is None or not longest[1].median_wait_seconds:
        return Message("diagrams.reading-wait-none")
    one, step = longest
    return Message("diagrams.reading-wait-is", {"wait": _time(step), "step": name_of(one)})


def _time(step: MeasuredStep) -> dt.timedelta:
    return dt.timedelta(seconds=step.median_wait_seconds or 0)


def _unintended(facts: JourneyFacts, measured: MeasuredJourney) -> Message:
    if not measured.unintended:
        return Message("diagrams.reading-unintended-none")
    way = measured.unintended[0]
    params = {
        "cases": way.cases,
        "whole": measured.step(way.before).cases,
        "before": name_of(facts.by_id[way.before]),
        "after": name_of(facts.by_id[way.after]),
        "count": len(measured.unintended),
    }
    if _leads_back(facts, way):
        return Message("diagrams.reading-unintended-back", params)
    return Message("diagrams.reading-unintended-is", params)


def _leads_back(facts: JourneyFacts, way: Way) -> bool:
    return facts.by_id[way.after].number < facts.by_id[way.before].number


def _assumed(facts: JourneyFacts, measured: MeasuredJourney) -> Message:
    assumed = sum(one.step.id not in measured.seen and not one.evidence for one in facts.steps)
    oldest = max((one.oldest_days for one in facts.steps if one.oldest_days is not None), default=None)
    params = {"count": len(facts.steps), "assumed": assumed, "days": oldest}
    if oldest is None:
        return Message("diagrams.reading-assumed-bare", params)
    return Message("diagrams.reading-assumed-aged", params)


def draw_readings(
    found: tuple[Reading, ...], width: float, y: float, reader: Reader, language: str
) -> tuple[Group, float]:
    """Readings in columns under a strong rule; returns the y below them."""
    content = width - 2 * MARGIN
    columns = len(found) if content / max(len(found), 1) >= 240 else 2
    each = content / columns
    marks: list[Mark] = [Line(MARGIN, y, width - MARGIN, y, "ink", 1.6)]
    bottom = y
    row_top = y
    for place, reading in enumerate(found):
        if place and place % columns == 0:
            row_top = bottom
        words = Words(MARGIN + each * (place % columns), row_top + 24, each - 28, language)
        words.add(reader.text(reading.heading), 13, 600, language=reader.language).skip(3)
        words.add(reader.text(reading.text), 13, fill="ink-2", line=1.4)
        marks += words.marks
        bottom = max(bottom, words.y - 6)
    return Group(tuple(marks), id="readings", role="readings"), bottom + 6
