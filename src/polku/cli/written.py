"""The line that says what a command wrote: on stderr, so that a pipe of the answer stays clean."""

from __future__ import annotations

from pathlib import Path

import click


def say_written(
    file: Path, *, size: tuple[float, float] | None = None, pages: int = 0, rows: int | None = None
) -> None:
    """Say that a file was written, how large it is, and what is in it.

    Args:
        size: width and height of a picture in px.
        pages: of a document that has them.
        rows: of an answer.
    """
    from polku.cli.app import reader_language
    from polku.words import reader

    say = reader(reader_language())
    parts = []
    if pages:
        parts.append(say("outputs.pages", count=pages))
    elif size is not None:
        parts.append(f"{say.number(round(size[0]))} × {say.number(round(size[1]))} px")
    if rows is not None:
        parts.append(say("outputs.rows", count=rows))
    parts.append(f"{say.number(max(1, round(file.stat().st_size / 1000)))} kB")
    click.echo(say("outputs.written", file=str(file), what=", ".join(parts)), err=True)
