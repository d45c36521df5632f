"""An import from end to end: files read, everything published as one version of the lake or nothing at all."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from polku.documents import Source, Workspace
from polku.errors import ImportRefused
from polku.identity import resolver
from polku.identity.decisions import Decisions
from polku.identity.titles import TitleReader
from polku.records.engine import Engine, interrupt_all
from polku.records.forgotten import Forgotten
from polku.records.lake import Lake
from polku.records.masking import mask_imports
from polku.records.publish import FileCount, Published, publish
from polku.records.watching import watched
from polku.sources.raw import text
from polku.sources.scratch import scratch_folder
from polku.sources.staging import Progress, ReadFile, read_files
from polku.words import Message, reader
from polku.words.cells import harmless


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Args:
        read: the files as they were read.
        counts: what became of each, in the same order; rows = used + rejected + repeated.
        rejects: file → the CSV with its rejected rows, where there are any.
        aside: tables of folders, archives, workbooks and databases that nobody could place, and why.
    """

    published: Published
    read: tuple[ReadFile, ...]
    counts: tuple[FileCount, ...]
    rejects: Mapping[str, Path]
    aside: tuple[tuple[str, ImportRefused], ...] = ()


def import_files(
    workspace: Workspace,
    folder: Path,
    paths: Sequence[Path],
    *,
    mapping: Source | None = None,
    system: str | None = None,
    named: Mapping[str, Source | str] = MappingProxyType({}),
    language: str = "en",
    progress: Progress | None = None,
    now: dt.datetime | None = None,
    reading: Callable[..., tuple[ReadFile, ...]] = read_files,
) -> Imported:
    """Read files of systems into a workspace's lake, all of them or none.

    Who was erased here before comes in as a pseudonym.

    Args:
        folder: the workspace's; its lake is in `lake/`, rejected rows come into `rejects/`.
        mapping, system, named: as in `read_files`.
        language: of the reasons in the files of rejected rows.
        reading: `read_files`, or `child.read_in_child` for files that are not to be trusted.

    Raises:
        ImportRefused: a file cannot be read; the lake is as it was.
        LakeError: the lake cannot be written.
    """
    aside: list[tuple[str, ImportRefused]] = []
    with scratch_folder() as scratch:

        def read_all(tell: Progress | None) -> tuple[ReadFile, ...]:
            return reading(
                workspace,
                paths,
                scratch,
                mapping=mapping,
                system=system,
                named=named,
                progress=tell,
                aside=lambda name, why: aside.append((name, why)),
            )

        watching = _part(progress, 0.0, 0.6)
        if watching is not None and reading is read_files:
            # Another process is stopped as it is; here a long query has to be told.
            read = watched(read_all, watching, interrupt_all, patience=0.7)
        else:
            read = read_all(watching)
        read = _without_forgotten(workspace, folder, read, scratch)
        published = publish(
            Lake(folder / "lake"),
            [one.staged for one in read],
            resolve=resolver(workspace, Decisions.read(folder)),
            progress=_part(progress, 0.6, 1.0),
            now=now,
        )
        rejects = {
            one.name: file for one in read if (file := write_rejects(one, folder / "rejects", language))
        }
    return Imported(published, read, published.files, rejects, tuple(aside))


def _without_forgotten(
    workspace: Workspace, folder: Path, read: tuple[ReadFile, ...], scratch: Path
) -> tuple[ReadFile, ...]:
    forgotten = Forgotten.read(folder)
    if not forgotten:
        return read
    masked = scratch / "masked"
    masked.mkdir()
    imports = mask_imports(
        Lake(folder / "lake"),
        forgotten,
        [one.staged for one in read],
        masked,
        title_of=TitleReader.of(workspace).kept,
    )
    forgotten.save(folder)
    return tuple(
        replace(one, staged=staged, name=forgotten.text(one.name))
        for one, staged in zip(read, imports, strict=True)
    )


def write_rejects(read: ReadFile, folder: Path, language: str) -> Path | None:
    """Write the rejected rows of a file as CSV: file, line, reason, the row; remove an older one where there are none."""
    file = rejects_file(folder, read.name)
    if not read.rejected:
        file.unlink(missing_ok=True)
        return None
    speak = reader(language)
    with Engine(ordered=True) as engine:
        rows = engine.rows(
            'SELECT "file", line, reason, "column", found, "row" FROM '
            f"read_parquet({text(str(read.staged.folder / 'rejects.parquet'))}) ORDER BY line"
        )
    folder.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    with beside.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([speak("sources.head-file"), speak("sources.head-line"), speak("sources.head-reason"), speak("sources.head-row")])  # fmt: skip
        for name, line, reason, column, found, row in rows:
            why = speak.text(Message(reason, {"column": column, "found": found}))
            writer.writerow([harmless(name), line, harmless(why), harmless(row or "")])
    beside.replace(file)
    return file


def rejects_file(folder: Path, name: str) -> Path:
    """Where the rejected rows of a file stand."""
    file = folder / (re.sub(r"[^\w.()+ -]", "-", name).lstrip(".") + ".csv")
    return file.with_name(file.name[:-4]) if file.name.lower().endswith(".csv.csv") else file


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """The progress of a part of the whole."""
    if progress is None:
        return None
    return lambda message, share: progress(message, start + (end - start) * share)
