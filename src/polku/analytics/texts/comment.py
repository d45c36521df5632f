"""One comment of a customer, with what its text and its source tell of it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from polku.analytics.texts.sentiment import Sentiment
from polku.frozen import dataclass

ToldBy = Literal["source", "text"]


@dataclass(frozen=True)
class Told:
    """A theme of a comment, and the words that told it, as they stand there."""

    theme: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Comment:
    """One comment.

    Args:
        account: name of the customer, None where unknown.
        part: of who wrote it, None where unknown.
        language: en, fi, sv, da …; told by the source, else by the text; None where neither tells.
        themes: that the words of the workspace's themes tell; touchpoint: where it was written, None off the map.
        source_kind: survey, support …; source, event_id: which event of the records it belongs to.
    """

    time: dt.datetime
    account: str | None
    part: str | None
    activity: str
    score: float | None
    language: str | None
    told_by: ToldBy | None
    sentiment: Sentiment
    text: str
    themes: tuple[Told, ...] = ()
    touchpoint: str | None = None
    account_id: str | None = None
    source_kind: str | None = None
    source: str | None = None
    event_id: str | None = None
