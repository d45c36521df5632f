"""Event to step: which step of one journey an event is, and by which rule that was decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from polku.analytics.map.places import Places, answerable, channel_of_word, fits
from polku.documents import PARTS, ways
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import Journey, Workspace

Decided = Literal["only", "role", "way", "first", "off"]
"""What decided: one candidate only; the actor's part; a drawn path from the step matched last; the first drawn; no
candidate at all."""
DECIDED: tuple[Decided, ...] = ("only", "role", "way", "first", "off")
OFF = -1


@dataclass(frozen=True)
class StepMap:
    """A journey compiled for matching; steps are numbered in drawn order from 0.

    Args:
        candidates: code → steps it can be, in drawn order; codes off the map are absent.
        parts: per step the place of its role's part in PARTS, −1 where there is none.
        reachable: per step the steps that drawn ways lead to, over at least one way.
        observable: per step whether a rule points at loaded data.
        nexts: per step the observable steps drawn next, looking through those that are not observable.
    """

    steps: tuple[str, ...]
    candidates: Mapping[int, tuple[int, ...]]
    parts: tuple[int, ...]
    reachable: tuple[frozenset[int], ...]
    observable: tuple[bool, ...]
    nexts: tuple[tuple[int, ...], ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What decides the step of an event, as something that can be looked up by."""
        return tuple(self.candidates.items()), self.parts, self.reachable

    def narrowed(self, code: int, part: int) -> tuple[tuple[int, ...], Decided]:
        """The candidates left after the actor's part, and the rule, should only one be left."""
        every = self.candidates.get(code, ())
        if not every:
            return (), "off"
        if len(every) == 1:
            return every, "only"
        own = tuple(step for step in every if self.parts[step] == part) if part >= 0 else ()
        return own or every, "role"

    def decide(self, code: int, part: int, last: int) -> tuple[int, Decided]:
        """The step of an event, given the step matched last in the case (−1: none yet)."""
        left, rule = self.narrowed(code, part)
        if len(left) <= 1:
            return (left[0], rule) if left else (OFF, "off")
        if last != OFF:
            for step in left:
                if step in self.reachable[last]:
                    return step, "way"
        return left[0], "first"


def compile_steps(journey: Journey, workspace: Workspace, places: Places) -> StepMap:
    """Lay a journey's steps over the codes of a log."""
    number = {step.id: place for place, step in enumerate(journey.steps)}
    candidates: dict[int, tuple[int, ...]] = {}
    words = {code: channel_of_word(meaning.channel, workspace) for code, meaning in places.codes.items()}
    for code, meaning in places.codes.items():
        touchpoint = places.touchpoint[code]
        found = tuple(
            place
            for place, step in enumerate(journey.steps)
            if (touchpoint is not None and step.touchpoint == touchpoint)
            or any(fits(rule, meaning, words[code]) for rule in step.events)
        )
        if found:
            candidates[code] = found
    parts = []
    observable = []
    for step in journey.steps:
        role = workspace.roles.get(step.role or "")
        parts.append(PARTS.index(role.part) if role is not None and role.part is not None else -1)
        met = workspace.touchpoints.get(step.touchpoint or "")
        rules = (*step.events, *(met.events if met is not None else ()))
        observable.append(answerable(rules, places.codes.values()))
    drawn = {number[a]: tuple(number[b] for b in following) for a, following in ways(journey).items()}
    return StepMap(
        tuple(number),
        candidates,
        tuple(parts),
        tuple(frozenset(_reached(drawn, place)) for place in range(len(number))),
        tuple(observable),
        tuple(_seen_next(drawn, place, observable) for place in range(len(number))),
    )


def _reached(drawn: Mapping[int, tuple[int, ...]], start: int) -> set[int]:
    found: set[int] = set()
    open_ = list(drawn[start])
    while open_:
        step = open_.pop()
        if step not in found:
            found.add(step)
            open_.extend(drawn[step])
    return found


def _seen_next(drawn: Mapping[int, tuple[int, ...]], start: int, observable: list[bool]) -> tuple[int, ...]:
    found: set[int] = set()
    looked: set[int] = set()
    open_ = list(drawn[start])
    while open_:
        step = open_.pop()
        if step in looked:
            continue
        looked.add(step)
        if observable[step]:
            found.add(step)
        else:
            open_.extend(drawn[step])
    return tuple(sorted(found))
