"""Cuts of a drawing for its audience: some stages, some lanes; what is left out is said in the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeVar

from polku.diagrams.parts.journey import JourneyFacts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.errors import DrawingError
from polku.words import Message, Reader

One = TypeVar("One")


class StagePart(str):
    """The id of a stage, and the ids of those of its steps that are meant."""

    ordered: tuple[str, ...]

    def __new__(cls, stage: str, steps: Iterable[str]) -> StagePart:
        part = super().__new__(cls, stage)
        part.ordered = tuple(steps)
        return part


def cut_stages(facts: JourneyFacts, stages: Sequence[str] | None) -> JourneyFacts:
    """A journey with some of its stages only, or with parts of them; steps keep their numbers.

    Raises:
        DrawingError: the journey has no such stage.
    """
    if stages is None:
        return facts
    known = [stage.id for stage, _ in facts.stages if stage]
    _check("stage", stages, known)
    kept = tuple(one for one in facts.stages if one[0] is not None and one[0].id in stages)
    parts: dict[str, set[str]] = {}
    for one in stages:
        if isinstance(one, StagePart):
            parts.setdefault(str(one), set()).update(one.ordered)
    if parts:
        kept = tuple(
            (stage, tuple(one for one in steps if one.step.id in parts.get(stage.id, {one.step.id})))
            for stage, steps in kept
            if stage is not None
        )
    return replace(facts, stages=kept, whole=len(facts.steps))


def chosen_lanes(lanes: Mapping[str, One], wanted: Sequence[str] | None) -> tuple[One, ...]:
    """The lanes asked for, in the order they stand in; all where none are asked for.

    Raises:
        DrawingError: the drawing has no such lane.
    """
    if wanted is None:
        return tuple(lanes.values())
    _check("lane", wanted, lanes)
    return tuple(lane for name, lane in lanes.items() if name in wanted)


def within(measured: MeasuredJourney, facts: JourneyFacts) -> MeasuredJourney:
    """Counts whose ways stay inside the steps that are shown."""
    if facts.whole is None:
        return measured

    def inside(before: str, after: str) -> bool:
        return before in facts.by_id and after in facts.by_id

    return replace(
        measured,
        ways=tuple(way for way in measured.ways if inside(way.before, way.after)),
        unintended=tuple(way for way in measured.unintended if inside(way.before, way.after)),
    )


def cut_words(facts: JourneyFacts, reader: Reader) -> str:
    """How much of a journey is shown; empty where that is all of it."""
    if facts.whole is None:
        return ""
    stages = {
        "shown": len(facts.stages),
        "stages": len(facts.journey.stages),
        "steps": len(facts.steps),
        "total": facts.whole,
    }
    return reader.text(Message("cuts.shown", stages))


def _check(what: str, wanted: Sequence[str], known: Iterable[str]) -> None:
    names = list(known)
    for one in wanted:
        if one not in names:
            guess = next(iter(get_close_matches(one, names, n=1)), None)
            params: dict[str, Any] = {"found": one, "known": names or [Message("cuts.none")], "guess": guess}
            raise DrawingError(Message(f"cuts.unknown-{what}{'-near' if guess else ''}", params))
