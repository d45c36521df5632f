"""`polku mirror`: contacts of any make in, three sentences and a picture out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polku.cli.app import run

EXPORTS = {
    "hubspot.csv": (
        "Record ID,First Name,Last Name,Email,Job Title,Company Name,Lifecycle Stage\n"
        "1,Anna,Aho,anna@pallo.example,CEO,Pallo,customer\n2,Bo,Berg,bo@pallo.example,Operator,,customer\n",
        "utf-8-sig",
    ),
    "salesforce.csv": (
        "Id,AccountId,Account Name,FirstName,LastName,Email,Title\n"
        '1,001,Pallo,Anna,Aho,anna@pallo.example,CEO\n2,001,Pallo,Bo,"Berg, Jr",bo@pallo.example,Operator\n',
        "utf-8",
    ),
    "yhteystiedot.csv": (
        "Nimi;Sähköposti;Tehtävänimike;Yritys\nAnna Aho;anna@pallo.example;Toimitusjohtaja;Pallo Oy\n"
        "Bo Berg;bo@pallo.example;Koneenkäyttäjä;Pallo Oy\n",
        "cp1252",
    ),
    "kontakter.csv": (
        "Förnamn\tEfternamn\tE-post\tBefattning\tFöretag\nAnna\tAho\tanna@pallo.example\tVD\tPallo AB\n"
        "Bo\tBerg\tbo@pallo.example\tOperatör\tPallo AB\n",
        "utf-16",
    ),
    "kontaktpersoner.csv": (
        "Navn|E-mail|Stilling|Virksomhed\nAnna Aho|anna@pallo.example|Direktør|Pallo A/S\n"
        "Bo Berg|bo@pallo.example|Maskinfører|Pallo A/S\n",
        "utf-8",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_every_make_of_contacts_is_read(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, encoding = EXPORTS[name]
    file = tmp_path / name
    file.write_text(text, encoding=encoding, newline="")
    assert run(["mirror", str(file), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["people"], len(found["companies"]), found["unplaced"]) == (2, 1, [])
    assert {part: count for part, count in found["parts"].items() if count} == {
        "decision-maker": 1,
        "operator": 1,
    }
    assert "Aho" not in json.dumps(found)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_text_says_three_sentences_and_what_was_not_placed(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.csv"
    file.write_text(
        "Name,Email,Job title,Company\nA,a@x.example,Wizard,X\nB,b@x.example,Buyer,X\n", encoding="utf-8"
    )
    assert run(["mirror", str(file), "--language", language]) == 0
    shown = capsys.readouterr().out
    assert "Wizard" in shown and len(shown.splitlines()[:3]) == 3


@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_the_picture_is_written(tmp_path: Path, ending: str) -> None:
    file = tmp_path / "c.csv"
    file.write_text("Name,Email,Job title,Company\nA,a@x.example,CEO,X\n", encoding="utf-8")
    picture = tmp_path / "out" / f"mirror.{ending}"
    assert run(["mirror", str(file), "-o", str(picture)]) == 0
    assert picture.stat().st_size > 1000
    assert b"http://" not in picture.read_bytes().replace(b"http://www.w3.org", b"")


def test_a_table_without_titles_and_a_wrong_ending_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run(["mirror", str(file)]) == 1
    assert "c.csv" in capsys.readouterr().err
    assert run(["mirror", str(file), "-o", str(tmp_path / "x.gif")]) == 2
    assert run(["mirror", str(tmp_path / "none.csv")]) == 1


def test_a_table_of_headers_alone_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.csv"
    file.write_text("Name,Job title,Company\n", encoding="utf-8")
    assert run(["mirror", str(file), "-o", str(tmp_path / "x.svg")]) == 1
    assert "no row below" in capsys.readouterr().err
    assert not (tmp_path / "x.svg").exists()
