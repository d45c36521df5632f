"""Numbers, shares and days are written as Babel writes them, whose data are not loaded for it."""

from __future__ import annotations

import datetime as dt
import random
from itertools import product

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from polku.words import LANGUAGES
from polku.words.figures import written_day, written_number, written_percent

CHANCE = random.Random(5)
NUMBERS = (0, 7, 999, 1000, 123_456_789, 2**70, 0.0, 0.25, 0.35, 0.5, 1.5, 2.5, 1e15, 1e16, float("inf"))
SOME = tuple(abs(CHANCE.gauss(0, 10.0 ** CHANCE.randrange(-2, 9))) for _ in range(300))


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_and_shares_are_those_of_babel(language: str) -> None:
    for value, digits in product((*NUMBERS, *SOME), (0, 1, 2)):
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        sign = "%" if language == "en" else "\u00a0%"
        told = written_number(language, value, digits, digits)
        assert told == format_decimal(value, format=pattern, locale=language)
        share = written_percent(language, value / 100, digits)
        assert share == format_percent(value / 100, format=pattern + sign, locale=language)
        assert written_number(language, value, 0, 3) == format_decimal(
            value, format="#,##0.###", locale=language
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_those_of_babel(language: str) -> None:
    long = {"en": "d MMMM y", "fi": "d. MMMM y", "sv": "d MMMM y", "da": "d. MMMM y"}[language]
    short = {"en": "d MMM y", "fi": "d.M.y", "sv": "y-MM-dd", "da": "d.M.y"}[language]
    for number in range(0, 2 * 366, 3):
        day = dt.datetime(2023, 12, 30, 23, 59) + dt.timedelta(days=number)
        assert written_day(language, day, False) == format_date(day, format=long, locale=language)
        assert written_day(language, day.date(), True) == format_date(day, format=short, locale=language)
