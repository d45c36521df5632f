"""`polku import`: files of systems into the workspace's lake."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polku.cli.lines import indented, table
from polku.cli.progress import Progress

if TYPE_CHECKING:
    from polku.documents import Source, Workspace
    from polku.errors import ImportRefused
    from polku.sources.importing import Imported
    from polku.sources.staging import ReadFile
    from polku.words import Reader


@click.command("import", short_help="Read exports of systems into the workspace's lake.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "system", metavar="SYSTEM", help="Read all files as this source, or this kind of file.")
@click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read all files by this mapping.",
)
@click.option(
    "--database",
    metavar="URL",
    help="PostgreSQL for the queries in .sql files; else the variable POLKU_DATABASE.",
)
@click.option("--dry-run", is_flag=True, help="Show how the files would be read; write nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    folder: Path,
    files: tuple[Path, ...],
    system: str | None,
    mapping: Path | None,
    database: str | None,
    dry_run: bool,
    form: str,
) -> None:
    """Read exports of systems into the lake of the workspace DIR: CSV, XLSX, JSON, Parquet, XES, OCEL, SQLite;
    also packed, in zip archives, or all that lies in a folder.

    Each file is read by the mapping in sources/ whose `reads` fits its name, else as the source it looks like,
    or by its columns where they speak for themselves. All files come in, or none; the same file twice adds
    nothing. An unknown word after --as lists the sources there are. A .sql file is asked of a PostgreSQL
    database, which is only read.

    \b
    Example: polku import hoppebold exports/*.csv
             polku import hoppebold contacts.csv --dry-run
    """
    if any(file.suffix.lower() == ".sql" for file in files):
        from polku.sources.postgres import fetched
        from polku.sources.scratch import scratch_folder

        with scratch_folder() as answers:
            _import(folder, tuple(fetched(files, database, answers)), system, mapping, dry_run, form)
    else:
        _import(folder, files, system, mapping, dry_run, form)


def _import(
    folder: Path, files: tuple[Path, ...], system: str | None, mapping: Path | None, dry_run: bool, form: str
) -> None:
    from polku.cli.app import reader_language
    from polku.formats import read_workspace
    from polku.words import reader

    workspace = read_workspace(folder)
    said = _mapping(mapping) if mapping else None
    language = reader_language()
    speak = reader(language)
    started = time.monotonic()
    progress = Progress(speak)
    if dry_run:
        from polku.sources.scratch import scratch_folder
        from polku.sources.staging import read_files

        refused: list[tuple[str, ImportRefused]] = []
        aside: list[tuple[str, ImportRefused]] = []
        with scratch_folder() as scratch:
            read = read_files(
                workspace,
                files,
                scratch,
                mapping=said,
                system=system,
                sample=5,
                progress=progress,
                refused=lambda name, why: refused.append((name, why)),
                aside=lambda name, why: aside.append((name, why)),
            )
            progress.done()
            if form == "json":
                found = _dry_json(read, refused, speak) | {"aside": _aside_json(aside, speak)}
                click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
            else:
                from polku.cli.import_preview import preview

                click.echo(preview(read, speak, refused))
                _print_aside(aside, speak)
        if refused:
            raise click.exceptions.Exit(1)
        return
    from polku.sources.importing import import_files

    done = import_files(
        workspace, folder, files, mapping=said, system=system, language=language, progress=progress
    )
    progress.done()
    if form == "json":
        click.echo(json.dumps(as_json(done, speak), ensure_ascii=False, indent=2))
    else:
        _print(done, workspace, folder, speak, time.monotonic() - started)


def as_json(done: Imported, speak: Reader) -> dict[str, Any]:
    """The import as its documented JSON."""
    return {
        "version": done.published.version,
        "how": done.published.how,
        "files": [
            {
                "file": read.name,
                "as": read.mapping.source.id,
                "rows": read.rows,
                "used": count.used,
                "rejected": count.rejected,
                "repeated": count.repeated,
                "tables": dict(read.tables),
                "warnings": [speak.text(warning) for warning in read.warnings],
            }
            for read, count in zip(done.read, done.counts, strict=True)
        ],
        **({"aside": _aside_json(done.aside, speak)} if done.aside else {}),
    }


def _aside_json(aside: Sequence[tuple[str, ImportRefused]], speak: Reader) -> list[dict[str, str]]:
    return [{"file": name, "reason": speak.text(why.message)} for name, why in aside]


_UNCLEAR = frozenset(f"sources.{why}" for why in ("not-proposed", "nearly-proposed"))
_NAMED = 8
"""So many files that are set aside for one reason are named."""


def _print_aside(aside: Sequence[tuple[str, ImportRefused]], speak: Reader) -> None:
    """Tables among several that nobody could place."""
    unclear = [name for name, why in aside if why.message.id in _UNCLEAR]
    others: dict[str, list[str]] = {}
    for name, why in aside:
        if why.message.id not in _UNCLEAR:
            others.setdefault(speak.text(why.message), []).append(name)
    for reason, names in others.items():
        said = [*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])]
        click.echo(indented(2, speak("import.aside", name=speak.value(said), reason=reason)))
    if unclear:
        click.echo(indented(2, speak("import.aside-unclear", count=len(unclear), names=unclear)))


def _dry_json(
    read: tuple[ReadFile, ...], refused: list[tuple[str, ImportRefused]], speak: Reader
) -> dict[str, Any]:
    from polku.sources.mapping_text import as_yaml, draft
    from polku.sources.unclear import Unclear

    return {
        "version": None,
        "files": [
            {
                "file": one.name,
                "as": one.mapping.source.id,
                "rows": one.rows,
                "used": one.rows - one.rejected - one.repeated,
                "rejected": one.rejected,
                "repeated": one.repeated,
                "tables": dict(one.tables),
                "warnings": [speak.text(warning) for warning in one.warnings],
                "mapping": as_yaml(one.mapping.source),
                "told_by": one.mapping.told_by,
            }
            for one in read
        ],
        "refused": [
            {
                "file": name,
                "reason": speak.text(why.message),
                "columns": [
                    {"name": one.name, "meaning": one.meaning, "example": one.example} for one in why.columns
                ]
                if isinstance(why, Unclear)
                else None,
                "mapping": draft(why, name) if isinstance(why, Unclear) else None,
            }
            for name, why in refused
        ],
    }


def _mapping(file: Path) -> Source:
    from polku.documents import Source
    from polku.errors import DocumentError, Where
    from polku.formats.workspace import read_document
    from polku.words import Message

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise DocumentError(Message("import.no-mapping"), Where(file=str(file))) from None
    id = "".join(c if (c.isalnum() and c.isascii()) or c in "._-" else "-" for c in file.stem.lower()).strip(
        "-."
    )
    found = read_document(text, Source, document=f"sources/{id or 'mapping'}", file=str(file))
    for problem in found.problems:
        # A mapping outside a workspace needs no id: its file name serves.
        if problem.message.id == "formats.no-document-id":
            continue
        raise DocumentError(
            problem.message, Where(problem.place.file, problem.place.line, problem.place.column)
        )
    if found.document is None or not (found.document.fills or found.document.as_):
        raise DocumentError(Message("import.empty-mapping"), Where(file=str(file)))
    return found.document


def _print(done: Imported, workspace: Workspace, folder: Path, speak: Reader, seconds: float) -> None:
    header = [speak(f"import.head-{word}") for word in ("file", "source", "rows", "used", "again", "bad")]
    rows = [
        [read.name, read.mapping.source.id]
        + [speak.number(n) for n in (read.rows, count.used, count.repeated, count.rejected)]
        for read, count in zip(done.read, done.counts, strict=True)
    ]
    for line in table([header, *rows], right=(2, 3, 4, 5)):
        click.echo("  " + line)
    click.echo()
    for read, count in zip(done.read, done.counts, strict=True):
        if not read.rejected and not read.warnings:
            continue
        click.echo(f"  {read.name}")
        if read.rejected:
            click.echo(
                "    "
                + speak(
                    "import.sum", rows=read.rows, used=count.used, again=count.repeated, bad=count.rejected
                )
            )
            for reason in read.reasons:
                lines = ", ".join(str(line) for line in reason.lines)
                more = " …" if reason.count > len(reason.lines) else ""
                click.echo(
                    f"    {speak.number(reason.count):>6}  {speak.text(reason.message)}"
                    f"  ({speak('import.lines', lines=lines + more)})"
                )
            if file := done.rejects.get(read.name):
                click.echo(indented(12, speak("import.written-to", file=str(file))))
        for warning in read.warnings:
            click.echo("    ! " + speak.text(warning))
    _print_aside(done.aside, speak)
    tables = done.published.tables
    click.echo(
        speak(
            "import.done",
            version=str(done.published.version),
            **{
                name: speak(f"import.done-{name}", count=tables.get(name, 0))
                for name in ("events", "accounts", "people")
            },
            seconds=round(seconds, 1),
        )
    )
    if done.published.how:
        click.echo(speak(f"import.how-{done.published.how}"))
    if off := _off_the_map(workspace, folder, speak):
        click.echo(off)
    click.echo(speak("import.next", folder=str(folder)))


def _off_the_map(workspace: Workspace, folder: Path, speak: Reader) -> str | None:
    """How many activities no touchpoint claims; None where there is no map yet, or all are claimed."""
    if not workspace.touchpoints:
        return None
    from polku.cli.data import take_stock

    unmapped = take_stock(workspace, folder).unmapped
    if not unmapped:
        return None
    return speak("data.unmapped", count=len(unmapped), events=sum(one.events for one in unmapped)).rstrip(":")
