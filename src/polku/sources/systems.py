"""What a source is to polku: it looks at a table, says what it takes it for and why, mends it and proposes a mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from polku.documents import Source
from polku.records.engine import Engine
from polku.sources.cells import filled
from polku.sources.files import Opened
from polku.sources.raw import Broken, Raw, drop_rows, set_cells, text
from polku.sources.sniffing import Sniffed
from polku.words import Message

GROUP = "polku.sources"
"""The entry points by which packages offer sources."""
SURE = 0.5
"""The least score at which a source that nobody named is believed."""


@dataclass(frozen=True)
class Guess:
    """What a source takes a table for.

    Args:
        shape: which of the source's tables it is: `contacts`.
        score: 0 … 1; the source with the highest is believed, from `SURE` on.
        signs: what told it, for people.
        found: what the source calls a column → the column of the file.
        language: of the headers, where they tell one.
    """

    shape: str
    score: float
    signs: tuple[Message, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None


class Table:
    """A table of a file: every cell a text without spaces around it, NULL where the file says nothing.

    `set` and `add` are done in one pass, at the end of `System.mend`.

    Args:
        file: its name.
        kind: csv, parquet, xlsx, json, sqlite, xes or own.
    """

    def __init__(self, engine: Engine, raw: Raw, file: str) -> None:
        self.engine = engine
        self.raw = raw
        self.file = file
        self.kind = raw.kind
        self._filled: tuple[str, ...] | None = None
        self._set: dict[str, str] = {}
        self._add: dict[str, str] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, as the file names them."""
        return self.raw.columns

    @property
    def filled(self) -> tuple[str, ...]:
        """Columns with something in them; all of them where there are no rows."""
        if self._filled is None:
            counts = ", ".join(f"count(c{at})" for at in range(len(self.columns)))
            found = self.engine.rows(f"SELECT {counts} FROM {self.raw.table}")[0] if counts else ()
            kept = tuple(column for column, count in zip(self.columns, found, strict=True) if count)
            self._filled = kept or self.columns
        return self._filled

    def cell(self, column: str) -> str:
        """A column's text as an expression of SQL."""
        return filled(self.raw.column(column))

    def values(self, column: str, most: int = 50) -> tuple[str, ...]:
        """What stands in a column, the most frequent first."""
        cell = self.cell(column)
        rows = self.engine.rows(
            f"SELECT {cell}, count(*) FROM {self.raw.table} WHERE ({cell}) IS NOT NULL "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {int(most)}"
        )
        return tuple(str(row[0]) for row in rows)

    def share(self, column: str, pattern: str) -> float:
        """Of the filled cells of a column, the share that a regular expression fits as a whole."""
        cell = self.cell(column)
        count, fitting = self.engine.rows(
            f"SELECT count(*), count(*) FILTER (WHERE regexp_full_match({cell}, {text(pattern)})) "
            f"FROM {self.raw.table} WHERE ({cell}) IS NOT NULL"
        )[0]
        return fitting / count if count else 0.0

    def names_each(self, column: str, pattern: str) -> bool:
        """Whether every row has a cell of its own in a column, that a regular expression fits as a whole."""
        cell = self.cell(column)
        count, fitting, different = self.engine.rows(
            f"SELECT count(*), count(*) FILTER (WHERE regexp_full_match({cell}, {text(pattern)})), count(DISTINCT {cell}) "
            f"FROM {self.raw.table}"
        )[0]
        return bool(count) and count == fitting == different

    def set(self, column: str, sql: str) -> None:
        """Give a column other cells: an expression of SQL over `cell(...)`."""
        self._set[column] = sql

    def add(self, column: str, sql: str) -> str:
        """Add a column, which a mapping can name like the file's own; returns its name."""
        self._add[column] = sql
        return column

    def reject(self, condition: str, reason: str, column: str | None = None) -> int:
        """Take rows out and list them among the rejects.

        Args:
            condition: an expression of SQL over `cell(...)`.
            reason: id of a message of the catalogue.
            column: whose cell is shown as what was found.
        """
        from polku.sources.delimited import row_expression

        if not self.engine.rows(f"SELECT 1 FROM {self.raw.table} WHERE {condition} LIMIT 1"):
            return 0
        shown = self.cell(column) if column else "NULL"
        rows = self.engine.rows(
            f"SELECT line, {shown}, {row_expression(self.raw)} FROM {self.raw.table} WHERE {condition} ORDER BY 1"
        )
        self.raw.broken += [Broken(line, reason, found, row) for line, found, row in rows]
        drop_rows(self.engine, self.raw, condition)
        return len(rows)

    def warn(self, message: Message) -> None:
        """Tell the person who imports."""
        self.raw.warnings.append(message)

    def finish(self) -> None:
        """Do what `set` and `add` asked for."""
        if not self._set and not self._add:
            return
        number = {column: at for at, column in enumerate(self.columns)}
        changed = {number[column]: sql for column, sql in self._set.items()}
        columns = list(self.columns)
        for column, sql in self._add.items():
            if column in number:
                changed[number[column]] = sql
            else:
                changed[len(columns)] = sql
                columns.append(column)
        cells = ", ".join(
            f"CAST(({changed[at]}) AS VARCHAR) AS c{at}" if at in changed else f"c{at}"
            for at in range(len(columns))
        )
        set_cells(self.engine, self.raw, cells)
        if self.raw.own is None:
            self.raw.own = len(self.raw.columns)
        self.raw.columns = tuple(columns)
        self._set, self._add, self._filled = {}, {}, None


@dataclass(frozen=True)
class Part:
    """One table of a file: a sheet, a table of a database, or the file itself.

    Args:
        name: of the file, with the part's own name after a slash where there are several.
        load: reads it into a table of the engine, of the name given, by what a mapping says of the file.
        look: makes a view of it instead, where that may be enough; raises NotStraight where it is not. It may be
            told to trust that the rows are as the first of them.
    """

    name: str
    load: Callable[[Engine, str, Source | None], tuple[Raw, Sniffed | None]]
    look: Callable[[Engine, str, Source | None, bool], tuple[Raw, Sniffed | None]] | None = None


class Reader(Protocol):
    """How a source reads files that are neither CSV, XLSX, JSON, Parquet, XES nor a database."""

    def opens(self, path: Path, head: bytes) -> bool:
        """Whether the file is the source's own; asked of every file, so it looks at little."""
        ...

    def parts(self, opened: Opened, scratch: Path) -> Iterator[Part]:
        """Its tables."""
        ...


class System(Protocol):
    """A source. `makes.Make` is one that is described by its headers alone; most need no more."""

    @property
    def name(self) -> str:
        """What `polku import --as` calls it."""
        ...

    @property
    def title(self) -> str:
        """Its proper name."""
        ...

    @property
    def shapes(self) -> Sequence[str]:
        """Its tables; `--as <name>-<shape>` names one."""
        ...

    @property
    def reader(self) -> Reader | None:
        """How its own kind of files is read; None: its exports are of a kind that polku reads."""
        ...

    def look(self, table: Table, asked: str | None) -> Guess | None:
        """What the source takes a table for; None: nothing of its own.

        Args:
            asked: None: nobody named the source; empty: somebody did; else the shape that was named.
        """
        ...

    def mend(self, table: Table, guess: Guess) -> None:
        """Put right what its exports do otherwise than others, before the mapping reads them."""
        ...

    def propose(self, table: Table, guess: Guess) -> Mapping[str, Any]:
        """Fields of a mapping document: `fills`, and where needed `kind`, `zone`, `dates`, `event_id` …"""
        ...
