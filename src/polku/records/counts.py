"""A file that comes in, read and staged, and what became of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from polku.records.alike import Rows
from polku.records.engine import Engine, Relation
from polku.records.merging import Merged
from polku.records.schema import RECORDS
from polku.words import Message


@dataclass(frozen=True)
class Staged:
    """One file of a system, read: a folder with `<table>.parquet` for each table it fills, and `rejects.parquet`.

    A staged table has columns of `schema.RECORDS`; its rows stand in the order of the file, and those of one row
    of the file in the order of the mapping.

    Args:
        file: the file's name, as `source_file` and `rejects.file` say it.
        source: id of the mapping, as `source` says it.
        as_: the system or mapping it was read as, for people.
        sha256: of the file; the same file again changes nothing that came since.
        mapping: a digest of the mapping; the same file read by another mapping replaces its earlier reading.
        rows: rows of the file, when known.
        warnings: what the import has to say; kept in the history.
        whole: it holds all its source has, so that what earlier files said, and it does not, is gone.
        begins: the line of its first row, where each line gave one row, in their order, and no column says which.
    """

    folder: Path
    file: str
    source: str = ""
    as_: str = ""
    sha256: str = ""
    mapping: str = ""
    rows: int | None = None
    warnings: tuple[Message, ...] = ()
    whole: bool = False
    begins: int | None = None

    def table(self, table: str) -> Path | None:
        """The staged rows of a table, None where the file fills it with nothing."""
        file = self.folder / f"{table}.parquet"
        return file if file.exists() else None


@dataclass(frozen=True)
class TableCount:
    """What became of the staged rows of one table."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    repeated: int = 0


@dataclass(frozen=True)
class FileCount:
    """What became of one file. A row of it is used when any of its staged rows is new or changed, rejected when it
    gave only a reject, else repeated.
    """

    file: str
    source: str
    as_: str
    used: int
    rejected: int
    repeated: int
    tables: Mapping[str, TableCount]


def count_file(engine: Engine, one: Staged, number: int, merged: Mapping[str, Merged]) -> FileCount:
    """Say what became of a file.

    Args:
        number: its place among the imports of this publish.
        merged: table → its rows with those that came in.
    """
    if counted_at_once := _of_lines(engine, one, number, merged):
        return counted_at_once
    lines = {f"table:{table}": merged[table].fates(number) for table in sorted(merged) if one.table(table)}
    tables: dict[str, TableCount] = {}
    for table, relation in lines.items():
        counts = dict(engine.rows("SELECT fate, count(*) FROM {it} GROUP BY fate", None, {"it": relation}))
        tables[table.removeprefix("table:")] = TableCount(rows=sum(counts.values()), **counts)
    rejects = one.table("rejects")
    if rejects:
        said = Relation.of_files((rejects,), RECORDS["rejects"])
        lines["rejects"] = Relation(f"(SELECT line, 'rejected' AS fate FROM {said.sql})", said.files)
    counted = {"used": 0, "repeated": 0, "rejected": 0}
    if lines:
        rows = " UNION ALL ".join(f"SELECT line, fate FROM {{{table}}}" for table in lines)
        counted |= dict(
            engine.rows(
                "SELECT CASE WHEN used THEN 'used' WHEN again THEN 'repeated' ELSE 'rejected' END AS fate, count(*) "
                "FROM (SELECT line, bool_or(fate IN ('new', 'changed')) AS used, bool_or(fate = 'repeated') AS again "
                f"  FROM ({rows}) GROUP BY line) GROUP BY ALL",
                tables=lines,
            )
        )
    return FileCount(one.file, one.source, one.as_, tables=tables, **counted)


def _of_lines(engine: Engine, one: Staged, number: int, merged: Mapping[str, Merged]) -> FileCount | None:
    """The count of a file that fills one table with one row of each line; None where it is another."""
    given = [table for table in merged if one.table(table)]
    if len(given) != 1:
        return None
    its = merged[given[0]]
    parts = its.of_import(number)
    if one.begins is None and not _rise(engine, parts):
        return None
    fates: dict[str, int] = dict(
        engine.rows(f"SELECT fate, count(*) FROM {its.odd} WHERE batch = {number} GROUP BY fate")
    )
    rows = sum(part.count for part in parts)
    counts = TableCount(
        rows,
        rows - fates.get("changed", 0) - fates.get("repeated", 0),
        fates.get("changed", 0),
        fates.get("repeated", 0),
    )
    rejected = 0
    if rejects := one.table("rejects"):
        said = Relation.of_files((rejects,), RECORDS["rejects"])
        rejected = engine.rows(
            "SELECT count(*) FROM (SELECT DISTINCT line FROM {rejects}) ANTI JOIN {fates} USING (line)",
            tables={"rejects": said, "fates": its.fates(number)},
        )[0][0]
    return FileCount(
        one.file,
        one.source,
        one.as_,
        counts.new + counts.changed,
        rejected,
        counts.repeated,
        {given[0]: counts},
    )


def _rise(engine: Engine, parts: Sequence[Rows]) -> bool:
    """Whether every row stands in a line of its own, one after the other."""
    import numpy as np

    last = -1
    for part in parts:
        for _, sql in part.parts():
            lines = engine.columns(f"SELECT source_row FROM ({sql})", None, {})["source_row"]
            if not len(lines):
                continue
            if np.ma.isMaskedArray(lines) or lines[0] <= last or (np.diff(lines) <= 0).any():
                return False
            last = int(lines[-1])
    return True
