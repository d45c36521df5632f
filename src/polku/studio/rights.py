"""Who may open what: each address declares its right beside itself, and the guard asks before the view runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

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


def page(
    route: str,
    view: View,
    *,
    name: str,
    right: Right,
    methods: Sequence[str] = ("GET",),
    names: bool = False,
) -> URLPattern:
    """An address of the studio.

    Args:
        route: as in Django; `<slug:space>` brings the workspace.
        view: takes a Visit, and the other parts of the route by name.
        name: for links: `{% url "studio-home" space.slug %}`.
        right: without it the view is never called: 404 for strangers to a workspace, 403 for members.
        methods: those the view answers; HEAD comes with GET.
        names: needs the right to see the names of customers' people as well.
    """
    from polku.studio.guard import guarded

    return path(route, guarded(view, right, tuple(methods), names), name=name)


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
