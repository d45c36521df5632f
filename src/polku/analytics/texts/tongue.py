"""Which language a comment is in: Finnish, Swedish, Danish, English, or too little to tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

LANGUAGES = ("da", "en", "fi", "sv")
SHORTEST = 12
"""Letters under which nothing is guessed."""
SURE = 0.6
"""Share of the probability that the likeliest language has to have."""

Detect = Callable[[str], str | None]


@cache
def detector() -> Detect | None:
    """Tells languages; None where the extra `voice` is not installed."""
    try:
        from lingua import IsoCode639_1, LanguageDetectorBuilder
    except ImportError:
        return None
    codes = [getattr(IsoCode639_1, one.upper()) for one in LANGUAGES]
    built = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()

    def detect(text: str) -> str | None:
        if sum(letter.isalpha() for letter in text) < SHORTEST:
            return None
        best = built.compute_language_confidence_values(text)[0]
        return best.language.iso_code_639_1.name.lower() if best.value >= SURE else None

    return detect
