"""Finding room for words beside their signs: tried in order, taken where nothing else stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from polku.scene import Mark, Rect, Text, text_width, widest, wrap
from polku.scene.marks import Anchor

LINE_HEIGHT = 1.25


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of words in their place; y is the first baseline."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: float = 12.5
    weight: int = 500
    anchor: Anchor = "start"
    italic: bool = False

    @property
    def box(self) -> Box:
        """What the words cover, from the first line's caps to the last line's descenders."""
        wide = widest(self.lines, self.size, self.weight, self.italic)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        last = self.y + (len(self.lines) - 1) * self.size * LINE_HEIGHT
        return Box(left, self.y - 0.78 * self.size, left + wide, last + 0.24 * self.size)

    def marks(self, dy: float = 0.0, *, fill: str = "ink", plate: str | None = "paper") -> list[Mark]:
        """The words, on a plate that keeps thin rules away from them."""
        found: list[Mark] = []
        step = self.size * LINE_HEIGHT
        for place, line in enumerate(self.lines):
            if not line:
                continue
            y = self.y + dy + place * step
            if plate:
                wide = text_width(line, self.size, self.weight, self.italic)
                left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
                found.append(Rect(left - 2, y - 0.8 * self.size, wide + 4, self.size * 1.08, plate))
            found.append(Text(self.x, y, line, self.size, self.weight, self.italic, self.anchor, fill))
        return found


@dataclass
class Field:
    """A part of the page with what stands in it already."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)

    def take(self, *boxes: Box) -> None:
        """Keep others away from these."""
        self.taken += boxes

    def free(self, box: Box, pad: float = 2.0, but: Box | None = None) -> bool:
        """Whether a box lies inside and meets nothing, `but` not looked at."""
        left, top, right, bottom = box.left - pad, box.top, box.right + pad, box.bottom
        edge = self.bounds
        if box.left < edge.left or top < edge.top or box.right > edge.right or bottom > edge.bottom:
            return False
        for one in self.taken:
            meets = one.left < right and left < one.right and one.top < bottom and top < one.bottom
            if meets and one is not but:
                return False
        return True

    def place(self, candidates: Iterable[Label], but: Box | None = None) -> Label | None:
        """The first candidate that has room; it then takes that room."""
        for label in candidates:
            if self.free(label.box, but=but):
                self.take(label.box)
                return label
        return None


def around(
    text: str,
    x: float,
    y: float,
    radius: float,
    language: str,
    *,
    size: float = 12.5,
    weight: int = 500,
    widths: tuple[float, ...] = (112.0, 150.0, 84.0),
    right: float = 300.0,
    most_lines: int = 6,
) -> Iterator[Label]:
    """Places for words around a sign, best first: right of it, below, above, then beside in several lines.

    Args:
        right: up to this width the words stand on one line beside the sign.
    """
    whole = wrap(text, right, size, weight, language)
    if len(whole) == 1:
        yield Label(whole, x + radius + 5, y + 0.34 * size, size, weight)
    step = size * LINE_HEIGHT
    sets = [lines for wide in widths if len(lines := wrap(text, wide, size, weight, language)) <= most_lines]
    sets = list(dict.fromkeys(sets))
    below = y + radius + 3 + size
    for lines in sets:
        yield Label(lines, x + 7, below, size, weight)
        yield Label(lines, x, below, size, weight, "middle")
        yield Label(lines, x - radius, below, size, weight)
        yield Label(lines, x + radius, below, size, weight, "end")
        yield Label(lines, x - 7, below, size, weight, "end")
    for lines in sets:
        above = y - radius - 7 - (len(lines) - 1) * step
        yield Label(lines, x + 7, above, size, weight)
        yield Label(lines, x, above, size, weight, "middle")
        yield Label(lines, x - radius, above, size, weight)
        yield Label(lines, x + radius, above, size, weight, "end")
        yield Label(lines, x - 7, above, size, weight, "end")
    for lines in sets:
        # Higher still, over what stands above the neighbours.
        above = y - radius - 19 - (len(lines) - 1) * step
        yield Label(lines, x, above, size, weight, "middle")
        yield Label(lines, x - radius, above, size, weight)
        yield Label(lines, x + radius, above, size, weight, "end")
    for lines in sets:
        first = y + 0.34 * size - (len(lines) - 1) * step / 2
        yield Label(lines, x + radius + 5, first, size, weight)
        yield Label(lines, x - radius - 5, first, size, weight, "end")
