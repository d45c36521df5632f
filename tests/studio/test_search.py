"""One field finds everything that has a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_all_words_have_to_fit_and_names_that_begin_with_them_come_first(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/search/", {"q": "call four"}, headers={"HX-Request": "true"})
    words = page.content.decode()
    assert "Calls at four in the morning" in words and "step=call-support" in words
    assert "Signs" not in words


def test_what_nothing_is_called_is_said_and_escaped(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/search/", {"q": "<script>zzz"}).content.decode()
    assert "&lt;script&gt;zzz" in page and "<script>zzz" not in page


def test_pages_are_found_by_their_names(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    for asked, link in (
        ("purpose", "purpose/"),
        ("channels", "lists/channels/"),
        ("compan", "data/companies/"),
    ):
        page = client(owner).get(f"/w/{space.slug}/search/", {"q": asked}).content.decode()
        assert f'href="/w/{space.slug}/{link}"' in page
