"""Where a long word may break: by syllable, one careful rule per language, no word lists."""

from __future__ import annotations

import re
from functools import lru_cache

LEAST = 3
"""Letters that stay together at either end of a word."""

SOFT_HYPHEN = "\u00ad"

VOWELS = {
    "fi": "aeiouyåäöAEIOUYÅÄÖ",
    "sv": "aeiouyåäöAEIOUYÅÄÖéÉ",
    "da": "aeiouyåæøAEIOUYÅÆØéÉ",
    "en": "aeiouyAEIOUYéÉ",
}

# Pairs that begin a syllable together: the break stands before them, not between.
PAIRS = {
    "fi": frozenset[str](),
    "sv": frozenset(
        ("bl", "br", "ch", "dr", "fl", "fr", "gl", "gr", "kl", "kr", "pl", "pr", "sk", "sj", "tr")
    ),
    "da": frozenset(
        ("bl", "br", "ch", "dr", "fl", "fr", "gl", "gr", "kl", "kr", "pl", "pr", "sk", "sj", "tr")
    ),
    "en": frozenset(
        ("bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "ph", "pl", "pr", "qu", "sh", "th", "tr")
    ),
}

WORD = re.compile(r"[^\W\d_]+")
# After these a long address or a path may break; no hyphen is added.
SEAMS = re.compile(r"(?<=[/\\._\-–—@:?&=+,;|])(?=[^\s/])")


@lru_cache(maxsize=4096)
def breaks(word: str, language: str) -> tuple[tuple[int, bool], ...]:
    """Places where a word may break, each with whether a hyphen is written there.

    Soft hyphens in the word win over the rule. Addresses and compounds written with hyphens
    break after their own signs first.
    """
    if SOFT_HYPHEN in word:
        return tuple((place, True) for place, letter in enumerate(word) if letter == SOFT_HYPHEN and place)
    places: dict[int, bool] = {match.start(): False for match in SEAMS.finditer(word) if match.start() > 1}
    if "://" not in word and "@" not in word:
        for match in WORD.finditer(word):
            for place in syllables(match.group(), language):
                places.setdefault(match.start() + place, True)
    return tuple(sorted(places.items()))


def syllables(word: str, language: str) -> list[int]:
    """Break places inside one run of letters, at least LEAST letters from either end.

    A consonant that a vowel follows begins a syllable, alone or as a known pair.
    """
    vowels = VOWELS.get(language, VOWELS["en"])
    pairs = PAIRS.get(language, PAIRS["en"])
    low = word.lower()
    found = []
    for place in range(1, len(word) - 1):
        if low[place] in vowels or low[place + 1] not in vowels:
            continue
        start = place
        if low[place - 1 : place + 1] in pairs and low[place - 2 : place] != "ck":
            start = place - 1
        elif low[place - 1 : place + 1] == "ck":
            continue
        # What stands before the break needs a vowel, or it cannot be said.
        if LEAST <= start <= len(word) - LEAST and any(letter in vowels for letter in word[:start]):
            found.append(start)
    return found
