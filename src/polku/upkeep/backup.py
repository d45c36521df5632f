"""A backup: one file that holds a workspace's or a studio's folder as of one moment, and comes back whole or not at all.

It is a tar of the files as they lie, so that nothing but tar is needed to look into it. First stands
`polku-backup.json`, which says what it is; last `contents.json`, the sum of every file. Whoever was erased does not come
back unseen: the key of the erased stays out (see `KEPT_APART`), and without it nothing is imported.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from polku import __version__
from polku.errors import LakeError, OutputError, Where, WrongUse
from polku.outputs import failure
from polku.records.files import flush
from polku.records.forgotten import FILE as FORGOTTEN
from polku.records.forgotten import KEY_FILE
from polku.upkeep.archive import CONTENTS, FORMAT, HEAD, Backup, Progress, add_text
from polku.upkeep.folders import DATABASE, is_studio, is_workspace, lakes, size
from polku.words import Message

KEPT_APART = KEY_FILE
"""Is never in a backup: with it and a backup somebody could ask who was erased."""
_MADE_ANEW = ("static",)
_PASSING = (".draft-", ".spill-", ".CURRENT-", f"{DATABASE}-", f".{FORGOTTEN}-")
_TRIES = 5


def back_up(folder: Path, file: Path, progress: Progress = lambda message, share: None) -> Backup:
    """Write a folder as of one moment into one file; the studio may go on beside.

    Args:
        folder: a workspace's, or the one that `polku studio --data` is given.
        file: a .tar to write; what stood there stays until the new one is whole.

    Raises:
        WrongUse: the folder is neither, its database is not a file, or the backup would lie in itself.
        LakeError: records are damaged, or too much changes at once.
        OutputError: the file cannot be written.
    """
    if not (is_workspace(folder) or is_studio(folder)):
        raise WrongUse(Message("doctor.no-folder", {"folder": str(folder)}))
    if not is_workspace(folder) and not (folder / DATABASE).is_file():
        raise WrongUse(Message("backup.other-database", {"folder": str(folder)}))
    target = file.resolve()
    if target.is_relative_to(folder.resolve()):
        raise WrongUse(Message("backup.in-itself", {"file": str(file)}))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.stem}-", dir=target.parent) as scratch:
            for _ in range(_TRIES):
                with contextlib.suppress(_Changed):
                    done = _Writing(folder, Path(scratch), progress).write()
                    (Path(scratch) / "being-written").replace(target)
                    flush(target.parent)
                    return done
    except OSError as error:
        raise OutputError(failure(error), Where(str(file))) from error
    raise LakeError(Message("backup.too-busy", {"times": _TRIES}), Where(str(folder)))


class _Changed(Exception):
    """Something was taken away or changed while it was read: begin again."""


class _Writing:
    def __init__(self, folder: Path, scratch: Path, progress: Progress) -> None:
        self.folder = folder
        self.scratch = scratch
        self.progress = progress
        self.contents: dict[str, dict[str, Any]] = {}

    def write(self) -> Backup:
        """Write the file into the scratch folder.

        Raises:
            _Changed: what is read does not stay as it is.
        """
        made = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        moment = self._versions()
        database = self._database()
        if self._versions() != moment:
            raise _Changed
        files = list(_files(self.folder, moment))
        sums = self._sums(moment)
        keys = sum(file.name == KEPT_APART for file in files)
        files = [file for file in files if file.name != KEPT_APART]
        with _vanishing():
            whole = sum(file.stat().st_size for file in files) or 1
        done = 0
        out = self.scratch / "being-written"
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
            add_text(tar, HEAD, {"polku": FORMAT, "by": __version__, "made": made})
            if database:
                self._add(tar, database, DATABASE)
            for file in files:
                path = file.relative_to(self.folder).as_posix()
                if path in moment:
                    self._add_bytes(tar, path, moment[path].encode(), file)
                else:
                    self._add(tar, file, path)
                if sums.get(path, self.contents[path]["sha256"]) != self.contents[path]["sha256"]:
                    raise LakeError(Message("records.damaged-file"), Where(str(file)))
                done += self.contents[path]["bytes"]
                self.progress(Message("backup.writing", {"size": size(done)}), min(done / whole, 1.0))
            add_text(tar, CONTENTS, {"files": self.contents})
        flush(out)
        held = sum(one["bytes"] for one in self.contents.values())
        return Backup(made, len(self.contents), held, keys)

    def _versions(self) -> dict[str, str]:
        """What `CURRENT` of each lake says, by its path."""
        with _vanishing():
            return {
                (lake / "CURRENT").relative_to(self.folder).as_posix(): (lake / "CURRENT").read_text("utf-8")
                for lake in lakes(self.folder)
                if (lake / "CURRENT").exists()
            }

    def _sums(self, moment: Mapping[str, str]) -> dict[str, str]:
        """The SHA-256 that manifests say of the data files of the versions in force, by path."""
        from polku.records.lake import Lake
        from polku.records.schema import PUBLISHED

        found: dict[str, str] = {}
        for current, name in moment.items():
            lake = (self.folder / current).parent
            if f"v{Lake(lake).version or 0:06d}" != name.strip():
                raise _Changed
            version = Lake(lake).open()
            inside = lake.relative_to(self.folder).as_posix()
            for table in PUBLISHED:
                found |= {f"{inside}/{one.path}": one.sha256 for one in version.entries(table)}
        return found

    def _database(self) -> Path | None:
        """A copy of the database as of this moment, whatever is written meanwhile."""
        file = self.folder / DATABASE
        if not file.is_file():
            return None
        copy = self.scratch / DATABASE
        copy.unlink(missing_ok=True)
        try:
            with (
                contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as there,
                contextlib.closing(sqlite3.connect(copy)) as here,
            ):
                there.backup(here)
                [(told,), *_] = here.execute("PRAGMA integrity_check(1)").fetchall()
                here.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise LakeError(
                Message("doctor.broken-database", {"found": str(error)}), Where(str(file))
            ) from None
        if told != "ok":
            raise LakeError(Message("doctor.broken-database", {"found": str(told)}), Where(str(file)))
        return copy

    def _add(self, tar: tarfile.TarFile, file: Path, path: str) -> None:
        with _vanishing(), file.open("rb") as opened:
            before = os.fstat(opened.fileno())
            info = tarfile.TarInfo(path)
            info.size, info.mtime, info.mode = before.st_size, int(before.st_mtime), 0o600
            reading = _Summing(opened)
            try:
                tar.addfile(info, reading)
            except OSError as error:
                if error.errno is None:  # tarfile's own: the file became shorter
                    raise _Changed from None
                raise
            after = file.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise _Changed
        self.contents[path] = {
            "bytes": before.st_size,
            "sha256": reading.sum.hexdigest(),
            "changed": before.st_mtime_ns,
        }

    def _add_bytes(self, tar: tarfile.TarFile, path: str, data: bytes, file: Path) -> None:
        """Add what a file said at the moment of the backup, though it may say more by now."""
        info = tarfile.TarInfo(path)
        info.size, info.mode = len(data), 0o600
        tar.addfile(info, io.BytesIO(data))
        with _vanishing():
            changed = file.stat().st_mtime_ns
        self.contents[path] = {
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "changed": changed,
        }


class _Summing:
    """A file whose sum is taken while it is read."""

    def __init__(self, opened: IO[bytes]) -> None:
        self.opened = opened
        self.sum = hashlib.sha256()

    def read(self, count: int = -1) -> bytes:
        piece = self.opened.read(count)
        self.sum.update(piece)
        return piece


@contextlib.contextmanager
def _vanishing() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise _Changed from None


def _files(folder: Path, moment: Mapping[str, str]) -> Iterator[Path]:
    """What belongs to a folder, in a steady order: of lakes no version later than the one in force."""
    newest = {(folder / current).parent: name.strip() for current, name in moment.items()}
    for here, below, names in os.walk(folder):
        place = Path(here)
        below[:] = sorted(
            name
            for name in below
            if not name.startswith(_PASSING)
            and not (place == folder and name in _MADE_ANEW)
            and not (place in newest and name.startswith("v") and name > newest[place])
        )
        for name in sorted(names):
            file = place / name
            if name.startswith(_PASSING) or name == ".lock" or file.is_symlink() or not file.is_file():
                continue
            if place == folder and name == DATABASE:
                continue
            yield file
