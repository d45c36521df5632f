"""How a wheel stands on its page: the angle of each step, the radius of each ring, room for words beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.journey import JourneyFacts, StepFacts
from polku.diagrams.parts.polar import Polar, degrees_of
from polku.documents import Stage

PAGE = 1600.0
USUAL = 398.0
"""Outer radius of a wheel of some twenty steps."""

LEAST = 226.0
SMALL = 300.0
"""Below it rings are narrower, so that there is room inside."""
PITCH = 17.5
"""Least room of a step along its ring, px: a badge and a little air."""

GAP = 64.0
"""The way in at the top, px along the ring of steps."""

STAGE_GAP = 12.0
STEP = 60.0
COUNT = 34.0
OWNER = 26.0
BESIDE = 64.0
"""From the wheel to the words beside it."""

WORDS, LEAST_WORDS = 240.0, 168.0


@dataclass(frozen=True)
class Slot:
    """One step's part of the round; `facts` is None where a stage has no step."""

    facts: StepFacts | None
    start: float
    end: float

    @property
    def middle(self) -> float:
        """The angle its signs stand at."""
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Sector:
    """One stage's part of the round."""

    number: int
    stage: Stage | None
    slots: tuple[Slot, ...]

    @property
    def start(self) -> float:
        """Where it begins."""
        return self.slots[0].start

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.slots[-1].end

    @property
    def middle(self) -> float:
        """The angle its name stands at."""
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Rings:
    """Radii from outside inwards; those of counts are equal where nothing is counted."""

    outer: float
    stage: float
    step_outer: float
    step: float
    count_outer: float
    count: float
    owner_outer: float
    owner: float

    @property
    def field(self) -> float:
        """Outer radius of the field of feelings or of ways."""
        return self.owner - 14

    @property
    def hub(self) -> float:
        """Radius of the hub, where the lowest feeling ends."""
        return self.field * 0.5

    @property
    def unit(self) -> float:
        """Px of one step of feeling."""
        return self.field * 0.117

    @property
    def step_middle(self) -> float:
        """Where badges stand."""
        return (self.step_outer + self.step) / 2

    @property
    def owner_middle(self) -> float:
        """Where owners are named and work changes hands."""
        return (self.owner_outer + self.owner) / 2

    def feeling(self, feels: float) -> float:
        """The radius of a feeling from −2 to +2: outside the zero ring is good."""
        return self.hub + (feels + 2.15) * self.unit


@dataclass(frozen=True)
class Wheel:
    """A wheel before it has its place down the page.

    Args:
        beside: words stand beside it, in columns of `words` px; else they are listed beneath.
        pitch: room of a step along its ring, px.
    """

    page: float
    sectors: tuple[Sector, ...]
    rings: Rings
    beside: bool
    words: float
    pitch: float

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All slots in order, holes too."""
        return tuple(slot for sector in self.sectors for slot in sector.slots)

    @property
    def steps(self) -> tuple[tuple[Slot, StepFacts], ...]:
        """Slots that hold a step."""
        return tuple((slot, slot.facts) for slot in self.slots if slot.facts is not None)

    def centre(self, cy: float) -> Polar:
        """Its middle on the page."""
        return Polar(self.page / 2, cy)


def lay_out(
    facts: JourneyFacts,
    width: float | None,
    *,
    counted: bool,
    thick: float = 40.0,
    most: float | None = None,
) -> Wheel:
    """Give every step an equal angle, and the wheel the size that its steps need.

    Args:
        counted: with a ring for counts.
        thick: of the ring of stages.
        most: the largest outer radius, where the steps need no more.
    """
    groups: list[tuple[Stage | None, Sequence[StepFacts | None]]] = [
        (stage, steps or (None,)) for stage, steps in facts.stages
    ] or [(None, (None,))]
    count = sum(len(steps) for _, steps in groups)
    needed = _needed(count, len(groups), thick)
    if width is None:
        outer = max(USUAL, needed)
        page = max(PAGE, 2 * (outer + BESIDE + 200 + MARGIN))
    else:
        page = max(width, 2 * (needed + MARGIN + 20))
        room = page / 2 - MARGIN - BESIDE - LEAST_WORDS
        outer = max(needed, min(USUAL, room))
        if room < max(SMALL - 10, needed):
            outer = max(needed, min(USUAL, page / 2 - MARGIN - 22))
    if most is not None:
        outer = max(needed, min(outer, most))
    words = page / 2 - MARGIN - BESIDE - outer
    if outer < SMALL:
        thick = min(thick, 34.0)
    rings = _rings(outer, thick, counted)
    gap = degrees_of(GAP, rings.step_middle)
    between = degrees_of(STAGE_GAP, rings.step_middle)
    # Many stages must not eat up the round.
    between = min(between, 90.0 / len(groups))
    each = (360 - gap - between * (len(groups) - 1)) / count
    angle = gap / 2
    sectors = []
    for number, (stage, steps) in enumerate(groups):
        slots = tuple(
            Slot(one, angle + place * each, angle + (place + 1) * each) for place, one in enumerate(steps)
        )
        angle = slots[-1].end + between
        sectors.append(Sector(number + 1, stage, slots))
    pitch = rings.step_middle * each / 57.2958
    return Wheel(page, tuple(sectors), rings, words >= LEAST_WORDS - 1, min(words, WORDS), pitch)


def _needed(steps: int, stages: int, thick: float) -> float:
    """The outer radius at which every step has its least room."""
    around = steps * PITCH + stages * STAGE_GAP + GAP
    return max(LEAST, around / 6.2832 + thick + 5 + STEP / 2)


def _rings(outer: float, thick: float, counted: bool) -> Rings:
    stage = outer - thick
    step_outer = stage - 5
    step = step_outer - (STEP if outer >= SMALL else 42.0)
    count_outer = step - 15 if counted else step
    count = count_outer - (COUNT if outer >= SMALL else 24.0) if counted else step
    owner_outer = count - 6
    return Rings(outer, stage, step_outer, step, count_outer, count, owner_outer, owner_outer - OWNER)
