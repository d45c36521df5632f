"""Checks in the terminal: one with its reasons and an example, or all in a list."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from difflib import get_close_matches
from textwrap import wrap

import click

from polku.checks.catalogue import CATALOGUE
from polku.checks.examples import EXAMPLES
from polku.checks.explain import by_family, level_word, sentence, silence_example
from polku.cli.check_text import WIDEST, has_colour
from polku.errors import WrongUse
from polku.words import Message, reader


def one_check(asked: str, language: str) -> Iterator[str]:
    """What there is to say of one check.

    Raises:
        WrongUse: there is no such check; names the nearest.
    """
    say = reader(language)
    check = CATALOGUE.get(asked.upper())
    if check is None:
        near = get_close_matches(asked.upper(), CATALOGUE, n=1, cutoff=0.6)
        if near:
            raise WrongUse(Message("check.no-check-near", {"code": asked, "near": near[0]}))
        raise WrongUse(Message("check.no-check", {"code": asked}))
    family = Message(f"checks.family.{check.family}")
    yield f"{_strong(check.code)}  {say.text(level_word(check.level))}, {say.text(family)}"
    yield from _lines(sentence(say.text(check.finds)))
    yield ""
    for word, text in (("check.why", check.why), ("check.mend", check.mend)):
        yield _strong(say(word))
        yield from _lines(say.text(text))
    yield ""
    example = EXAMPLES[check.code]
    for word, lines in (("checks.page.found", example.found), ("checks.page.mended", example.mended)):
        yield _strong(say(word))
        yield from ("    " + line for line in lines.splitlines())
    yield ""
    yield _strong(say("check.live-with-it"))
    yield from ("    " + line for line in silence_example(check.code).splitlines())


def all_checks(language: str) -> Iterator[str]:
    """All checks, family by family, each in one sentence."""
    say = reader(language)
    widest = max(len(say.text(level_word(check.level))) for check in CATALOGUE.values())
    for family, checks in by_family():
        yield _strong(say.text(family))
        for check in checks:
            start = f"  {check.code}  {say.text(level_word(check.level)).ljust(widest)}  "
            first, *rest = _fitted(say.text(check.finds), len(start))
            yield start + first
            yield from (" " * len(start) + line for line in rest)
        yield ""
    yield say("check.next-explain-code")


def _lines(text: str) -> list[str]:
    return ["  " + line for line in _fitted(text, 2)]


def _fitted(text: str, indent: int) -> list[str]:
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    return wrap(text, max(width - indent, 30), break_on_hyphens=False) or [""]


def _strong(text: str) -> str:
    return click.style(text, bold=True) if has_colour() else text
