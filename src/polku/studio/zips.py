"""A workspace in a zip: read without trusting it, whatever folder it stands in."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from polku.documents import KINDS, SETTINGS_FILE
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.studio.spaces import BESIDE
from polku.words import Message

MOST_MEMBERS = 5_000
MOST_BYTES = 40_000_000
"""Of all documents together, unpacked."""
MOST_OF_ONE = 2_000_000
MOST_OF_FILE = 20_000_000


@dataclass(frozen=True)
class Unpacked:
    """A workspace from a zip.

    Args:
        texts: YAML by name of document.
        files: what lies beside them, by its path: `brand/logo.svg`.
    """

    texts: dict[str, str]
    files: dict[str, bytes]


def unpack(data: bytes) -> Unpacked:
    """The documents in a zip and the files beside them; what is neither is left where it is.

    Raises:
        DocumentError: it is no zip, holds no polku.yaml, unpacks to too much, or a document is not UTF-8.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise DocumentError(Message("studio-begin.no-zip")) from error
    if len(members) > MOST_MEMBERS:
        found = {"found": len(members), "most": MOST_MEMBERS}
        raise DocumentError(Message("studio-begin.zip-many", found))
    heads = [
        PurePosixPath(one.filename) for one in members if PurePosixPath(one.filename).name == SETTINGS_FILE
    ]
    if not heads:
        raise DocumentError(Message("studio-begin.zip-no-workspace"))
    root = min(heads, key=lambda path: len(path.parts)).parent
    found_here = Unpacked({}, {})
    left = MOST_BYTES
    for member in members:
        path = PurePosixPath(member.filename)
        name, beside = _document(path, root), _beside(path, root)
        if member.is_dir() or name in found_here.texts or not (name or beside):
            continue
        read = _read(archive, member, min(left, MOST_OF_ONE if name else MOST_OF_FILE))
        left -= len(read)
        if name is None:
            found_here.files[str(beside)] = read
            continue
        try:
            found_here.texts[name] = read.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DocumentError(
                Message("studio-begin.zip-not-utf8", {"file": member.filename[:200]})
            ) from error
    return found_here


def _beside(path: PurePosixPath, root: PurePosixPath) -> str | None:
    """The path of a file that lies beside the documents, None of any other."""
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return None
    if (
        len(parts) != 2
        or parts[0] not in BESIDE
        or not re.fullmatch(r"[A-Za-z0-9][\w. ()+-]{0,150}", parts[1])
    ):
        return None
    return "/".join(parts)


def _document(path: PurePosixPath, root: PurePosixPath) -> str | None:
    """The name of the document a member is, None of what is none."""
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return None
    if parts == (SETTINGS_FILE,):
        return "polku"
    if len(parts) != 2 or parts[0] not in KINDS or path.suffix not in (".yaml", ".yml"):
        return None
    return None if path.name.startswith(".") else f"{parts[0]}/{id_from(path.stem)}"


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    # The size a zip tells of itself may be a lie: what counts is what comes out.
    try:
        with archive.open(member) as opened:
            read = opened.read(most + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise DocumentError(Message("studio-begin.no-zip")) from error
    if len(read) > most:
        raise DocumentError(
            Message("studio-begin.zip-large", {"file": member.filename[:200], "most": most / 1e6})
        )
    return read
