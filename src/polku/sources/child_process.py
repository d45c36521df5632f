"""The reading process itself: `python -m polku.sources.child_process`, asked on its input, answering in lines of JSON."""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from polku.errors import ImportRefused, PolkuError
from polku.records.engine import Confined, confine
from polku.sources.carried import contacts_data, error_data, file_data, message_data
from polku.sources.child import OUT_OF_MEMORY
from polku.words import Message

_FORBIDDEN = frozenset(
    (
        *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty"),
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "urllib.Request"),
        *(
            "ctypes.dlopen",
            "os.chmod",
            "os.chown",
            "os.link",
            "os.symlink",
            "os.kill",
            "os.killpg",
            "winreg.OpenKey",
        ),
    )
)
"""What reading a table never does."""
_WRITES = frozenset(("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "shutil.rmtree"))


class Door:
    """Looks at every file that Python opens: the given ones, those of a working folder, Python's own; no others."""

    def __init__(self, given: list[Path], working: list[Path]) -> None:
        self.read = tuple(str(path.resolve()) for path in (*given, *working))
        self.write = tuple(str(path.resolve()) for path in working)
        own = {
            sys.prefix,
            sys.base_prefix,
            sys.exec_prefix,
            str(Path(__file__).resolve().parents[2]),
            "/usr/share/zoneinfo",
        }
        own |= {path for path in sys.path if path} | ({sys.pycache_prefix} if sys.pycache_prefix else set())
        self.own = tuple(str(Path(path).resolve()) for path in own)
        self.looking = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raises PermissionError where something is not for a reading process to do."""
        if event in _FORBIDDEN:
            raise PermissionError(event)
        if self.looking or (event != "open" and event not in _WRITES):
            return
        self.looking = True
        try:
            self._look(event, arguments)
        finally:
            self.looking = False

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        named = arguments[0]
        if isinstance(named, int) or named is None:
            return
        path = os.path.realpath(os.fsdecode(named))
        mode, flags = (arguments[1], arguments[2]) if event == "open" else ("w", 0)
        writes = event != "open" or any(sign in (mode or "") for sign in "wax+")
        writes = writes or bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        if _under(path, self.write) or (not writes and (_under(path, self.read) or _under(path, self.own))):
            return
        if path in ("/dev/null", "/dev/urandom") or (not writes and path.startswith(("/proc/", "/sys/"))):
            return
        raise PermissionError(path)


def _under(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


def main() -> int:
    """Hear what to read, read it, tell."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What a library prints must not stand among the answers.
    os.dup2(2, 1)
    asked: dict[str, Any] = pickle.loads(sys.stdin.buffer.read())
    memory, seconds, written = asked["caps"]
    _cap(memory, seconds, written)
    try:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
        if asked["work"] == "contacts":
            _contacts(asked, answers, memory)
        else:
            _files(asked, answers, memory)
        _tell(answers, told="done")
    except PolkuError as error:
        if error.message.id == "records.no-memory":
            return OUT_OF_MEMORY
        _tell(answers, told="error", error=error_data(error))
    except MemoryError:
        return OUT_OF_MEMORY
    except RuntimeError as error:
        if "start new thread" in str(error):
            return OUT_OF_MEMORY
        raise
    answers.flush()
    return 0


def _files(asked: dict[str, Any], answers: IO[str], memory: int) -> None:
    from polku.sources.registry import registered
    from polku.sources.staging import read_files

    folder: Path = asked["folder"]
    # Sources are loaded before the door closes: they may lie anywhere.
    registered()
    _close_door(asked["paths"], [folder], memory)

    def progress(message: Message, share: float) -> None:
        _tell(answers, told="progress", message=message_data(message), share=share)

    def told(what: str) -> Any:
        def tell(name: str, error: ImportRefused) -> None:
            _tell(answers, told=what, name=name, error=error_data(error))

        return tell

    refused, aside = asked["tell"]
    read = read_files(
        asked["workspace"],
        asked["paths"],
        folder,
        progress=progress,
        refused=told("refused") if refused else None,
        aside=told("aside") if aside else None,
        **{key: asked[key] for key in ("mapping", "system", "named", "sample", "rows")},
    )
    for one in read:
        _tell(answers, told="file", file=file_data(one, folder))


def _contacts(asked: dict[str, Any], answers: IO[str], memory: int) -> None:
    import tempfile

    from polku.sources.contacts import read_contacts
    from polku.sources.registry import registered

    registered()
    with tempfile.TemporaryDirectory(prefix="polku-read-") as scratch:
        tempfile.tempdir = scratch
        _close_door([asked["path"]], [Path(scratch)], memory)
        _tell(answers, told="contacts", contacts=contacts_data(read_contacts(asked["path"])))


def _close_door(given: list[Path], working: list[Path], memory: int) -> None:
    folders = (*working, *(path for path in given if path.is_dir()))
    confine(Confined(folders, tuple(path for path in given if path not in folders), memory // 2))
    sys.addaudithook(Door(given, working))


def _end_with(parent: int) -> None:
    """End when the process that asked is gone: nobody would hear the answer."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _cap(memory: int, seconds: int, written: int) -> None:
    """Ask the system to end this process where it takes more; where it has no such limits, waiting still ends in time."""
    try:
        import resource
    except ImportError:
        return
    wanted = {
        "RLIMIT_DATA": memory << 20,
        "RLIMIT_CPU": 2 * seconds,
        "RLIMIT_FSIZE": written << 20,
        "RLIMIT_CORE": 0,
    }
    for name, most in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))


def _tell(answers: IO[str], **said: Any) -> None:
    answers.write(json.dumps(said, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
