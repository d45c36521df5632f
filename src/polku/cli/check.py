"""`polku check`: what a workspace's documents, and its data, leave to be desired."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import click

from polku.cli.options import LANGUAGE, TODAY, language_of

RANK = {"error": 3, "warning": 2, "hint": 1, "never": 4}


@click.command("check", short_help="Read a workspace the way a linter reads a program.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "hint", "never"]),
    default="error",
    show_default=True,
    help="The level from which on the exit code is 1.",
)
@click.option("--journey", metavar="ID", help="The journey that the data is held against; else the only one.")
@click.option("--each", is_flag=True, help="Show each place on a line of its own, not only the first.")
@LANGUAGE
@TODAY
def command(
    folder: Path,
    form: str,
    fail_on: str,
    journey: str | None,
    each: bool,
    language: str | None,
    today: dt.date | None,
) -> int:
    """Check the workspace DIR against the method, and against the data where some is loaded.

    \b
    Examples:
      polku check hoppebold
      polku check hoppebold --format sarif --fail-on warning > polku.sarif
    """
    from polku.checks import check_workspace
    from polku.exports.checking import measures_to_check
    from polku.formats.workspace import read_workspace

    started = time.perf_counter()
    workspace = read_workspace(folder)
    day = today or dt.date.today()
    measures, unmeasured = measures_to_check(folder, workspace, journey, day)
    found = check_workspace(workspace, today=day, measures=measures, unmeasured=unmeasured, silenced=True)
    spoken = language_of(language, workspace.settings.language)
    shown = [finding for finding in found if finding.silenced is None]
    if form == "json":
        from polku.cli.check_json import findings_as_json

        click.echo(findings_as_json(shown, spoken))
    elif form == "sarif":
        from polku.cli.check_json import findings_as_sarif

        click.echo(findings_as_sarif(found, folder, spoken))
    else:
        from polku.cli.check_text import Sheet

        documents = sum(1 for _ in workspace.documents())
        has_data = measures is not None or unmeasured is not None
        sheet = Sheet(folder, documents, spoken, each=each, data=has_data, started=started)
        click.echo("\n".join(sheet.lines(found)))
    return int(any(RANK.get(finding.level, 0) >= RANK[fail_on] for finding in shown))
