"""Where pillars stand: stages side by side under one roof, in more temples where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.documents import Stage

MOST_PILLARS = 7
USUAL_PITCH, LEAST_PITCH = 301.0, 196.0
WIDE_PITCH = 480.0
"""At most, where only some of the stages are drawn: low drums leave the page to their words."""

PAGE, LEAST_PAGE = 1600.0, 900.0


@dataclass(frozen=True)
class Pillar:
    """A stage and its place across.

    Args:
        place: of the stage in the journey.
        x, width: of the drums; left, right: half-way to the neighbours.
    """

    place: int
    stage: Stage | None
    steps: tuple[StepFacts, ...]
    x: float
    width: float
    left: float
    right: float

    @property
    def middle(self) -> float:
        """Its axis."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Temple:
    """Pillars under one roof; `when` says of which part of the journey where there are several temples."""

    number: int
    pillars: tuple[Pillar, ...]
    left: float
    right: float
    when: str | None = None


Stages = Sequence[tuple[int, Stage | None, tuple[StepFacts, ...]]]


def temples(facts: JourneyFacts, width: float | None = None) -> tuple[float, tuple[Temple, ...]]:
    """The page's width and its temples.

    Up to seven stages stand under one roof; more are divided into before and during the purchase, and
    after it, and each of these evenly where it is still too wide.
    """
    stages = [(place, stage, steps) for place, (stage, steps) in enumerate(facts.stages)] or [(0, None, ())]
    page = width or min(PAGE, max(LEAST_PAGE, 2 * MARGIN + USUAL_PITCH * min(len(stages), MOST_PILLARS)))
    content = page - 2 * MARGIN
    most = max(1, min(MOST_PILLARS, int(content // LEAST_PITCH)))
    groups: list[tuple[str | None, Stages]] = []
    if len(stages) <= most:
        groups.append((None, stages))
    else:
        after = [one for one in stages if one[1] is not None and one[1].when == "after"]
        before = [one for one in stages if one not in after]
        known = all(one[1] is not None and one[1].when for one in before)
        for time, ones in (("until" if known and after else None, before), ("after", after)):
            groups += [(time, piece) for piece in _evenly(ones, most)]
    # All temples take the pitch of the widest, so that drums are as wide everywhere.
    pitch = min(content / max(len(part) for _, part in groups), 360.0 if facts.whole is None else WIDE_PITCH)
    gap = max(34.0, min(56.0, pitch * 0.19))
    found = []
    for number, (when, part) in enumerate(groups):
        left = MARGIN + (content - pitch * len(part)) / 2
        pillars = tuple(
            Pillar(
                place,
                stage,
                steps,
                left + pitch * column + gap / 2,
                pitch - gap,
                left + pitch * column,
                left + pitch * (column + 1),
            )
            for column, (place, stage, steps) in enumerate(part)
        )
        found.append(Temple(number, pillars, left, left + pitch * len(part), when))
    return page, tuple(found)


def _evenly(stages: Stages, most: int) -> list[Stages]:
    if not stages:
        return []
    count = -(-len(stages) // most)
    size = -(-len(stages) // count)
    return [stages[start : start + size] for start in range(0, len(stages), size)]
