"""The small signs that every drawing shares, each drawn around a centre."""

from __future__ import annotations

from polku.scene import Circle, Line, Mark, Path, Rect, Segment, Text

KAPPA = 0.5523
"""How far a control point stands from its node, in radii, to make a quarter of a circle."""


def arrow_head(x: float, y: float, *, angle: str = "right", size: float = 7.0, fill: str = "ink") -> Path:
    """A filled triangle whose tip is at (x, y)."""
    back, side = size, size * 0.45
    points = {
        "right": ((-back, -side), (-back, side)),
        "left": ((back, -side), (back, side)),
        "down": ((-side, -back), (side, -back)),
        "up": ((-side, back), (side, back)),
    }[angle]
    return Path((("M", x, y), *(("L", x + dx, y + dy) for dx, dy in points), ("Z",)), fill=fill)


def moment_of_truth(x: float, y: float, ground: str = "surface") -> tuple[Mark, ...]:
    """A bullseye."""
    return Circle(x, y, 6.6, ground, "ink", 1.5), Circle(x, y, 2.9, "ink")


def evidence_square(x: float, y: float) -> tuple[Mark, ...]:
    """One piece of evidence: a filled square."""
    return (Rect(x - 4.5, y - 4.5, 9, 9, fill="ink"),)


def assumed_square(x: float, y: float) -> tuple[Mark, ...]:
    """No evidence: a hollow dashed square."""
    return (Rect(x - 4.5, y - 4.5, 9, 9, stroke="line-strong", stroke_width=1.2, dash=(2.25, 2.25)),)


def clock(x: float, y: float, stroke: str = "ink-2") -> tuple[Mark, ...]:
    """Old or late."""
    return (
        Circle(x, y, 5.2, None, stroke, 1.3),
        Path((("M", x, y - 3), ("L", x, y), ("L", x + 2.4, y + 1)), stroke=stroke, stroke_width=1.3),
    )


def measured_bars(x: float, y: float) -> tuple[Mark, ...]:
    """Counted from data: three small bars."""
    return (
        Rect(x - 5, y - 1, 2.6, 5.5, fill="ink-2"),
        Rect(x - 1.3, y - 5, 2.6, 9.5, fill="ink-2"),
        Rect(x + 2.4, y - 3, 2.6, 7.5, fill="ink-2"),
    )


def handoff(x: float, y: float) -> tuple[Mark, ...]:
    """Work that changes hands: a capsule with a broken line and an arrow."""
    return (
        Rect(x - 14, y - 8, 28, 16, "surface", "ink", 1.4, radius=8),
        Line(x - 8, y, x - 2, y, "ink", 1.8),
        Line(x + 0.5, y, x + 5, y, "ink", 1.8),
        arrow_head(x + 9, y, size=5.5),
    )


def missing_handoff(x: float, y: float) -> tuple[Mark, ...]:
    """Work changes hands and nobody described how."""
    return (
        Rect(x - 14, y - 8, 28, 16, "surface", "negative", 1.4, dash=(3, 2.5), radius=8),
        Text(x, y + 4.3, "?", 12, 700, anchor="middle", fill="negative"),
    )


def warning(x: float, y: float, size: float = 12.0) -> tuple[Mark, ...]:
    """An error or an unintended way: a filled triangle with an exclamation mark."""
    half = size / 2
    return (
        Path(
            (
                ("M", x, y - half),
                ("L", x + half * 1.1, y + half * 0.85),
                ("L", x - half * 1.1, y + half * 0.85),
                ("Z",),
            ),
            fill="negative",
            stroke="negative",
            stroke_width=1,
        ),
        Line(x, y - half * 0.3, x, y + half * 0.25, "on-fill", 1.4),
        Circle(x, y + half * 0.55, 0.8, "on-fill"),
    )


def caution(x: float, y: float, size: float = 12.0) -> tuple[Mark, ...]:
    """A warning: a filled diamond with an exclamation mark."""
    half = size / 2
    return (
        Path(
            (("M", x, y - half), ("L", x + half, y), ("L", x, y + half), ("L", x - half, y), ("Z",)),
            fill="caution",
        ),
        Line(x, y - half * 0.5, x, y + half * 0.1, "on-fill", 1.3),
        Circle(x, y + half * 0.45, 0.75, "on-fill"),
    )


def loop(x: float, y: float) -> tuple[Mark, ...]:
    """A way back to the beginning."""
    r = 6.5
    k = r * KAPPA
    ring: tuple[Segment, ...] = (
        ("M", x + r * 0.7, y - r * 0.72),
        ("C", x + r * 0.2, y - r * 1.15, x - r, y - r * 0.9, x - r, y),
        ("C", x - r, y + k, x - k, y + r, x, y + r),
        ("C", x + k, y + r, x + r, y + k, x + r, y + r * 0.15),
    )
    return Path(ring, stroke="ink", stroke_width=1.6), arrow_head(x + r, y - r * 0.55, angle="up", size=6)


def channel(kind: str | None, x: float, y: float, present: bool = True) -> tuple[Mark, ...]:
    """The kind of a channel: human a head, owned a window, paid a coin, earned a bubble; dashed where we are not present."""
    stroke = "ink-2"
    dash = () if present else (2.0, 1.6)
    if kind == "human":
        shoulders: tuple[Segment, ...] = (
            ("M", x - 4.6, y + 5),
            ("C", x - 4.6, y - 0.6, x + 4.6, y - 0.6, x + 4.6, y + 5),
        )
        return Circle(x, y - 2.4, 2.5, None, stroke, 1.2), Path(
            shoulders, stroke=stroke, stroke_width=1.2, dash=dash
        )
    if kind == "owned":
        return (
            Rect(x - 5, y - 4.5, 10, 9, None, stroke, 1.2, dash, radius=1.5),
            Line(x - 5, y - 1.4, x + 5, y - 1.4, stroke, 1.2),
        )
    if kind == "paid":
        return Circle(x, y, 5, None, stroke, 1.2, dash), Line(x, y - 2.4, x, y + 2.4, stroke, 1.2)
    if kind == "earned":
        bubble: tuple[Segment, ...] = (
            ("M", x - 5, y - 4.5),
            ("L", x + 5, y - 4.5),
            ("L", x + 5, y + 2),
            ("L", x - 0.5, y + 2),
            ("L", x - 3, y + 4.8),
            ("L", x - 3, y + 2),
            ("L", x - 5, y + 2),
            ("Z",),
        )
        return (Path(bubble, stroke=stroke, stroke_width=1.2, dash=dash),)
    return (Circle(x, y, 4.5, None, "line-strong", 1.2, (2.0, 1.6)),)


def hole(x: float, y: float) -> tuple[Mark, ...]:
    """Nobody asked: a short dotted line where an answer would stand."""
    return (Line(x, y, x + 14, y, "line-strong", 1.4, (1.6, 2.4)),)


def swatch(
    x: float, y: float, texture: str | None = None, fill: str | None = None, stroke: str = "ink-2"
) -> tuple[Mark, ...]:
    """A small field of a ground, for legends."""
    return (Rect(x - 11, y - 5.5, 22, 11, fill, stroke, 1, texture=texture),)
