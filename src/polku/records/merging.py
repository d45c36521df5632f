"""Adding staged rows to a table: what is new, what changed, what only repeats.

A row is known by its source and key; without a key by its source and everything it says. Of rows that say the
same, the one that stands first (file, row, position) gives the lineage, so that neither the order nor the
repetition of imports shows in the result. Where two rows of one key disagree, the later import wins, then the
later row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from polku.errors import LakeError, Where
from polku.records.engine import Engine, Relation, file_text, literal, name
from polku.records.schema import ENTITIES, LINEAGE, RECORDS, REF_COLUMNS, Table
from polku.words import Message

NOT_SAID = frozenset({*(column.name for column in LINEAGE if column.name != "source"), "priority", "zone"})
"""Columns that tell how a row was read rather than what it says."""


@dataclass(frozen=True)
class Batch:
    """The staged rows of one import for one table.

    Args:
        number: place among the imports of this publish.
        file: the Parquet file.
        known: this very file was imported before, so it must not undo what came since.
    """

    number: int
    file: Path
    known: bool = False


def merge(
    engine: Engine,
    table: Table,
    present: Relation | None,
    batches: Sequence[Batch],
    gone: Sequence[tuple[str, str]] = (),
) -> bool:
    """Make two temporary tables: `all_<table>` with every row, `rank_<table>` with what becomes of each.

    `rank_` has one row per row of `all_`: its number `r`, `batch` (−1 for what was there), `keep` (it stands for
    its id from now on) and `fate` (new, changed, repeated; NULL for what was there).

    Args:
        present: the table as it was, in the columns of a staged one.
        gone: (source, source_file) whose rows stay only where a batch says them again.

    Returns:
        Whether the table differs from what it was.
    """
    _gather(engine, table, present, batches, gone)
    said = [name(column.name) for column in table.columns if column.name not in NOT_SAID]
    keyed = " OR ".join(f"{name(key)} IS NOT NULL" for key in table.key) or "false"
    keys = ["source", *map(name, table.key)] if table.key else ["source"]
    # Two hashes over the columns in opposite orders: what clashes in one does not in the other.
    there, back = f"hash({', '.join(said)})", f"hash({', '.join(reversed(said))}, 'back')"
    engine.execute(
        f"CREATE TEMP TABLE id_{table.name} AS "
        f"SELECT rowid AS r, batch, turn, gone, source_file, source_row, position, {there} AS h, "
        f"CASE WHEN {keyed} THEN hash({', '.join(keys)}) ELSE {there} END AS k1, "
        f"CASE WHEN {keyed} THEN hash({', '.join(reversed(keys))}, 'back') ELSE {back} END AS k2 "
        f"FROM all_{table.name}"
    )
    # Most ids come once: only the others are worth sorting.
    engine.execute(
        f"CREATE TEMP TABLE rank_{table.name} AS "
        f"WITH counted AS (SELECT k1, k2 FROM id_{table.name} GROUP BY ALL HAVING count(*) > 1), "
        f"single AS (SELECT r, batch, NOT gone AS keep, CASE WHEN batch >= 0 THEN 'new' END AS fate "
        f"  FROM id_{table.name} ANTI JOIN counted USING (k1, k2)), "
        f"heard AS (SELECT *, first_value(h) OVER (PARTITION BY k1, k2 "
        f"    ORDER BY gone, turn DESC, source_row DESC, position DESC, h) AS said, "
        f"  max(h) FILTER (batch < 0) OVER (PARTITION BY k1, k2) AS before, "
        f"  bool_and(gone) OVER (PARTITION BY k1, k2) AS lost "
        f"  FROM id_{table.name} SEMI JOIN counted USING (k1, k2)), "
        f"ranked AS (SELECT *, row_number() OVER (PARTITION BY k1, k2 "
        f"    ORDER BY (h = said) DESC, source_file, source_row, position, batch) AS place FROM heard) "
        f"SELECT * FROM single UNION ALL SELECT r, batch, place = 1 AND NOT lost AS keep, "
        f"  CASE WHEN batch < 0 THEN NULL WHEN place > 1 OR before = said THEN 'repeated' "
        f"    WHEN before IS NULL THEN 'new' ELSE 'changed' END AS fate FROM ranked"
    )
    engine.execute(f"DROP TABLE id_{table.name}")
    return bool(engine.rows(f"SELECT count(*) FROM rank_{table.name} WHERE keep <> (batch < 0)")[0][0])


def _gather(
    engine: Engine,
    table: Table,
    present: Relation | None,
    batches: Sequence[Batch],
    gone: Sequence[tuple[str, str]],
) -> None:
    columns = ", ".join(name(column.name) for column in table.columns)
    selects: list[str] = []
    tables: dict[str, Relation] = {}
    if present is not None:
        out = " OR ".join(
            f"(source = {literal(source)} AND source_file = {literal(file)})" for source, file in gone
        )
        selects.append(f"SELECT -1 AS batch, 0 AS turn, gone, position, {columns} FROM {{present}}")
        tables["present"] = Relation(
            f"(SELECT *, coalesce({out or 'false'}, false) AS gone FROM {present.sql})", present.files
        )
    for batch in batches:
        found = engine.describe(batch.file)
        unknown = sorted(set(found) - {column.name for column in table.columns})
        if unknown:
            raise LakeError(
                Message("records.unknown-columns", {"table": table.name, "columns": unknown}),
                Where(str(batch.file)),
            )
        values = ", ".join(
            f"{name(column.name) if column.name in found else 'NULL'}::{column.type} AS {name(column.name)}"
            for column in table.columns
        )
        # What was there has turn 0: a known file speaks before it, a new one after it.
        turn = -1 if batch.known else batch.number + 1
        selects.append(
            f"SELECT {batch.number} AS batch, {turn} AS turn, false AS gone, file_row_number AS position, {values} "
            f"FROM {{staged:{letters(batch.number)}}}"
        )
        tables[f"staged:{letters(batch.number)}"] = Relation(
            f"read_parquet({file_text(batch.file)}, file_row_number = true)", (batch.file,)
        )
    engine.execute(f"CREATE TEMP TABLE all_{table.name} AS " + " UNION ALL ".join(selects), tables=tables)


def letters(number: int) -> str:
    """A number in the letters that names of tables in templates are made of."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def kept(table: str) -> Relation:
    """The rows of a merged table that stand from now on."""
    columns = ", ".join(f"a.{name(column.name)}" for column in RECORDS[table].columns)
    return Relation(
        f"(SELECT {columns}, a.position FROM all_{table} a JOIN rank_{table} k ON k.r = a.rowid WHERE k.keep)"
    )


def as_staged(table: str, published: Relation) -> Relation:
    """A published table as its sources said it: with their words instead of resolved ids."""
    refs = {} if table in ENTITIES else REF_COLUMNS
    columns = ", ".join(
        f"{name(refs[column.name])} AS {name(column.name)}" if column.name in refs else name(column.name)
        for column in RECORDS[table].columns
    )
    position = "position" if table == "events" else "0::BIGINT AS position"
    return Relation(f"(SELECT {columns}, {position} FROM {published.sql})", published.files)


def fates(engine: Engine, table: str, number: int) -> dict[str, int]:
    """What became of the rows of one import in a merged table: fate → rows."""
    rows = engine.rows(
        f"SELECT fate, count(*) FROM rank_{table} WHERE batch = {number} GROUP BY ALL ORDER BY ALL"
    )
    return {str(fate): int(count) for fate, count in rows}
