"""What makes a command begin sooner: settings of Python and of libraries, set before these are loaded."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence


def quicken(arguments: Sequence[str]) -> None:
    """Prepare this process for one command; for the process of a command only, since it changes its environment.

    Args:
        arguments: of the command line.
    """
    # Loading makes some hundred thousand objects that stay, which Python would else go through again and again.
    gc.set_threshold(50_000, 20, 20)
    # Pydantic would search all that is installed for plugins, of which polku has none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if arguments[:1] in (["measure"], ["look"]) and "attribution" not in arguments:
        # Threads of NumPy's linear algebra take longer to start than most questions take; attribution needs them.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
