"""What becomes of each row of a file: used, or rejected with its reason; none is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from polku.records.engine import Engine
from polku.records.schema import PRECISIONS, RECORDS
from polku.sources.delimited import row_expression
from polku.sources.filling import Filled, Reading
from polku.sources.raw import Broken, NotStraight, NotTrusted, Raw, insert, text
from polku.words import Message

_QUICKLY = ", DICTIONARY_SIZE_LIMIT 1000"
"""Columns of many different texts are not worth a dictionary in files that are read once."""
Sample = dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]
"""Table → names of columns, rows."""


@dataclass(frozen=True)
class Reason:
    """Rows that were rejected for one reason."""

    message: Message
    count: int
    lines: tuple[int, ...]
    """The first of them."""


def judge(engine: Engine, raw: Raw, source: str, file: str, fills: Sequence[Filled]) -> int:
    """Make the table of rejects; a row with anything broken is rejected whole. Returns the rows of the file."""
    columns = ", ".join(f'"{column.name}" {column.type}' for column in RECORDS["rejects"].columns)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE rejects ({columns})")
    troubles = " UNION ALL ".join(
        f"SELECT line, {number} AS f, severity, reason, at_column, found FROM {one.made} WHERE severity IS NOT NULL"
        for number, one in enumerate(fills)
    )
    engine.execute(f"CREATE OR REPLACE TEMP TABLE troubles AS {troubles}")
    # Of the many lines without trouble nothing needs to be remembered.
    also_good = " UNION ALL ".join(
        f"SELECT line, {number}, NULL, NULL, NULL, NULL FROM {one.made} "
        "WHERE severity IS NULL AND line IN (SELECT line FROM troubles)"
        for number, one in enumerate(fills)
        if engine.rows("SELECT 1 FROM troubles LIMIT 1") and not (len(fills) == 1 and one.sorted)
    )
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE verdicts AS
        SELECT line, bool_or(severity = 'broken') IS TRUE AS broken, bool_or(severity IS NULL) AS good,
            min_by({{'reason': reason, 'at_column': at_column, 'found': found}},
                (CASE severity WHEN 'broken' THEN 0 ELSE 1 END, f)) FILTER (WHERE severity IS NOT NULL) AS why
        FROM (FROM troubles{" UNION ALL " if also_good else ""}{also_good}) GROUP BY line"""
    )
    engine.execute(
        f"""INSERT INTO rejects SELECT {text(source)}, {text(file)}, raw.line,
            why.reason, why.at_column, left(why.found, 500), {row_expression(raw)}
        FROM raw JOIN verdicts USING (line) WHERE broken OR NOT good"""
    )
    if not any(one.every for one in fills):
        given = " UNION ALL ".join(f"SELECT line FROM {one.made}" for one in fills)
        engine.execute(
            f"""INSERT INTO rejects SELECT {text(source)}, {text(file)}, raw.line, 'sources.reject-left-out',
                NULL, NULL, {row_expression(raw)} FROM raw ANTI JOIN ({given}) USING (line)"""
        )
    _insert_broken(engine, raw.broken, source, file)
    counted = engine.rows("SELECT count(*) FROM raw")[0][0]
    return int(counted) + len(raw.broken)


_DOUBT = "a row is in doubt"
_PLAIN = re.compile(r"[\w+:/.-]{1,60}", re.ASCII)


def write_straight(
    engine: Engine, raw: Raw, one: Filled, folder: Path, constants: Mapping[str, str | None]
) -> int:
    """Write what a fill gives of a file that is only looked through, and find that nothing is wrong with any row.

    Columns that say nothing are left out, and so is the line, which is the place of the row.

    Args:
        constants: columns that say one thing in every row, and what.

    Raises:
        NotTrusted: a row is other than was trusted.
        Exception: something is wrong with a row.
    """
    columns = [column.name for column in RECORDS[one.table].columns if column.name != "source_row"]
    said = [column for column in columns if column not in one.silent]
    words: dict[str, tuple[str, ...]] = {"precision": PRECISIONS} if one.table == "events" else {}
    for column, word in constants.items():
        if word and _PLAIN.fullmatch(word):
            words[column] = (word,)
    first = f"CASE WHEN severity IS NULL THEN \"{said[0]}\" ELSE error('a row is wrong') END"
    if raw.trusted:
        first = f"CASE WHEN doubt THEN error('{_DOUBT}') ELSE {first} END"
    values = [
        f'{first} AS "{said[0]}"',
        *(_written(column, words.get(column)) for column in said[1:]),
    ]
    try:
        # The place of a row is its line.
        with engine.comparing_with_lists():
            rows = engine.write(
                f"SELECT {', '.join(values)} FROM {one.made}",
                folder / f"{one.table}.parquet",
                options=_QUICKLY,
            )
    except Exception as error:
        if _DOUBT in str(error):
            raise NotTrusted from error
        raise
    if rows != raw.straight:
        raise NotStraight
    columns_sql = ", ".join(f'"{column.name}" {column.type}' for column in RECORDS["rejects"].columns)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE rejects ({columns_sql})")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE troubles (line BIGINT, f INTEGER, severity VARCHAR, at_column VARCHAR)"
    )
    engine.execute("CREATE OR REPLACE TEMP TABLE verdicts (line BIGINT, broken BOOLEAN, good BOOLEAN)")
    return rows


def _written(column: str, words: Sequence[str] | None) -> str:
    # Numbers of words are written at once; equal words would be looked for.
    return f'"{column}"::ENUM({", ".join(map(text, words))}) AS "{column}"' if words else f'"{column}"'


def _insert_broken(engine: Engine, broken: Sequence[Broken], source: str, file: str) -> None:
    if not broken:
        return
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE apart (line BIGINT, reason VARCHAR, found VARCHAR, row VARCHAR)"
    )
    insert(
        engine,
        "apart",
        {
            "line": [one.line for one in broken],
            "reason": [one.reason for one in broken],
            "found": [one.found for one in broken],
            "row": [one.row for one in broken],
        },
    )
    engine.execute(
        f'INSERT INTO rejects SELECT {text(source)}, {text(file)}, line, reason, NULL, found, "row" FROM apart'
    )


def absent(engine: Engine, fills: Sequence[Filled]) -> list[Message]:
    """Rows that are used, but gave one of their tables nothing, for want of a value."""
    told: list[Message] = []
    for number, one in enumerate(fills):
        rows = engine.rows(
            f"""SELECT at_column, count(*) FROM troubles t JOIN verdicts v USING (line)
            WHERE t.f = {number} AND severity = 'absent' AND v.good AND NOT v.broken GROUP BY 1 ORDER BY 2 DESC"""
        )
        for column, count in rows:
            told.append(Message("sources.absent", {"count": count, "column": column, "table": one.table}))
    return told


def write_tables(engine: Engine, fills: Sequence[Filled], folder: Path) -> dict[str, int]:
    """Write what the fills give to `<table>.parquet`; returns rows by table."""
    written: dict[str, int] = {}
    for table in dict.fromkeys(one.table for one in fills):
        names = ", ".join(f'"{column.name}"' for column in RECORDS[table].columns)
        file = folder / f"{table}.parquet"
        if len(fills) == 1 and fills[0].sorted:
            good = " WHERE severity IS NULL" if engine.rows("SELECT 1 FROM troubles LIMIT 1") else ""
            # A broken row is this fill's own, and the order is the file's: nothing to look up, nothing to sort.
            written[table] = engine.write(
                f"SELECT {names} FROM {fills[0].made}{good}", file, options=_QUICKLY
            )
            continue
        parts = " UNION ALL ".join(
            f"SELECT {names}, line AS line_, {number} AS fill_, k AS k_ FROM {one.made} f "
            f"WHERE severity IS NULL AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.line = f.line AND v.broken)"
            for number, one in enumerate(fills)
            if one.table == table
        )
        written[table] = engine.write(f"SELECT {names} FROM ({parts}) ORDER BY line_, fill_, k_", file)
    return written


def reasons(engine: Engine) -> tuple[Reason, ...]:
    """Why rows were rejected, the most frequent first."""
    rows = engine.rows(
        'SELECT reason, "column", min(found), count(*), list_slice(list(line ORDER BY line), 1, 3), '
        "count(DISTINCT found) FROM rejects GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2"
    )
    return tuple(
        Reason(Message(row[0], {"column": row[1], "found": row[2]}), row[3], tuple(row[4])) for row in rows
    )


def first_rows(engine: Engine, fills: Sequence[Filled], folder: Path, most: int) -> Sample:
    """The first rows of each table, with the columns that say something."""
    samples: Sample = {}
    for table in dict.fromkeys(one.table for one in fills):
        file = folder / f"{table}.parquet"
        names = [
            column.name
            for column in RECORDS[table].columns
            if column.name not in ("source", "source_kind", "source_file", "zone", "priority")
        ]
        wanted = ", ".join(f'"{name}"' for name in names)
        rows = engine.rows(f"SELECT {wanted} FROM read_parquet({text(str(file))}) LIMIT {most}")
        shown = [at for at, name in enumerate(names) if any(row[at] is not None for row in rows)]
        samples[table] = (
            tuple(names[at] for at in shown),
            [tuple(row[at] for at in shown) for row in rows],
        )
    return samples


def repeated(engine: Engine, fills: Sequence[Filled], folder: Path) -> int:
    """Rows that give nothing but what other rows of the file give."""
    found = repeats(fills, folder)
    return int(engine.rows(f"SELECT count(*) FROM ({found})")[0][0]) if found else 0


def repeats(fills: Sequence[Filled], folder: Path) -> str:
    """A query of the lines that give nothing but what lines before them give; empty where nothing is filled."""
    lines = []
    for table in dict.fromkeys(one.table for one in fills):
        spec = RECORDS[table]
        said = [f'"{c.name}"' for c in spec.columns if c.name not in ("source_row",)]
        keys = [f'"{key}"' for key in spec.key]
        keyed = " OR ".join(f"{key} IS NOT NULL" for key in keys) or "false"
        identity = f"CASE WHEN {keyed} THEN hash({', '.join(keys) or '0'}) ELSE hash({', '.join(said)}) END"
        lines.append(
            f"SELECT source_row, row_number() OVER (PARTITION BY {identity} ORDER BY source_row) = 1 AS first "
            f"FROM read_parquet({text(str(folder / f'{table}.parquet'))})"
        )
    if not lines:
        return ""
    return (
        f"SELECT source_row AS line FROM ({' UNION ALL '.join(lines)}) GROUP BY 1 HAVING NOT bool_or(first)"
    )


def check_deals(reading: Reading, fills: Sequence[Filled]) -> None:
    """Tell of deals that were closed before they began, and of those without an account."""
    for one in fills:
        if one.table == "deals":
            rows = reading.engine.rows(
                f"SELECT line FROM {one.made} WHERE severity IS NULL AND date_trunc('day', closed) < date_trunc('day', created) ORDER BY 1"
            )
            alone = reading.engine.rows(
                f"SELECT count(*) FROM {one.made} WHERE severity IS NULL AND account_id IS NULL"
            )[0][0]
            if alone:
                reading.warnings.append(Message("sources.deals-without-account", {"count": alone}))
            if rows:
                reading.warnings.append(
                    Message(
                        "sources.closed-before-created",
                        {"count": len(rows), "lines": [row[0] for row in rows[:3]]},
                    )
                )
