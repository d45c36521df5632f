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
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from polku import __version__
from polku.cli.health import is_studio, is_workspace, lakes, size
from polku.errors import LakeError, OutputError, PolkuError, Where, WrongUse
from polku.outputs import failure
from polku.records.files import flush
from polku.records.forgotten import FILE as FORGOTTEN
from polku.records.forgotten import KEY_FILE
from polku.words import Message

FORMAT = 1
"""Of a backup; a later one is refused."""
HEAD, CONTENTS = "polku-backup.json", "contents.json"
DATABASE = "studio.sqlite3"
KEPT_APART = KEY_FILE
"""Is never in a backup: with it and a backup somebody could ask who was erased."""
_MADE_ANEW = ("static",)
_PASSING = (".draft-", ".spill-", ".CURRENT-", f"{DATABASE}-", f".{FORGOTTEN}-")
_TRIES = 5
_PIECE = 1 << 20

Progress = Callable[[Message, float], None]


@dataclass(frozen=True)
class Backup:
    """What was written or brought back.

    Args:
        made: when, in UTC.
        files: how many.
        bytes: what they hold.
        keys: so many keys of erased people were left out.
    """

    made: str
    files: int
    bytes: int
    keys: int = 0


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
            _add_text(tar, HEAD, {"polku": FORMAT, "by": __version__, "made": made})
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
            _add_text(tar, CONTENTS, {"files": self.contents})
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


def _add_text(tar: tarfile.TarFile, name: str, data: Mapping[str, Any]) -> None:
    text = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(text), 0o600
    tar.addfile(info, io.BytesIO(text))


def restore(file: Path, folder: Path, progress: Progress = lambda message, share: None) -> Backup:
    """Bring a backup back into a folder that is not there yet, in one step after every byte was found right.

    Raises:
        WrongUse: the folder holds something, or the file is no backup of polku, of a later one, cut short or damaged.
        OutputError: the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse(Message("backup.folder-in-use", {"folder": str(folder)}))
    beside = folder.resolve().with_name(f".{folder.resolve().name}-{os.getpid()}")
    try:
        beside.mkdir(mode=0o700, parents=True)
        done = _unpack(file, beside, progress)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder.resolve())
        flush(folder.resolve().parent)
    except OSError as error:
        raise OutputError(failure(error), Where(str(folder))) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return done


def _unpack(file: Path, folder: Path, progress: Progress) -> Backup:
    no_backup = WrongUse(Message("backup.no-backup"), Where(str(file)))
    damaged = WrongUse(Message("backup.damaged"), Where(str(file)))
    try:
        whole = file.stat().st_size or 1
        tar = tarfile.open(file, mode="r:")  # noqa: SIM115 - closed below
    except FileNotFoundError:
        raise WrongUse(Message("backup.no-file"), Where(str(file))) from None
    except (tarfile.TarError, OSError):
        raise no_backup from None
    found: dict[str, dict[str, Any]] = {}
    told: Mapping[str, Any] | None = None
    with tar:
        try:
            head = _said(tar, tar.next())
            if not isinstance(head.get("polku"), int):
                raise no_backup
            if head["polku"] > FORMAT:
                raise WrongUse(Message("backup.later", {"by": str(head.get("by"))}), Where(str(file)))
            while info := tar.next():
                if told is not None:
                    raise damaged
                if info.name == CONTENTS:
                    told = _said(tar, info)["files"]
                else:
                    found[info.name] = _take(tar, info, folder)
                progress(Message("backup.reading"), min(info.offset / whole, 1.0))
        except PolkuError:
            raise
        except (tarfile.TarError, ValueError, KeyError, TypeError, AttributeError, EOFError):
            raise (damaged if found else no_backup) from None
    if not isinstance(told, dict) or told.keys() != found.keys():
        raise damaged
    for path, one in found.items():
        said = told[path]
        if (one["bytes"], one["sha256"]) != (said.get("bytes"), said.get("sha256")):
            raise damaged
        # A data file of another time than its manifest says is hashed whenever it is opened.
        os.utime(folder / path, ns=(int(said["changed"]), int(said["changed"])))
    return Backup(str(head.get("made")), len(found), sum(one["bytes"] for one in found.values()))


def _said(tar: tarfile.TarFile, info: tarfile.TarInfo | None) -> Mapping[str, Any]:
    opened = tar.extractfile(info) if info is not None and info.name in (HEAD, CONTENTS) else None
    said = json.loads(opened.read()) if opened else {}
    return said if isinstance(said, dict) else {}


def _take(tar: tarfile.TarFile, info: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    """Write one file of a backup below a folder; nothing but plain files with plain paths is taken."""
    path = PurePosixPath(info.name)
    if info.type != tarfile.REGTYPE or path.is_absolute() or ".." in path.parts or "\\" in info.name:
        raise ValueError(info.name)
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    summed, count = hashlib.sha256(), 0
    opened = tar.extractfile(info)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        while opened and (piece := opened.read(_PIECE)):
            out.write(piece)
            summed.update(piece)
            count += len(piece)
        out.flush()
        os.fsync(out.fileno())
    return {"bytes": count, "sha256": summed.hexdigest()}


def take_forgotten(old: Path, new: Path) -> int:
    """Take over who was erased in a folder since a backup of it was made; the number of lists that name somebody.

    Raises:
        WrongUse: nobody was erased there.
    """
    taken = 0
    for place in _spaces(new):
        listed = old / place / FORGOTTEN
        if not listed.is_file():
            continue
        (new / place).mkdir(parents=True, exist_ok=True)
        for name in (FORGOTTEN, KEY_FILE):
            if (old / place / name).is_file():
                shutil.copyfile(old / place / name, new / place / name)
                (new / place / name).chmod(0o600)
        taken += 1
    if not taken:
        raise WrongUse(Message("backup.none-forgotten", {"folder": str(old)}))
    return taken


def _spaces(folder: Path) -> list[Path]:
    """Where the workspaces of a folder keep their own: the folder itself, or one for each that the database knows."""
    if not (folder / DATABASE).is_file():
        return [Path()]
    with contextlib.closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)) as opened:
        return [Path("spaces", str(number)) for (number,) in opened.execute("SELECT id FROM studio_space")]
