"""The words of a wheel's steps: level, in two columns joined to it by lines, or listed beneath it by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polku.diagrams.compare.compare import Compared
from polku.diagrams.compare.words import change_lines
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.flow import counted_words
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.polar import Polar
from polku.diagrams.wheel.layout import BESIDE, Slot, Wheel
from polku.scene import Mark, Path, Text, wrap
from polku.scene.marks import Anchor

ALL_LABELLED = 24
"""Up to so many steps all have their words in the picture."""

MOST = 16
"""Of more steps, so many: those where feeling is lowest or highest, and moments of truth."""

LINE = 15.5
BETWEEN = 12.0


@dataclass(frozen=True)
class Words:
    """One line: its words and how they are set."""

    text: str
    size: float = 12.0
    weight: int = 400
    fill: str = "ink"


@dataclass(frozen=True)
class Label:
    """A step's words in lines."""

    slot: Slot
    facts: StepFacts
    lines: tuple[Words, ...]

    @property
    def height(self) -> float:
        """Of all lines."""
        return LINE * len(self.lines)


def labelled(
    wheel: Wheel, measured: MeasuredJourney | None, both: Compared | None = None
) -> tuple[tuple[Slot, StepFacts], ...]:
    """Steps that have their words in the picture: all where they are few, else extremes and moments of truth.

    Of a comparison the changed ones, those with the greatest difference where they are many.
    """
    if both is not None:
        return _changed(wheel, both)
    if len(wheel.steps) <= ALL_LABELLED:
        return wheel.steps
    ranked = sorted(wheel.steps, key=lambda pair: _rank(pair[1], measured))
    chosen: set[str] = set()
    for right in (True, False):
        side = [facts.step.id for slot, facts in ranked if (slot.middle <= 180) is right]
        chosen.update(side[: MOST // 2])
    return tuple(pair for pair in wheel.steps if pair[1].step.id in chosen)


def _changed(wheel: Wheel, both: Compared) -> tuple[tuple[Slot, StepFacts], ...]:
    found = [pair for pair in wheel.steps if both.changes(pair[1].step.id)]
    if len(found) <= ALL_LABELLED:
        return tuple(found)
    weight = {facts.step.id: abs(both.pair(facts.step.id).difference or 0) for _, facts in found}
    chosen: set[str] = set()
    for right in (True, False):
        side = [facts for slot, facts in found if (slot.middle <= 180) is right]
        side.sort(key=lambda facts: (-weight[facts.step.id], facts.number))
        chosen.update(facts.step.id for facts in side[: MOST // 2])
    return tuple(pair for pair in found if pair[1].step.id in chosen)


def _rank(facts: StepFacts, measured: MeasuredJourney | None) -> tuple[float, ...]:
    step = facts.step
    # Among equals those that stand apart: the golden section spreads numbers evenly.
    apart = facts.number * 0.6180339887 % 1
    if measured:
        counted = measured.step(step.id)
        lost = (1 - counted.goes_on) * (counted.cases or 0) if counted.goes_on is not None else 0.0
        return (-lost, apart)
    extreme = {-2: 0, 2: 2}.get(step.feels or 0, 3)
    if step.moment_of_truth:
        extreme = min(extreme, 1)
    return (extreme, -len(facts.evidence), -len(step.pains), apart)


def labels(
    drawing: Drawing, wheel: Wheel, width: float, measured: MeasuredJourney | None, *, brief: bool = False
) -> list[Label]:
    """The words of all labelled steps; `brief` leaves out what hurts and what helps."""
    return [
        Label(slot, facts, tuple(_lines(drawing, facts, width, measured, brief)))
        for slot, facts in labelled(wheel, measured, drawing.compared)
    ]


def _lines(
    drawing: Drawing, facts: StepFacts, width: float, measured: MeasuredJourney | None, brief: bool
) -> list[Words]:
    reader, step = drawing.reader, facts.step
    shown = drawing.shown(facts.role)
    found: list[Words] = []

    def add(text: str, size: float, weight: int, fill: str, language: str = drawing.language) -> None:
        lines = wrap(text, width, size, weight, language)
        found.extend(Words(line, size, weight, fill) for line in lines if line.strip())

    if step.does:
        add(step.does, 13, 500, "ink" if shown else "ink-3")
    else:
        add(reader("diagrams.no-action"), 13, 400, "ink-3", reader.language)
    if facts.touchpoint_name:
        add(facts.touchpoint_name, 12, 400, "ink-3")
    else:
        add(reader("wheel.no-touchpoint"), 12, 400, "ink-3", reader.language)
    if drawing.compared:
        for words, fill, language in change_lines(drawing, drawing.compared, facts):
            add(words, 12, 600, fill, language)
    elif measured:
        add(counted_words(drawing, facts, measured), 12, 600, "ink-2", reader.language)
    elif not brief:
        for pain in step.pains[:1]:
            drawing.use("pain")
            add(f"−\u00a0{pain.says}", 12, 600, "negative")
        for gain in step.gains[:1]:
            drawing.use("gain")
            add(f"+\u00a0{gain.says}", 12, 600, "positive")
    return found


def column_height(found: Sequence[Label]) -> float:
    """What a column of labels needs."""
    return sum(label.height + BETWEEN for label in found)


def sides(found: Sequence[Label]) -> tuple[list[Label], list[Label]]:
    """Labels right and left of the wheel, each from the top."""
    right = [label for label in found if label.slot.middle <= 180]
    left = [label for label in found if label.slot.middle > 180]
    return right, left[::-1]


def beside(
    wheel: Wheel, found: Sequence[Label], centre: Polar, top: float, height: float
) -> dict[str, list[Mark]]:
    """Marks of labels in two columns, by step id."""
    marks: dict[str, list[Mark]] = {}
    for column, to_right in zip(sides(found), (True, False), strict=True):
        reach = wheel.rings.outer + BESIDE
        x = centre.cx + reach if to_right else centre.cx - reach
        anchor: Anchor = "start" if to_right else "end"
        for label, y in zip(column, _spread(column, top, height), strict=True):
            edge = x - 9 if to_right else x + 9
            angle = label.slot.middle
            near, far = wheel.rings.outer + 6, wheel.rings.outer + 22
            line = (
                ("M", edge, y + LINE - 9),
                ("L", *centre.at(far, angle)),
                ("L", *centre.at(near, angle)),
            )
            here: list[Mark] = [Path(line, stroke="line-strong", stroke_width=1)]
            for number, words in enumerate(label.lines):
                baseline = y + LINE * (number + 1) - 4
                here.append(
                    Text(x, baseline, words.text, words.size, words.weight, anchor=anchor, fill=words.fill)
                )
            marks[label.facts.step.id] = here
    return marks


def _spread(column: Sequence[Label], top: float, height: float) -> list[float]:
    """The y of each label: by its angle, moved apart where labels would meet."""
    ideals = []
    for label in column:
        angle = label.slot.middle
        share = (angle if angle <= 180 else 360 - angle) / 180
        ideals.append(top + share * height - label.height / 2)
    places: list[float] = []
    y = top
    for label, ideal in zip(column, ideals, strict=True):
        y = max(y, ideal)
        places.append(y)
        y += label.height + BETWEEN
    low = top + height
    for number in range(len(column) - 1, -1, -1):
        places[number] = min(places[number], low - column[number].height)
        low = places[number] - BETWEEN
    return places


def listed(
    drawing: Drawing, wheel: Wheel, measured: MeasuredJourney | None, y: float
) -> tuple[dict[str, list[Mark]], float]:
    """Marks of labels in columns beneath the wheel, by step id, each with its number; and the y below them."""
    content = wheel.page - 2 * MARGIN
    columns = max(1, int((content + 24) // 264))
    each = (content - 24 * (columns - 1)) / columns
    found = labels(drawing, wheel, each - 58, measured)
    whole = sum(label.height + BETWEEN for label in found)
    marks: dict[str, list[Mark]] = {}
    column, at, bottom = 0, y, y
    for label in found:
        if at > y and at - y + label.height / 2 > whole / columns and column < columns - 1:
            column, at = column + 1, y
        x = MARGIN + column * (each + 24)
        here: list[Mark] = [
            Text(x + 22, at + 11, str(label.facts.number), 12, 600, anchor="end", fill="ink-2"),
            role_badge(
                label.facts.sign,
                x + 42,
                at + 7,
                min(15, 24 / badge_width(label.facts.sign, 1)),
                drawing.shown(label.facts.role),
            ),
        ]
        for number, words in enumerate(label.lines):
            here.append(
                Text(x + 58, at + LINE * number + 11, words.text, words.size, words.weight, fill=words.fill)
            )
        marks[label.facts.step.id] = here
        at += label.height + BETWEEN
        bottom = max(bottom, at)
    return marks, bottom


def outside_number(wheel: Wheel, slot: Slot, facts: StepFacts, centre: Polar) -> Text:
    """A step's number outside the ring, where its words are listed."""
    x, y = centre.at(wheel.rings.outer + 12, slot.middle)
    return Text(x, y + 4.3, str(facts.number), 12, 600, anchor="middle", fill="ink-2")
