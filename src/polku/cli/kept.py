"""Answers printed before: the same question of the same data and documents is not asked again."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polku import __version__

if TYPE_CHECKING:
    from polku.documents import Workspace

LARGEST = 4_000_000
"""Bytes of an answer that is kept; what is longer is read once, by a program."""
_DOCUMENTS = (".yaml", ".yml")
_SCREEN = ("COLUMNS", "TERM", "NO_COLOR", "POLKU_LANGUAGE")


def kept_answer(
    folder: Path, what: str, asked: Mapping[str, Any], make: Callable[[], tuple[bytes, int]]
) -> tuple[bytes, int]:
    """What a command prints and how many rows that are, made where it was not made before.

    POLKU_KEEP=0 makes it anew and keeps nothing. What cannot be kept is made.

    Args:
        folder: the workspace's, which has data.
        what: the command.
        asked: all that it was called with; values that `str` tells apart.
        make: called where nothing is kept, and where an answer is too long to be.
    """
    from polku.records.cache import cached
    from polku.records.lake import Lake

    if os.environ.get("POLKU_KEEP") == "0":
        return make()
    version = Lake(folder / "lake").open()
    made: list[tuple[bytes, int]] = []

    def compute() -> dict[str, Any]:
        made.append(make())
        content, rows = made[0]
        if len(content) > LARGEST:
            raise _TooLong
        return {"content": base64.b85encode(content).decode("ascii"), "rows": rows}

    shape = {**asked, "screen": _screen(), "day": dt.date.today(), "program": _program()}
    try:
        answer = cached(version, f"command {what}", shape, documents_digest(folder), compute)
    except _TooLong:
        return made[0]
    return made[0] if made else (base64.b85decode(answer["content"]), int(answer["rows"]))


def kept_workspace(folder: Path) -> Workspace:
    """The documents of a workspace for a question to its data, read where they were not read before as they are now.

    They are kept with the version of the data, the last that were read, and go with its answers (`drop_answers`).
    Kept ones have no places and no problems.

    Args:
        folder: the workspace's, which has data.

    Raises:
        DocumentError: there is no such workspace.
    """
    from polku.documents.held import held_text, read_held
    from polku.records.lake import Lake

    if os.environ.get("POLKU_KEEP") == "0":
        from polku.formats.workspace import read_workspace

        return read_workspace(folder)
    digest = documents_digest(folder)
    file = Lake(folder / "lake").open().folder / "results" / "documents"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        head, _, text = file.read_text("utf-8").partition("\n")
        if head == _head(digest, text):
            return read_held(text)
    from polku.formats.workspace import read_workspace

    workspace = read_workspace(folder)
    with contextlib.suppress(OSError, ValueError, TypeError):
        text = held_text(workspace)
        # Written on meanwhile, they are of two minds.
        if documents_digest(folder) == digest:
            file.parent.mkdir(exist_ok=True)
            beside = file.with_name(f".documents-{os.getpid()}")
            beside.write_text(f"{_head(digest, text)}\n{text}", "utf-8")
            beside.replace(file)
    return workspace


def _head(digest: str, text: str) -> str:
    """Says whose text this is, and that it is whole."""
    return json.dumps([_program(), digest, hashlib.sha256(text.encode()).hexdigest()])


class _TooLong(Exception):
    """An answer that is not worth keeping."""


def documents_digest(folder: Path) -> str:
    """A name for the text of all documents of a workspace: the same bytes in the same files, the same name."""
    told = hashlib.sha256()
    for name, file in _documents(folder):
        try:
            content = file.read_bytes()
        except OSError as error:
            content = f"\0{error.errno}".encode()
        told.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        told.update(content)
    return told.hexdigest()


def _documents(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every YAML file that can be read as a document, with its name: beside polku.yaml and a folder below."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name[0] == "." or entry.name == "lake":
            continue
        if entry.name.endswith(_DOCUMENTS) and entry.is_file():
            yield entry.name, Path(entry.path)
        elif entry.is_dir():
            for inner in sorted(os.scandir(entry.path), key=lambda entry: entry.name):
                if inner.name.endswith(_DOCUMENTS) and inner.is_file():
                    yield f"{entry.name}/{inner.name}", Path(inner.path)


def _screen() -> list[Any]:
    """What the look of a table hangs on."""
    width = 0
    if sys.stdout.isatty():
        try:
            width = os.get_terminal_size(sys.stdout.fileno()).columns
        except OSError:
            width = -1
    return [sys.stdout.isatty(), width, *(os.environ.get(name) for name in _SCREEN)]


@cache
def _program() -> str:
    """Names the program; of one that is still written on also when its files changed."""
    if ".dev" not in __version__:
        return __version__
    newest = 0
    folders = [Path(__file__).parents[1]]
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.name.endswith((".py", ".po")):
                newest = max(newest, entry.stat().st_mtime_ns)
            elif entry.is_dir() and entry.name not in ("__pycache__", "studio", "static"):
                folders.append(Path(entry.path))
    return f"{__version__} {newest}"
