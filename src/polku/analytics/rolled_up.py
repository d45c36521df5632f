"""The records as a question wants them: each company by itself, or groups as the company at their top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polku.records.groups import roll_up as rolled_up
from polku.records.log import Log

if TYPE_CHECKING:
    from polku.documents import Workspace


def as_asked(log: Log, workspace: Workspace, *, roll_up: bool) -> Log:
    """The log itself, or with subsidiaries counted as the top of their group; parents that documents say go first."""
    if not roll_up:
        return log
    return rolled_up(log, {id: one.parent for id, one in workspace.accounts.items() if one.parent})
