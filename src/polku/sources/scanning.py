"""What the bytes of a text file tell before anybody cuts it into cells: its lines, and that no cell needs cleaning."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

_BLOCK = 1 << 16
"""Small enough that what is made of a block stays near the processor."""
_KEPT = 3
"""Bytes of a block that are looked at again with the next, so that no word is cut in two."""
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Scan:
    """What a file's bytes tell.

    Args:
        lines: how many there are.
        alone: a carriage return stands without a line feed.
        tidy: wherever the cells are cut, each stands as `cells.filled` would leave it, without two spaces in a row.
            Where it is not, some cell may have spaces around it all the same or none.
    """

    lines: int
    alone: bool
    tidy: bool


def scan(path: Path, delimiter: str) -> Scan:
    """Look at every byte of a file in UTF-8.

    Args:
        delimiter: of its cells.
    """
    sign = delimiter.encode()
    edges = b' \r\n"' + sign
    tidy = len(sign) == 1 and sign not in (b" ", b"\t")
    lines, alone, kept = 0, False, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            # A pair may be cut by the end of the block: the next byte belongs to it.
            if block.endswith(b"\r"):
                block += file.read(1)
            signs = np.frombuffer(block, dtype=np.uint8)
            ends = signs == 10
            lines += int(np.count_nonzero(ends))
            if b"\r" in block:
                alone = alone or block.count(b"\r") != block.count(b"\r\n")
            if tidy:
                border = kept[-1:] or b"\n"
                words = block if kept else block.removeprefix(_MARK)
                tidy = not (
                    _says_otherwise(words)
                    or _says_otherwise(kept + words[:_KEPT])
                    or (border in edges and words.startswith(b" "))
                    or (border == b" " and words[:1] in edges)
                    or _at_edges(block, signs, ends, sign)
                )
            kept = block[-_KEPT:]
    return Scan(lines + bool(kept and not kept.endswith(b"\n")), alone, tidy and not kept.endswith(b" "))


def _says_otherwise(block: bytes) -> bool:
    """Whether anything stands there that a cell could begin or end with and lose, but for spaces, or say in place of nothing."""
    # A single byte is found many times faster than a word.
    if b"\t" in block or b"\0" in block or (b"\\" in block and b"\\N" in block) or b"NULL" in block:
        return True
    return not block.isascii() and (b"\xc2\xa0" in block or _MARK in block)


def _at_edges(
    block: bytes,
    signs: np.ndarray[tuple[int], np.dtype[np.uint8]],
    ends: np.ndarray[tuple[int], np.dtype[np.bool_]],
    sign: bytes,
) -> bool:
    """Whether a space stands beside another, a delimiter, a quotation mark or an end of a line."""
    spaces = signs == 32
    edges = spaces | ends
    for one in (sign, b'"', b"\r"):
        if one in block:
            edges |= signs == one[0]
    return bool((spaces[1:] & edges[:-1]).any() or (spaces[:-1] & edges[1:]).any())
