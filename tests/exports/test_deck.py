"""The deck and the report on paper: each finding a slide, all words there, nothing outside, no names of persons."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polku.diagrams.parts.page_parts import parts_of
from polku.documents import Journey, Settings, Stage, Step, Workspace
from polku.errors import WrongUse
from polku.exports.deck import MOST_SLIDES, deck_bytes, deck_slides
from polku.exports.gather import gather
from polku.exports.highlights import highlights
from polku.exports.question_drawings import RESULTS, draw_question
from polku.exports.report_data import ReportData
from polku.exports.report_drawings import printed_question
from polku.exports.report_pdf import PAGE, report_pdf
from polku.exports.three_columns import columns_of_finding
from polku.scene import PRINT, Group, walk
from polku.scene.font import FOLDER
from polku.scene.pptx import LAYOUT, least_points
from polku.words import reader
from tests.diagrams.eye import outside, overlaps
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up

pptx = pytest.importorskip("pptx", reason="needs the extra office (python-pptx)")


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    if not (FOLDER / "Inter-400.ttf").exists():
        pytest.skip("the fonts are not built (python -m polku.assets)")


def all_shapes(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if shape.shape_type == 6:
            yield from all_shapes(shape.shapes)


def said(shapes: Any) -> str:
    """All words of a slide, lines joined as a reader joins them."""
    texts = [shape.text_frame.text for shape in all_shapes(shapes) if shape.has_text_frame]
    return " | ".join(text.replace("-\v", "").replace("\v", " ") for text in texts)


def opened(data: ReportData, language: str = "en") -> Any:
    return pptx.Presentation(io.BytesIO(deck_bytes(data, language=language)))


def made_up_data(steps: int, words: dict[str, tuple[str, ...]] = PLAIN, *, stages: int = 5) -> ReportData:
    workspace, journey = made_up(steps, stages=stages, words=words)
    return ReportData(workspace, journey, (), None, TODAY)


def test_each_finding_is_a_slide_whose_title_it_is(measured: ReportData) -> None:
    assert measured.journey is not None
    found = highlights(measured.workspace, measured.journey, measured.measures)

    slides = opened(measured).slides

    titles = [slide.shapes.title.text_frame.text.replace("\v", " ") for slide in slides]
    say = reader("en")
    assert titles[0] == say.text(found[0].says)
    assert titles[1 : 1 + len(found)] == [say.text(one.says) for one in found]
    assert 5 <= len(titles) <= MOST_SLIDES and all(titles)


def test_a_finding_stands_on_its_step(measured: ReportData) -> None:
    slide = next(one for one in deck_slides(measured) if one.scene.title.startswith("NPS of Support call"))

    marks = list(walk(slide.scene.marks))
    frames = [mark for mark in marks if isinstance(mark, Group) and mark.role == "frame"]
    assert len(frames) == 1 and len(frames[0].children) == 1
    assert "Answer the hotline at night" in slide.notes
    assert "nobody answers" in slide.notes


@pytest.mark.parametrize("language", ["en", "fi"])
def test_nothing_is_outside_a_slide_or_on_top_of_something_else(measured: ReportData, language: str) -> None:
    for slide in deck_slides(measured, language=language):
        assert overlaps(slide.scene) == [], slide.scene.title
        assert outside(slide.scene) == [], slide.scene.title
        if (slide.scene.width, slide.scene.height) == LAYOUT:
            assert least_points(slide.scene) >= 9.99
    presentation = opened(measured, language)
    for number, slide in enumerate(presentation.slides, 1):
        for shape in all_shapes(slide.shapes):
            right, bottom = shape.left + shape.width, shape.top + shape.height
            inside = shape.left >= -2 and shape.top >= -2 and right <= 12192002 and bottom <= 6858002
            assert inside or shape.rotation, (number, shape.name)


def test_all_steps_are_groups_with_their_meaning(measured: ReportData) -> None:
    assert measured.journey is not None
    slide = opened(measured).slides[1]

    groups = {shape.name: shape for shape in all_shapes(slide.shapes) if shape.shape_type == 6}
    for step in measured.journey.steps:
        assert step.label in groups[f"step-{step.id}"]._element.nvGrpSpPr.cNvPr.get("descr")


def test_every_step_is_said_and_every_slide_has_notes(drawn_only: ReportData) -> None:
    assert drawn_only.journey is not None
    presentation = opened(drawn_only)

    everything = " ".join(said(slide.shapes) for slide in presentation.slides)
    assert [step.does for step in drawn_only.journey.steps if (step.does or "") not in everything] == []
    assert all(slide.has_notes_slide for slide in presentation.slides)


def test_names_of_persons_stay_out(measured: ReportData) -> None:
    persons = {p.name for account in measured.workspace.accounts.values() for p in account.people if p.name}
    presentation = opened(measured)

    for slide in presentation.slides:
        words = said(slide.shapes) + slide.notes_slide.notes_text_frame.text
        assert [name for name in (*persons, "Pekka") if name in words] == []


def test_tables_are_native(measured: ReportData) -> None:
    tables = [
        shape.table
        for slide in opened(measured).slides
        for shape in slide.shapes
        if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.TABLE
    ]

    cells = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    assert any(row[0] == "operator" for row in cells)
    assert any(row[0] == "Answer the hotline at night" for row in cells)


@pytest.mark.parametrize("steps", [1, 16, 60, 200])
def test_a_deck_of_any_journey_has_5_to_30_slides(steps: int) -> None:
    slides = deck_slides(made_up_data(steps, stages=min(14, max(1, steps // 4))))

    assert 5 <= len(slides) <= MOST_SLIDES
    for slide in slides:
        assert overlaps(slide.scene) == [] and outside(slide.scene) == [], slide.scene.title


def test_long_words_stay_on_their_slides() -> None:
    for slide in deck_slides(made_up_data(12, LONG), language="fi"):
        assert overlaps(slide.scene) == [] and outside(slide.scene) == [], slide.scene.title


def test_a_workspace_without_purpose_journey_or_data_says_so() -> None:
    presentation = opened(ReportData(Workspace(Settings(name="Empty")), None, (), None, TODAY))

    words = " ".join(said(slide.shapes) for slide in presentation.slides)
    assert "Nobody has written down why this was made." in words
    assert "No data is loaded" in words and "Nothing is planned yet" in words


def test_a_finding_nobody_acts_on_says_so() -> None:
    journey = Journey(
        id="buy", stages=(Stage(id="s", name="Start"),), steps=(Step(id="a", stage="s", does="Asks"),)
    )
    data = ReportData(Workspace(Settings(name="Tiny"), journeys={"buy": journey}), journey, (), None, TODAY)

    columns = columns_of_finding(data, highlights(data.workspace, journey, None)[0], reader("en"))

    assert columns.does[0].more == "Nothing is planned yet."


def test_a_deck_is_made_in_seconds_and_always_the_same(measured: ReportData) -> None:
    start = time.process_time()
    once = deck_bytes(measured)
    taken = time.process_time() - start

    assert taken < 10
    assert once == deck_bytes(measured)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_report_on_paper_is_accessible_and_searchable(
    measured: ReportData, language: str, tmp_path: Path
) -> None:
    pytest.importorskip("typst", reason="needs the extra office (typst)")
    pdf = report_pdf(measured, language=language)

    assert b"pdfuaid" in pdf
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    (tmp_path / "report.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True)
    words = " ".join(done.stdout.decode().split())
    assert reader(language)("deck.hurts") in words and "Answer the hotline at night" in words
    assert "Nobody answers" in words and "Pekka" not in words


def test_the_report_of_nothing_is_a_pdf_too() -> None:
    pytest.importorskip("typst", reason="needs the extra office (typst)")
    pdf = report_pdf(ReportData(Workspace(Settings(name="Empty")), None, (), None, TODAY))

    assert pdf.startswith(b"%PDF") and b"pdfuaid" in pdf


def test_the_ending_of_the_file_decides_the_form(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from polku.cli.report import command

    example = Path(__file__).parents[2] / "examples" / "hoppebold"
    for name, begins in (("deck.pptx", b"PK"), ("report.pdf", b"%PDF"), ("report.html", b"<!do")):
        asked = [
            str(example),
            "--journey",
            "new-machine",
            "-o",
            str(tmp_path / name),
            "--today",
            "2026-11-18",
        ]
        assert CliRunner().invoke(command, asked).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(begins)
    wrong = CliRunner().invoke(command, [str(example), "-o", str(tmp_path / "report.docx")])
    assert isinstance(wrong.exception, WrongUse) and ".pptx" in str(wrong.exception)


@pytest.mark.long
def test_libreoffice_shows_what_the_slides_say(measured: ReportData, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip(
            "LibreOffice and poppler are not installed (apt-get install libreoffice-impress poppler-utils)"
        )
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{FOLDER}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    (tmp_path / "deck.pptx").write_bytes(deck_bytes(measured))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        [
            office,
            "--headless",
            profile,
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "deck.pptx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(tmp_path)},
    )
    done = subprocess.run(["pdftotext", str(tmp_path / "deck.pdf"), "-"], capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    slides = deck_slides(measured)
    assert len(pages) == len(slides)
    for page, slide in zip(pages, slides, strict=True):
        assert "".join(slide.scene.title.split()) in "".join(page.split())


def test_findings_keep_their_steps_when_the_journey_loses_them(measured: ReportData) -> None:
    assert measured.journey is not None
    found = highlights(measured.workspace, measured.journey, measured.measures)
    shorter = dataclasses.replace(measured, journey=measured.journey.model_copy(update={"steps": ()}))

    for one in found:
        assert columns_of_finding(shorter, one, reader("en")).hurts


def test_no_page_of_a_picture_holds_its_legend_alone(measured: ReportData) -> None:
    drawn = printed_question("paths", measured, "en")
    slides = [slide.scene for slide in deck_slides(measured) if slide.scene.title == drawn[0].title]
    for page in (*drawn, *slides):
        assert parts_of(page).body, page.title
    assert len(drawn) == len(slides) == 1


def test_the_picture_of_each_question_and_what_explains_it_stand_on_one_page(measured: ReportData) -> None:
    for name in RESULTS:
        if draw_question(name, measured, language="fi", theme=PRINT) is not None:
            (page,) = printed_question(name, measured, "fi", PAGE)
            assert parts_of(page).body and parts_of(page).tail, name


def test_a_matrix_takes_few_slides(measured: ReportData) -> None:
    whole = [slide.scene.title for slide in deck_slides(measured)]
    assert len([title for title in whole if title.startswith("Only 48% go on from “Negotiation”")]) <= 6
    small = [slide.scene.title for slide in deck_slides(made_up_data(1, stages=1))]
    assert len([title for title in small if title.endswith(" of 2)")]) == 1, small


def test_a_report_of_an_empty_workspace_is_one_sheet(tmp_path: Path) -> None:
    (tmp_path / "polku.yaml").write_text("name: Empty Ltd\nlanguage: en\n", encoding="utf-8")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", report_pdf(gather(tmp_path, today=TODAY)))) == 1
