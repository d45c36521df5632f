"""The workspace's brand on the deck, on paper, on the page and on the interview guide."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from polku.exports.brand import brand_of
from polku.exports.deck import deck_bytes
from polku.exports.guide import Guide, build_guide
from polku.exports.guide_forms import guide_html, guide_pdf
from polku.exports.report_data import ReportData
from polku.exports.report_page import report_page
from polku.exports.report_pdf import report_pdf
from polku.formats import read_workspace
from polku.scene.brand import PLAIN
from polku.scene.theme import PRINT

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
ACCENT = "5B3FA0"
FOOT = "machines that make bouncy balls"


def parts(deck: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_layout_of_slides_carries_logo_line_and_colour(drawn_only: ReportData) -> None:
    found = parts(deck_bytes(drawn_only))
    (layout,) = (text.decode() for name, text in found.items() if re.search(r"slideLayout\d+\.xml$", name))
    theme = next(text.decode() for name, text in found.items() if re.search(r"theme1\.xml$", name))

    assert 'name="Logo"' in layout and "r:embed=" in layout
    assert ACCENT in layout and FOOT in layout
    assert f'<a:accent1><a:srgbClr val="{ACCENT}"/>' in theme
    assert any(name.startswith("ppt/media/") and data[1:4] == b"PNG" for name, data in found.items())


def test_a_colour_of_the_brand_replaces_none_that_means_something(drawn_only: ReportData) -> None:
    brand = replace(drawn_only.brand, accent="#0A0A0A")
    colours = brand.colours(PRINT)

    assert all(colours[name] == colour for name, colour in PRINT.colours.items())
    assert colours["brand"] == "#0A0A0A"


def test_slides_take_the_font_that_the_brand_names(drawn_only: ReportData) -> None:
    data = replace(drawn_only, brand=replace(drawn_only.brand, font="Fira Sans"))
    slides = [text.decode() for name, text in parts(deck_bytes(data)).items() if "/slides/slide" in name]

    assert slides and all('"Fira Sans"' in slide for slide in slides if "<a:t>" in slide)
    assert not any('typeface="Arial"' in slide for slide in slides)


def test_without_a_brand_slides_are_as_before(drawn_only: ReportData) -> None:
    found = parts(deck_bytes(replace(drawn_only, brand=PLAIN)))

    assert not any(b'name="Logo"' in data for data in found.values())
    assert not any(name.startswith("ppt/media/") for name in found)


def test_the_page_holds_the_logo_and_asks_for_nothing(drawn_only: ReportData) -> None:
    page = report_page(drawn_only)

    assert 'src="data:image/svg+xml;base64,' in page and f"#{ACCENT}" in page and FOOT in page
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", page)


def test_paper_says_whose_it_is_on_its_pages(drawn_only: ReportData, tmp_path: Path) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("needs pdftotext")
    file = tmp_path / "report.pdf"
    file.write_bytes(report_pdf(drawn_only))
    done = subprocess.run([tool, str(file), "-"], capture_output=True, text=True, check=True)

    assert FOOT in done.stdout.split("\f")[0]


def test_paper_holds_the_logo_without_a_page_more(drawn_only: ReportData) -> None:
    logo = replace(drawn_only.brand, accent=None, foot="")
    pictured, plain = (
        report_pdf(replace(drawn_only, brand=logo)),
        report_pdf(replace(drawn_only, brand=PLAIN)),
    )

    assert pages(pictured) == pages(plain)
    assert pictured.count(b"/Alt") == plain.count(b"/Alt") + 1


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.fixture
def guide() -> Guide:
    workspace = read_workspace(EXAMPLE)
    journey = workspace.journeys["new-machine"]
    return build_guide(workspace, "per", journey=journey, today=dt.date(2026, 11, 18))


def test_the_guide_says_whose_it_is_and_stays_one_page(guide: Guide) -> None:
    brand = brand_of(EXAMPLE, read_workspace(EXAMPLE))
    page = guide_html(guide, brand)
    pdf, _ = guide_pdf(guide, lambda most: guide, brand)

    assert 'class="brand"' in page and f"#{ACCENT}" in page and FOOT in page
    assert pages(pdf) == 1


def test_a_pale_colour_gives_way_to_ink(tmp_path: Path) -> None:
    (tmp_path / "polku.yaml").write_text('polku: 1\nbrand: {accent: "#FFC0CB", foot: Ours}\n')
    brand = brand_of(tmp_path, read_workspace(tmp_path))

    assert brand.accent is None
    assert brand.colours(PRINT)["brand"] == PRINT["ink"]
