"""Events put in their total order and written: at once, or cut by time into pieces that are sorted one after the other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from polku.records.engine import Engine, Relation, literal, name
from polku.records.files import LeftOut
from polku.records.schema import CODES, RECORDS, REF_COLUMNS

SORTED_AT_ONCE = 2_500_000
"""So many are sorted at once, which is cheaper by a tenth; more are cut into pieces of half as many, which are sorted
within the memory of an engine that writes."""
FEW = 2_000
"""So many words stand once in each row group, and rows have their numbers; more would fill every group with words."""
AT = "epoch_us(e.time) + CASE WHEN e.precision = 'day' THEN 86399999999 ELSE 0 END"
"""Where an event stands in time: a dated one at the end of its day."""
PLAIN = re.compile(r"[^{}\x00]{1,200}")
"""Words that may stand in a template."""
_DAY_END = 86_399_999_999
SAMPLED_FROM = 1_000_000
"""Of so many events or more every 16th tells where pieces end, which need not be of one size."""
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
    apart: bool = False,
    beside: Sequence[str] = (),
    parts: Sequence[Mapping[str, Relation]] = ({},),
) -> tuple[list[tuple[Path, int]], LeftOut]:
    """Write events in the order of time, dated after timed, priority, file, row, position and tie.

    What a column says in few words is written by the numbers of the words: looking for equal words among the rows
    of a group would cost more than sorting them. Nothing is joined after a sort, which would lose its order.

    Args:
        rows: a query of the events, in the columns of `published` but those of codes and files, with code, rank of
            the file, at, tie and key.
        events: they, as staged.
        shared: column → what it says, as an expression over a row s: a constant, or made of others.
        most: events that are sorted at a time; default SORTED_AT_ONCE.
        apart: no two events have file, row and position in common, so that tie decides nothing.
        beside: further columns of `rows`, which `shared` names.
        parts: tables that `rows` names, once for each part of the events that is joined with others by itself.

    Returns:
        Files, of one time after the other, and how many events are in each; one without any where there are none.
        And the columns that they leave out, each of which costs as much to write as a number, if it says nothing.
    """
    most = most or SORTED_AT_ONCE
    count, dated, several, first, last = engine.rows(
        "SELECT count(*), count(*) FILTER (precision = 'day'), min(coalesce(priority, 0)) < max(coalesce(priority, 0)), "
        'epoch_us(min("time")), epoch_us(max("time")) FROM {events}',
        tables={"events": events},
    )[0]
    files = engine.rows("SELECT count(*) FROM files")[0][0]
    words, same = _words(engine)
    same |= shared
    said = {one: same.get(one, f"s.{name(one)}") for one in published}
    left_out = _left_out(said)
    columns = ", ".join(f"{how} AS {name(one)}" for one, how in said.items() if one not in dict(left_out))
    # What is the same in all rows decides nothing, and is not carried.
    mixed = 0 < dated < count
    order = [AT.replace("e.", "s."), "coalesce(s.precision = 'day', false)"] if mixed else ["s.time"]
    order += ["coalesce(s.priority, 0)"] if several else []
    order += ["s.rank"] if files > 1 else []
    order += ["s.position"] if "source_row" in shared else ["s.source_row", "s.position"]
    order += [] if apart else ["s.tie"]
    needed = {"precision"} if mixed else set()
    needed |= {"priority"} if several else set()
    kept = [*(one for one in published if one not in same and one not in words), *beside, "key"]
    carried = [
        *kept,
        *sorted(needed - set(kept)),
        *(["rank"] if files > 1 or "source_file" in words else []),
        *([] if apart else ["tie"]),
    ]
    carrying = f"SELECT {', '.join(f'e.{name(one)}' for one in carried)}"
    joins = "JOIN written_codes c ON c.code = s.code " if any(one in words for one in _OF_CODES) else ""
    joins += "JOIN written_files f ON f.rank = s.rank " if "source_file" in words else ""
    spoken = "".join(f", {word} AS {name(one)}" for one, word in words.items())
    sorting = (
        f"SELECT {columns}, s.key FROM (SELECT {', '.join(f's.{name(one)}' for one in kept)}{spoken} "
        f"FROM {{piece}} s {joins}ORDER BY {', '.join(order)}) s"
    )
    tables = {"events": events}
    if count <= most and len(parts) == 1:
        file = folder / "events.parquet"
        sql = sorting.replace("{piece}", f"({carrying} FROM ({rows}) e)")
        with engine.joining_as_written():
            return [
                (file, engine.write(sql, file, tables={**tables, **parts[0]}, options=_OPTIONS))
            ], left_out
    pieces = folder / "spill" / "pieces"
    pieces.mkdir(parents=True)
    span = (first, last + (_DAY_END if dated else 0)) if count else (0, 0)
    ends = _ends(engine, events, -(-count // max(1, most // 2)), span, sampled=count >= SAMPLED_FROM)
    # A row group of each piece is in memory until it is full, and what is told of it until the file is.
    group = max(8192, 160_000 // (len(ends) + 1) // 2048 * 2048)
    with engine.joining_as_written():
        for part, its in enumerate(parts):
            engine.write(
                f"{carrying}, {_piece_of('e.at', ends)} AS piece FROM ({rows}) e",
                pieces / f"part={part}",
                tables={**tables, **its},
                options=", PARTITION_BY (piece), COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1, "
                f"ROW_GROUP_SIZE {group}",
            )

    def write(number: int) -> tuple[Path, int]:
        piece = f"{pieces}/*/piece={number}"
        file = folder / f"events-{number:03d}.parquet"
        its = {"piece": Relation(f"read_parquet({literal(f'{piece}/*.parquet')}, hive_partitioning = false)")}
        with engine.sibling(ordered=True) as other:
            rows = other.write(sorting, file, tables=its, options=_OPTIONS)
        for place in pieces.glob(f"*/piece={number}"):
            shutil.rmtree(place)
        return file, rows

    # Within little memory the engine writes the rows of a sort by one thread.
    with engine.joining_as_written(), ThreadPoolExecutor(2) as pool:
        return list(pool.map(write, range(len(ends) + 1))), left_out


def _left_out(said: Mapping[str, str]) -> LeftOut:
    """Of columns, by the expressions of what they say, those that need not be written."""
    silent = {one: None for one, how in said.items() if how.startswith("NULL::")}
    ids = {word: id for id, word in REF_COLUMNS.items() if said[word] == said[id] and word not in silent}
    return tuple({**silent, **ids}.items())


def _ends(
    engine: Engine, events: Relation, pieces: int, span: tuple[int, int], *, sampled: bool
) -> list[int]:
    """The moments from which the next piece goes; events of one moment are never parted.

    Args:
        pieces: so many, of about one size.
        span: no event stands before or after these moments.
        sampled: not all events are asked.
    """
    low, high = span
    bits = max(0, (high - low).bit_length() - _SLOTS.bit_length() + 1)
    some = " WHERE position % 16 = 0" if sampled else ""
    slots = engine.rows(
        f"SELECT ({AT} - {low}) >> {bits} AS slot, count(*) FROM {{events}} e{some} GROUP BY 1 ORDER BY 1",
        tables={"events": events},
    )
    each = max(1, sum(count for _, count in slots)) / max(1, pieces)
    ends, seen, before = [], 0, None
    for slot, count in slots:
        # By its middle: a slot with many goes where most of it belongs.
        number = int((seen + count / 2) / each)
        if before is not None and number != before:
            ends.append(low + (slot << bits))
        before = number
        seen += count
    return ends


def _piece_of(at: str, ends: Sequence[int], first: int = 0) -> str:
    """The number of the piece in which a moment is, as an expression: asked for the middle first."""
    if not ends:
        return f"{first}"
    middle = len(ends) // 2
    before = _piece_of(at, ends[:middle], first)
    after = _piece_of(at, ends[middle + 1 :], first + middle + 1)
    return f"CASE WHEN {at} < {ends[middle]} THEN {before} ELSE {after} END"


def _words(engine: Engine) -> tuple[dict[str, str], dict[str, str]]:
    """Make the tables `written_codes` and `written_files`: words by the numbers that rows carry.

    Returns:
        Column → its words, as an expression over these tables, c and f; and of columns that say one thing, what.
    """
    types = {one: _type(engine, one, f"SELECT DISTINCT {one} FROM codes") for one in _OF_CODES}
    said = ", ".join(f"{name(one)}::{types[one]} AS {name(one)}" for one in _OF_CODES)
    # Not temporary: those who write pieces side by side see them, too.
    engine.execute(f"CREATE OR REPLACE TABLE written_codes AS SELECT code, {said} FROM codes")
    types["source_file"] = _type(engine, "source_file", "SELECT DISTINCT file FROM files")
    engine.execute(
        f"CREATE OR REPLACE TABLE written_files AS SELECT rank, file::{types['source_file']} AS file FROM files"
    )
    words = {**{one: f"c.{name(one)}" for one in _OF_CODES}, "source_file": "f.file"}
    same = {}
    for one, (table, column) in {
        **{one: ("codes", name(one)) for one in _OF_CODES},
        "source_file": ("files", "file"),
    }.items():
        rows, count, low, high = engine.rows(
            f"SELECT count(*), count({column}), min({column}), max({column}) FROM {table}"
        )[0]
        if not count:
            same[one] = "NULL::VARCHAR"
        elif count == rows and low == high and PLAIN.fullmatch(low):
            same[one] = f"{literal(low)}::{types[one]}"
    return {one: word for one, word in words.items() if one not in same}, same


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
