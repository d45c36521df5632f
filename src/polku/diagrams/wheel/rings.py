"""The rings of a wheel: stages by name, steps as cells, counts, and owners with the work that changes hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.polar import Polar, degrees_of, is_upper, length
from polku.diagrams.parts.signs import caution, handoff, missing_handoff, warning
from polku.diagrams.wheel.layout import Sector, Slot, Wheel
from polku.scene import Circle, Line, Mark, Path, Text, text_width, wrap

STAGE_NAME = 14.0
CAPSULE = 30.0
"""Room of a capsule along the ring of owners, px."""


@dataclass
class Keys:
    """Short signs for names that do not fit their ring, and what they stand for."""

    stages: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def owner(self, name: str) -> str:
        """The letter of an owner: A, B … Z, AA …"""
        if name not in self.owners:
            place = len(self.owners)
            turn, letter = divmod(place, 26)
            self.owners[name] = ascii_uppercase[letter] * (turn + 1)
        return self.owners[name]


def stage_lines(drawing: Drawing, wheel: Wheel, sector: Sector) -> tuple[str, ...]:
    """A stage's name in one line or two as its sector has room; nothing where it has none."""
    name = sector.stage.label if sector.stage else drawing.reader("diagrams.no-stage")
    room = length(wheel.rings.stage, sector.end - sector.start) - 14
    if room < 16 or not name.strip():
        return ()
    lines = wrap(name, room, STAGE_NAME, 600, drawing.language)
    whole = "".join(lines).replace(" ", "") == "".join(name.split())
    fits = 2 if wheel.rings.outer - wheel.rings.stage >= 40 else 1
    return lines if len(lines) <= fits and whole else ()


def stage_marks(drawing: Drawing, wheel: Wheel, sector: Sector, centre: Polar, keys: Keys) -> list[Mark]:
    """A stage's part of the outer ring and its name; a number where the name has no room."""
    rings = wheel.rings
    marks: list[Mark] = [Path(centre.sector(rings.stage, rings.outer, sector.start, sector.end), "sunken-2")]
    middle = (rings.outer + rings.stage) / 2
    lines = stage_lines(drawing, wheel, sector)
    if not lines:
        name = sector.stage.label if sector.stage else drawing.reader("diagrams.no-stage")
        keys.stages[name] = str(sector.number)
        x, y = centre.at(middle, sector.middle)
        marks.append(Text(x, y + 5, str(sector.number), 14, 600, anchor="middle"))
        return marks
    # The line nearest to the reader's top is the outer one above, the inner one below.
    step = 17.0 if is_upper(sector.middle) else -17.0
    for place, line in enumerate(lines):
        r = middle + step * ((len(lines) - 1) / 2 - place)
        marks.append(centre.words(line, r, sector.middle, size=STAGE_NAME, weight=600))
    return marks


def cell(drawing: Drawing, wheel: Wheel, slot: Slot, centre: Polar) -> list[Mark]:
    """A step's cell: frame and ground by how well it is known, the role's badge, a ring where it counts most."""
    rings, facts = wheel.rings, slot.facts
    # A hair of air between cells, less where they are narrow.
    trim = degrees_of(min(1.2, wheel.pitch / 20), rings.step_middle)
    form = centre.sector(rings.step, rings.step_outer, slot.start + trim, slot.end - trim)
    if facts is None:
        drawing.use("no-step")
        marks: list[Mark] = [Path(form, None, "line-strong", 1.2, (4, 3))]
        words = drawing.reader("diagrams.no-step")
        if text_width(words, 12) + 12 < length(rings.step, slot.end - slot.start):
            marks.append(centre.words(words, rings.step_middle, slot.middle, size=12, fill="ink-3"))
        return marks
    drawing.use(facts.state)
    if facts.state == "assumed":
        marks = [Path(form, "paper", "line-strong", 1.2, (4, 3))]
    else:
        texture = "stale" if facts.state == "stale" else None
        marks = [Path(form, "surface", "ink-2", 1.4, texture=texture)]
    return [*marks, *_cell_signs(drawing, wheel, slot, facts, centre)]


def _cell_signs(drawing: Drawing, wheel: Wheel, slot: Slot, facts: StepFacts, centre: Polar) -> list[Mark]:
    rings = wheel.rings
    counted = rings.count != rings.step and numbered(wheel)
    x, y = centre.at(rings.step_middle + (12 if counted else 0), slot.middle)
    size = min(22.0, (wheel.pitch - 3) / badge_width(facts.sign, 1))
    marks: list[Mark] = []
    if facts.step.moment_of_truth:
        drawing.use("moment")
        ring = min(badge_width(facts.sign, size) / 2 + 6, wheel.pitch / 2 + 1.5)
        marks.append(Circle(x, y, ring, "paper", "ink", 1.6))
    hoped = drawing.compared is not None and not facts.evidence
    marks.append(role_badge(facts.sign, x, y, size, drawing.shown(facts.role) and not hoped))
    level = drawing.levels.get(facts.step.id)
    if level:
        drawing.use(f"finding-{level}")
        at = centre.at(rings.step + 9, slot.middle)
        marks += (warning if level == "error" else caution)(*at, min(11.0, wheel.pitch - 6))
    return marks


def numbered(wheel: Wheel) -> bool:
    """Whether cells have room for a number beside the badge."""
    return wheel.pitch >= 34 and wheel.rings.step_outer - wheel.rings.step >= 56


def count_marks(
    drawing: Drawing, wheel: Wheel, slot: Slot, facts: StepFacts, measured: MeasuredJourney, centre: Polar
) -> list[Mark]:
    """How many of all cases reach a step: filled outwards within the outline of the whole."""
    rings = wheel.rings
    step = measured.step(facts.step.id)
    trim = degrees_of(min(3.0, wheel.pitch / 8), rings.count)
    start, end = slot.start + trim, slot.end - trim
    whole = centre.sector(rings.count, rings.count_outer, start, end)
    if not step.observable:
        drawing.use("unseen")
        return [Path(whole, None, "line-strong", 1.2, (2.5, 2))]
    cases = step.cases or 0
    share = min(1.0, cases / measured.cases) if measured.cases else 0.0
    marks: list[Mark] = [Path(whole, None, "line-strong", 1)]
    if cases:
        few = cases < drawing.facts.workspace.settings.limits.small
        drawing.use("few" if few else "counted")
        part = centre.sector(
            rings.count, rings.count + (rings.count_outer - rings.count) * max(share, 0.05), start, end
        )
        marks.append(Path(part, "paper", "ink-2", 1.2) if few else Path(part, "ink-2"))
    if numbered(wheel):
        x, y = centre.at(rings.step_middle - 17, slot.middle)
        marks.append(Text(x, y + 4.3, drawing.reader.number(cases), 12, 600, anchor="middle"))
    return marks


def owner_ring(drawing: Drawing, wheel: Wheel, centre: Polar, keys: Keys) -> list[Mark]:
    """Owners as arcs with their names, and a capsule on each border at which work changes hands."""
    rings, facts = wheel.rings, drawing.facts
    capsules = _capsules(wheel, drawing)
    near = length(rings.owner_middle, 360) / max(len(wheel.slots), 1) < CAPSULE
    marks: list[Mark] = []
    signs: list[Mark] = []
    half = degrees_of(CAPSULE / 2 + 4, rings.owner_middle)
    for run in _runs(wheel):
        owner = run[0].facts.owner if run[0].facts else None
        hair = degrees_of(1.2, rings.owner_middle)
        start, end = run[0].start + hair, run[-1].end - hair
        form = centre.sector(rings.owner, rings.owner_outer, start, end)
        if owner is None:
            drawing.use("owner-nobody")
            marks.append(Path(form, None, "line-strong", 1.2, (4, 3)))
            words = drawing.reader("diagrams.owner-nobody")
            if text_width(words, 12) + 8 < length(rings.owner, end - start):
                marks.append(
                    centre.words(words, rings.owner_middle, (start + end) / 2, size=12, fill="ink-3")
                )
            continue
        marks.append(Path(form, "sunken", "line", 1))
        from_left = half if id(run[0]) in capsules and not near else 0.0
        following = _following(wheel, run[-1])
        to_right = half if following is not None and id(following) in capsules and not near else 0.0
        start, end = start + from_left, end - to_right
        name = facts.workspace.label("teams", owner)
        room = length(rings.owner, end - start) - 8
        if text_width(name, 12, 500) > room:
            name = keys.owner(name)
            if text_width(name, 12, 500) > room:
                continue
        marks.append(
            centre.words(name, rings.owner_middle, (start + end) / 2, size=12, weight=500, fill="ink-2")
        )
    for slot in wheel.slots:
        described = capsules.get(id(slot))
        if described is None:
            continue
        signs += _hand(drawing, wheel, centre, _border(wheel, slot), described, near)
    return [*marks, *signs]


def _hand(
    drawing: Drawing, wheel: Wheel, centre: Polar, angle: float, described: bool, near: bool
) -> Sequence[Mark]:
    rings = wheel.rings
    if near:
        # No room for capsules: a bar across the ring says the same.
        drawing.use("handoff-bar" if described else "missing-bar")
        ends = centre.spoke(rings.owner - 4, rings.owner_outer + 4, angle)
        return (Line(*ends, "ink", 2.6) if described else Line(*ends, "negative", 2.6, (4, 3)),)
    drawing.use("handoff" if described else "missing-handoff")
    return (handoff if described else missing_handoff)(*centre.at(rings.owner_middle, angle))


def _capsules(wheel: Wheel, drawing: Drawing) -> dict[int, bool]:
    """Slots before whose border work changes hands, and whether somebody described how."""
    described: dict[str, bool] = {}
    for change in drawing.facts.changes:
        described[change.step] = described.get(change.step, True) and change.handoff is not None
    return {id(slot): described[facts.step.id] for slot, facts in wheel.steps if facts.step.id in described}


def _border(wheel: Wheel, slot: Slot) -> float:
    """The angle between a slot and the one before it; the first slot's own edge."""
    place = next(number for number, other in enumerate(wheel.slots) if other is slot)
    if place == 0:
        return slot.start
    return (wheel.slots[place - 1].end + slot.start) / 2


def _following(wheel: Wheel, slot: Slot) -> Slot | None:
    place = next(number for number, other in enumerate(wheel.slots) if other is slot) + 1
    return wheel.slots[place] if place < len(wheel.slots) else None


def _runs(wheel: Wheel) -> list[list[Slot]]:
    """Neighbouring steps of one owner; stages without a step stand between."""
    runs: list[list[Slot]] = []
    open_run = False
    for slot in wheel.slots:
        if slot.facts is None:
            open_run = False
            continue
        before = runs[-1][-1].facts if open_run else None
        if before is not None and before.owner == slot.facts.owner:
            runs[-1].append(slot)
        else:
            runs.append([slot])
        open_run = True
    return runs
