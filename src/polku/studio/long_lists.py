"""Long lists in parts: what the reader searches for, one page of it at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from polku.studio.visit import Visit

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """One page of a list.

    Args:
        rows: on this page.
        first: place of the first of them among those found, from 1.
        found: how many the words find; all: how many there are.
        long: whether there are more than one page holds, so that a search is of use.
        previous, following: query of the pages beside this one; empty where there is none.
    """

    rows: tuple[T, ...]
    first: int
    found: int
    all: int
    long: bool
    words: str
    previous: str
    following: str

    @property
    def last(self) -> int:
        """Place of the last row of this page."""
        return self.first + len(self.rows) - 1


def part_of(visit: Visit, things: Sequence[T], text_of: Callable[[T], str], most: int) -> Part[T]:
    """The page that `?q=` and `?page=` ask for; a page beyond the end is the last one.

    Args:
        text_of: what is searched of a thing.
        most: rows of one page.
    """
    words = visit.asked("q")[:200]
    found = [one for one in things if words.casefold() in text_of(one).casefold()]
    asked = visit.asked("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    last = max(1, -(-len(found) // most))
    number = min(max(number, 1), last)
    start = (number - 1) * most

    def link(to: int) -> str:
        kept = visit.request.GET.copy()
        kept["page"] = str(to)
        return kept.urlencode()

    return Part(
        rows=tuple(found[start : start + most]),
        first=start + 1,
        found=len(found),
        all=len(things),
        long=len(things) > most,
        words=words,
        previous=link(number - 1) if number > 1 else "",
        following=link(number + 1) if number < last else "",
    )
