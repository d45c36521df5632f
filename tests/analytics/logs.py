"""Small lakes for tests: rows as dictionaries, published as an import publishes them."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from polku.records.lake import Lake
from polku.records.log import Log, open_log
from polku.records.publish import Staged, publish
from polku.records.schema import RECORDS

NOON = dt.datetime(2026, 1, 1, 12)


def publish_rows(
    folder: Path, sources: Mapping[tuple[str, str], Mapping[str, Sequence[Mapping[str, Any]]]]
) -> Log:
    """A log of rows by (source, kind) and table; `priority` of an event orders sources at equal times."""
    staged = []
    for (source, kind), tables in sources.items():
        stage = folder / "staged" / source
        stage.mkdir(parents=True)
        for table, rows in tables.items():
            if rows:
                write_rows(stage / f"{table}.parquet", table, rows, source, kind)
        staged.append(Staged(folder=stage, file=f"{source}.csv", source=source, as_=kind))
    publish(Lake(folder / "lake"), staged, threads=1)
    return open_log(folder, threads=1)


def published_rows(
    folder: Path, sources: Mapping[tuple[str, str], Mapping[str, Sequence[Mapping[str, Any]]]]
) -> Log:
    """The same for tests that ask: rows that were published before are copied, which takes a tenth of publishing them."""
    said = repr(sources)
    if (folder / "lake").exists():
        return publish_rows(folder, sources)
    if said in _PUBLISHED:
        shutil.copytree(_PUBLISHED[said], folder / "lake")
        return open_log(folder, threads=1)
    log = publish_rows(folder, sources)
    if len(_PUBLISHED) < MOST_KEPT:
        kept = Path(_kept().name) / str(len(_PUBLISHED))
        _PUBLISHED[said] = shutil.copytree(folder / "lake", kept)
    return log


MOST_KEPT = 100
_PUBLISHED: dict[str, Path] = {}


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="polku-test-logs-")


def write_rows(file: Path, table: str, rows: Sequence[Mapping[str, Any]], source: str, kind: str) -> None:
    """Staged rows of one table; what a row leaves out is NULL."""
    columns = RECORDS[table].columns
    filled = [
        {
            "source": source,
            "source_kind": kind,
            "source_file": f"{source}.csv",
            "source_row": number,
            **({"precision": "second", "priority": 0} if table == "events" else {}),
            **row,
        }
        for number, row in enumerate(rows, start=2)
    ]
    # Whole columns at once, on one engine for all: row by row it takes longer than to publish them.
    selected, given = [], {}
    for column in columns:
        values = [row.get(column.name) for row in filled]
        if all(value is None for value in values):
            selected.append(f'NULL::{column.type} AS "{column.name}"')
        else:
            given[column.name] = values
            selected.append(f'unnest(${column.name}::{column.type}[]) AS "{column.name}"')
    _writer().execute(f"COPY (SELECT {', '.join(selected)}) TO '{file}' (FORMAT parquet)", given)


@cache
def _writer() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


class Folder:
    """A temporary folder that ends with the block."""

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix="polku-test-"))
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
