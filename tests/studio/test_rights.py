"""Every address has a right, and the door keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes() -> list[tuple[str, Any]]:
    """Every address of the studio's own that is of a workspace, with its view."""
    from polku.studio.rights import right_of
    from polku.studio.startup import addresses

    return [(route, view) for route, view in addresses() if right_of(view) is not None]


def filled(route: str, slug: str) -> str:
    """An address with something in each of its places."""
    import re

    route = re.sub(r"<slug:space>", slug, route)
    route = re.sub(r"<int:\w+>", "999999", route)
    return "/" + re.sub(r"<\w+:\w+>|<\w+>", "nothing", route)


def test_no_address_is_without_a_right(studio: Any) -> None:
    from polku.studio.startup import every_address_has_a_right

    assert every_address_has_a_right() == []


def test_strangers_to_a_workspace_find_nothing_there(
    space: Any, person: Any, client: Callable[..., Any]
) -> None:
    stranger, browser = person("stranger"), client()
    inside = client(stranger)
    for route, _ in routes():
        if "<slug:space>" not in route:
            continue
        for method in METHODS:
            path = filled(route, space.slug)
            assert inside.generic(method, path).status_code == 404, f"{method} {path}"
            assert browser.generic(method, path).status_code in (302, 401), f"{method} {path}"


@pytest.mark.parametrize("right", ["viewer", "editor", "admin"])
def test_members_come_as_far_as_their_right(
    space: Any, person: Any, client: Callable[..., Any], right: str
) -> None:
    from polku.studio.rights import Right, right_of

    browser = client(person("member", right=right, space=space))
    revision = space.revision
    for route, view in routes():
        needed = right_of(view)
        if "<slug:space>" not in route or needed is None:
            continue
        for method in METHODS:
            status = browser.generic(method, filled(route, space.slug)).status_code
            if Right[right.upper()] < needed:
                assert status == 403, f"{method} {route}"
            elif method not in view.polku_methods:
                assert status == 405, f"{method} {route}"
            elif view.polku_names:
                assert status == 403, f"{method} {route}"
            else:
                assert status not in (401, 403, 500), f"{method} {route}"
        space.refresh_from_db()
        if Right[right.upper()] < Right.EDITOR:
            assert space.revision == revision, route


def test_every_answer_is_safe(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    for path in ("/", f"/w/{space.slug}/", "/no-such-page", "/sign-in/"):
        answer = browser.get(path)
        policy = answer["Content-Security-Policy"]
        assert (
            "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        )
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_writing_needs_the_secret_of_the_page(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner, csrf=True)
    assert browser.post("/choose/", {"theme": "dark"}).status_code == 403


def test_a_sign_in_link_works_once(person: Any, client: Callable[..., Any]) -> None:
    from polku.studio.tokens import give

    _, secret = give("sign-in", person=person("maija"))
    browser = client()
    assert browser.get(f"/sign-in/link/{secret}/").status_code == 200, "looking does not use it up"
    assert browser.post(f"/sign-in/link/{secret}/").status_code == 302
    assert client().post(f"/sign-in/link/{secret}/").status_code == 410
