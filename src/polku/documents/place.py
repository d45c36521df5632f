"""Where something stands in the files of a workspace."""

from __future__ import annotations

from polku.frozen import dataclass


@dataclass(frozen=True)
class Place:
    """Where something stands. Lines and columns count from 1; the file is relative to the workspace."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
