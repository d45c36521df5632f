"""Looks at a scene as a careful reader would: overlaps, words that are cut or leave their place, type too small."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, degrees, hypot, radians, sin

from polku.scene import Badge, Group, Mark, Path, Rect, Scene, Text, text_width, walk

LEAST_TYPE = 11.5
SLACK = 0.6


@dataclass(frozen=True)
class Box:
    """Where one line of words stands."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right - SLACK
            and other.left < self.right - SLACK
            and self.top < other.bottom - SLACK
            and other.top < self.bottom - SLACK
        )


def box(text: Text) -> Box:
    """The box of a line, from the letters' own heights (a cap's top to a descender's foot)."""
    wide = text_width(text.text, text.size, text.weight, text.italic) + text.spacing * len(text.text)
    left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
    return Box(text.text, left, text.y - 0.74 * text.size, left + wide, text.y + 0.22 * text.size)


def corners(text: Text) -> list[list[tuple[float, float]]]:
    """The corners of a line's box as it is turned; words that are bent, in pieces along their circle."""
    one = box(text)
    if not text.bend:
        return [
            [
                turned(x, y, text.x, text.y, text.rotate)
                for x, y in (
                    (one.left, one.top),
                    (one.right, one.top),
                    (one.right, one.bottom),
                    (one.left, one.bottom),
                )
            ]
        ]
    centre = turned(text.x, text.y + text.bend, text.x, text.y, text.rotate)
    pieces = max(1, round((one.right - one.left) / 24))
    wide = (one.right - one.left) / pieces
    found = []
    for piece in range(pieces):
        angle = degrees((piece + 0.5 - pieces / 2) * wide / text.bend)
        flat = [
            turned(x, y, text.x, text.y, text.rotate)
            for x, y in (
                (text.x - wide / 2, one.top),
                (text.x + wide / 2, one.top),
                (text.x + wide / 2, one.bottom),
                (text.x - wide / 2, one.bottom),
            )
        ]
        found.append([turned(x, y, *centre, angle) for x, y in flat])
    return found


def turned(x: float, y: float, cx: float, cy: float, angle: float) -> tuple[float, float]:
    """A point turned clockwise around another."""
    c, s = cos(radians(angle)), sin(radians(angle))
    return cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c


def around(text: Text) -> Box:
    """The upright box around a line, turned or not."""
    points = [point for piece in corners(text) for point in piece]
    across, down = [x for x, _ in points], [y for _, y in points]
    return Box(text.text, min(across), min(down), max(across), max(down))


def turns(*lines: Text) -> bool:
    return any(line.rotate or line.bend for line in lines)


def cross(one: Text, other: Text) -> bool:
    """Whether two turned lines meet: no straight line can be drawn between any two of their pieces."""
    return any(not apart(a, b) for a in corners(one) for b in corners(other))


def apart(a: list[tuple[float, float]], b: list[tuple[float, float]]) -> bool:
    for form in (a, b):
        for place in range(2):
            (x1, y1), (x2, y2) = form[place], form[place + 1]
            far = hypot(x2 - x1, y2 - y1) or 1.0
            nx, ny = (y1 - y2) / far, (x2 - x1) / far
            left = [x * nx + y * ny for x, y in a]
            right = [x * nx + y * ny for x, y in b]
            if max(left) < min(right) + SLACK or max(right) < min(left) + SLACK:
                return True
    return False


def texts(scene: Scene) -> list[Text]:
    return [mark for mark in walk(scene.marks) if isinstance(mark, Text)]


def overlaps(scene: Scene) -> list[tuple[str, str]]:
    """Pairs of lines that lie over one another."""
    boxes = sorted(((around(text), text) for text in texts(scene)), key=lambda found: found[0].top)
    found = []
    for place, (one, text) in enumerate(boxes):
        for other, words in boxes[place + 1 :]:
            if other.top >= one.bottom:
                break
            if one.meets(other) and (not turns(text, words) or cross(text, words)):
                found.append((one.words, other.words))
    return found


def outside(scene: Scene) -> list[str]:
    """Lines that leave the page."""
    return [
        one.words
        for one in map(around, texts(scene))
        if one.left < 0 or one.top < 0 or one.right > scene.width + SLACK or one.bottom > scene.height
    ]


def too_small(scene: Scene) -> list[str]:
    """Lines set smaller than anybody should have to read."""
    return [text.text for text in texts(scene) if text.size < LEAST_TYPE]


def steps_drawn(scene: Scene) -> list[str]:
    """Ids of the steps, in the order they are read."""
    return [
        (mark.id or "").removeprefix("step-")
        for mark in walk(scene.marks)
        if isinstance(mark, Group) and mark.role == "step"
    ]


def beyond_cards(scene: Scene) -> list[str]:
    """Lines that begin inside a step's card and leave it."""
    found = []
    for mark in walk(scene.marks):
        if not isinstance(mark, Group) or mark.role != "step":
            continue
        card = next((bounds(child) for child in mark.children if is_card(child)), None)
        if card is None:
            found.append(f"{mark.id} has no card")
            continue
        left, top, right, bottom = card
        for child in mark.children:
            if isinstance(child, Text) and top <= child.y <= bottom:
                one = box(child)
                if one.left < left or one.right > right or one.top < top or one.bottom > bottom:
                    found.append(one.words)
    return found


def is_card(mark: Mark) -> bool:
    """A framed form as large as a card."""
    if not isinstance(mark, Rect | Path) or not mark.stroke:
        return False
    left, top, right, bottom = bounds(mark)
    return right - left > 60 and bottom - top > 70


def bounds(mark: Rect | Path) -> tuple[float, float, float, float]:
    if isinstance(mark, Rect):
        return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    across = [float(value) for segment in mark.segments for value in segment[1::2]]
    down = [float(value) for segment in mark.segments for value in segment[2::2]]
    return min(across), min(down), max(across), max(down)


def badges(scene: Scene) -> list[Badge]:
    return [mark for mark in walk(scene.marks) if isinstance(mark, Badge)]
