"""Tables for a terminal: aligned columns, numbers to the right, grey bars where a person looks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from textwrap import wrap

from polku.frozen import dataclass

BAR = 12
"""Cells of a full bar."""
_BARS = ("", "╸")
ROOM = 100
"""Columns of a terminal that does not say its width, of a file and of a pipe."""
NARROWEST = 14
"""No column of words is made narrower than this."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it holds numbers."""

    head: str
    number: bool = False
    wraps: bool = False
    """May be broken into lines where the terminal is narrow."""
    long: bool = False
    """Holds words of any length, and is broken in a file or a pipe, too; programs read JSON or CSV."""


def is_terminal() -> bool:
    """Whether a person looks at stdout, rather than a file or a pipe."""
    return sys.stdout.isatty()


def grey(text: str) -> str:
    """Words that stand back; plain on a pipe, with NO_COLOR, or on a terminal that cannot."""
    if (
        not text.strip()
        or not is_terminal()
        or os.environ.get("NO_COLOR")
        or os.environ.get("TERM") == "dumb"
    ):
        return text
    return f"\033[2m{text}\033[22m"


def bold(text: str) -> str:
    """Words that stand out, where the terminal can."""
    plain = not is_terminal() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else f"\033[1m{text}\033[22m"


def bar(share: float) -> str:
    """A bar of up to BAR cells, for a share of the largest."""
    halves = round(share * BAR * 2)
    return "━" * (halves // 2) + _BARS[halves % 2]


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    bars: tuple[int, Sequence[float]] | None = None,
) -> str:
    """A table as text.

    Args:
        bars: a column before which bars stand, and the shares they show; left out where nobody looks.
    """
    if bars is not None and is_terminal():
        before, shares = bars
        columns = [*columns[:before], Column(""), *columns[before:]]
        drawn = [bar(share) for share in shares]
        rows = [[*row[:before], mark, *row[before:]] for row, mark in zip(rows, drawn, strict=True)]
        marks = before
    else:
        marks = -1
    widths = [
        max([len(column.head), *(len(row[place]) for row in rows)]) for place, column in enumerate(columns)
    ]
    if is_terminal():
        broken_up = [column.wraps for column in columns]
        widths = _narrowed(widths, broken_up, shutil.get_terminal_size((ROOM, 24)).columns)
    else:
        widths = _narrowed(widths, [column.long for column in columns], ROOM)
    lines = [grey("  " + _line([column.head for column in columns], columns, widths))]
    for row in rows:
        broken = [
            (wrap(cell, width) or [""]) if column.wraps else [cell]
            for cell, column, width in zip(row, columns, widths, strict=True)
        ]
        for number in range(max(map(len, broken))):
            cells = [parts[number] if number < len(parts) else "" for parts in broken]
            line = _line(cells, columns, widths)
            if marks >= 0 and cells[marks]:
                line = line.replace(cells[marks], grey(cells[marks]), 1)
            lines.append("  " + line)
    return "\n".join(lines)


def _narrowed(widths: Sequence[int], able_to: Sequence[bool], room: int) -> list[int]:
    """Widths that fit a terminal: the widest column that may be broken gives way first."""
    fitted = list(widths)
    while sum(fitted) + 2 * len(fitted) > room:
        able = [place for place, may in enumerate(able_to) if may and fitted[place] > NARROWEST]
        if not able:
            break
        widest = max(able, key=lambda place: fitted[place])
        fitted[widest] -= 1
    return fitted


def _line(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if column.number else cell.ljust(width)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    ]
    return "  ".join(aligned).rstrip()
