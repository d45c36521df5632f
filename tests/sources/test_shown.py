"""A file as a table: what its columns become, and what becomes of its rows."""

from __future__ import annotations

from pathlib import Path

from polku.documents import Settings, Workspace
from polku.sources.shown import Shown
from polku.sources.staging import read_files


def shown(folder: Path, text: str, rows: int = 3) -> Shown:
    file = folder / "activities.csv"
    file.write_text(text)
    (folder / "out").mkdir()
    (read,) = read_files(Workspace(Settings(zone="UTC")), [file], folder / "out", rows=rows)
    assert read.rows_shown is not None
    return read.rows_shown


def test_columns_tell_what_they_become_and_how_many_rows_fit(tmp_path: Path) -> None:
    lines = [f"e{n},2026-01-{n:02d},Visit,Pallo Oy,0,x" for n in range(1, 13)]
    found = shown(
        tmp_path,
        "event id,date,activity,company,deal value,note\n" + "\n".join([*lines, "e99,soon,Visit,,0,"]),
    )
    by_name = {one.name: one for one in found.columns}
    assert by_name["date"].becomes == ("events.time",)
    assert (by_name["date"].sure, by_name["date"].failing) == ("proposed", 1)
    assert (by_name["company"].filled, by_name["company"].empty) == (12, 1)
    assert by_name["note"].sure == "unused"


def test_a_column_is_first_what_it_becomes_alone(tmp_path: Path) -> None:
    lines = "Alfa Oy,2026-01-03,Visit,maija@alfa.fi\nBeeta Oy,2026-01-05,Offer,liisa@beeta.fi\n"
    found = shown(tmp_path, "company,date,activity,contact\n" + lines)
    company = next(one for one in found.columns if one.name == "company")
    assert company.becomes[0].endswith(".account_id") and "people.person_id" in company.becomes


def test_rows_tell_their_fate_and_rejected_ones_come_with_their_neighbours(tmp_path: Path) -> None:
    lines = [f"e{n},2026-01-{n:02d},Visit,Pallo Oy" for n in range(1, 13)]
    lines[1] = lines[0]
    lines[8] = "e9,,Visit,Pallo Oy"
    lines.append("e14,2026-01-14,Visit,Pallo Oy,too,many,cells")
    found = shown(tmp_path, "event id,date,activity,company\n" + "\n".join(lines) + "\n")
    fates = {one.line: one.fate for one in found.rows}
    assert fates == {
        2: "used",
        3: "repeated",
        4: "used",
        9: "used",
        10: "rejected",
        11: "used",
        13: "used",
        14: "rejected",
    }
    assert found.first == 3
    assert found.faults == (10, 14)
    missing, uncut = (one for one in found.rows if one.fate == "rejected")
    assert (missing.column, len(missing.cells)) == ("date", 4)
    assert len(uncut.cells) == 1
