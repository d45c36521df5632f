"""One role as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polku.exports.workspace_drawings import Wanted
    from polku.scene import Scene

ROLE_VIEWS = ("radar",)


def draw_role(folder: Path, role: str, wanted: Wanted, journey: str | None = None) -> Scene:
    """Draw a role of a workspace; `journey` says whose steps are shown.

    Raises:
        DrawingError: the workspace has no such role.
        WrongUse: it has no such journey.
    """
    from difflib import get_close_matches

    from polku.diagrams.roles.radar import draw_radar
    from polku.errors import DrawingError
    from polku.exports.gather import the_journey
    from polku.formats.workspace import read_workspace
    from polku.words import Message

    workspace = read_workspace(folder)
    if role not in workspace.roles:
        guess = next(iter(get_close_matches(role, workspace.roles, n=1)), None)
        params = {"found": role, "known": list(workspace.roles), "guess": guess}
        raise DrawingError(Message("radar.unknown-role-near" if guess else "radar.unknown-role", params))
    return draw_radar(
        workspace,
        workspace.roles[role],
        journey=the_journey(workspace, journey) if journey else None,
        language=wanted.spoken(workspace),
        theme=wanted.colours,
        today=wanted.today,
        names=wanted.names,
        width=wanted.width,
    )
