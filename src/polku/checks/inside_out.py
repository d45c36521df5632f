"""Sentences that begin with the seller: "we", its name, a team of its own, a partner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

WE = {
    "en": ("we", "we're", "we'll", "we've", "our"),
    "fi": ("me", "emme", "meidän", "meiltä", "meidät"),
    "sv": ("vi", "vår", "vårt", "våra"),
    "da": ("vi", "vor", "vort", "vores"),
}
_LEGAL = re.compile(
    r"[\s,]+(?:a/s|aps|i/s|k/s|oy|oyj|ab|ab oy|oy ab|ky|tmi|hb|kb|as|asa|ltd|limited|inc|llc|plc|gmbh|ag|bv|nv|s\.?a\.?)\.?$",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FINNISH_WE = re.compile(r"[^\W\d_]{3,}mme(?:kin|kään|ko|kö)?\Z")
"""First person plural (lähetämme) and "our" (myyjämme) end alike; shorter words are other words (lumme)."""

_ENDINGS = {
    "en": r"(?:['’]s?)?",
    "fi": r"(?:['’:]?[a-zäö]{1,4})?",
    "sv": r"(?:['’:]?s)?",
    "da": r"(?:['’:]?s)?",
}
"""Genitives and case endings that a name carries: Hoppebold's, Hoppebolds, Hoppeboldin, Hoppeboldilta."""
LONG_ENOUGH = 4
"""Shorter names are words by themselves (IT, HR) and must stand exactly so."""


@dataclass(frozen=True)
class Seller:
    """What the selling side is called.

    Args:
        firms: the company and its partners; names may carry endings.
        teams: teams; names stand as they are.
        language: of the workspace.
    """

    firms: Sequence[str]
    teams: Sequence[str]
    language: str


def begins_inside(does: str, seller: Seller) -> str | None:
    """The word or name of the seller that a sentence begins with; None where it begins with the customer."""
    return _begins_inside(does, tuple(seller.firms), tuple(seller.teams), seller.language)


@lru_cache(maxsize=8192)
def _begins_inside(does: str, firms: tuple[str, ...], teams: tuple[str, ...], language: str) -> str | None:
    text = does.strip().lstrip("“”\"'»«(")
    match = _FIRST_WORD.match(text)
    if match is None:
        return None
    first = match.group()
    word = first.casefold().replace("’", "'")
    if word in WE["en"] or word in WE.get(language, ()):
        return first
    if language == "fi" and _FINNISH_WE.match(word):
        return first
    ending = _ENDINGS.get(language, "")
    for name in firms:
        plain = _LEGAL.sub("", name.strip())
        if len(plain) >= LONG_ENOUGH and re.match(rf"{re.escape(plain)}{ending}(?!\w)", text, re.IGNORECASE):
            return plain
        if plain and re.match(rf"{re.escape(plain)}(?!\w)", text):
            return plain
    for name in teams:
        exact = 0 if len(name) < LONG_ENOUGH else re.IGNORECASE
        if name and re.match(rf"{re.escape(name)}(?!\w)", text, exact):
            return name
    return None
