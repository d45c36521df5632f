"""Whether an installation, a workspace or a studio's folder is sound: what was looked at, and what to do about it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from polku import __version__
from polku.errors import LakeError, PolkuError, WrongUse
from polku.upkeep.folders import DATABASE, is_studio, is_workspace, lakes, size, weight
from polku.words import Message

State = Literal["well", "mind", "ill"]
"""Sound; works, but somebody should look at it; does not work, or will not for long."""
EXTRAS = {
    "office": ("openpyxl", "pptx", "typst", "xlsxwriter"),
    "studio": ("allauth", "argon2", "django", "django_tasks", "ninja", "uvicorn", "whitenoise"),
    "postgres": ("psycopg",),
    "match": ("splink",),
    "voice": ("lingua",),
    "spark": ("pyspark", "sqlglot"),
}
"""What may be installed beside polku → the packages it needs."""
LITTLE_ROOM = 1 << 30
"""Bytes of free disk below which an import may not get through, whatever is there."""


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at.

    Args:
        about: a stable word for programs: `engine`, `fonts`, `files`.
        state: how it is.
        says: what was found and, where it is not well, what to do.
        where: the file or folder it is about.
    """

    about: str
    state: State
    says: Message
    where: Path | None = None


def examine(folder: Path | None, *, tell: Callable[[Path], None] = lambda _: None) -> Iterator[Sign]:
    """Look at this installation, and at a workspace's or a studio's folder where one is named.

    Args:
        folder: holds polku.yaml, or is what `polku studio --data` is given.
        tell: called with each lake before all its bytes are read, which can take a while.

    Raises:
        WrongUse: the folder is neither of both.
    """
    if folder is not None and not (is_workspace(folder) or is_studio(folder)):
        raise WrongUse(Message("doctor.no-folder", {"folder": str(folder)}))
    yield from installation()
    if folder is None:
        return
    yield from room(folder)
    if is_workspace(folder):
        yield from documents(folder)
        yield from lake(folder / "lake", tell)
    if is_studio(folder):
        yield from secret(folder)
        yield from database(folder)
        for space in sorted(folder.glob("spaces/*/lake")):
            yield from lake(space, tell)


def installation() -> Iterator[Sign]:
    """Versions, what is installed beside polku, and the fonts that drawings are set in."""
    from polku.assets import fonts_are_ready
    from polku.records.engine import ENGINE_NAME, Engine

    versions = {
        "polku": __version__,
        "python": platform.python_version(),
        "engine": ENGINE_NAME.removeprefix("duckdb "),
        "sqlite": sqlite3.sqlite_version,
    }
    with Engine() as engine:
        works = engine.rows("SELECT 6 * 7") == [(42,)]
    yield Sign("engine", "well" if works else "ill", Message("doctor.versions", versions))
    there = [name for name, needs in EXTRAS.items() if all(map(importlib.util.find_spec, needs))]
    missing = [name for name in EXTRAS if name not in there]
    none = Message("doctor.none")
    yield Sign(
        "extras", "well", Message("doctor.extras", {"there": there or none, "missing": missing or none})
    )
    if fonts_are_ready():
        yield Sign("fonts", "well", Message("doctor.fonts"))
    else:
        yield Sign("fonts", "ill", Message("doctor.no-fonts"))
    spill = Path(tempfile.gettempdir())
    if not os.access(spill, os.W_OK):
        yield Sign("scratch", "ill", Message("doctor.read-only"), spill)


def room(folder: Path) -> Iterator[Sign]:
    """Whether a folder can be written to, and whether its disk holds another version of its records."""
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Sign("room", "ill", Message("doctor.read-only"), folder)
        return
    free = shutil.disk_usage(folder).free
    held = max((weight(one) for one in lakes(folder)), default=0)
    words = {"free": size(free), "needed": size(2 * held)}
    if free < LITTLE_ROOM or free < 2 * held:
        yield Sign("room", "ill" if free < held else "mind", Message("doctor.little-room", words), folder)
    else:
        yield Sign("room", "well", Message("doctor.room", words), folder)


def documents(folder: Path) -> Iterator[Sign]:
    """Whether all documents of a workspace can be read."""
    from polku.formats import read_workspace

    try:
        problems = read_workspace(folder).problems
    except PolkuError as error:
        yield Sign("documents", "ill", error.message, folder)
        return
    if problems:
        words = {"count": len(problems), "folder": str(folder)}
        yield Sign("documents", "mind", Message("doctor.problems", words), folder)
    else:
        yield Sign("documents", "well", Message("doctor.documents"), folder)


def lake(folder: Path, tell: Callable[[Path], None]) -> Iterator[Sign]:
    """Whether every byte of the version in force is as it was written, and what killed writers left."""
    from polku.records.lake import Lake

    if not folder.is_dir() or not Lake(folder).exists():
        return
    try:
        version = Lake(folder).open()
        tell(folder)
        damaged = version.damaged()
    except LakeError as error:
        yield Sign("records", "ill", error.message, place(error) or folder)
        return
    for one in damaged:
        yield Sign("records", "ill", one.message, place(one) or folder)
    if not damaged:
        words = {
            "version": version.number,
            "events": version.count("events"),
            "size": size(weight(folder)),
        }
        yield Sign("records", "well", Message("doctor.records", words), folder)
    if not version.in_order:
        yield Sign("order", "mind", Message("doctor.out-of-order"), folder)
    left = [one for one in folder.glob(".draft-*") if one.is_dir()]
    if left:
        yield Sign("left-over", "mind", Message("doctor.left-over", {"count": len(left)}), folder)


def secret(folder: Path) -> Iterator[Sign]:
    """Whether the key that signs sessions is there, and for its owner's eyes alone."""
    file = folder / "secret-key"
    if not file.is_file():
        yield Sign("secret", "mind", Message("doctor.no-secret"), file)
    elif os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Sign("secret", "ill", Message("doctor.open-secret"), file)
    elif os.name != "nt" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Sign("secret", "mind", Message("doctor.open-folder"), folder)
    else:
        yield Sign("secret", "well", Message("doctor.secret"), file)


def database(folder: Path) -> Iterator[Sign]:
    """Whether the studio's SQLite file is whole, and of this polku or an earlier."""
    file = folder / DATABASE
    if not file.is_file():
        yield Sign("database", "mind", Message("doctor.no-database"), file)
        return
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
            [(told,), *_] = opened.execute("PRAGMA integrity_check(1)").fetchall()
            done = {
                name for (name,) in opened.execute("SELECT name FROM django_migrations WHERE app = 'studio'")
            }
    except sqlite3.Error as error:
        yield Sign("database", "ill", Message("doctor.broken-database", {"found": str(error)}), file)
        return
    if told != "ok":
        yield Sign("database", "ill", Message("doctor.broken-database", {"found": str(told)}), file)
        return
    steps = Path(__file__).parents[1] / "studio" / "migrations"
    known = {one.stem for one in steps.glob("[0-9]*.py")}
    if done - known:
        yield Sign("database", "ill", Message("doctor.later-database"), file)
    elif known - done:
        yield Sign("database", "mind", Message("doctor.earlier-database"), file)
    else:
        yield Sign("database", "well", Message("doctor.database"), file)


def place(error: PolkuError) -> Path | None:
    """The file that an error is about."""
    return Path(error.where.file) if error.where and error.where.file else None
