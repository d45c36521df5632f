"""Themes: what comments speak of, told by words that people listed; and words that might make one, only proposed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from polku.analytics.texts.comment import Comment, Told
from polku.analytics.texts.sentiment_words import LEXICONS
from polku.analytics.texts.theme_words import COMMON
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import Theme

LEAST = 3
"""Comments that a word must stand in to be proposed."""
MOST = 12
"""Proposals of one language."""
SHORTEST = 4
"""Letters of a word that is proposed, and of the beginning that forms of one word share."""
ALIKE = 0.6
"""Forms of a word share so much of the shorter."""
SUBSUMED = 0.8
"""A word that stands in a proposed pair so often is not proposed alone."""
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|[.,;:!?()\n…\[\]]+")


@dataclass(frozen=True)
class Proposal:
    """A word, or two beside each other, that might make a theme.

    Args:
        words: as a theme would list it; forms: as it stands in comments, the commonest first.
        comments: in which it stands; accounts: that wrote these.
    """

    language: str | None
    words: str
    forms: tuple[str, ...]
    comments: int
    accounts: int


def themes_in(text: str, themes: Iterable[Theme]) -> tuple[Told, ...]:
    """The themes that a text speaks of by their words, in the order of the list."""
    found = []
    for theme in themes:
        words = [match.group() for pattern in theme.words for match in _pattern(pattern).finditer(text)]
        if words:
            found.append(Told(theme.id, tuple(dict.fromkeys(words))))
    return tuple(found)


@lru_cache(maxsize=2000)
def _pattern(words: str) -> re.Pattern[str]:
    """A word or phrase; `*` stands for any ending, whatever stands between words must be no letter."""
    said = words.split()
    if not said or not all(part.strip("*") for part in said):
        return re.compile(r"(?!)")
    parts = [re.escape(part).replace(r"\*", r"\w*") for part in said]
    return re.compile(r"(?<!\w)" + r"\W+".join(parts) + r"(?!\w)", re.IGNORECASE)


def propose(
    comments: Sequence[Comment], themes: Sequence[Theme] = (), *, least: int = LEAST
) -> list[Proposal]:
    """Words and pairs of words that stand in many comments of a language and that no theme has yet.

    Args:
        comments: with the names of persons masked, as names are no themes.
        least: comments that a proposal must stand in.
    """
    by_language: dict[str | None, list[int]] = {}
    for place, comment in enumerate(comments):
        by_language.setdefault(comment.language, []).append(place)
    found: list[Proposal] = []
    for language, places in sorted(
        by_language.items(), key=lambda one: (-len(one[1]), one[0] is None, one[0] or "")
    ):
        found += _of_language(comments, places, language, themes, least)
    return found


def _of_language(
    comments: Sequence[Comment],
    places: Sequence[int],
    language: str | None,
    themes: Sequence[Theme],
    least: int,
) -> list[Proposal]:
    common = COMMON.get(language or "", frozenset())
    turning = _turning(language)
    words: dict[str, set[int]] = {}
    pairs: dict[tuple[str, str], set[int]] = {}
    for place in places:
        tokens = [token.casefold() for token in _TOKEN.findall(comments[place].text)]
        for token in tokens:
            if token[0].isalpha() and len(token) >= SHORTEST and token not in common and token not in turning:
                words.setdefault(token, set()).add(place)
        for one, two in pairwise(tokens):
            if not (one[0].isalpha() and two[0].isalpha()) or two in common or two in turning:
                continue
            if (one in turning or one not in common) and len(two) >= SHORTEST:
                pairs.setdefault((one, two), set()).add(place)
    groups = _groups(words)
    stem = {form: pattern for pattern, forms in groups.items() for form in forms}
    candidates: list[tuple[str, tuple[str, ...], set[int]]] = []
    joined: dict[str, tuple[set[str], set[int]]] = {}
    for (one, two), at in pairs.items():
        pattern = f"{one if one in turning else stem.get(one, one)} {stem.get(two, two)}"
        forms, all_at = joined.setdefault(pattern, (set(), set()))
        forms.add(f"{one} {two}")
        all_at |= at
    for pattern, (forms, at) in joined.items():
        if len(at) >= least:
            candidates.append((pattern, tuple(sorted(forms)), at))
    whole = [at for _, _, at in candidates]
    for pattern, own in groups.items():
        at = set().union(*(words[form] for form in own))
        if len(at) >= least and not any(len(at & pair) >= SUBSUMED * len(at) for pair in whole):
            candidates.append((pattern, tuple(sorted(own, key=lambda form: (-len(words[form]), form))), at))
    candidates = [one for one in candidates if not all(themes_in(form, themes) for form in one[1])]
    candidates.sort(key=lambda one: (-len(one[2]), one[0]))
    return [
        Proposal(
            language,
            pattern,
            forms,
            len(at),
            len({comments[place].account for place in at if comments[place].account is not None}),
        )
        for pattern, forms, at in candidates[:MOST]
    ]


def _groups(words: Iterable[str]) -> dict[str, list[str]]:
    """Words that begin alike as forms of one, by the pattern that holds them all."""
    groups: list[list[str]] = []
    for word in sorted(words):
        if groups:
            shared = len(_shared([*groups[-1], word]))
            shortest = min(len(one) for one in (*groups[-1], word))
            if shared >= SHORTEST and shared >= ALIKE * shortest:
                groups[-1].append(word)
                continue
        groups.append([word])
    return {own[0] if len(own) == 1 else _shared(own) + "*": own for own in groups}


def _shared(words: Sequence[str]) -> str:
    """The letters that all begin with."""
    first, last = min(words), max(words)
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[: min(len(first), len(last)) if same is None else same]


def _turning(language: str | None) -> frozenset[str]:
    lexicon = LEXICONS.get(language or "")
    return frozenset(lexicon.turning.split()) if lexicon is not None else frozenset()
