"""Answers for other programs: JSON, CSV, Parquet and workbooks, each with every row and what the answer is about."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from typing import Any

from polku.analytics.result import Result
from polku.words.cells import harmless


def answer_json(result: Result) -> bytes:
    """All of a result as JSON."""
    return (json.dumps(result.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def answer_csv(result: Result) -> bytes:
    """The rows of a result as CSV in UTF-8."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(result.keys())
    for row in result.rows():
        sheet.writerow([flat(value) for value in row.values()])
    return text.getvalue().encode()


def flat(value: Any) -> Any:
    """A cell: lists joined by " > ", counts as `won=3; lost=2`; words that a spreadsheet would compute are quoted."""
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return harmless(json.dumps(value, ensure_ascii=False))
    if isinstance(value, list):
        value = " > ".join(map(str, value))
    if isinstance(value, dict):
        value = "; ".join(f"{key}={number}" for key, number in value.items())
    return harmless(value) if isinstance(value, str) else value


def answer_xlsx(result: Result) -> bytes:
    """A workbook of two sheets: the rows, and what the answer is about with what it leaves out."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold = book.add_format({"bold": True})
    rows = book.add_worksheet(result.about.question[:31])
    rows.freeze_panes(1, 0)
    for place, key in enumerate(result.keys()):
        rows.write_string(0, place, key, bold)
    for number, row in enumerate(result.rows(), start=1):
        for place, value in enumerate(row.values()):
            told = flat(value)
            if told is not None:
                rows.write(number, place, told)
    rows.autofit()
    about = book.add_worksheet("about")
    told_of = result.to_json()
    facts = {key: value for key, value in told_of.items() if key != "rows"}
    for number, (name, value) in enumerate(_facts(facts)):
        about.write_string(number, 0, name, bold)
        about.write_string(number, 1, str(flat(value)) if value is not None else "")
    about.autofit()
    book.close()
    return file.getvalue()


def _facts(data: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in data.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and value:
            found += _facts(value, f"{name}.")
        else:
            found.append(
                (name, value if not isinstance(value, list) else json.dumps(value, ensure_ascii=False))
            )
    return found


def answer_parquet(result: Result) -> bytes:
    """The rows of a result as Parquet."""
    import tempfile
    from pathlib import Path

    from polku.records.engine import Engine, name

    types = {field.name: _type(str(field.type)) for field in fields(result)}
    columns = result.columns()
    values = {
        f"c{place}": [_cell(v, types[column]) for v in getattr(result, column)]
        for place, column in enumerate(columns)
    }
    selects = ", ".join(
        f"unnest($c{place}::{types[column]}[]) AS {name(key)}"
        for place, (column, key) in enumerate(zip(columns, result.keys(), strict=True))
    )
    with tempfile.TemporaryDirectory() as folder, Engine(ordered=True) as engine:
        engine.execute(f"CREATE TEMP TABLE answer AS SELECT {selects}", values)
        file = Path(folder) / "answer.parquet"
        engine.write("SELECT * FROM answer", file)
        return file.read_bytes()


def _type(annotation: str) -> str:
    """The Parquet type of a column from the type of its field; mappings, and lists of them, are JSON."""
    if "Mapping" in annotation:
        return "VARCHAR"
    inner = "VARCHAR" if "str" in annotation else "DOUBLE" if "float" in annotation else "BIGINT"
    inner = "BOOLEAN" if "bool" in annotation else inner
    return inner + ("[]" if annotation.startswith("tuple[tuple[") else "")


def _cell(value: Any, type_: str) -> Any:
    """A value as its column holds it."""
    if isinstance(value, tuple) and type_.endswith("[]"):
        return list(value)
    if isinstance(value, tuple):
        return json.dumps([dict(one) for one in value], ensure_ascii=False)
    return json.dumps(dict(value)) if hasattr(value, "keys") else value
