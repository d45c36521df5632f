"""Pictures of a whole workspace and of one account, by name; each reads what it needs from the workspace's folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polku.documents import Workspace
    from polku.scene import Scene, Theme


@dataclass(frozen=True)
class Wanted:
    """How a drawing is to look.

    Args:
        language: None takes the workspace's.
        today: the day ages are counted to; None takes the day.
        names: whether persons are named.
        width: of the page in px; None takes the drawing's own.
        since: first day of an account's axis; None takes the drawing's own.
    """

    language: str | None = None
    theme: str = "light"
    today: dt.date | None = None
    names: bool = True
    width: float | None = None
    since: dt.date | None = None

    @property
    def colours(self) -> Theme:
        """The theme of that name."""
        from polku.scene import theme_named

        return theme_named(self.theme)

    def spoken(self, workspace: Workspace) -> str:
        """The language of the drawing."""
        return self.language or workspace.settings.language


def _atlas(workspace: Workspace, wanted: Wanted) -> Scene:
    from polku.diagrams.atlas import draw_atlas

    return draw_atlas(
        workspace,
        language=wanted.spoken(workspace),
        theme=wanted.colours,
        today=wanted.today,
        width=wanted.width,
    )


def _ecosystem(workspace: Workspace, wanted: Wanted) -> Scene:
    from polku.diagrams.network.ecosystem import draw_ecosystem

    return draw_ecosystem(
        workspace, language=wanted.spoken(workspace), theme=wanted.colours, width=wanted.width
    )


WHOLE: Mapping[str, Callable[[Workspace, Wanted], Scene]] = MappingProxyType(
    {"atlas": _atlas, "ecosystem": _ecosystem}
)
"""Drawings of the whole workspace, over all its journeys."""


def _account(folder: Path, workspace: Workspace, account: str, wanted: Wanted) -> Scene:
    from polku.analytics.account import account_history, known_account
    from polku.diagrams.account.account import draw_account

    if (folder / "lake" / "CURRENT").exists():
        from polku.records.log import open_log

        with open_log(folder) as log:
            if not known_account(log, workspace, account):
                raise _unknown(folder, workspace, account)
            history = account_history(log, workspace, account, today=wanted.today, names=wanted.names)
    elif account in workspace.accounts:
        history = account_history(None, workspace, account, today=wanted.today, names=wanted.names)
    else:
        raise _unknown(folder, workspace, account)
    return draw_account(
        history,
        workspace,
        language=wanted.spoken(workspace),
        theme=wanted.colours,
        width=wanted.width,
        since=wanted.since,
    )


def _relations(folder: Path, workspace: Workspace, account: str, wanted: Wanted) -> Scene:
    from polku.diagrams.account.relations import draw_relations

    document = workspace.accounts.get(account)
    if document is None:
        raise _unknown(folder, workspace, account, "no-account-document")
    return draw_relations(
        workspace,
        document,
        language=wanted.spoken(workspace),
        theme=wanted.colours,
        today=wanted.today,
        names=wanted.names,
        width=wanted.width,
    )


ACCOUNT_VIEWS: Mapping[str, Callable[[Path, Workspace, str, Wanted], Scene]] = MappingProxyType(
    {"account": _account, "relations": _relations}
)
"""Drawings of one account."""


def draw_whole(name: str, folder: Path, wanted: Wanted) -> Scene:
    """A drawing of the whole workspace; `name` is one of WHOLE."""
    from polku.formats.workspace import read_workspace

    return WHOLE[name](read_workspace(folder), wanted)


def draw_atlas_pages(folder: Path, wanted: Wanted, page: int | None = None) -> tuple[Scene, ...]:
    """The atlas on pages of a few rows of cards each; only one of them, if `page` says which.

    Raises:
        DrawingError: there is no such page.
    """
    from polku.diagrams.atlas import atlas_pages
    from polku.errors import DrawingError
    from polku.formats.workspace import read_workspace
    from polku.words import Message

    workspace = read_workspace(folder)
    pages = atlas_pages(
        workspace,
        language=wanted.spoken(workspace),
        theme=wanted.colours,
        today=wanted.today,
        width=wanted.width,
    )
    if page is None:
        return pages
    if page > len(pages):
        raise DrawingError(Message("draw.no-page", {"page": page, "count": len(pages)}))
    return (pages[page - 1],)


def draw_account_view(name: str, folder: Path, account: str, wanted: Wanted) -> Scene:
    """A drawing of one account; `name` is one of ACCOUNT_VIEWS.

    Raises:
        DrawingError: neither a document nor the data knows the account.
    """
    from polku.formats.workspace import read_workspace

    return ACCOUNT_VIEWS[name](folder, read_workspace(folder), account, wanted)


def is_journey(folder: Path, what: str) -> bool:
    """Whether a document describes a journey of this id; a document's file is named by its id."""
    return Path(what).name == what and (folder / "journeys" / f"{what}.yaml").is_file()


def is_account(folder: Path, what: str) -> bool:
    """Whether a document describes an account, and no journey, of this id."""
    if Path(what).name != what or is_journey(folder, what):
        return False
    return (folder / "accounts" / f"{what}.yaml").is_file()


def _unknown(folder: Path, workspace: Workspace, account: str, what: str = "unknown-account") -> Exception:
    from difflib import get_close_matches

    from polku.errors import DrawingError
    from polku.words import Message

    guess = next(iter(get_close_matches(account, workspace.accounts, n=1)), None)
    known = list(workspace.accounts)[:20] or ["–"]
    found = {"found": account, "guess": guess, "known": known, "folder": str(folder)}
    return DrawingError(Message(f"draw.{what}{'-near' if guess else ''}", found))
