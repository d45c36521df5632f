"""Taking imports back: the lake as it was before one, as a new version, so that nothing is destroyed by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from polku.errors import LakeError, Where
from polku.records.engine import ENGINE_NAME
from polku.records.lake import Lake, Version
from polku.records.manifest import folder_name, read_manifest
from polku.records.schema import PUBLISHED
from polku.words import Message


@dataclass(frozen=True)
class Undone:
    """Imports that were taken back.

    Args:
        version: that came into force by it.
        to: the version whose records it holds; None: that of an empty lake.
        files: names of the files whose imports were taken back, in the order in which they had come in.
    """

    version: int
    to: int | None
    files: tuple[str, ...]


def undo_imports(lake: Lake, since: int | None = None, *, now: dt.datetime | None = None) -> Undone:
    """Take back the import that made a version, and all that came after it.

    Args:
        since: the version that the import made; default the newest import.
        now: written into the history; default the clock.

    Raises:
        LakeError: there is no such import, or what was before it is no longer there.
    """
    lake.open()
    with lake.writing() as draft:
        present = lake.open()
        imports: list[Mapping[str, Any]] = list(present.manifest["imports"])
        since = _import(lake, imports, since)
        if since < present.oldest:
            raise LakeError(Message("records.undo-erased", {"version": since}), Where(str(lake.folder)))
        gone = [one for one in imports if int(one["version"]) >= since]
        moment = (now or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds")
        if since not in undoable(lake):
            raise LakeError(Message("records.undo-erased", {"version": since}), Where(str(lake.folder)))
        to = read_manifest(lake.folder / folder_name(since) / "manifest.json")["previous"]
        before = None if to is None else lake.open(int(to))
        if before is not None:
            _all_there(before)
        kept = _nothing(present) if before is None else dict(before.manifest)
        undone = {"when": moment, "version": draft.number, "to": to, "imports": gone}
        version = draft.commit(
            {
                **kept,
                "version": draft.number,
                "made": moment,
                **present.past,
                "undone": [*present.manifest.get("undone", ()), undone],
            }
        )
    return Undone(version, to, tuple(dict.fromkeys(str(one["file"]) for one in gone)))


def undoable(lake: Lake) -> frozenset[int]:
    """Versions whose import can be taken back: an erasure removes what was before it."""
    imports = lake.open().manifest["imports"] if lake.exists() else ()
    made = {int(one["version"]) for one in imports}
    return frozenset(one for one in made if (lake.folder / folder_name(one) / "manifest.json").exists())


def _import(lake: Lake, imports: Sequence[Mapping[str, Any]], since: int | None) -> int:
    made = sorted({int(one["version"]) for one in imports})
    if not made:
        raise LakeError(Message("records.no-data"), Where(str(lake.folder)))
    if since is not None and since not in made:
        raise LakeError(
            Message("records.nothing-to-undo", {"version": since, "known": made}), Where(str(lake.folder))
        )
    return made[-1] if since is None else since


def _all_there(version: Version) -> None:
    for table in PUBLISHED:
        version.files(table)


def _nothing(present: Version) -> dict[str, Any]:
    """The manifest of a lake without a row."""
    return {
        "previous": None,
        "engine": ENGINE_NAME,
        "hash": present.manifest["hash"],
        "data": "0" * 12,
        "links": "",
        "default_case": present.default_case,
        "case_kinds": [],
        "tables": {table: [] for table in PUBLISHED},
        "imports": [],
    }
