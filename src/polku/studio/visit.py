"""A visit: one request by one reader to one workspace, with what pages ask of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest

from polku.documents import Workspace
from polku.studio.folders import folder_of
from polku.studio.rights import Right
from polku.words import Reader, reader

if TYPE_CHECKING:
    from polku.checks.finding import Finding
    from polku.studio.models import Person, Space


@dataclass
class Visit:
    """What a view gets.

    Args:
        right: what the reader may do here.
        names: may they see the names of customers' people?
        row: the workspace's row; None on pages of no workspace.
        guest: what a guest without an account is called.
    """

    request: HttpRequest
    right: Right
    names: bool = False
    row: Space | None = None
    guest: str = ""
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def space(self) -> Space:
        """The workspace's row, on pages that are of one."""
        if self.row is None:
            raise Http404
        return self.row

    @property
    def person(self) -> Person | None:
        """Who signed in; None for a guest."""
        return self.request.user if self.request.user.is_authenticated else None

    @cached_property
    def say(self) -> Reader:
        """Writes in the reader's language."""
        return reader(getattr(self.request, "LANGUAGE_CODE", "en"))

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.say.language

    @cached_property
    def workspace(self) -> Workspace:
        """The documents as they were when the visit began: a page shows one state; read anew after an edit."""
        from polku.studio.reading import workspace_of, workspace_seen

        again = self._kept.setdefault("read", False)
        self._kept["read"] = True
        return workspace_of(self.space) if again else workspace_seen(self.space)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks find, worst first; those somebody decided to live with are left out."""
        from polku.studio.measured import findings_of

        return findings_of(self.space)

    @property
    def today(self) -> dt.date:
        """The day that ages are counted from."""
        return self.space.today or dt.datetime.now(dt.UTC).date()

    @property
    def folder(self) -> Path:
        """The workspace's own folder: its lake, files, rejected rows."""
        return folder_of(self.space)

    @property
    def htmx(self) -> bool:
        """Whether a part of the page asks, not the browser's address line."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def editor(self) -> bool:
        """May the reader change documents and data?"""
        return self.right >= Right.EDITOR

    @property
    def admin(self) -> bool:
        """May the reader give rights, remove and erase?"""
        return self.right >= Right.ADMIN

    @property
    def theme(self) -> str:
        """light or dark where the reader chose; empty follows the system."""
        return self.person.theme if self.person else str(self.request.COOKIES.get("polku-theme", ""))

    def asked(self, name: str, default: str = "") -> str:
        """A word of the address line or form; without NUL, which no text has and PostgreSQL refuses."""
        found = self.request.POST.get(name, self.request.GET.get(name, default))
        return str(found).replace("\0", "").strip()
