"""Reading files from outside in a process of its own: capped, confined to the given files, thrown away afterwards."""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from polku.documents import Source, Workspace
from polku.errors import ImportRefused, Where
from polku.sources.carried import Data, contacts_of, error_of, file_of, message_of
from polku.sources.contacts import Contacts
from polku.sources.files import shown
from polku.sources.staging import Progress, ReadFile, Refused
from polku.words import Message


@dataclass(frozen=True)
class Caps:
    """How much a reading process may take; the system ends one that takes more.

    Args:
        memory: MiB of its own.
        seconds: of waiting for it.
        written: MiB of any one file it writes.
    """

    memory: int = 2048
    seconds: int = 3600
    written: int = 16_384


CAPS = Caps()
_SAID = 4000
"""Letters of what a broken process wrote that are kept for the log."""


class Broken(ImportRefused):
    """The reading process came to an end that it did not tell of.

    Args:
        said: what it wrote before, for whoever looks after the server.
    """

    def __init__(self, message: Message, where: Where | None, said: str) -> None:
        super().__init__(message, where)
        self.said = said


def read_in_child(
    workspace: Workspace,
    paths: Sequence[Path],
    folder: Path,
    *,
    mapping: Source | None = None,
    system: str | None = None,
    named: Mapping[str, Source | str] = MappingProxyType({}),
    sample: int = 0,
    rows: int = 0,
    progress: Progress | None = None,
    refused: Refused | None = None,
    aside: Refused | None = None,
    caps: Caps = CAPS,
) -> tuple[ReadFile, ...]:
    """As `staging.read_files`, in a process that can read these files and write under `folder`, and no more.

    Raises:
        ImportRefused: as there; also where the process takes more than it may, or dies of what it reads.
    """
    asked = {
        "work": "files",
        "workspace": workspace,
        "paths": [path.absolute() for path in paths],
        "folder": folder.absolute(),
        "mapping": mapping,
        "system": system,
        "named": dict(named),
        "sample": sample,
        "rows": rows,
        "tell": (refused is not None, aside is not None),
    }
    read: list[ReadFile] = []

    def told(said: Data) -> None:
        if said["told"] == "refused" and refused is not None:
            refused(said["name"], _refusal(said))
        elif said["told"] == "aside" and aside is not None:
            aside(said["name"], _refusal(said))
        elif said["told"] == "file":
            read.append(file_of(said["file"], folder))

    _run(asked, told, progress, [shown(path.name) for path in paths], caps)
    return tuple(read)


def contacts_in_child(path: Path, *, caps: Caps = Caps(memory=1024, seconds=60, written=2048)) -> Contacts:
    """As `contacts.read_contacts`, in a process that can read this file and no more.

    Raises:
        ImportRefused: as there, and as `read_in_child`.
    """
    found: list[Contacts] = []
    asked = {"work": "contacts", "path": path.absolute()}
    _run(asked, lambda said: found.append(contacts_of(said["contacts"])), None, [shown(path.name)], caps)
    return found[0]


def _refusal(said: Data) -> ImportRefused:
    error = error_of(said["error"])
    return error if isinstance(error, ImportRefused) else ImportRefused(error.message, error.where)


def _run(
    asked: Mapping[str, Any],
    told: Callable[[Data], None],
    progress: Progress | None,
    names: Sequence[str],
    caps: Caps,
) -> None:
    """Start the process, hear it out, and say how it ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "polku.sources.child_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
    )
    name, ended, failure = (names[0] if len(names) == 1 else ""), False, None
    errors: list[bytes] = []
    try:
        lines = _lines(process, errors)
        _hand_over(process, {**asked, "caps": (caps.memory, caps.seconds, caps.written)})
        last: tuple[Message, float] | None = None
        for said in _within(lines, caps.seconds):
            if said is None:
                # Whoever watches may want to stop, also while a large file is read.
                if progress is not None and last is not None:
                    progress(*last)
            elif said["told"] == "progress":
                message = message_of(said["message"])
                name = str(message.params.get("file", name))
                last = message, float(said["share"])
                if progress is not None:
                    progress(*last)
            elif said["told"] == "error":
                failure = error_of(said["error"])
            elif said["told"] == "done":
                ended = True
            else:
                told(said)
    except TimeoutError:
        raise Broken(
            Message("sources.child-too-long", {"minutes": max(1, caps.seconds // 60)}), _where(name), ""
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # What it says is not what a reading process says.
        raise Broken(Message("sources.child-broke"), _where(name), repr(error)) from None
    finally:
        _end(process)
    if failure is not None:
        raise failure
    if not ended:
        raise Broken(
            _end_of(process.returncode, caps),
            _where(name),
            b"".join(errors)[-_SAID:].decode("utf-8", "replace"),
        )


def _environment() -> dict[str, str]:
    """Of the surroundings only what Python and the reading need: no secret of the server's comes along."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONPYCACHEPREFIX", "POLKU_MEMORY_MB")  # fmt: skip
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONIOENCODING": "utf-8",
    }


def _hand_over(process: subprocess.Popen[bytes], asked: Mapping[str, Any]) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(pickle.dumps(dict(asked)))
        process.stdin.close()
    except BrokenPipeError:
        # It died before it heard what to do; its end tells why.
        pass


def _lines(process: subprocess.Popen[bytes], errors: list[bytes]) -> queue.Queue[bytes | None]:
    """What the process says, line by line, None at its end; read beside, so that waiting can end in time."""
    heard: queue.Queue[bytes | None] = queue.Queue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            heard.put(line)
        heard.put(None)

    def listen_to_errors() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            errors.append(line)
            del errors[:-100]

    for listener in (listen, listen_to_errors):
        threading.Thread(target=listener, daemon=True).start()
    return heard


def _within(lines: queue.Queue[bytes | None], seconds: int) -> Iterator[Data | None]:
    """What is said, in time; None about twice a second while nothing is."""
    until = time.monotonic() + seconds
    while True:
        try:
            line = lines.get(timeout=min(0.5, max(0.01, until - time.monotonic())))
        except queue.Empty:
            if time.monotonic() >= until:
                raise TimeoutError from None
            yield None
            continue
        if line is None:
            return
        yield json.loads(line)


def _end(process: subprocess.Popen[bytes]) -> None:
    """See the process and all it may have started off."""
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def _end_of(code: int, caps: Caps) -> Message:
    """Why a process ended that did not say so."""
    if code in (-signal.SIGKILL, OUT_OF_MEMORY, 128 + signal.SIGKILL):
        return Message("sources.child-memory", {"limit": caps.memory})
    if code == -getattr(signal, "SIGXCPU", 0):
        return Message("sources.child-too-long", {"minutes": max(1, caps.seconds // 60)})
    if code == -getattr(signal, "SIGXFSZ", 0):
        return Message("sources.child-too-large", {"limit": caps.written})
    return Message("sources.child-broke")


OUT_OF_MEMORY = 71
"""The exit code by which a reading process says that it has no memory left."""


def _where(name: str) -> Where | None:
    return Where(file=name) if name else None
