"""What the studio tells of an import names fields of its form; the keys of a mapping are for those who write one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from polku.studio.import_words import in_form
from polku.words import LANGUAGES, Message, reader
from tests.studio.test_data import upload

SOURCES = Path(__file__).parents[2] / "src" / "polku" / "words" / "catalogues" / "en" / "sources.po"
WRITTEN_BY_HAND = {"sources.values-of-nothing", "sources.split-without-column", "sources.proposed"}
"""About mistakes in a mapping somebody wrote as a file; and what the page says in its own words."""
GIVEN = {
    "column": "Summa", "found": "1,000", "first": 2, "second": 3, "encoding": "cp1252", "place": 7, "system": "HubSpot",
    "what": "deals", "signs": ["x"], "count": 2, "kind": "order", "example": "a", "columns": ["a"], "missing": ["b"],
}  # fmt: skip


def with_keys() -> list[str]:
    """Every message about an import that names a key or a command."""
    told = re.findall(
        r'msgid "(sources\.[^"]+)"\n(?:msgid_plural[^\n]*\n)?((?:msgstr[^\n]*\n)+)',
        SOURCES.read_text("utf-8"),
    )
    return [id for id, text in told if "`" in text and id not in WRITTEN_BY_HAND]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_and_no_command_is_left(language: str) -> None:
    assert len(with_keys()) >= 8
    for id in with_keys():
        text = reader(language).text(in_form(Message(id, GIVEN)))
        assert "`" not in text and "_" not in text and "mapping" not in text, (id, text)


def test_a_sentence_without_advice_stays_as_it_is() -> None:
    said = Message("sources.unknown-zone", {"zone": "Mars"})
    assert in_form(said) is said


@pytest.mark.parametrize(
    ("field", "key", "value", "row"),
    [
        ("Decimals after", "decimal", ",", "2026-04-03;1,00{n}"),
        ("Dates", "dates", "day-first", "03/04/2026;{n}"),
    ],
)
def test_the_page_leads_to_the_field_that_settles_it(
    space: Any, owner: Any, client: Callable[..., Any], field: str, key: str, value: str, row: str
) -> None:
    rows = "\n".join(f"D{n};Pallo Oy;Won;{row.format(n=n)}" for n in range(3))
    browser = client(owner)
    address = upload(browser, space, ("deals.csv", f"Deal ID;Company;Stage;Close date;Amount\n{rows}\n")).url
    page = browser.get(address).content.decode()
    assert f"at “{field}”" in page and f"<label>{field}<select" in page
    assert "`" not in page.partition("<main")[2].partition("</main>")[0]
    written = {"part": "deals.csv", "number": "0", key: value}
    settled = browser.post(f"{address}written/", written, follow=True).content.decode()
    assert f"at “{field}”" not in settled


def test_a_workbook_shows_no_letters_and_why_sheets_are_left_out_in_the_words_of_the_form(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    book = openpyxl.Workbook()
    calls = book.active
    assert calls is not None
    for row in (["Activity", "Date", "Company"], ["Call", "2026-01-02", "Pallo Oy"], ["Total", None, None]):
        calls.append(row)
    notes = book.create_sheet("Notes")
    notes.append(["Call Pallo"])
    notes.append(["before Christmas"])
    out = io.BytesIO()
    book.save(out)
    browser = client(owner)
    address = upload(browser, space, ("book.xlsx", out.getvalue())).url
    page = browser.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
    seems = page.partition('class="guide"')[2].partition("</div>\n</div>")[0]
    assert "XLSX" in seems and "UTF-8" not in seems and "comma" not in seems
    assert "2 of 2 rows have 3 cells" in seems
    assert "book.xlsx/Notes" in page and "--dry-run" not in page
