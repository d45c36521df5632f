"""Files that belong to a workspace: recordings and documents beside its evidence, kept under safe names."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from polku.errors import DocumentError
from polku.words import Message

MOST_BYTES = 50_000_000
"""Size of one file."""
SAFE = re.compile(r"^[a-z0-9][a-z0-9._-]{0,150}$")


def keep_file(folder: Path, id: str, name: str, chunks: Iterable[bytes], *, most: int = MOST_BYTES) -> str:
    """Keep a file for a piece of evidence; its path relative to the workspace's folder.

    Args:
        folder: of the workspace.
        id: of the piece; stands before the name, so that two pieces never share a file.
        name: what the file was called; only letters, digits, dots and hyphens of it are kept.

    Raises:
        DocumentError: it is empty or too large; nothing is kept.
    """
    kept = f"{id[:80]}-{safe_name(name)}"
    target = folder / "files" / kept
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{kept}.part")
    size = 0
    try:
        with beside.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise DocumentError(Message("studio-evidence.file-large", {"most": most // 1_000_000}))
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise DocumentError(Message("studio-evidence.file-empty"))
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return f"files/{kept}"


def kept_file(folder: Path, path: str | None) -> Path | None:
    """Where a kept file is; None where there is none, whatever a document says its path were."""
    around, _, name = (path or "").partition("/")
    if around != "files" or not SAFE.fullmatch(name):
        return None
    file = folder / "files" / name
    return file if file.is_file() and not file.is_symlink() else None


def safe_name(name: str) -> str:
    """A file's name of letters, digits, dots and hyphens alone, never hidden, never a path."""
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = unicodedata.normalize("NFKD", base.casefold()).encode("ascii", "ignore").decode()
    stem, dot, ending = plain.rpartition(".")
    stem = re.sub(r"[^a-z0-9]+", "-", stem if dot else plain).strip("-")[:50] or "file"
    ending = re.sub(r"[^a-z0-9]", "", ending)[:8] if dot else ""
    return f"{stem}.{ending}" if ending else stem
