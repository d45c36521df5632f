"""The command line: `polku COMMAND`, one file per command, loaded only when it is called."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; a PolkuError becomes one line on stderr and its exit code."""
    from polku.cli.app import run

    sys.exit(run())
