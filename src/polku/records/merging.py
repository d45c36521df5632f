"""Adding staged rows to a table: what is new, what changed, what only repeats.

A row is known by its source and key; without a key by its source and everything it says. Of rows that say the
same, the one that stands first (file, row, position) gives the lineage, so that neither the order nor the
repetition of imports shows in the result. Where two rows of one key disagree, the later import wins, then the
later row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from polku.errors import LakeError, Where
from polku.records.alike import Alike, Rows, find_alike
from polku.records.engine import Engine, Relation, file_text, literal, name
from polku.records.files import LeftOut
from polku.records.layers import Layers, but_gone, whole
from polku.records.schema import (
    DEAL_BY,
    ENTITIES,
    LATER,
    LINEAGE,
    PUBLISHED,
    RECORDS,
    REF_COLUMNS,
    Column,
    Table,
)
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
        parts: all of them, with import and r, file by file.
        changed: the table differs from what it was.
        lost: some row stands no longer.
        but: import and r of these, where they are few.
        at: a file of the rows that stand from now on, where many stand no longer.
    """

    table: Table
    parts: tuple[Rows, ...]
    changed: bool = False
    lost: bool = True
    but: tuple[tuple[int, int], ...] = ()
    at: Path | None = None

    @property
    def odd(self) -> str:
        """The table of what becomes of rows."""
        return f"odd_{self.table.name}"

    @property
    def rows(self) -> Relation:
        """All rows, with import and r."""
        return _one_after_the_other(self.parts)

    def kept(self) -> Relation:
        """The rows that stand from now on, in the columns of a staged table, with their position."""
        columns = ", ".join(f"a.{name(column.name)}" for column in self.table.columns)
        if self.at is not None:
            return Relation(f"(SELECT * FROM read_parquet({file_text(self.at)}))", (self.at,))
        rows, but = self.rows, ""
        if self.but:
            rows = _one_after_the_other([_without(part, self.but) for part in self.parts])
        elif self.lost:
            # What is joined hides from the engine what the files say of all their rows.
            but = f" ANTI JOIN (SELECT batch, r FROM {self.odd} WHERE NOT keep) USING (batch, r)"
        return Relation(f"(SELECT {columns}, a.position FROM {rows.sql} a{but})", rows.files)

    def of_import(self, number: int) -> tuple[Rows, ...]:
        """The rows of one import."""
        return tuple(part for part in self.parts if part.batch == number)

    def fates(self, number: int) -> Relation:
        """Line in the file and fate of each row of one import."""
        its = _one_after_the_other(self.of_import(number))
        return Relation(
            f"(SELECT a.source_row AS line, coalesce(o.fate, 'new') AS fate FROM {its.sql} a "
            f"LEFT JOIN (FROM {self.odd} WHERE batch = {number}) o USING (batch, r))",
            its.files,
        )


AT_ONCE = 1_000_000
"""So many rows are sorted at once that are known by the same as others; each takes some 300 bytes."""
FATE = "ENUM ('new', 'changed', 'repeated')"
"""Of a row: 1 byte for each of the millions that an import may say again, where a text takes 16."""
FEW_LOST = 16
"""Up to so many rows that stand no longer are told by comparing: a join costs as much for each row as another column."""
FEW = 1_000
"""So many rows are looked up one by one, which leaves most of a file unread."""


def merge(
    engine: Engine,
    table: Table,
    present: Sequence[Relation],
    batches: Sequence[Batch],
    gone: Sequence[tuple[str, str]] = (),
) -> Merged:
    """Find out what becomes of each row.

    Args:
        present: the table as it was, in the columns of a staged one, with position and r, file by file.
        gone: (source, source_file) whose rows stay only where a batch says them again.
    """
    parts = _parts(engine, table, present, batches, gone)
    merged = Merged(table, parts)
    odd = merged.odd
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {odd} (batch SMALLINT, r BIGINT, keep BOOLEAN, fate {FATE})"
    )
    said, k1, k2 = row_keys(table)
    alike = find_alike(
        engine,
        parts,
        k1,
        f"hash({said}, source_file, source_row{', position' if table.name == 'events' else ''})",
    )
    if alike is None:
        _hear_all(engine, odd, parts, said, k1, k2)
    else:
        _hear_alike(engine, odd, parts, alike, (said, k1, k2), gone=bool(gone and present))
    changed = engine.rows(
        f"SELECT count(*) FILTER (batch >= 0), count(*) FILTER (keep <> (batch < 0)), count(*) FILTER (NOT keep) FROM {odd}"
    )[0]
    staged = sum(part.count for part in parts if part.batch >= 0)
    merged = replace(merged, changed=staged > changed[0] or changed[1] > 0, lost=changed[2] > 0)
    if 0 < changed[2] <= FEW_LOST:
        few = engine.rows(f"SELECT batch, r FROM {odd} WHERE NOT keep ORDER BY ALL")
        merged = replace(merged, but=tuple((int(batch), int(r)) for batch, r in few))
    if not merged.changed or changed[2] <= AT_ONCE or engine.spill is None:
        return merged
    # Others go through these rows many times.
    engine.spill.mkdir(parents=True, exist_ok=True)
    file = engine.spill / f"kept-{table.name}.parquet"
    engine.write("FROM {kept}", file, tables={"kept": merged.kept()}, options=", DICTIONARY_SIZE_LIMIT 1000")
    return replace(merged, at=file)


def _hear_alike(
    engine: Engine, odd: str, parts: Sequence[Rows], alike: Alike, keys: tuple[str, str, str], *, gone: bool
) -> None:
    """Say what becomes of rows that were found to be alike, and of those that go.

    Args:
        odd: table to which that is added.
        keys: as `row_keys` gives them.
        gone: some rows stay only where they are said again.
    """
    with engine.holding("again_rows", {"batch": alike.again_batch, "r": alike.again_r}) as again:
        engine.execute(f"INSERT INTO {odd} SELECT batch, r, false, 'repeated' FROM {again.sql}")
    with engine.holding("alike_rows", {"batch": alike.batch, "r": alike.r}) as held:
        engine.execute(f"CREATE OR REPLACE TEMP TABLE alike AS SELECT batch, r FROM {held.sql}")
    if gone:
        with engine.holding("said_again", {"r": alike.there_r}) as held:
            engine.execute(
                f"INSERT INTO {odd} SELECT batch, r, false, NULL FROM {{rows}} ANTI JOIN alike USING (batch, r) "
                f"ANTI JOIN {held.sql} USING (r) WHERE gone AND batch < 0",
                tables={"rows": _one_after_the_other([part for part in parts if part.batch < 0])},
            )
    if len(alike.r):
        _hear(engine, odd, _near(parts, alike), *keys)


def _hear(engine: Engine, odd: str, rows: Relation, said: str, k1: str, k2: str) -> None:
    """Say of rows that may be known by the same what becomes of them.

    Args:
        odd: table to which that is added.
        rows: where they are found, among others.
        said, k1, k2: as `row_keys` gives them.
    """
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE ids AS SELECT {_ids(said, k1, k2)} FROM {{rows}} SEMI JOIN alike USING (batch, r)",
        tables={"rows": rows},
    )
    # What becomes of a row hangs on those known by the same alone, so that many rows are sorted part by part.
    parts = 1 + engine.rows("SELECT count(*) FROM ids")[0][0] // AT_ONCE
    for part in range(parts):
        where = f" WHERE k1 % {parts} = {part}" if parts > 1 else ""
        engine.execute(f"INSERT INTO {odd} {_heard(f'FROM ids{where}')}")
    engine.execute("DROP TABLE ids")


def _hear_all(engine: Engine, odd: str, parts: Sequence[Rows], said: str, k1: str, k2: str) -> None:
    """As `_hear`, of all rows: cut by what they are known by into files that are sorted one after the other."""
    count = 1 + sum(part.count for part in parts) // AT_ONCE
    if engine.spill is not None:
        engine.spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="heard-", dir=engine.spill) as place:
        engine.write(
            f"SELECT *, (k1 % {count})::INTEGER AS part FROM (SELECT {_ids(said, k1, k2)} FROM {{rows}})",
            Path(place, "ids"),
            tables={"rows": _one_after_the_other(parts)},
            options=", PARTITION_BY (part), COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1000, ROW_GROUP_SIZE 8192",
        )
        for part in range(count):
            its = sorted(Path(place, "ids", f"part={part}").glob("*.parquet"))
            if its:
                listed = ", ".join(map(file_text, its))
                heard = _heard(f"FROM read_parquet([{listed}], hive_partitioning = false)")
                engine.execute(f"INSERT INTO {odd} FROM ({heard}) WHERE NOT keep OR fate <> 'new'")


def _ids(said: str, k1: str, k2: str) -> str:
    return f"batch, r, gone, turn, source_file, source_row, position, {said} AS h, {k1} AS k1, {k2} AS k2"


def _heard(ids: str) -> str:
    """What becomes of rows, as a query."""
    return (
        f"WITH heard AS (SELECT *, first_value(h) OVER (PARTITION BY k1, k2 "
        f"    ORDER BY gone, turn DESC, source_row DESC, position DESC, h) AS said, "
        f"  max(h) FILTER (batch < 0) OVER (PARTITION BY k1, k2) AS before, "
        f"  bool_and(gone) OVER (PARTITION BY k1, k2) AS lost "
        f"  {ids}), "
        f"ranked AS (SELECT *, row_number() OVER (PARTITION BY k1, k2 "
        f"    ORDER BY (h = said) DESC, source_file, source_row, position, batch) AS place FROM heard) "
        f"SELECT batch, r, place = 1 AND NOT lost AS keep, "
        f"  CASE WHEN batch < 0 THEN NULL WHEN place > 1 OR before = said THEN 'repeated' "
        f"    WHEN before IS NULL THEN 'new' ELSE 'changed' END AS fate FROM ranked"
    )


def _near(parts: Sequence[Rows], alike: Alike) -> Relation:
    """The rows among which those stand that may be known by the same."""
    if len(alike.r) > FEW:
        return _one_after_the_other(parts)
    near = []
    for part in parts:
        its = alike.r[alike.batch == part.batch]
        if len(its):
            near.append(replace(part, sql=f"{part.sql} WHERE r IN ({', '.join(map(str, its.tolist()))})"))
    return _one_after_the_other(near)


def _without(part: Rows, but: Sequence[tuple[int, int]]) -> Rows:
    """A part without some of its rows, which are told by import and r."""
    its = [str(r) for batch, r in but if batch == part.batch]
    return replace(part, sql=f"{part.sql} WHERE r NOT IN ({', '.join(its)})") if its else part


def _one_after_the_other(parts: Sequence[Rows]) -> Relation:
    return Relation(
        f"({' UNION ALL '.join(part.sql for part in parts)})",
        tuple(file for part in parts for file in part.files),
    )


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


def staged_rows(engine: Engine, table: Table, batches: Sequence[Batch]) -> Relation:
    """The rows of imports, as they are staged."""
    parts = _parts(engine, table, (), batches, ())
    return _one_after_the_other(parts) if parts else as_staged(table.name, ())


def _parts(
    engine: Engine,
    table: Table,
    present: Sequence[Relation],
    batches: Sequence[Batch],
    gone: Sequence[tuple[str, str]],
) -> tuple[Rows, ...]:
    """All rows, file by file, with what tells them apart."""
    columns = ", ".join(name(column.name) for column in table.columns)
    out = " OR ".join(
        f"(source = {literal(source)} AND source_file = {literal(file)})" for source, file in gone
    )
    parts = []
    for number, one in enumerate(present):
        # What was there has turn 0: a known file speaks before it, a new one after it.
        sql = (
            f"SELECT * FROM (SELECT -1 AS batch, r, 0 AS turn, coalesce({out or 'false'}, false) AS gone, position, {columns} "
            f"FROM {one.sql})"
        )
        count = engine.rows("SELECT count(*) FROM {it}", tables={"it": one})[0][0]
        begin = row_number(number, 0) if one.files and one.layers is None else None
        parts.append(Rows(-1, sql, int(count), one.files, begin))
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
        source = f"read_parquet({file_text(batch.file)}, file_row_number = true)"
        sql = (
            f"SELECT * FROM (SELECT {batch.number} AS batch, file_row_number AS r, {turn} AS turn, false AS gone, "
            f"file_row_number AS position, {values} FROM {source})"
        )
        its = Relation(source, (batch.file,))
        count = engine.rows("SELECT count(*) FROM {it}", tables={"it": its})[0][0]
        parts.append(Rows(batch.number, sql, int(count), (batch.file,), 0))
    return tuple(parts)


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


def as_staged(
    table: str,
    published: Sequence[Path],
    left_out: Sequence[LeftOut] = (),
    *,
    linked: bool = False,
    first: int = 0,
    gone: Sequence[Path] = (),
) -> Relation:
    """A published table as its sources said it: with their words instead of resolved ids, position and r.

    Args:
        left_out: of each file, the columns that it does not have.
        linked: link tables may have told the deals of these events.
        first: how many files of the table go before these.
        gone: files that say which rows are not read, as in `layers.Layers`.
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
        f"FROM ({with_later(table, whole(PUBLISHED[table], file, left), linked)}) AS b{but_gone(gone, number)}"
        for number, (file, left) in enumerate(
            zip(published, left_out or [()] * len(published), strict=True), first
        )
    )
    layers = Layers((), (), tuple(gone)) if gone else None
    return Relation(f"({' UNION ALL '.join(selects)})", (*published, *gone), layers)


def together(parts: Sequence[Relation]) -> Relation | None:
    """The rows of several tables of one shape, None without any."""
    sql = " UNION ALL ".join(f"FROM {part.sql}" for part in parts)
    return Relation(f"({sql})", tuple(file for part in parts for file in part.files)) if parts else None
