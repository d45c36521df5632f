"""Adding staged rows to a table: what is new, what changed, what only repeats.

A row is known by its source and key; without a key by its source and everything it says. Of rows that say the
same, the one that stands first (file, row, position) gives the lineage, so that neither the order nor the
repetition of imports shows in the result. Where two rows of one key disagree, the later import wins, then the
later row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from polku.errors import LakeError, Where
from polku.records.engine import Engine, Relation, file_text, literal, name
from polku.records.schema import DEAL_BY, ENTITIES, LATER, LINEAGE, RECORDS, REF_COLUMNS, Column, Table
from polku.words import Message

_ROW_BITS = 40
"""Of the number of a row, those that count within its file."""
NOT_SAID = frozenset({*(column.name for column in LINEAGE if column.name != "source"), "priority", "zone"})
"""Columns that tell how a row was read rather than what it says."""


@dataclass(frozen=True)
class Batch:
    """The staged rows of one import for one table.

    Args:
        number: place among the imports of this publish.
        file: the Parquet file.
        known: this very file was imported before, so it must not undo what came since.
        begins: the line of its first row, where no column says the lines.
    """

    number: int
    file: Path
    known: bool = False
    begins: int | None = None


@dataclass(frozen=True)
class Merged:
    """A table with its staged rows beside those it had.

    The wide rows stay in their files. What becomes of those that meet another of the same id, or go, stands in the
    temporary table `odd_<table>`: import (−1 for what was there), row `r` of its file, `keep` (it stands for its
    id from now on) and `fate` (new, changed, repeated; NULL for what was there). All others are kept, and new.

    Args:
        rows: all of them, with import and r.
        changed: the table differs from what it was.
    """

    table: Table
    rows: Relation
    changed: bool

    def kept(self) -> Relation:
        """The rows that stand from now on, in the columns of a staged table, with their position."""
        columns = ", ".join(f"a.{name(column.name)}" for column in self.table.columns)
        return Relation(
            f"(SELECT {columns}, a.position FROM {self.rows.sql} a ANTI JOIN "
            f"(SELECT batch, r FROM odd_{self.table.name} WHERE NOT keep) USING (batch, r))",
            self.rows.files,
        )

    def fates(self, number: int) -> Relation:
        """Line in the file and fate of each row of one import."""
        return Relation(
            f"(SELECT a.source_row AS line, coalesce(o.fate, 'new') AS fate FROM {self.rows.sql} a "
            f"LEFT JOIN odd_{self.table.name} o USING (batch, r) WHERE a.batch = {number})",
            self.rows.files,
        )


AT_ONCE = 1_000_000
"""So many rows are sorted at once where they are known by the same; each takes some 300 bytes."""


def merge(
    engine: Engine,
    table: Table,
    present: Relation | None,
    batches: Sequence[Batch],
    gone: Sequence[tuple[str, str]] = (),
) -> Merged:
    """Find out what becomes of each row.

    Args:
        present: the table as it was, in the columns of a staged one, with position and r.
        gone: (source, source_file) whose rows stay only where a batch says them again.
    """
    rows = _all_rows(engine, table, present, batches, gone)
    said, k1, k2 = row_keys(table)
    if present is None and (count := _all_apart(engine, rows, k1)) is not None:
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE odd_{table.name} (batch INTEGER, r BIGINT, keep BOOLEAN, fate VARCHAR)"
        )
        return Merged(table, rows, count > 0)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE ids AS SELECT batch, r, gone, {said} AS h, {k1} AS k1, {k2} AS k2 FROM {{rows}}",
        tables={"rows": rows},
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE odd_{table.name} (batch INTEGER, r BIGINT, keep BOOLEAN, fate VARCHAR)"
    )
    # What becomes of a row hangs on those known by the same alone, so that many rows are sorted part by part.
    parts = 1 + engine.rows("SELECT count(*) FROM ids")[0][0] // AT_ONCE
    for part in range(parts):
        # Most ids come once: only the others are worth sorting.
        engine.execute(
            f"INSERT INTO odd_{table.name} "
            f"WITH part AS (FROM ids{f' WHERE k1 % {parts} = {part}' if parts > 1 else ''}), "
            f"counted AS (SELECT k1, k2 FROM part GROUP BY ALL HAVING count(*) > 1), "
            f"several AS (SELECT i.*, a.turn, a.source_file, a.source_row, a.position "
            f"  FROM part i SEMI JOIN counted USING (k1, k2) JOIN {{rows}} a USING (batch, r)), "
            f"heard AS (SELECT *, first_value(h) OVER (PARTITION BY k1, k2 "
            f"    ORDER BY gone, turn DESC, source_row DESC, position DESC, h) AS said, "
            f"  max(h) FILTER (batch < 0) OVER (PARTITION BY k1, k2) AS before, "
            f"  bool_and(gone) OVER (PARTITION BY k1, k2) AS lost FROM several), "
            f"ranked AS (SELECT *, row_number() OVER (PARTITION BY k1, k2 "
            f"    ORDER BY (h = said) DESC, source_file, source_row, position, batch) AS place FROM heard) "
            f"SELECT batch, r, place = 1 AND NOT lost AS keep, "
            f"  CASE WHEN batch < 0 THEN NULL WHEN place > 1 OR before = said THEN 'repeated' "
            f"    WHEN before IS NULL THEN 'new' ELSE 'changed' END AS fate FROM ranked "
            f"UNION ALL SELECT batch, r, false, NULL FROM part ANTI JOIN counted USING (k1, k2) WHERE gone",
            tables={"rows": rows},
        )
    changed = engine.rows(
        f"SELECT (SELECT count(*) FROM ids WHERE batch >= 0) > (SELECT count(*) FROM odd_{table.name} WHERE batch >= 0) "
        f"OR (SELECT count(*) FROM odd_{table.name} WHERE keep <> (batch < 0)) > 0"
    )[0][0]
    engine.execute("DROP TABLE ids")
    return Merged(table, rows, bool(changed))


def _all_apart(engine: Engine, rows: Relation, key: str) -> int | None:
    """How many rows there are, where no two are known by the same; else None. Of rows that come first, most are so."""
    count, several = engine.rows(
        f"SELECT coalesce(sum(n), 0), count(*) FILTER (WHERE n > 1) FROM (SELECT {key} AS k, count(*) AS n FROM {{rows}} GROUP BY k)",
        tables={"rows": rows},
    )[0]
    return None if several else int(count)


def row_keys(table: Table) -> tuple[str, str, str]:
    """Hashes of what a staged row says, and of what it is known by, the latter twice, as expressions."""
    said = [name(column.name) for column in table.columns if column.name not in NOT_SAID]
    keyed = " OR ".join(f"{name(key)} IS NOT NULL" for key in table.key) or "false"
    keys = ["source", *map(name, table.key)] if table.key else ["source"]
    # Two hashes over the columns in opposite orders: what clashes in one does not in the other.
    there, back = f"hash({', '.join(said)})", f"hash({', '.join(reversed(said))}, 'back')"
    return (
        there,
        f"CASE WHEN {keyed} THEN hash({', '.join(keys)}) ELSE {there} END",
        f"CASE WHEN {keyed} THEN hash({', '.join(reversed(keys))}, 'back') ELSE {back} END",
    )


def _all_rows(
    engine: Engine,
    table: Table,
    present: Relation | None,
    batches: Sequence[Batch],
    gone: Sequence[tuple[str, str]],
) -> Relation:
    columns = ", ".join(name(column.name) for column in table.columns)
    selects: list[str] = []
    files: list[Path] = []
    if present is not None:
        out = " OR ".join(
            f"(source = {literal(source)} AND source_file = {literal(file)})" for source, file in gone
        )
        # What was there has turn 0: a known file speaks before it, a new one after it.
        selects.append(
            f"SELECT -1 AS batch, r, 0 AS turn, coalesce({out or 'false'}, false) AS gone, position, {columns} "
            f"FROM {present.sql}"
        )
        files += present.files
    for batch in batches:
        found = engine.describe(batch.file)
        unknown = sorted(set(found) - {column.name for column in table.columns})
        if unknown:
            raise LakeError(
                Message("records.unknown-columns", {"table": table.name, "columns": unknown}),
                Where(str(batch.file)),
            )
        values = staged_columns(table, found, batch.begins)
        turn = -1 if batch.known else batch.number + 1
        selects.append(
            f"SELECT {batch.number} AS batch, file_row_number AS r, {turn} AS turn, false AS gone, "
            f"file_row_number AS position, {values} "
            f"FROM read_parquet({file_text(batch.file)}, file_row_number = true)"
        )
        files.append(batch.file)
    return Relation(f"({' UNION ALL '.join(selects)})", tuple(files))


def staged_columns(table: Table, given: Collection[str], begins: int | None) -> str:
    """All columns of a table from a staged file that has some of them, as expressions.

    Args:
        begins: as in `Staged`.
    """

    def value(column: Column) -> str:
        if column.name in given:
            return name(column.name)
        return f"file_row_number + {begins}" if column.name == "source_row" and begins is not None else "NULL"

    return ", ".join(f"{value(column)}::{column.type} AS {name(column.name)}" for column in table.columns)


def with_later(table: str, rows: str, linked: bool = False) -> str:
    """Rows of a table that an earlier release may have written, with the columns it has today.

    Args:
        linked: as in `as_staged`.
    """
    later = [
        f"NULL::{column.type} AS {name(column.name)}"
        for column in RECORDS[table].columns
        if column.name in LATER.get(table, ())
    ]
    later += [f"NULL::VARCHAR AS {DEAL_BY}"] if linked else []
    return f"FROM {rows} UNION ALL BY NAME SELECT {', '.join(later)} WHERE false" if later else f"FROM {rows}"


def row_number(file: int, place: int) -> int:
    """The number `r` of a row of a table: which of its files, and its place in it."""
    return (file << _ROW_BITS) + place


def as_staged(table: str, published: Sequence[Path], *, linked: bool = False) -> Relation:
    """A published table as its sources said it: with their words instead of resolved ids, position and r.

    Args:
        linked: link tables may have told the deals of these events.
    """
    if not published:
        return Relation(
            f"(SELECT *, 0::BIGINT AS position, 0::BIGINT AS r FROM {Relation.of_files((), RECORDS[table]).sql})"
        )
    own = {} if table in ENTITIES else {column: name(ref) for column, ref in REF_COLUMNS.items()}
    if linked:
        own["deal_id"] = f"CASE WHEN {DEAL_BY} IS NULL THEN deal_id END"
    columns = ", ".join(
        f"{own[column.name]} AS {name(column.name)}" if column.name in own else name(column.name)
        for column in RECORDS[table].columns
    )
    position = "position" if table == "events" else "0::BIGINT AS position"
    selects = (
        f"SELECT {columns}, {position}, file_row_number + {row_number(number, 0)} AS r "
        f"FROM ({with_later(table, f'read_parquet({file_text(file)}, file_row_number = true)', linked)})"
        for number, file in enumerate(published)
    )
    return Relation(f"({' UNION ALL '.join(selects)})", tuple(published))
