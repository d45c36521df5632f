"""`polku draw`: what is asked for is drawn, and what cannot be is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polku.cli.app import run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    folder = tmp_path / "pumps"
    assert run(["new", str(folder), "--language", "en"]) == 0
    return folder


@pytest.mark.parametrize("ending", ["svg", "png", "json", "html"])
def test_a_journey_is_drawn_in_the_form_of_the_file(workspace: Path, ending: str) -> None:
    picture = workspace / "out" / f"buying.{ending}"
    assert run(["draw", str(workspace), "buying", "-o", str(picture)]) == 0
    begins = {"svg": b"<?xml", "png": b"\x89PNG", "json": b"{", "html": b"<!doctype html>"}[ending]
    assert picture.read_bytes().startswith(begins)
    assert ending != "json" or json.loads(picture.read_text())


def test_an_unknown_role_is_told_with_the_nearest_first(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["draw", str(workspace), "buying", "--role", "managr", "-o", str(workspace / "x.svg")]) == 2
    assert "no role “managr”; known: manager, " in capsys.readouterr().err
    assert not (workspace / "x.svg").exists()


def test_a_view_is_of_a_journey_not_of_a_question(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["draw", str(workspace), "funnel", "--view", "wheel", "-o", str(workspace / "x.svg")]) == 2
    assert "funnel is a question" in capsys.readouterr().err
