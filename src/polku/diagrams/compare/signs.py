"""The signs of a comparison, and the legend of those that were drawn."""

from __future__ import annotations

from polku.diagrams.parts import signs
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import LegendEntry, Sign
from polku.diagrams.parts.legend import SIGNS
from polku.scene import Circle, Line, Mark, Path, Rect, Text, text_lines, text_width, wrap


def as_is_dot(x: float, y: float, r: float = 4.5) -> Circle:
    """A feeling as it is today, where it is to be another."""
    return Circle(x, y, r, "paper", "line-strong", 1.6)


def up(x: float, y: float, size: float = 10.0) -> Path:
    """It would feel better: a triangle on its base."""
    return _triangle(x, y, size, "positive", -1)


def down(x: float, y: float, size: float = 10.0) -> Path:
    """It would feel worse: a triangle on its tip."""
    return _triangle(x, y, size, "negative", 1)


def difference_marks(drawing: Drawing, difference: int, x: float, y: float) -> list[Mark]:
    """A triangle and by how much, around a centre."""
    better = difference > 0
    drawing.use("better" if better else "worse")
    words = str(abs(difference))
    wide = text_width(words, 13, 600)
    left = x - (wide + 15) / 2
    triangle = up(left + 5, y) if better else down(left + 5, y)
    return [triangle, Text(left + 15, y + 4.6, words, 13, 600, fill="positive" if better else "negative")]


def hoped_marks(drawing: Drawing, state: str, x: float, y: float, room: float) -> list[Mark]:
    """Whether a change is hoped for or was measured, at the foot of its card."""
    words = drawing.reader(f"compare.{state}")
    sign = signs.measured_bars(x + 5, y - 4) if state == "measured" else signs.assumed_square(x + 5, y - 4)
    if text_width(words, 12) > room:
        return list(sign)
    return [*sign, Text(x + 15, y, words, 12, fill="ink-2" if state == "measured" else "ink-3")]


def nobody_marks(drawing: Drawing, x: float, y: float, width: float) -> tuple[list[Mark], float]:
    """A change that no improvement carries: a dashed box; returns the y below it."""
    lines = wrap(drawing.reader("compare.nobody"), width - 16, 12, 600, drawing.reader.language)
    high = 15 * len(lines) + 11
    return [
        Rect(x, y, width, high, "paper", "negative", 1.4, (4, 3), 3),
        *text_lines(lines, x + 8, y + 17, size=12, weight=600, fill="negative"),
    ], y + high


def compare_legend(drawing: Drawing) -> list[LegendEntry]:
    """Entries for the signs used, the comparison's own before those that all drawings share."""
    own = [
        LegendEntry(sign, drawing.reader(f"compare.legend-{name}"), width)
        for name, (sign, width) in OWN.items()
        if name in drawing.used
    ]
    shared = [
        LegendEntry(sign, drawing.reader(f"diagrams.legend-{name}"), width)
        for name, (sign, width) in SIGNS.items()
        if name in drawing.used and name not in OWN
    ]
    return [*own, *shared]


def _triangle(x: float, y: float, size: float, fill: str, way: int) -> Path:
    half, tip = size / 2, size * 0.46
    return Path(
        (("M", x - half, y - way * tip), ("L", x + half, y - way * tip), ("L", x, y + way * tip), ("Z",)),
        fill=fill,
    )


def _curve(stroke: str) -> Sign:
    return lambda x, y: (Line(x - 13, y, x + 13, y, stroke, 2),)


def _as_is(x: float, y: float) -> tuple[Mark, ...]:
    return Line(x - 13, y, x + 13, y, "line-strong", 2), as_is_dot(x, y)


def _not_there(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 10, y - 6.5, 20, 13, None, "line-strong", 1.2, (1.5, 3), 2),)


def _nobody(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 10, y - 6.5, 20, 13, "paper", "negative", 1.4, (4, 3), 2),)


OWN: dict[str, tuple[Sign, float]] = {
    "to-be": (_curve("ink"), 26.0),
    "as-is": (_as_is, 26.0),
    "better": (lambda x, y: (up(x, y),), 10.0),
    "worse": (lambda x, y: (down(x, y),), 10.0),
    "hoped": (signs.assumed_square, 9.0),
    "measured": (signs.measured_bars, 10.0),
    "not-there": (_not_there, 20.0),
    "nobody": (_nobody, 20.0),
}
"""Signs of a comparison with their widths, in the order its legend shows them."""
