"""What the checks found, in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from polku.checks import Finding
from polku.checks.finding_data import finding_data
from polku.library.shown import shown
from polku.words import reader

COLUMNS = ("level", "code", "place", "message", "fix")


@dataclass(frozen=True, eq=False, repr=False)
class Findings:
    """What `check` gives: worst first, one row per code and document."""

    found: Sequence[Finding]
    language: str

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of `polku check --format json`."""
        return [finding_data(one, self.language) for one in self.found]

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows, as `rows`."""
        return self.rows

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame. Raises WrongUse where pandas is not installed."""
        from polku.library.frames import package

        return package("pandas", "to_pandas()").DataFrame(self.rows)

    def _repr_html_(self) -> str:
        say = reader(self.language)
        cells = []
        for one, row in zip(self.found, self.rows, strict=True):
            place = f"{one.place.file}:{one.place.line}"
            cells.append(
                (say(f"checks.level.{one.level}"), one.code, place, row["message"], row["fix"] or "")
            )
        return shown(
            say("library.findings", count=len(self)),
            (),
            [say(f"library.col-{name}") for name in COLUMNS],
            cells,
            [False] * len(COLUMNS),
            (),
            language=self.language,
        )

    def __repr__(self) -> str:
        lines = [f"{row['level']} {row['code']} {row['document']}: {row['message']}" for row in self.rows]
        return "\n".join([reader(self.language)("library.findings", count=len(self)), *lines])
