"""The widths of letters, read straight from the font's own tables (a TrueType file, in milliseconds)."""

from __future__ import annotations

import struct
from array import array
from functools import lru_cache
from pathlib import Path
from sys import byteorder

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "Inter"
WEIGHTS = (400, 500, 600, 700)

COMMON = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) | frozenset(
    "\u2009\u202f\u2011–—‘’‚“”„†•…‰‹›€№™←↑→↓−≈≠≤≥■□▲▶▼◀◆◇○●★✓✕✗"
)
"""Letters that nearly every drawing keeps to: those of Western and Northern Europe, and the signs of polku."""

UNKNOWN = 1.0
"""Width in em assumed for a letter the font lacks: whatever the reader's machine puts there fits."""

TABULAR_DIGIT = 0.6485
"""Width in em of every figure when figures stand in columns (feature tnum), the same in all weights."""

ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


class Advances(dict[str, float]):
    """Width in em by letter; what is not there is UNKNOWN, and figures are as wide as in columns."""

    def __missing__(self, letter: str) -> float:
        width = 0.0 if 0x0300 <= ord(letter) < 0x0370 else UNKNOWN
        self[letter] = width
        return width


def font_file(weight: int, italic: bool = False) -> Path:
    """The file of a face; where a slanted one was not built, the upright one of its weight."""
    slanted = FOLDER / f"Inter-{weight}-italic.ttf"
    return slanted if italic and slanted.exists() else FOLDER / f"Inter-{weight}.ttf"


def common_file(file: Path) -> Path:
    """The same face with the COMMON letters alone, made beside it at build time; six times faster to cut from."""
    return file.parent / "common" / file.name


def font_files() -> list[Path]:
    """All faces there are, in a fixed order."""
    return sorted(FOLDER.glob("Inter-*.ttf"))


@lru_cache(maxsize=16)
def advances(weight: int, italic: bool = False) -> Advances:
    """Widths of one face. Weights between those there are take the next heavier one (never too narrow)."""
    nearest = next((known for known in WEIGHTS if known >= weight), WEIGHTS[-1])
    file = font_file(nearest, italic)
    if file.exists():
        return _read(file)
    # Before the fonts are built: widths of no letter are known, so all are taken as wide.
    return Advances(dict.fromkeys(map(chr, range(32, 592)), 0.62))


def _read(file: Path) -> Advances:
    data = file.read_bytes()
    tables = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", data, 12 + 16 * number)
        tables[tag] = offset
    em = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    count = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    metrics = array("H", data[tables[b"hmtx"] : tables[b"hmtx"] + 4 * count])
    if byteorder == "little":
        metrics.byteswap()
    widths = [width / em for width in metrics[::2]]
    last = len(widths) - 1
    found = Advances()
    for letter, glyph in _letters(data, tables[b"cmap"]):
        found[letter] = widths[min(glyph, last)]
    for digit in "0123456789":
        found[digit] = max(found[digit], TABULAR_DIGIT)
    for letter in ZERO_WIDTH:
        found[letter] = 0.0
    return found


def _letters(data: bytes, table: int) -> list[tuple[str, int]]:
    """Letter and glyph number of the widest Unicode map of a font: format 12, else 4."""
    maps = {}
    for number in range(struct.unpack_from(">H", data, table + 2)[0]):
        _, _, offset = struct.unpack_from(">HHL", data, table + 4 + 8 * number)
        maps[struct.unpack_from(">H", data, table + offset)[0]] = table + offset
    if 12 in maps:
        at = maps[12]
        groups = struct.unpack_from(">L", data, at + 12)[0]
        pairs = []
        for first, last, glyph in struct.iter_unpack(">LLL", data[at + 16 : at + 16 + 12 * groups]):
            pairs += [(chr(code), glyph + code - first) for code in range(first, last + 1)]
        return pairs
    return _letters_16_bit(data, maps[4])


def _letters_16_bit(data: bytes, at: int) -> list[tuple[str, int]]:
    double = struct.unpack_from(">H", data, at + 6)[0]
    count = double // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + double)
    deltas = struct.unpack_from(f">{count}h", data, at + 16 + 2 * double)
    offsets_at = at + 16 + 3 * double
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    pairs = []
    for number in range(count):
        for code in range(starts[number], min(ends[number], 0xFFFE) + 1):
            if offsets[number]:
                place = offsets_at + 2 * number + offsets[number] + 2 * (code - starts[number])
                glyph = struct.unpack_from(">H", data, place)[0]
                glyph = (glyph + deltas[number]) & 0xFFFF if glyph else 0
            else:
                glyph = (code + deltas[number]) & 0xFFFF
            if glyph:
                pairs.append((chr(code), glyph))
    return pairs
