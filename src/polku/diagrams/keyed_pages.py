"""Round pictures on slides and sheets: drawn small with numbers in place of words too small to read, and what each means."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.drawing import Words
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.page_parts import Parts, parts_of, short_head
from polku.scene import Badge, Circle, Group, Line, Mark, Path, Rect, Scene, Text
from polku.scene.pptx_places import bounds
from polku.scene.pptx_words import paragraphs

LEAST = 12.0
ONE = ("role", "touchpoint", "team", "partner", "step")
"""Groups whose words together take one number."""

LISTS = "list"
"""Groups that are lists already: they leave the picture for the page of words."""

COLUMNS = 3
BETWEEN = 28.0
BESIDE = 270.0
"""Width of the words on either side of a picture, where one page holds both."""

APART = 17.5
"""Least distance of two numbers in px: their circles then meet at most."""
NEAR = 24.0
"""Words that follow so near on the page, in px, stand under one number."""

Block = tuple[list[Mark], float]
"""Marks that stay together, and their height."""

LEADERS = "leaders"
"""Lines to words that are no longer there."""


@dataclass
class _Entry:
    """A number and what it stands for; its first paragraph is its name."""

    number: int
    badge: Badge | None = None
    words: list[str] = field(default_factory=list)


@dataclass
class _Keys:
    """Numbers in the order of reading."""

    scale: float
    entries: list[_Entry] = field(default_factory=list)
    last: tuple[float, float, str, _Entry] | None = None

    def marks(self, marks: Sequence[Mark], entry: _Entry | None = None) -> Iterator[Mark]:
        """Marks of the size of the page, small words turned to numbers."""
        for one in paragraphs(marks):
            if isinstance(one, Group):
                inside = entry
                if one.role in ONE and entry is None:
                    inside = _Entry(0)
                yield replace(one, children=tuple(self.marks(one.children, inside)))
            elif isinstance(one, list | Text):
                yield from self.words(one if isinstance(one, list) else [one], entry)
            else:
                if isinstance(one, Badge) and entry is not None and entry.badge is None:
                    entry.badge = one
                yield scaled(one, self.scale)

    def words(self, lines: list[Text], entry: _Entry | None) -> Iterator[Mark]:
        said = " ".join(line.text for line in lines).strip()
        if lines[0].size * self.scale >= LEAST or not said:
            yield from (scaled(line, self.scale) for line in lines)
            return
        if len(said) <= 3 and entry is None:
            first = scaled(lines[0], self.scale)
            assert isinstance(first, Text)
            yield replace(first, size=LEAST, text=said)
            return
        box = bounds(lines)
        assert box is not None
        x = {"start": box[0], "middle": (box[0] + box[2]) / 2, "end": box[2]}[lines[0].anchor] * self.scale
        y = (box[1] + box[3]) / 2 * self.scale
        if entry is None:
            anchor = lines[0].anchor
            if self.last is not None and self.last[2] == anchor:
                near = max(abs(x - self.last[0]), abs(y - self.last[1])) < NEAR
            else:
                near = False
            entry = self.last[3] if near and self.last else _Entry(0)
            self.last = x, y, anchor, entry
        known = entry.number > 0
        entry.words.append(said)
        if known:
            return
        entry.number = len(self.entries) + 1
        self.entries.append(entry)
        x += {"start": 8.0, "middle": 0.0, "end": -8.0}[lines[0].anchor]
        yield Circle(x, y, 9, "surface", "line-strong", 1)
        yield Text(x, y + 4.3, str(entry.number), LEAST, 700, anchor="middle", fill="ink")


def keyed_pages(scene: Scene, title: str, room: tuple[float, float], *, slack: float = 1.0) -> list[Scene]:
    """The picture with numbers, and what they mean beside it where one page holds both, else on further ones.

    Args:
        slack: how many times larger than its room that one page may be.
    """
    parts = parts_of(scene)
    lists = [mark for mark in parts.body if isinstance(mark, Group) and mark.role == LISTS]
    body = [mark for mark in parts.body if mark not in lists and getattr(mark, "id", None) != LEADERS]
    width, height = room
    head, y = short_head(parts.head, title, width, scene.language)
    box = bounds(body)
    if box is None:
        return [scene]
    for more in sorted({1.0, slack}):
        together = _together(scene, parts, title, body, lists, (width * more, height * more))
        if together is not None:
            return [together]
    small, entries = _numbered(body, box, (width - 2 * MARGIN, height - y - 14))
    inside = bounds(small)
    assert inside is not None
    moved = moved_all(small, (width - inside[2] - inside[0]) / 2, y - inside[1])
    picture = replace(
        scene,
        width=width,
        height=height,
        title=title,
        marks=(Rect(0, 0, width, height, "paper"), head, *moved),
    )
    return [picture, *_said(scene, parts, title, entries, lists, room)]


def _numbered(
    body: Sequence[Mark], box: tuple[float, float, float, float], room: tuple[float, float]
) -> tuple[list[Mark], list[_Entry]]:
    """The picture as large as its room, and what its numbers stand for."""
    least = min(room[0] / (box[2] - box[0]), room[1] / (box[3] - box[1]), 1.0)
    # Without its words a picture is narrower, so that it may be larger.
    for percent in range(100, int(100 * least), -2):
        tried = percent / 100
        keys = _Keys(tried)
        small = list(keys.marks(body))
        inside = bounds(small)
        if inside and inside[2] - inside[0] <= room[0] and inside[3] - inside[1] <= room[1]:
            return small, keys.entries
    keys = _Keys(least)
    return list(keys.marks(body)), keys.entries


def _together(
    scene: Scene,
    parts: Parts,
    title: str,
    body: Sequence[Mark],
    lists: Sequence[Group],
    room: tuple[float, float],
) -> Scene | None:
    """The picture in the middle of a page and its words on both sides; None where they do not fit."""
    width, height = room
    head, y = short_head(parts.head, title, width, scene.language)
    box = bounds(body)
    assert box is not None
    middle = width - 2 * (MARGIN + BESIDE + BETWEEN)
    small, entries = _numbered(body, box, (middle, height - y - 14))
    inside = bounds(small)
    if inside is None or _crowded(small):
        return None
    blocks, tail = _blocks(parts, entries, lists, BESIDE, scene.language)
    columns = _columns(blocks, height - 12 - y - 6, 2)
    if tail or columns is None:
        return None
    page: list[Mark] = list(moved_all(small, (width - inside[2] - inside[0]) / 2, y - inside[1]))
    for place, column in enumerate(columns):
        top = y + 6
        for marks, high in column:
            page += moved_all(marks, MARGIN + place * (middle + BESIDE + 2 * BETWEEN), top)
            top += high + 7
    ground = Rect(0, 0, width, height, "paper")
    return replace(scene, width=width, height=height, title=title, marks=(ground, head, *page))


def _crowded(marks: Sequence[Mark]) -> bool:
    """Whether numbers stand so near that one hides another."""
    places = [(mark.x, mark.y) for mark in _texts(marks) if mark.text.isdigit() and mark.weight == 700]
    return any(math.dist(one, other) < APART for one, other in combinations(places, 2))


def _texts(marks: Sequence[Mark]) -> Iterator[Text]:
    for mark in marks:
        if isinstance(mark, Group):
            yield from _texts(mark.children)
        elif isinstance(mark, Text):
            yield mark


def _columns(blocks: Sequence[Block], room: float, most: int) -> list[list[Block]] | None:
    """Blocks in as many columns of that height; None where these do not hold them."""
    columns: list[list[Block]] = [[]]
    y = 0.0
    for block in blocks:
        if y + block[1] > room and columns[-1]:
            columns.append([])
            y = 0.0
        columns[-1].append(block)
        y += block[1] + 7
    return columns if len(columns) <= most else None


def _blocks(
    parts: Parts, entries: Sequence[_Entry], lists: Sequence[Group], width: float, language: str
) -> tuple[list[Block], list[Group]]:
    """Numbers with their words, lists and legend, each with its height; and what explains the picture beside them."""
    blocks = [_entry(entry, width, language) for entry in entries]
    blocks += [_list(one, width, language) for one in lists]
    tail = list(parts.tail)
    if tail and tail[-1].role == "legend":
        blocks += _legend(tail.pop(), width, language)
    return blocks, tail


def _said(
    scene: Scene,
    parts: Parts,
    title: str,
    entries: Sequence[_Entry],
    lists: Sequence[Group],
    room: tuple[float, float],
) -> Iterator[Scene]:
    """Columns of numbers with their words, the lists, and what explains the picture."""
    width, height = room
    each = (width - 2 * MARGIN - BETWEEN * (COLUMNS - 1)) / COLUMNS
    head, top = short_head(parts.head, title, width, scene.language)
    blocks, tail = _blocks(parts, entries, lists, each, scene.language)
    page: list[Mark] = []
    column, y, low = 0, top + 6, top
    for marks, high in blocks:
        if y + high > height - 12 and y > top + 6:
            column, y = column + 1, top + 6
            if column == COLUMNS:
                yield _page(scene, title, width, height, head, page)
                page, column, low = [], 0, top
        page += moved_all(marks, MARGIN + column * (each + BETWEEN), y)
        y += high + 7
        low = max(low, y)
    for part in tail:
        box = bounds((part,))
        if box is None:
            continue
        if low + 14 + box[3] - box[1] > height - 10:
            yield _page(scene, title, width, height, head, page)
            page, low = [], top
        page += moved_all((part,), 0.0, low + 14 - box[1])
        low += 14 + box[3] - box[1]
    if page:
        yield _page(scene, title, width, height, head, page)


def _page(scene: Scene, title: str, width: float, height: float, head: Group, marks: Sequence[Mark]) -> Scene:
    ground = Rect(0, 0, width, height, "paper")
    return replace(scene, width=width, height=height, title=title, marks=(ground, head, *marks), table=None)


def _entry(entry: _Entry, width: float, language: str) -> tuple[list[Mark], float]:
    marks: list[Mark] = [Text(18, 12, str(entry.number), LEAST, 700, anchor="end")]
    start = 28.0
    if entry.badge is not None:
        marks.append(replace(entry.badge, cx=36, cy=7.5, size=15))
        start = 52.0
    words = Words(start, 12, width - start, language)
    for place, said in enumerate(entry.words):
        words.add(said, LEAST, 600 if not place else 400, fill="ink" if not place else "ink-2")
    return [*marks, *words.marks], words.y - 12


def _legend(group: Group, width: float, language: str) -> Iterator[tuple[list[Mark], float]]:
    """Signs and what they mean, one under another; then how to read the drawing."""
    sign: list[Mark] = []
    children = [mark for mark in group.children if not isinstance(mark, Line) or mark.stroke != "line"]
    for mark in children:
        if not isinstance(mark, Text) or (len(mark.text) <= 2 and mark.anchor == "middle"):
            sign.append(mark)
            continue
        box = bounds(sign)
        wide = 0.0 if box is None else max(box[2] - box[0], 16.0) + 10
        words = Words(wide, 12, width - wide, language).add(mark.text, LEAST, fill="ink-2")
        placed = [] if box is None else moved_all(sign, -box[0], 7.5 - (box[1] + box[3]) / 2)
        yield [*placed, *words.marks], words.y - 12
        sign = []


def _list(group: Group, width: float, language: str) -> tuple[list[Mark], float]:
    words = Words(0, 12, width, language)
    for place, one in enumerate(_paragraphs(group.children)):
        words.add(one, LEAST, 600 if not place else 400, fill="ink" if not place else "ink-2")
    return list(words.marks), words.y - 12


def _paragraphs(marks: Sequence[Mark]) -> Iterator[str]:
    for one in paragraphs(marks):
        if isinstance(one, Group):
            yield from _paragraphs(one.children)
        elif isinstance(one, list):
            yield " ".join(line.text for line in one)
        elif isinstance(one, Text):
            yield one.text


def scaled(mark: Mark, by: float) -> Mark:
    """The same mark, everything of it so many times as large but strokes."""
    if isinstance(mark, Group):
        return replace(mark, children=tuple(scaled(child, by) for child in mark.children))
    if isinstance(mark, Line):
        return replace(mark, x1=mark.x1 * by, y1=mark.y1 * by, x2=mark.x2 * by, y2=mark.y2 * by)
    if isinstance(mark, Circle):
        return replace(mark, cx=mark.cx * by, cy=mark.cy * by, r=mark.r * by)
    if isinstance(mark, Badge):
        return replace(mark, cx=mark.cx * by, cy=mark.cy * by, size=mark.size * by)
    if isinstance(mark, Path):
        segments = tuple(
            (segment[0], *(float(value) * by for value in segment[1:])) for segment in mark.segments
        )
        return replace(mark, segments=segments)
    if isinstance(mark, Rect):
        return replace(
            mark,
            x=mark.x * by,
            y=mark.y * by,
            width=mark.width * by,
            height=mark.height * by,
            radius=mark.radius * by,
        )
    return replace(mark, x=mark.x * by, y=mark.y * by, size=mark.size * by, bend=mark.bend * by)
