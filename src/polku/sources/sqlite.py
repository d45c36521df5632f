"""Databases in one file (SQLite): each table as rows of text. What the file itself defines is never run."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from polku.documents import Source
from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.sources.delimited import make_table
from polku.sources.files import LIMITS, Opened, shown
from polku.sources.json_rows import text_of
from polku.sources.raw import Raw, insert
from polku.sources.sniffing import Sniffed, name_columns
from polku.sources.systems import Part
from polku.words import Message

_ROWS = 10_000


@contextlib.contextmanager
def opened_database(opened: Opened) -> Iterator[sqlite3.Connection]:
    """A database that can only be read, and runs nothing that its schema names.

    Raises:
        ImportRefused: it is damaged.
    """
    connection = sqlite3.connect(f"{opened.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.text_factory = lambda said: said.decode("utf-8", errors="replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA mmap_size = 0")
        yield connection
    except sqlite3.Error:
        raise ImportRefused(Message("sources.broken-database"), opened.where) from None
    finally:
        connection.close()


def quoted(word: str) -> str:
    """A table or column as SQL writes it."""
    return '"' + word.replace('"', '""') + '"'


def table_names(connection: sqlite3.Connection) -> list[str]:
    """Tables that hold rows of their own; views are statements of the file, and are not run."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    return [
        name
        for name, sql in rows
        if not name.startswith("sqlite_") and not str(sql).upper().startswith("CREATE VIRTUAL")
    ]


def tables(opened: Opened, scratch: Path) -> Iterator[Part]:
    """The tables of a database that hold rows."""
    with opened_database(opened) as connection:
        names = [
            name
            for name in table_names(connection)
            if connection.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1").fetchone()
        ]
    if not names:
        raise ImportRefused(Message("sources.empty-database"), opened.where)
    for name in names[: LIMITS.members]:
        called = opened.name if len(names) == 1 else f"{opened.name}/{shown(name).replace('/', '-')}"
        yield Part(called, _loader(opened, name))


def _loader(opened: Opened, name: str) -> Callable[[Engine, str, Source | None], tuple[Raw, Sniffed | None]]:
    def load(engine: Engine, table: str, said: Source | None) -> tuple[Raw, Sniffed | None]:
        with opened_database(opened) as connection:
            return read_query(engine, connection, f"SELECT * FROM {quoted(name)}", table, opened), None

    return load


def read_query(engine: Engine, connection: sqlite3.Connection, query: str, table: str, opened: Opened) -> Raw:
    """The rows of a query as a table of the engine; what is no text, number or nothing is left out."""
    cursor = connection.execute(query)
    names, doubled = name_columns([column[0] for column in cursor.description])
    if len(names) > LIMITS.columns:
        raise ImportRefused(
            Message("sources.too-many-columns", {"count": len(names), "limit": LIMITS.columns}), opened.where
        )
    make_table(engine, table, len(names))
    line = 0
    while rows := cursor.fetchmany(_ROWS):
        lines = list(range(line + 1, line + len(rows) + 1))
        line += len(rows)
        cells = {f"c{at}": [_text(row[at]) for row in rows] for at in range(len(names))}
        insert(engine, table, {"line": lines, **cells})
    raw = Raw(table, names, kind="sqlite")
    if doubled:
        raw.warnings.append(Message("sources.doubled-columns", {"columns": list(doubled)}))
    return raw


def _text(value: Any) -> str | None:
    return None if isinstance(value, bytes) else text_of(value)
