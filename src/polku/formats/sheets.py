"""Spreadsheets as grids of texts: CSV of any delimiter and encoding, XLSX within limits, merged cells filled."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polku.errors import DocumentError, Where
from polku.words import Message

MAX_BYTES = 10_000_000
MAX_UNPACKED = 100_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 400
_DELIMITERS = ";\t,|"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, and its cells as texts, row by row; cells that were merged all carry the text.

    Args:
        merged: cells (row, column from 0) that only carry the text of another.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    merged: frozenset[tuple[int, int]] = frozenset()


def cell_name(row: int, column: int) -> str:
    """What a spreadsheet calls a cell, counted from 0: (6, 1) is B7."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read_sheets(path: Path, *, hidden: bool = False) -> list[Sheet]:
    """The sheets of an XLSX or CSV file.

    Args:
        hidden: read hidden sheets, too.

    Raises:
        DocumentError: no such file, of another format, too large, or damaged.
    """
    where = Where(file=str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            found = {"size": path.stat().st_size / 1e6, "limit": MAX_BYTES / 1e6}
            raise DocumentError(Message("formats.too-big", found), where)
        content = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(Message("sources.no-file"), where) from None
    except OSError as error:
        said = Message("formats.unreadable", {"reason": error.strerror or str(error)})
        raise DocumentError(said, where) from error
    if content.startswith(b"PK"):
        return _read_xlsx(content, where, hidden)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(Message("formats.sheet-old"), where)
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods", ".numbers", ".pdf", ".docx"):
        raise DocumentError(Message("formats.sheet-unknown"), where)
    return [Sheet(path.stem, _read_csv(content, where))]


def _read_csv(content: bytes, where: Where) -> tuple[tuple[str, ...], ...]:
    text = _text_of(content, where)
    if "\0" in text:
        raise DocumentError(Message("formats.sheet-unknown"), where)
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:  # Excel's own hint
        delimiter, text = lines[0][4], text.partition("\n")[2]
    else:
        delimiter = _delimiter_of(text)
    try:
        # Cells hold long texts; the module's own limit of 131,072 characters is the limit here, too.
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(tuple(cell.strip() for cell in row[:MAX_COLUMNS]))
            _not_too_many(len(rows), where)
    except csv.Error as error:
        raise DocumentError(Message("formats.sheet-broken", {"reason": str(error)}), where) from error
    return tuple(rows)


def _text_of(content: bytes, where: Where) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise DocumentError(Message("formats.sheet-unknown"), where) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter_of(text: str) -> str:
    """The delimiter that cuts the most rows into the same number of cells, more than one."""

    def agreement(delimiter: str) -> tuple[int, int]:
        sample = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter)
        widths: list[int] = []
        try:
            widths = [len(row) for row, _ in zip(sample, range(30), strict=False) if row]
        except csv.Error:
            return (0, 0)
        wide = [width for width in widths if width > 1]
        most = max(set(wide), key=wide.count, default=0)
        return (wide.count(most) if wide else 0, most)

    return max(_DELIMITERS, key=agreement)


def _not_too_many(rows: int, where: Where) -> None:
    if rows > MAX_ROWS:
        raise DocumentError(Message("formats.sheet-long", {"limit": MAX_ROWS}), where)


def _read_xlsx(content: bytes, where: Where, hidden: bool) -> list[Sheet]:
    try:
        import openpyxl
    except ImportError as error:
        raise DocumentError(Message("formats.sheet-needs-office"), where) from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _guard(archive, where)
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = []
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible" and not hidden:
                    continue
                rows = [
                    [_cell_text(value) for value in row]
                    for row in _limited(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), where)
                ]
                part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
                merged = _fill_merged(rows, archive.read(part)) if part in archive.namelist() else frozenset()
                sheets.append(Sheet(sheet.title, tuple(tuple(row) for row in rows), merged))
            book.close()
            return sheets
    except DocumentError:
        raise
    except Exception as error:  # a damaged archive fails in many ways, all of them the file's fault
        raise DocumentError(Message("formats.sheet-damaged"), where) from error


def _guard(archive: zipfile.ZipFile, where: Where) -> None:
    """Refuse what would unpack into more than any list of steps, and XML that defines things of its own."""
    parts = archive.infolist()
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise DocumentError(Message("formats.sheet-unknown"), where)
    if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > 10_000:
        raise DocumentError(Message("formats.sheet-unpacks", {"limit": MAX_UNPACKED / 1e6}), where)
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as file:
                if b"<!" in file.read(2000).replace(b"<!--", b""):
                    raise DocumentError(Message("formats.sheet-damaged"), where)


def _limited(rows: Iterator[tuple[Any, ...]], where: Where) -> Iterator[tuple[Any, ...]]:
    """The rows up to the last that holds something; sheets may claim a million empty ones."""
    empty: list[tuple[Any, ...]] = []
    for number, row in enumerate(rows):
        if all(value is None or value == "" for value in row):
            if len(empty) < MAX_ROWS:
                empty.append(())
            elif number > 20 * MAX_ROWS:
                return
            continue
        _not_too_many(number + 1, where)
        yield from empty
        empty.clear()
        yield row


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value).strip()


def _fill_merged(rows: list[list[str]], xml: bytes) -> frozenset[tuple[int, int]]:
    """Write the text of each merged range into all of its cells."""
    filled: set[tuple[int, int]] = set()
    for match in _MERGED.finditer(xml):
        left, top = _column(match[1]), int(match[2]) - 1
        right, bottom = _column(match[3]), int(match[4]) - 1
        if top >= len(rows) or left >= len(rows[top]) or left >= MAX_COLUMNS:
            continue
        text = rows[top][left]
        for row in range(top, min(bottom + 1, len(rows))):
            cells = rows[row]
            cells += [""] * (min(right + 1, MAX_COLUMNS) - len(cells))
            for column in range(left, min(right + 1, MAX_COLUMNS)):
                if (row, column) != (top, left):
                    cells[column] = text
                    filled.add((row, column))
    return frozenset(filled)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
