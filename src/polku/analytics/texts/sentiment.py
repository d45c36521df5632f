"""Sentiment as a hint: the words of praise and complaint in a comment, and what they add up to; never a fact."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from polku.analytics.texts.sentiment_words import LEXICONS
from polku.frozen import dataclass

Hint = Literal["praise", "complaint", "mixed"]
_TOKEN = re.compile(r"\w+|[.,;:!?()\n]+")
_REACH = 3
"""So many words before a word may turn it; in Swedish and Danish also the two behind it."""


@dataclass(frozen=True)
class Cause:
    """A word that led to a hint.

    Args:
        word: as it stands in the text.
        sign: 1 praise, −1 complaint, after turning.
        turned: whether a negation turned it.
    """

    word: str
    sign: int
    turned: bool


@dataclass(frozen=True)
class Sentiment:
    """A hint with what caused it; None where no word is known."""

    hint: Hint | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Quality:
    """How well hints agree with people, measured on labelled sentences that have one polarity.

    Args:
        sentences: so many.
        told: share of them that get a hint of praise or complaint.
        right: of those, the share that people labelled so.
        guess: share that is right when always the commoner label is given.
    """

    sentences: int
    told: float
    right: float
    guess: float


QUALITY: dict[str, Quality] = {
    "en": Quality(13520, 0.311, 0.782, 0.664),
    "fi": Quality(11500, 0.273, 0.848, 0.659),
    "sv": Quality(3659, 0.249, 0.776, 0.676),
    "da": Quality(1369, 0.259, 0.816, 0.620),
}
"""By language, on XED (film subtitles labelled by people in Finnish and English, carried over to the others). Feedback
of customers is written otherwise, so these figures say how careful to be, not how good a hint on your texts is."""


def sentiment(text: str, language: str | None) -> Sentiment:
    """The hint of a comment.

    Args:
        language: en, fi, sv or da; no hint in another.
    """
    if language not in LEXICONS:
        return Sentiment(None, ())
    lexicon = LEXICONS[language]
    turning = _patterns(lexicon.turning)
    praise, complaint = _patterns(lexicon.praise), _patterns(lexicon.complaint)
    tokens = _TOKEN.findall(text.casefold())
    shown = _TOKEN.findall(text)
    causes = []
    for at, token in enumerate(tokens):
        if turning.fullmatch(token):
            continue
        sign = 1 if praise.fullmatch(token) else -1 if complaint.fullmatch(token) else 0
        if sign:
            turned = _turned(tokens, at, turning, lexicon.behind)
            word = shown[at] if len(shown) == len(tokens) else token
            causes.append(Cause(word, -sign if turned else sign, turned))
    signs = {cause.sign for cause in causes}
    hint: Hint | None = None
    if signs:
        hint = "mixed" if len(signs) > 1 else "praise" if 1 in signs else "complaint"
    return Sentiment(hint, tuple(causes))


def _turned(tokens: list[str], at: int, turning: re.Pattern[str], behind: bool) -> bool:
    count = 0
    for token in reversed(tokens[max(0, at - _REACH) : at]):
        if not token[0].isalnum():
            break
        count += bool(turning.fullmatch(token))
    if behind and not count:
        for token in tokens[at + 1 : at + 3]:
            if not token[0].isalnum():
                break
            count += bool(turning.fullmatch(token))
    return count % 2 == 1


@lru_cache(maxsize=32)
def _patterns(words: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in words.split()))
