"""The words and signs of stations on a winding path, and of work that changes hands on the way to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from polku.diagrams.compare.words import change_lines
from polku.diagrams.matrix.owner import handoff_words
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.flow import counted_words
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.signs import caution, handoff, missing_handoff, warning
from polku.diagrams.path.rows import RING, Station
from polku.documents import Change
from polku.scene import Circle, Mark, Rect, Text, widest, wrap
from polku.scene.marks import Anchor

LINE = 15.5
BAR = 72.0


@dataclass(frozen=True)
class Words:
    """One line: its words and how they are set."""

    text: str
    size: float = 12.0
    weight: int = 400
    fill: str = "ink"
    italic: bool = False


@dataclass
class Block:
    """What stands beneath a station: lines, then a bar of counts or the partner's part."""

    lines: list[Words] = field(default_factory=list)
    partner: list[Words] = field(default_factory=list)
    share: float | None = None
    few: bool = False
    unseen: bool = False

    @property
    def bar(self) -> bool:
        """Whether a bar of counts stands beneath the lines."""
        return self.share is not None or self.unseen

    @property
    def height(self) -> float:
        """Of all of it."""
        high = LINE * len(self.lines) + (16 if self.bar else 0)
        return high + (LINE * len(self.partner) + 22 if self.partner else 0)

    @property
    def width(self) -> float:
        """Of its widest line."""
        wide = max((widest([one.text], one.size, one.weight, one.italic) for one in self.lines), default=0.0)
        inside = max((widest([one.text], one.size, one.weight) + 30 for one in self.partner), default=0.0)
        return max(wide, inside, BAR if self.bar else 0.0)


def block_of(drawing: Drawing, station: Station, measured: MeasuredJourney | None) -> Block:
    """The words of a station, wrapped to its room."""
    reader, facts, step = drawing.reader, station.facts, station.facts.step
    shown = drawing.shown(facts.role)
    block = Block()

    def add(text: str, size: float, weight: int, fill: str, own: bool = False) -> None:
        language = reader.language if own else drawing.language
        lines = wrap(text, station.width, size, weight, language)
        block.lines.extend(Words(line, size, weight, fill) for line in lines if line.strip())

    if step.does:
        add(step.does, 13, 500, "ink" if shown else "ink-3")
    else:
        add(reader("diagrams.no-action"), 13, 400, "ink-3", own=True)
    if facts.touchpoint_name:
        add(facts.touchpoint_name, 12, 400, "ink-3")
    if step.feels is None:
        drawing.use("not-asked")
        add(reader("path.not-asked"), 12, 400, "ink-3", own=True)
    if drawing.compared:
        for words, fill, language in change_lines(drawing, drawing.compared, facts):
            add(words, 12, 600, fill, own=language == reader.language)
        return block
    if measured:
        add(counted_words(drawing, facts, measured), 12, 600, "ink-2", own=True)
        counted = measured.step(step.id)
        block.unseen = not counted.observable
        if counted.observable and measured.cases:
            block.share = min(1.0, (counted.cases or 0) / measured.cases)
            block.few = (counted.cases or 0) < drawing.facts.workspace.settings.limits.small
        return block
    for pain in step.pains[:1]:
        drawing.use("pain")
        add(f"−\u00a0{pain.says}", 12, 600, "negative")
    for gain in step.gains[:1]:
        drawing.use("gain")
        add(f"+\u00a0{gain.says}", 12, 600, "positive")
    _partner(drawing, station, block)
    return block


def _partner(drawing: Drawing, station: Station, block: Block) -> None:
    part = station.facts.step.partner
    if part is None:
        return
    drawing.use("partner")
    workspace = drawing.facts.workspace
    known = workspace.partners.get(part.id)
    does = part.does or (known.does if known else None)
    room = station.width - 30
    name = wrap(workspace.label("partners", part.id), room, 12, 600, drawing.language)
    block.partner += [Words(line, 12, 600) for line in name if line.strip()]
    if does:
        lines = wrap(does, room, 12, 400, drawing.language)
        block.partner += [Words(line, 12, 400, "ink-2") for line in lines if line.strip()]


def block_marks(drawing: Drawing, station: Station, block: Block, top: float) -> list[Mark]:
    """A station's words from y on, on a plate so that no line runs through them."""
    marks: list[Mark] = []
    x, y = station.x, top
    wide = max((widest([one.text], one.size, one.weight, one.italic) for one in block.lines), default=0.0)
    marks.append(Rect(x - wide / 2 - 3, y, wide + 6, LINE * len(block.lines), "paper", radius=2))
    for one in block.lines:
        marks.append(
            Text(x, y + 11.5, one.text, one.size, one.weight, one.italic, anchor="middle", fill=one.fill)
        )
        y += LINE
    if block.bar:
        marks += _bar(drawing, block, x, y + 3)
        y += 16
    if block.partner:
        inside = max(widest([one.text], one.size, one.weight) for one in block.partner)
        high = LINE * len(block.partner) + 14
        marks.append(
            Rect(
                x - inside / 2 - 14, y + 5, inside + 28, high, "paper", "ink-2", 1.2, radius=3, texture="dots"
            )
        )
        marks.append(Rect(x - inside / 2 - 6, y + 9, inside + 12, high - 8, "paper", radius=2))
        y += 11
        for one in block.partner:
            marks.append(Text(x, y + 11.5, one.text, one.size, one.weight, anchor="middle", fill=one.fill))
            y += LINE
    return marks


def _bar(drawing: Drawing, block: Block, x: float, y: float) -> list[Mark]:
    """A count before the outline of the whole."""
    left = x - BAR / 2
    if block.share is None:
        drawing.use("unseen")
        return [Rect(left, y, BAR, 8, "paper", "line-strong", 1.2, (2.5, 2))]
    marks: list[Mark] = [Rect(left, y, BAR, 8, "paper", "line-strong", 1)]
    if block.share:
        drawing.use("few" if block.few else "counted")
        wide = max(3.0, BAR * block.share)
        marks.append(
            Rect(left, y, wide, 8, "paper", "ink-2", 1.2) if block.few else Rect(left, y, wide, 8, "ink-2")
        )
    return marks


def station_sign(drawing: Drawing, station: Station) -> list[Mark]:
    """The role's badge on the path; filled where evidence knows the feeling, ringed at a moment of truth."""
    facts = station.facts
    x, y = station.x, station.y
    marks: list[Mark] = []
    size = min(22.0, 34 / badge_width(facts.sign, 1))
    if facts.step.moment_of_truth:
        drawing.use("moment")
        marks.append(Circle(x, y, RING, "paper", "ink", 1.7))
    else:
        marks.append(Circle(x, y, RING - 4, "paper"))
    if facts.step.feels is None:
        marks.append(Circle(x, y, RING - 3, None, "line-strong", 1.3, (2.5, 2.5)))
    filled = bool(facts.evidence) and facts.step.feels is not None
    drawing.use("badge-known" if filled else "badge-assumed")
    marks.append(role_badge(facts.sign, x, y, size, filled))
    level = drawing.levels.get(facts.step.id)
    if level:
        drawing.use(f"finding-{level}")
        marks += (warning if level == "error" else caution)(x + 17, y - 15, 12)
    return marks


@dataclass(frozen=True)
class Hand:
    """Work that changes hands before a station: its words, and whether anybody described how."""

    change: Change
    lines: tuple[Words, ...]

    @property
    def height(self) -> float:
        """Of its words."""
        return LINE * len(self.lines)

    @property
    def width(self) -> float:
        """Of its widest line."""
        return max((widest([one.text], one.size, one.weight) for one in self.lines), default=0.0)


def hand_of(drawing: Drawing, change: Change, room: float) -> Hand:
    """From whom to whom, what is passed and within what time; in words where nobody described it."""
    reader = drawing.reader
    label = drawing.facts.workspace.label
    teams = f"{label('teams', change.from_team)} → {label('teams', change.to_team)}"
    lines = [Words(line, 12, 600) for line in wrap(teams, room, 12, 600, drawing.language)]
    if change.handoff is None:
        said = wrap(reader("diagrams.handoff-missing"), room, 12, 500, reader.language)
        lines += [Words(line, 12, 500, "negative") for line in said]
    else:
        said = wrap(handoff_words(change.handoff, drawing), room, 12, 400, drawing.language)
        lines += [Words(line, 12, 400, "ink-2") for line in said if line.strip()]
    return Hand(change, tuple(lines))


def hand_marks(
    drawing: Drawing, hand: Hand, x: float, y: float, words_x: float, top: float, anchor: Anchor
) -> list[Mark]:
    """The capsule on the path at (x, y), its words from `top` on at `words_x`."""
    described = hand.change.handoff is not None
    drawing.use("handoff" if described else "missing-handoff")
    marks: list[Mark] = list((handoff if described else missing_handoff)(x, y))
    left = words_x - {"start": 0.0, "middle": hand.width / 2, "end": hand.width}[anchor]
    marks.append(Rect(left - 3, top, hand.width + 6, hand.height, "paper", radius=2))
    for number, one in enumerate(hand.lines):
        baseline = top + LINE * number + 11.5
        marks.append(Text(words_x, baseline, one.text, one.size, one.weight, anchor=anchor, fill=one.fill))
    return marks
