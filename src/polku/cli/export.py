"""`polku export`: a journey in a form that others fill in or read, a spreadsheet or CJML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from polku.cli.options import LANGUAGE, language_of

FORMATS = (".xlsx", ".cjml", ".xml")


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("journey", metavar="JOURNEY")
@LANGUAGE
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE.{xlsx,cjml}",
)
def command(folder: Path, journey: str, language: str | None, output: Path) -> None:
    """Write JOURNEY of the workspace DIR as a spreadsheet to fill in, or as CJML for other programs.

    What comes back is read with polku apply.

    \b
    Examples:
      polku export hoppebold new-machine -o map.xlsx --language fi
      polku export hoppebold new-machine -o journey.cjml
    """
    from polku.cli.app import reader_language
    from polku.cli.suggest import nearest
    from polku.errors import WrongUse
    from polku.formats.workspace import read_workspace
    from polku.words import Message, reader

    ending = output.suffix.lower()
    if ending not in FORMATS:
        found = {"found": output.suffix or output.name, "known": list(FORMATS)}
        raise WrongUse(Message("export.unknown-format", found))
    workspace = read_workspace(folder)
    if journey not in workspace.journeys:
        guess = nearest(journey, workspace.journeys)
        params: dict[str, Any] = {"found": journey, "known": list(workspace.journeys), "guess": guess}
        raise WrongUse(Message("export.unknown-journey-near" if guess else "export.unknown-journey", params))
    document = workspace.journeys[journey]
    say = reader(reader_language())
    if ending == ".xlsx":
        from polku.formats.xlsx_map import write_map

        write_map(workspace, document, output, language=language_of(language, workspace.settings.language))
        click.echo(say("export.map", file=str(output), count=len(document.steps)))
        click.echo(say("export.map-next", folder=str(folder), file=str(output)))
        return
    from polku.formats.cjml import write_cjml

    lost = write_cjml(workspace, document, output)
    click.echo(say("export.cjml", file=str(output), count=len(document.steps)))
    if lost:
        click.echo(say("export.lost"), err=True)
        for message in lost:
            click.echo(f"  {say.text(message)}", err=True)
