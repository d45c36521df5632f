"""The date axis of an account: from when to when, where months and years begin, where today stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from polku.analytics.account import AccountHistory
from polku.documents import Account
from polku.scene import Line, Mark, Rect, Text, text_width
from polku.words import Reader

LEAST_FUTURE = dt.timedelta(days=45)
MOST_FUTURE = dt.timedelta(days=240)
WHOLE = dt.timedelta(days=560)
"""A history no longer than this is shown whole; of a longer one the last twelve months."""


@dataclass(frozen=True)
class DateAxis:
    """Days laid evenly from left to right; `start` and `end` are first days of months."""

    start: dt.date
    end: dt.date
    today: dt.date
    left: float
    right: float

    def x(self, moment: dt.date | dt.datetime) -> float:
        """Where a moment stands; beyond the axis, its end."""
        day = moment.date() if isinstance(moment, dt.datetime) else moment
        part = float((day - self.start).days)
        if isinstance(moment, dt.datetime):
            part += (moment.hour + moment.minute / 60) / 24
        share = part / (self.end - self.start).days
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def shows(self, day: dt.date) -> bool:
        """Whether a day is on the axis."""
        return self.start <= day < self.end

    @property
    def now(self) -> float:
        """Where today stands."""
        return self.x(self.today)


def date_axis(
    history: AccountHistory, document: Account | None, left: float, right: float, since: dt.date | None = None
) -> DateAxis:
    """The axis of a history: its last twelve months, or all of it where that is little more, and what is to come."""
    today = history.today
    happened = [one.time.date() for one in history.all_events()]
    happened += [deal.created for deal in history.deals if deal.created and deal.created <= today]
    if document:
        happened += [signal.date for signal in document.signals if signal.date <= today]
    first = min(happened, default=today - dt.timedelta(days=150))
    start = since or (first if today - first <= WHOLE else _months_back(today, 12))
    start = _month(min(start, today - dt.timedelta(days=60)))
    coming = [member.leaves for member in history.members if member.leaves]
    coming += [one.to for one in history.contracts if one.to and one.to > today]
    coming += [deal.closed for deal in history.deals if deal.closed and deal.closed > today]
    near = [day for day in coming if day - today <= MOST_FUTURE]
    share = (today - start) * 0.12
    end = max([today + max(LEAST_FUTURE, share), *(day + share * 0.6 for day in near)])
    return DateAxis(start, _next_month(end), today, left, right)


def _month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _months_back(day: dt.date, months: int) -> dt.date:
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, 1)


def months(axis: DateAxis) -> Iterable[dt.date]:
    """First days of the months on the axis."""
    day = axis.start
    while day < axis.end:
        yield day
        day = _next_month(day)


def axis_marks(axis: DateAxis, y: float, bottom: float, say: Reader) -> tuple[list[Mark], list[Mark]]:
    """The ground (future, month lines, today) from y to bottom, and the words on the axis above y."""
    from babel.dates import format_date

    ground: list[Mark] = [Rect(axis.now, y, axis.right - axis.now, bottom - y, "sunken")]
    words: list[Mark] = []
    every = list(months(axis))
    pitch = (axis.right - axis.left) / max(len(every), 1)
    step = next((count for count in (1, 3, 6, 12, 24, 60, 120) if pitch * count >= 62), 240)
    today = say("account.today")
    label = f"{today}, {say.date(axis.today, short=True)}"
    wide = text_width(label, 12, 600)
    at_right = axis.now + 6 + wide <= axis.right
    taken = (axis.now - 2, axis.now + 14 + wide) if at_right else (axis.now - wide - 14, axis.now + 2)
    year_said: int | None = None
    for day in every:
        if (day.year * 12 + day.month - 1) % step:
            continue
        x = axis.x(day)
        ground.append(Line(x, y, x, bottom, "line", 1, (1, 5)))
        name = format_date(day, format="LLL", locale=say.language)
        text = str(day.year) if step >= 12 else f"{name} {day.year}" if day.year != year_said else name
        end = x + text_width(text, 12) + 4
        if end > axis.right or (x < taken[1] and end + 4 > taken[0]):
            continue
        year_said = day.year
        words.append(Text(x + 4, y - 9, text, 12, fill="ink-3"))
    ground.append(Line(axis.now, y - 6, axis.now, bottom, "accent", 2))
    if at_right:
        words.append(Text(axis.now + 6, y - 9, label, 12, 600, fill="accent"))
    else:
        words.append(Text(axis.now - 6, y - 9, label, 12, 600, anchor="end", fill="accent"))
    return ground, words
