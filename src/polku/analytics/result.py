"""What every result shares: what was asked of which data, columns of equal length, and rows for tables and JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from polku.frozen import dataclass

DAY = 86_400_000_000
"""Microseconds of a day."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class About:
    """What was asked, of which data, and what the answer leaves out.

    Args:
        case: what is followed: account, person, deal, case or round.
        unit: what a `count` of the rows counts: transition, case, deal, account …
        cases: cases in the answer; accounts: distinct accounts among them.
        data_version: version of the lake.
        parameters: everything that shaped the answer, as plain JSON values.
        remainder: what is not in the rows, by name (`off_map`, `outside_rounds`, `unknown_account` … in events,
            `cases_filtered` … in cases), so that screens add up. Zeros are left out.
        first, last: first and last moment of the cases in the answer, UTC microseconds; None without cases.
        events: events counted in the rows; with the events of the remainder they are all events of the log. None
            where an answer does not count events.
        zone: the workspace's, in which days are told.
    """

    question: str
    case: str
    unit: str
    cases: int
    accounts: int
    data_version: int
    journey: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    remainder: Mapping[str, int] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    events: int | None = None
    zone: str = "UTC"

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day of the cases in the answer, in the workspace's zone; None without cases."""
        if self.first is None or self.last is None:
            return None
        zone = ZoneInfo(self.zone)
        first, last = (
            (_EPOCH + dt.timedelta(microseconds=at)).astimezone(zone) for at in (self.first, self.last)
        )
        return first.date(), last.date()


@dataclass(frozen=True)
class Result:
    """An answer: what it is about, and columns (tuples of one length, named as the keys of a row)."""

    about: About

    EXTRA: ClassVar[tuple[str, ...]] = ()
    """Fields that are no columns but stand beside the rows, at the top level of the JSON."""

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Names of the columns, in order, as fields of the class."""
        return tuple(f.name for f in fields(cls) if f.name != "about" and f.name not in cls.EXTRA)

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Keys of a row: the columns, without the underscore that keeps `from` apart from Python's."""
        return tuple(name.rstrip("_") for name in cls.columns())

    def __len__(self) -> int:
        return len(getattr(self, self.columns()[0]))

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries of plain JSON values."""
        keys = self.keys()
        values = [map(_plain, getattr(self, name)) for name in self.columns()]
        return [dict(zip(keys, row, strict=True)) for row in zip(*values, strict=True)]

    def row(self, number: int) -> dict[str, Any]:
        """One row, counted from 0."""
        return {
            key: _plain(getattr(self, name)[number])
            for key, name in zip(self.keys(), self.columns(), strict=True)
        }

    def to_json(self) -> dict[str, Any]:
        """The whole answer as the documented JSON object."""
        about = self.about
        return {
            "question": about.question,
            "journey": about.journey,
            "case": about.case,
            "unit": about.unit,
            "cases": about.cases,
            "accounts": about.accounts,
            "data_version": about.data_version,
            "parameters": dict(about.parameters),
            "remainder": dict(about.remainder),
            **{name: _plain(getattr(self, name)) for name in self.EXTRA},
            "rows": self.rows(),
        }


_BARE = frozenset((type(None), str, int, float, bool))


def _plain(value: Any) -> Any:
    if type(value) in _BARE:
        return value
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    return value


def seconds(microseconds: int | None) -> float | None:
    """Microseconds of the log as seconds of a result."""
    return None if microseconds is None else microseconds / 1e6


def share(part: int, whole: int) -> float | None:
    """A share, or None of nothing."""
    return part / whole if whole else None
