"""Folders for copies of what is read, gone afterwards, those that a killed import left included."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "polku-read-"
_A_DAY = 86_400


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder among the system's temporary files, removed with all in it at the end of the block."""
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _sweep(temporary: Path) -> None:
    """Remove folders older than a day: whoever made them was killed, and they may hold copies of large exports."""
    for left in temporary.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _A_DAY:
                shutil.rmtree(left, ignore_errors=True)
