"""Answers for other programs, on the screen or in a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polku.analytics.result import Result


def written(result: Result, form: str, *, to_screen: bool) -> bytes:
    """A result as the bytes of a form: json, csv or parquet.

    Raises:
        QuestionError: Parquet would go to the screen of a person.
    """
    from polku.exports.answer_files import answer_csv, answer_json, answer_parquet

    if form == "parquet" and to_screen and sys.stdout.isatty():
        from polku.errors import QuestionError
        from polku.words import Message

        raise QuestionError(Message("measure.parquet-needs-file"))
    return {"json": answer_json, "csv": answer_csv, "parquet": answer_parquet}[form](result)
