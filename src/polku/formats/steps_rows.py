"""What a spreadsheet says, row by row, before it becomes documents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from polku.words import Message


@dataclass(frozen=True)
class Said:
    """Something to tell about a cell of the spreadsheet."""

    cell: str
    message: Message


@dataclass(frozen=True)
class Cell:
    """A text and where it stands."""

    text: str
    name: str


@dataclass
class Row:
    """What the spreadsheet says of one step: cells by field, and cells of columns that are not known."""

    cells: dict[str, Cell] = field(default_factory=dict)
    unknown: list[tuple[str, Cell]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The text of a field; empty where there is none."""
        return self.cells[name].text if name in self.cells else ""


def lines_of(text: str) -> list[str]:
    """The things that a cell lists, one a line or after bullets."""
    parts = re.split(r"\n|\r|(?:^|\s)[•·▪‣]\s", text)
    cleaned = [re.sub(r"^\s*(?:[-*–•]|\d+[.)])\s+", "", part).strip() for part in parts]
    return [part for part in cleaned if part]
