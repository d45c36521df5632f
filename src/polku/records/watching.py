"""Long work that can be stopped: it runs beside, and whoever watches is asked again and again."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from polku.errors import Cancelled
from polku.words import Message

T = TypeVar("T")
Progress = Callable[[Message, float], None]
"""Told what is done now, and which share is behind (0 … 1). What it raises stops the work."""

_BEAT = 0.3
"""Seconds after which a watcher is told again what is done, so that it can stop what takes long."""


_here = threading.local()


def stop_point() -> None:
    """A place at which work in plain Python lets itself be stopped.

    Raises:
        Cancelled: whoever watches asked to stop.
    """
    stop = getattr(_here, "stop", None)
    if stop is not None and stop.is_set():
        raise Cancelled(Message("records.cancelled"))


def watched(
    work: Callable[[Progress], T],
    progress: Progress,
    interrupt: Callable[[], None],
    *,
    patience: float | None = None,
) -> T:
    """Do something while somebody watches, who is told in this thread, several times a second.

    Args:
        work: is given what it tells its progress to.
        interrupt: stops what the work waits for; called until the work has ended.
        patience: seconds to wait for that; what goes on then ends with the process. None: however long it takes.

    Raises:
        BaseException: what the watcher raised, where the work was not done already; what the work raised.
    """
    told: queue.Queue[tuple[Message, float] | None] = queue.Queue()
    done: list[T] = []
    failed: list[BaseException] = []

    stop = threading.Event()

    def run() -> None:
        _here.stop = stop
        try:
            done.append(work(lambda message, share: told.put((message, share))))
        except BaseException as error:
            failed.append(error)
        finally:
            told.put(None)

    thread = threading.Thread(target=run, name="polku-work", daemon=True)
    thread.start()
    try:
        last = None
        while True:
            try:
                said = told.get(timeout=_BEAT)
                if said is None:
                    break
                last = said
            except queue.Empty:
                pass
            if last is not None:
                progress(*last)
    except BaseException:
        stop.set()
        until = None if patience is None else time.monotonic() + patience
        while thread.is_alive() and (until is None or time.monotonic() < until):
            interrupt()
            thread.join(0.1)
        if not done:
            raise
    thread.join()
    if failed:
        raise failed[0]
    return done[0]
