"""`polku restore`: a backup becomes a folder again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from polku.cli.options import LANGUAGE


@click.command("restore", short_help="Bring a backup back into a new folder.")
@click.argument("file", metavar="FILE.tar", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--forgotten-of",
    metavar="OLD",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder as it was in use last: erase again whom somebody erased there since the backup.",
)
@LANGUAGE
def command(file: Path, folder: Path, forgotten_of: Path | None, language: str | None) -> None:
    """Bring what `polku backup` wrote back into the folder DIR, which must not be there yet or be empty.

    Every byte is held against its sum first; a file that is damaged, cut short or of something else changes nothing.
    People who were erased after the backup would be back with it: --forgotten-of names the folder that knows who.

    \b
    Examples:
      polku restore /backup/polku-monday.tar /srv/polku
      polku restore /backup/polku-monday.tar /srv/polku --forgotten-of /srv/polku-before
    """
    from polku.cli.app import reader_language
    from polku.cli.progress import Progress
    from polku.upkeep.folders import is_studio, size
    from polku.upkeep.restore import restore, take_forgotten
    from polku.words import reader

    say = reader(language or reader_language())
    progress = Progress(say)
    done = restore(file, folder, progress)
    progress.done()
    click.echo(
        say("backup.restored", folder=str(folder), count=done.files, size=size(done.bytes), made=done.made)
    )
    if forgotten_of is None:
        return
    lists = take_forgotten(forgotten_of, folder)
    if is_studio(folder):
        again = [sys.executable, "-m", "polku.studio", "erase-again", "--data", str(folder)]
        if code := subprocess.run(again, check=False).returncode:
            raise click.exceptions.Exit(code)
    else:
        from polku.formats import read_workspace
        from polku.privacy.forget import erase_forgotten
        from polku.records.forgotten import Forgotten

        erase_forgotten(folder, read_workspace(folder), Forgotten.read(folder), progress=progress)
        progress.done()
    click.echo(say("backup.erased-again", count=lists))
