"""Letters without their marks, in which names are compared."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """Letters without their marks."""
    if text.isascii():
        return text
    split = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in split if not unicodedata.combining(letter))
