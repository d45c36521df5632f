"""Where there is no page, and where a form is too old: said in the reader's language, by a page like any other."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest

from polku.words import reader


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
def test_what_is_not_there_is_said_in_the_readers_language(
    space: Any, owner: Any, client: Callable[..., Any], language: str
) -> None:
    say = reader(language)
    for path in ("/no-such-page", f"/w/{space.slug}/lists/nothing/", "/w/nothing/"):
        answer = client(owner, language=language).get(path)
        assert answer.status_code == 404
        words = html.unescape(answer.content.decode())
        assert f'<html lang="{language}"' in words
        assert say("studio.not-found") in words


def test_a_form_without_its_secret_is_refused_in_words(owner: Any, client: Callable[..., Any]) -> None:
    answer = client(owner, csrf=True, language="fi").post("/choose/", {"theme": "dark"})
    assert answer.status_code == 403
    assert reader("fi")("studio.no-secret") in html.unescape(answer.content.decode())


def test_a_defect_shows_no_insides(
    space: Any, owner: Any, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.studio.pages import people

    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(people, "_page", break_down)
    browser = client(owner)
    browser.raise_request_exception = False
    answer = browser.get(f"/w/{space.slug}/people/")
    assert answer.status_code == 500
    assert "secret of the house" not in answer.content.decode()
    assert reader("en")("studio.broken") in html.unescape(answer.content.decode())
