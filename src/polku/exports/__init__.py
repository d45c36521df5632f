"""Scenes, tables and documents as things people send each other: the HTML report."""

from polku.exports.report import ReportData, write_report
from polku.exports.report_page import report_page

__all__ = ["ReportData", "report_page", "write_report"]
