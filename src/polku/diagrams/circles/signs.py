"""The forms of the circles: a disc by what is known of whom it stands for, and their signs in the legend."""

from __future__ import annotations

from polku.diagrams.circles.parties import Party
from polku.diagrams.parts import signs
from polku.diagrams.parts.frame import Sign
from polku.scene import Circle, Mark, Path


def disc(party: Party, x: float, y: float, dim: bool) -> tuple[Mark, ...]:
    """A circle by what is known of whom it stands for."""
    if party.kind == "partner":
        k = party.r * signs.KAPPA
        r = party.r
        outline = (
            ("M", x + r, y),
            ("C", x + r, y + k, x + k, y + r, x, y + r),
            ("C", x - k, y + r, x - r, y + k, x - r, y),
            ("C", x - r, y - k, x - k, y - r, x, y - r),
            ("C", x + k, y - r, x + r, y - k, x + r, y),
            ("Z",),
        )
        return Path(outline, "paper", "ink", 1.4, texture="dots"), Circle(x, y, r - 6, "paper")
    if party.kind == "team":
        return (Circle(x, y, party.r, "sunken-2", "ink", 1.4),)
    if party.loud:
        return (Circle(x, y, party.r, "surface", "line-strong" if dim else "negative", 2, (5, 3.5)),)
    if party.known is None:
        return (Circle(x, y, party.r, "surface", "line-strong", 1.4, (4, 3)),)
    return (Circle(x, y, party.r, "surface", "line-strong" if dim else "ink", 1.5),)


def sizes(x: float, y: float) -> tuple[Mark, ...]:
    """A small and a large circle, for the legend."""
    return Circle(x - 12, y, 5, "surface", "ink", 1.4), Circle(x + 6, y, 10, "surface", "ink", 1.4)


def circle(fill: str, stroke: str, wide: float, dash: tuple[float, ...]) -> Sign:
    """A circle for the legend."""
    return lambda x, y: (Circle(x, y, 7.5, fill, stroke, wide, dash),)
