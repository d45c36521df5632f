"""What makes a command begin sooner: settings of Python and of libraries, set before these are loaded."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

_ASKING = ("measure", "look")
"""Commands that only answer: at their end nothing is left to be written, closed or removed."""


def quicken(arguments: Sequence[str]) -> None:
    """Prepare this process for one command; for the process of a command only, since it changes its environment.

    Args:
        arguments: of the command line.
    """
    # Loading makes some hundred thousand objects that stay, which Python would else go through again and again.
    gc.set_threshold(50_000, 20, 20)
    # Pydantic would search all that is installed for plugins, of which polku has none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A thread that comes back from the engine waits so long for one that loads modules; by itself 5 ms each time.
    sys.setswitchinterval(0.0005)
    if arguments[:1] and arguments[0] in _ASKING and "attribution" not in arguments:
        # Threads of NumPy's linear algebra take longer to start than most questions take; attribution needs them.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def leave(code: int, arguments: Sequence[str]) -> NoReturn:
    """End this process; after a question without taking apart all that was loaded, which takes 20 ms.

    Args:
        code: its exit code.
        arguments: of the command line.
    """
    if arguments[:1] and arguments[0] in _ASKING and "pyspark" not in sys.modules:
        with contextlib.suppress(OSError, ValueError):  # nobody reads on
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
