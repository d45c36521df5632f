"""The order people expect of names with numbers in them: 2 before 10."""

from __future__ import annotations

import re
from functools import lru_cache

Natural = tuple[tuple[str | tuple[int, str], ...], str]
_DIGITS = re.compile(r"([0-9]+)")


@lru_cache(maxsize=1 << 16)
def natural(text: str) -> Natural:
    """A key to sort ids and names by: digits count as the number they write, capitals as small letters."""
    parts = _DIGITS.split(text.casefold())
    if len(parts) == 1:
        return (parts[0],), text
    return tuple(part if place % 2 == 0 else _number(part) for place, part in enumerate(parts)), text


def natural_sql(column: str) -> str:
    """The same order of a column of texts in SQL: each number in twelve places."""
    wide = f"regexp_replace(lower({column}), '([0-9]+)', '{'0' * 12}\\1', 'g')"
    return f"regexp_replace({wide}, '[0-9]*([0-9]{{12}})', '\\1', 'g')"


def _number(digits: str) -> tuple[int, str]:
    # By length and letters: a number of any length, without counting it.
    bare = digits.lstrip("0")
    return len(bare), bare
