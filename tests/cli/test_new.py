"""`polku new` begins a workspace and says what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.cli.app import run
from polku.formats import read_workspace


def test_it_ends_with_commands_for_the_new_journey(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    folder = tmp_path / "our pumps"

    assert run(["new", str(folder)]) == 0

    said = capsys.readouterr()
    assert f"polku draw '{folder}' buying --view matrix" in said.out
    assert f"polku check '{folder}'" in said.out
    assert said.err == ""
    assert read_workspace(folder).name == "our pumps"


def test_the_readers_language_is_that_of_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "fi")

    assert run(["new", str(tmp_path / "a"), "--name", "Pumppu Oy"]) == 0

    assert "Seuraavaksi" in capsys.readouterr().out
    workspace = read_workspace(tmp_path / "a")
    assert (workspace.settings.language, workspace.name) == ("fi", "Pumppu Oy")


def test_cells_that_could_not_be_used_go_to_stderr_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    rows = "\n".join(f"step {number};sideways" for number in range(30))
    (tmp_path / "map.csv").write_text(f"Step;Feeling\n{rows}\n", encoding="utf-8")

    assert run(["new", str(tmp_path / "a"), "--from", str(tmp_path / "map.csv")]) == 0

    said = capsys.readouterr()
    assert "map.csv B2: “sideways” is no feeling" in said.err
    assert "… and 10 more cells" in said.err
    assert "30 steps from the spreadsheet" in said.out


def test_a_full_folder_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.txt").write_text("", encoding="utf-8")

    assert run(["new", str(tmp_path)]) == 1

    error = capsys.readouterr().err
    assert "x.txt" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("does", "language", "said"),
    [
        ("Huomaa että linja on taas seis ja kirjaa katkon", "fi", "Its words look Finnish"),
        ("Notices that the line is down and writes it up", "en", "Its words look English"),
        ("Märker att linjen står stilla och skriver upp det", "sv", "Its words look Swedish"),
        ("Opdager at linjen er gået i stå og skriver det op på tavlen", "da", "Its words look Danish"),
        ("RFQ", "en", "Its words do not tell their language"),
    ],
)
def test_the_language_of_a_spreadsheet_is_guessed_and_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    does: str,
    language: str,
    said: str,
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    (tmp_path / "map.csv").write_text(f"Step;Does\n1;{does}\n", encoding="utf-8")

    assert run(["new", str(tmp_path / "a"), "--from", str(tmp_path / "map.csv")]) == 0
    assert run(["new", str(tmp_path / "b"), "--from", str(tmp_path / "map.csv"), "--language", "da"]) == 0

    assert said in capsys.readouterr().out
    assert read_workspace(tmp_path / "a").settings.language == language
    assert read_workspace(tmp_path / "b").settings.language == "da"
