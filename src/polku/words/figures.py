"""Numbers, shares and days in four languages, as Babel writes them: its data take longer to load than most answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

GROUPS = {"en": ",", "fi": "\u00a0", "sv": "\u00a0", "da": "."}
"""What stands between thousands; a comma is the sign of decimals where it is not this."""
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta "
    "lokakuuta marraskuuta joulukuuta",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
}


def written_number(language: str, value: float, least: int, most: int) -> str:
    """A number that is not negative.

    Args:
        least, most: decimals; of two that are equally near the even one is written.
    """
    return _separated(language, Decimal(str(value)), least, most)


def written_percent(language: str, share: float, digits: int) -> str:
    """A share (0 … 1) that is not negative."""
    sign = "%" if language == "en" else "\u00a0%"
    return _separated(language, Decimal(str(share)).scaleb(2), digits, digits) + sign


def written_day(language: str, day: dt.date, short: bool) -> str:
    """A day in full with its year, or short."""
    if short and language != "en":
        return f"{day.year}-{day:%m-%d}" if language == "sv" else f"{day.day}.{day.month}.{day.year}"
    month = MONTHS[language].split()[day.month - 1]
    dot = "." if language in ("fi", "da") else ""
    return f"{day.day}{dot} {month[:3] if short else month} {day.year}"


def _separated(language: str, value: Decimal, least: int, most: int) -> str:
    if not value.is_finite():
        return "NaN" if value.is_nan() else "∞"
    whole, _, rest = f"{value:,.{most}f}".partition(".")
    while len(rest) > least and rest[-1] == "0":
        rest = rest[:-1]
    whole = whole.replace(",", GROUPS[language])
    return whole + ("." if language == "en" else ",") + rest if rest else whole
