"""What the timeline says: the finding, when each step happens, the same as a table."""

from __future__ import annotations

import datetime as dt

from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.timeline.axis import axis_of
from polku.diagrams.timeline.times import Gap, Times
from polku.scene import Table
from polku.words import Message, Reader
from polku.words import Text as Words

USUAL = 1600.0
"""A width at which the axis is asked which pauses break it; they do not depend on it."""


def timeline_title(facts: JourneyFacts, times: Times) -> Words:
    """The longest wait; else that nobody waits long; else that nobody timed the journey.

    A pause that breaks the axis is not a wait for anything as long as there is another wait.
    """
    if not times.gaps:
        if not facts.steps:
            return facts.journey.label
        return Message("timeline.title-order", {"count": len(facts.steps)})
    limit = facts.workspace.settings.limits.long_wait
    waits = [gap for gap in _waits(times) if gap.seconds >= limit.total_seconds()]
    longest = max(waits or times.gaps, key=lambda gap: gap.seconds)
    wait = dt.timedelta(seconds=longest.seconds)
    if wait < limit:
        return Message("timeline.title-short", {"limit": limit})
    one = facts.by_id[longest.step]
    params = {"role": one.role_name, "time": wait, "does": one.step.label}
    return Message("timeline.title-wait" if one.role_name else "timeline.title-wait-nobody", params)


def _waits(times: Times) -> list[Gap]:
    """Gaps that do not break the axis."""
    paused = {pause.seconds for pause in axis_of(times, USUAL).breaks}
    return [gap for gap in times.gaps if gap.seconds not in paused]


def spoken(drawing: Drawing, times: Times, one: StepFacts) -> tuple[str, ...]:
    """When a step happens, in words."""
    gap = times.by_id[one.step.id].gap
    return (_when(times, one, drawing.reader), _waited(drawing.facts, gap, drawing.reader))


def _when(times: Times, one: StepFacts, say: Reader) -> str:
    place = times.by_id[one.step.id]
    if times.basis == "order" or len(times.runs[place.run]) < 2:
        return say("timeline.order-only")
    when = say("timeline.at", time=say.duration(place.at)) if place.at else say("timeline.at-start")
    return when if place.known else say("timeline.about", when=when)


def _waited(facts: JourneyFacts, gap: Gap | None, say: Reader) -> str:
    if gap is None:
        return say("timeline.untimed")
    time = say.duration(gap.seconds)
    return say("timeline.waited", time=time, step=facts.by_id[gap.before].step.label)


def timeline_table(facts: JourneyFacts, times: Times, say: Reader) -> Table:
    """The same content as a table."""
    columns = [say(f"diagrams.column-{name}") for name in ("stage", "role", "action", "touchpoint")]
    columns += [say("timeline.column-when"), say("timeline.column-before"), say("diagrams.column-owner")]
    columns.append(say("timeline.lane-partner"))
    rows = []
    label = facts.workspace.label
    for one in facts.steps:
        gap = times.by_id[one.step.id].gap
        rows.append(
            (
                one.stage.label if one.stage else "",
                one.role_name,
                one.step.label,
                one.touchpoint_name or "",
                _when(times, one, say),
                "–" if gap is None else say.duration(gap.seconds),
                label("teams", one.owner),
                label("partners", one.step.partner.id) if one.step.partner else "",
            )
        )
    return Table(tuple(columns), tuple(rows), facts.journey.label)


def timeline_description(facts: JourneyFacts, times: Times) -> Message:
    longest = max(times.gaps, key=lambda gap: gap.seconds, default=None)
    said: Words = Message("timeline.desc-untimed")
    if longest is not None:
        said = Message(
            "timeline.desc-longest",
            {
                "time": dt.timedelta(seconds=longest.seconds),
                "before": facts.by_id[longest.before].step.label,
                "step": facts.by_id[longest.step].step.label,
            },
        )
    return Message(
        "timeline.desc",
        {
            "journey": facts.journey.label,
            "steps": len(facts.steps),
            "roles": len(facts.roles),
            "basis": Message(f"timeline.basis-{times.basis}"),
            "untimed": len(facts.steps) - len(times.gaps) - 1 if facts.steps else 0,
            "longest": said,
        },
    )


def timeline_note(drawing: Drawing, times: Times) -> str:
    """How to read the places of steps."""
    say = drawing.reader
    if times.basis != "order":
        return say(f"timeline.note-{times.basis}")
    ways = sum(place.after is not None for place in times.places)
    return say("timeline.note-order", known=len(times.gaps), ways=ways)
