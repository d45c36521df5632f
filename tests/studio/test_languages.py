"""The studio in four languages: each page of it, complete, in the reader's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from polku.words import LANGUAGES, catalogue_ids
from tests.studio.places import pages

SILENT = ("script", "style")
SAID = ("aria-label", "title", "placeholder", "alt")


SAME = re.compile(r"\S+@\S+|[\w-]+(/[\w-]+)+|curl .*|.* · polku|Google Ads, LinkedIn and Meta")
"""Addresses, time zones, a line for a terminal, titles that are content, names of systems: the same in every language."""

PARTED = r"[,:;·→|–]|\d+\.?"
"""Signs and numbers that join pieces of content."""


class Words(HTMLParser):
    """What a page says: its texts and the labels of what has no text; and its language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Labels, and where texts are none."""
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        if tag in SILENT:
            self.within.append(tag)
        self.found += [value for name, value in attrs if name in SAID and value]

    def handle_endtag(self, tag: str) -> None:
        """The end of what is no text."""
        if self.within and tag == self.within[-1]:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        """A text."""
        if not self.within and data.strip():
            self.found.append(data)


def said_by(answer: Any) -> Words:
    """What an answer says."""
    words = Words()
    words.feed(answer.content.decode())
    return words


def raw_ids(words: Words) -> Iterator[str]:
    """Ids of messages that stand where their words should."""
    areas = sorted({id.partition(".")[0] for id in catalogue_ids("en")}, key=len, reverse=True)
    shape = re.compile(rf"(?<![\w./@-])(?:{'|'.join(map(re.escape, areas))})\.[a-z][a-z0-9-]*(?![\w/])")
    known = set(catalogue_ids("en"))
    for text in words.found:
        for id in shape.findall(text):
            if id in known or id.startswith("studio"):
                yield id


@pytest.mark.parametrize(
    "language",
    ["fi", *(pytest.param(one, marks=pytest.mark.long) for one in sorted(LANGUAGES) if one != "fi")],
)
def test_every_page_is_complete_in_each_language(
    space: Any, owner: Any, client: Callable[..., Any], language: str
) -> None:
    _walk(space, owner, client, language)


@pytest.mark.long
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_is_complete_with_data_in_each_language(
    measured_space: Any, owner: Any, client: Callable[..., Any], language: str
) -> None:
    _walk(measured_space, owner, client, language)


def _walk(space: Any, owner: Any, client: Callable[..., Any], language: str) -> None:
    owner.steward = True
    owner.save()
    browser = client(owner, language=language)
    for name, path, known in pages(space.slug):
        answer = browser.get(path)
        assert answer.status_code < 500, f"{name} {path}"
        if known:
            assert answer.status_code in (200, 302), f"{name} {path} answers {answer.status_code}"
        if "text/html" not in answer.get("Content-Type", "") or answer.status_code == 302:
            continue
        assert answer["Content-Language"] == language, path
        words = said_by(answer)
        assert list(raw_ids(words)) == [], f"{name} {path}"
        if words.language:
            assert words.language == language, f"{name} {path}"


def test_no_page_says_in_english_what_no_catalogue_says(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    """What English and Finnish say in the same words is content, or it was never translated."""
    from polku.studio.store import texts_of

    owner.steward = True
    owner.save()
    content = " ".join(texts_of(space).values()).casefold()
    plain = re.sub(r"[^\w]+", " ", content)

    def is_content(part: str) -> bool:
        bare = re.sub(r"[^\w]+", " ", part.casefold()).strip()
        return len(bare.split()) < 2 or bare in plain

    left: list[str] = []
    for name, path, known in pages(space.slug):
        if not known:
            continue
        texts = []
        for language in ("en", "fi"):
            answer = client(owner, language=language).get(path)
            if "text/html" not in answer.get("Content-Type", "") or answer.status_code != 200:
                break
            texts.append({" ".join(one.split()) for one in said_by(answer).found})
        for text in sorted(set.intersection(*texts)) if len(texts) == 2 else ():
            words = re.findall(r"[^\W\d_]{3,}", text)
            if (
                len(words) > 2
                and not SAME.fullmatch(text)
                and not all(map(is_content, re.split(PARTED, text)))
            ):
                left.append(f"{name}: {text[:120]}")
    assert not left, "\n".join(["", *dict.fromkeys(left)])
