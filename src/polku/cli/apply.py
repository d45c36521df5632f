"""`polku apply`: what a spreadsheet or CJML file that came back changes in the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from polku.formats.document_changes import DocumentChange
    from polku.words import Reader

LONGEST = 60


@click.command("apply")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("file", metavar="FILE.{xlsx,cjml}", type=click.Path(path_type=Path))
@click.option("--journey", metavar="ID", help="The journey to read, where a CJML file has several.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def command(folder: Path, file: Path, journey: str | None, dry_run: bool) -> int:
    """Write what FILE says otherwise into the journey of the workspace DIR it belongs to.

    Only what changed is changed; comments and order of the document stay. Cells that cannot be used are
    named, and end in exit code 1; all others are applied.

    \b
    Example: polku apply hoppebold map.xlsx --dry-run
    """
    from polku.cli.app import reader_language
    from polku.errors import WrongUse
    from polku.formats.applying import apply_journey
    from polku.formats.workspace import read_workspace
    from polku.words import Message, reader

    workspace = read_workspace(folder)
    say = reader(reader_language())
    ending = file.suffix.lower()
    roles: tuple[Any, ...] = ()
    touchpoints: tuple[Any, ...] = ()
    if ending in (".xlsx", ".xlsm"):
        from polku.formats.xlsx_map import read_map

        read = read_map(file, workspace)
        document, changes, is_new = read.journey, read.changes, read.is_new
        told = [f"{file.name} {said.cell}: {say.text(said.message)}" for said in read.said]
        refused = len(told)
    elif ending in (".cjml", ".xml"):
        from polku.formats.cjml import read_cjml

        found = read_cjml(file, workspace, journey=journey)
        document, changes, is_new = found.journey, found.changes, found.is_new
        roles, touchpoints = found.roles, found.touchpoints
        told = [f"{file.name}:{lost.line}: {say.text(lost.message)}" for lost in found.lost]
        refused = 0
    else:
        known = [".xlsx", ".cjml", ".xml"]
        raise WrongUse(Message("apply.unknown-format", {"found": file.suffix or file.name, "known": known}))
    files = apply_journey(
        folder, workspace, document, changes, roles=roles, touchpoints=touchpoints, dry_run=dry_run
    )
    for line in told:
        click.echo(line, err=True)
    if is_new:
        click.echo(say("apply.new", journey=document.label, count=len(document.steps)))
    else:
        for change in changes:
            click.echo(change_line(change, say))
    for one in (*roles, *touchpoints):
        click.echo(say("apply.beside", what=one.label))
    if not files:
        click.echo(say("apply.nothing"))
    else:
        id = "apply.would" if dry_run else "apply.done"
        click.echo(say(id, files=list(files), count=len(changes)))
    return 1 if refused else 0


def change_line(change: DocumentChange, say: Reader) -> str:
    """A change as one line."""
    if change.kind == "add":
        return say("apply.added", path=change.path, what=_shown(change.after, say), at=change.at)
    if change.kind == "remove":
        return say("apply.removed", path=change.path, what=_shown(change.before, say))
    if change.kind == "move":
        return say("apply.moved", path=change.path, at=change.at)
    return say(
        "apply.set", path=change.path, before=_shown(change.before, say), after=_shown(change.after, say)
    )


def _shown(value: Any, say: Reader) -> str:
    """A value of a document in a line: texts in quotation marks, of things what they are called."""
    if isinstance(value, dict):
        named = next(
            (value[key] for key in ("says", "does", "ask", "name", "to", "id") if key in value), None
        )
        return _shown(named, say) if named is not None else "…"
    if isinstance(value, list):
        return ", ".join(_shown(member, say) for member in value) or "–"
    if isinstance(value, str):
        text = " ".join(value.split())
        return say.quote(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
    return say.value(value)
