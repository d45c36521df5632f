"""The start of a command: what it loads, and answers that are printed again without asking."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from polku import __version__
from polku.cli import kept
from polku.cli.app import run
from polku.records.cache import drop_answers
from tests.analytics.small import a_log

SETTINGS = """polku: 1
id: polku
touchpoints:
  - {id: guide, name: Downtime guide, events: [guide]}
  - {id: call, name: First call, contact: true, events: [call]}
"""
HEAVY = ("numpy", "pydantic", "yaml", "_duckdb", "django", "openpyxl", "xlsxwriter", "fontTools", "babel")
_LOADED = (
    "import sys, json\nfrom polku.cli.app import run\ncode = run({arguments!r})\n"
    "print(json.dumps([code, sorted(sys.modules)]))"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a lake of two accounts."""
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    a_log(tmp_path, "a: guide call visit", "b: guide").close()
    return tmp_path


def loaded(*arguments: str) -> tuple[str, set[str]]:
    """What a command prints in a process of its own, and the packages it has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(arguments=list(arguments))],
        capture_output=True,
        text=True,
        check=True,
    )
    printed, _, told = done.stdout.rstrip("\n").rpartition("\n")
    code, modules = json.loads(told)
    assert code == 0, done.stderr
    return printed, {name for name in modules if name in HEAVY or name.startswith("polku.")}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["measure", "--help"]])
def test_words_about_the_program_load_nothing_heavy(arguments: list[str]) -> None:
    printed, modules = loaded(*arguments)

    assert printed
    assert not modules & set(HEAVY)


def test_a_question_loads_no_studio_no_drawing_and_no_files_of_offices(folder: Path) -> None:
    _, modules = loaded("measure", str(folder), "paths", "--language", "en")

    assert {"numpy", "pydantic", "_duckdb"} <= modules
    assert not modules & {"django", "openpyxl", "xlsxwriter", "fontTools"}
    assert not [
        name for name in modules if name.startswith(("polku.studio", "polku.diagrams", "polku.scene"))
    ]


@pytest.mark.parametrize(
    ("question", "own"), [(["funnel", "--stages", "guide,call"], "funnel"), (["variants"], "variants")]
)
def test_a_new_question_loads_no_classes_of_documents_and_of_no_other_answers(
    question: list[str], own: str, folder: Path
) -> None:
    loaded("measure", str(folder), "paths", "--language", "en")
    printed, modules = loaded("measure", str(folder), *question, "--language", "en")

    assert "2 accounts" in printed
    assert f"polku.analytics.{own}" in modules
    assert not modules & {"pydantic", "yaml"}
    others = {
        "attribution",
        "backtest",
        "campaigns",
        "compare",
        "coverage",
        "effect",
        "fit",
        "score",
        "voice",
    }
    assert not modules & {f"polku.analytics.{one}" for one in others}


def test_a_question_that_cannot_be_asked_ends_with_its_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["measure", str(folder), "steps", "--journey", "nowhere", "--language", "en"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_a_question_asked_again_is_answered_without_an_engine(folder: Path) -> None:
    asked = ["measure", str(folder), "paths", "--language", "fi"]
    first, _ = loaded(*asked)
    again, modules = loaded(*asked)

    assert again == first
    assert "(alku)" in first
    assert not modules & set(HEAVY)


@pytest.mark.parametrize(("question", "code"), [("variants", 0), ("nothing", 2)])
def test_a_question_that_ends_its_process_at_once_has_said_all(
    question: str, code: int, folder: Path
) -> None:
    command = [sys.executable, "-m", "polku", "measure", str(folder), question, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == code
    assert json.loads(done.stdout)["rows"] if code == 0 else "nothing" in done.stderr
    assert not list((folder / "lake").glob(".spill-*"))


def test_another_question_language_form_or_filter_is_another_answer(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more: list[list[str]] = [
        ["--language", "en"],
        ["--language", "sv"],
        ["--format", "json"],
        ["--cases", "touched(call)", "--of", "touchpoint"],
        ["--top", "1"],
    ]
    seen = []
    for _ in range(2):
        for options in more:
            assert run(["measure", str(folder), "paths", *options]) == 0
            seen.append(capsys.readouterr().out)

    assert len(set(seen)) == len(more)
    assert seen[: len(more)] == seen[len(more) :]


def test_changed_documents_are_asked_anew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["measure", str(folder), "paths", "--of", "touchpoint", "--language", "en"]
    run(asked)
    assert "First call" in capsys.readouterr().out
    (folder / "polku.yaml").write_text(SETTINGS.replace("First call", "Second call"), encoding="utf-8")
    run(asked)

    assert "Second call" in capsys.readouterr().out


def test_new_data_are_asked_anew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["measure", str(folder), "paths", "--language", "en"]
    run(asked)
    assert "2 accounts" in capsys.readouterr().out
    shutil.rmtree(folder / "staged", ignore_errors=True)
    a_log(folder, "newcomer of this test: guide call").close()
    run(asked)

    assert "data version 2" in capsys.readouterr().out


def test_another_day_is_asked_anew(folder: Path) -> None:
    made = []

    def make() -> tuple[bytes, int]:
        made.append(1)
        return b"answer", 1

    for day in ("2026-01-05", "2026-01-05", "2026-01-06"):
        shape = {"today": day}
        assert kept.kept_answer(folder, "measure", shape, make) == (b"answer", 1)

    assert len(made) == 2


def test_nothing_is_kept_where_that_is_wished_or_where_it_is_long(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def make() -> tuple[bytes, int]:
        made.append(1)
        return b"answer", 1

    monkeypatch.setenv("POLKU_KEEP", "0")
    kept.kept_answer(folder, "measure", {}, make)
    kept.kept_answer(folder, "measure", {}, make)
    monkeypatch.delenv("POLKU_KEEP")
    monkeypatch.setattr(kept, "LARGEST", 3)
    kept.kept_answer(folder, "measure", {}, make)
    assert kept.kept_answer(folder, "measure", {}, make) == (b"answer", 1)

    assert len(made) == 4
    assert not list((folder / "lake").glob("v*/results/*"))


def test_dropped_answers_are_gone_from_the_disk(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["measure", str(folder), "paths"])
    assert list((folder / "lake").glob("v*/results/*.json"))
    drop_answers(folder / "lake")

    assert not list((folder / "lake").glob("v*/results"))


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert __version__ in capsys.readouterr().out
