"""Text files of rows: read by the engine where every row is one plain line, else row by row."""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from polku.errors import Cancelled
from polku.records.engine import Engine, Relation, file_text
from polku.sources.cells import untidy
from polku.sources.files import LIMITS, Opened
from polku.sources.letters import Letters, letters_of
from polku.sources.raw import CHUNK, Broken, NotStraight, Raw, Seen, drop_rows, insert, text
from polku.sources.scanning import Scan, scan
from polku.sources.sniffing import Sniffed, sniff
from polku.words import Message

_LONGEST_ROW = 400
"""Lines that one row may span; a quotation mark that is open for longer was never meant."""
_TOTAL = re.compile(r"^(grand )?(total|totals|totalt|summa|yhteensä|i alt)(\s*:.*)?$", re.IGNORECASE)
_TOTALS_AMONG_LAST = 10


def read_delimited(
    engine: Engine,
    opened: Opened,
    table: str,
    scratch: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    skip: int = 0,
    straight: bool = False,
    trusting: bool = False,
) -> tuple[Raw, Sniffed]:
    """Read a text file into a table of the engine.

    Args:
        table: name of the table to make.
        scratch: a folder for a copy in UTF-8, where the file is not.
        encoding, delimiter, skip: what the mapping says; else found out.
        straight: a view of the file will do, and it is refused where it is not one row a line.
        trusting: of such a file no cell is looked at, where its bytes tell that none needs cleaning; whoever reads
            the rows asks `doubt` of each.

    Raises:
        NotStraight: each line would have to be looked at.
        ImportRefused: the file is no text, or has no header.
    """
    letters = letters_of(opened.path, opened.name, encoding)
    sniffed = sniff(opened.path, opened.name, letters, delimiter=delimiter, skip=skip)
    raw = Raw(table, sniffed.columns, delimiter=sniffed.delimiter)
    if sniffed.doubled:
        raw.warnings.append(Message("sources.doubled-columns", {"columns": list(sniffed.doubled)}))
    if letters.told_by == "left":
        raw.warnings.append(Message("sources.letters-left", {"encoding": letters.encoding}))
    plain = opened.path
    if not letters.plain and not letters.nul:
        plain = scratch / f"{table}.txt"
        _copy_as_utf8(opened.path, plain, letters)
    if straight:
        if letters.nul or not _look_through(engine, raw, plain, sniffed, trusting):
            raise NotStraight
    elif letters.nul or not _read_plain(engine, raw, plain, sniffed):
        _read_row_by_row(engine, raw, opened, sniffed)
    _tell_below(engine, raw)
    _drop_totals(engine, raw, plain)
    if letters.nul:
        _drop_nul(engine, raw)
    _tell_mangled(engine, raw)
    return raw, sniffed


def make_table(engine: Engine, table: str, width: int) -> None:
    """An empty table for rows of a file with this many columns."""
    cells = "".join(f", c{place} VARCHAR" for place in range(width))
    engine.execute(f"CREATE OR REPLACE TABLE {table} (line BIGINT{cells})")


def _read_plain(engine: Engine, raw: Raw, path: Path, sniffed: Sniffed) -> bool:
    """Let the engine read; True where that is sure to be right.

    It is where each line of the file came out as one row: no line break in a cell, no empty line, no row
    too short or too long. The lines are counted apart from the engine.
    """
    above = sniffed.skip + sniffed.header_lines
    lines = _plain_lines(scan(path, sniffed.delimiter), sniffed)
    if lines is None:
        return False
    cells, empty, rows = _by_engine(path, sniffed, above)
    try:
        # Lines are counted by the table itself: a window would take one thread for all the reading.
        engine.execute(
            f"CREATE OR REPLACE TABLE {raw.table}_rows AS SELECT {cells} FROM {{rows}}", tables={"rows": rows}
        )
        found = engine.rows(f"SELECT count(*) FROM {raw.table}_rows")[0][0]
    except Cancelled:
        raise
    except Exception:
        # Whatever the engine does not take, the reader below takes or names line by line.
        return False
    if found != lines:
        engine.execute(f"DROP TABLE {raw.table}_rows")
        return False
    raw.stored, raw.above = f"{raw.table}_rows", above + 1
    engine.execute(
        f"CREATE OR REPLACE VIEW {raw.table} AS SELECT rowid + {raw.above} AS line, * FROM {raw.stored}"
    )
    drop_rows(engine, raw, empty)
    return True


def _look_through(engine: Engine, raw: Raw, path: Path, sniffed: Sniffed, trusting: bool) -> bool:
    """Make a view of a file where each of its lines is one row with something in it."""
    above = sniffed.skip + sniffed.header_lines
    scanned = scan(path, sniffed.delimiter)
    lines = _plain_lines(scanned, sniffed)
    if lines is None:
        return False
    cells, empty, rows = _by_engine(path, sniffed, above)
    raw.straight, raw.above = lines, above + 1
    engine.execute(
        f"CREATE OR REPLACE VIEW {raw.table} AS SELECT row_number() OVER () + {above} AS line, {cells} FROM {{rows}}",
        tables={"rows": rows},
    )
    columns = [f"c{place}" for place in range(len(sniffed.columns))]
    if trusting and scanned.tidy:
        raw.seen = Seen((False,) * len(columns), None, gapless=True)
        return True
    looks = [] if scanned.tidy else [f"bool_or({untidy(one)})" for one in columns]
    looks += [f"count(*) FILTER (WHERE {_like_a_date(one)})" for one in columns]
    # Every cell is looked at, so that none is no text.
    found, nothing, *seen = engine.rows(
        f"SELECT count(*), count(*) FILTER (WHERE {empty}), {', '.join(looks)} FROM {raw.table}"
    )[0]
    dates = len(seen) - len(columns)
    raw.seen = Seen(
        tuple(bool(one) for one in seen[:dates]) or (False,) * len(columns), tuple(seen[dates:]), scanned.tidy
    )
    return bool(found == lines and not nothing)


def doubt(raw: Raw, but: Collection[str] = ()) -> str:
    """Whether a row of a file that nobody looked through is other than was trusted, as an expression.

    Args:
        but: columns (c0, c1 …) of which that is seen otherwise.
    """
    columns = [f"c{place}" for place in range(len(raw.columns))]
    empty = " AND ".join(f"{one} IS NULL" for one in columns)
    return " OR ".join(
        [f"({empty})", *(f"coalesce({_like_a_date(one)}, false)" for one in columns if one not in but)]
    )


def _plain_lines(scanned: Scan, sniffed: Sniffed) -> int | None:
    """Lines under the header, where the engine may be asked to read them."""
    above = sniffed.skip + sniffed.header_lines
    if scanned.alone or sniffed.header_lines != 1 or len(sniffed.columns) < 2 or scanned.lines <= above:
        return None
    return scanned.lines - above


def _by_engine(path: Path, sniffed: Sniffed, above: int) -> tuple[str, str, Relation]:
    """How the engine reads a file: its cells, whether all of a row are empty, and the rows."""
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(sniffed.columns)))
    cells = ", ".join(f"nullif(c{place}, '') AS c{place}" for place in range(len(sniffed.columns)))
    empty = " AND ".join(f"c{place} IS NULL" for place in range(len(sniffed.columns)))
    # Given apart from the template, so that no sign in the path is taken for the template's own.
    rows = Relation(
        f"""read_csv({file_text(path)}, auto_detect=false, header=false, skip={above}, columns={{{names}}},
            delim={text(sniffed.delimiter)}, quote='"', escape='"', strict_mode=true, null_padding=false,
            ignore_errors=false, max_line_size={2 * LIMITS.cell}, all_varchar=true)"""
    )
    return cells, empty, rows


def _copy_as_utf8(path: Path, plain: Path, letters: Letters) -> None:
    with (
        path.open(encoding=letters.encoding, newline="") as source,
        plain.open("w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(source, out, 1 << 20)


def _read_row_by_row(engine: Engine, raw: Raw, opened: Opened, sniffed: Sniffed) -> None:
    width = len(sniffed.columns)
    make_table(engine, raw.table, width)
    lines: list[int] = []
    rows: list[list[str]] = []

    def flush() -> None:
        if rows:
            cells = {f"c{place}": [row[place] or None for row in rows] for place in range(width)}
            insert(engine, raw.table, {"line": lines, **cells})
            lines.clear()
            rows.clear()

    with opened.path.open(encoding=sniffed.letters.encoding, newline="") as file:
        for line, row, broken in _rows(file, sniffed):
            if broken is not None:
                raw.broken.append(broken)
                continue
            if not any(row):
                continue
            if len(row) > width and not any(row[width:]):
                row = row[:width]
            if len(row) != width:
                raw.broken.append(
                    Broken(
                        line, "sources.reject-width", f"{len(row)} / {width}", _joined(row, sniffed.delimiter)
                    )
                )
                continue
            lines.append(line)
            rows.append(row)
            if len(rows) >= CHUNK:
                flush()
    flush()


def _rows(file: Iterator[str], sniffed: Sniffed) -> Iterator[tuple[int, list[str], Broken | None]]:
    """Rows with the number of their first line; a row that cannot be cut comes as Broken."""
    waiting: list[str] = []
    """Lines taken back after a quotation mark that was never closed."""
    number = 0

    def next_line() -> str | None:
        return waiting.pop() if waiting else next(file, None)

    for _ in range(sniffed.skip + sniffed.header_lines):
        next_line()
        number += 1
    while (line := next_line()) is not None:
        number += 1
        if len(line) > 2 * LIMITS.cell:
            yield number, [], Broken(number, "sources.reject-too-long", None, line[:200])
            continue
        if '"' not in line:
            yield number, next(csv.reader([line], delimiter=sniffed.delimiter), []), None
            continue
        first, taken, quotes = number, [line], line.count('"')
        while True:
            try:
                row = next(csv.reader(taken, delimiter=sniffed.delimiter, strict=True), [])
            except csv.Error as error:
                more = None
                if "unexpected end" in str(error) and len(taken) < _LONGEST_ROW:
                    more = next_line()
                    while more is not None and (quotes + more.count('"')) % 2 and len(taken) < _LONGEST_ROW:
                        taken.append(more)
                        quotes += more.count('"')
                        more = next_line()
                if more is None:
                    waiting.extend(reversed(taken[1:]))
                    reason = "open-quote" if "unexpected end" in str(error) else "stray-quote"
                    yield (
                        first,
                        [],
                        Broken(first, f"sources.reject-{reason}", None, line.rstrip("\r\n")[:2000]),
                    )
                    break
                taken.append(more)
                quotes += more.count('"')
            else:
                number = first + len(taken) - 1
                yield first, row, None
                break


def _joined(row: list[str], delimiter: str) -> str:
    return delimiter.join(row)[:2000]


def _drop_totals(engine: Engine, raw: Raw, path: Path) -> None:
    """Rows of totals under a report are no records: the last lines whose first filled cell says so."""
    if raw.straight is not None:
        if _ends_with_total(path, raw.delimiter):
            raise NotStraight
        return
    first = "coalesce(" + ", ".join(f"c{place}" for place in range(len(raw.columns))) + ", '')"
    last = engine.rows(f"SELECT line, {first} FROM {raw.table} ORDER BY line DESC LIMIT {_TOTALS_AMONG_LAST}")
    for line, cell in last:
        if not _TOTAL.match(cell.strip()):
            break
        raw.broken.append(Broken(line, "sources.reject-total", cell.strip(), row_text(engine, raw, line)))
        drop_rows(engine, raw, f"line = {line}")


def _tell_below(engine: Engine, raw: Raw) -> None:
    """Lines of one cell under the last row of a wider table are a footer, and no rows that were cut wrongly."""
    alone = {at for at, one in enumerate(raw.broken) if one.reason == "sources.reject-width" and one.found}
    alone = {at for at in alone if (raw.broken[at].found or "").startswith("1 / ")}
    if not alone or len(raw.columns) < 3:
        return
    last = engine.rows(f"SELECT max(line) FROM {raw.table}")[0][0]
    if last is not None:
        raw.broken = [
            replace(one, reason="sources.reject-below", found=None)
            if at in alone and one.line > last
            else one
            for at, one in enumerate(raw.broken)
        ]


def _ends_with_total(path: Path, delimiter: str) -> bool:
    """Whether the last line is one of totals, of a file whose lines are rows."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 4 * LIMITS.cell))
        last = file.read().rstrip(b"\r\n").rpartition(b"\n")[2].decode("utf-8", "replace")
    row = next(csv.reader([last], delimiter=delimiter), [])
    return bool(_TOTAL.match(next((cell for cell in row if cell), "").strip()))


_MONTHS = "jan|feb|mar|apr|may|maj|mai|jun|jul|aug|sep|oct|okt|nov|dec|des|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu"


_LONGEST_DATE = 10
"""Bytes of such a text."""


def _like_a_date(cell: str) -> str:
    """Whether a text is a day and a month without a year, as an expression."""
    shaped = f"'(?i)([0-9]{{1,2}}[-. ]({_MONTHS})|({_MONTHS})[-. ][0-9]{{1,2}})\\.?'"
    # The engine works out both sides of AND; a CASE it leaves early.
    return f"CASE WHEN strlen({cell}) <= {_LONGEST_DATE} THEN regexp_full_match({cell}, {shaped}) END"


def _tell_mangled(engine: Engine, raw: Raw) -> None:
    """Warn of day-and-month texts without a year: a spreadsheet makes them of ranges such as 1-5."""
    if raw.seen is None:
        asked = ", ".join(
            f"count(*) FILTER (WHERE {_like_a_date(f'c{at}')})" for at in range(len(raw.columns))
        )
        counts = engine.rows(f"SELECT {asked} FROM {raw.table}")[0]
    elif raw.seen.dates is None:
        return
    else:
        counts = raw.seen.dates
    for at, count in enumerate(counts):
        if not count:
            continue
        # Asked of the few columns that have any: a list for each of 400 columns would fill the memory.
        found = engine.rows(
            f"SELECT DISTINCT c{at} FROM {raw.table} WHERE {_like_a_date(f'c{at}')} ORDER BY 1 LIMIT 3"
        )
        raw.warnings.append(
            Message(
                "sources.dates-like",
                {"column": raw.columns[at], "count": count, "found": [value for (value,) in found]},
            )
        )


def _drop_nul(engine: Engine, raw: Raw) -> None:
    any_nul = " OR ".join(f"contains(c{place}, chr(0))" for place in range(len(raw.columns)))
    for (line,) in engine.rows(f"SELECT line FROM {raw.table} WHERE {any_nul}"):
        raw.broken.append(
            Broken(line, "sources.reject-nul", None, row_text(engine, raw, line).replace("\0", "␀"))
        )
    drop_rows(engine, raw, any_nul)


def row_text(engine: Engine, raw: Raw, line: int) -> str:
    """A row as it would stand in the file."""
    found = engine.rows(f"SELECT {row_expression(raw)} FROM {raw.table} WHERE line = {line}")
    return str(found[0][0]) if found else ""


def row_expression(raw: Raw) -> str:
    """The row as one text where a cell needs it, as an expression over the raw table."""
    sign = text(raw.delimiter)
    cells = []
    for place in range(raw.own or len(raw.columns)):
        cell = f"coalesce(c{place}, '')"
        quote = f"'\"' || replace({cell}, '\"', '\"\"') || '\"'"
        needs = f"contains({cell}, {sign}) OR contains({cell}, '\"') OR contains({cell}, chr(10))"
        cells.append(f"CASE WHEN {needs} THEN {quote} ELSE {cell} END")
    return f"left(concat_ws({sign}, {', '.join(cells)}), 20000)" if cells else "''"


__all__ = ["make_table", "read_delimited", "row_expression", "row_text"]
