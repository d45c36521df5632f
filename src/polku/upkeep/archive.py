"""What a backup is: one tar of files as they lie, with a head, and at the end the sum of every file."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from polku.words import Message

FORMAT = 1
"""Of a backup; a later one is refused."""
HEAD, CONTENTS = "polku-backup.json", "contents.json"

Progress = Callable[[Message, float], None]


@dataclass(frozen=True)
class Backup:
    """What was written or brought back.

    Args:
        made: when, in UTC.
        files: how many.
        bytes: what they hold.
        keys: so many keys of erased people were left out.
    """

    made: str
    files: int
    bytes: int
    keys: int = 0


def add_text(tar: tarfile.TarFile, name: str, data: Mapping[str, Any]) -> None:
    """Add the head or the contents."""
    text = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(text), 0o600
    tar.addfile(info, io.BytesIO(text))


def said_by(tar: tarfile.TarFile, info: tarfile.TarInfo | None) -> Mapping[str, Any]:
    """What the head or the contents say; nothing where it is neither."""
    opened = tar.extractfile(info) if info is not None and info.name in (HEAD, CONTENTS) else None
    said = json.loads(opened.read()) if opened else {}
    return said if isinstance(said, dict) else {}
