"""`polku measure`: tables for people, JSON, CSV and Parquet for programs, and refusals that help."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from polku.cli import table
from polku.cli.app import run
from polku.cli.table import Column
from tests.analytics.small import a_log

SETTINGS = """polku: 1
id: polku
touchpoints:
  - {id: guide, name: Downtime guide, events: [guide]}
  - {id: call, name: First call, contact: true, events: [call]}
"""
JOURNEY = """id: buy
name: Buying
stages: [{id: look, name: Look}, {id: talk, name: Talk}]
steps:
  - {id: read, stage: look, touchpoint: guide, does: Reads}
  - {id: phone, stage: talk, touchpoint: call, does: Phones, next: []}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a lake of two accounts."""
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "buy.yaml").write_text(JOURNEY, encoding="utf-8")
    a_log(tmp_path, "a: guide call visit", "b: guide", "-: visit").close()
    return tmp_path


def test_a_table_names_things_and_adds_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["measure", str(folder), "steps", "--journey", "buy", "--language", "en"]) == 0

    out, err = capsys.readouterr()
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert err == ""
    assert lines[1] == "2 accounts, 1 January 2026 to 3 January 2026, data version 1."
    assert "Reads Downtime guide 2 100% 50% 24 hours 0 0 –" in lines
    assert "Phones First call 1 50% – – 0 0 –" in lines
    assert (
        lines[-1]
        == "5 events in the data = 3 counted here + 1 without a known account + 1 with no place here."
    )
    assert "\x1b" not in out
    assert "━" not in out


def test_a_table_speaks_finnish(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["measure", str(folder), "funnel", "--journey", "buy", "--language", "fi"]) == 0

    out = capsys.readouterr().out
    assert "vaihe" in out
    assert "tapahtumaa aineistossa" in out


def test_json_is_the_documented_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--cases", "touched(call)", "--of", "touchpoint"]
    assert run(["measure", str(folder), "paths", "--format", "json", *asked]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["question"] == "paths"
    assert told["parameters"] == {"cases": "touched(call)", "of": "touchpoint"}
    assert told["remainder"]["cases_filtered"] == 1
    assert {key: told["rows"][0][key] for key in ("from", "to", "count")} == {
        "from": None,
        "to": "guide",
        "count": 1,
    }


def test_csv_and_parquet_hold_all_rows(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["measure", str(folder), "variants", "--format", "csv", "--top", "1"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["path"], row["count"], row["outcomes"]) for row in rows] == [
        ("guide", "1", "unknown=1"),
        ("guide > call > visit", "1", "unknown=1"),
    ]

    file = tmp_path / "out" / "variants.parquet"
    assert run(["measure", str(folder), "variants", "--format", "parquet", "-o", str(file)]) == 0
    with duckdb.connect() as connection:
        assert connection.execute(
            f"SELECT path, count, median_seconds FROM '{file}' ORDER BY count, len(path)"
        ).fetchall() == [
            (["guide"], 1, 0.0),
            (["guide", "call", "visit"], 1, 172800.0),
        ]


def test_a_csv_holds_no_formulas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    a_log(tmp_path, "a: =1+1 -5").close()
    assert run(["measure", str(tmp_path), "paths", "--format", "csv"]) == 0

    cells = [cell for row in csv.reader(io.StringIO(capsys.readouterr().out)) for cell in row]
    assert "'=1+1" in cells
    assert "-5" in cells
    assert "=1+1" not in cells


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["pahts"], 2, "did you mean paths"),
        (["steps", "--journey", "selling"], 2, "known: buy"),
        (["paths", "--window", "P1D"], 2, "--of and --transform"),
        (["funnel", "--stages", "guide,call", "--window", "90 days"], 2, "P90D"),
        (["funnel", "--stages", "guide,call", "--mode", "sideways"], 2, "ordered"),
        (["paths", "--cases", "segmnt = a"], 2, "at sign 1"),
        (["paths", "--since", "31.12.2026"], 2, "2026-11-18"),
    ],
)
def test_wrong_use_is_told_with_what_is_possible(
    arguments: list[str],
    code: int,
    words: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    assert run(["measure", str(folder), *arguments]) == code

    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_without_data_it_says_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    assert run(["measure", str(tmp_path), "paths"]) == 1

    assert f"polku import {tmp_path} FILE" in capsys.readouterr().err


def test_bars_and_greys_are_for_terminals_and_no_colour_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    columns, rows = (Column("what"), Column("count", number=True)), (("a", "10"), ("b", "5"))
    plain = table.table(columns, rows, bars=(1, (1.0, 0.5)))
    assert plain.splitlines() == ["  what  count", "  a        10", "  b         5"]

    monkeypatch.setattr(table, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[2m━━━━━━━━━━━━\x1b[22m" in table.table(columns, rows, bars=(1, (1.0, 0.5)))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in table.table(columns, rows, bars=(1, (1.0, 0.5)))


def test_long_words_are_broken_where_a_terminal_is_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    told = table.table(
        (Column("step", wraps=True), Column("cases", number=True)), [("Downloads the guide " * 6, "1,234")]
    )

    assert max(map(len, told.splitlines())) <= 60
    assert told.replace("\n", " ").count("Downloads") == 6


def test_a_choice_that_matches_nobody_says_what_there_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["measure", str(folder), "steps", "--journey", "buy", "--language", "en"]
    assert run([*words, "--since", "2030-01-01"]) == 0

    out = capsys.readouterr().out
    assert (
        "Nobody matches. To choose from there are 2 accounts, from 1 January 2026 to 3 January 2026." in out
    )
    assert "Widen or leave out --since." in out
    assert "Reads" not in out


def test_what_was_written_to_a_file_is_said_on_stderr(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    file = folder / "steps.csv"
    assert run(["measure", str(folder), "steps", "--journey", "buy", "--format", "csv", "-o", str(file)]) == 0

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"✓ {file}: 2 rows, ")


def test_a_path_in_a_table_counts_what_repeats_and_stays_within_a_hundred_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    path = " ".join(["guide"] * 9 + ["call", "guide"] * 20)
    a_log(tmp_path, f"a: {path}").close()
    assert run(["measure", str(tmp_path), "variants", "--language", "en"]) == 0

    out = capsys.readouterr().out
    assert "Downtime guide ×9 → First call → Downtime guide →" in " ".join(out.split())
    assert "… 25 more" in " ".join(out.split())
    table_lines = [line for line in out.splitlines() if "→" in line]
    assert len(table_lines) > 1
    assert max(map(len, table_lines)) <= 100
