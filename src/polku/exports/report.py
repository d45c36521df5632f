"""The report, written as one page."""

from __future__ import annotations

from pathlib import Path

from polku.exports.report_data import ReportData
from polku.exports.report_page import report_page
from polku.outputs import write_output


def write_report(data: ReportData, file: Path, *, language: str = "en") -> int:
    """Write the page whole or not at all; returns its size in bytes."""
    page = report_page(data, language=language).encode("utf-8")
    write_output(file, page)
    return len(page)
