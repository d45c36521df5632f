"""Who may open what."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


class Right(IntEnum):
    """What is needed, least first; each includes those before it."""

    OPEN = 0
    """Anybody: signing in, style sheets, pages behind a secret link that check it themselves."""
    PERSON = 1
    """Somebody who signed in."""
    VIEWER = 2
    """Reads the workspace."""
    EDITOR = 3
    """Changes its documents and data."""
    ADMIN = 4
    """Gives rights, removes, erases."""
    STEWARD = 5
    """Looks after the server; no right in any workspace by itself."""


def right_of(view: Any) -> Right | None:
    """The right an address declares; None where it declares none."""
    found: Right | None = getattr(view, "polku_right", None)
    return found


def allowed(request: HttpRequest, right: Right) -> bool:
    """Whether somebody has a right that no workspace gives."""
    if right == Right.OPEN:
        return True
    person = request.user
    if not person.is_authenticated:
        return False
    return bool(person.steward) if right == Right.STEWARD else True
