"""`polku report`: one self-contained page of purpose, findings, journey and measures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from polku.cli.options import LANGUAGE, TODAY, language_of


@click.command(
    "report", short_help="Write one self-contained page of purpose, findings, journey and measures."
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
)
@LANGUAGE
@TODAY
def command(
    folder: Path, journey: str | None, output: Path, language: str | None, today: dt.date | None
) -> None:
    """Write the report of the workspace DIR: what was found, the journey measured, how each number is made.

    The page is one file that loads nothing from anywhere and holds no names of people.

    \b
    Example: polku report hoppebold -o report.html --language fi
    """
    from polku.errors import WrongUse
    from polku.words import Message, reader

    if output.suffix.lower() not in (".html", ".htm"):
        raise WrongUse(
            Message("report.unknown-format", {"found": output.suffix or output.name, "known": [".html"]})
        )
    from polku.exports.gather import gather
    from polku.exports.report import write_report

    data = gather(folder, journey=journey, today=today)
    spoken = language_of(language, data.workspace.settings.language)
    size = write_report(data, output, language=spoken)
    click.echo(reader(spoken)("report.written", file=str(output), size=max(1, round(size / 1024))))
