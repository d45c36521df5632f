"""`polku doctor`: whether polku and what it keeps are sound."""

from __future__ import annotations

import json
from pathlib import Path

import click

from polku.cli.options import LANGUAGE

MARKS = {"well": "✓", "mind": "!", "ill": "✗"}


@click.command("doctor", short_help="Say whether polku and what it keeps are sound.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@LANGUAGE
def command(folder: Path | None, form: str, language: str | None) -> None:
    """Look whether this installation is whole and, with DIR, whether what is kept there is: a workspace's folder, or
    the one that `polku studio --data` is given.

    Every byte of the records is read and held against the sum it was written with, the database is asked whether
    it is whole, and nothing is changed. The exit code is 1 where something is broken.

    \b
    Examples:
      polku doctor
      polku doctor hoppebold
      polku doctor /srv/polku --format json
    """
    from polku.cli.app import reader_language
    from polku.upkeep.health import examine
    from polku.words import reader

    say = reader(language or reader_language())

    def tell(lake: Path) -> None:
        if form == "text":
            click.echo(say("doctor.reading", folder=str(lake)), err=True)

    signs = []
    for sign in examine(folder, tell=tell):
        signs.append(sign)
        if form == "text":
            place = f"{sign.where}: " if sign.where else ""
            click.echo(f"{MARKS[sign.state]} {place}{say.text(sign.says)}")
    ill = sum(sign.state == "ill" for sign in signs)
    mind = sum(sign.state == "mind" for sign in signs)
    if form == "json":
        found = [
            {
                "about": sign.about,
                "state": sign.state,
                "says": say.text(sign.says),
                "where": str(sign.where) if sign.where else None,
            }
            for sign in signs
        ]
        click.echo(json.dumps({"broken": ill, "mind": mind, "signs": found}, ensure_ascii=False, indent=2))
    elif ill or mind:
        click.echo(say("doctor.found", broken=ill, mind=mind))
    else:
        click.echo(say("doctor.sound"))
    if ill:
        raise click.exceptions.Exit(1)
