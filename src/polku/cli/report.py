"""`polku report`: purpose, findings, journey and measures as a page, as slides or on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from polku.cli.options import LANGUAGE, TODAY, language_of

if TYPE_CHECKING:
    from polku.exports.report_data import ReportData

FORMATS = (".html", ".htm", ".pptx", ".pdf")


@click.command(
    "report", short_help="Write a page, slides or a PDF of purpose, findings, journey and measures."
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--journey", "journey", metavar="ID", help="The journey that is drawn; needed where there are several."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("report.html"),
    show_default=True,
    metavar="FILE.{html,pptx,pdf}",
)
@LANGUAGE
@TODAY
def command(
    folder: Path, journey: str | None, output: Path, language: str | None, today: dt.date | None
) -> None:
    """Write the report of the workspace DIR: what was found, the journey measured, how each number is made.

    The page is one file that loads nothing from anywhere and holds no names of people. As .pptx it is a deck of
    native shapes that can be edited, as .pdf A4 pages to print; both need the extra "office".

    \b
    Examples:
      polku report hoppebold -o report.html --language fi
      polku report hoppebold -o deck.pptx
      polku report hoppebold -o report.pdf
    """
    from polku.errors import WrongUse
    from polku.words import Message, reader

    if output.suffix.lower() not in FORMATS:
        raise WrongUse(
            Message("report.unknown-format", {"found": output.suffix or output.name, "known": list(FORMATS)})
        )
    from polku.exports.gather import gather

    data = gather(folder, journey=journey, today=today)
    spoken = language_of(language, data.workspace.settings.language)
    size = write(data, output, spoken)
    click.echo(reader(spoken)("report.written", file=str(output), size=max(1, round(size / 1024))))


def write(data: ReportData, file: Path, language: str) -> int:
    """Write the report in the form that the file's ending says; returns its size in bytes."""
    if file.suffix.lower() == ".pptx":
        from polku.exports.deck import write_deck

        return write_deck(data, file, language=language)
    if file.suffix.lower() == ".pdf":
        from polku.exports.report_pdf import write_report_pdf

        return write_report_pdf(data, file, language=language)
    from polku.exports.report import write_report

    return write_report(data, file, language=language)
