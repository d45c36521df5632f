"""Files that somebody brought in: kept beside the workspace's data until they are published or left, read by a capped
process, with what was said about their columns.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from polku.documents import Source, Workspace
from polku.errors import ImportRefused, WrongUse
from polku.records.files import write_whole
from polku.sources.carried import error_data, error_of, file_data, file_of
from polku.sources.child import Caps, read_in_child
from polku.sources.importing import write_rejects
from polku.sources.staging import Progress, ReadFile
from polku.words import Message

MOST_FILES = 50
MOST_MEGABYTES = int(os.environ.get("POLKU_UPLOAD_MB", "1024"))
"""Of one upload, as it comes in; what archives unpack to has its own limits."""
AT_ONCE = 24_000_000
"""Uploads up to so many bytes are looked at while the reader waits, larger ones by a job."""
KEPT = dt.timedelta(days=7)
"""So long an upload waits for somebody to publish it."""
ROWS = 10
_WRITING = Lock()
_ID = re.compile(r"[0-9a-f]{16}")
_LONGEST = 120


@dataclass
class Upload:
    """Some files, and what was said about them.

    Args:
        person: who brought them, by number.
        named: file or table → `{"source": mapping}` or `{"system": name}`, where somebody said how it is read.
        written: file or table → how it is written (letters, delimiter, dates, zone), its columns left open.
        job: that reads or publishes them.
    """

    id: str
    folder: Path
    person: int | None
    at: str
    files: tuple[str, ...]
    named: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: dict[str, dict[str, Any]] = field(default_factory=dict)
    job: int | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files on disk."""
        return tuple(self.folder / "files" / name for name in self.files)

    @property
    def bytes(self) -> int:
        """How large they are together."""
        return sum(path.stat().st_size for path in self.paths if path.exists())

    def save(self) -> None:
        """Keep what was said."""
        kept = {key: getattr(self, key) for key in ("person", "at", "files", "named", "written", "job")}
        with _WRITING:
            write_whole(self.folder / "upload.json", json.dumps(kept, ensure_ascii=False))

    def said(self) -> dict[str, Source | str]:
        """How files are read, as `read_files` takes it."""
        found: dict[str, Source | str] = {}
        for name, written in self.written.items():
            found[name] = Source.model_validate({"id": "written", **written})
        for name, one in self.named.items():
            found[name] = str(one["system"]) if "system" in one else Source.model_validate(one["source"])
        return found


@dataclass(frozen=True)
class Preview:
    """Files as they would be read.

    Args:
        refused: files that cannot be read, with the reason.
        aside: tables among several that nobody can place.
    """

    read: tuple[ReadFile, ...]
    refused: tuple[tuple[str, ImportRefused], ...]
    aside: tuple[tuple[str, ImportRefused], ...]

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(one.rows for one in self.read)

    @property
    def rejected(self) -> int:
        """Of these, those that cannot be used."""
        return sum(one.rejected for one in self.read)

    @property
    def repeated(self) -> int:
        """Those that say again what another says."""
        return sum(one.repeated for one in self.read)

    @property
    def used(self) -> int:
        """The rest."""
        return self.rows - self.rejected - self.repeated


def uploads_folder(space_folder: Path) -> Path:
    """Where the uploads of a workspace lie."""
    return space_folder / "uploads"


def take_in(space_folder: Path, files: Sequence[Any], person: int | None) -> Upload:
    """Keep uploaded files.

    Args:
        files: Django's uploaded files.

    Raises:
        WrongUse: none, too many, or too large.
    """
    if not files:
        raise WrongUse(Message("studio-data.no-file"))
    if len(files) > MOST_FILES:
        raise WrongUse(Message("studio-data.too-many-files", {"count": len(files), "most": MOST_FILES}))
    size = sum(int(one.size or 0) for one in files)
    if size > MOST_MEGABYTES * 1_000_000:
        raise WrongUse(Message("studio-data.too-large", {"size": round(size / 1e6), "most": MOST_MEGABYTES}))
    base = uploads_folder(space_folder)
    sweep(base)
    folder = base / secrets.token_hex(8)
    (folder / "files").mkdir(parents=True)
    names: list[str] = []
    for one in files:
        name = harmless_name(str(one.name or ""), names)
        with (folder / "files" / name).open("wb") as out:
            for block in one.chunks(1 << 20):
                out.write(block)
        names.append(name)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    upload = Upload(folder.name, folder, person, now, tuple(names))
    upload.save()
    return upload


def harmless_name(name: str, taken: Sequence[str] = ()) -> str:
    """A file name that is only a name: no folders, no signs that steer a terminal or a shell, not too long, not taken."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = unicodedata.normalize("NFC", last)
    plain = "".join(sign if sign.isalnum() or sign in " ._-()+" else "-" for sign in plain).strip(" .-")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = plain, ""
    while len(f"{stem}.{ending}".encode()) > _LONGEST:
        stem = stem[:-1]
    stem = stem.strip(" .-") or "file"
    for number in range(1, len(taken) + 2):
        made = (stem if number == 1 else f"{stem} ({number})") + (f".{ending}" if ending else "")
        if made.casefold() not in {one.casefold() for one in taken}:
            return made
    return stem


def find(space_folder: Path, id: str) -> Upload | None:
    """An upload by its id; None where there is none (any more)."""
    if not _ID.fullmatch(id):
        return None
    folder = uploads_folder(space_folder) / id
    try:
        kept = json.loads((folder / "upload.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Upload(id, folder, **{**kept, "files": tuple(kept["files"])})


def waiting(space_folder: Path) -> tuple[Upload, ...]:
    """Uploads that nobody has published yet, the newest first."""
    base = uploads_folder(space_folder)
    found = [find(space_folder, folder.name) for folder in base.iterdir()] if base.is_dir() else []
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at, reverse=True))


def leave(upload: Upload) -> None:
    """Remove an upload with all its files."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def sweep(base: Path) -> None:
    """Remove uploads that waited too long: they hold personal data that nobody asked to keep."""
    if not base.is_dir():
        return
    limit = dt.datetime.now(dt.UTC) - KEPT
    for folder in base.iterdir():
        if dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC) < limit:
            shutil.rmtree(folder, ignore_errors=True)


def look(
    upload: Upload,
    workspace: Workspace,
    language: str,
    progress: Progress | None = None,
    caps: Caps | None = None,
) -> Preview:
    """Read an upload without writing anything to the lake, and remember what was seen.

    Args:
        language: of the reasons in the files of rejected rows.
    """
    refused: list[tuple[str, ImportRefused]] = []
    aside: list[tuple[str, ImportRefused]] = []
    scratch = upload.folder / f"look-{secrets.token_hex(4)}"
    scratch.mkdir()
    try:
        read = _read(upload, workspace, scratch, refused, aside, progress, caps)
        rejects = upload.folder / "rejects"
        shutil.rmtree(rejects, ignore_errors=True)
        for number, one in enumerate(read):
            if one.rejected and (file := write_rejects(one, rejects / str(number), language)):
                file.rename(rejects / f"{number}.csv")
        preview = Preview(read, tuple(refused), tuple(aside))
        kept = {
            "key": _key(upload, workspace),
            "read": [file_data(one, scratch) for one in read],
            "refused": [[name, error_data(why)] for name, why in refused],
            "aside": [[name, error_data(why)] for name, why in aside],
        }
        with _WRITING:
            write_whole(upload.folder / "preview.json", json.dumps(kept, ensure_ascii=False))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return preview


def _read(
    upload: Upload,
    workspace: Workspace,
    scratch: Path,
    refused: list[tuple[str, ImportRefused]],
    aside: list[tuple[str, ImportRefused]],
    progress: Progress | None,
    caps: Caps | None,
) -> tuple[ReadFile, ...]:
    options: dict[str, Any] = {
        "named": upload.said(),
        "sample": 1,
        "rows": ROWS,
        "progress": progress,
        "refused": lambda name, why: refused.append((name, why)),
        "aside": lambda name, why: aside.append((name, why)),
        "caps": caps or Caps(),
    }
    try:
        return read_in_child(workspace, upload.paths, scratch, **options)
    except ImportRefused as why:
        if len(upload.paths) == 1:
            refused.append((why.where.file if why.where and why.where.file else upload.files[0], why))
            return ()
    # One file brought the process down: each is read by itself, so that the others can be seen.
    refused.clear()
    aside.clear()
    read: list[ReadFile] = []
    for number, path in enumerate(upload.paths):
        folder = scratch / f"alone-{number}"
        folder.mkdir()
        try:
            read += read_in_child(workspace, [path], folder, **options)
        except ImportRefused as why:
            refused.append((upload.files[number], why))
    return tuple(read)


def seen(upload: Upload, workspace: Workspace) -> Preview | None:
    """What was seen of an upload, where nothing was said or drawn otherwise since."""
    try:
        kept = json.loads((upload.folder / "preview.json").read_text("utf-8"))
        if kept["key"] != _key(upload, workspace):
            return None
        told = {
            what: tuple((str(name), _refusal(why)) for name, why in kept[what])
            for what in ("refused", "aside")
        }
        return Preview(tuple(file_of(one, upload.folder) for one in kept["read"]), **told)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_look(upload: Upload) -> None:
    """Have the upload looked at anew."""
    (upload.folder / "preview.json").unlink(missing_ok=True)


def rejects_of(upload: Upload, number: int) -> Path | None:
    """The rejected rows of the n-th file that was read, as CSV."""
    file = upload.folder / "rejects" / f"{number}.csv"
    return file if file.is_file() else None


def remove_file(upload: Upload, name: str) -> None:
    """Leave one file of an upload out."""
    if name in upload.files:
        (upload.folder / "files" / name).unlink(missing_ok=True)
        upload.files = tuple(one for one in upload.files if one != name)
        upload.save()


def _refusal(data: dict[str, Any]) -> ImportRefused:
    error = error_of(data)
    return error if isinstance(error, ImportRefused) else ImportRefused(error.message, error.where)


def _key(upload: Upload, workspace: Workspace) -> str:
    """Names what a look depends on: the files, what was said of them, and the workspace's own mappings."""
    mappings = [source.model_dump_json() for source in workspace.sources.values()]
    said = [upload.files, upload.named, upload.written, mappings, workspace.settings.zone]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
