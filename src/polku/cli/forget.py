"""`polku forget`: erase a person from a workspace, and keep them out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from polku.privacy.forget import Forgot
    from polku.words import Reader


@click.command("forget")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("person", metavar="PERSON", required=False)
@click.option("--again", is_flag=True, help="Erase all who were erased before: after restoring a backup.")
@click.option("--dry-run", is_flag=True, help="Say what is held on the person; change nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(folder: Path, person: str | None, again: bool, dry_run: bool, form: str) -> None:
    """Erase PERSON from the workspace DIR: records, documents, rejected rows, caches and earlier versions.

    PERSON is an id, an e-mail address or a whole name; - reads it from standard input, so that no shell
    remembers it. What was counted stays counted, for a pseudonym that says nothing. The person is kept out of
    later imports by keyed hashes. This cannot be undone: polku subject shows first what is held.

    \b
    Examples:
      polku forget hoppebold mette.holm@legetojnord.example
      polku forget hoppebold --again
    """
    from polku.cli.app import reader_language
    from polku.cli.progress import Progress
    from polku.errors import WrongUse
    from polku.formats import read_workspace
    from polku.words import Message, reader

    speak = reader(reader_language())
    workspace = read_workspace(folder)
    if again == bool(person):
        raise WrongUse(Message("privacy.person-or-again"))
    word = sys.stdin.readline().strip() if person == "-" else (person or "").strip()
    if dry_run and word:
        from polku.cli.subject import print_counts
        from polku.privacy.subject import subject

        print_counts(subject(folder, workspace, word), speak)
        return
    progress = Progress(speak)
    if again:
        from polku.privacy.forget import erase_forgotten
        from polku.records.forgotten import Forgotten

        forgotten = Forgotten.read(folder)
        if not forgotten:
            raise WrongUse(Message("privacy.none-forgotten"))
        done = erase_forgotten(folder, workspace, forgotten, progress=progress)
    else:
        from polku.privacy.forget import SeveralPeople, forget

        try:
            done = forget(folder, workspace, word, progress=progress)
        except SeveralPeople as several:
            for one in several.people:
                click.echo(f"  {one.person_id}  {one.name or ''}  {', '.join(one.accounts)}", err=True)
            raise
    progress.done()
    if form == "json":
        click.echo(json.dumps(as_json(done), ensure_ascii=False, indent=2))
    else:
        _print(done, speak)


def as_json(done: Forgot) -> dict[str, object]:
    """The erasure as its documented JSON; nothing in it tells who it was."""
    return {
        "pseudonym": done.pseudonym,
        "version": done.version,
        "rows": dict(done.rows),
        "documents": list(done.documents),
        "rejects": list(done.rejects),
        "left": {
            "documents": list(done.broken),
            "files": list(done.left.naming),
            "not_searched": list(done.left.closed),
        },
    }


def _print(done: Forgot, speak: Reader) -> None:
    if done.pseudonym:
        click.echo(speak("privacy.forgotten", pseudonym=done.pseudonym))
    else:
        click.echo(speak("privacy.forgotten-again"))
    for table, count in done.rows.items():
        click.echo(f"  {speak.number(count):>9}  {table}")
    for what, files in (("documents", done.documents), ("rejects", done.rejects)):
        if files:
            click.echo(speak(f"privacy.{what}-rewritten", files=list(files)))
    if done.version is not None:
        click.echo(speak("privacy.versions-gone", version=str(done.version)))
    if done.broken or done.left.naming:
        click.echo(speak("privacy.left", count=len(done.broken) + len(done.left.naming)), err=True)
        for file in (*done.broken, *done.left.naming):
            click.echo(f"  {file}", err=True)
    if done.left.closed:
        click.echo(speak("privacy.closed", files=list(done.left.closed[:20])), err=True)
    click.echo(speak("privacy.elsewhere"), err=True)
