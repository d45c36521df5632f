"""Workbooks: cells as a person sees them, several sheets, hidden ones, damage and bombs."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from polku.documents import Settings, Workspace
from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.sources.files import Opened
from polku.sources.staging import ReadFile, read_files
from polku.sources.xlsx import sheets
from tests.sources.staged import Read, rows, warned

Sheet = list[list[Any]]
DEALS: Sheet = [
    ["Deal ID", "Stage", "Amount", "Created", "Customer"],
    ["7", "Won", 1200.5, dt.datetime(2026, 1, 13, 10, 30), "Pallo Oy"],
    ["8", "Open", 300, dt.date(2026, 2, 1), "Kuutio Oy"],
]


def book(*named: tuple[str, Sheet], hidden: str | None = None) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    for name, cells in named:
        sheet = made.add_worksheet(name)
        for at, row in enumerate(cells):
            sheet.write_row(at, 0, row)
        if name == hidden:
            sheet.hide()
    made.close()
    return out.getvalue()


def staged(tmp_path: Path, content: bytes, aside: list[Any] | None = None) -> tuple[ReadFile, ...]:
    file = tmp_path / "book.xlsx"
    file.write_bytes(content)
    out = tmp_path / "out"
    out.mkdir()
    tell = None if aside is None else lambda name, why: aside.append((name, why.message.id))
    return read_files(Workspace(Settings()), [file], out, sample=100, aside=tell)


def test_cells_are_read_as_numbers_dates_and_texts(read: Read) -> None:
    found = read(book(("Deals", DEALS)), name="deals.xlsx")
    assert (found.kind, found.mapping.kind, found.rows) == ("xlsx", "deals", 2)
    assert [(row["deal_id"], row["amount"], row["created"]) for row in rows(found, "deals")] == [
        ("7", 1200.5, dt.datetime(2026, 1, 13, 10, 30)),
        ("8", 300.0, dt.datetime(2026, 2, 1)),
    ]


def test_each_sheet_is_read_as_what_it_is_and_the_others_are_set_aside(tmp_path: Path) -> None:
    people = [["Name", "Email", "Job title"], ["Aino", "a@pallo.example", "CEO"]]
    content = book(
        ("Deals", DEALS), ("People", people), ("Notes", [["a", "b"], [1, 2]]), ("Old", DEALS), hidden="Old"
    )
    aside: list[Any] = []
    found = staged(tmp_path, content, aside)
    assert {one.name: one.mapping.kind for one in found} == {
        "book.xlsx/Deals": "deals",
        "book.xlsx/People": "contacts",
    }
    assert aside == [("book.xlsx/Notes", "sources.not-proposed")]
    assert "sheets-hidden" in warned(found[0])


def test_a_book_with_nothing_to_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        staged(tmp_path, book(("A", [["a", "b"], [1, 2]]), ("B", [["p", "q"], [1, 2]])), [])
    assert refused.value.message.id == "sources.nothing-placed"


def test_lines_of_rejects_are_rows_of_the_sheet_also_with_breaks_in_cells(read: Read) -> None:
    cells = [
        ["Report"],
        [],
        ["CaseID", "Activity", "Timestamp"],
        ["1", "a\nb", "2026-01-13 10:00"],
        ["2", "c", "soon"],
    ]
    found = read(book(("Log", cells)), name="log.xlsx")
    assert rows(found, "events")[0]["activity"] == "a\nb"
    assert [reason.lines for reason in found.reasons] == [(5,)]


def test_values_are_those_that_a_spreadsheet_library_reads(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    content = book(("All", [["n", "t", "d", "b"], [0.1 + 0.2, "ä<&>'", dt.datetime(2024, 2, 29, 23, 59, 59), True], [-5, "", dt.date(1999, 12, 31), False]]))  # fmt: skip
    file = tmp_path / "all.xlsx"
    file.write_bytes(content)
    (part,) = sheets(Opened(file, file.name, "xlsx", tmp_path), tmp_path)
    with Engine(ordered=True) as engine:
        part.load(engine, "raw", None)
        found = engine.rows("SELECT c0, c1, c2, c3 FROM raw ORDER BY line")
    theirs = [
        list(row)
        for row in openpyxl.load_workbook(file, read_only=True)["All"].iter_rows(min_row=2, values_only=True)
    ]
    assert [float(row[0]) for row in found] == pytest.approx([row[0] for row in theirs])
    assert [row[1] for row in found] == [row[1] or None for row in theirs]
    assert [dt.datetime.fromisoformat(row[2]) for row in found] == [row[2] for row in theirs]
    assert [row[3] == "true" for row in found] == [row[3] for row in theirs]


def changed(content: bytes, member: str, text: bytes) -> bytes:
    """The same workbook with another text in one of its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            new.writestr(one.filename, text if one.filename == member else old.read(one.filename))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HOSTILE = {
    "entities": (SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row r="1"><c t="str"><v>&a;</v></c></row></sheetData></worksheet>', "xes-doctype"),
    "nesting": (SHEET, b"<worksheet>" + b"<a>" * 500 + b"</a>" * 500 + b"</worksheet>", "xes-too-deep"),
    "a row beyond the sheet": (SHEET, b'<worksheet><sheetData><row r="99999999999"><c><v>1</v></c></row></sheetData></worksheet>', "broken-xlsx"),
    "a column beyond the sheet": (SHEET, b'<worksheet><sheetData><row r="1"><c r="ZZZZZ1"><v>1</v></c></row></sheetData></worksheet>', "too-many-columns"),
    "a text that is not there": (SHEET, b'<worksheet><sheetData><row r="1"><c t="s"><v>999</v></c></row></sheetData></worksheet>', "broken-xlsx"),
    "no number": (SHEET, b'<worksheet><sheetData><row r="1"><c><v>one</v></c></row></sheetData></worksheet>', "broken-xlsx"),
    "half a sheet": (SHEET, b"<worksheet><sheetData><row", "broken-xlsx"),
    "a bomb": (SHEET, b"<worksheet>" + b" " * (200 << 20) + b"</worksheet>", "too-large"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_workbook_is_refused_with_words(read: Read, what: str) -> None:
    member, text, message = HOSTILE[what]
    with pytest.raises(ImportRefused) as refused:
        read(changed(book(("Deals", DEALS)), member, text), name="deals.xlsx")
    assert refused.value.message.id == f"sources.{message}"


def test_cut_short_it_is_no_workbook(read: Read) -> None:
    with pytest.raises(ImportRefused):
        read(book(("Deals", DEALS))[:800], name="deals.xlsx")


@pytest.mark.long
def test_ten_thousand_rows_a_second_of_one_core_are_read(tmp_path: Path) -> None:
    head = [f"column {at}" for at in range(12)]
    content = book(("Wide", [head, *([f"value {row} {at}" for at in range(12)] for row in range(40_000))]))
    file = tmp_path / "wide.xlsx"
    file.write_bytes(content)
    started = time.process_time()
    (part,) = sheets(Opened(file, file.name, "xlsx", tmp_path), tmp_path)
    with Engine(ordered=True) as engine:
        part.load(engine, "raw", None)
        assert engine.rows("SELECT count(*) FROM raw") == [(40_000,)]
    assert 40_000 / (time.process_time() - started) > 10_000
