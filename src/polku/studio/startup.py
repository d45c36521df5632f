"""What must hold before the server starts: Django asks these checks."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from polku.studio.rights import right_of

FOREIGN = ("allauth.", "django.", "ninja.")
"""Views of the libraries, which keep their own doors."""


@register()
def vendor_is_there(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Scripts and fonts were fetched."""
    from polku.assets import SCRIPTS, VENDOR

    missing = [name for name in SCRIPTS if not (VENDOR / name).exists()]
    if not missing:
        return []
    return [Error(f"Missing {', '.join(missing)}: run python -m polku.assets", id="polku.E001")]


@register()
def every_address_has_a_right(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """No page without a declared right."""
    return [
        Error(f"The address {route!r} declares no right: use polku.studio.rights.page", id="polku.E002")
        for route, view in addresses()
        if right_of(view) is None and not str(view.__module__).startswith(FOREIGN)
    ]


@register()
def every_operation_has_a_right(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """No operation of the API without a declared right; ninja's own views are let through by the check above."""
    from polku.studio.api.door import operations, right_of_operation
    from polku.studio.api.urls import api

    return [
        Error(
            f"The operation {route!r} declares no right: use polku.studio.api.door.operation", id="polku.E003"
        )
        for route, one in operations(api)
        if right_of_operation(one) is None
    ]


def addresses(patterns: Any = None, before: str = "") -> list[tuple[str, Any]]:
    """Every address with its view."""
    found: list[tuple[str, Any]] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.append((route, pattern.callback))
    return found
