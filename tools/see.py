"""Shows pictures as others see them: `python tools/see.py FILE.png …` writes FILE-deutan.png, -protan.png and -grey.png.

The matrices are those of Machado, Oliveira and Fernandes (2009) for full strength, applied to linear light.
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MATRICES = {
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "grey": ((0.2126, 0.7152, 0.0722), (0.2126, 0.7152, 0.0722), (0.2126, 0.7152, 0.0722)),
}

Pixels = NDArray[np.uint8]


def seen(pixels: Pixels, how: str) -> Pixels:
    """Pixels (height × width × 3) as somebody with that sight, or a grey printer, shows them."""
    share = pixels.astype(np.float32) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    mixed = np.clip(linear @ np.array(MATRICES[how], np.float32).T, 0, 1)
    back = np.where(mixed <= 0.0031308, mixed * 12.92, 1.055 * mixed ** (1 / 2.4) - 0.055)
    found: Pixels = (back * 255 + 0.5).astype(np.uint8)
    return found


def read_png(file: Path) -> Pixels:
    """The pixels of a PNG of 8 bits in RGB or RGBA, which is what polku writes."""
    data = file.read_bytes()
    place, packed = 8, b""
    width = height = kind = 0
    while place < len(data):
        size, name = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + size]
        if name == b"IHDR":
            width, height, bits, kind = struct.unpack(">IIBB", body[:10])
            if bits != 8 or kind not in (2, 6):
                raise ValueError(f"{file} is no PNG of 8 bits in RGB or RGBA")
        elif name == b"IDAT":
            packed += body
        place += size + 12
    channels = 4 if kind == 6 else 3
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    found = np.zeros((height, width, channels), np.uint8)
    above = np.zeros((width, channels), np.uint8)
    for number in range(height):
        above = found[number] = _unfiltered(
            int(rows[number, 0]), rows[number, 1:].reshape(width, channels), above
        )
    return found[:, :, :3]


def write_png(file: Path, pixels: Pixels) -> None:
    """Write pixels as a PNG."""
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    written = b"\x89PNG\r\n\x1a\n"
    for name, body in parts:
        written += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    file.write_bytes(written)


def _unfiltered(filter_: int, row: Pixels, above: Pixels) -> Pixels:
    """One row of a PNG, its filter undone."""
    if filter_ == 0:
        return row
    if filter_ == 2:
        return row + above
    found = np.zeros_like(row)
    if filter_ == 1:
        return np.cumsum(row.astype(np.uint32), axis=0).astype(np.uint8)
    left = np.zeros(row.shape[1], np.int16)
    corner = np.zeros(row.shape[1], np.int16)
    for place in range(len(row)):
        up = above[place].astype(np.int16)
        if filter_ == 3:
            guess = (left + up) // 2
        else:
            base = left + up - corner
            near = np.abs(base - left), np.abs(base - up), np.abs(base - corner)
            guess = np.where(
                (near[0] <= near[1]) & (near[0] <= near[2]), left, np.where(near[1] <= near[2], up, corner)
            )
        left = ((row[place].astype(np.int16) + guess) & 255).astype(np.int16)
        found[place] = left.astype(np.uint8)
        corner = up
    return found


def main() -> int:
    """Write the three sights of every file named."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    for name in sys.argv[1:]:
        file = Path(name)
        pixels = read_png(file)
        for how in MATRICES:
            write_png(file.with_name(f"{file.stem}-{how}.png"), seen(pixels, how))
    return 0


if __name__ == "__main__":
    sys.exit(main())
