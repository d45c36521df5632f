"""`polku export` writes what others fill in, and `polku apply` shows and writes what they changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from polku.cli.app import run
from polku.formats import read_workspace

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    there = tmp_path / "ws"
    for kind in ("brand", "roles", "journeys", "evidence", "partners"):
        shutil.copytree(EXAMPLE / kind, there / kind)
    shutil.copy(EXAMPLE / "polku.yaml", there)
    return there


def journey(folder: Path) -> str:
    return (folder / "journeys" / "new-machine.yaml").read_text(encoding="utf-8")


def fill_in(file: Path, lane: str, step: str, value: Any) -> None:
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    row = [one.value for one in sheet["A"]].index(lane) + 1
    sheet.cell(row, [one.value for one in sheet[1]].index(step) + 1).value = value
    book.save(file)


def test_a_dry_run_shows_the_changes_and_writes_none(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "map.xlsx"
    assert run(["export", str(folder), "new-machine", "-o", str(file)]) == 0
    fill_in(file, "thinks", "sign", "Finally")
    before = journey(folder)
    capsys.readouterr()

    assert run(["apply", str(folder), str(file), "--dry-run"]) == 0

    assert "steps/sign/thinks: – → “Finally”" in capsys.readouterr().out
    assert journey(folder) == before


def test_applying_writes_only_the_line_that_changed(folder: Path) -> None:
    file = folder / "map.xlsx"
    run(["export", str(folder), "new-machine", "-o", str(file), "--language", "fi"])
    fill_in(file, "feels", "sign", 2)
    before = journey(folder).splitlines()

    assert run(["apply", str(folder), str(file)]) == 0

    after = journey(folder).splitlines()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        ("    feels: 1", "    feels: 2")
    ]


def test_a_cell_that_cannot_be_is_named_and_ends_in_exit_code_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "map.xlsx"
    run(["export", str(folder), "new-machine", "-o", str(file)])
    fill_in(file, "role", "sign", "Bob")
    capsys.readouterr()

    assert run(["apply", str(folder), str(file)]) == 1

    said = capsys.readouterr()
    assert "map.xlsx Map!L5: “Bob” is none of the roles" in said.err
    assert "Nothing would be different." in said.out


def test_cjml_says_what_it_leaves_out_and_comes_back_without_changes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "j.cjml"

    assert run(["export", str(folder), "new-machine", "-o", str(file)]) == 0
    assert "moments of truth (3 steps)" in capsys.readouterr().err
    assert run(["apply", str(folder), str(file)]) == 0
    assert capsys.readouterr().out == "Nothing would be different.\n"


def test_a_journey_of_another_program_comes_with_its_roles_and_touchpoints(folder: Path) -> None:
    file = folder / "other.cjml"
    file.write_text(
        '<CJML version="2.0"><plannedJourney><journeyID>other</journeyID>'
        '<actors><endUser actorID="nurse"><actorName>Nurse</actorName></endUser></actors><touchpoints>'
        "<plannedCommunicationPoint><touchpointID>one</touchpointID>"
        '<initiator><refersTo actorIDref="nurse"/><initiatorLabel>Writes</initiatorLabel></initiator>'
        "<receiver/><channel><channelName>Fax</channelName></channel>"
        "</plannedCommunicationPoint></touchpoints></plannedJourney></CJML>",
        encoding="utf-8",
    )

    assert run(["apply", str(folder), str(file)]) == 0

    workspace = read_workspace(folder)
    assert workspace.journeys["other"].steps[0].touchpoint == "fax"
    assert workspace.touchpoints["fax"].label == "Fax"
    assert workspace.roles["nurse"].label == "Nurse"
    assert workspace.problems == ()


def test_a_broken_file_of_a_journey_is_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "j.cjml"
    run(["export", str(folder), "new-machine", "-o", str(file)])
    broken = folder / "journeys" / "new-machine.yaml"
    broken.write_text("steps: [", encoding="utf-8")

    assert run(["apply", str(folder), str(file)]) == 1

    assert broken.read_text(encoding="utf-8") == "steps: ["
    assert "not written over" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["export", "{}", "new-machine", "-o", "map.docx"],
            "“.docx” is no form a journey can be exported in",
        ),
        (["export", "{}", "new-machin", "-o", "map.xlsx"], "nearest: new-machine"),
        (["apply", "{}", "map.docx"], "“.docx” is no file that can be applied"),
    ],
)
def test_wrong_use_ends_in_exit_code_2_with_what_is_possible(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run([argument.format(folder) for argument in arguments]) == 2

    assert sentence in capsys.readouterr().err
