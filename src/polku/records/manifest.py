"""Manifests: what a version lists of itself, with a digest, so that damage shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polku.errors import LakeError, Where
from polku.records.files import write_whole
from polku.words import Message

FORMAT = 3
"""Of manifests and data files; a lake of a later format is refused, one of an earlier is read: 1 has the events of a
whole publish in one file, 2 may have them in several, of one time after the other, 3 leaves out columns
of events and cases that say nothing, or what another says, and may name events of a whole publish that are not read any
more."""


def folder_name(version: int) -> str:
    """The folder of a version inside the lake."""
    return f"v{version:06d}"


def write_manifest(file: Path, data: Mapping[str, Any]) -> None:
    """Write a manifest with its own digest in it."""
    whole = {"polku": FORMAT, **data}
    write_whole(file, _text({**whole, "digest": _digest(whole)}))


def read_manifest(file: Path) -> Mapping[str, Any]:
    """Read a manifest.

    Raises:
        LakeError: it is missing, damaged, or of a later polku.
    """
    try:
        data = json.loads(file.read_text("utf-8"))
        digest = data.pop("digest")
        right = digest == _digest(data)
    except FileNotFoundError:
        raise LakeError(Message("records.missing-file"), Where(str(file))) from None
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        right = False
    if not right:
        raise LakeError(Message("records.damaged-file"), Where(str(file)))
    if data["polku"] > FORMAT:
        raise LakeError(Message("records.later-format"), Where(str(file)))
    manifest: Mapping[str, Any] = data
    return manifest


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n"


def _digest(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(data).encode()).hexdigest()
