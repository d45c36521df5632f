"""Where it hurts, what we do about it, how sure we are: the three columns under a journey on slides and paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from polku.documents import Evidence, Improvement, Step
from polku.exports.highlights import Highlight
from polku.exports.report_data import ReportData
from polku.words import Reader

MOST_QUOTES = 2
MOST_POINTS = 3
OPEN = ("doing", "planned", "idea")
"""What is worked on before what is only thought of."""


@dataclass(frozen=True)
class Point:
    """One thing in a column: a few words, and a sentence beneath; either may be empty."""

    says: str
    more: str = ""


@dataclass(frozen=True)
class ThreeColumns:
    """What hurts, what is done, how sure that is; each with its heading."""

    heads: tuple[str, str, str]
    hurts: tuple[Point, ...]
    does: tuple[Point, ...]
    sure: tuple[Point, ...]

    @property
    def columns(self) -> tuple[tuple[str, tuple[Point, ...]], ...]:
        """Heading and points, column by column."""
        return tuple(zip(self.heads, (self.hurts, self.does, self.sure), strict=True))


def columns_of_finding(data: ReportData, one: Highlight, say: Reader) -> ThreeColumns:
    """The columns of one finding: what its steps say, what is planned for them, what they are known from."""
    steps = _steps(data, one.steps)
    hurts = [Point("", say.text(one.more))]
    hurts += [_quote(evidence, say) for evidence in _quotes(data, steps)[:MOST_QUOTES]]
    sure = [Point("", say("deck.basis", basis=say.text(one.basis)))]
    if steps:
        sure.append(Point("", _known(data, steps, say)))
    return ThreeColumns(_heads(say), tuple(hurts), _planned(data, steps, say), tuple(sure))


def columns_of_journey(data: ReportData, found: Sequence[Highlight], say: Reader) -> ThreeColumns:
    """The columns of the whole journey: its worst findings, all that is planned, what it is known from."""
    journey = data.journey
    steps = list(journey.steps) if journey else []
    hurts = tuple(Point(say.text(one.says), say.text(one.more)) for one in found[:MOST_POINTS])
    evidenced = sum(bool(_heard(data, step)) for step in steps)
    sure = [Point(say("deck.evidenced", count=len(steps), part=evidenced), _kinds(data, steps, say))]
    truths = sum(step.moment_of_truth and not _heard(data, step) for step in steps)
    if steps and evidenced < len(steps):
        sure.append(
            Point(
                say("deck.assumed", count=len(steps) - evidenced),
                say("report.assumed-truths", count=truths) if truths else say("report.assumed-more"),
            )
        )
    asked = [one for one in data.workspace.evidence.values() if one.status == "planned"]
    if asked:
        sure.append(Point(say("deck.ask-next"), "; ".join(_asked(one, say) for one in asked[:2])))
    return ThreeColumns(_heads(say), hurts, _planned(data, [], say), tuple(sure))


def improvement_words(data: ReportData, one: Improvement, say: Reader) -> str:
    """Who does it, how much work it is, when, and how it will be told whether it helped."""
    parts = [data.workspace.label("teams", team) for team in one.teams or ((one.owner,) if one.owner else ())]
    words = [say.join(parts)] if parts else []
    if one.effort is not None:
        words.append(say("deck.weeks", count=one.effort))
    if one.sprint:
        words.append(say("deck.sprint", sprint=one.sprint))
    words.append(say(f"deck.status-{one.status}"))
    text = ", ".join(words)
    text = f"{text[:1].upper()}{text[1:]}."
    if one.measure is None:
        text += " " + say("deck.not-measured")
    elif one.looked.date is not None:
        text += " " + say("deck.looked", date=one.looked.date)
    else:
        text += " " + say("deck.to-look")
    return text


def open_improvements(data: ReportData) -> list[Improvement]:
    """Improvements that are not over, those in hand first."""
    found = [one for one in data.workspace.improvements.values() if one.status in OPEN]
    return sorted(found, key=lambda one: (OPEN.index(one.status), one.id))


def _heads(say: Reader) -> tuple[str, str, str]:
    return say("deck.hurts"), say("deck.does"), say("deck.sure")


def _steps(data: ReportData, ids: Iterable[str]) -> list[Step]:
    journey = data.journey
    found = [journey.step(id) for id in ids] if journey else []
    return [step for step in found if step is not None]


def _heard(data: ReportData, step: Step) -> list[Evidence]:
    found = (data.workspace.evidence.get(id) for id in step.evidence)
    return [one for one in found if one is not None and one.status == "done"]


def _quotes(data: ReportData, steps: Sequence[Step]) -> list[Evidence]:
    ids = {id for step in steps for id in step.evidence}
    ids |= {id for step in steps for pain in step.pains for id in pain.evidence}
    found = [data.workspace.evidence[id] for id in sorted(ids) if id in data.workspace.evidence]
    return [one for one in found if one.quote and one.status == "done"]


def _quote(one: Evidence, say: Reader) -> Point:
    kind = say(f"diagrams.evidence-{one.kind}") if one.kind else ""
    parts = [part for part in (kind, say.date(one.date) if one.date else "") if part]
    source = ", ".join(parts)
    return Point("", f"{say.quote(one.quote or '')} {source[:1].upper()}{source[1:]}".strip())


def _known(data: ReportData, steps: Sequence[Step], say: Reader) -> str:
    """What the steps of a finding are known from, and how old the oldest of it is."""
    heard = {one.id: one for step in steps for one in _heard(data, step)}
    if not heard:
        return say("deck.unheard", count=len(steps))
    ages = [(data.made - one.date).days for one in heard.values() if one.date]
    if not ages:
        return say("deck.heard", count=len(heard))
    return say("deck.heard-aged", count=len(heard), days=max(0, max(ages)))


def _kinds(data: ReportData, steps: Sequence[Step], say: Reader) -> str:
    kinds: dict[str, set[str]] = {}
    for step in steps:
        for one in _heard(data, step):
            kinds.setdefault(one.kind or "", set()).add(one.id)
    words = [
        f"{say(f'diagrams.evidence-{kind}')} ({len(ids)})" for kind, ids in sorted(kinds.items()) if kind
    ]
    text = ", ".join(words)
    return f"{text[:1].upper()}{text[1:]}." if text else say("report.assumed-more")


def _asked(one: Evidence, say: Reader) -> str:
    return one.finding or one.source or one.label


def _planned(data: ReportData, steps: Sequence[Step], say: Reader) -> tuple[Point, ...]:
    """Improvements for these steps, or for the whole journey where no steps are given."""
    ids, journey = {step.id for step in steps}, data.journey
    found = [
        one
        for one in open_improvements(data)
        if any(
            journey is not None
            and (not solves.journey or solves.journey == journey.id)
            and (not ids or solves.step in ids)
            for solves in one.solves
        )
    ]
    if not found:
        return (Point("", say("deck.nothing-for-this" if ids else "deck.nothing-planned")),)
    return tuple(Point(one.label, improvement_words(data, one, say)) for one in found[:MOST_POINTS])
