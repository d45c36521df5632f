"""polku: customer journeys of companies that sell to companies, drawn and measured."""

from __future__ import annotations

__version__ = "0.1.0.dev0"

TYPE_CHECKING = False  # that of `typing`, without the time its import takes
if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from polku.library import OpenWorkspace


def open(
    folder: str | Path, *, language: str | None = None, today: dt.date | str | None = None
) -> OpenWorkspace:
    """Open a workspace folder in a notebook or a program: `.check()`, `.measure("funnel")`, `.draw("new-machine")`.

    Args:
        language: of polku's own words (en, fi, sv, da); the workspace's where it is left out.
        today: the day that ages and open waits are counted to; the day of each call where it is left out.

    Raises:
        DocumentError: there is no such folder, or no polku.yaml in it.
    """
    from polku.library import OpenWorkspace

    return OpenWorkspace(folder, language=language, today=today)
