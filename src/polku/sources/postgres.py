"""Queries of a PostgreSQL database: each `.sql` file gives one table, read in a transaction that can write nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from polku.errors import ImportRefused, Where
from polku.sources.files import LIMITS, shown
from polku.words import Message

VARIABLE = "POLKU_DATABASE"
"""Names the database where the command does not; a password is better kept there, or in ~/.pgpass."""
_LONGEST = 1_000_000
_MINUTES = 30
_SKIPPED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)


def fetched(paths: Sequence[Path], database: str | None, folder: Path) -> list[Path]:
    """The paths, with each `.sql` file replaced by a text file of the rows that its query gives.

    Args:
        database: as PostgreSQL writes it (postgresql://user@host/name); else the variable `POLKU_DATABASE`.
        folder: where the rows are kept; the caller removes it.

    Raises:
        ImportRefused: no database is named or reached, or the query fails; nothing of it is said that may hold
            a password.
    """
    found: list[Path] = []
    for number, path in enumerate(paths):
        if path.suffix.lower() != ".sql" or not path.is_file():
            found.append(path)
            continue
        inside = folder / f"query-{number}"
        inside.mkdir(parents=True)
        rows = inside / f"{path.stem}.csv"
        where = Where(file=shown(path.name))
        with rows.open("wb") as out:
            _run(query_of(path), database or os.environ.get(VARIABLE), out, where)
        found.append(rows)
    return found


def query_of(path: Path) -> str:
    """The one statement in a file.

    Raises:
        ImportRefused: it is no text, or more than one statement.
    """
    where = Where(file=shown(path.name))
    try:
        said = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ImportRefused(Message("sources.no-query"), where) from None
    bare = said.strip().rstrip(";").strip()
    plain = _SKIPPED.sub(" ", bare)
    if not plain.strip() or len(said) > _LONGEST:
        raise ImportRefused(Message("sources.no-query"), where)
    if ";" in plain:
        raise ImportRefused(Message("sources.several-statements"), where)
    return bare


def _run(query: str, database: str | None, out: IO[bytes], where: Where) -> None:
    try:
        import psycopg
    except ImportError:
        raise ImportRefused(Message("sources.no-psycopg"), where) from None
    if not database:
        raise ImportRefused(Message("sources.no-database", {"variable": VARIABLE}), where)
    try:
        # Read-only from the first word on, also in whatever transaction a query might begin by itself.
        options = (
            "-c default_transaction_read_only=on -c timezone=UTC -c datestyle=ISO -c intervalstyle=iso_8601"
        )
        with psycopg.connect(
            database, options=options, connect_timeout=20, application_name="polku", autocommit=False
        ) as connection:
            connection.read_only = True
            connection.execute(f"SET LOCAL statement_timeout = '{_MINUTES}min'")
            size = 0
            # The line break keeps a comment at the query's end from hiding what follows.
            copy = f"COPY (\n{query}\n) TO STDOUT (FORMAT csv, HEADER true)"
            with connection.cursor() as cursor, cursor.copy(copy.encode()) as rows:
                for block in _blocks(rows):
                    size += len(block)
                    if size > LIMITS.unpacked_bytes:
                        raise ImportRefused(
                            Message(
                                "sources.too-large",
                                {"limit": LIMITS.unpacked_bytes >> 20, "ratio": LIMITS.ratio},
                            ),
                            where,
                        )
                    out.write(block)
    except psycopg.OperationalError as error:
        if error.sqlstate is None:
            raise ImportRefused(Message("sources.database-away"), where) from None
        raise ImportRefused(Message("sources.query-failed", {"reason": _reason(error)}), where) from None
    except psycopg.Error as error:
        raise ImportRefused(Message("sources.query-failed", {"reason": _reason(error)}), where) from None


def _blocks(rows: object) -> Iterator[bytes]:
    for block in rows:  # type: ignore[attr-defined]
        yield bytes(block)


def _reason(error: Exception) -> str:
    """What the server said, without the statement around it."""
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    return str(said or type(error).__name__)
