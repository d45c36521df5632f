"""`polku backup`: a workspace's or a studio's folder in one file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from polku.cli.options import LANGUAGE


@click.command("backup", short_help="Write a workspace or a studio's folder into one file, as of one moment.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="FILE.tar",
    type=click.Path(path_type=Path),
    help="[default: the folder's name and the day]",
)
@LANGUAGE
def command(folder: Path, output: Path | None, language: str | None) -> None:
    """Write DIR into one file, as of one moment: a workspace's folder, or the one that `polku studio --data` is given.

    The studio may go on beside. Every data file is held against the sum it was written with, so that no damage is
    kept in silence. The file holds persons' data, is readable by its owner alone, and lacks one thing: the key of
    those who were erased (forgotten.key), which belongs in another place.

    \b
    Examples:
      polku backup /srv/polku -o /backup/polku-monday.tar
      polku backup hoppebold
    """
    from polku.cli.app import reader_language
    from polku.cli.progress import Progress
    from polku.upkeep.backup import back_up
    from polku.upkeep.folders import size
    from polku.words import reader

    say = reader(language or reader_language())
    file = output or Path(f"{folder.resolve().name}-{dt.date.today().isoformat()}.tar")
    progress = Progress(say)
    done = back_up(folder, file, progress)
    progress.done()
    click.echo(say("backup.written", file=str(file), count=done.files, size=size(done.bytes)))
    if done.keys:
        click.echo(say("backup.keys", count=done.keys))
