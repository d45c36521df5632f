"""Texts with `*` and `?` as wildcards, as mappings, rules and roles write them; case does not matter."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _pattern(wildcards: str) -> re.Pattern[str]:
    parts = (".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in wildcards)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def matches(wildcards: str, text: str | None) -> bool:
    """Whether a whole text fits a pattern in which only `*` (anything) and `?` (one sign) are special."""
    return text is not None and _pattern(wildcards.casefold()).fullmatch(text.casefold()) is not None
