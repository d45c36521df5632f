"""Rows as a file has them: all cells text, each row with its line, in a table of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from polku.records.engine import Engine, name
from polku.words import Message

CHUNK = 100_000
"""Rows handed to the engine at a time."""
DAYS_FROM = "1899-12-30"
"""The day from which spreadsheets count days, but for workbooks that say 1904."""


@dataclass(frozen=True)
class Broken:
    """A row that cannot be read as the header says.

    Args:
        reason: id of a message of the catalogue, as the table of rejects keeps it.
    """

    line: int
    reason: str
    found: str | None
    row: str


@dataclass(frozen=True)
class Seen:
    """What stands in the cells of a file, by column.

    Args:
        untidy: some text of it has spaces around it, or a word for nothing.
        dates: so many texts look like a day and a month; None: nobody has looked, and whoever writes the rows does.
        gapless: no text has two spaces in a row.
    """

    untidy: tuple[bool, ...]
    dates: tuple[int, ...] | None
    gapless: bool = False


class NotStraight(Exception):
    """A file that was taken for one of plain lines is not; it is read again the longer way."""


class NotTrusted(NotStraight):
    """What a file's first rows promise does not hold for all; its cells have to be looked at before they are read."""


@dataclass
class Raw:
    """The readable rows of a file in table `table`: columns `line`, `c0`, `c1` …, empty cells NULL.

    Args:
        columns: the file's own names of c0, c1 …
        line_word: whether `line` counts lines or, in a file without lines, rows.
    """

    table: str
    columns: tuple[str, ...]
    broken: list[Broken] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    kind: str = "csv"
    delimiter: str = ","
    stored: str | None = None
    """The table behind `table`, where this is a view that counts the lines: `line` is its rowid and `above`."""
    above: int = 0
    straight: int | None = None
    """Rows of a file that is not kept: each query reads it anew, which costs less than to write and read it twice."""
    seen: Seen | None = None
    days_from: str = DAYS_FROM
    """The day from which bare numbers count days, in a workbook."""
    """What was seen in its cells, where they were all looked at together."""
    own: int | None = None
    """So many of the columns are the file's, the others were made of them; None: all."""

    @property
    def trusted(self) -> bool:
        """Whether rows are written as the first of them look, each seen to be so while it is written."""
        return self.seen is not None and self.seen.dates is None

    def column(self, name: str) -> str:
        """The column of the engine's table that holds a column of the file."""
        return f"c{self.columns.index(name)}"


def drop_rows(engine: Engine, raw: Raw, condition: str) -> None:
    """Take rows out of a file's table.

    Args:
        condition: an expression over its columns.

    Raises:
        NotStraight: the rows are not kept.
    """
    if raw.straight is not None:
        raise NotStraight
    if raw.stored is None:
        engine.execute(f"DELETE FROM {raw.table} WHERE {condition}")
    else:
        engine.execute(
            f"DELETE FROM {raw.stored} WHERE rowid IN (SELECT line - {raw.above} FROM {raw.table} WHERE {condition})"
        )


def set_cells(engine: Engine, raw: Raw, cells: str) -> None:
    """Make a file's table anew with other cells.

    Args:
        cells: expressions over its columns, named c0, c1 …

    Raises:
        NotStraight: the rows are not kept.
    """
    if raw.straight is not None:
        raise NotStraight
    engine.execute(f"CREATE OR REPLACE TABLE {raw.table}_made AS SELECT line, {cells} FROM {raw.table}")
    if raw.stored is None:
        engine.execute(f"DROP TABLE {raw.table}")
    else:
        engine.execute(f"DROP VIEW {raw.table}; DROP TABLE {raw.stored}")
        raw.stored = None
    engine.execute(f"ALTER TABLE {raw.table}_made RENAME TO {raw.table}")


def insert(engine: Engine, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Append rows given by column to a table of the engine; None is NULL."""
    arrays = {
        column: np.asarray(values, dtype=np.int64) if column == "line" else _objects(values)
        for column, values in columns.items()
    }
    with engine.holding("incoming", arrays):
        names = ", ".join(name(column) for column in arrays)
        engine.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")


def _objects(values: Sequence[Any]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    # A column of Nones alone would come through as numbers.
    return (
        array
        if any(value is not None for value in values)
        else np.ma.MaskedArray(np.zeros(len(values), dtype="U1"), mask=True)
    )


def text(value: str) -> str:
    """A text of a user as a literal of SQL, with no sign in it that a template would take for its own."""
    plain = value.replace("'", "''").replace("\0", "")
    for sign in "{}$":
        plain = plain.replace(sign, f"' || chr({ord(sign)}) || '")
    return f"('{plain}')" if "||" in plain else f"'{plain}'"
