"""`polku doctor` finds what is broken, says what to do, and says so when nothing is."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from polku.cli.app import app
from polku.errors import WrongUse
from polku.records.lake import Lake
from tests.cli.damage import flip_a_bit

CALLS = "Company,Activity,Date\nValve Oy,Call,2026-01-02 10:00\nPump AB,Demo,2026-02-03 11:00\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "pumps"
    run("new", str(folder), "--language", "en", "--template", "blank")
    file = tmp_path / "calls.csv"
    file.write_text(CALLS, "utf-8")
    assert run("import", str(folder), str(file)).exit_code == 0
    return folder


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    folder = tmp_path / "studio"
    folder.mkdir(mode=0o700)
    (folder / "secret-key").write_text("x" * 60)
    (folder / "secret-key").chmod(0o600)
    with sqlite3.connect(folder / "studio.sqlite3") as opened:
        opened.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        steps = Path(__file__).parents[2] / "src/polku/studio/migrations"
        names = [("studio", one.stem) for one in steps.glob("[0-9]*.py")]
        opened.executemany("INSERT INTO django_migrations VALUES (?, ?)", names)
    opened.close()
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def signs(*arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and what was found by what it is about; of several the last."""
    result = run("doctor", *arguments, "--format", "json", "--language", "en")
    return result.exit_code, {sign["about"]: sign for sign in json.loads(result.stdout)["signs"]}


def test_a_sound_workspace_is_sound(workspace: Path) -> None:
    code, found = signs(str(workspace))
    assert code == 0
    assert {sign["state"] for sign in found.values()} == {"well"}
    assert "2 events" in found["records"]["says"]


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
def test_every_language_says_it(workspace: Path, language: str) -> None:
    result = run("doctor", str(workspace), "--language", language)
    assert result.exit_code == 0
    assert "doctor." not in result.stdout
    assert "✓" in result.stdout


def test_one_flipped_bit_is_found_with_its_file_though_size_and_time_are_right(workspace: Path) -> None:
    [events] = Lake(workspace / "lake").files("events")
    flip_a_bit(events)
    code, found = signs(str(workspace))
    assert code == 1
    assert found["records"]["state"] == "ill"
    assert found["records"]["where"] == str(events)
    assert "backup" in found["records"]["says"]


def test_a_document_that_cannot_be_read_is_to_be_looked_at(workspace: Path) -> None:
    (workspace / "roles").mkdir(exist_ok=True)
    (workspace / "roles" / "buyer.yaml").write_text("name: [", "utf-8")
    code, found = signs(str(workspace))
    assert (code, found["documents"]["state"]) == (0, "mind")
    assert "polku check" in found["documents"]["says"]


def test_a_sound_studio_is_sound(studio: Path) -> None:
    code, found = signs(str(studio))
    assert code == 0
    assert {found[about]["state"] for about in ("room", "secret", "database")} == {"well"}


def test_a_key_that_others_can_read_is_broken(studio: Path) -> None:
    (studio / "secret-key").chmod(0o644)
    code, found = signs(str(studio))
    assert (code, found["secret"]["state"]) == (1, "ill")


def test_a_folder_that_others_can_look_into_is_to_be_looked_at(studio: Path) -> None:
    studio.chmod(0o755)
    code, found = signs(str(studio))
    assert (code, found["secret"]["state"]) == (0, "mind")


def test_a_database_with_an_overwritten_page_is_broken(studio: Path) -> None:
    file = studio / "studio.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096:4200] = b"\xff" * 104
    file.write_bytes(content)
    code, found = signs(str(studio))
    assert (code, found["database"]["state"]) == (1, "ill")
    assert "backup" in found["database"]["says"]


@pytest.mark.parametrize(
    ("change", "code", "state"),
    [
        ("INSERT INTO django_migrations VALUES ('studio', '9999_from_tomorrow')", 1, "ill"),
        ("DELETE FROM django_migrations WHERE name LIKE '0002%'", 0, "mind"),
    ],
    ids=["of a later polku", "of an earlier polku"],
)
def test_a_database_of_another_polku_is_told(studio: Path, change: str, code: int, state: str) -> None:
    with sqlite3.connect(studio / "studio.sqlite3") as opened:
        opened.execute(change)
    opened.close()
    got, found = signs(str(studio))
    assert (got, found["database"]["state"]) == (code, state)


def test_another_folder_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    error = run("doctor", str(tmp_path)).exception
    assert isinstance(error, WrongUse)
    assert "polku.yaml" in error.text()
