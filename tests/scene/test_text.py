"""Words are measured with the real font and wrapped without losing a letter."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polku.scene import fit, text_width, wrap
from polku.scene.font import FOLDER, TABULAR_DIGIT, advances
from polku.scene.hyphens import syllables

WORDS = st.text(alphabet="abcdeäöåøæ  ABC-/.,é”\u00ad0123", min_size=0, max_size=80)


@pytest.fixture(scope="module", autouse=True)
def fonts():
    if not (FOLDER / "Inter-400.ttf").exists():
        pytest.skip("the fonts are not built (python -m polku.assets)")


@pytest.mark.parametrize(("weight", "italic"), [(400, False), (600, False), (700, False), (400, True)])
def test_widths_are_those_of_the_font(weight, italic):
    from fontTools.ttLib import TTFont

    name = f"Inter-{weight}{'-italic' if italic else ''}.ttf"
    font = TTFont(FOLDER / name)
    letters = font.getBestCmap()
    for letter in "AaÅäöø→▲✓−”.":
        expected = font["hmtx"][letters[ord(letter)]][0] / font["head"].unitsPerEm
        assert advances(weight, italic)[letter] == pytest.approx(expected)


def test_figures_are_as_wide_as_in_columns():
    assert text_width("1", 10) == text_width("8", 10) == pytest.approx(10 * TABULAR_DIGIT, abs=0.05)


def test_what_the_font_lacks_is_taken_as_wide_and_a_soft_hyphen_as_nothing():
    assert text_width("漢", 12) == 12
    assert text_width("a\u00adb", 12) == text_width("ab", 12)


@given(WORDS, st.integers(min_value=18, max_value=300), st.sampled_from(["en", "fi", "sv", "da"]))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text, width, language):
    lines = wrap(text, width, 12, 400, language)

    assert all(text_width(line, 12) <= width + 0.01 for line in lines)
    # Apart from spaces and the hyphens that were added, every letter is there in its order.
    kept = [letter for letter in text if letter not in " \u00ad-"]
    assert [letter for line in lines for letter in line if letter not in " -"] == kept


def test_a_long_finnish_compound_breaks_between_syllables():
    assert wrap("tuotantopäällikkö", 75, 12, 400, "fi") == ("tuotanto-", "päällikkö")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "asian-tun-tija"),
        ("fi", "kil-pai-lu-tus"),
        ("sv", "verk-sam-het"),
        ("sv", "utveck-lin-gen"),
        ("da", "ind-købs-chef"),
        ("en", "mar-ke-ting"),
        ("en", "bath-room"),
        ("en", "calls"),
    ],
)
def test_words_break_before_a_consonant_that_a_vowel_follows(language, expected):
    word = expected.replace("-", "")
    places = syllables(word, language)

    assert "".join("-" * (place in places) + letter for place, letter in enumerate(word)) == expected


def test_soft_hyphens_win_over_the_rule_and_are_not_shown():
    assert wrap("kone\u00adhuolto", 40, 12, 400, "fi") == ("kone-", "huolto")
    assert wrap("kone\u00adhuolto", 400, 12, 400, "fi") == ("konehuolto",)


def test_an_address_breaks_after_its_own_signs():
    lines = wrap("https://example.com/guide/pumps", 110, 12)

    assert "".join(lines) == "https://example.com/guide/pumps"
    assert all(line[-1] in "/." for line in lines[:-1])


def test_room_for_a_sign_is_left_in_the_first_line_only():
    assert wrap("one two", 48, 12) == ("one two",)
    assert wrap("one two", 48, 12, first=13) == ("one", "two")


def test_fitting_shortens_with_an_ellipsis_and_only_where_needed():
    assert fit("short", 100) == "short"
    cut = fit("a sentence that is too long", 80)
    assert cut.endswith("…")
    assert text_width(cut) <= 80


def test_five_thousand_strings_are_measured_in_no_time():
    texts = [f"Searches for what makes valve {number} wear out" for number in range(5000)]
    text_width(texts[0])
    begun = time.process_time()
    for text in texts:
        text_width(text)

    assert time.process_time() - begun < 0.2
