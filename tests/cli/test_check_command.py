"""`polku check` in the terminal, as JSON and as SARIF, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polku.cli.app import run

SETTINGS = "polku: 1\nname: Hoppebold A/S\npurpose: {why: Renewals, readers: [sales], use: [product]}\nteams: [{id: sales}]\n"
ROLE = "id: ole\nname: Ole Operatør\ninsight: high\nneeds: [Parts]\ngoals: [Sleep]\npains: [Blamed, Tired]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with two warnings and no error."""
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "ole.yaml").write_text(ROLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def broken(folder: Path) -> Path:
    """The same with an error."""
    (folder / "roles" / "per.yaml").write_text("id: per\nfunction: expert\n", encoding="utf-8")
    return folder


def test_text_names_file_place_code_sentence_reason_and_fix(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(folder), "--language", "en"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "roles/ole.yaml"
    assert " ".join(lines[1].split()).startswith(
        "3:1 ◆ warning PK104 The role “Ole Operatør” knows what the product"
    )
    text = " ".join(" ".join(lines).split())
    assert "Those who know most and are asked least are the blind spot that costs most." in text
    assert "fix Interview one, write the evidence with" in text
    assert "6:9 ◆ warning PK401 2 of 2 pains of Ole Operatør are assumed: “Blamed” and “Tired”" in text
    assert "0 errors 2 warnings 0 hints 2 documents" in text
    assert "not measured: PK501–PK509 (no data is loaded)" in text
    assert f"polku import {folder} FILE…" in text


def test_text_fits_the_page_and_has_no_hue_in_a_pipe(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", str(folder), "--each"])

    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if len(line) > 100 and "polku " not in line] == []


def test_each_place_is_shown_when_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", str(folder), "--each"])

    text = capsys.readouterr().out
    assert "The pain “Blamed” of Ole Operatør is an assumption" in text
    assert "The pain “Tired” of Ole Operatør is an assumption" in text


def test_the_language_is_the_workspaces_or_the_one_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "polku.yaml").write_text(SETTINGS + "language: fi\n", encoding="utf-8")
    run(["check", str(folder)])
    assert "0 virhettä  2 varoitusta" in capsys.readouterr().out

    run(["check", str(folder), "--language", "en"])
    assert "0 errors  2 warnings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fail_on", "sound", "unsound"), [("error", 0, 1), ("warning", 1, 1), ("hint", 1, 1), ("never", 0, 0)]
)
def test_the_exit_code_says_whether_anything_is_that_bad(
    folder: Path, fail_on: str, sound: int, unsound: int
) -> None:
    assert run(["check", str(folder), "--fail-on", fail_on]) == sound
    (folder / "roles" / "per.yaml").write_text("id: per\nfunction: expert\n", encoding="utf-8")
    assert run(["check", str(folder), "--fail-on", fail_on]) == unsound


def test_wrong_use_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(folder), "--format", "xml"]) == 2
    assert run(["check", str(folder), "--journey", "machine"]) == 2
    assert "“machine”" in capsys.readouterr().err


def test_data_that_cannot_be_read_is_said_and_the_documents_are_checked_all_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "lake").mkdir()
    (folder / "lake" / "CURRENT").write_text("nothing\n", encoding="utf-8")
    (folder / "journeys").mkdir()
    (folder / "journeys" / "machine.yaml").write_text("id: machine\nowner: sales\n", encoding="utf-8")

    assert run(["check", str(folder), "--language", "en"]) == 0

    text = capsys.readouterr().out
    assert "PK104" in text
    assert "not measured: PK501–PK509 (the data cannot be read:" in text


def test_json_has_the_promised_keys(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", str(broken), "--format", "json"])

    rows = json.loads(capsys.readouterr().out)
    keys = ["code", "level", "document", "item", "line", "column", "count", "key", "message", "why", "fix"]
    assert all(list(row) == keys for row in rows)
    assert rows[0] == {
        "code": "PK006",
        "level": "error",
        "document": "roles/per",
        "item": "function",
        "line": 2,
        "column": 1,
        "count": 1,
        "key": "PK006:roles/per:function",
        "message": rows[0]["message"],
        "why": "What is not understood is not read: somebody wrote it for nothing.",
        "fix": "Correct the spelling; `polku schema` lists what is known.",
    }
    assert "“function”" in rows[0]["message"]
    assert {row["level"] for row in rows} == {"error", "warning", "not-measured"}


def test_what_is_silenced_is_counted_in_text_and_absent_in_json(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silence = 'ignore: [{check: PK401, why: "asked in spring", until: 2027-01-01}]\n'
    (folder / "roles" / "ole.yaml").write_text(ROLE + silence, encoding="utf-8")

    run(["check", str(folder), "--today", "2026-11-18"])
    assert "2 silenced in the documents" in capsys.readouterr().out
    run(["check", str(folder), "--today", "2026-11-18", "--format", "json"])
    assert "PK401" not in [row["code"] for row in json.loads(capsys.readouterr().out)]
    run(["check", str(folder), "--today", "2027-01-02", "--format", "json"])
    codes = [row["code"] for row in json.loads(capsys.readouterr().out)]
    assert "PK401" in codes and "PK005" in codes


def test_sarif_has_a_result_for_each_place_and_a_rule_for_each_check(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", str(broken), "--format", "sarif"])

    log = json.loads(capsys.readouterr().out)
    (one,) = log["runs"]
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert log["version"] == "2.1.0"
    assert len(rules) == len(set(rules))
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in one["results"])
    assert all(result["level"] in ("error", "warning", "note", "none") for result in one["results"])
    places = [
        (
            result["ruleId"],
            place["artifactLocation"]["uri"].rpartition("/")[2],
            place["region"]["startColumn"],
        )
        for result in one["results"]
        for place in (location["physicalLocation"] for location in result["locations"])
    ]
    assert ("PK401", "ole.yaml", 9) in places and ("PK401", "ole.yaml", 17) in places
    assert all(result["partialFingerprints"] and result["message"]["text"] for result in one["results"])


def test_explain_says_what_why_and_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "pk303", "--language", "en"]) == 0

    text = capsys.readouterr().out
    assert text.startswith("PK303  warning, Blueprint and partners\n  Work changes hands between two teams")
    assert "What sales understood breaks in delivery." in text
    assert "- {check: PK303, item: steps/sign" in text


def test_explain_lists_all_checks(capsys: pytest.CaptureFixture[str]) -> None:
    from polku.checks import CATALOGUE

    assert run(["explain", "--language", "fi"]) == 0

    text = capsys.readouterr().out
    assert [code for code in CATALOGUE if code not in text] == []
    assert "varoitus" in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_explain_names_the_nearest_of_an_unknown_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "PK3003"]) == 2

    assert "PK303" in capsys.readouterr().err
