"""The command line: `polku COMMAND`, one file per command, loaded only when it is called."""

from __future__ import annotations

import contextlib
import signal
import sys
from types import FrameType

__all__ = ["main"]


def main() -> None:
    """Run the command line; a PolkuError becomes one line on stderr and its exit code."""
    from polku.cli.start import leave, quicken

    quicken(sys.argv[1:])
    from polku.cli.app import run

    # Asked to end (a shutdown, a container that stops), polku leaves as at Ctrl-C: nothing half-written, no copies.
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGTERM, _stop)
    leave(run(), sys.argv[1:])


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
