"""`polku subject`: everything that is held on a person, in a file to hand over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from polku.privacy.subject import Subject
    from polku.words import Reader


@click.command("subject")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("person", metavar="PERSON")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.{json,zip}")
def command(folder: Path, person: str, output: Path | None) -> None:
    """Write everything that the workspace DIR holds on PERSON: rows with file and line, texts, memberships,
    consents, what others wrote of them, and documents. Without -o the JSON goes to standard output.

    PERSON is an id, an e-mail address or a whole name; - reads it from standard input.

    \b
    Example: polku subject hoppebold mette.holm@legetojnord.example -o mette.zip
    """
    import sys

    from polku.cli.app import reader_language
    from polku.errors import WrongUse
    from polku.formats import read_workspace
    from polku.outputs import write_output
    from polku.privacy.forget import SeveralPeople
    from polku.privacy.subject import json_bytes, subject, zip_bytes
    from polku.words import Message, reader

    writers = {".json": json_bytes, ".zip": zip_bytes}
    if output is not None and output.suffix.lower() not in writers:
        raise WrongUse(
            Message("export.unknown-format", {"found": output.suffix or output.name, "known": list(writers)})
        )
    word = sys.stdin.readline().strip() if person == "-" else person.strip()
    try:
        found = subject(folder, read_workspace(folder), word)
    except SeveralPeople as several:
        for one in several.people:
            click.echo(f"  {one.person_id}  {one.name or ''}  {', '.join(one.accounts)}", err=True)
        raise
    if output is None:
        click.echo(json_bytes(found).decode(), nl=False)
        return
    write_output(output, writers[output.suffix.lower()](found))
    speak = reader(reader_language())
    print_counts(found, speak)
    click.echo(speak("privacy.handed", file=str(output)), err=True)


def print_counts(found: Subject, speak: Reader) -> None:
    """Say how much is held, and where, without saying what."""
    click.echo(speak("privacy.held", rows=found.rows, places=len(found.documents)), err=True)
    for table, rows in found.tables.items():
        click.echo(f"  {speak.number(len(rows)):>9}  {table}", err=True)
    for document in dict.fromkeys(one["document"] for one in found.documents):
        click.echo(f"             {document}", err=True)
