"""`polku look`: tables, JSON and a drawing of a file alone, and refusals that say what is possible."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polku.cli.app import run

ROWS = """case id,activity,timestamp
a,Call,2026-01-01 10:00
a,Offer,2026-01-03 10:00
a,Won,2026-01-04 10:00
b,Call,2026-01-02 09:00
b,Offer,2026-01-03 09:00
b,Offer,2026-01-03 09:00
c,Call,2026-01-02 08:00
c,,2026-01-02 09:00
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A log of three cases, with a row that repeats another and one without an activity."""
    found = tmp_path / "log.csv"
    found.write_text(ROWS, "utf-8")
    return found


def test_tables_show_ways_variants_and_what_is_left_out(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["look", str(file), "--language", "en"]) == 0

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "Case: case id; activity: activity; time: timestamp."
    assert lines.count("3 cases, 1 January 2026 to 4 January 2026.") == 2
    assert "Call Offer 2 2 67% 24 hours 2 days" in lines
    assert "1 33% 0 seconds unknown 1 Call" in lines
    assert lines[-2:] == [
        "One row without a readable time or an activity is left out.",
        "One row only repeats another and is counted once.",
    ]
    assert not list(file.parent.glob("lake"))


def test_json_holds_both_answers_whole(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["look", str(file), "--format", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["rows"], told["rejected"], told["repeated"]) == ("log.csv", 8, 1, 1)
    assert told["columns"] == {"case": "case id", "activity": "activity", "time": "timestamp"}
    assert told["paths"]["cases"] == 3
    assert [row["path"] for row in told["variants"]["rows"]] == [
        ["Call"],
        ["Call", "Offer"],
        ["Call", "Offer", "Won"],
    ]
    assert {(row["from"], row["to"]): row["count"] for row in told["paths"]["rows"]}[None, "Call"] == 3


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Which ways do cases take?"),
        ("fi", "Mitä reittejä tapaukset kulkevat?"),
        ("sv", "Vilka vägar"),
        ("da", "Hvilke veje"),
    ],
)
def test_a_drawing_names_activities_and_says_nothing_of_a_map(file: Path, language: str, words: str) -> None:
    picture = file.with_name("ways.svg")
    assert run(["look", str(file), "-o", str(picture), "--language", language]) == 0

    drawn = picture.read_text("utf-8")
    assert words in drawn
    assert "Offer" in drawn
    assert "intended" not in drawn


def test_many_ways_are_counted_where_they_are_not_drawn(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    names = "abcdefghijklmnop"
    rows = [
        f"{case},{names[(case * step) % 16]},2026-01-{step:02d} 10:00"
        for case in range(1, 30)
        for step in range(1, 9)
    ]
    file.write_text("case id,activity,timestamp\n" + "\n".join(rows) + "\n", "utf-8")
    picture = tmp_path / "ways.svg"
    assert run(["look", str(file), "-o", str(picture), "--language", "en"]) == 0

    drawn = picture.read_text("utf-8")
    assert "ways are not drawn." in drawn
    assert "activities" in drawn, "what a way skips"
    assert "touchpoint" not in drawn and "measured map" not in drawn


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--case", "case"], "case id"),
        (["--zone", "Mars/Olympus"], "Mars/Olympus"),
        (["-o", "ways.docx"], ".svg"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    file: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["look", str(file), *arguments]) in (1, 2)

    assert said in capsys.readouterr().err


def test_a_file_without_such_columns_names_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.csv"
    file.write_text("x,y,z\n1,2,3\n", "utf-8")
    assert run(["look", str(file)]) == 1

    assert "--case" in capsys.readouterr().err


def test_rows_without_a_case_alone_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "log.csv"
    file.write_text("case id,activity,timestamp\n,Call,2026-01-01\n,Won,2026-01-02\n", "utf-8")
    assert run(["look", str(file)]) == 1

    assert "log.csv" in capsys.readouterr().err
