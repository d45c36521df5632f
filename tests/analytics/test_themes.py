"""Themes are told by their words and nothing else; proposals say what they stand in, and names are never among them."""

from __future__ import annotations

import datetime as dt

import pytest

from polku.analytics.texts.comment import Comment
from polku.analytics.texts.sentiment import Sentiment
from polku.analytics.texts.themes import propose, themes_in
from polku.documents import Theme


def theme(id: str, *words: str) -> Theme:
    return Theme(id=id, words=words)


def comment(text: str, language: str | None = "en", account: str = "toys") -> Comment:
    moment = dt.datetime(2026, 1, 1)
    return Comment(
        moment,
        account,
        None,
        "asked",
        None,
        language,
        "source",
        Sentiment(None, ()),
        text,
        account_id=account,
    )


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("price", "The Price, again: price!", ("Price", "price")),
        ("price", "priceless", None),
        ("pric*", "Prices and pricing", ("Prices", "pricing")),
        ("nobody answers", "Nobody\n answers at night", ("Nobody\n answers",)),
        ("nobody answers", "nobody, he answers", None),
        ("ei vasta*", "Linja seisoo, päivystys ei vastaa", ("ei vastaa",)),
        ("manual*", "Mangler den danske manual", ("manual",)),
        ("a.c", "abc a.c", ("a.c",)),
        ("*", "anything", None),
        ("", "anything", None),
    ],
)
def test_a_theme_names_the_words_that_told_it(words: str, text: str, found: tuple[str, ...] | None) -> None:
    told = themes_in(text, [theme("one", words)])
    assert (told[0].words if told else None) == found


def test_a_comment_can_speak_of_several_themes_and_a_theme_of_several_languages() -> None:
    night = theme("night", "at night", "yöllä", "om natten")
    phone = theme("phone", "telefon*", "phone")
    told = themes_in("The phone is dead at night", [night, phone])
    assert [(one.theme, one.words) for one in told] == [("night", ("at night",)), ("phone", ("phone",))]
    assert [one.theme for one in themes_in("Telefonen er død om natten", [night, phone])] == [
        "night",
        "phone",
    ]


def test_forms_that_begin_alike_are_one_proposal_with_all_its_forms() -> None:
    comments = [
        comment("The manual is German", account="a"),
        comment("Manuals are late", account="b"),
        comment("No manual came", account="b"),
    ]
    (found,) = propose(comments)
    assert (found.words, found.forms, found.comments, found.accounts) == (
        "manual*",
        ("manual", "manuals"),
        3,
        2,
    )


def test_words_beside_each_other_are_proposed_together_and_negations_with_what_they_turn() -> None:
    found = propose(
        [comment(f"Päivystys ei vastaa {word}", "fi") for word in ("yöllä", "koskaan", "soittoon")]
    )
    words = [one.words for one in found]
    assert "ei vastaa" in words and "vastaa" not in words


def test_what_a_theme_has_already_is_not_proposed_again() -> None:
    comments = [comment("spare parts are late")] * 3
    assert any("part" in one.words for one in propose(comments))
    left = propose(comments, [theme("parts", "spare part*", "parts", "spare", "late")])
    assert not [one for one in left if one.words in ("spare parts", "parts", "spare", "late")]


def test_small_words_and_few_comments_make_no_proposal() -> None:
    assert propose([comment("and then they were there")] * 5) == []
    assert propose([comment("valve")] * 2) == []
    assert propose([]) == []


def test_languages_are_told_apart_and_one_that_is_unknown_has_its_own() -> None:
    comments = [*[comment("ventil", "da")] * 3, *[comment("ventil", None)] * 3]
    assert [(one.language, one.words) for one in propose(comments)] == [("da", "ventil"), (None, "ventil")]
