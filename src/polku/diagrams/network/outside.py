"""What stands around the network: in its corners where there is room, else in columns beneath."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from polku.diagrams.network.layout import Block
from polku.diagrams.network.meetings import LeftOutside, Meeting
from polku.diagrams.parts import signs
from polku.diagrams.parts.drawing import Words
from polku.diagrams.parts.ellipse import Ellipse
from polku.diagrams.parts.frame import badge_width, role_badge
from polku.diagrams.parts.journey import JourneyFacts, StepFacts, step_label
from polku.diagrams.parts.moving import moved_all
from polku.scene import Circle, Group, Line, Mark, Rect, Text, text_width, walk, wrap
from polku.words import Reader

CORNER = 226.0
"""Width of a list in a corner, and the least of one beneath."""

GAP = 28.0

Build = Callable[[float, float, float], tuple[list[Mark], float]]
"""(x, y, width) → marks and the y below them."""


@dataclass(frozen=True)
class Entry:
    """One thing in a list.

    Args:
        ties: numbers of the meetings it is tied to by a line, where one can be drawn.
        wide: width of its frame, where that line ends; high: its height.
    """

    build: Build
    ties: tuple[int, ...] = ()
    wide: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Listing:
    """A heading, a note and what stands under them."""

    name: str
    heading: str
    note: str
    entries: tuple[Entry, ...]


@dataclass
class Placed:
    """Lists in corners with their blocks, and those that found no room."""

    marks: list[Mark] = field(default_factory=list)
    words: list[Block] = field(default_factory=list)
    """Blocks of the things in the lists, for lines that must go past them."""
    ends: list[tuple[int, float, float]] = field(default_factory=list)
    """(number of a meeting, x, y): where a line from it would end."""
    left_over: list[Listing] = field(default_factory=list)


def alone_listing(facts: JourneyFacts, reader: Reader, language: str) -> Listing | None:
    """Steps at which nobody and nothing of the company is met."""
    steps = [one for one in facts.steps if not one.step.touchpoint]
    if not steps:
        return None
    total = len(facts.steps)
    return Listing(
        "alone",
        reader("network.alone", count=len(steps)),
        reader("network.alone-note"),
        tuple(Entry(_alone(one, total, reader, language)) for one in steps),
    )


def outside_listing(outside: LeftOutside, kinds: Mapping[str, str | None], reader: Reader) -> Listing | None:
    """Touchpoints, teams and channels that no step meets."""
    if not outside.count:
        return None
    # What is wide stands first, where a corner is wide.
    entries = []
    if outside.channels:
        named = reader("network.channels", channels=[one.name or one.id for one in outside.channels])
        entries.append(Entry(_plain(named)))
    teams = [
        reader("network.external", team=team.name or team.id) if team.external else team.name or team.id
        for team in outside.teams
    ]
    entries += [Entry(_dashed(name)) for name in sorted(teams, key=len, reverse=True)]
    entries += [
        Entry(_outside_touchpoint(one.label, kinds.get(one.channel or ""))) for one in outside.touchpoints
    ]
    return Listing("outside", reader("network.outside"), reader("network.outside-note"), tuple(entries))


def system_listing(
    facts: JourneyFacts, found: Sequence[Meeting], reader: Reader, language: str
) -> Listing | None:
    """Systems behind the meetings."""
    ids = dict.fromkeys(id for meeting in found for id in meeting.systems)
    if not ids:
        return None
    entries = []
    for id in ids:
        ties = tuple(number for number, meeting in enumerate(found) if id in meeting.systems)
        name = facts.workspace.label("systems", id)
        at = reader("network.at", places=_few([found[number].name for number in ties], reader))
        entries.append(_framed(name, at, ties, language, partner=False))
    return Listing("systems", reader("network.systems"), "", tuple(entries))


def partner_listing(
    facts: JourneyFacts, found: Sequence[Meeting], reader: Reader, language: str
) -> Listing | None:
    """Partners, where they take part, and how content they are."""
    ids = dict.fromkeys(one.step.partner.id for one in facts.steps if one.step.partner)
    if not ids:
        return None
    entries = []
    for id in ids:
        ties = tuple(number for number, meeting in enumerate(found) if id in meeting.partners)
        parts = []
        if ties:
            parts.append(reader("network.at", places=_few([found[number].name for number in ties], reader)))
        document = facts.workspace.partners.get(id)
        satisfaction = document.satisfaction if document else None
        if satisfaction and satisfaction.score is not None and satisfaction.scale:
            parts.append(reader("network.content", score=satisfaction.score, scale=satisfaction.scale))
        else:
            parts.append(reader("network.content-unknown"))
        name = facts.workspace.label("partners", id)
        entries.append(_framed(name, ", ".join(parts), ties, language, partner=True))
    return Listing("partners", reader("network.partners", count=len(ids)), "", tuple(entries))


def in_corners(
    wanted: Sequence[tuple[Listing | None, str]],
    box: Block,
    arc: Ellipse,
    taken: Sequence[Block],
    language: str,
) -> Placed:
    """Put each list in the corner it wants, else in a free one, else leave it over.

    Args:
        wanted: lists with `top-left`, `top-right`, `bottom-left` or `bottom-right`.
        box: the whole drawing around the centre; arc: outer edge of the teams' arc.
        taken: words of the teams, which stay free.
    """
    placed = Placed()
    free = ["top-left", "top-right", "bottom-left", "bottom-right"]
    for listing, corner in wanted:
        if listing is None:
            continue
        drawn, height = draw_listing(listing, 0.0, 0.0, CORNER, language)
        natural = max(block.right for block in _blocks(drawn))
        for tried in (corner, *(other for other in free if other != corner)):
            if tried not in free:
                continue
            x = box.left if tried.endswith("left") else box.right - natural
            y = box.top if tried.startswith("top") else box.bottom - height
            if not _clear(_blocks(moved_all(drawn, x, y)), arc, taken):
                continue
            free.remove(tried)
            marks, _ = draw_listing(listing, x, y, CORNER, language, placed)
            placed.marks.append(Group(tuple(marks), id=f"list-{listing.name}", role="list"))
            break
        else:
            placed.left_over.append(listing)
    return placed


def beneath(
    listings: Sequence[Listing], x: float, y: float, width: float, language: str
) -> tuple[list[Mark], float]:
    """Lists one under another over the whole width, their things in columns."""
    marks: list[Mark] = []
    columns = max(1, int((width + GAP) // (CORNER + GAP)))
    each = (width + GAP) / columns - GAP
    for listing in listings:
        inside: list[Mark] = [Line(x, y, x + width, y)]
        words = Words(x, y + 24, width, language)
        words.add(listing.heading, 13, 600)
        if listing.note:
            words.add(listing.note, 12, fill="ink-3")
        inside += words.marks
        y = words.y
        for start in range(0, len(listing.entries), columns):
            bottom = y
            for place, entry in enumerate(listing.entries[start : start + columns]):
                found, low = entry.build(x + place * (each + GAP), y, each)
                inside += found
                bottom = max(bottom, low)
            y = bottom + 10
        marks.append(Group(tuple(inside), id=f"list-{listing.name}", role="list"))
        y += 14
    return marks, y


def draw_listing(
    listing: Listing,
    x: float,
    y: float,
    width: float,
    language: str,
    placed: Placed | None = None,
) -> tuple[list[Mark], float]:
    """A list in one column; y is its upper edge. What lines must know of it is added to `placed`."""
    words = Words(x, y + 12, width, language)
    words.add(listing.heading, 13, 600)
    if listing.note:
        words.add(listing.note, 12, fill="ink-3", line=1.33)
    marks: list[Mark] = list(words.marks)
    y = words.y - 4
    boxes = []
    for entry in listing.entries:
        found, bottom = entry.build(x, y, width)
        marks += found
        if entry.ties:
            boxes.append((entry, y + entry.high / 2))
            if placed is not None:
                placed.words.append(Block(x + 6, y + 6, x + entry.wide - 6, bottom))
        y = bottom + 7
    if placed is not None and boxes:
        placed.ends += _ends(boxes, x, marks)
    return marks, y - 7


def _ends(
    boxes: Sequence[tuple[Entry, float]], x: float, marks: list[Mark]
) -> list[tuple[int, float, float]]:
    """Where lines to things of a list end; one bracket before them all where all have the same lines."""
    first = boxes[0][0]
    if len(boxes) > 1 and all(entry.ties == first.ties for entry, _ in boxes):
        # On the right side of the page lines come from the left; on the left from the right.
        edge = x - 10 if x > 0 else x + max(entry.wide for entry, _ in boxes) + 10
        marks.append(Line(edge, boxes[0][1], edge, boxes[-1][1], "ink-2", 1.2))
        marks += [
            Line(edge, middle, x if x > 0 else x + entry.wide, middle, "ink-2", 1.2)
            for entry, middle in boxes
        ]
        return [(number, edge, (boxes[0][1] + boxes[-1][1]) / 2) for number in first.ties]
    return [
        (number, x if x > 0 else x + entry.wide, middle) for entry, middle in boxes for number in entry.ties
    ]


def _clear(blocks: Sequence[Block], arc: Ellipse, taken: Sequence[Block]) -> bool:
    roomy = arc.grown(12)
    for block in blocks:
        # The point of a block nearest to the middle is inside the arc if any point is.
        x = min(max(0.0, block.left), block.right)
        y = min(max(0.0, block.top), block.bottom)
        if roomy.holds(x, y) or any(block.meets(other, 12) for other in taken):
            return False
    return True


def _blocks(marks: Sequence[Mark]) -> list[Block]:
    """What words, frames and rings take up."""
    found = []
    for mark in walk(tuple(marks)):
        if isinstance(mark, Text):
            wide = text_width(mark.text, mark.size, mark.weight)
            left = mark.x - (wide / 2 if mark.anchor == "middle" else 0.0)
            found.append(Block(left, mark.y - 11, left + wide, mark.y + 3))
        elif isinstance(mark, Rect):
            found.append(Block(mark.x, mark.y, mark.x + mark.width, mark.y + mark.height))
        elif isinstance(mark, Circle):
            found.append(Block(mark.cx - mark.r, mark.cy - mark.r, mark.cx + mark.r, mark.cy + mark.r))
    return found


def _alone(one: StepFacts, total: int, reader: Reader, language: str) -> Build:
    def build(x: float, y: float, width: float) -> tuple[list[Mark], float]:
        room = max(26.0, badge_width(one.sign, 17) + 9)
        words = Words(x + room, y + 12, width - room, language)
        words.add(one.step.label, 12, 500)
        inside = (role_badge(one.sign, x + room / 2 - 4.5, y + 8, 17), *words.marks)
        label = step_label(one, total, reader)
        group = Group(inside, id=f"step-{one.step.id}", role="step", label=label, focusable=True)
        return [group], max(words.y - 12, y + 18)

    return build


def _outside_touchpoint(name: str, kind: str | None) -> Build:
    def build(x: float, y: float, width: float) -> tuple[list[Mark], float]:
        words = Words(x + 36, y + 18, width - 36, "en")
        words.add(name, 13)
        ring = _ring(x + 13, y + 14, kind)
        return [*ring, *words.marks], max(words.y - 10, y + 27)

    return build


def _ring(x: float, y: float, kind: str | None) -> tuple[Mark, ...]:
    return (Circle(x, y, 13, "paper", "line-strong", 1.2, (4, 3)), *signs.channel(kind, x, y))


def _dashed(name: str) -> Build:
    def build(x: float, y: float, width: float) -> tuple[list[Mark], float]:
        lines = wrap(name, width - 22, 12, 500)
        wide = max(text_width(line, 12, 500) for line in lines) + 22
        high = len(lines) * 15 + 12
        frame = Rect(x, y, wide, high, "paper", "line-strong", 1.2, (4, 3), 4)
        return [frame, *_centred(lines, x + wide / 2, y + 18, 500)], y + high

    return build


def _plain(words: str) -> Build:
    def build(x: float, y: float, width: float) -> tuple[list[Mark], float]:
        set_words = Words(x, y + 11, width, "en").add(words, 12, fill="ink-3", line=1.33)
        return list(set_words.marks), set_words.y - 12

    return build


def _framed(name: str, note: str, ties: tuple[int, ...], language: str, *, partner: bool) -> Entry:
    """A system (a box with a lid) or a partner (dotted ground, its name on a clear plate), a note beneath."""
    inset = 10.0 if partner else 0.0
    lines = wrap(name, CORNER - 28 - 2 * inset, 13, 600, language)
    wide = max(text_width(line, 13, 600) for line in lines) + 24 + 2 * inset
    high = len(lines) * 16 + 15 + inset

    def build(x: float, y: float, width: float) -> tuple[list[Mark], float]:
        marks: list[Mark] = []
        if partner:
            marks.append(Rect(x, y, wide, high, "paper", "ink-2", 1.4, radius=3, texture="dots"))
            marks.append(Rect(x + 7, y + 6, wide - 14, high - 12, "paper", radius=2))
        else:
            marks.append(Rect(x, y, wide, high, "surface", "ink-2", 1.2))
            marks.append(Line(x, y + 5, x + wide, y + 5, "ink-2", 1.2))
        marks += _centred(lines, x + wide / 2, y + 21.5 + (inset / 2 if partner else 0), 600, 13)
        words = Words(x, y + high + 15, width, language).add(note, 12, fill="ink-3")
        return [*marks, *words.marks], words.y - 10

    return Entry(build, ties, wide, high)


def _centred(lines: Sequence[str], x: float, y: float, weight: int, size: float = 12.0) -> list[Mark]:
    return [
        Text(x, y + place * (size + 3), line, size, weight, anchor="middle")
        for place, line in enumerate(lines)
    ]


def _few(names: Sequence[str], reader: Reader, most: int = 3) -> str:
    """The first few names, and how many more."""
    if len(names) <= most:
        return reader.join(list(names))
    return reader("network.more", names=", ".join(names[: most - 1]), count=len(names) - most + 1)
