"""Answers as files: every row, harmless cells, and what the answer is about."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import openpyxl

from polku.analytics.result import About, Result
from polku.exports.answer_files import answer_csv, answer_xlsx


@dataclass(frozen=True)
class Words(Result):
    """A made-up answer."""

    what: tuple[str | None, ...]
    count: tuple[int, ...]
    change: tuple[float, ...]


ANSWER = Words(
    About("words", "account", "account", 3, 3, 1, remainder={"cases_filtered": 2}),
    ("=1+1", "Ærø", None),
    (3, 2, 1),
    (-5.5, 0.25, 1.0),
)


def test_a_cell_computes_nothing_and_numbers_stay_numbers() -> None:
    rows = list(csv.reader(io.StringIO(answer_csv(ANSWER).decode())))
    assert rows[0] == ["what", "count", "change"] and rows[1][0] != "=1+1" and "=1+1" in rows[1][0]
    assert [row[2] for row in rows[1:]] == ["-5.5", "0.25", "1.0"]
    book = openpyxl.load_workbook(io.BytesIO(answer_xlsx(ANSWER)))
    sheet = book["words"]
    assert sheet["A2"].data_type == "s" and sheet["A3"].value == "Ærø" and sheet["A4"].value is None
    assert (sheet["B2"].value, sheet["C2"].value) == (3, -5.5)


def test_a_workbook_says_what_it_is_about() -> None:
    about = openpyxl.load_workbook(io.BytesIO(answer_xlsx(ANSWER)))["about"]
    told = {row[0].value: row[1].value for row in about.rows}
    assert told["question"] == "words" and any("cases_filtered" in str(key) for key in told)
