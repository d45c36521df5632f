"""Files that must survive a crash: written whole, flushed, and known by size, time and SHA-256."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from polku.errors import LakeError, Where
from polku.frozen import dataclass
from polku.words import Message

BASE, ADDED, GONE = range(3)
"""Layers of a table: of the last whole publish; added since; what of the base stands no longer."""

LeftOut: TypeAlias = tuple[tuple[str, str | None], ...]
"""Columns that a file does not have: beside each the column that says the same, or None where no row says anything."""


@dataclass(frozen=True)
class FileEntry:
    """A data file as a manifest lists it.

    Args:
        path: inside the lake's folder, with slashes.
        rows: it brings; of a layer that takes rows away, below zero.
        changed: modification time in nanoseconds. A file with another time is hashed before it is believed.
        layer: BASE, ADDED or GONE.
        left_out: columns of the table that the file does not have; files of before format 3 have all.
    """

    path: str
    rows: int
    bytes: int
    sha256: str
    changed: int
    layer: int = BASE
    left_out: LeftOut = ()

    @classmethod
    def of(cls, file: Path, path: str, rows: int, layer: int = BASE, left_out: LeftOut = ()) -> FileEntry:
        """The entry of a file that was just written; it is flushed to the disk."""
        flush(file)
        stat = file.stat()
        return cls(path, rows, stat.st_size, digest(file), stat.st_mtime_ns, layer, left_out)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> FileEntry:
        """An entry from a manifest's JSON."""
        return cls(
            str(data["path"]),
            int(data["rows"]),
            int(data["bytes"]),
            str(data["sha256"]),
            int(data["changed"]),
            int(data.get("layer", BASE)),
            tuple((column, other) for column, other in data.get("left_out", ())),
        )

    def data(self) -> dict[str, Any]:
        """The entry as JSON."""
        return asdict(self)

    def check(self, folder: Path, *, whole: bool = False) -> Path:
        """The file's path, when it is there and as it was written.

        Args:
            whole: hash it even where size and time are right.

        Raises:
            LakeError: it is missing or damaged.
        """
        file = folder / self.path
        try:
            stat = file.stat()
        except OSError:
            raise LakeError(Message("records.missing-file"), Where(str(file))) from None
        if stat.st_size == self.bytes and stat.st_mtime_ns == self.changed and not whole:
            return file
        if stat.st_size != self.bytes or digest(file) != self.sha256:
            raise LakeError(Message("records.damaged-file"), Where(str(file)))
        return file


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Wait until a file, or the list of a folder, is on the disk."""
    if path.is_dir() and os.name == "nt":  # Windows flushes no folders
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(file: Path, text: str, *, mode: int = 0o666) -> None:
    """Put a text in place of a file in one step: readers see the old or the new, a crash leaves one of them.

    Args:
        mode: who may read and write it, within what the system grants.
    """
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    beside.unlink(missing_ok=True)
    beside.touch(mode)
    with beside.open("w", encoding="utf-8", newline="\n") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)
    flush(file.parent)


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say what a failed write to a folder means and what can be done."""
    try:
        yield
    except OSError as error:
        where = Where(str(folder))
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise LakeError(Message("records.no-space"), where) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise LakeError(Message("records.read-only"), where) from error
        raise LakeError(
            Message("records.not-written", {"reason": error.strerror or str(error)}), where
        ) from error
