"""Scenes and words as PDF: searchable, tagged, with alternative text, the same each time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from polku.errors import DrawingError
from polku.scene import Rect, Scene, Table, Text
from polku.scene.font import FOLDER
from polku.scene.pdf import (
    Block,
    Columns,
    Heading,
    NewPage,
    Picture,
    Prose,
    Rows,
    Rule,
    Sheet,
    blocks_to_pdf,
    scenes_to_pdf,
    write_pdf,
)

pytest.importorskip("typst", reason="needs the extra office (typst)")

SCENE = Scene(
    400, 200, "Nobody answers", "A page of one line.", "en",
    (Rect(0, 0, 400, 200, "paper"), Text(20, 60, "Calls at four in the morning", 14)), "print",
)  # fmt: skip
TRICKY = 'He said "#panic" \\ *now* $x$ _y_ [z] @ref <l> // —'


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    if not (FOLDER / "Inter-400.ttf").exists():
        pytest.skip("the fonts are not built (python -m polku.assets)")


def words(pdf: bytes, folder: Path) -> str:
    """The text of a PDF as a search finds it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    (folder / "x.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", str(folder / "x.pdf"), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_words_of_a_drawing_can_be_searched(tmp_path: Path) -> None:
    assert "Calls at four in the morning" in words(scenes_to_pdf([SCENE]), tmp_path)


def test_a_drawing_is_accessible_by_the_standard_and_says_what_it_shows() -> None:
    pdf = scenes_to_pdf([SCENE])

    assert b"pdfuaid" in pdf and b"/Alt" in pdf and b"/StructTreeRoot" in pdf


def test_each_scene_is_a_page_of_its_size() -> None:
    pdf = scenes_to_pdf([SCENE] * 3)

    assert pdf.count(b"/MediaBox[0 0 300 150]") == 3


def test_what_people_wrote_is_never_markup(tmp_path: Path) -> None:
    found = words(blocks_to_pdf([Heading(TRICKY), Prose(TRICKY)], title=TRICKY), tmp_path)

    assert found.count(TRICKY) == 2


def test_all_blocks_together_are_one_accessible_document(tmp_path: Path) -> None:
    table = Table(("Step", "Cases"), (("Call", "12"), ("Offer", "7")))
    blocks: list[Block] = [
        Heading("In short"),
        Prose("Seven of twelve", 9, 500, "ink-2", 8),
        Rule(),
        Columns(((Heading("Left", 2), Prose("one")), (Heading("Right", 2), Prose("two")))),
        Picture(SCENE, 60, 20),
        Rows(table, (False, True), (0.7, 0.3)),
        NewPage(),
        Sheet(SCENE),
    ]

    pdf = blocks_to_pdf(blocks, title="Report", foot="Hoppebold")

    assert b"pdfuaid" in pdf and pdf == blocks_to_pdf(blocks, title="Report", foot="Hoppebold")
    found = words(pdf, tmp_path)
    assert all(word in found for word in ("In short", "Offer 7", "Left", "two", "Hoppebold"))


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(DrawingError, match="office"):
        write_pdf([SCENE], tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []
