"""`polku new`: a workspace from a template or a spreadsheet of steps."""

from __future__ import annotations

from pathlib import Path

import click

SHOWN = 20
"""Cells of a spreadsheet that are spoken of one by one; the rest is counted."""


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--template",
    default="awareness-consideration-decision",
    show_default=True,
    help="awareness-consideration-decision (stages with their question bank) or blank.",
)
@click.option("--language", help="Of the files: en, fi, sv or da. [default: that of FILE, else your own]")
@click.option(
    "--from",
    "steps",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A spreadsheet of steps (.xlsx or .csv) that becomes the journey.",
)
@click.option("--name", help="Whose customers these are. [default: the folder's name]")
def command(folder: Path, template: str, language: str | None, steps: Path | None, name: str | None) -> None:
    """Begin a workspace in an empty folder.

    Example: polku new pumps --language fi --from customer-journey.xlsx
    """
    import shlex

    from polku.cli.app import reader_language
    from polku.formats.new import new_workspace
    from polku.words import reader

    begun = new_workspace(
        folder, template=template, language=language, name=name, steps=steps, otherwise=reader_language()
    )
    say = reader(reader_language())
    for said in begun.said[:SHOWN]:
        click.echo(f"{steps.name if steps else ''} {said.cell}: {say.text(said.message)}", err=True)
    if len(begun.said) > SHOWN:
        click.echo(say("new.more-said", count=len(begun.said) - SHOWN), err=True)
    click.echo(say("new.begun", folder=str(folder), count=len(begun.files)))
    for path in begun.files:
        click.echo(f"  {path}")
    if steps is not None:
        click.echo(say("new.steps", count=begun.steps, journey=begun.journey))
        if language is None:
            name_of = say(f"new.language-{begun.language}")
            click.echo(say("new.language-guessed" if begun.guessed else "new.language-own", language=name_of))
    where = shlex.quote(str(folder))
    click.echo("")
    click.echo(say("new.next"))
    for line, id in (
        (f"polku check {where}", "new.next-check"),
        (f"polku draw {where} {begun.journey} --view matrix -o {begun.journey}.svg", "new.next-draw"),
        (f"polku import {where} export.csv", "new.next-import"),
    ):
        click.echo(f"  {line}")
        click.echo(f"      {say(id)}")
