"""`polku check`: what a workspace's documents, and its data, leave to be desired."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from polku.cli.options import LANGUAGE, TODAY, language_of

if TYPE_CHECKING:
    from polku.analytics.journey_measures import JourneyMeasures
    from polku.documents import Workspace
    from polku.words import Message

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
    from polku.formats.workspace import read_workspace

    started = time.perf_counter()
    workspace = read_workspace(folder)
    day = today or dt.date.today()
    measures, unmeasured = _measures(folder, workspace, journey, day)
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


def _measures(
    folder: Path, workspace: Workspace, asked: str | None, today: dt.date
) -> tuple[JourneyMeasures | None, Message | None]:
    """The measures of the journey that the data is held against, or why there are none."""
    from difflib import get_close_matches

    from polku.errors import PolkuError, WrongUse
    from polku.words import Message

    if asked is not None and asked not in workspace.journeys:
        near = get_close_matches(asked, workspace.journeys, n=1)
        values = {"found": asked, "known": list(workspace.journeys), "near": near[0] if near else ""}
        raise WrongUse(Message("check.no-journey-near" if near else "check.no-journey", values))
    if not (folder / "lake" / "CURRENT").exists():
        return None, None
    current = [journey.id for journey in workspace.journeys.values() if journey.state == "as-is"]
    chosen = asked or (current[0] if len(current) == 1 else None)
    if chosen is None:
        return None, Message("check.which-journey") if current else Message("check.none-to-measure")
    from polku.analytics.journey_measures import measure_journey
    from polku.records.log import open_log

    try:
        with open_log(folder) as log:
            return measure_journey(log, workspace, chosen, today=today), None
    except PolkuError as error:
        # The documents are checked all the same; what is wrong with the data stands where it would.
        return None, Message("check.data-unreadable", {"reason": error.message})
