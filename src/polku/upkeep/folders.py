"""The folders that upkeep is about, a workspace's and a studio's: how they are told, and how much they hold."""

from __future__ import annotations

import contextlib
from pathlib import Path

from polku.errors import PolkuError
from polku.words import Message

DATABASE = "studio.sqlite3"
"""The studio's own, in its folder."""


def is_workspace(folder: Path) -> bool:
    """Whether a folder holds the documents of a workspace."""
    return (folder / "polku.yaml").is_file()


def is_studio(folder: Path) -> bool:
    """Whether a folder is one that the studio keeps its data in."""
    return (folder / "secret-key").is_file() or (folder / DATABASE).is_file()


def lakes(folder: Path) -> list[Path]:
    """The lakes in a workspace's or a studio's folder."""
    return [one for one in (folder / "lake", *sorted(folder.glob("spaces/*/lake"))) if one.is_dir()]


def weight(lake: Path) -> int:
    """Bytes of the version in force; 0 where there is none that can be read."""
    from polku.records.lake import Lake
    from polku.records.schema import PUBLISHED

    with contextlib.suppress(PolkuError):
        version = Lake(lake).open()
        return sum(entry.bytes for table in PUBLISHED for entry in version.entries(table))
    return 0


def size(count: int) -> Message:
    """A number of bytes as people read it: 1.4 MB, 71 GB."""
    unit, name = (1e9, "gb") if count >= 1e9 else (1e6, "mb")
    return Message(f"doctor.{name}", {"size": float(f"{count / unit:.2g}")})
