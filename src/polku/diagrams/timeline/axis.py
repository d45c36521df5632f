"""Time across the page: one scale, broken where a pause would take it all, and cut into bands where steps are many."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from polku.diagrams.timeline.times import Times

BREAK_SHARE = 0.4
"""A pause beyond this share of the whole span breaks the axis, where it is also twice as long as the next."""

BREAK = 104.0
"""Width of a broken pause."""
LEAST_PITCH, USUAL_PITCH, MOST_PITCH = 28.0, 56.0, 170.0
"""Distance of two steps between which no time is known."""
LEAST_TICK = 56.0
MOST_STEPS = 40
"""Steps of a band."""
LEAST_BAND = 0.6
"""A band ends at a stage where that leaves it at least so full."""

HOUR, DAY = 3600.0, 86400.0
UNITS: tuple[tuple[str, float, tuple[int, ...]], ...] = (
    ("minutes", 60.0, (1, 5, 15, 30)),
    ("hours", HOUR, (1, 2, 4, 8, 12)),
    ("days", DAY, (1, 2, 5)),
    ("weeks", 7 * DAY, (1, 2)),
    ("months", 365.25 / 12 * DAY, (1, 2, 3, 6)),
    ("years", 365.25 * DAY, (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)


@dataclass(frozen=True)
class Pause:
    """A stretch of the axis that is not to scale; seconds is None where nobody knows how long it is."""

    left: float
    right: float
    seconds: float | None = None


@dataclass(frozen=True)
class Axis:
    """Where each step stands along one long line, before it is cut into bands.

    Args:
        at: x by step; length: where the line ends.
        ticks: x and number, counted in `unit` from the start of their stretch.
        breaks: long pauses; unknown: from a stretch to the next.
    """

    at: Mapping[str, float]
    length: float
    unit: str | None
    ticks: tuple[tuple[float, int], ...]
    breaks: tuple[Pause, ...]
    unknown: tuple[Pause, ...]


@dataclass(frozen=True)
class Cut:
    """A part of the line that one band shows, and its steps from left to right."""

    left: float
    right: float
    steps: tuple[str, ...]

    def clip(self, left: float, right: float) -> tuple[float, float] | None:
        """The part of a stretch that lies in the band."""
        left, right = max(left, self.left), min(right, self.right)
        return (left, right) if right > left else None


def axis_of(times: Times, room: float) -> Axis:
    """Lay out time on a line of as many bands of `room` px as the steps need."""
    bands = max(1, -(-len(times.places) // MOST_STEPS))
    total = room * bands
    spans = [sorted({place.at for place in run}) for run in times.runs]
    gaps = [(run, a, b) for run, ats in enumerate(spans) for a, b in itertools.pairwise(ats)]
    broken = _broken([b - a for _, a, b in gaps])
    to_scale = sum(b - a for number, (_, a, b) in enumerate(gaps) if number not in broken)
    loose = max(len(spans) - 1, 0)
    if to_scale <= 0 and not broken:
        pitch = min(MOST_PITCH, total / max(loose, 1))
    else:
        pitch = min(USUAL_PITCH, max(LEAST_PITCH, total * 0.3 / max(loose, 1)))
    scale = max(0.0, total - loose * pitch - len(broken) * BREAK) / to_scale if to_scale > 0 else 0.0
    unit, seconds, step = _unit(scale)
    at: dict[str, float] = {}
    ticks: list[tuple[float, int]] = []
    breaks: list[Pause] = []
    unknown: list[Pause] = []
    x, number = 0.0, 0
    for run, ats in enumerate(spans):
        if run:
            unknown.append(Pause(x, x + pitch))
            x += pitch
        xs = [x]
        for a, b in itertools.pairwise(ats):
            wide = BREAK if number in broken else (b - a) * scale
            if number in broken:
                breaks.append(Pause(x, x + wide, b - a))
            x += wide
            xs.append(x)
            number += 1
        if unit is not None and len(ats) > 1:
            ticks += _ticks(ats, xs, breaks, seconds * step, step)
        places = dict(zip(ats, xs, strict=True))
        at |= {place.step.step.id: places[place.at] for place in times.runs[run]}
    return Axis(at, x, unit if ticks else None, tuple(ticks), tuple(breaks), tuple(unknown))


def cut(axis: Axis, times: Times, room: float) -> tuple[Cut, ...]:
    """The line in bands of at most `room` px, ended at a stage where one begins late enough in the band."""
    order = sorted(times.places, key=lambda place: (axis.at[place.step.step.id], place.step.number))
    stage_begins: dict[str | None, str] = {}
    for place in times.places:
        stage_begins.setdefault(place.step.stage.id if place.step.stage else None, place.step.step.id)
    firsts = set(stage_begins.values())
    bands: list[Cut] = []
    start = 0
    while start < len(order):
        left = axis.at[order[start].step.step.id]
        end = start
        while end < len(order) and axis.at[order[end].step.step.id] <= left + room + 0.01:
            end += 1
        if end < len(order):
            for number in range(end, start, -1):
                id = order[number].step.step.id
                if id in firsts and axis.at[id] >= left + LEAST_BAND * room:
                    end = number
                    break
        right = axis.at[order[end].step.step.id] if end < len(order) else axis.length
        ids = tuple(place.step.step.id for place in order[start:end])
        bands.append(Cut(left, min(right, left + room), ids))
        start = end
    return tuple(bands)


def _broken(gaps: Sequence[float]) -> frozenset[int]:
    """Which gaps break the axis: looked at again without them, until none does."""
    found: set[int] = set()
    while True:
        left = {number: gap for number, gap in enumerate(gaps) if number not in found and gap > 0}
        # Two gaps side by side are what a scale is for.
        if len(left) < 3:
            return frozenset(found)
        (longest, gap), (_, following), *_ = sorted(left.items(), key=lambda item: (-item[1], item[0]))
        if gap <= BREAK_SHARE * sum(left.values()) or gap < 2 * following:
            return frozenset(found)
        found.add(longest)


def _unit(scale: float) -> tuple[str | None, float, int]:
    """The finest unit and step whose ticks stand far enough apart for their numbers."""
    if scale <= 0:
        return None, 0.0, 1
    for name, seconds, steps in UNITS:
        for step in steps:
            if seconds * step * scale >= LEAST_TICK:
                return name, seconds, step
    return None, 0.0, 1


def _ticks(
    ats: Sequence[float], xs: Sequence[float], breaks: Sequence[Pause], every: float, step: int
) -> list[tuple[float, int]]:
    found = []
    last = ats[-1] - ats[0]
    number = 0
    while number * every <= last:
        time = ats[0] + number * every
        place = min(bisect_right(ats, time) - 1, len(ats) - 2)
        share = (time - ats[place]) / (ats[place + 1] - ats[place])
        pause = any(xs[place] == one.left for one in breaks)
        if not pause or share in (0.0, 1.0):
            found.append((xs[place] + (xs[place + 1] - xs[place]) * share, number * step))
            number += 1
        else:
            # Behind the break at once: a pause may be many thousand ticks long.
            number = int((ats[place + 1] - ats[0]) // every) + 1
    return found
