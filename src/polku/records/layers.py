"""Tables of two layers: the files of the last whole publish, and beside them what a later import added or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from polku.frozen import dataclass
from polku.records.engine import Engine, Relation, file_text, name
from polku.records.files import ADDED, BASE, GONE, FileEntry, LeftOut
from polku.records.schema import MOVES, PUBLISHED, Table

SHIFT = 20
"""Bits between the numbers of two neighbouring events of the base, so that later ones find room between them."""

_FAR = 1 << 62


@dataclass(frozen=True)
class Layers:
    """Which files a table of two layers is read from.

    Args:
        base: the files of the last whole publish, and how many rows each has.
        added: what came since.
        gone: files that say what of the base is not read: of moves the numbers of cases (`cid`), of events in which
            file (`piece`, from 0) and where in it (`place`) they stand.
        left_out: of each file of the base, the columns that it does not have.
    """

    base: tuple[tuple[Path, int], ...]
    added: tuple[Path, ...]
    gone: tuple[Path, ...]
    left_out: tuple[LeftOut, ...] = ()


def shifted(number: str) -> str:
    """The number of an event of the base beside others that came between, as an expression."""
    return f"(({number} + 1) << {SHIFT})"


def relation_of(table: Table, entries: Sequence[FileEntry], files: Sequence[Path]) -> Relation:
    """A published table, or moves or cases, as a template can name it.

    Args:
        files: where the files of the entries are, in the same order.
    """
    each = tuple(zip(entries, files, strict=True))
    base = [(entry, file) for entry, file in each if entry.layer == BASE]
    added, gone = (tuple(file for entry, file in each if entry.layer == layer) for layer in (ADDED, GONE))
    layers = Layers(
        tuple((file, entry.rows) for entry, file in base), added, gone, tuple(one.left_out for one, _ in base)
    )
    if table.name == "events" and layers.base:
        return Relation(_events(layers), tuple(files), layers)
    if table.name == MOVES.name and (layers.added or layers.gone):
        return Relation(_moves(layers), tuple(files), layers)
    if any(entry.left_out for entry in entries):
        return Relation(_in_groups(table, entries, files), tuple(files))
    return Relation.of_files(files, table)


def whole(table: Table, file: Path, left_out: LeftOut) -> str:
    """All columns that a file of a table has or leaves out, with the places of the rows, to be selected from."""
    added = "".join(f", {_other(table, *one)}" for one in left_out)
    return f"(SELECT *{added} FROM read_parquet({file_text(file)}, file_row_number = true))"


def _other(table: Table, column: str, other: str | None) -> str:
    """A column that a file leaves out, as an expression."""
    spec = table.column(column)
    assert spec is not None
    return f"{name(other) if other else f'NULL::{spec.type}'} AS {name(column)}"


def _in_groups(table: Table, entries: Sequence[FileEntry], files: Sequence[Path]) -> str:
    """The rows of files that stand one after the other, those that leave out the same read together."""
    selects = []
    for left_out, its in groupby(zip(entries, files, strict=True), key=lambda one: one[0].left_out):
        columns = _columns(table, "event_no", left_out)
        selects.append(f"SELECT {columns} FROM read_parquet({_list([file for _, file in its])})")
    return f"({' UNION ALL '.join(selects)})"


def but_gone(gone: Sequence[Path], piece: int) -> str:
    """What is joined to the rows `b` of a file of the base's events, so that those stay out that are not read.

    Args:
        gone: as in `Layers`.
        piece: which of the base's files it is, from 0.
    """
    if not gone:
        return ""
    return f" ANTI JOIN (SELECT place FROM read_parquet({_list(gone)}) WHERE piece = {piece}) AS g ON g.place = b.file_row_number"


def near(moves: Relation, base: Sequence[Path]) -> Relation:
    """Moves as they are read where only these files of the base can hold what is asked for."""
    if moves.layers is None:
        plain = moves.sql == Relation.of_files(moves.files, MOVES).sql
        return Relation.of_files(base, MOVES) if plain else moves
    layers = replace(moves.layers, base=tuple(one for one in moves.layers.base if one[0] in base))
    return Relation(_moves(layers), (*base, *layers.added, *layers.gone), layers)


def cases_in(engine: Engine, files: Sequence[Path]) -> tuple[tuple[Path, int, int], ...]:
    """Files of moves, each with the least and the greatest number of a case in it; one that tells neither may hold any."""
    rows = engine.rows(
        "SELECT file_name, min(stats_min_value::BIGINT), max(stats_max_value::BIGINT) FROM parquet_metadata({files}) "
        "WHERE path_in_schema = 'cid' GROUP BY 1 HAVING count(*) = count(stats_min_value) "
        "AND count(*) = count(stats_max_value)",
        tables={"files": Relation(_list(files), tuple(files))},
    )
    told = {name: (least, most) for name, least, most in rows}
    return tuple((file, *told.get(str(file), (-_FAR, _FAR))) for file in files)


def base_of(moves: Relation) -> tuple[Path, ...]:
    """The files of the base that moves are read from."""
    return moves.files if moves.layers is None else tuple(file for file, _ in moves.layers.base)


def _list(files: Sequence[Path]) -> str:
    return f"[{', '.join(map(file_text, files))}]"


def _events(layers: Layers) -> str:
    """Events of the base are numbered by their place in the files, one after the other: their place in the total order."""
    selects, before = [], 0
    for piece, ((file, rows), left_out) in enumerate(zip(layers.base, layers.left_out, strict=True)):
        place = f"file_row_number + {before}" if before else "file_row_number"
        columns = _columns(PUBLISHED["events"], shifted(place) if layers.added else place, left_out)
        read = f"SELECT {columns} FROM read_parquet({_list([file])}, file_row_number = true)"
        selects.append(f"{read} AS b{but_gone(layers.gone, piece)}" if layers.gone else read)
        before += rows
    return _with_added(" UNION ALL ".join(selects), PUBLISHED["events"], layers)


def _moves(layers: Layers) -> str:
    if not layers.base:  # nobody did anything yet
        return f"(SELECT {_columns(MOVES, 'event_no')} FROM read_parquet({_list(layers.added)}))"
    base = f"SELECT {_columns(MOVES, shifted('event_no'))} FROM read_parquet({_list([file for file, _ in layers.base])})"
    if layers.gone:
        base += f" AS b ANTI JOIN (SELECT cid FROM read_parquet({_list(layers.gone)})) AS g ON g.cid = b.cid"
    return _with_added(base, MOVES, layers)


def _with_added(base: str, table: Table, layers: Layers) -> str:
    if not layers.added:
        return f"({base})"
    return f"({base} UNION ALL SELECT {_columns(table, 'event_no')} FROM read_parquet({_list(layers.added)}))"


def _columns(table: Table, number: str, left_out: LeftOut = ()) -> str:
    instead = {column: _other(table, column, other) for column, other in left_out}
    instead["event_no"] = f"{number} AS event_no"
    return ", ".join(instead.get(one, name(one)) for one in table.names)
