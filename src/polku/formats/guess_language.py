"""Which of four languages words are in, by their smallest words, their letters and their endings; a guess, said as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

SMALL: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        [
            "the",
            "and",
            "of",
            "to",
            "is",
            "are",
            "for",
            "with",
            "his",
            "her",
            "their",
            "they",
            "he",
            "she",
            "it",
            "that",
            "not",
            "but",
            "from",
            "in",
            "on",
            "at",
            "by",
            "an",
            "who",
            "what",
        ]
    ),
    "fi": frozenset(
        [
            "ja",
            "on",
            "ei",
            "että",
            "se",
            "hän",
            "he",
            "kun",
            "mutta",
            "tai",
            "sekä",
            "myös",
            "vain",
            "jos",
            "kuin",
            "jo",
            "vielä",
            "oma",
            "uusi",
            "ovat",
            "mitä",
            "kuka",
            "joka",
        ]
    ),
    "sv": frozenset(
        [
            "och",
            "att",
            "är",
            "på",
            "för",
            "med",
            "som",
            "det",
            "den",
            "en",
            "ett",
            "inte",
            "av",
            "till",
            "från",
            "han",
            "hon",
            "de",
            "sin",
            "sitt",
            "vad",
            "vem",
            "om",
            "hos",
        ]
    ),
    "da": frozenset(
        [
            "og",
            "at",
            "er",
            "på",
            "for",
            "med",
            "som",
            "det",
            "den",
            "en",
            "et",
            "ikke",
            "af",
            "til",
            "fra",
            "han",
            "hun",
            "de",
            "sin",
            "sit",
            "hvad",
            "hvem",
            "om",
            "hos",
        ]
    ),
}
"""A word that several languages have speaks for each of them, so it decides nothing."""
LETTERS: Mapping[str, str] = {"fi": "äö", "sv": "åäö", "da": "åæø"}
FINNISH = re.compile(r"(ssa|ssä|sta|stä|lla|llä|lle|een|nen|aan|ään|taa|tää|uu|yy|ii)$")
ENGLISH = re.compile(r"(ing|tion|ness|ly|th|'s)$")
LEAST = 2.0
"""So much must speak for a language, and so much more than for the next."""


def guess_language(texts: Iterable[str]) -> str | None:
    """The language of texts: en, fi, sv or da; None where too little speaks for one before the others."""
    score = dict.fromkeys(SMALL, 0.0)
    for text in texts:
        for word in re.findall(r"[^\W\d_]+(?:'s)?", text.casefold()):
            for language, small in SMALL.items():
                score[language] += word in small
            for language, letters in LETTERS.items():
                score[language] += 0.5 * any(letter in letters for letter in word)
            if any(letter in "æø" for letter in word):
                score["da"] += 0.5
            if len(word) > 4 and "å" not in word:
                score["fi"] += 0.6 * bool(FINNISH.search(word))
                score["en"] += 0.6 * bool(ENGLISH.search(word))
    (best, most), (_, next_most) = sorted(score.items(), key=lambda one: -one[1])[:2]
    return best if most >= LEAST and most - next_most >= max(LEAST / 2, 0.1 * most) else None
