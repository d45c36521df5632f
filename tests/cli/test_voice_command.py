"""`polku voice`: comments by theme, words that might make one, and never a name among these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polku.cli.app import run
from polku.records.lake import Lake
from polku.records.publish import publish
from tests.records.staged_logs import stage

SETTINGS = """polku: 1
id: polku
themes:
  - {id: night, name: Silence at night, words: [nobody answer*, at night]}
"""
SAID = (
    "Mette Holm says nobody answers",
    "Mette Holm was told the manual is missing",
    "Mette Holm waits, the manuals are late",
    "Where is the manual, and why at night",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a theme and four comments of two accounts."""
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    rows: list[dict[str, Any]] = [
        {"event_id": str(n), "time": f"2026-01-0{n + 1}", "activity": "asked", "account_id": f"a{n % 2}"}
        for n in range(len(SAID))
    ]
    texts = [{"event_id": str(n), "text": text, "language": "en"} for n, text in enumerate(SAID)]
    people = [{"person_id": "p", "name": "Mette Holm", "email": "mette@toys.example"}]
    publish(Lake(tmp_path / "lake"), [stage(tmp_path / "a", events=rows, texts=texts, people=people)])
    return tmp_path


def test_themes_are_counted_and_told_by_their_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["voice", str(folder), "--theme", "night", "--language", "en"]) == 0
    out, err = capsys.readouterr()
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert err == ""
    assert "Silence at night 2 2 0 0 0" in lines
    assert "2 comments tell of none of the themes." in lines
    assert "Themes: Silence at night (nobody answers)" in lines
    assert "Themes: Silence at night (at night)" in lines
    assert "manuals" not in out


def test_json_has_themes_with_their_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["voice", str(folder), "--format", "json", "--theme", "none"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["unthemed"] == 2 and [one["themes"] for one in told["comments"]] == [[], []]
    assert (told["themes"][0]["theme"], told["themes"][0]["comments"]) == ("night", 2)


def test_words_are_proposed_and_names_are_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["voice", str(folder), "--propose"]) == 0
    out = capsys.readouterr().out
    assert "manual*" in out and "Mette" not in out and "holm" not in out.casefold()
    assert run(["voice", str(folder), "--propose", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["proposals"]
    assert (found["words"], found["comments"], found["accounts"]) == ("manual*", 3, 2)


def test_a_theme_there_is_not_is_refused_with_those_there_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["voice", str(folder), "--theme", "day"]) != 0
    assert "night" in capsys.readouterr().err
