"""Damage that neither the size nor the time of a file tells."""

from __future__ import annotations

import os
from pathlib import Path


def flip_a_bit(file: Path) -> None:
    """Change one bit in the middle of a file."""
    before = file.stat()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
