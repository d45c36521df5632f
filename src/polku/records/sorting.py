"""Events put in their total order and written: at once, or cut by time into pieces that are sorted one after the other."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from polku.records.engine import Engine, Relation, literal, name
from polku.records.schema import CODES, RECORDS

SORTED_AT_ONCE = 2_500_000
"""So many are sorted at once, which is cheaper by a tenth; more are cut into pieces of half as many, which are sorted
within the memory of an engine that writes."""
FEW = 2_000
"""So many words stand once in each row group, and rows have their numbers; more would fill every group with words."""
AT = "epoch_us(e.time) + CASE WHEN e.precision = 'day' THEN 86399999999 ELSE 0 END"
"""Where an event stands in time: a dated one at the end of its day."""
_SLOTS = 1 << 16
_OPTIONS = ", DICTIONARY_SIZE_LIMIT 1000"
_OF_CODES = tuple(column.name for column in CODES.columns if column.name != "code")


def write_sorted(
    engine: Engine,
    rows: str,
    events: Relation,
    shared: Mapping[str, str],
    published: Sequence[str],
    folder: Path,
    most: int | None = None,
) -> list[tuple[Path, int]]:
    """Write events in the order of time, dated after timed, priority, file, row, position and tie.

    What a column says in few words is written by the numbers of the words: looking for equal words among the rows
    of a group would cost more than sorting them. Nothing is joined after a sort, which would lose its order.

    Args:
        rows: a query of the events, in the columns of `published` but those of codes and files, with code, rank of
            the file, at, tie and key.
        events: they, as staged.
        shared: column → what it says in every row, as an expression.
        most: events that are sorted at a time; default SORTED_AT_ONCE.

    Returns:
        Files, of one time after the other, and how many events are in each; one without any where there are none.
    """
    most = most or SORTED_AT_ONCE
    count, dated, priorities = engine.rows(
        "SELECT count(*), count(*) FILTER (precision = 'day'), count(DISTINCT coalesce(priority, 0)) FROM {events}",
        tables={"events": events},
    )[0]
    files = engine.rows("SELECT count(*) FROM files")[0][0]
    words = _words(engine)
    later = {**shared, **words}
    carried = ", ".join(f"e.{name(one)}" for one in published if one not in later)
    columns = ", ".join(f"{later.get(one, 's.' + name(one))} AS {name(one)}" for one in published)
    # What is the same in all rows decides nothing.
    order = ["s.at"]
    order += ["coalesce(s.precision = 'day', false)"] if 0 < dated < count else []
    order += ["coalesce(s.priority, 0)"] if priorities > 1 else []
    order += ["s.rank"] if files > 1 else []
    order += ["s.source_row", "s.position", "s.tie"]
    needed = {"precision", "priority"} & set(later)
    extra = "".join(f", e.{name(one)}" for one in sorted(needed))
    carrying = f"SELECT {carried}{extra}, e.code, e.rank, e.at, e.tie, e.key FROM ({rows}) e"
    sorting = (
        f"SELECT {columns}, s.key FROM {{piece}} s JOIN written_codes c ON c.code = s.code "
        f"JOIN written_files f ON f.rank = s.rank ORDER BY {', '.join(order)}"
    )
    tables = {"events": events}
    if count <= most:
        file = folder / "events.parquet"
        sql = sorting.replace("{piece}", f"({carrying})")
        with engine.joining_as_written():
            return [(file, engine.write(sql, file, tables=tables, options=_OPTIONS))]
    pieces = folder / "spill" / "pieces"
    pieces.mkdir(parents=True)
    low, bits, several = _cut(engine, events, max(1, most // 2))
    # A row group of each piece is in memory until it is full.
    group = max(2048, 160_000 // several // 2048 * 2048)
    with engine.joining_as_written():
        engine.write(
            f"SELECT w.*, cuts.piece FROM ({carrying}) w JOIN cuts ON cuts.slot = (w.at - {low}) >> {bits}",
            pieces,
            tables=tables,
            options=", PARTITION_BY (piece), COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1, "
            f"ROW_GROUP_SIZE {group}",
        )
    written = []
    for number in itertools.count():
        piece = pieces / f"piece={number}"
        if not piece.exists():
            break
        file = folder / f"events-{number:03d}.parquet"
        its = {"piece": Relation(f"read_parquet({literal(f'{piece}/*.parquet')}, hive_partitioning = false)")}
        with engine.joining_as_written():
            written.append((file, engine.write(sorting, file, tables=its, options=_OPTIONS)))
        shutil.rmtree(piece)
    return written


def _cut(engine: Engine, events: Relation, most: int) -> tuple[int, int, int]:
    """Make the table `cuts`: slot of time → number of its piece. Events of one moment are never parted.

    Returns:
        The first moment, how many bits of the time that passed since are within a slot, and how many pieces.
    """
    tables = {"events": events}
    low, high = engine.rows(f"SELECT min({AT}), max({AT}) FROM {{events}} e", tables=tables)[0]
    bits = max(0, (int(high) - int(low)).bit_length() - _SLOTS.bit_length() + 1)
    slots = engine.rows(
        f"SELECT ({AT} - {low}) >> {bits} AS slot, count(*) FROM {{events}} e GROUP BY 1 ORDER BY 1",
        tables=tables,
    )
    whole = sum(count for _, count in slots)
    each = whole / -(-whole // most)
    engine.execute("CREATE OR REPLACE TEMP TABLE cuts (slot BIGINT, piece INTEGER)")
    numbers, seen = [], 0
    for _, count in slots:
        # By its middle: a slot with many goes where most of it belongs.
        numbers.append(int((seen + count / 2) / each))
        seen += count
    dense = {number: place for place, number in enumerate(sorted(set(numbers)))}
    import numpy as np

    arrays = {
        "slot": np.array([slot for slot, _ in slots], dtype=np.int64),
        "piece": np.array([dense[number] for number in numbers], dtype=np.int32),
    }
    with engine.holding("incoming", arrays):
        engine.execute("INSERT INTO cuts SELECT slot, piece FROM incoming")
    return int(low), bits, len(dense)


def _words(engine: Engine) -> dict[str, str]:
    """Make the tables `written_codes` and `written_files`: words by the numbers that rows carry.

    Returns:
        Column → its words, as an expression over these tables, c and f.
    """
    types = {one: _type(engine, one, f"SELECT DISTINCT {one} FROM codes") for one in _OF_CODES}
    said = ", ".join(f"{name(one)}::{types[one]} AS {name(one)}" for one in _OF_CODES)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE written_codes AS SELECT code, {said} FROM codes")
    of_files = _type(engine, "source_file", "SELECT DISTINCT file FROM files")
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE written_files AS SELECT rank, file::{of_files} AS file FROM files"
    )
    return {**{one: f"c.{name(one)}" for one in _OF_CODES}, "source_file": "f.file"}


def _type(engine: Engine, column: str, words: str) -> str:
    """The type that a column of few words is written by."""
    spec = RECORDS["events"].column(column)
    assert spec is not None
    few = engine.rows(
        f"SELECT count(*) BETWEEN 1 AND {FEW} FROM ({words}) AS w(word) WHERE word IS NOT NULL"
    )[0][0]
    if not few:
        return spec.type
    engine.execute(
        f"CREATE OR REPLACE TYPE words_of_{column} AS ENUM "
        f"(SELECT word FROM ({words}) AS w(word) WHERE word IS NOT NULL ORDER BY word)"
    )
    return f"words_of_{column}"
