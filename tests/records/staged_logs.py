"""Small logs as text, staged as an import would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from polku.records.engine import Engine, Relation, literal, name
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import Staged
from polku.records.schema import RECORDS

Rows = Sequence[Mapping[str, Any]]


def stage(
    folder: Path,
    file: str = "crm.csv",
    *,
    source: str = "crm",
    sha256: str = "",
    mapping: str = "",
    **tables: Rows,
) -> Staged:
    """Write tables of rows as the staged import of one file; rows without a line get one, from 2."""
    folder.mkdir(parents=True)
    with Engine(ordered=True) as engine:
        for table, rows in tables.items():
            write(engine, folder, table, rows, file, source)
    return Staged(folder, file, source, source, sha256, mapping)


def write(engine: Engine, folder: Path, table: str, rows: Rows, file: str, source: str) -> None:
    """Write one staged table."""
    lineage = (
        {"source": source, "file": file}
        if table == "rejects"
        else {"source": source, "source_kind": source, "source_file": file}
    )
    line = "line" if table == "rejects" else "source_row"
    full = [{**lineage, line: number, **row} for number, row in enumerate(rows, 2)]
    columns = RECORDS[table].columns
    values = [
        ", ".join(f"{text(row.get(column.name))}::{column.type} AS {name(column.name)}" for column in columns)
        for row in full
    ]
    empty = f"SELECT * FROM {Relation.of_files((), RECORDS[table]).sql}"
    # As a relation: a value may look like a place for a table.
    rows_ = Relation(f"({' UNION ALL '.join([empty, *(f'SELECT {row}' for row in values)])})")
    engine.write("SELECT * FROM {rows}", folder / f"{table}.parquet", tables={"rows": rows_})


def text(value: object) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(text, value))}]"
    return "'" + str(value).replace("'", "''") + "'"


def events(*lines: str) -> list[dict[str, Any]]:
    """Events written as `time account activity`: `2026-01-05T10 acme call`; a bare day is a dated event."""
    rows = []
    for line in lines:
        time, account, activity = line.split(maxsplit=2)
        dated = "T" not in time
        rows.append(
            {
                "time": time if dated else time.replace("T", " ") + (":00:00" if len(time) == 13 else ""),
                "precision": "day" if dated else "second",
                "account_id": None if account == "-" else account,
                "activity": activity,
            }
        )
    return rows


def paths(lake: Lake) -> dict[str, str]:
    """The activities of each case in order, `{"acme": "call mail"}`."""
    with open_log(lake.folder) as log:
        rows = log.rows(
            "SELECT key, string_agg(activity, ' ' ORDER BY m.ord) FROM {moves} m JOIN {cases} USING (cid) "
            "JOIN {codes} USING (code) GROUP BY key"
        )
    return dict(rows)


def said_rows(table: str, rows: Rows) -> Relation:
    """A table of rows as the engine reads one, without a file; what a row leaves out is NULL."""
    selects = [
        "SELECT "
        + ", ".join(
            f"{'NULL' if row.get(one.name) is None else literal(str(row[one.name]))}::{one.type} AS {name(one.name)}"
            for one in RECORDS[table].columns
        )
        for row in rows
    ]
    return Relation(f"({' UNION ALL '.join(selects)})") if rows else Relation.of_files((), RECORDS[table])
