"""`polku import` and `polku data`: what they print, write, and leave as it was."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from polku.cli.app import run
from polku.records import adding
from polku.records.lake import Lake
from polku.words import render
from polku.words.message import Message

MAPPING = 'id: visits\nkind: web\nreads: "visits*.csv"\ntable: events\ncolumns: {event_id: id, time: at, account_id: firm, activity: page}\n'
VISITS = "id,at,firm,page\nv1,2026-01-13 10:00,Pallo Oy,price\nv2,nonsense,Pallo Oy,price\nv3,2026-01-14 10:00,,guide\nv1,2026-01-13 10:00,Pallo Oy,price\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with one mapping."""
    home = tmp_path / "home"
    (home / "sources").mkdir(parents=True)
    (home / "polku.yaml").write_text(
        "polku: 1\nzone: Europe/Helsinki\ntouchpoints: [{id: price, events: [price]}]\n", encoding="utf-8"
    )
    (home / "sources" / "visits.yaml").write_text(MAPPING, encoding="utf-8")
    return home


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    file = tmp_path / "visits-2026.csv"
    file.write_text(VISITS, encoding="utf-8")
    return file


def test_the_json_of_an_import_is_as_documented(
    folder: Path, visits: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", str(folder), str(visits), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    warnings = found["files"][0].pop("warnings")
    assert found == {
        "version": 1,
        "how": None,
        "files": [
            {
                "file": "visits-2026.csv",
                "as": "visits",
                "rows": 4,
                "used": 2,
                "rejected": 1,
                "repeated": 1,
                "tables": {"events": 3},
            }
        ],
    }
    assert any("Europe/Helsinki" in warning for warning in warnings)


def test_the_same_file_twice_adds_nothing(
    folder: Path, visits: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for used, repeated in ((2, 1), (0, 3)):
        assert run(["import", str(folder), str(visits), "--format", "json"]) == 0
        (file,) = json.loads(capsys.readouterr().out)["files"]
        assert (file["rows"], file["used"], file["rejected"], file["repeated"]) == (4, used, 1, repeated)
    assert run(["data", str(folder), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"]["events"]["rows"] == 2


def test_an_import_says_how_it_came_to_what_was_there(
    folder: Path, visits: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "ADD_MOST", 1000.0)
    told = []
    for least in (adding.ADD_FROM, adding.ADD_FROM, 1):
        monkeypatch.setattr(adding, "ADD_FROM", least)
        assert run(["import", str(folder), str(visits)]) == 0
        out = capsys.readouterr().out
        assert run(["data", str(folder), "--format", "json"]) == 0
        (file,) = json.loads(capsys.readouterr().out)["sources"]
        told.append((file["how"], "added beside" in out, "anew" in out))
    assert told == [(None, False, False), ("anew", False, True), ("beside", True, False)]


def test_rejected_rows_can_be_opened_and_are_gone_when_all_is_well(
    folder: Path, visits: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", str(folder), str(visits)]) == 0
    assert "4 rows in = 2 used + 1 again + 1 bad" in capsys.readouterr().out
    file = folder / "rejects" / "visits-2026.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert list(csv.reader(opened)) == [
            ["file", "line", "reason", "row"],
            ["visits-2026.csv", "3", "“at” cannot be read: “nonsense”", "v2,nonsense,Pallo Oy,price"],
        ]
    visits.write_text(VISITS.replace("nonsense", "2026-01-15 09:00"), encoding="utf-8")
    assert run(["import", str(folder), str(visits)]) == 0
    assert not file.exists()


def test_rejected_rows_are_no_formulas(folder: Path, visits: Path) -> None:
    visits.write_text('id,at,firm,page\n=1+cmd,x,-5,"=HYPERLINK(""http://x"")"\n', encoding="utf-8")
    assert run(["import", str(folder), str(visits)]) == 0
    with (folder / "rejects" / "visits-2026.csv").open(encoding="utf-8-sig", newline="") as opened:
        assert all(cell[:1] not in "=+@" for row in csv.reader(opened) for cell in row)


def test_several_files_come_in_together_or_not_at_all(
    folder: Path, visits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "visits-bad.csv"
    bad.write_text("id,when,firm,page\n1,2026-01-01,x,y\n", encoding="utf-8")
    assert run(["import", str(folder), str(visits), str(bad)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    # On a slow machine there is a line of progress before.
    (told,) = [line for line in said.err.splitlines() if line.startswith("polku:")]
    assert "sources/visits.yaml:5" in told and "“at”" in told
    assert not Lake(folder / "lake").exists()
    assert run(["import", str(folder), str(visits)]) == 0
    assert run(["import", str(folder), str(bad)]) == 1
    assert Lake(folder / "lake").version == 1
    assert not (folder / "rejects" / "visits-bad.csv").exists()


def test_stopping_leaves_everything_as_it_was(
    folder: Path, visits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["import", str(folder), str(visits)]) == 0
    before = sorted(path.name for path in (folder / "lake").iterdir())

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    visits.write_text(VISITS + "v9,2026-02-01 10:00,Pallo,price\n", encoding="utf-8")
    monkeypatch.setattr("polku.records.publish.write_cases", stop, raising=False)
    monkeypatch.setattr("polku.records.lake.Draft.commit", stop)
    assert run(["import", str(folder), str(visits)]) == 130
    assert Lake(folder / "lake").version == 1
    assert sorted(path.name for path in (folder / "lake").iterdir()) == before


def test_a_dry_run_shows_a_mapping_to_save_and_writes_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contacts = tmp_path / "yhteyshenkilöt.csv"
    contacts.write_text(
        "Etunimi;Sukunimi;Sähköposti;Tehtävänimike;Yritys\nAnna;Aho;anna@pallo.example;Ostaja;Pallo Oy\n",
        encoding="cp1252",
    )
    before = sorted(folder.rglob("*"))
    assert run(["import", str(folder), str(contacts), "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "Anna Aho" in shown and "people.title, by its header" in shown
    assert run(["import", str(folder), str(contacts), "--dry-run", "--format", "json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert sorted(folder.rglob("*")) == before

    (folder / "sources" / "yhteyshenkil-t.yaml").write_text(
        file["mapping"].replace(f"id: {file['as']}", "id: yhteyshenkil-t"), encoding="utf-8"
    )
    assert run(["import", str(folder), str(contacts), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["tables"] == {"people": 1, "memberships": 1}


def test_a_mapping_from_elsewhere_and_a_kind_can_be_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.csv"
    file.write_text("case,activity,timestamp\n1,a,2026-01-13\n", encoding="utf-8")
    mapping = tmp_path / "My Mapping.yaml"
    mapping.write_text(
        "kind: web\ntable: events\ncolumns: {time: timestamp, activity: activity}\n", encoding="utf-8"
    )
    assert run(["import", str(folder), str(file), "--mapping", str(mapping)]) == 0
    assert run(["import", str(folder), str(file), "--as", "event-log"]) == 0
    assert run(["import", str(folder), str(file), "--as", "visits"]) == 1
    assert run(["import", str(folder), str(file), "--as", "deals"]) == 1
    assert run(["import", str(folder), str(file), "--as", "hubspott"]) == 2
    assert "hubspott" in capsys.readouterr().err
    mapping.write_text("kind: web\ntable: nonsense\n", encoding="utf-8")
    assert run(["import", str(folder), str(file), "--mapping", str(mapping)]) == 1
    assert "My Mapping.yaml:2" in capsys.readouterr().err


def test_a_file_that_does_not_speak_for_itself_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.csv"
    file.write_text("p,q\n1,2\n", encoding="utf-8")
    assert run(["import", str(folder), str(file)]) == 1
    assert "x.csv" in capsys.readouterr().err


def test_data_says_what_is_loaded(folder: Path, visits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", str(folder)]) == 1
    assert run(["import", str(folder), str(visits)]) == 0
    assert "no place on the map" in capsys.readouterr().out
    assert run(["data", str(folder), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["version"] == 1
    assert found["tables"]["events"] == {"rows": 2, "from": "2026-01-13", "to": "2026-01-14"}
    assert found["quality"]["account_unknown"] == 0.5
    assert found["unmapped"] == [{"source": "visits", "activity": "guide", "events": 1}]
    assert [source["file"] for source in found["sources"]] == ["visits-2026.csv"]
    assert run(["data", str(folder)]) == 0
    assert "guide  (visits)" in capsys.readouterr().out


def test_the_terminal_speaks_finnish(
    folder: Path, visits: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "fi")
    assert run(["import", str(folder), str(visits)]) == 0
    assert run(["import", str(folder), str(visits), "--dry-run"]) == 0
    assert run(["data", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert render(Message("data.account-unknown"), "fi") in shown and "hylätty" in shown


def test_a_dry_run_tells_of_every_file_and_prints_a_start_where_nothing_is_known(
    folder: Path, visits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = tmp_path / "leads.csv"
    unknown.write_text("lead,first seen\nx,2026-01-13\n")
    files = [str(unknown), str(tmp_path / "gone.csv"), str(visits)]
    assert run(["import", str(folder), *files, "--dry-run"]) == 1
    shown = capsys.readouterr().out
    assert "4 rows in" in shown and "there is no such file" in shown
    assert 'columns: {time: first seen, account_id: "…", activity: "…"}' in shown
    assert run(["import", str(folder), *files, "--dry-run", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in told["files"]] == ["visits-2026.csv"]
    assert [one["file"] for one in told["refused"]] == ["leads.csv", "gone.csv"]
    assert told["refused"][0]["columns"][1] == {
        "name": "first seen",
        "meaning": None,
        "example": "2026-01-13",
    }


def test_a_start_that_is_completed_and_saved_reads_the_file(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = tmp_path / "leads.csv"
    unknown.write_text("lead,first seen\nx,2026-01-13\n")
    assert run(["import", str(folder), str(unknown), "--dry-run", "--format", "json"]) == 1
    start = json.loads(capsys.readouterr().out)["refused"][0]["mapping"]
    done = start.replace('account_id: "…"', "account_id: lead").replace('activity: "…"', "activity: =seen")
    (folder / "sources" / "leads.yaml").write_text(done)
    assert run(["import", str(folder), str(unknown)]) == 0
    assert "data version 1:" in capsys.readouterr().out


def test_a_look_at_a_workbook_tells_no_letters_and_whose_clock_times_are_shown_by(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("Date", "Activity", "Company"), ("2026-01-13 10:00", "Call", "Pallo Oy")):
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")

    assert run(["import", str(folder), str(tmp_path / "log.xlsx"), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "  XLSX, dates iso, zone Europe/Helsinki\n" in said
    assert "first rows of events (one in all, times in UTC):" in said or "(1 in all, times in UTC):" in said
    assert "2026-01-13 08:00" in said
