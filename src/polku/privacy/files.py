"""Files of a workspace beside its lake and documents: rejected rows rewritten, others that name somebody found."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from polku.records.files import write_whole
from polku.records.forgotten import FILE, KEY_FILE, Forgotten
from polku.records.letters import fold
from polku.records.masking import ERASED, cells_of

MOST = 200_000_000
"""Bytes of a file, or of what is packed in it, that are looked into."""
CLOSED = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".parquet", ".duckdb", ".7z", ".rar"))
"""Kinds of files whose words cannot be searched."""
_OWN = frozenset((FILE, KEY_FILE))
_PIECE = 1 << 20


@dataclass(frozen=True)
class LeftFiles:
    """Files that polku did not touch, relative to the workspace's folder.

    Args:
        naming: in which somebody erased is named.
        closed: into which it cannot look.
    """

    naming: tuple[str, ...]
    closed: tuple[str, ...]


def mask_rejects(folder: Path, forgotten: Forgotten) -> tuple[str, ...]:
    """Rewrite the files of rejected rows; those that changed, relative to the workspace's folder."""
    changed = []
    for file in sorted((folder / "rejects").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened))
        masked = [[_masked(cell, forgotten) for cell in row] for row in rows]
        name = forgotten.text(file.name)
        if masked == rows and name == file.name:
            continue
        out = io.StringIO(newline="")
        csv.writer(out).writerows(masked)
        write_whole(file.with_name(name), "\ufeff" + out.getvalue())
        if name != file.name:
            file.unlink()
        changed.append(f"rejects/{name}")
    return tuple(changed)


def _masked(cell: str, forgotten: Forgotten) -> str:
    new = forgotten.text(cell, prose=True)
    if any(map(forgotten.holds_ref, cells_of(cell))) or (new != cell and len(cells_of(cell)) > 5):
        return ERASED
    return new


def left_files(folder: Path, forgotten: Forgotten, needles: Sequence[str] = ()) -> LeftFiles:
    """Look through all files of a workspace's folder but its lake.

    Args:
        needles: plain words, of which a file that names somebody holds one; where they are known it is faster.
    """
    naming, closed = [], []
    folded = [fold(one.casefold()) for one in needles]
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if not file.is_file() or parts[0] == "lake" or parts[0] in _OWN:
            continue
        if parts[0] == ".git":
            closed.append(".git")
            continue
        shown = "/".join(parts)
        found = forgotten.text(shown) != shown
        if file.suffix.lower() in CLOSED:
            closed.append(shown)
        elif found or any(_names(text, forgotten, folded) for text in _texts(file)):
            naming.append(shown)
    return LeftFiles(tuple(naming), tuple(dict.fromkeys(closed)))


def _names(text: str, forgotten: Forgotten, needles: Sequence[str]) -> bool:
    if needles:
        plain = fold(text.casefold())
        if not any(needle in plain for needle in needles):
            return False
    return forgotten.text(text, prose=True) != text


def _texts(file: Path) -> Iterator[str]:
    """The words of a file, unpacked, in pieces that overlap so that no name falls between two."""
    with file.open("rb") as opened:
        head = opened.read(4)
        opened.seek(0)
        try:
            if head == b"PK\x03\x04":
                with zipfile.ZipFile(opened) as packed:
                    for member in packed.infolist():
                        yield member.filename
                        with packed.open(member) as inside:
                            yield from _pieces(inside)
                return
            if head[:2] == b"\x1f\x8b":
                with gzip.open(opened) as inside:
                    yield from _pieces(inside)
                return
        except (
            OSError,
            ValueError,
            EOFError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
            zipfile.BadZipFile,
        ):
            # Broken or locked: what can be seen of it are its bytes.
            opened.seek(0)
        yield from _pieces(opened)


def _pieces(opened: object) -> Iterator[str]:
    read = opened.read  # type: ignore[attr-defined]
    before, total = b"", 0
    while total < MOST and (piece := read(_PIECE)):
        total += len(piece)
        whole = before + piece
        yield from _decoded(whole)
        before = whole[-200:]


def _decoded(data: bytes) -> Iterator[str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:2000].count(0) > len(data[:2000]) // 3:
        for encoding in ("utf-16-le", "utf-16-be"):
            yield data.decode(encoding, "ignore")
        return
    text = data.decode("utf-8", "ignore")
    yield re.sub(r"<[^>]{0,200}>", " ", text) if "<" in text else text
    if "\ufffd" in data.decode("utf-8", "replace"):
        yield data.decode("cp1252", "ignore")
