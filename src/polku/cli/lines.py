"""Lines of a terminal: indented, and tables with aligned columns."""

from __future__ import annotations

import unicodedata


def indented(spaces: int, line: str) -> str:
    """A line moved to the right."""
    return " " * spaces + line


def table(rows: list[list[str]], right: tuple[int, ...] = ()) -> list[str]:
    """Rows of cells as lines with aligned columns.

    Args:
        right: columns whose cells stand at the right.
    """
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            " " * (most - width(cell)) + cell if at in right else cell + " " * (most - width(cell))
            for at, (cell, most) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def width(text: str) -> int:
    """Places a text takes on a terminal: wide letters take two, marks on letters none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
