"""A step as a drum of its pillar: framed by how well it is known, cracked where it feels bad."""

from __future__ import annotations

from dataclasses import dataclass

from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.signs import (
    caution,
    clock,
    handoff,
    hole,
    measured_bars,
    missing_handoff,
    moment_of_truth,
    warning,
)
from polku.diagrams.pillars.layout import Pillar
from polku.scene import Mark, Path, Rect, Segment, Text, text_width, wrap

INSET = 14.0
LEAST_DRUM = 92.0
FOLD = 16.0
BETWEEN = 4.0
FAR = 30.0
"""How far from its left edge a handoff stands on the upper border of a drum."""


@dataclass(frozen=True)
class Drum:
    """What stands in a drum, laid out from y = 0."""

    step: StepFacts
    marks: tuple[Mark, ...]
    height: float


def lay_drum(
    drawing: Drawing, pillar: Pillar, one: StepFacts, measured: MeasuredJourney | None, ends: bool = False
) -> Drum:
    """Set the words of a drum; nobody is lost where a walk `ends`."""
    say, step = drawing.reader, one.step
    bad = step.feels is not None and step.feels < 0
    shown = drawing.shown(one.role)
    fill = "ink" if shown else "ink-3"
    folded = FOLD if one.state == "stale" else 0.0
    words = Words(pillar.x + INSET, 0.0, pillar.width - 2 * INSET - (10 if bad else 0), drawing.language)
    wide = badge_width(one.sign, 19)
    words.marks.append(role_badge(one.sign, words.x + wide / 2, 26, 19, shown, _ground(one)))
    start = wide + 8
    signs, taken = _corner(drawing, one, pillar.x + pillar.width - 13 - folded)
    name = one.role_name or say("diagrams.role-nobody")
    room = pillar.x + pillar.width - 13 - folded - taken - words.x - start
    words.y = 30.5
    lines = wrap(name, max(room, 24), 13, 600, drawing.language if one.role_name else say.language)
    if len(lines) > 1 and room < 70:
        words.skip(20).add(name, 13, 600, fill=fill)
    else:
        for line in lines:
            words.marks.append(Text(words.x + start, words.y, line, 13, 600, fill=fill))
            words.y += 16
    words.skip(6)
    if step.does:
        words.add(step.does, 13, 500, fill=fill)
    else:
        words.add(say("diagrams.no-action"), 13, fill="ink-3", language=say.language)
    words.skip(1)
    if one.touchpoint_name:
        words.add(one.touchpoint_name, 12, fill="ink-3" if not bad else "ink-2")
    for pain in step.pains:
        _said(words, "−", pain.says, "negative" if shown else "ink-3")
    for gain in step.gains:
        _said(words, "+", gain.says, "positive" if shown else "ink-3")
    if measured is not None:
        _counted(drawing, one, measured, words, ends)
    if one.state == "stale" or one.ageing:
        drawing.use("clock")
        words.skip(4)
        words.marks += clock(words.x + 5, words.y - 4)
        age = say("diagrams.days", count=one.age_days)
        weight = 700 if one.state == "stale" else 400
        words.marks.append(Text(words.x + 15, words.y, age, 12, weight, fill="ink-2"))
        words.y += 15
    return Drum(one, (*words.marks, *signs), max(LEAST_DRUM, words.y - 1))


def _said(words: Words, sign: str, says: str, fill: str) -> None:
    """A pain or gain, its sign hanging before it."""
    words.skip(1).marks.append(Text(words.x, words.y, sign, 12, 600, fill=fill))
    words.add(says, 12, 600, fill=fill, indent=11)


def _ground(one: StepFacts) -> str:
    if one.step.feels == -2:
        return "negative-ground"
    return "paper" if one.state == "assumed" else "surface"


def _corner(drawing: Drawing, one: StepFacts, right: float) -> tuple[list[Mark], float]:
    """Feeling with its sign, moment of truth and findings, from the right; how much room they take."""
    say, step, x = drawing.reader, one.step, right
    marks: list[Mark] = []
    if step.feels is None:
        drawing.use("hole")
        marks += hole(x - 14, 26)
        x -= 14
    else:
        words = say.signed(step.feels)
        fill = "negative" if step.feels < 0 else "positive" if step.feels > 0 else "ink-3"
        marks.append(Text(x, 31, words, 15, 600, anchor="end", fill=fill))
        x -= text_width(words, 15, 600)
    if step.moment_of_truth:
        drawing.use("moment-of-truth")
        x -= 14
        marks += moment_of_truth(x, 26)
        x -= 7
    level = drawing.levels.get(step.id)
    if level:
        drawing.use(f"finding-{level}")
        x -= 13
        marks += (warning if level == "error" else caution)(x, 26)
        x -= 7
    return marks, right - x + 8


def _counted(drawing: Drawing, one: StepFacts, measured: MeasuredJourney, words: Words, ends: bool) -> None:
    """How many cases reach the step and how many of them go on."""
    say, counted = drawing.reader, measured.step(one.step.id)
    words.skip(4)
    if not counted.observable or counted.cases is None:
        words.add(say("diagrams.unseen"), 12, fill="ink-3", language=say.language)
        return
    drawing.use("measured")
    said = say("diagrams.cases", count=counted.cases)
    if ends:
        said += ", " + say("diagrams.ends-here")
    elif counted.goes_on is not None and counted.cases:
        small = counted.cases < drawing.facts.workspace.settings.limits.small
        went = counted.went_on if counted.went_on is not None else round(counted.goes_on * counted.cases)
        if small:
            said += ", " + say("pillars.go-on-few", count=went)
        else:
            said += ", " + say("pillars.go-on", share=counted.goes_on)
    words.marks += measured_bars(words.x + 5, words.y - 4)
    words.add(said, 12, fill="ink-2", first=15, language=say.language)


def draw_drum(drawing: Drawing, pillar: Pillar, drum: Drum, y: float, height: float) -> list[Mark]:
    """A drum in its place: frame, words on clear plates where the ground is textured, crack."""
    one, x, width = drum.step, pillar.x, pillar.width
    marks: list[Mark] = []
    feels = one.step.feels
    texture = "hatch-negative" if feels == -2 else "stale" if one.state == "stale" else None
    if texture == "hatch-negative":
        drawing.use("below-neutral")
    ground = "paper" if one.state == "assumed" else "surface"
    if one.state == "stale":
        drawing.use("stale")
        right, bottom = x + width, y + height
        outline: tuple[Segment, ...] = (
            ("M", x, y),
            ("L", right - FOLD, y),
            ("L", right, y + FOLD),
            ("L", right, bottom),
            ("L", x, bottom),
            ("Z",),
        )
        fold: tuple[Segment, ...] = (
            ("M", right - FOLD, y),
            ("L", right - FOLD, y + FOLD),
            ("L", right, y + FOLD),
            ("Z",),
        )
        marks.append(Path(outline, ground, "ink-2", 1.4, texture=texture))
        marks.append(Path(fold, "sunken-2", "ink-2", 1.2))
    elif one.state == "assumed":
        drawing.use("drum-assumed")
        marks.append(Rect(x, y, width, height, ground, "line-strong", 1.2, (4, 3), 3, texture))
    else:
        drawing.use("drum-known")
        marks.append(Rect(x, y, width, height, ground, "ink-2", 1.4, (), 3, texture))
    inside = moved_all(drum.marks, 0.0, y)
    if texture is not None:
        plate = "negative-ground" if texture == "hatch-negative" else "surface"
        marks += [_plate(mark, plate) for mark in inside if isinstance(mark, Text)]
    marks += inside
    if feels is not None and feels < 0:
        drawing.use("crack")
        length = min(height - 46, 74.0 if feels == -2 else 54.0)
        marks.append(crack(x + width - 1, y + 40, length, 2.8 if feels == -2 else 1.5))
    return marks


def crack(x: float, y: float, length: float, wide: float) -> Path:
    """A jagged line that runs in from a drum's right edge."""
    turns = ((0.0, 0.0), (-6.0, 0.24), (-1.5, 0.42), (-9.0, 0.64), (-4.0, 0.8), (-8.0, 1.0))
    points = [(x + dx, y + part * length) for dx, part in turns]
    segments: list[Segment] = [("M", *points[0])]
    segments += [("L", *point) for point in points[1:]]
    return Path(tuple(segments), stroke="negative", stroke_width=wide)


def draw_handoff(drawing: Drawing, pillar: Pillar, one: StepFacts, y: float) -> list[Mark]:
    """The handoff on the upper border of the drum that receives."""
    changes = [change for change in drawing.facts.changes if change.step == one.step.id]
    if not changes:
        return []
    described = all(change.handoff is not None for change in changes)
    drawing.use("handoff" if described else "missing-handoff")
    return list((handoff if described else missing_handoff)(pillar.x + FAR, y - BETWEEN / 2))


def _plate(text: Text, ground: str) -> Rect:
    wide = text_width(text.text, text.size, text.weight, text.italic)
    left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
    return Rect(left - 3, text.y - 0.86 * text.size, wide + 6, 1.2 * text.size, ground, radius=2)
