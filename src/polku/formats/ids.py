"""Ids out of what people write: lower-case letters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_LETTERS = str.maketrans(
    {"ä": "a", "ö": "o", "å": "a", "ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l", "þ": "th", "ð": "d"}
)
MAX_LENGTH = 60


def id_from(text: str, taken: Container[str] = (), fallback: str = "item") -> str:
    """An id that reads like the text and is not taken yet.

    Args:
        text: any words; letters with marks lose them, all else becomes a hyphen.
        taken: ids in use; a number is added until the id is free.
        fallback: the id of a text without a single letter or digit.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
    if len(slug) > MAX_LENGTH:
        head = slug[:MAX_LENGTH]
        slug = (head.rpartition("-")[0] or head).strip("-")
    slug = slug or fallback
    free, number = slug, 2
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free
