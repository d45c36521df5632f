"""A workspace in a zip: read without trusting it, whatever folder it stands in; and written, each letter as it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from polku.documents import KINDS, SETTINGS_FILE, document_file
from polku.errors import DocumentError
from polku.formats.ids import id_from
from polku.studio.models import Space
from polku.studio.store import texts_of
from polku.words import Message

MOST_MEMBERS = 5_000
MOST_BYTES = 40_000_000
"""Of all documents together, unpacked."""
MOST_OF_ONE = 2_000_000


def texts_of_zip(data: bytes) -> dict[str, str]:
    """The documents in a zip as texts by name; files of other kinds are left where they are.

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
    texts: dict[str, str] = {}
    left = MOST_BYTES
    for member in members:
        name = _document(PurePosixPath(member.filename), root)
        if name is None or member.is_dir() or name in texts:
            continue
        read = _read(archive, member, min(left, MOST_OF_ONE))
        left -= len(read)
        try:
            texts[name] = read.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DocumentError(
                Message("studio-begin.zip-not-utf8", {"file": member.filename[:200]})
            ) from error
    return texts


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


def zip_of(space: Space) -> bytes:
    """The documents of a workspace in a zip; the same documents give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(texts_of(space).items()):
            member = zipfile.ZipInfo(f"{space.slug}/{document_file(name)}", (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, text.encode())
    return file.getvalue()
