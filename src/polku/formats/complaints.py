"""What is said about a value that cannot be: what was found and what is possible, in words for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic.fields import FieldInfo

from polku.formats.model_fields import bounds_of, words_in
from polku.words import Message, Text

_LONGEST = 60
_OTHER_DATE = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")


def unknown_key(key: str, known: Sequence[str]) -> Message:
    """A key that the format does not have, with the nearest that it has."""
    near = get_close_matches(key.lower(), known, n=1, cutoff=0.6)
    if near:
        return Message("formats.unknown-key-near", {"key": shown(key), "near": near[0]})
    return Message("formats.unknown-key", {"key": shown(key), "known": sorted(known)})


def wrong_value(
    error: Mapping[str, Any], value: Any, raw: str | None, field: FieldInfo | None, keys: Sequence[str]
) -> Message:
    """A value of the wrong kind or out of range.

    Args:
        error: pydantic's complaint.
        value: what was found.
        raw: how it was written, where the text became something else.
        field: the field it stands in.
        keys: what is possible where keys and values are.
    """
    kind = str(error["type"])
    found = shown(raw if raw is not None else value)
    for starts, id in _SIMPLE:
        if kind.startswith(starts):
            return Message(id, {"found": found})
    if kind == "literal_error":
        return _not_one_of(found, value, words_in(field.annotation) if field else ())
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return _out_of_range(found, bounds_of(field) if field else (None, None))
    if kind.startswith("date"):
        day = _as_day(raw if raw is not None else str(value))
        if day:
            return Message("formats.not-a-date-but", {"found": found, "day": day})
        return Message("formats.not-a-date", {"found": found})
    if kind in ("model_type", "model_attributes_type"):
        return Message("formats.not-keys", {"found": found, "known": list(keys)})
    if kind == "value_error":
        for word, id in _OWN:
            if word in str(error.get("msg", "")):
                return Message(id, {"found": found})
    return Message("formats.not-possible", {"found": found})


_SIMPLE = (
    ("int_from_float", "formats.not-whole"),
    ("int", "formats.not-whole"),
    ("float", "formats.not-a-number"),
    ("bool", "formats.not-true-or-false"),
    ("string_type", "formats.not-a-text"),
    ("string_too_long", "formats.too-long"),
    ("tuple_type", "formats.not-a-list"),
    ("list_type", "formats.not-a-list"),
    ("dict_type", "formats.not-pairs"),
)

_OWN = (
    ("duration", "formats.not-a-duration"),
    ("colour", "brand.not-a-colour"),
    ("logo outside", "brand.logo-outside"),
    ("logo neither", "brand.logo-ending"),
)
"""A word of our own complaints → what people read."""


def other(error: Mapping[str, Any]) -> Message:
    """A complaint about the document as a whole, which no value of it explains."""
    return Message("formats.whole", {"reason": str(error.get("msg", ""))})


def shown(value: Any) -> Text:
    """A found value in a sentence, in quotation marks and not too long; lists and mappings are only named."""
    if isinstance(value, dict):
        return Message("formats.some-keys", {"count": len(value)})
    if isinstance(value, list):
        return Message("formats.some-list", {"count": len(value)})
    text = " ".join(("true" if value is True else "false" if value is False else str(value)).split())
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return Message("formats.quoted", {"text": text})


def _not_one_of(found: Text, value: Any, known: Iterable[str]) -> Message:
    words = list(known)
    near = get_close_matches(value.lower(), words, n=1, cutoff=0.6) if isinstance(value, str) else []
    if near:
        return Message("formats.not-one-of-near", {"found": found, "known": words, "near": near[0]})
    return Message("formats.not-one-of", {"found": found, "known": words})


def _out_of_range(found: Text, bounds: tuple[float | None, float | None]) -> Message:
    low, high = bounds
    if low is not None and high is not None:
        return Message("formats.out-of-range", {"found": found, "low": low, "high": high})
    if low is not None:
        return Message("formats.too-little", {"found": found, "low": low})
    return Message("formats.too-much", {"found": found, "high": high})


def _as_day(text: str) -> str | None:
    """The day a text means, written the format's way, where day, month and year are clear."""
    match = _OTHER_DATE.match(text)
    if match is None:
        return None
    first, month, last = (int(part) for part in match.groups())
    day, year = (last, first) if first > 31 else (first, last)
    if year < 1000 or not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    if "/" in text and day <= 12 and first <= 31:
        return None  # 05/06 is May in one country and June in another
    return f"{year:04}-{month:02}-{day:02}"
