"""The answer to a question in a notebook: a table that says what it counts and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from polku.analytics.asking.words import about_sentence, remainder_sentences, sum_sentence
from polku.analytics.compare import Comparison
from polku.analytics.result import About, Result
from polku.documents import Journey, Workspace
from polku.exports.answer_table import answer_table, namer
from polku.exports.comparison_cells import comparison_facts, comparison_heads, comparison_rows
from polku.library.frames import to_arrow, to_pandas, to_polars
from polku.library.shown import ending, page, shown
from polku.outputs import write_output
from polku.words import Message, Reader, has, reader

FORMATS = (".json", ".csv", ".parquet", ".xlsx", ".html")


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """What `measure` gives: shows itself as a table, and gives its rows to other libraries.

    Args:
        result: the answer itself, the same that `polku measure --format json` writes.
        chosen: the filters, in words.
        top: rows that are shown; the others are in `rows` all the same.
    """

    result: Result
    workspace: Workspace
    journey: Journey | None
    chosen: tuple[Message, ...]
    language: str
    top: int = 20

    def __len__(self) -> int:
        return len(self.result)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    @property
    def about(self) -> About:
        """What was asked of which data: unit, cases, accounts, parameters, remainder."""
        return self.result.about

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """All rows, as plain values by the keys of the documented JSON."""
        return self.result.rows()

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows once more, to be changed at will."""
        return self.result.rows()

    def to_json(self) -> dict[str, Any]:
        """The whole answer as the documented JSON object."""
        return self.result.to_json()

    def to_pandas(self) -> Any:
        """All rows as a pandas DataFrame. Raises WrongUse where pandas is not installed."""
        return to_pandas(self.result)

    def to_polars(self) -> Any:
        """All rows as a Polars DataFrame. Raises WrongUse where polars is not installed."""
        return to_polars(self.result)

    def to_arrow(self) -> Any:
        """All rows as an Arrow table. Raises WrongUse where pyarrow is not installed."""
        return to_arrow(self.result)

    def save(self, file: str | Path) -> Path:
        """Write all rows to a .json, .csv, .parquet, .xlsx or .html file, and return its path.

        Raises:
            OutputError: another ending, or the disk does not let us.
        """
        from polku.exports import answer_files

        suffix = ending(file, FORMATS)
        content: str | bytes
        if suffix == ".html":
            content = page(self.title, self._html(None), self.language)
        else:
            content = {
                ".json": answer_files.answer_json,
                ".csv": answer_files.answer_csv,
                ".parquet": answer_files.answer_parquet,
                ".xlsx": answer_files.answer_xlsx,
            }[suffix](self.result)
        write_output(Path(file), content)
        return Path(file)

    @property
    def title(self) -> str:
        """What was asked, in words."""
        named = self._say.quote(self.journey.label) if self.journey is not None else ""
        return self._say(f"measure.title-{self.about.question}", journey=named)

    def said(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The sentences over the table (cases, unit, filters) and those under it (what is left out)."""
        say, about = self._say, self.about
        known = f"studio-explore.unit-{about.unit}"
        unit = say(known) if has(known, "en") else about.unit
        above = [about_sentence(about, say), say("library.counted", unit=unit)]
        if self.workspace.settings.example:
            above.append(say("library.sample"))
        above += [say.text(one) for one in self.chosen]
        if self.chosen and not about.cases:
            above.append(say("library.nobody"))
        if isinstance(self.result, Comparison):
            above += comparison_facts(self.result, say)
        added = sum_sentence(about, say)
        left = remainder_sentences(about, say)
        return tuple(above), tuple([added] if added is not None and added not in left else []) + tuple(left)

    def _repr_html_(self) -> str:
        return self._html(self.top)

    def __repr__(self) -> str:
        above, below = self.said()
        return "\n".join([self.title, *above, self._say("library.rows", count=len(self)), *below])

    def _html(self, most: int | None) -> str:
        above, below = self.said()
        heads, cells, numeric = self._table(most)
        left = len(self) - len(cells)
        more = [self._say("library.more", count=left)] if left else []
        if not cells:
            more = [self._say("measure.none")]
        return shown(self.title, above, heads, cells, numeric, (*more, *below), language=self.language)

    def _table(self, most: int | None) -> tuple[Sequence[str], list[list[str]], Sequence[bool]]:
        """Heads, cells, and which columns hold numbers."""
        if isinstance(self.result, Comparison):
            heads = comparison_heads(self._say)
            name = namer(self.workspace, self.journey)
            cells = comparison_rows(self.rows[:most], name, self._say)
            return heads, cells, [place > 1 for place in range(len(heads))]
        table = answer_table(self.result, self._say, self.workspace, self.journey, most=most)
        return table.heads, [[cell.words for cell in row] for row in table.rows], table.numeric

    @property
    def _say(self) -> Reader:
        return reader(self.language)
