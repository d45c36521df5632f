"""Records without forgotten people: their ids, names, addresses and words replaced, row for row, so that counts stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from polku.records.engine import Engine, Relation, file_text, name
from polku.records.forgotten import Forgotten
from polku.records.lake import Lake
from polku.records.merging import staged_columns
from polku.records.publish import Staged
from polku.records.said import said_by
from polku.records.schema import RECORDS, Table

TitleOf = Callable[[str], str | None]
"""What is kept of a job title: a word for the part it means, None where it means none."""

_NOT_WORDS = frozenset(("source", "source_kind", "precision", "zone", "currency", "score_kind", "outcome"))
_PROSE = frozenset(("text", "row", "found", "lost_reason", "ended_because", "wording", "evidence"))
_CELLS = frozenset(("row", "found"))
_GONE = ("language", "country")
ERASED = "erased"
"""What is left of a rejected row about somebody."""
_PIECE = 1_000_000
_IS_THEIRS = "'^erased-[0-9]{12}(@.*)?$'"
_PSEUDONYM = "'erased-[0-9]{12}'"


def mask_table(
    engine: Engine,
    forgotten: Forgotten,
    table: Table,
    rows: Relation,
    file: Path,
    *,
    title_of: TitleOf,
    theirs: Relation | None = None,
    position: bool = False,
) -> int:
    """Write a table as its sources said it, without the forgotten.

    Args:
        rows: with all columns of the table and their position in it.
        theirs: source and event_id of events by forgotten people, whose texts are theirs.
        position: whether it is written, too.

    Returns:
        How many rows are other than they were.
    """
    tables = {"rows": rows}
    values: dict[str, str] = {}
    joins: dict[str, str] = {}
    hits: list[str] = []
    for number, column in enumerate(table.columns):
        if column.type != "VARCHAR" or column.name in _NOT_WORDS:
            continue
        if table.name == "people" and column.name in ("name", "title"):
            continue  # whose they are is told by the row, not by the words: others bear the same name
        made = f"mask_{number}"
        person = column.name == "person_id"
        if not _make(engine, forgotten, made, column.name, person, column.name in _PROSE, tables):
            continue
        values[column.name] = f"coalesce({made}.new, s.{name(column.name)})"
        kind = f" AND {made}.kind = coalesce(s.source_kind, '')" if person else ""
        joins[column.name] = f" LEFT JOIN {made} ON {made}.old = s.{name(column.name)}{kind}"
        hits.append(f"{made}.new IS NOT NULL")
    if table.name == "people":
        hits.append(_mask_people(engine, values, joins, tables, title_of))
    elif table.name == "texts" and theirs is not None:
        tables["theirs"] = theirs
        joins["theirs"] = " LEFT JOIN {theirs} t ON t.source = s.source AND t.event_id = s.event_id"
        values["text"] = f"coalesce(t.pseudonym, {values.get('text', 's.text')})"
        values["language"] = "CASE WHEN t.pseudonym IS NULL THEN s.language END"
        hits.append("(t.pseudonym IS NOT NULL AND s.text IS DISTINCT FROM t.pseudonym)")
    chosen = ", ".join(f"{values.get(c.name, 's.' + name(c.name))} AS {name(c.name)}" for c in table.columns)
    query = f"FROM {{rows}} s{''.join(joins.values())}"
    place = ", s.position" if position else ""
    changed = (
        engine.rows(f"SELECT count(*) {query} WHERE {' OR '.join(hits)}", tables=tables)[0][0] if hits else 0
    )
    # Rows keep their order, which decides between rows of one line.
    engine.write(f"SELECT {chosen}{place} {query} ORDER BY s.position", file, tables=tables)
    return int(changed)


def _mask_people(
    engine: Engine,
    values: dict[str, str],
    joins: dict[str, str],
    tables: dict[str, Relation],
    title_of: TitleOf,
) -> str:
    """What a row of people becomes where id or address are of somebody forgotten; the condition of such a row."""
    who, email = (values.get(column, f"s.{column}") for column in ("person_id", "email"))
    theirs = (
        f"(regexp_matches({who}, {_IS_THEIRS}) OR coalesce(regexp_matches({email}, {_IS_THEIRS}), false))"
    )
    pseudonym = f"regexp_extract({who} || ' ' || coalesce({email}, ''), {_PSEUDONYM})"
    found = engine.rows(
        f"SELECT DISTINCT s.title FROM {{rows}} s{''.join(joins.values())} WHERE s.title IS NOT NULL AND {theirs}",
        tables=tables,
    )
    _keep(engine, "mask_titles", [(str(title), title_of(str(title)) or "", "") for (title,) in found])
    joins["title"] = " LEFT JOIN mask_titles ON mask_titles.old = s.title"
    values["name"] = f"CASE WHEN {theirs} AND s.name IS NOT NULL THEN {pseudonym} ELSE s.name END"
    values["title"] = f"CASE WHEN {theirs} THEN nullif(mask_titles.new, '') ELSE s.title END"
    for column in _GONE:
        values[column] = f"CASE WHEN NOT {theirs} THEN s.{column} END"
    return f"({theirs} AND s.name IS DISTINCT FROM {pseudonym})"


def _make(
    engine: Engine,
    forgotten: Forgotten,
    made: str,
    column: str,
    person: bool,
    prose: bool,
    tables: dict[str, Relation],
) -> bool:
    """Make a temporary table of the words of a column that become others; whether there are any."""
    found = []
    for value, kind in _words(engine, column, person, tables):
        new = forgotten.ref(kind, value) if person else forgotten.text(value, prose=prose)
        # A rejected row that is about somebody tells more of them than the name.
        if column in _CELLS and (new != value or any(map(forgotten.holds_ref, cells_of(value)))):
            new = ERASED
        if new != value:
            found.append((value, new, kind or ""))
    _keep(engine, made, found)
    return bool(found)


def _words(
    engine: Engine, column: str, person: bool, tables: dict[str, Relation]
) -> Iterator[tuple[str, str | None]]:
    """The words of a column that could be or hold somebody's, with the kind of source where it matters."""
    kind = "source_kind" if person else "NULL"
    worth = f"{name(column)} IS NOT NULL"
    if not person and column not in _CELLS:
        worth += f" AND regexp_matches({name(column)}, '@|%40|\\p{{L}}{{2}}')"
    (count,) = engine.rows(f"SELECT count(*) FROM {{rows}} WHERE {worth}", tables=tables)[0]
    pieces = int(count) // _PIECE + 1
    for piece in range(pieces):
        yield from engine.rows(
            f"SELECT DISTINCT {name(column)}, {kind} FROM {{rows}} WHERE {worth} "
            f"AND hash({name(column)}) % {pieces} = {piece}",
            tables=tables,
        )


def cells_of(row: str) -> list[str]:
    """The cells of a row whose delimiter is not known: those of each."""
    cells = [row]
    for sign in (",", ";", "\t", "|"):
        cells += [one.strip().strip('"') for one in row.split(sign)]
    return cells


def _keep(engine: Engine, table: str, found: list[tuple[str, str, str]]) -> None:
    if not found:
        engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} (old VARCHAR, new VARCHAR, kind VARCHAR)")
        return
    columns = {
        key: np.array([one[at] for one in found], dtype=object)
        for at, key in enumerate(("old", "new", "kind"))
    }
    with engine.holding("incoming", columns):
        engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT old, new, kind FROM incoming")


def theirs_sql() -> str:
    """Events by forgotten people, of rows of staged `{events}`: source, event_id, pseudonym."""
    return (
        f"SELECT source, event_id, min(regexp_extract(person_id, {_PSEUDONYM})) AS pseudonym FROM {{events}} "
        f"WHERE event_id IS NOT NULL AND regexp_matches(person_id, {_IS_THEIRS}) GROUP BY source, event_id"
    )


def mask_imports(
    lake: Lake, forgotten: Forgotten, imports: Sequence[Staged], folder: Path, *, title_of: TitleOf
) -> tuple[Staged, ...]:
    """Staged imports without the forgotten.

    Words by which a source names somebody whose address is known are learnt, so that later files are recognised.

    Args:
        folder: an empty one, for the new files.
    """
    shapes = [table for table in RECORDS.values() if any(one.table(table.name) for one in imports)]
    with Engine(temp_directory=folder, ordered=True) as engine:
        for one in imports:
            if file := one.table("people"):
                for kind, ref, email in engine.rows(
                    "SELECT DISTINCT coalesce(source_kind, ''), person_id, email FROM {it} WHERE contains(email, '@')",
                    tables={"it": _staged(engine, RECORDS["people"], file, one)},
                ):
                    forgotten.learn(kind, ref, email)
        done: list[Staged] = []
        for number, one in enumerate(imports):
            out = folder / f"masked-{number}"
            out.mkdir()
            done.append(replace(one, folder=out, file=forgotten.text(one.file)))
        # Texts last: whose they are is told by the events of all files, and by those that came before.
        for table in sorted(shapes, key=lambda shape: shape.name == "texts"):
            theirs = _all_theirs(engine, lake, done) if table.name == "texts" else None
            for one, new in zip(imports, done, strict=True):
                if file := one.table(table.name):
                    rows = _staged(engine, table, file, one)
                    out_file = new.folder / f"{table.name}.parquet"
                    mask_table(engine, forgotten, table, rows, out_file, title_of=title_of, theirs=theirs)
    return tuple(done)


def _all_theirs(engine: Engine, lake: Lake, done: Sequence[Staged]) -> Relation:
    relations = [
        _staged(engine, RECORDS["events"], file, one)
        for one in done
        if (file := one.table("events")) is not None
    ]
    if lake.exists():
        relations.append(said_by(lake.open(), "events"))
    columns = "source, event_id, person_id"
    every = " UNION ALL ".join(f"SELECT {columns} FROM {one.sql}" for one in relations)
    none = "SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS event_id, NULL::VARCHAR AS person_id WHERE false"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE theirs AS {theirs_sql()}",
        tables={"events": Relation(f"({every or none})", tuple(f for one in relations for f in one.files))},
    )
    return Relation("theirs")


def _staged(engine: Engine, table: Table, file: Path, one: Staged) -> Relation:
    """A file of an import with all columns of its table, and the position of each row."""
    values = staged_columns(table, engine.describe(file), one.begins)
    return Relation(
        f"(SELECT {values}, file_row_number AS position FROM read_parquet({file_text(file)}, file_row_number = true))",
        (file,),
    )
