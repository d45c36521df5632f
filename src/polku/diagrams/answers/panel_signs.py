"""Signs of drawings of rows on panels, for their legends."""

from __future__ import annotations

from collections.abc import Callable

from polku.scene import Circle, Line, Mark, Rect


def sign_interval(x: float, y: float) -> tuple[Mark, ...]:
    """A dot with its interval, for a legend."""
    ends = tuple(Line(end, y - 4, end, y + 4, "line-strong", 1.4) for end in (x - 12, x + 12))
    return (Line(x - 12, y, x + 12, y, "line-strong", 1.4), *ends, Circle(x, y, 4.6, "ink", "ink", 1.6))


def sign_dot(x: float, y: float) -> tuple[Mark, ...]:
    """A dot."""
    return (Circle(x, y, 4.6, "ink", "ink", 1.6),)


def sign_frame(x: float, y: float) -> tuple[Mark, ...]:
    """A dashed outline: what is needed."""
    return (Rect(x - 11, y - 6, 22, 12, "paper", "line-strong", 1.2, (4, 3)),)


def sign_hollow(x: float, y: float) -> tuple[Mark, ...]:
    """A dot that may as well be nothing."""
    return (Circle(x, y, 4.6, "paper", "ink", 1.6),)


def sign_bar(fill: str) -> Callable[[float, float], tuple[Mark, ...]]:
    """A bar of a kind."""

    def drawn(x: float, y: float) -> tuple[Mark, ...]:
        if fill == "negative":
            return (Rect(x - 11, y - 6, 22, 12, "negative-bg", "negative", 1.2, texture="hatch-negative"),)
        if fill == "hatch":
            return (Rect(x - 11, y - 6, 22, 12, "paper", "line-strong", 1.2, texture="hatch"),)
        return (Rect(x - 11, y - 6, 22, 12, fill, None if fill == "ink-2" else "ink-2", 1.2),)

    return drawn


def sign_tick(x: float, y: float) -> tuple[Mark, ...]:
    """A stroke across the row."""
    return (Line(x, y - 8, x, y + 8, "ink", 2.4),)
