"""Parquet files: every column as text, so that one way of reading values serves all kinds of files."""

from __future__ import annotations

from pathlib import Path

from polku.errors import ImportRefused
from polku.records.engine import Engine, Relation, file_text, literal, name
from polku.sources.files import LIMITS, Opened
from polku.sources.raw import Raw
from polku.sources.sniffing import name_columns
from polku.words import Message


def read_parquet(engine: Engine, opened: Opened, table: str) -> Raw:
    """Read a Parquet file into a table of the engine; lists become texts joined by `;`, times ISO 8601.

    Raises:
        ImportRefused: the file is damaged, or has too many columns.
    """
    # Given apart from the template, so that no sign in the path is taken for the template's own.
    tables = {"it": Relation(f"read_parquet({file_text(opened.path)})", (opened.path,))}
    try:
        described = engine.rows("DESCRIBE SELECT * FROM {it}", tables=tables)
        names, doubled = name_columns([row[0] for row in described])
        if len(names) > LIMITS.columns:
            raise ImportRefused(
                Message("sources.too-many-columns", {"count": len(names), "limit": LIMITS.columns}),
                opened.where,
            )
        cells = ", ".join(
            f"nullif({_as_text(name(row[0]), row[1])}, '') AS c{place}" for place, row in enumerate(described)
        )
        engine.execute(
            f"""CREATE OR REPLACE TABLE {table} AS
            SELECT row_number() OVER () AS line, {cells} FROM {{it}}""",
            tables=tables,
        )
    except ImportRefused:
        raise
    except Exception:
        raise ImportRefused(Message("sources.broken-parquet"), opened.where) from None
    raw = Raw(table, names, kind="parquet")
    if doubled:
        raw.warnings.append(Message("sources.doubled-columns", {"columns": list(doubled)}))
    return raw


def nested(engine: Engine, opened: Opened) -> bool:
    """Whether a Parquet file holds records within records."""
    tables = {"it": Relation(f"read_parquet({file_text(opened.path)})", (opened.path,))}
    try:
        described = engine.rows("DESCRIBE SELECT * FROM {it}", tables=tables)
    except Exception:
        return False
    return any(row[1].startswith(("STRUCT", "MAP")) or "STRUCT(" in row[1] for row in described)


def write_json(engine: Engine, opened: Opened, file: Path) -> None:
    """Write the rows of a Parquet file as JSON, one object per line.

    Raises:
        ImportRefused: the file is damaged.
    """
    tables = {"it": Relation(f"read_parquet({file_text(opened.path)})", (opened.path,))}
    try:
        engine.execute(f"COPY (SELECT * FROM {{it}}) TO {literal(str(file))} (FORMAT json)", tables=tables)
    except Exception:
        raise ImportRefused(Message("sources.broken-parquet"), opened.where) from None


def _as_text(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return column
    if kind == "VARCHAR[]":
        return f"array_to_string({column}, ';')"
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"strftime({column} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f') || 'Z'"
    if kind.startswith("TIMESTAMP"):
        return f"strftime(CAST({column} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%f')"
    return f"CAST({column} AS VARCHAR)"
