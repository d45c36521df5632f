"""Whatever stands in an address or a form, a page answers in words; nothing of it is a defect of ours."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.studio.places import pages

HOSTILE = (
    "²",
    "9" * 25,
    "9" * 5000,
    "-1",
    "a\0b",
    "\ud7ff\u202e<script>",
    "../../etc/passwd",
    "%00%ff",
    "1e400",
    "0001-01-01",
    "2026-02-30",
    "[",
    "a,,b",
    "*" * 300,
)
"""Numbers that are none or too large, NUL, days that are none, paths, patterns."""
NAMED = re.compile(
    r"""(?:asked|_asked|GET\.get|GET\.getlist|POST\.get|POST\.getlist|said\.get)\(\s*"([a-z_-]+)\""""
)
OFTEN = (
    "part",
    "page",
    "from",
    "since",
    "until",
    "seen",
    "path",
    "step",
    "view",
    "sort",
    "key",
    "value",
    "b",
)


def _words_of(name: str) -> tuple[str, ...]:
    """The parameters that a page's module asks for."""
    from django.urls import get_resolver

    def walk(patterns: Any) -> Any:
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns)
            elif str(one.name) == name:
                yield one.callback

    for callback in walk(get_resolver().url_patterns):
        module = inspect.getmodule(inspect.unwrap(callback))
        source = inspect.getsource(module) if module else ""
        return tuple(sorted({*NAMED.findall(source), *OFTEN}))
    return OFTEN


@pytest.mark.parametrize(
    ("values", "alone"),
    [(HOSTILE[:1], False), pytest.param(HOSTILE, True, marks=pytest.mark.long)],
)
def test_no_word_in_an_address_breaks_a_page(
    measured_space: Any, owner: Any, client: Callable[..., Any], values: tuple[str, ...], alone: bool
) -> None:
    owner.steward = True
    owner.save()
    browser = client(owner)
    browser.raise_request_exception = False
    broken = []
    for name, path, _ in pages(measured_space.slug):
        words = _words_of(name)
        for value in values:
            queries = [dict.fromkeys(words, value)]
            if alone and value in HOSTILE[:2]:
                queries += [{word: value} for word in words]
            broken += [
                f"{name} {path} {query}"[:200]
                for query in queries
                if browser.get(path, query).status_code >= 500
            ]
    assert not broken, "\n".join(["", *broken])


@pytest.mark.parametrize("values", [(HOSTILE[0], HOSTILE[4]), pytest.param(HOSTILE, marks=pytest.mark.long)])
def test_no_word_in_a_form_breaks_an_act(
    space: Any, owner: Any, client: Callable[..., Any], values: tuple[str, ...]
) -> None:
    from django.db import transaction
    from django.urls import get_resolver

    browser = client(owner)
    browser.raise_request_exception = False
    known = {
        "space": space.slug,
        "journey": "new-machine",
        "step": "read-guide",
        "document": "journeys/new-machine",
        "stage": "use",
    }
    broken = []

    def walk(patterns: Any, before: str = "") -> None:
        for one in patterns:
            route = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, route)
            elif "POST" in getattr(one.callback, "polku_methods", ()):
                places = re.sub(
                    r"<(?:(\w+):)?(\w+)>",
                    lambda at: known.get(at.group(2), "1" if at.group(1) == "int" else "nothing"),
                    route,
                )
                words = _words_of(str(one.name))
                for value in values:
                    with transaction.atomic():
                        status = browser.post(f"/{places}", dict.fromkeys(words, value)).status_code
                        transaction.set_rollback(True)
                    if status >= 500:
                        broken.append(f"{one.name} /{places} {value[:20]!r}")

    walk(get_resolver().url_patterns)
    assert not broken, "\n".join(["", *broken])
