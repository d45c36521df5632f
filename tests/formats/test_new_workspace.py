"""Beginning a workspace: complete in every language, sound, and nothing left behind on failure."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from polku.checks import check_workspace
from polku.documents import Workspace
from polku.errors import DocumentError, WrongUse
from polku.formats import new as new_module
from polku.formats import read_workspace
from polku.formats.new import new_workspace
from polku.formats.templates import LANGUAGES, TEMPLATES, question_bank, template_files
from polku.words import render


def errors_of(workspace: Workspace) -> list[str]:
    findings = check_workspace(workspace, today=dt.date(2026, 11, 22))
    return [f"{finding.code} {finding.document}" for finding in findings if finding.level == "error"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_workspace_is_sound(template: str, language: str, tmp_path: Path) -> None:
    begun = new_workspace(tmp_path / "pumps", template=template, language=language)

    workspace = read_workspace(tmp_path / "pumps")
    assert [render(problem.message) for problem in workspace.problems] == []
    assert errors_of(workspace) == []
    assert workspace.name == "pumps"
    assert workspace.settings.language == language
    assert list(workspace.journeys) == [begun.journey]
    assert begun.steps == len(workspace.journeys[begun.journey].steps)
    files = {
        path.relative_to(tmp_path / "pumps").as_posix() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert files == set(begun.files)


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_are_the_same_in_all_languages_but_for_their_words(template: str) -> None:
    def skeleton(language: str) -> dict[str, list[str]]:
        """The keys of every line, and the ids."""
        return {
            path: [
                line.partition(":")[0]
                for line in text.splitlines()
                if line.strip() and not line.lstrip().startswith("#")
            ]
            for path, text in template_files(template, language).items()
        }

    assert skeleton("en")
    for language in LANGUAGES[1:]:
        if template == "blank":
            assert skeleton(language) == skeleton("en")
        else:
            english, other = skeleton("en"), skeleton(language)
            assert {path: lines for path, lines in other.items() if "roles" not in path} == {
                path: lines for path, lines in english.items() if "roles" not in path
            }


def test_no_sentence_of_a_template_stays_in_english_elsewhere() -> None:
    for template in TEMPLATES:
        english = {
            line.partition("#")[2].strip()
            for text in template_files(template, "en").values()
            for line in text.splitlines()
            if "#" in line
        }
        for language in LANGUAGES[1:]:
            for text in template_files(template, language).values():
                comments = {line.partition("#")[2].strip() for line in text.splitlines() if "#" in line}
                shared = {said for said in comments & english if len(said.split()) > 3}
                # Lists of the format's own words are the same everywhere.
                assert all(said.count("·") > 2 or said.startswith(("{", "feels")) for said in shared), shared


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_stage_has_questions_of_its_own(language: str) -> None:
    bank = question_bank(language)

    assert list(bank) == ["awareness", "consideration", "decision", "start-up", "use"]
    questions = [question.ask for stage in bank.values() for question in stage.questions]
    assert len(questions) == len(set(questions)) >= 25
    assert all(question.endswith("?") for question in questions)


def test_a_folder_that_holds_something_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "budget.xlsx").write_text("x", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"budget\.xlsx"):
        new_workspace(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["budget.xlsx"]


def test_a_workspace_is_never_overwritten(tmp_path: Path) -> None:
    new_workspace(tmp_path)
    before = (tmp_path / "polku.yaml").read_text(encoding="utf-8")

    with pytest.raises(DocumentError, match="workspace already"):
        new_workspace(tmp_path, template="blank")

    assert (tmp_path / "polku.yaml").read_text(encoding="utf-8") == before


def test_a_fresh_repository_counts_as_empty_and_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    new_workspace(tmp_path)
    with pytest.raises(DocumentError, match="this is a file"):
        new_workspace(tmp_path / "polku.yaml")


def test_many_things_in_the_way_are_counted(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"file-{number}").write_text("", encoding="utf-8")
    with pytest.raises(DocumentError, match="file-4 and 3 more"):
        new_workspace(tmp_path)


def test_nothing_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0

    def write(path: Path, text: str) -> None:
        nonlocal written
        written += 1
        if written == 4:
            raise OSError(28, "No space left on device")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr(new_module, "write_text", write)
    with pytest.raises(DocumentError, match="No space left"):
        new_workspace(tmp_path / "a" / "b")

    assert list(tmp_path.iterdir()) == []


def test_unknown_templates_and_languages_name_the_known(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="blank"):
        new_workspace(tmp_path / "a", template="aida")
    with pytest.raises(WrongUse, match="fi, sv and da"):
        new_workspace(tmp_path / "a", language="de")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "name", ["Hoppebold A/S: we # try", "'quoted'", "ÆØÅ äö", "{}", "null", "-", "x" * 300]
)
def test_any_name_is_written_so_that_it_reads_back(name: str, tmp_path: Path) -> None:
    new_workspace(tmp_path / "a", name=name)

    assert read_workspace(tmp_path / "a").settings.name == name


def test_a_spreadsheet_becomes_a_sound_workspace_with_the_question_bank(tmp_path: Path) -> None:
    sheet = tmp_path / "ostopolku.csv"
    sheet.write_text(
        "Vaihe;Askel;Rooli;Kohtaamispiste;Kanava;Tunne;Kipupisteet;Sitaatti;Tiimi\n"
        "Tietoisuus;Huomaa ongelman;Ole;;;-2;Linja seisoo;”Taas!”;\n"
        ";Etsii tietoa;Per;Opas;Verkkosivut;1;;;Markkinointi\n"
        "Päätös;Allekirjoittaa;Ivan;Sopimus;Tapaaminen;1;;;Myynti\n",
        encoding="utf-8",
    )

    begun = new_workspace(tmp_path / "a", language="fi", steps=sheet)

    workspace = read_workspace(tmp_path / "a")
    assert workspace.problems == ()
    assert errors_of(workspace) == []
    journey = workspace.journeys[begun.journey]
    assert (begun.journey, begun.steps, len(begun.said)) == ("ostopolku", 3, 0)
    assert [stage.when for stage in journey.stages] == ["before", "during"]
    assert journey.stages[0].questions == question_bank("fi")["awareness"].questions
    assert workspace.role_order() == ("ole", "per", "ivan")
    assert workspace.touchpoints["opas"].channel == "verkkosivut"
    assert workspace.evidence["quote-huomaa-ongelman"].quote == "Taas!"
    assert "# " in (tmp_path / "a/polku.yaml").read_text(encoding="utf-8")


def test_a_spreadsheet_that_cannot_be_read_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="no row of headers"):
        new_workspace(tmp_path / "a", steps=tmp_path / "x.csv")
    with pytest.raises(DocumentError, match="there is no such file"):
        new_workspace(tmp_path / "a", steps=tmp_path / "none.csv")
    assert not (tmp_path / "a").exists()
