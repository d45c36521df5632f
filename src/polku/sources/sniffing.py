"""What a text file of rows looks like: its delimiter, the lines above its header, its columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from polku.errors import ImportRefused, Where
from polku.sources.files import LIMITS
from polku.sources.letters import Letters
from polku.words import Message

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 400
_SAMPLE_LETTERS = 1 << 19


@dataclass(frozen=True)
class Sniffed:
    """How the rows of a text file are written.

    Args:
        skip: physical lines above the header.
        header_lines: physical lines the header takes (a name may hold a line break).
        columns: names of the columns, unique and never empty.
        doubled: names that stood more than once in the header.
    """

    letters: Letters
    delimiter: str
    skip: int
    header_lines: int
    columns: tuple[str, ...]
    doubled: tuple[str, ...] = ()
    fitting: int = 0
    """Of the rows looked at, those with as many cells as the header."""
    looked_at: int = 0


def sniff(path: Path, name: str, letters: Letters, *, delimiter: str | None = None, skip: int = 0) -> Sniffed:
    """Look at the first lines of a text file.

    Args:
        delimiter: what the mapping says; else the one that cuts most rows into equally many cells.
        skip: lines above the header that the mapping says; else found.

    Raises:
        ImportRefused: no header can be found.
    """
    lines = list(_first_lines(path, letters))
    if not any(line.strip() for line in lines):
        raise ImportRefused(Message("sources.empty-file"), Where(file=name))
    tried = [_cut(lines, sign, skip) for sign in ((delimiter,) if delimiter else DELIMITERS)]
    best = max(tried, key=lambda cut: cut.score)
    if not best.header:
        raise ImportRefused(Message("sources.no-header"), Where(file=name))
    if len(best.header) > LIMITS.columns:
        raise ImportRefused(
            Message("sources.too-many-columns", {"count": len(best.header), "limit": LIMITS.columns}),
            Where(file=name),
        )
    columns, doubled = name_columns(best.header)
    return Sniffed(
        letters, best.delimiter, best.skip, best.header_lines, columns, doubled, best.fitting, best.looked_at
    )


def name_columns(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names for the cells of a header, doubled ones numbered; and the names that were doubled."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    doubled: list[str] = []
    for place, cell in enumerate(header, 1):
        plain = re.sub(r"\s+", " ", cell.replace("\0", "").replace("\ufeff", "")).strip() or f"column {place}"
        seen[plain.casefold()] += 1
        count = seen[plain.casefold()]
        if count > 1:
            doubled.append(plain)
            plain = f"{plain} ({count})"
        names.append(plain)
    return tuple(names), tuple(dict.fromkeys(doubled))


@dataclass(frozen=True)
class _Cut:
    delimiter: str
    header: list[str]
    skip: int
    header_lines: int
    fitting: int
    looked_at: int
    score: tuple[float, ...]


def _cut(lines: list[str], delimiter: str, skip: int) -> _Cut:
    """Rows of the sample as one delimiter cuts them, and how well that fits."""
    rows = list(_records(lines[skip:], delimiter))
    filled = [(line, end, row) for line, end, row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return _Cut(delimiter, [], skip, 1, 0, 0, (-1,))
    widths = Counter(len(row) for _, _, row in filled)
    # The usual width, the wider of two equally usual ones: a report's preamble is narrow.
    usual = max(widths, key=lambda width: (widths[width] if width > 1 else widths[width] / 4, width))
    header = 0
    if not skip:
        while header < len(filled) - 1 and _above_header(filled[header][2], usual):
            header += 1
    line, end, cells = filled[header]
    while len(cells) > usual and not cells[-1].strip():
        cells = cells[:-1]
    body = filled[header + 1 :]
    fitting = sum(len(row) == len(cells) for _, _, row in body)
    share = fitting / len(body) if body else float(len(cells) > 1)
    several = len(cells) > 1
    # A first line that already cuts as the rest does is the header, whatever signs the cells hold.
    plain = several and header == 0 and share >= 0.9
    score = (plain, share * min(len(cells) - 1, 3) if several else 0.0, several, share, len(cells))
    return _Cut(delimiter, cells, skip + line, end - line + 1, fitting, len(body), score)


def _above_header(row: list[str], usual: int) -> bool:
    """A line of a preamble: it has fewer filled cells than half of the table is wide, and not its width."""
    filled = sum(bool(cell.strip()) for cell in row)
    if usual <= 1:
        return False
    return len(row) != usual if len(row) < usual else filled * 2 < usual and filled <= 2 and usual > 2


def _first_lines(path: Path, letters: Letters) -> Iterator[str]:
    taken = 0
    with path.open(encoding=letters.encoding, newline="", errors="replace") as file:
        for _ in range(_SAMPLE_LINES):
            line = file.readline(_SAMPLE_LETTERS)
            if not line:
                return
            taken += len(line)
            if taken > _SAMPLE_LETTERS and _ > 2:
                return
            yield line


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Rows with the numbers of their first and last line (from 0); an open quotation mark ends the sample."""
    place = 0

    def feed() -> Iterator[str]:
        nonlocal place
        for line in lines:
            place += 1
            yield line

    start = 0
    try:
        for row in csv.reader(feed(), delimiter=delimiter):
            yield start, place - 1, row
            start = place
    except csv.Error:
        return
