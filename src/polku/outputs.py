"""Files that people take along (pictures, reports, tables): written whole, or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from polku.errors import OutputError, Where
from polku.words import Message

_DEVICES = (("/", "dev"), ("/", "proc"))
_FULL = frozenset((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)))
_FORBIDDEN = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


def write_output(file: Path, content: str | bytes) -> None:
    """Write a file beside its place, then put it there in one step; folders on the way are made.

    A pipe or a device, such as /dev/stdout, is written to as it is, and a link keeps pointing where it did.

    Raises:
        OutputError: the disk or the rights do not let us; what stood there before still stands.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if file.parts[:2] in _DEVICES or (file.exists() and not file.is_file()):
            with file.open("wb") as device:
                device.write(data)
            return
        target = file.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{target.stem[:80]}-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            Path(beside).chmod(_mode(target))
            Path(beside).replace(target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(failure(error), Where(file=str(file))) from error


def failure(error: OSError) -> Message:
    """What an error of the disk means to whoever asked for a file, and what can be done."""
    if error.errno in _FULL:
        return Message("outputs.no-space")
    if error.errno in _FORBIDDEN:
        return Message("outputs.read-only")
    return Message("outputs.not-written", {"reason": error.strerror or str(error)})


def _mode(target: Path) -> int:
    """The rights of the file that is replaced, else those any new file gets here."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
