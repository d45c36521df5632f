"""Text files of rows in the shapes in which people really have them."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.sources.delimited import read_delimited
from polku.sources.files import Limits, Opened, open_files
from tests.sources.staged import Read, reasons, rows, warned

ACCOUNTS = {"table": "accounts", "columns": {"account_id": "id", "name": "name", "country": "country"}}
NORDIC = "id;name;country\n1;Järvilelu Oy;FI\n2;Boll & Båge AB;SE\n3;Legetøj Ærø;DK\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_letters_and_delimiters_are_found_out(read: Read, encoding: str, delimiter: str) -> None:
    found = read(NORDIC.replace(";", delimiter).encode(encoding), ACCOUNTS)
    assert [row["name"] for row in rows(found, "accounts")] == [
        "Järvilelu Oy",
        "Boll & Båge AB",
        "Legetøj Ærø",
    ]
    assert ("letters-left" in warned(found)) == (encoding in ("cp1252", "latin-1"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(read: Read, end: str) -> None:
    assert read(NORDIC.replace("\n", end), ACCOUNTS).rows == 3
    assert read(NORDIC.replace("\n", end).strip(), ACCOUNTS).rows == 3


def test_lines_above_the_header_and_totals_below_are_no_rows_of_the_table(read: Read) -> None:
    text = (
        "Campaign report\n1 May 2026 - 31 May 2026\n\nid,name,country\n1,A,FI\n2,B,SE\nTotal: Account,--,--\n"
    )
    found = read(text, ACCOUNTS)
    assert (found.rows, found.rejected, reasons(found)) == (3, 1, {"total": 1})
    assert [row["source_row"] for row in rows(found, "accounts")] == [5, 6]


def test_a_company_called_total_is_no_total(read: Read) -> None:
    assert read("id,name,country\n1,A,FI\nTotal Energies,B,FR\n", ACCOUNTS).rejected == 0


def test_a_cell_may_hold_delimiters_quotes_and_line_breaks(read: Read) -> None:
    found = read('id,name,country\n1,"A, ""B""\nand C",FI\n2,D,SE\n', ACCOUNTS)
    assert [(r["name"], r["source_row"]) for r in rows(found, "accounts")] == [('A, "B"\nand C', 2), ("D", 4)]


def test_rows_of_another_width_are_rejected_and_empty_ones_are_no_rows(read: Read) -> None:
    found = read("id,name,country\n1,A,FI\n\n2,B\n3,C,SE,x\n,,\n4,D,DK,,\n", ACCOUNTS)
    assert (found.rows, reasons(found)) == (4, {"width": 2})
    assert [row["account_id"] for row in rows(found, "accounts")] == ["1", "4"]


def test_an_open_quotation_mark_costs_its_own_row_only(read: Read) -> None:
    found = read('id,name,country\n1,"A,FI\n2,B,SE\n3,C,DK\n', ACCOUNTS)
    assert (found.rows, reasons(found)) == (3, {"open-quote": 1})


def test_inches_are_no_quotation_marks(read: Read) -> None:
    found = read('id,name,country\n1,5" pipe,FI\n2,"B ""x""",SE\n', ACCOUNTS)
    assert [row["name"] for row in rows(found, "accounts")] == ['5" pipe', 'B "x"']


def test_a_quotation_mark_in_the_middle_is_rejected(read: Read) -> None:
    assert reasons(read('id,name,country\n1,"A" B,FI\n2,B,SE\n', ACCOUNTS)) == {"stray-quote": 1}


def test_a_nul_costs_its_row(read: Read) -> None:
    found = read("id,name,country\n1,A\0B,FI\n2,B,SE\n", ACCOUNTS)
    assert (found.rows, reasons(found)) == (2, {"nul": 1})


def test_doubled_and_missing_names_of_columns_are_told_apart(read: Read) -> None:
    found = read(
        "id,name,name,\n1,A,B,C\n", {"table": "accounts", "columns": {"account_id": "id", "name": "name (2)"}}
    )
    assert found.columns == ("id", "name", "name (2)", "column 4")
    assert rows(found, "accounts")[0]["name"] == "B"
    assert "doubled-columns" in warned(found)


def test_a_header_alone_gives_no_rows(read: Read) -> None:
    assert read("id,name,country\n", ACCOUNTS).rows == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty-file"),
        (b"   \n\n", "empty-file"),
        (b"%PDF-1.7 x", "other-kind"),
        (b"\x89PNG\r\n", "other-kind"),
        (b"<!DOCTYPE html><html>", "other-kind"),
        (b"\xd0\xcf\x11\xe0rest", "other-kind"),
        (bytes(range(256)) * 40, "no-text"),
        (b"PAR1 but no more", "broken-parquet"),
        (b"\x1f\x8b\x08 broken", "broken-archive"),
        (b"PK\x03\x04 broken", "broken-archive"),
    ],
)
def test_what_is_no_table_is_refused_with_words(read: Read, content: bytes, message: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(content, ACCOUNTS)
    assert refused.value.message.id == f"sources.{message}"
    assert "file.csv" in refused.value.text() and refused.value.text("fi") != refused.value.text("en")


def test_packed_files_are_read(tmp_path: Path, read: Read) -> None:
    assert read(gzip.compress(NORDIC.encode()), ACCOUNTS, name="a.csv.gz").rows == 3
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../../etc/passwd.csv", NORDIC)
        archive.writestr("notes/readme.md", "no")
    found = read(packed.getvalue(), ACCOUNTS, name="a.zip")
    assert (found.name, found.rows) == ("a.zip/passwd.csv", 3)
    assert not list(tmp_path.rglob("*passwd*"))


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_bombs_are_refused(tmp_path: Path, kind: str) -> None:
    zeros = b"0" * (4 << 20)
    file = tmp_path / "bomb"
    if kind == "gzip":
        file.write_bytes(gzip.compress(zeros))
    else:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", zeros)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(ImportRefused) as refused:
        list(open_files(file, scratch, Limits(ratio=100, ratio_from=1 << 20)))
    assert refused.value.message.id == "sources.too-large"
    with pytest.raises(ImportRefused):
        list(open_files(file, scratch, Limits(unpacked_bytes=1 << 20)))


@pytest.mark.parametrize(
    "name", ["a*.csv", "a[1].csv", "a{id}.csv", "a$b.csv", "a'b.csv", "a b (1).csv", "å.csv"]
)
def test_signs_in_a_files_name_mean_nothing(read: Read, name: str) -> None:
    found = read(NORDIC, ACCOUNTS, name=name)
    assert (found.name, found.rows) == (name, 3)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "none.csv", "no-file"), (tmp_path, "nothing-inside")):
        with pytest.raises(ImportRefused) as refused:
            list(open_files(path, tmp_path))
        assert refused.value.message.id == f"sources.{message}"


def test_lines_are_numbered_as_they_stand_also_in_a_long_file(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("id,name\n" + "".join(f"{n},name {n}\n" for n in range(300_000)), encoding="utf-8")
    with Engine(ordered=True) as engine:
        read_delimited(engine, Opened(file, file.name, "csv", tmp_path), "raw", tmp_path)
        wrong = engine.rows("SELECT count(*) FROM raw WHERE line <> CAST(c0 AS BIGINT) + 2")
        assert (engine.rows("SELECT count(*) FROM raw"), wrong) == ([(300_000,)], [(0,)])


CELL = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=("Cs",)),
    max_size=12,
)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_every_table_written_by_python_is_read_as_it_was(pairs: list[tuple[str, str]]) -> None:
    import csv
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Engine(ordered=True) as engine:
        file = Path(folder) / "t.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL)
            writer.writerow(["first", "second"])
            writer.writerows(pairs)
        raw, _ = read_delimited(
            engine, Opened(file, "t.csv", "csv", file.parent), "raw", Path(folder), delimiter=","
        )
        found = engine.rows("SELECT coalesce(c0, ''), coalesce(c1, '') FROM raw ORDER BY line")
        totals = len(raw.broken)
    wanted = [pair for pair in pairs if any(pair)]
    assert found == wanted[: len(wanted) - totals]


def test_a_table_of_four_hundred_columns_needs_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    line = ",".join
    file.write_text(
        "\n".join([line(f"column_{n}" for n in range(400)), line(["x"] * 400), line(["1"] * 400)]) + "\n"
    )
    (opened,) = open_files(file, tmp_path)
    with Engine(memory_limit="256MiB", ordered=True) as engine:
        raw, _ = read_delimited(engine, opened, "raw", tmp_path)
        assert engine.rows("SELECT count(*) FROM raw") == [(2,)]
    assert raw.warnings == []


def test_ranges_that_a_spreadsheet_made_days_of_are_warned_of_with_the_first_three(read: Read) -> None:
    found = read(
        "id,size\n1,5-Jan\n2,10-Nov\n3,1-tammi\n4,6-Feb\n5,5-Jan\n6,many\n",
        {"table": "accounts", "columns": {"account_id": "id"}},
    )
    told = [one.params for one in found.warnings if one.id == "sources.dates-like"]
    assert [(one["column"], one["count"], one["found"]) for one in told] == [
        ("size", 5, ["1-tammi", "10-Nov", "5-Jan"])
    ]
