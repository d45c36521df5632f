"""Hints of sentiment show their words, turn with a negation, and are as good as they say, no better."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.texts.comments import MASK, comments
from polku.analytics.texts.sentiment import QUALITY, sentiment
from polku.analytics.texts.tongue import detector
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import publish
from tests.records.staged_logs import stage


@pytest.mark.parametrize(
    ("language", "text", "hint", "words"),
    [
        ("en", "Great service, but the parts came late", "mixed", ["+Great", "-late"]),
        ("en", "It never worked, nobody is helpful", "complaint", ["-worked", "-helpful"]),
        ("en", "Not bad at all", "praise", ["+bad"]),
        ("fi", "Palvelu oli erinomaista ja nopeaa", "praise", ["+erinomaista", "+nopeaa"]),
        ("fi", "Kone ei toimi", "complaint", ["-toimi"]),
        ("fi", "Ei mitään ongelmia", "praise", ["+ongelmia"]),
        ("sv", "Maskinen fungerar inte", "complaint", ["-fungerar"]),
        ("sv", "Bra stöd, inte dyrt", "praise", ["+Bra", "+dyrt"]),
        ("da", "Den virker ikke, og vi er skuffede", "complaint", ["-virker", "-skuffede"]),
        ("da", "Hurtig og venlig hjælp", "praise", ["+Hurtig", "+venlig", "+hjælp"]),
        ("en", "The box is blue", None, []),
        ("de", "Sehr gut", None, []),
    ],
)
def test_a_hint_names_the_words_that_led_to_it(
    language: str, text: str, hint: str | None, words: list[str]
) -> None:
    found = sentiment(text, language)

    assert found.hint == hint
    assert [f"{'+' if cause.sign > 0 else '-'}{cause.word}" for cause in found.causes] == words


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    said = {
        "1": ("Mette Holm was very helpful, write to mette@toys.example", None),
        "2": ("Toimitus oli myöhässä ja laskussa oli virhe", None),
        "3": ("bra", "sv-SE"),
        "4": ("ok", None),
    }
    rows: list[dict[str, Any]] = [
        {"event_id": id, "time": f"2026-01-0{id}", "activity": "asked", "account_id": "toys"} for id in said
    ]
    lake = Lake(tmp_path / "lake")
    publish(
        lake,
        [
            stage(
                tmp_path / "a",
                events=rows,
                texts=[
                    {"event_id": id, "text": text, "language": language}
                    for id, (text, language) in said.items()
                ],
                people=[{"person_id": "p", "name": "Mette Holm", "email": "mette@toys.example"}],
            )
        ],
    )
    return lake


def test_languages_come_from_the_source_else_from_the_text(lake: Lake) -> None:
    guesses = {"Mette Holm was": "en", "Toimitus oli my": "fi"}
    with open_log(lake.folder) as log:
        found = comments(log, detect=lambda text: guesses.get(text[:15].strip()))

    assert [(one.language, one.told_by, one.sentiment.hint) for one in found.comments] == [
        (None, None, None),
        ("sv", "source", "praise"),
        ("fi", "text", "complaint"),
        ("en", "text", "praise"),
    ]
    assert {(one.language, one.comments, one.praise, one.complaint, one.none) for one in found.languages} == {
        ("en", 1, 1, 0, 0),
        ("fi", 1, 0, 1, 0),
        ("sv", 1, 1, 0, 0),
        (None, 1, 0, 0, 1),
    }


def test_names_and_addresses_are_masked_where_that_is_asked_for(lake: Lake) -> None:
    with open_log(lake.folder) as log:
        shown = [
            comments(log, names=names, detect=lambda text: None).comments[-1].text for names in (True, False)
        ]

    assert "Mette Holm" in shown[0]
    assert shown[1] == f"{MASK} was very helpful, write to {MASK}@toys.example"


def test_texts_name_their_own_language() -> None:
    tells = detector()
    if tells is None:
        pytest.skip("the extra polku[voice] is not installed")
    assert tells("Toimitus oli myöhässä ja laskussa oli virhe") == "fi"
    assert tells("Leveransen kom för sent och fakturan var fel") == "sv"
    assert tells("Leveringen kom for sent, og fakturaen var forkert") == "da"
    assert tells("ok") is None


@pytest.mark.parametrize("language", sorted(QUALITY))
def test_the_quality_that_is_told_is_the_one_measured(
    language: str, shared_data: Callable[[str], Path]
) -> None:
    from bench.sentiment import quality

    found, told = quality(shared_data("xed-nordic-sentiment"), language), QUALITY[language]

    assert found.sentences == told.sentences
    for name in ("told", "right", "guess"):
        assert getattr(found, name) == pytest.approx(getattr(told, name), abs=0.0006)
    # A hint that is no better than a guess would be none.
    assert told.right > told.guess + 0.08
