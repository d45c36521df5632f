"""A reader: somebody with a language, to whom messages, numbers, dates and durations are written."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from polku.words.catalogue import LANGUAGES, lookup
from polku.words.figures import written_day, written_number, written_percent
from polku.words.message import Message, Text

QUOTES = {"en": ("“", "”"), "fi": ("”", "”"), "sv": ("”", "”"), "da": ("»", "«")}
MINUS = "−"


class Reader:
    """Writes for one language. Cheap to make; `reader(language)` hands out a shared one."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, id: str, **params: Any) -> str:
        """Render a message by id."""
        return self.text(Message(id, params))

    def text(self, text: Text) -> str:
        """Render a message, or hand back words that are already words."""
        if isinstance(text, str):
            return text
        count = text.params.get("count")
        number = int(count) if isinstance(count, int | float) and not isinstance(count, bool) else None
        template = lookup(text.id, self.language, number) or lookup(text.id, "en", number)
        if template is None:
            raise LookupError(f"message {text.id!r} is in no catalogue")
        if "{" not in template and "}" not in template:
            return template
        pieces = _pieces(template)
        if pieces is None:
            return _Filler(self).vformat(template, (), text.params)
        return "".join(
            [
                piece if isinstance(piece, str) else _field(self, text.params[piece[0]], piece[1])
                for piece in pieces
            ]
        )

    def value(self, value: Any) -> str:
        """Write any value of a message's params the reader's way."""
        if isinstance(value, Message):
            return self.text(value)
        if isinstance(value, str):
            return value
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self("words.yes" if value else "words.no")
        if isinstance(value, int | float):
            return self.number(value)
        if isinstance(value, dt.timedelta):
            return self.duration(value)
        if isinstance(value, dt.datetime | dt.date):
            return self.date(value)
        if isinstance(value, Iterable):
            return self.join([self.value(item) for item in value])
        return str(value)

    def number(self, value: float, digits: int | None = None) -> str:
        """A number with the language's separators and a real minus; at most `digits` decimals."""
        return _number(self.language, value, digits)

    def signed(self, value: float, digits: int | None = None) -> str:
        """A number that always carries its sign, but zero none: +2, 0, −1."""
        text = self.number(value, digits)
        return "+" + text if round(value, 6 if digits is None else digits) > 0 else text

    def percent(self, share: float, digits: int = 0) -> str:
        """A share (0 … 1) as percent in the language's form: 57% in English, 57 % in the others."""
        return _percent(self.language, share, digits)

    def money(self, amount: float, currency: str) -> str:
        """An amount without cents, with its currency's sign where the language puts it."""
        from babel.numbers import format_currency

        pattern = "¤#,##0" if self.language == "en" else "#,##0\u00a0¤"
        text: str = format_currency(
            round(amount), currency, format=pattern, locale=self.language, currency_digits=False
        )
        return text.replace("-", MINUS)

    def date(self, day: dt.date | dt.datetime, *, short: bool = False) -> str:
        """A day in full with its year (1 July 2026), or short (2026-07-01 as the language writes it)."""
        return _date(self.language, day, short)

    def duration(self, duration: dt.timedelta | float) -> str:
        """How long something lasts, in the unit that reads best; a float is seconds."""
        seconds = duration.total_seconds() if isinstance(duration, dt.timedelta) else float(duration)
        for unit, size, most in (("seconds", 1, 90), ("minutes", 60, 90), ("hours", 3600, 36)):
            if abs(seconds) / size < most:
                return self(f"words.{unit}", count=round(seconds / size))
        return self("words.days", count=round(seconds / 86400))

    def days(self, duration: dt.timedelta | float) -> str:
        """A duration in whole days, short (98 d); a float is seconds."""
        seconds = duration.total_seconds() if isinstance(duration, dt.timedelta) else float(duration)
        return self("words.days-short", days=round(seconds / 86400))

    def join(self, parts: Sequence[str]) -> str:
        """A list in a sentence: a, b and c."""
        if len(parts) < 2:
            return "".join(parts)
        return self("words.and", first=", ".join(parts[:-1]), last=parts[-1])

    def quote(self, words: str) -> str:
        """Somebody's words in the language's quotation marks."""
        before, after = QUOTES[self.language]
        return f"{before}{words}{after}"


class _Filler(string.Formatter):
    """Fills `{name}`, and `{share:percent}`, `{n:signed}`, `{t:days}`, `{words:quote}`, `{d:short}`."""

    def __init__(self, to: Reader) -> None:
        self.to = to

    def format_field(self, value: Any, format_spec: str) -> str:
        return _field(self.to, value, format_spec)


def _field(to: Reader, value: Any, format_spec: str) -> str:
    if value is None or not format_spec:
        return to.value(value)
    if format_spec == "percent":
        return to.percent(value)
    if format_spec == "signed":
        return to.signed(value)
    if format_spec == "days":
        return to.days(value)
    if format_spec == "quote":
        return to.quote(to.value(value))
    if format_spec == "short":
        return to.date(value, short=True)
    if format_spec == "plain":
        return str(value)
    raise ValueError(f"no format {format_spec!r}; known: percent, signed, days, quote, short, plain")


@lru_cache(maxsize=8192)
def _pieces(template: str) -> tuple[str | tuple[str, str], ...] | None:
    """A template as words and fields (name, format) in turn; None where it holds more than such fields."""
    found: list[str | tuple[str, str]] = []
    for words, name, spec, conversion in string.Formatter().parse(template):
        if words:
            found.append(words)
        if name is None:
            continue
        if not name.isidentifier() or conversion or "{" in (spec or ""):
            return None
        found.append((name, spec or ""))
    return tuple(found)


@lru_cache(maxsize=16384, typed=True)
def _number(language: str, value: float, digits: int | None) -> str:
    shown = round(float(value), 1 if digits is None else digits) if isinstance(value, float) else value
    text = written_number(language, abs(shown), digits or 0, 3 if digits is None else digits)
    return MINUS + text if shown < 0 else text


@lru_cache(maxsize=4096, typed=True)
def _percent(language: str, share: float, digits: int) -> str:
    text = written_percent(language, abs(share), digits)
    return MINUS + text if round(share * 100, digits) < 0 else text


@lru_cache(maxsize=8192, typed=True)
def _date(language: str, day: dt.date | dt.datetime, short: bool) -> str:
    return written_day(language, day, short)


@lru_cache(maxsize=16)
def reader(language: str = "en") -> Reader:
    """The shared reader of a language; unknown languages read English."""
    return Reader(language)


def render(text: Text, language: str = "en") -> str:
    """A message in a language; words stay as they are."""
    return reader(language).text(text)
