"""What a file from outside is: told by its bytes, unpacked within limits, never by its name alone."""

from __future__ import annotations

import contextlib
import gzip
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from polku.errors import ImportRefused, Where
from polku.words import Message

Kind = Literal["csv", "parquet", "xes", "xlsx", "json", "sqlite", "own"]
"""`own`: of a kind that only one source reads."""


@dataclass(frozen=True)
class Limits:
    """How much of a file from outside is read; everything counts unpacked bytes."""

    unpacked_bytes: int = 8 << 30
    ratio: int = 250
    """Unpacked bytes per packed byte, asked for once `ratio_from` bytes are unpacked: a bomb has a thousand."""
    ratio_from: int = 32 << 20
    members: int = 1_000
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
        alone: whether it is the only file of the path that was named.
    """

    path: Path
    name: str
    kind: Kind
    folder: Path
    alone: bool = True

    @property
    def where(self) -> Where:
        """The file as the place of an error."""
        return Where(file=self.name)


Own = Callable[[Path, bytes], bool]
"""Whether a source reads a file by itself; given its first bytes."""
PassedOver = Callable[[str, Message], None]
"""Told of each file within a folder or archive that is not read, and why."""

TABLES = frozenset(
    (
        *(".csv", ".tsv", ".tab", ".txt", ".xes", ".parquet", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson"),
        *(".xml", ".jsonocel", ".xmlocel", ".sqlite", ".sqlite3", ".db"),
    )
)
"""Endings of what is read within folders and archives; a file that is named itself may have any."""


def open_files(
    path: Path,
    scratch: Path,
    limits: Limits = LIMITS,
    *,
    own: Own | None = None,
    passed_over: PassedOver | None = None,
) -> Iterator[Opened]:
    """The plain files that a path holds: itself, unpacked where needed, or those of an archive or a folder.

    Args:
        scratch: an empty folder for unpacked bytes; the caller removes it.

    Raises:
        ImportRefused: missing, empty, of a kind polku does not read, or larger than the limits.
    """
    if not path.exists():
        raise ImportRefused(Message("sources.no-file"), Where(file=str(path)))
    tell = passed_over or (lambda name, message: None)
    if path.is_dir():
        yield from _of_folder(path, scratch, limits, own, tell)
        return
    if not path.is_file():
        raise ImportRefused(Message("sources.not-a-file"), Where(file=str(path)))
    head = _head(path, shown(path.name))
    if head.startswith(b"PK\x03\x04") and not _is_book(path):
        yield from _members(path, scratch, limits, own, tell)
    else:
        yield _plain(path, shown(path.name), path.parent, scratch / "unpacked", limits, own)


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise ImportRefused(
            Message("sources.unreadable", {"reason": error.strerror or ""}), Where(file=name)
        ) from None


def _plain(
    path: Path,
    name: str,
    folder: Path,
    unpacked: Path,
    limits: Limits,
    own: Own | None,
    alone: bool = True,
) -> Opened:
    """A file that is no archive, unpacked from gzip where needed."""
    if _head(path, name).startswith(b"\x1f\x8b"):
        _unpack_gzip(path, unpacked, name, limits)
        path, name = unpacked, re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)
    return Opened(path, name, kind_of(path, name, own), folder, alone)


def _of_folder(
    path: Path, scratch: Path, limits: Limits, own: Own | None, tell: PassedOver
) -> Iterator[Opened]:
    """The files of a folder and those under it; what starts with a dot and what leads elsewhere is left alone."""
    where = Where(file=shown(path.name))
    wanted = []
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if file.is_symlink() or not file.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        name = f"{shown(path.resolve().name)}/{shown(inside.as_posix())}"
        if not _wanted(file.name):
            tell(name, Message("sources.other-ending"))
            continue
        wanted.append((file, name))
        if len(wanted) > limits.members:
            raise ImportRefused(Message("sources.too-many-files", {"limit": limits.members}), where)
    if not wanted:
        raise ImportRefused(Message("sources.nothing-inside"), where)
    for place, (file, name) in enumerate(wanted):
        unpacked = scratch / f"unpacked-{place}"
        if _head(file, name).startswith(b"PK\x03\x04") and not _is_book(file):
            tell(name, Message("sources.archive-inside"))
            continue
        with _passing_over(name, tell, alone=len(wanted) == 1):
            yield _plain(file, name, file.parent, unpacked, limits, own, alone=len(wanted) == 1)
        # What is read is in the engine by now.
        unpacked.unlink(missing_ok=True)


@contextlib.contextmanager
def _passing_over(name: str, tell: PassedOver, *, alone: bool) -> Iterator[None]:
    """Among several files one that is empty or something else is told of; alone it is refused."""
    try:
        yield
    except ImportRefused as why:
        if alone or why.message.id not in _PASSED_OVER:
            raise
        tell(name, why.message)


_PASSED_OVER = frozenset(("sources.empty-file", "sources.other-kind", "sources.not-what-it-says"))


def _wanted(name: str) -> bool:
    plain = Path(name.lower().removesuffix(".gz"))
    return plain.suffix in TABLES


def shown(name: str) -> str:
    """A file's name without signs that move the cursor, turn the direction of writing or end the line."""
    return "".join(
        sign if sign == " " or unicodedata.category(sign)[0] not in "CZ" else "\N{REPLACEMENT CHARACTER}"
        for sign in name
    )


def kind_of(path: Path, name: str, own: Own | None = None) -> Kind:
    """What the bytes of a plain file say it is.

    Raises:
        ImportRefused: empty, or something else than a table or an event log.
    """
    where = Where(file=name)
    head = _head(path, name)
    if not head:
        raise ImportRefused(Message("sources.empty-file"), where)
    if own is not None and own(path, head):
        return "own"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if head.startswith(b"PK\x03\x04") and _is_book(path):
        return "xlsx"
    text = _start_of_text(head)
    other = _other_kind(path, name, head, text)
    if other is not None:
        raise ImportRefused(Message("sources.other-kind", {"what": Message(f"sources.kind-{other}")}), where)
    if text.startswith("<"):
        return "xes"
    if text.startswith("{") or re.match(r"\[\s*[\[{]", text):
        return "json"
    if name.lower().endswith((".xes", ".parquet", ".xlsx", ".xlsm", ".sqlite", ".json", ".jsonl", ".ndjson")):
        raise ImportRefused(Message("sources.not-what-it-says", {"ending": Path(name).suffix}), where)
    return "csv"


def _other_kind(path: Path, name: str, head: bytes, text: str) -> str | None:
    """What a file is that polku does not read; None: perhaps it does."""
    for signs, what in _OTHERS:
        if head.startswith(signs):
            return "locked-office" if what == "old-office" and _is_locked(path) else what
    if text.startswith("<") and "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "old-office"
    if text.startswith(("<!doctype html", "<html", "<table", "<meta")):
        return "html-table" if "<table" in text or name.lower().endswith(".xls") else "web-page"
    return None


def _is_book(path: Path) -> bool:
    """Whether a zip file is a workbook of a spreadsheet."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.NameToInfo
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        return False


_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""What stands in the list of contents of an office document that a password locks."""
_LOOKED_THROUGH = 16 << 20


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        return _LOCKED in file.read(_LOOKED_THROUGH)


_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "old-office"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"\x1f\x8b", "packed-twice"),
    (b"PK\x03\x04", "packed-twice"),
)


def _start_of_text(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head.decode(encoding, errors="replace").lstrip().lower()


def _unpack_gzip(path: Path, plain: Path, name: str, limits: Limits) -> None:
    try:
        with gzip.open(path, "rb") as packed:
            copy_within(packed, plain, path.stat().st_size, name, limits)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error):
        raise ImportRefused(Message("sources.broken-archive"), Where(file=name)) from None


def _members(
    path: Path, scratch: Path, limits: Limits, own: Own | None, tell: PassedOver
) -> Iterator[Opened]:
    base = shown(path.name)
    where = Where(file=base)
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [member for member in archive.infolist() if not member.is_dir()]
            if any(
                member.filename.startswith(("word/", "ppt/")) or member.filename == "mimetype"
                for member in inside
            ):
                raise ImportRefused(
                    Message("sources.other-kind", {"what": Message("sources.kind-office")}), where
                )
            wanted = []
            for member in inside:
                # The member's own path is never used on disk, so it cannot lead out of the folder.
                last = member.filename.replace("\\", "/").rpartition("/")[2]
                if member.filename.startswith("__MACOSX/") or last.startswith("."):
                    continue
                if _wanted(last):
                    wanted.append((member, f"{base}/{shown(last)}"))
                else:
                    archive_inside = last.lower().endswith(".zip")
                    why = "sources.archive-inside" if archive_inside else "sources.other-ending"
                    tell(f"{base}/{shown(last)}", Message(why))
            if not wanted:
                raise ImportRefused(Message("sources.nothing-inside"), where)
            if len(wanted) > limits.members:
                raise ImportRefused(Message("sources.too-many-members", {"limit": limits.members}), where)
            wanted = _apart(wanted, base)
            left = limits.unpacked_bytes
            for place, (member, name) in enumerate(wanted):
                plain = scratch / f"member-{place}"
                if member.flag_bits & 1:
                    raise ImportRefused(Message("sources.locked-archive"), where)
                part = replace(limits, unpacked_bytes=left)
                with archive.open(member) as packed:
                    left -= copy_within(packed, plain, max(member.compress_size, 1), base, part)
                unpacked = scratch / f"unpacked-{place}"
                with _passing_over(name, tell, alone=len(wanted) == 1):
                    yield _plain(
                        plain,
                        name,
                        scratch,
                        unpacked,
                        replace(part, unpacked_bytes=left),
                        own,
                        len(wanted) == 1,
                    )
                # What is read is in the engine by now.
                plain.unlink(missing_ok=True)
                unpacked.unlink(missing_ok=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise ImportRefused(Message("sources.broken-archive"), where) from None


def _apart(wanted: list[tuple[zipfile.ZipInfo, str]], base: str) -> list[tuple[zipfile.ZipInfo, str]]:
    """Files of one name in several folders of an archive are called with their folders."""
    often = Counter(name for _, name in wanted)
    made = []
    for member, name in wanted:
        if often[name] > 1:
            parts = [
                one for one in member.filename.replace("\\", "/").split("/") if one not in ("", ".", "..")
            ]
            name = f"{base}/{shown('/'.join(parts))}"
        made.append((member, name))
    return made


def copy_within(packed: IO[bytes], plain: Path, packed_bytes: int, name: str, limits: Limits) -> int:
    """Unpack bytes into a file, and say how many they were.

    Raises:
        ImportRefused: they grow beyond the limits.
    """
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
