"""Filters: how they are read, said in words, refused, and what they keep."""

from __future__ import annotations

import datetime as dt

import pytest

from polku.analytics.filters.filters import (
    Call,
    Compare,
    Either,
    Every,
    Not,
    Within,
    in_words,
    read_event_filter,
    read_filter,
)
from polku.errors import QuestionError
from polku.words import LANGUAGES, render


def test_and_binds_before_or_and_not_before_both() -> None:
    assert read_filter("segment = a or not segment = b and segment = c") == Either(
        (
            Compare("segment", "=", "a", 1),
            Every((Not(Compare("segment", "=", "b", 20)), Compare("segment", "=", "c", 36))),
        )
    )
    assert read_filter("(segment = a)") == Compare("segment", "=", "a", 2)


def test_values_are_typed_by_their_field() -> None:
    assert read_filter("time >= 2026-01-31") == Compare("time", ">=", dt.date(2026, 1, 31), 1)
    assert read_filter("value<1e3") == Compare("value", "<", 1000.0, 1)
    assert read_filter("lasts > P90D") == Compare("lasts", ">", dt.timedelta(days=90), 1)
    assert read_filter("segment = unknown") == Compare("segment", "=", None, 1)
    assert read_filter('segment = "unknown"') == Compare("segment", "=", "unknown", 1)
    assert read_filter("segment in (a, “b c”, unknown)") == Within("segment", ("a", "b c", None), 1)


def test_a_call_takes_words_with_blanks() -> None:
    assert read_filter("did(Meeting: demo on site) and touched(demo)") == Every(
        (Call("did", "Meeting: demo on site", 1), Call("touched", "demo", 32))
    )
    assert read_filter('did("a (b), c")') == Call("did", "a (b), c", 1)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("segmnt = a", 1),
        ("segment", 8),
        ("segment =", 10),
        ("segment = a segment = b", 13),
        ("(segment = a", 13),
        ("segment = a)", 12),
        ("time = yesterday", 8),
        ("value > much", 9),
        ("lasts > 90", 9),
        ("segment < a", 11),
        ("value ~ 1*", 9),
        ("value > unknown", 9),
        ("touched()", 9),
        ("touched(demo", 13),
        ("toched(demo)", 1),
        ("segment in a", 12),
        ("segment = a and", 16),
        ("and segment = a", 1),
        ('segment = "a', 11),
        ("segment = 'x' ;drop", 15),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text: str, at: int) -> None:
    with pytest.raises(QuestionError) as refused:
        read_filter(text)

    assert refused.value.message.params["at"] == at
    for language in LANGUAGES:
        assert str(at) in refused.value.text(language) or not text


def test_events_have_fields_of_their_own() -> None:
    assert read_event_filter("part = operator and channel ~ mail*") == Every(
        (Compare("part", "=", "operator", 1), Compare("channel", "~", "mail*", 21))
    )
    with pytest.raises(QuestionError):
        read_event_filter("segment = a")
    with pytest.raises(QuestionError):
        read_event_filter("touched(demo)")


def test_a_filter_is_said_in_words() -> None:
    said = in_words(
        read_filter("segment in (a, b) and not touched(demo) and (time >= 2026-01-31 or outcome = unknown)")
    )

    assert render(said) == (
        "segment is one of a and b and not (met the touchpoint demo) and "
        "(time is at least 31 January 2026 or outcome is unknown)"
    )
    assert "segmentti" in render(said, "fi")
