"""Workbooks of spreadsheets: each sheet as rows of text, read cell by cell within limits."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.parsers import expat

from polku.documents import Source
from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.records.watching import stop_point
from polku.sources.delimited import read_delimited
from polku.sources.files import LIMITS, Opened, copy_within, shown
from polku.sources.raw import Raw, set_cells
from polku.sources.sniffing import Sniffed
from polku.sources.systems import Part
from polku.words import Message

LINE_BREAK = "\u2028"
"""Stands for a line break within a cell while the sheet is a text file: a row stays one line."""
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_TEXT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"))
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, LookupError, ValueError)


def sheets(opened: Opened, scratch: Path) -> Iterator[Part]:
    """The sheets of a workbook that hold anything and are not hidden, in their order.

    Raises:
        ImportRefused: damaged, locked, or larger than the limits.
    """
    try:
        with zipfile.ZipFile(opened.path) as archive:
            book = _Book(archive, opened, scratch)
            wanted = book.open()
            rows = []
            for number, (name, member) in enumerate(wanted):
                plain = scratch / f"sheet-{number}.csv"
                found = book.write_sheet(member, plain)
                if found.rows:
                    rows.append((name, plain, found))
    except ImportRefused:
        raise
    except _DAMAGE:
        raise ImportRefused(Message("sources.broken-xlsx"), opened.where) from None
    for name, plain, found in rows:
        called = opened.name if len(rows) == 1 else f"{opened.name}/{shown(name).replace('/', '-')}"
        yield Part(called, _loader(opened, called, plain, found, book, scratch))


def _loader(
    opened: Opened, called: str, plain: Path, found: _Sheet, book: _Book, scratch: Path
) -> Callable[[Engine, str, Source | None], tuple[Raw, Sniffed | None]]:
    def load(engine: Engine, table: str, said: Source | None) -> tuple[Raw, Sniffed | None]:
        sheet = Opened(plain, called, "xlsx", opened.folder, opened.alone)
        raw, sniffed = read_delimited(
            engine, sheet, table, scratch, encoding="utf-8", delimiter=",", skip=said.skip if said else 0
        )
        raw.kind = "xlsx"
        raw.days_from = book.start.date().isoformat()
        if found.broken_lines:
            cells = ", ".join(
                f"replace(c{at}, '{LINE_BREAK}', chr(10)) AS c{at}" for at in range(len(raw.columns))
            )
            set_cells(engine, raw, cells)
        if found.errors:
            raw.warnings.append(Message("sources.sheet-errors", {"count": found.errors}))
        if book.hidden:
            raw.warnings.append(Message("sources.sheets-hidden", {"names": book.hidden[:10]}))
        return raw, sniffed

    return load


@dataclass
class _Sheet:
    """What was seen of a sheet."""

    rows: int = 0
    width: int = 0
    narrow: bool = False
    """Whether some rows are shorter than others."""
    broken_lines: bool = False
    errors: int = 0


@dataclass
class _Book:
    """A workbook that is being read."""

    archive: zipfile.ZipFile
    opened: Opened
    scratch: Path
    strings: list[str] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    """For each style of a cell, whether its numbers are days."""
    start: dt.datetime = dt.datetime(1899, 12, 30)
    left: int = LIMITS.unpacked_bytes
    hidden: list[str] = field(default_factory=list)

    def open(self) -> list[tuple[str, str]]:
        """Names of the sheets that are shown and the members of the archive that hold them."""
        if len(self.archive.infolist()) > 20 * LIMITS.members:
            raise ImportRefused(
                Message("sources.too-many-members", {"limit": 20 * LIMITS.members}), self.opened.where
            )
        targets: dict[str, str] = {}
        found: list[tuple[str, str]] = []

        def relation(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        def sheet(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.start = dt.datetime(1904, 1, 1)
            if tag != "sheet":
                return
            name = attributes.get("name", "")
            if attributes.get("state", "visible") != "visible":
                self.hidden.append(name)
                return
            of = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            target = targets.get(of, "")
            path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            if path in self.archive.NameToInfo and "worksheets" in path:
                found.append((name, path))

        if "xl/_rels/workbook.xml.rels" in self.archive.NameToInfo:
            self.parse("xl/_rels/workbook.xml.rels", relation)
        self.parse("xl/workbook.xml", sheet)
        self.read_styles()
        self.read_strings()
        return found

    def parse(
        self,
        member: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Read a member of the archive as XML without entities, within the limits."""
        plain = self.scratch / "member.xml"
        info = self.archive.getinfo(member)
        if info.flag_bits & 1:
            raise ImportRefused(Message("sources.locked-archive"), self.opened.where)
        with self.archive.open(info) as packed:
            self.left -= copy_within(
                packed, plain, max(info.compress_size, 1), self.opened.name, _limits(self.left)
            )
        parser = expat.ParserCreate(namespace_separator=None)
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        depth = 0

        def opening(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > LIMITS.depth:
                raise ImportRefused(
                    Message("sources.xes-too-deep", {"limit": LIMITS.depth}), self.opened.where
                )
            start(tag if ":" not in tag else tag.rpartition(":")[2], attributes)

        def closing(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(tag if ":" not in tag else tag.rpartition(":")[2])

        def refuse(*_: Any) -> None:
            raise ImportRefused(Message("sources.xes-doctype"), self.opened.where)

        parser.StartElementHandler = opening
        parser.EndElementHandler = closing
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        try:
            with plain.open("rb") as file:
                parser.ParseFile(file)
        except expat.ExpatError:
            raise ImportRefused(Message("sources.broken-xlsx"), self.opened.where) from None
        finally:
            plain.unlink(missing_ok=True)

    def read_styles(self) -> None:
        """Which styles show numbers as days."""
        if "xl/styles.xml" not in self.archive.NameToInfo:
            return
        formats: dict[int, bool] = {}
        inside = [""]

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "numFmt":
                code = _TEXT_IN_FORMAT.sub("", attributes.get("formatCode", "")).partition(";")[0]
                formats[int(attributes.get("numFmtId", -1))] = bool(re.search("[dmyhs]", code, re.IGNORECASE))
            elif tag in ("cellXfs", "cellStyleXfs"):
                inside[0] = tag
            elif tag == "xf" and inside[0] == "cellXfs":
                number = int(attributes.get("numFmtId", 0))
                self.dates.append(formats.get(number, number in _BUILT_IN_DATES))

        self.parse("xl/styles.xml", start)

    def read_strings(self) -> None:
        """The texts that cells point at."""
        if "xl/sharedStrings.xml" not in self.archive.NameToInfo:
            return
        parts: list[str] = []
        state = {"text": False, "phonetic": False}

        def start(tag: str, _: dict[str, str]) -> None:
            if tag == "si":
                parts.clear()
            elif tag == "rPh":
                state["phonetic"] = True
            elif tag == "t":
                state["text"] = not state["phonetic"]

        def end(tag: str) -> None:
            if tag == "si":
                self.strings.append("".join(parts)[: LIMITS.cell])
            elif tag == "rPh":
                state["phonetic"] = False
            elif tag == "t":
                state["text"] = False

        def text(said: str) -> None:
            if state["text"]:
                parts.append(said)

        self.parse("xl/sharedStrings.xml", start, end, text)

    def write_sheet(self, member: str, plain: Path) -> _Sheet:
        """Write the cells of a sheet as a text file of rows, each row of the sheet one line."""
        found = _Sheet()
        first = plain.with_suffix(".rows")
        with first.open("w", encoding="utf-8", newline="") as out:
            reading = _Rows(self, found, csv.writer(out, lineterminator="\n"))
            self.parse(member, reading.start, reading.end, reading.text)
        if not found.narrow:
            first.replace(plain)
            return found
        with (
            first.open(encoding="utf-8", newline="") as rows,
            plain.open("w", encoding="utf-8", newline="") as out,
        ):
            writer = csv.writer(out, lineterminator="\n")
            # An empty line is one row without cells.
            writer.writerows(row + [""] * (found.width - len(row)) for row in csv.reader(rows))
        first.unlink()
        return found

    def number(self, said: str, style: int) -> str:
        """A number as a text: a moment where its style says so, else without the tail that computing left."""
        value = float(said)
        if style < len(self.dates) and self.dates[style]:
            with contextlib.suppress(OverflowError):
                return _moment(value, self.start)
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return repr(float(f"{value:.15g}"))


class _Rows:
    """Cells of a sheet as they are met, written row by row."""

    def __init__(self, book: _Book, found: _Sheet, writer: Any) -> None:
        self.book = book
        self.found = found
        self.writer = writer
        self.row: list[str] = []
        self.number = 0
        self.at = 0
        self.kind = ""
        self.style = 0
        self.collecting = False
        self.parts: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        if tag == "c":
            place = attributes.get("r")
            self.at = _column(place) if place else len(self.row)
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", 0))
            self.parts.clear()
        elif tag == "v" or (tag == "t" and self.kind == "inlineStr"):
            self.collecting = True
        elif tag == "row":
            wanted = int(attributes.get("r", self.number + 1))
            if wanted > 20_000_000:
                raise ImportRefused(Message("sources.broken-xlsx"), self.book.opened.where)
            while self.number + 1 < wanted:
                self.write([])
            self.row = []

    def text(self, said: str) -> None:
        """Letters of a value."""
        if self.collecting:
            self.parts.append(said)

    def end(self, tag: str) -> None:
        """An element closes."""
        if tag in ("v", "t"):
            self.collecting = False
        elif tag == "c":
            if self.parts:
                self.put("".join(self.parts))
        elif tag == "row":
            self.write(self.row)

    def put(self, said: str) -> None:
        """A cell with something in it."""
        if self.kind == "s":
            said = self.book.strings[int(said)]
        elif self.kind == "n":
            said = self.book.number(said, self.style)
        elif self.kind == "b":
            said = "true" if said == "1" else "false"
        elif self.kind == "e" or (self.kind == "str" and said in _ERRORS):
            self.found.errors += 1
            return
        if not said:
            return
        if self.at >= LIMITS.columns:
            raise ImportRefused(
                Message("sources.too-many-columns", {"count": self.at + 1, "limit": LIMITS.columns}),
                self.book.opened.where,
            )
        if "\n" in said or "\r" in said:
            said = said.replace("\r\n", "\n").replace("\r", "\n").replace("\n", LINE_BREAK)
            self.found.broken_lines = True
        row = self.row
        if self.at > len(row):
            row += [""] * (self.at - len(row))
        if self.at < len(row):
            row[self.at] = said
        else:
            row.append(said[: LIMITS.cell])

    def write(self, row: list[str]) -> None:
        """A row is whole."""
        if not self.number & 1023:
            stop_point()
        self.number += 1
        if row:
            self.found.rows += 1
        if len(row) != self.found.width:
            self.found.narrow = self.found.narrow or self.number > 1
            self.found.width = max(self.found.width, len(row))
        self.writer.writerow(row)


def _limits(left: int) -> Any:
    from dataclasses import replace

    # Sheets of one repeated cell pack far better than text files do.
    return replace(LIMITS, unpacked_bytes=left, ratio=4 * LIMITS.ratio)


def _column(place: str) -> int:
    number = 0
    for sign in place:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return number - 1


def _moment(days: float, start: dt.datetime) -> str:
    """A day of a spreadsheet as ISO 8601: a time of day alone stays one."""
    if 0 <= days < 1:
        return str((dt.datetime(2000, 1, 1) + dt.timedelta(seconds=round(days * 86_400))).time())
    if days < 60 and start.year == 1899:
        # It takes 1900 for a leap year, so days before March are one off.
        days += 1
    at = start + dt.timedelta(seconds=round(days * 86_400_000) / 1000)
    if at.hour == at.minute == at.second == at.microsecond == 0:
        return at.date().isoformat()
    return at.isoformat(sep=" ", timespec="milliseconds" if at.microsecond else "seconds")
