"""Which letters a text file is written in: its byte order mark, its own bytes, or what the mapping says."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from polku.errors import ImportRefused, Where
from polku.words import Message

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Letters:
    """An encoding and what told it.

    Args:
        encoding: as Python names it.
        told_by: mark, bytes, mapping or left (nothing else fits).
        nul: whether there are NUL characters among the letters.
    """

    encoding: str
    told_by: str
    nul: bool = False

    @property
    def plain(self) -> bool:
        """Whether the bytes are UTF-8 that any reader takes as it is."""
        return self.encoding in ("utf-8", "utf-8-sig", "ascii") and not self.nul


def letters_of(path: Path, name: str, said: str | None = None) -> Letters:
    """The encoding of a text file, read to its end.

    Raises:
        ImportRefused: the mapping names an unknown encoding, the bytes are not of it, or this is no text.
    """
    where = Where(file=name)
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    if said is not None:
        try:
            encoding = codecs.lookup(said).name
        except LookupError:
            raise ImportRefused(Message("sources.unknown-encoding", {"name": said}), where) from None
        found = Letters("utf-8-sig" if encoding == "utf-8" else encoding, "mapping")
    elif head.startswith(codecs.BOM_UTF8):
        found = Letters("utf-8-sig", "mark")
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = Letters("utf-16", "mark")
    elif (wide := _wide(head)) is not None:
        found = Letters(wide, "bytes")
    else:
        found = Letters("utf-8", "bytes")
    bad, nul = _read_through(path, found.encoding)
    if bad is None:
        if nul > 20 and nul * 100 > path.stat().st_size:
            raise ImportRefused(Message("sources.no-text"), where)
        return Letters(found.encoding, found.told_by, nul > 0)
    if found.told_by in ("mapping", "mark"):
        raise ImportRefused(
            Message("sources.wrong-letters", {"encoding": found.encoding, "place": bad}), where
        )
    controls = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 32)))
    nul = head.count(0)
    if (controls + nul) * 50 > len(head):
        raise ImportRefused(Message("sources.no-text"), where)
    undefined, nul = _read_through(path, "cp1252")
    return Letters("cp1252" if undefined is None else "latin-1", "left", nul > 0)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in nearly every second byte."""
    sample = head[:4096]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _read_through(path: Path, encoding: str) -> tuple[int | None, int]:
    """Place of the first byte that is not of the encoding (None: all are), and how many NULs there are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    plain = encoding in ("utf-8", "utf-8-sig", "ascii")
    place = nul = 0
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                if plain and place and block.isascii() and not decoder.getstate()[0]:
                    # Most files hold nothing else, and need no letters made of them.
                    nul += block.count(b"\0") if b"\0" in block else 0
                else:
                    nul += decoder.decode(block).count("\0")
                place += len(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return place + error.start, nul
    return None, nul
