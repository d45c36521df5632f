"""The lake: a folder of versions, each a manifest that lists its data files; `CURRENT` names the one in force.

Layout: `v000007/manifest.json`, `v000007/events.parquet` …, `v000007/cases/account/` (see cases.py). A version
may list files of earlier ones. Readers take no lock; a writer works beside and switches in one step.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polku.errors import LakeError, Where
from polku.records.files import BASE, FileEntry, LeftOut, flush, told, write_whole
from polku.records.manifest import folder_name, read_manifest, write_manifest
from polku.records.schema import CASE_KINDS, CASES, MOVES, PUBLISHED
from polku.words import Message

if TYPE_CHECKING:
    from polku.records.engine import Relation

ROW_GROUP = 122_880
"""So many rows the engine writes as one."""
TABLES = (*PUBLISHED, *(f"{what}:{kind}" for what in ("moves", "cases") for kind in CASE_KINDS))
"""Everything a template may name."""


class Lake:
    """The records of one workspace.

    Args:
        folder: the lake's own folder; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def exists(self) -> bool:
        """Whether anything was ever published here."""
        return (self.folder / "CURRENT").exists()

    @property
    def version(self) -> int | None:
        """Number of the version in force, None before the first import.

        Raises:
            LakeError: the pointer is damaged.
        """
        pointer = self.folder / "CURRENT"
        try:
            text = pointer.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            raise LakeError(Message("records.damaged-pointer"), Where(str(pointer))) from None
        if not (text.startswith("v") and text.strip()[1:].isdecimal()):
            raise LakeError(Message("records.damaged-pointer"), Where(str(pointer)))
        return int(text.strip()[1:])

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the version in force."""
        return self.open().manifest

    def files(self, table: str) -> tuple[Path, ...]:
        """The data files of a table in the version in force."""
        return self.open().files(table)

    def open(self, version: int | None = None) -> Version:
        """A version to read, default the one in force. It stays as it is, whatever is published meanwhile.

        Raises:
            LakeError: there is no data, no such version, or its manifest is damaged.
        """
        newest = self.version
        if newest is None:
            raise LakeError(Message("records.no-data"), Where(str(self.folder)))
        if version is not None and 1 <= version < (oldest := Version(self.folder, newest).oldest):
            raise LakeError(
                Message("records.version-erased", {"version": version, "oldest": oldest}),
                Where(str(self.folder)),
            )
        if version is not None and not 1 <= version <= newest:
            raise LakeError(
                Message("records.unknown-version", {"version": version, "newest": newest}),
                Where(str(self.folder)),
            )
        return Version(self.folder, version or newest)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Draft]:
        """A draft of the next version, for one writer at a time; what is not committed leaves no trace.

        Raises:
            LakeError: somebody else is writing, the folder cannot be written, or the disk is full.
        """
        with told(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with _only_writer(self.folder / ".lock"):
                current = self.version or 0
                _clean(self.folder, current)
                draft = Draft(self, current + 1)
                try:
                    yield draft
                finally:
                    shutil.rmtree(draft.folder, ignore_errors=True)


class Version:
    """One version of the lake, for reading."""

    def __init__(self, lake: Path, number: int) -> None:
        self.lake = lake
        self.number = number
        self.folder = lake / folder_name(number)
        self.manifest = read_manifest(self.folder / "manifest.json")
        self._believed: dict[str, tuple[Path, ...]] = {}

    @property
    def data_version(self) -> str:
        """Twelve letters that name the data: the same rows from the same files, the same name."""
        return str(self.manifest["data"])

    @property
    def default_case(self) -> str:
        """What is followed where a question does not say."""
        return str(self.manifest["default_case"])

    @property
    def in_order(self) -> bool:
        """Whether its events stand in their order: in format 1 those of several row groups may not."""
        return self.manifest["polku"] > 1 or sum(one.rows for one in self.entries("events")) <= ROW_GROUP

    @property
    def oldest(self) -> int:
        """The first version that may still be read: an erasure takes away all that came before it."""
        return int(self.manifest.get("oldest", 1))

    @property
    def past(self) -> Mapping[str, Any]:
        """What later manifests repeat of this one: imports that were taken back, erasures."""
        return {key: self.manifest[key] for key in ("undone", "erased", "oldest") if key in self.manifest}

    def count(self, table: str) -> int:
        """Number of rows of a published table."""
        return sum(entry.rows for entry in self.entries(table))

    def entries(self, table: str) -> tuple[FileEntry, ...]:
        """The files of a table as the manifests list them; moves and cases are built when first asked for."""
        what, _, kind = table.partition(":")
        if kind:
            # Cases are built by the engine, which whoever asks for what is kept already does not need.
            from polku.records.cases import built_cases

            return built_cases(self, kind)[what]
        return self._tables[table]

    def files(self, table: str) -> tuple[Path, ...]:
        """The data files of a table, found to be as they were written."""
        if table not in self._believed:
            self._believed[table] = tuple(entry.check(self.lake) for entry in self.entries(table))
        return self._believed[table]

    def left_out(self, table: str) -> tuple[LeftOut, ...]:
        """The columns that each file of a table does not have."""
        return tuple(entry.left_out for entry in self.entries(table))

    def relation(self, table: str) -> Relation:
        """A table for the templates of an engine."""
        from polku.records.layers import relation_of

        what, _, kind = table.partition(":")
        shape = {"moves": MOVES, "cases": CASES}[what] if kind else PUBLISHED[what]
        return relation_of(shape, self.entries(table), self.files(table))

    def relations(self) -> Mapping[str, Relation]:
        """All tables by name, each looked up when a template names it."""
        return _Relations(self)

    def cases_of(self, kind: str) -> Mapping[str, tuple[FileEntry, ...]]:
        """Moves and cases of one kind of case, built on first use and kept with the version."""
        from polku.records.cases import built_cases

        return built_cases(self, kind)

    def damaged(self) -> tuple[LakeError, ...]:
        """Every data file that is not as it was written, each byte read."""
        from polku.records.cases import kept_cases

        entries = [entry for table in self._tables.values() for entry in table]
        found = []
        for kind in CASE_KINDS:
            try:
                kept = kept_cases(self, kind) or {}
                entries += [entry for table in kept.values() for entry in table]
            except LakeError as error:
                found.append(error)
        for entry in entries:
            try:
                entry.check(self.lake, whole=True)
            except LakeError as error:
                found.append(error)
        return tuple(found)

    @cached_property
    def _tables(self) -> Mapping[str, tuple[FileEntry, ...]]:
        listed = self.manifest["tables"]
        return {name: tuple(map(FileEntry.of_data, listed.get(name, ()))) for name in PUBLISHED}


class _Relations(Mapping[str, "Relation"]):
    def __init__(self, version: Version) -> None:
        self._version = version

    def __getitem__(self, table: str) -> Relation:
        if table not in TABLES:
            raise KeyError(table)
        return self._version.relation(table)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


class Draft:
    """The next version while it is made, in a folder that nobody reads.

    Args:
        number: the version it becomes.
    """

    def __init__(self, lake: Lake, number: int) -> None:
        self.lake = lake
        self.number = number
        self.folder = lake.folder / f".draft-{os.getpid()}"
        self.folder.mkdir()
        (self.folder / "spill").mkdir()

    @property
    def spill(self) -> Path:
        """A folder for what is thrown away at the end."""
        return self.folder / "spill"

    def entry(self, file: Path, rows: int, layer: int = BASE, left_out: LeftOut = ()) -> FileEntry:
        """The entry of a file written into the draft's folder, as it will be found after the commit."""
        inside = file.relative_to(self.folder).as_posix()
        return FileEntry.of(file, f"{folder_name(self.number)}/{inside}", rows, layer, left_out)

    def commit(self, manifest: Mapping[str, Any]) -> int:
        """Make the draft the version in force, in one step."""
        shutil.rmtree(self.spill)
        write_manifest(self.folder / "manifest.json", manifest)
        for folder in self.folder.rglob("*"):
            if folder.is_dir():
                flush(folder)
        flush(self.folder)
        self.folder.rename(self.lake.folder / folder_name(self.number))
        flush(self.lake.folder)
        write_whole(self.lake.folder / "CURRENT", folder_name(self.number) + "\n")
        return self.number


def remove_erased(folder: Path, version: Version) -> None:
    """Remove what an erasure took away: all earlier versions, and what readers that are gone had put aside.

    Raises:
        OSError: a file is held or may not be removed; the next writer tries again.
    """
    for left in folder.glob("v??????"):
        if left.name[1:].isdecimal() and int(left.name[1:]) < version.oldest:
            shutil.rmtree(left)
    for left in folder.glob(".spill-*"):
        if not _lives(left.name.removeprefix(".spill-")):
            shutil.rmtree(left, ignore_errors=True)


def _lives(pid: str) -> bool:
    if os.name == "nt" or not pid.isdecimal():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _clean(folder: Path, current: int) -> None:
    """Remove what killed writers left: drafts, versions that never came into force, versions that were erased."""
    if current:
        # A damaged version must not keep anybody from importing anew; reading it says so.
        with contextlib.suppress(LakeError, OSError):
            present = Version(folder, current)
            if present.oldest > 1:
                remove_erased(folder, present)
    for left in folder.glob(".draft-*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(".spill-*"):
        if time.time() - left.stat().st_mtime > 86400:
            shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(".CURRENT-*"):
        left.unlink(missing_ok=True)
    for left in folder.glob("v*/cases/.draft-*"):
        # A reader that builds cases takes no lock; one that still lives is soon done.
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)
    for version in folder.glob("v??????"):
        if version.name[1:].isdecimal() and int(version.name[1:]) > current:
            shutil.rmtree(version)


@contextlib.contextmanager
def _only_writer(lock: Path) -> Iterator[None]:
    # The system gives the lock back when its owner dies, however it dies.
    with lock.open("a+", encoding="utf-8") as opened:
        try:
            _take(opened.fileno())
        except OSError:
            opened.seek(0)
            raise LakeError(
                Message("records.locked", {"pid": opened.read().strip() or "?"}), Where(str(lock.parent))
            ) from None
        opened.seek(0)
        opened.truncate()
        opened.write(str(os.getpid()))
        opened.flush()
        yield


def _take(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        # A byte far behind the text, since Windows refuses to read a locked one.
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
