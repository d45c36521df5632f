"""Work beside: something made in a thread of its own, without the 4 ms that `concurrent.futures` takes to load."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Beside(Generic[Made]):
    """Something that a thread makes, which starts at once.

    Args:
        make: makes it.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._made = self._make()
        except BaseException as error:
            self._error = error

    def wait(self) -> None:
        """Wait until it is made, or cannot be."""
        self._thread.join()

    def result(self) -> Made:
        """What was made; what `make` raised is raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._made
