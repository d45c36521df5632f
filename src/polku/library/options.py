"""The options of a question as keywords, and what is asked with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypedDict

from polku.analytics.asking.questions import Asked, question
from polku.analytics.variants import MOST
from polku.documents import parse_duration
from polku.errors import QuestionError
from polku.words import Message

Day = dt.date | str
"""A day, or its words: 2026-11-18."""
Names = str | Sequence[str]
"""Names, or one text with commas between them."""
Span = dt.timedelta | str
"""A time, or its words: P90D."""


class Options(TypedDict, total=False):
    """The options of `polku measure` that shape a question; each question takes its own."""

    of: str
    from_: str
    to: str
    stages: Names
    window: Span
    time: str
    transform: str
    by: str
    weight: str
    model: Names
    conversion: str
    scope: str
    lookback: Span
    grain: str
    value: str
    mode: str
    people: int
    exclude: Names
    entered_since: Day
    entered_until: Day
    improvement: str


FIELDS: Mapping[str, str] = MappingProxyType(
    {name: name for name in Options.__annotations__}
    | {"from_": "start", "to": "end", "time": "definition", "model": "models"}
)
"""Keyword → field of Asked."""


def asked_of(name: str, options: Mapping[str, Any]) -> Asked:
    """What is asked of the question `name`; options of None were not given.

    Raises:
        QuestionError: the question is not known, does not take an option, or its value cannot be read.
    """
    known = question(name)
    given: dict[str, Any] = {}
    for key, value in options.items():
        if value is None:
            continue
        if FIELDS.get(key) not in known.options:
            takes = [one for one, field in FIELDS.items() if field in known.options]
            raise QuestionError(
                Message("measure.not-taken", {"option": key, "question": name, "known": takes or None})
            )
        given[FIELDS[key]] = _read(key, value)
    return Asked(most=MOST, **given)


def day_of(key: str, value: Day | None) -> dt.date | None:
    """A day from its words.

    Raises:
        QuestionError: they are no day.
    """
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        return dt.date.fromisoformat(str(value)[:10] if isinstance(value, dt.datetime) else value)
    except (TypeError, ValueError) as error:
        raise QuestionError(Message("library.no-day", {"option": key, "found": str(value)})) from error


def names_of(value: Names | None) -> tuple[str, ...] | None:
    """Names from a list or from a text with commas."""
    if value is None:
        return None
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _read(key: str, value: Any) -> Any:
    if key in ("stages", "model", "exclude"):
        return names_of(value)
    if key in ("entered_since", "entered_until"):
        return day_of(key, value)
    if key in ("window", "lookback") and not isinstance(value, dt.timedelta):
        try:
            return parse_duration(value)
        except (TypeError, ValueError) as error:
            raise QuestionError(
                Message("measure.bad-window", {"option": key, "found": str(value)})
            ) from error
    if key == "people" and (not isinstance(value, int) or value < 1):
        raise QuestionError(Message("library.no-number", {"option": key, "found": str(value)}))
    return value
