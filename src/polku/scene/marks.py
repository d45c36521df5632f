"""What a drawing is made of: marks of plain data, in px at 96 to the inch, y downwards.

A colour is the name of a token (see theme.py) or None for no paint; a texture is a name of
TEXTURES. Nothing here knows SVG, so that other writers (PPTX, tests, JSON) read the same marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Anchor: TypeAlias = Literal["start", "middle", "end"]
Segment: TypeAlias = tuple[str | float, ...]
"""("M", x, y), ("L", x, y), ("C", x1, y1, x2, y2, x, y) or ("Z",)."""

TEXTURES = ("hatch", "hatch-negative", "dots", "stale")
"""hatch: not (yet) a fact; hatch-negative: below neutral, with its ground; dots: partner; stale: faint."""

SHAPES = ("circle", "square", "triangle", "diamond", "hexagon", "pill")
"""Forms of a role's badge in the order roles take them; the last serves all further roles."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, with rounded corners where radius is set."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    radius: float = 0.0
    texture: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A straight stroke."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str = "line"
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A free form of straight and curved segments, open or closed."""

    segments: tuple[Segment, ...]
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    texture: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle by its centre."""

    cx: float
    cy: float
    r: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """One line of words; x is where it is anchored, y its baseline.

    Args:
        spacing: letter spacing in px (titles are set tighter).
        tabular: figures of one width, for columns of numbers.
        rotate: degrees clockwise around (x, y).
        bend: radius in px of the circle that the baseline follows, its centre below the words
            (above them where negative); only for words anchored in the middle. A writer that
            cannot bend words draws them straight, which is their tangent.
    """

    x: float
    y: float
    text: str
    size: float = 12.0
    weight: int = 400
    italic: bool = False
    anchor: Anchor = "start"
    fill: str = "ink"
    tabular: bool = True
    spacing: float = 0.0
    rotate: float = 0.0
    bend: float = 0.0


@dataclass(frozen=True, slots=True)
class Badge:
    """A role's sign: shape, letter and hue together, never one of them alone.

    Args:
        size: height of the shape in px; a pill is 1.6 times as wide.
        token: its hue, `role-1` … `role-6`.
        filled: filled with the hue, or outlined on paper (assumed, hoped, named only).
    """

    cx: float
    cy: float
    size: float
    shape: str
    letter: str
    token: str
    filled: bool = True
    ground: str = "paper"


Mark: TypeAlias = "Rect | Line | Path | Circle | Text | Badge | Group"


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that belong together.

    Args:
        id: stable within the scene; writers put a prefix before it.
        role: what it is: stage, step, lane, path, legend, head …
        label: its whole meaning in words, for readers who cannot see it.
        title: words shown on hover (full text of what is shortened).
        link: address it leads to.
        focusable: a stop for the keyboard in the interactive form.
        hidden: decoration only, silent to assistive technology.
    """

    children: tuple[Mark, ...]
    id: str | None = None
    role: str | None = None
    label: str | None = None
    title: str | None = None
    link: str | None = None
    focusable: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The same content as rows of words: every drawing has an equal table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Scene:
    """A whole drawing.

    Args:
        title: what is seen (the finding).
        desc: view, journey, counts, extremes and holes in words, for those who cannot see it.
        language: of the words in it.
        theme: name of the theme it was drawn for.
    """

    width: float
    height: float
    title: str
    desc: str
    language: str
    marks: tuple[Mark, ...]
    theme: str = "light"
    table: Table | None = field(default=None)


def walk(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    """Every mark in document order, groups before their children."""
    for mark in marks:
        yield mark
        if isinstance(mark, Group):
            yield from walk(mark.children)
