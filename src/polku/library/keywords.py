"""Errors as a notebook needs them: options of commands said as keywords of Python, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from polku.errors import PolkuError

P = ParamSpec("P")
R = TypeVar("R")
_OPTION = re.compile(
    r"--(?P<name>[a-z]+(?:-[a-z]+)*)"
    r"(?: (?P<value>(?<=--of )[^\s,;]+|(?<=--since )[^\s,;]+|(?<=--until )[^\s,;]+|a,b,c|[A-ZÅÄÖÆØ]+(?![\w-])|"
    r"account|event|respondent|relief)|(?<=--people) (?P<number>[0-9]+))?"
)
"""An option, with its value where one stands behind it; the words after any other option are the sentence's own."""


class Reads(Protocol):
    """Who reads the errors: a workspace with the language of its words."""

    language: str


OwnerT = TypeVar("OwnerT", bound=Reads)


def as_keywords(sentence: str) -> str:
    """A sentence that names options of a command, with the keywords they are in Python."""

    def keyword(found: re.Match[str]) -> str:
        name = found["name"].replace("-", "_")
        name = "from_" if name == "from" else name
        if found["number"]:
            return f"{name}={found['number']}"
        return f'{name}="{found["value"]}"' if found["value"] else f"{name}="

    return _OPTION.sub(keyword, sentence)


def said_in_python(
    method: Callable[Concatenate[OwnerT, P], R],
) -> Callable[Concatenate[OwnerT, P], R]:
    """A method whose errors are said as keywords, in the language of its owner."""

    @wraps(method)
    def told(self: OwnerT, /, *given: P.args, **named: P.kwargs) -> R:
        try:
            return method(self, *given, **named)
        except PolkuError as error:
            error.language, error.phrase = self.language, as_keywords
            raise

    return told
