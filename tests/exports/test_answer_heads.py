"""Every column of every answer has a head in the reader's language, and every value that is a word is said in it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import polku.analytics
from polku.analytics.result import Result
from polku.exports.answer_table import head
from polku.words import LANGUAGES, has, reader


def results(of: type[Result] = Result) -> Iterator[type[Result]]:
    """Every kind of answer there is."""
    for module in pkgutil.walk_packages(polku.analytics.__path__, "polku.analytics."):
        importlib.import_module(module.name)
    for kind in of.__subclasses__():
        yield kind
        yield from results(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_answer_has_a_head(language: str) -> None:
    say = reader(language)
    found = {
        (kind.__name__, key)
        for kind in results()
        if kind.__module__.startswith("polku.")
        for key in (name.rstrip("_") for name in kind.columns())
    }
    assert len(found) > 200
    missing = sorted((kind, key) for kind, key in found if not has(f"measure.col-{key}", language))
    assert not missing
    assert all(head(key, say) for _, key in found)
