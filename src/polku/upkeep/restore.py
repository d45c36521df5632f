"""A backup comes back: whole or not at all, and without whoever was erased since."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from polku.errors import OutputError, PolkuError, Where, WrongUse
from polku.outputs import failure
from polku.records.files import flush
from polku.records.forgotten import FILE as FORGOTTEN
from polku.records.forgotten import KEY_FILE
from polku.upkeep.archive import CONTENTS, FORMAT, Backup, Progress, said_by
from polku.upkeep.folders import DATABASE
from polku.words import Message

_PIECE = 1 << 20


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
            head = said_by(tar, tar.next())
            if not isinstance(head.get("polku"), int):
                raise no_backup
            if head["polku"] > FORMAT:
                raise WrongUse(Message("backup.later", {"by": str(head.get("by"))}), Where(str(file)))
            while info := tar.next():
                if told is not None:
                    raise damaged
                if info.name == CONTENTS:
                    told = said_by(tar, info)["files"]
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
