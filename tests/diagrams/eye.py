"""Looks at a scene as a careful reader would: overlaps, words that are cut or leave their place, type too small."""

from __future__ import annotations

from dataclasses import dataclass

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


def texts(scene: Scene) -> list[Text]:
    return [mark for mark in walk(scene.marks) if isinstance(mark, Text)]


def overlaps(scene: Scene) -> list[tuple[str, str]]:
    """Pairs of lines that lie over one another."""
    boxes = sorted((box(text) for text in texts(scene)), key=lambda found: found.top)
    found = []
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            if other.top >= one.bottom:
                break
            if one.meets(other):
                found.append((one.words, other.words))
    return found


def outside(scene: Scene) -> list[str]:
    """Lines that leave the page."""
    return [
        one.words
        for one in map(box, texts(scene))
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
