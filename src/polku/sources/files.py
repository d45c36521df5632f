"""What a file from outside is: told by its bytes, unpacked within limits, never by its name alone."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from polku.errors import ImportRefused, Where
from polku.words import Message

Kind = Literal["csv", "parquet", "xes"]


@dataclass(frozen=True)
class Limits:
    """How much of a file from outside is read; everything counts unpacked bytes."""

    unpacked_bytes: int = 8 << 30
    ratio: int = 250
    """Unpacked bytes per packed byte, asked for once `ratio_from` bytes are unpacked: a bomb has a thousand."""
    ratio_from: int = 32 << 20
    members: int = 200
    columns: int = 2_000
    cell: int = 1_000_000
    depth: int = 64


LIMITS = Limits()


@dataclass(frozen=True)
class Opened:
    """A plain file to read.

    Args:
        path: where its unpacked bytes are.
        name: what the user calls it; a member of an archive carries the archive's name before it.
        folder: where look-ups beside it are searched.
    """

    path: Path
    name: str
    kind: Kind
    folder: Path

    @property
    def where(self) -> Where:
        """The file as the place of an error."""
        return Where(file=self.name)


def open_files(path: Path, scratch: Path, limits: Limits = LIMITS) -> Iterator[Opened]:
    """The plain files that a path holds: itself, unpacked where needed, or the members of an archive.

    Args:
        scratch: an empty folder for unpacked bytes; the caller removes it.

    Raises:
        ImportRefused: missing, empty, of a kind polku does not read, or larger than the limits.
    """
    where = Where(file=path.name)
    if not path.exists():
        raise ImportRefused(Message("sources.no-file"), Where(file=str(path)))
    if not path.is_file():
        raise ImportRefused(Message("sources.not-a-file"), Where(file=str(path)))
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ImportRefused(Message("sources.unreadable", {"reason": error.strerror or ""}), where) from None
    if head.startswith(b"\x1f\x8b"):
        plain = scratch / "unpacked-0"
        _unpack_gzip(path, plain, limits)
        name = path.name.removesuffix(".gz")
        yield Opened(plain, name, kind_of(plain, name), path.parent)
    elif head.startswith(b"PK\x03\x04"):
        yield from _members(path, scratch, limits)
    else:
        yield Opened(path, path.name, kind_of(path, path.name), path.parent)


def kind_of(path: Path, name: str) -> Kind:
    """What the bytes of a plain file say it is.

    Raises:
        ImportRefused: empty, or something else than a table or an event log.
    """
    where = Where(file=name)
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise ImportRefused(Message("sources.empty-file"), where)
    if head.startswith(b"PAR1"):
        return "parquet"
    for signs, what in _OTHERS:
        if head.startswith(signs):
            raise ImportRefused(
                Message("sources.other-kind", {"what": Message(f"sources.kind-{what}")}), where
            )
    text = _start_of_text(head)
    if text.startswith("<"):
        if text.startswith(("<!doctype html", "<html")):
            raise ImportRefused(
                Message("sources.other-kind", {"what": Message("sources.kind-web-page")}), where
            )
        return "xes"
    if text.startswith(("{", "[{", "[\n")):
        raise ImportRefused(Message("sources.other-kind", {"what": Message("sources.kind-json")}), where)
    if name.lower().endswith((".xes", ".parquet")):
        raise ImportRefused(Message("sources.not-what-it-says", {"ending": Path(name).suffix}), where)
    return "csv"


_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "old-office"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"SQLite format 3", "database"),
    (b"\x1f\x8b", "packed-twice"),
    (b"PK\x03\x04", "packed-twice"),
)


def _start_of_text(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head.decode(encoding, errors="replace").lstrip().lower()


def _unpack_gzip(path: Path, plain: Path, limits: Limits) -> None:
    try:
        with gzip.open(path, "rb") as packed:
            _copy(packed, plain, path.stat().st_size, path.name, limits)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error):
        raise ImportRefused(Message("sources.broken-archive"), Where(file=path.name)) from None


def _members(path: Path, scratch: Path, limits: Limits) -> Iterator[Opened]:
    where = Where(file=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [member for member in archive.infolist() if not member.is_dir()]
            if any(member.filename.startswith(("xl/", "word/", "ppt/")) for member in inside):
                raise ImportRefused(
                    Message("sources.other-kind", {"what": Message("sources.kind-office")}), where
                )
            wanted = [
                member
                for member in inside
                if Path(member.filename).suffix.lower() in (".csv", ".tsv", ".txt", ".xes", ".parquet")
                and not member.filename.startswith("__MACOSX/")
            ]
            if not wanted:
                raise ImportRefused(Message("sources.nothing-inside"), where)
            if len(wanted) > limits.members:
                raise ImportRefused(Message("sources.too-many-members", {"limit": limits.members}), where)
            left = limits.unpacked_bytes
            for place, member in enumerate(wanted):
                # The member's own path is never used on disk, so it cannot lead out of the folder.
                plain = scratch / f"unpacked-{place}"
                name = f"{path.name}/{Path(member.filename.replace(chr(92), '/')).name}"
                if member.flag_bits & 1:
                    raise ImportRefused(Message("sources.locked-archive"), where)
                with archive.open(member) as packed:
                    part = Limits(min(left, limits.unpacked_bytes), limits.ratio, limits.ratio_from)
                    left -= _copy(packed, plain, max(member.compress_size, 1), path.name, part)
                yield Opened(plain, name, kind_of(plain, name), scratch)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise ImportRefused(Message("sources.broken-archive"), where) from None


def _copy(packed: IO[bytes], plain: Path, packed_bytes: int, name: str, limits: Limits) -> int:
    size = 0
    with plain.open("wb") as out:
        while block := packed.read(1 << 20):
            size += len(block)
            bomb = size > limits.ratio_from and size > limits.ratio * packed_bytes
            if size > limits.unpacked_bytes or bomb:
                raise ImportRefused(
                    Message(
                        "sources.too-large", {"limit": limits.unpacked_bytes >> 20, "ratio": limits.ratio}
                    ),
                    Where(file=name),
                )
            out.write(block)
    return size
