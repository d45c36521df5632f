"""How well hints of sentiment and guesses of language agree with people, on the labelled sentences of XED."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from polku.analytics.texts.sentiment import Quality, sentiment
from polku.analytics.texts.tongue import detector

FILES = {"en": "en-annotated", "fi": "fi-annotated", "sv": "sv-projections", "da": "da-projections"}
PRAISE, COMPLAINT = frozenset((5, 8)), frozenset((1, 3, 4, 6))
"""Joy and trust; anger, disgust, fear and sadness."""


def sentences(folder: Path, language: str) -> Iterator[tuple[str, frozenset[int]]]:
    """Each labelled sentence with its labels; lines with damaged labels are left out."""
    for line in (folder / f"{FILES[language]}.tsv").read_text("utf-8").split("\n"):
        text, tab, labels = line.rstrip("\r").partition("\t")
        numbers = [one.strip() for one in labels.split(",")]
        if tab and all(one.isdecimal() for one in numbers):
            yield text, frozenset(map(int, numbers))


def quality(folder: Path, language: str) -> Quality:
    """How well hints agree, on sentences whose labels are of one polarity."""
    polar = [
        (text, bool(labels & PRAISE))
        for text, labels in sentences(folder, language)
        if bool(labels & PRAISE) != bool(labels & COMPLAINT)
    ]
    told = right = 0
    for text, praised in polar:
        hint = sentiment(text, language).hint
        if hint in ("praise", "complaint"):
            told += 1
            right += (hint == "praise") == praised
    praised_all = sum(praised for _, praised in polar)
    common = max(praised_all, len(polar) - praised_all)
    return Quality(len(polar), told / len(polar), right / told, common / len(polar))


def languages_told(folder: Path, language: str, every: int = 7) -> tuple[float, float]:
    """Share of every seventh sentence whose language is told, and the share of these that is told right."""
    detect = detector()
    assert detect is not None, "install the extra polku[voice]"
    told = [detect(text) for text, _ in list(sentences(folder, language))[::every]]
    found = [one for one in told if one is not None]
    return len(found) / len(told), found.count(language) / len(found)


if __name__ == "__main__":
    for one in FILES:
        found = quality(Path(sys.argv[1]), one)
        print(
            f'    "{one}": Quality({found.sentences}, {found.told:.3f}, {found.right:.3f}, {found.guess:.3f}),'
        )
        told, right = languages_told(Path(sys.argv[1]), one)
        print(f"        language told for {told:.3f}, of these right {right:.3f}")
