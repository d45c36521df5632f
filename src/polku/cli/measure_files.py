"""Answers for other programs: JSON, CSV and Parquet."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polku.analytics.result import Result


def written(result: Result, form: str, *, to_screen: bool) -> bytes:
    """A result as the bytes of a form: json, csv or parquet.

    Raises:
        QuestionError: Parquet would go to the screen of a person.
    """
    if form == "json":
        return (json.dumps(result.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    if form == "csv":
        return _csv(result)
    if to_screen and sys.stdout.isatty():
        from polku.errors import QuestionError
        from polku.words import Message

        raise QuestionError(Message("measure.parquet-needs-file"))
    return _parquet(result)


def _csv(result: Result) -> bytes:
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(result.keys())
    for row in result.rows():
        sheet.writerow([_flat(value) for value in row.values()])
    return text.getvalue().encode()


def _flat(value: Any) -> Any:
    """A cell: lists joined by " > ", counts as `won=3; lost=2`; words that a spreadsheet would compute are quoted."""
    if isinstance(value, list):
        value = " > ".join(map(str, value))
    if isinstance(value, dict):
        value = "; ".join(f"{key}={number}" for key, number in value.items())
    if isinstance(value, str):
        from polku.words.cells import harmless

        return harmless(value)
    return value


def _parquet(result: Result) -> bytes:
    import tempfile
    from pathlib import Path

    from polku.records.engine import Engine, name

    types = {field.name: _type(str(field.type)) for field in fields(result)}
    columns = result.columns()
    values = {
        f"c{place}": [_cell(v) for v in getattr(result, column)] for place, column in enumerate(columns)
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
    """The Parquet type of a column from the type of its field."""
    if "Mapping" in annotation:
        return "VARCHAR"
    inner = "VARCHAR" if "str" in annotation else "DOUBLE" if "float" in annotation else "BIGINT"
    inner = "BOOLEAN" if "bool" in annotation else inner
    return inner + ("[]" if annotation.startswith("tuple[tuple[") else "")


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return json.dumps(dict(value)) if hasattr(value, "keys") else value
