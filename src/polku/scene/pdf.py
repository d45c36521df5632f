"""Scenes, words and tables as a PDF: vectors, words that can be searched, tags and alternative text; by typst alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, TypeAlias

from polku.errors import DrawingError
from polku.scene.brand import PLAIN, TOKEN, Brand
from polku.scene.font import FAMILY, FOLDER, font_files
from polku.scene.marks import Scene, Table
from polku.scene.pptx import write_whole
from polku.scene.svg import scene_to_svg
from polku.scene.theme import PRINT, Theme
from polku.words import Message

POINTS = 0.75
"""Points to the px."""

LONG = 1500
"""Letters in a cell that may be parted between two pages."""

STANDARD = "ua-1"
"""PDF/UA-1: tagged, titled, every picture with its words."""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; `logo` where the brand's logo stands beside it."""

    words: str
    level: int = 1
    logo: bool = False


@dataclass(frozen=True)
class Prose:
    """A paragraph; `token` is its colour, `indent` in points."""

    words: str
    size: float = 9.0
    weight: int = 400
    token: str = "ink"
    indent: float = 0.0


@dataclass(frozen=True)
class Picture:
    """A scene across the page, as high as it comes, but never higher than `most` mm.

    Args:
        bleed: px of the scene on either side that hang out over the margin.
    """

    scene: Scene
    most: float = 170.0
    bleed: float = 0.0


@dataclass(frozen=True)
class Sheet:
    """A scene that fills a page of its own."""

    scene: Scene


@dataclass(frozen=True)
class Rows:
    """A table; numeric columns are set right-aligned, `shares` are the columns' parts of the width."""

    table: Table
    numeric: tuple[bool, ...] = ()
    shares: tuple[float, ...] = ()
    size: float = 7.5


@dataclass(frozen=True)
class Columns:
    """Blocks side by side, in equal columns."""

    columns: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Rule:
    """A line across the page, and some air."""


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page."""


Block: TypeAlias = Heading | Prose | Picture | Sheet | Rows | Columns | Rule | NewPage


def write_pdf(
    scenes: Sequence[Scene],
    file: File,
    *,
    theme: Theme | None = None,
    paper: tuple[float, float] | None = None,
) -> None:
    """Write scenes as a PDF, a page each, whole or not at all.

    Args:
        paper: width and height of the pages in mm; None makes each page as large as its scene.
    Raises:
        DrawingError: typst is not installed, or the fonts are not built.
    """
    write_whole(file, scenes_to_pdf(scenes, theme=theme, paper=paper))


def scenes_to_pdf(
    scenes: Sequence[Scene], *, theme: Theme | None = None, paper: tuple[float, float] | None = None
) -> bytes:
    """Scenes as the bytes of a PDF, a page each."""
    pages = []
    for scene in scenes:
        width, height = f"{scene.width * POINTS:.2f}pt", f"{scene.height * POINTS:.2f}pt"
        if paper is not None:
            width, height = f"{paper[0]}mm", f"{paper[1]}mm"
        pages.append(
            f"#page(width: {width}, height: {height}, margin: {'3mm' if paper else '0pt'})[#{_image(scene, theme)}]"
        )
    title = scenes[0].title if scenes else ""
    language = scenes[0].language if scenes else "en"
    return _compiled(_start(title, language, None) + "\n".join(pages))


def blocks_to_pdf(
    blocks: Sequence[Block],
    *,
    title: str,
    language: str = "en",
    foot: str = "",
    made: dt.date | None = None,
    theme: Theme = PRINT,
    paper: tuple[float, float] = (297.0, 210.0),
    brand: Brand = PLAIN,
) -> bytes:
    """Blocks as the bytes of a PDF; the same blocks are the same bytes.

    Args:
        foot: words at the bottom of every page, before its number.
        made: the day that the file says it was made.
        brand: its logo and its line stand at the foot, a rule in its colour at the head.
    """
    theme = brand.colours(theme)
    foot = " · ".join(part for part in (brand.foot, foot) if part)
    logo = f"#box(baseline: 20%, {_logo(brand, 40.0, 4.5)}) #h(2mm) " if brand.logo else ""
    bar = (
        f"background: place(top, rect(width: 100%, height: 1.4mm, fill: {_colour(theme, TOKEN)})), "
        if brand.is_there
        else ""
    )
    setting = (
        f"#set page(width: {paper[0]}mm, height: {paper[1]}mm, margin: (x: 13mm, top: 12mm, bottom: 14mm), {bar}"
        f"footer: context text(size: 7.5pt, fill: {_colour(theme, 'ink-3')})[{logo}#{_text(foot)} #h(1fr) "
        '#counter(page).display("1 / 1", both: true)])\n'
        "#set par(leading: 0.5em, spacing: 0.7em)\n"
        f"#set text(size: 9pt, fill: {_colour(theme, 'ink')})\n"
        "#show heading: set block(above: 1.1em, below: 0.6em, sticky: true)\n"
        "#show heading.where(level: 1): set text(size: 17pt, weight: 600, tracking: -0.2pt)\n"
        "#show heading.where(level: 2): set text(size: 12pt, weight: 600)\n"
        "#show heading.where(level: 3): set text(size: 9.5pt, weight: 600)\n"
    )
    body = "\n".join("#" + _block(block, theme, paper, brand) for block in blocks)
    return _compiled(_start(title, language, made) + setting + body)


def _block(block: Block, theme: Theme, paper: tuple[float, float], brand: Brand = PLAIN) -> str:
    if isinstance(block, Heading):
        heading = f"heading(level: {block.level}, {_text(block.words)})"
        if block.logo and brand.logo:
            beside = f"align(right, {_logo(brand, 52.0, 9.0)})"
            return f"grid(columns: (1fr, auto), column-gutter: 8mm, {heading}, {beside})"
        return heading
    if isinstance(block, Prose):
        # A paragraph of its own, or the tags would run it together with the next.
        return (
            f"block(inset: (left: {block.indent}pt), par(text(size: {block.size}pt, weight: {block.weight}, "
            f"fill: {_colour(theme, block.token)}, {_text(block.words)})))"
        )
    if isinstance(block, Picture):
        room = paper[0] - 26.0
        scene = block.scene
        width = min(
            room * scene.width / (scene.width - 2 * block.bleed), block.most * scene.width / scene.height
        )
        out = width * block.bleed / scene.width
        return f"pad(x: -{out:.2f}mm, align(center, {_image(scene, theme, f'{width:.2f}mm')}))"
    if isinstance(block, Sheet):
        picture = _image(block.scene, theme)
        return f"page(margin: 3mm, footer: none, background: none)[#{picture}]"
    if isinstance(block, Columns):
        sides = ", ".join(
            "{" + "; ".join(_block(inner, theme, paper, brand) for inner in column) + "}"
            for column in block.columns
        )
        return f"grid(columns: (1fr,) * {len(block.columns)}, column-gutter: 9mm, {sides})"
    if isinstance(block, Rows):
        return _rows(block, theme)
    if isinstance(block, Rule):
        return f"block(above: 8pt, below: 8pt, line(length: 100%, stroke: 1pt + {_colour(theme, 'ink')}))"
    return "pagebreak(weak: true)"


def _rows(rows: Rows, theme: Theme) -> str:
    table = rows.table
    count = len(table.columns)
    numeric = rows.numeric or (False,) * count
    shares = (
        ", ".join(f"{share:.4f}fr" for share in rows.shares) if rows.shares else ", ".join(["auto"] * count)
    )
    align = ", ".join("right" if right else "left" for right in numeric)
    head = ", ".join(
        f"text(weight: 600, fill: {_colour(theme, 'ink-2')}, {_text(word)})" for word in table.columns
    )
    # Words that might not fit a page may be parted between two; others stay together.
    cells = ", ".join(
        f"table.cell(breakable: true, {_text(cell)})" if len(cell) > LONG else _text(cell)
        for row in table.rows
        for cell in row
    )
    return (
        f'block(width: 100%, {{ set text(size: {rows.size}pt, number-width: "tabular"); '
        f"set table.cell(breakable: false); table(columns: ({shares},), align: ({align},), "
        f"stroke: (x, y) => (bottom: 0.5pt + {_colour(theme, 'line')}), inset: (x: 4pt, y: 3pt), "
        f"table.header({head}), {cells}) }})"
    )


def _image(scene: Scene, theme: Theme | None, width: str = "100%") -> str:
    svg = scene_to_svg(scene, theme=theme, hidden_text=False)
    words = f"{scene.title}. {scene.desc}"
    fitting = ', height: 100%, fit: "contain"' if width == "100%" else ""
    return f'image(bytes({_text(svg)}), format: "svg", alt: {_text(words)}, width: {width}{fitting})'


def _logo(brand: Brand, width: float, height: float) -> str:
    """The logo as large as it may be in a room of so many mm."""
    assert brand.logo is not None
    wide, high = brand.logo_size(width, height)
    return (
        f'image(bytes({_text(brand.logo)}), format: "svg", alt: {_text(brand.name or "Logo")}, '
        f"width: {wide:.2f}mm, height: {high:.2f}mm)"
    )


def _start(title: str, language: str, made: dt.date | None) -> str:
    date = f"datetime(year: {made.year}, month: {made.month}, day: {made.day})" if made else "none"
    return (
        f'#set document(title: {_text(title or "polku")}, author: "polku", date: {date})\n'
        f'#set text(font: "{FAMILY}", lang: "{language}", '
        "features: (calt: 0))\n"
    )


def _text(words: str) -> str:
    """Words as a literal of typst, in which nothing is markup."""
    kept = "".join(letter for letter in words if letter >= " " or letter in "\t\n")
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _colour(theme: Theme, token: str) -> str:
    return f'rgb("{theme[token]}")'


def _compiled(source: str) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise DrawingError(Message("deck.needs-office", {"package": "typst"})) from error
    if not font_files():
        raise DrawingError(Message("scene.no-fonts"))

    compile_: Any = typst.compile

    def compiled(standards: list[str]) -> bytes:
        data: bytes = compile_(
            source.encode("utf-8"),
            font_paths=[str(FOLDER)],
            ignore_system_fonts=True,
            pdf_standards=standards,
        )
        return data

    try:
        return compiled([STANDARD])
    except typst.TypstError:
        # What the standard forbids may still be read: a PDF without its seal is better than none.
        return compiled([])
