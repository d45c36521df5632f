"""Comments: what customers wrote, its language, and a hint of praise or complaint with the words that led to it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from polku.analytics.sentiment import QUALITY, Quality, Sentiment, sentiment
from polku.analytics.tongue import Detect, detector
from polku.documents import PARTS
from polku.records.forgotten import PSEUDONYM, Forgotten, Known
from polku.records.whose import alone_in

if TYPE_CHECKING:
    from polku.records.log import Log

MASK = "[…]"
"""Stands for the name of a person where names are masked."""
ToldBy = Literal["source", "text"]


@dataclass(frozen=True)
class Comment:
    """One comment.

    Args:
        account: name of the customer, None where unknown.
        part: of who wrote it, None where unknown.
        language: en, fi, sv, da …; told by the source, else by the text; None where neither tells.
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


@dataclass(frozen=True)
class OfLanguage:
    """Comments of one language, by hint.

    Args:
        quality: how well hints of this language agreed with people where that was measured.
    """

    language: str | None
    comments: int
    praise: int
    complaint: int
    mixed: int
    none: int
    quality: Quality | None


@dataclass(frozen=True)
class Comments:
    """All comments, the newest first, and their counts by language.

    Args:
        detects: whether languages are told from texts, too.
        erased: comments whose text went with somebody who was erased.
    """

    comments: tuple[Comment, ...]
    languages: tuple[OfLanguage, ...]
    detects: bool
    erased: int


def comments(log: Log, *, names: bool = True, detect: Detect | None = None) -> Comments:
    """Read all comments of the records.

    Args:
        names: False masks the names and addresses of the people the records know.
        detect: tells the language of a text; default the extra `voice`, where it is installed.
    """
    tells = detect or detector()
    mask = None if names else _names_of(log)
    found, erased = [], 0
    for time, account, part, activity, score, language, text in log.rows(
        "SELECT e.time, coalesce(a.name, e.account_id), e.part, e.activity, e.score, t.language, t.text "
        "FROM {texts} t JOIN {events} e ON e.source IS NOT DISTINCT FROM t.source AND e.event_id = t.event_id "
        "LEFT JOIN {accounts} a ON a.account_id = e.account_id ORDER BY e.event_no DESC, t.text"
    ):
        if PSEUDONYM.fullmatch(text):
            erased += 1
            continue
        said = (language or "")[:2].lower() or None
        told = said or (tells(text) if tells else None)
        found.append(
            Comment(
                time,
                account,
                PARTS[part] if part >= 0 else None,
                activity,
                score,
                told,
                "source" if said else "text" if told else None,
                sentiment(text, told),
                text if mask is None else PSEUDONYM.sub(MASK, mask.text(text, prose=True)),
            )
        )
    return Comments(tuple(found), _by_language(found), tells is not None, erased)


def _by_language(found: Iterable[Comment]) -> tuple[OfLanguage, ...]:
    counts: dict[str | None, Counter[str]] = {}
    for one in found:
        counts.setdefault(one.language, Counter())[one.sentiment.hint or "none"] += 1
    order = sorted(counts, key=lambda language: (language is None, -counts[language].total(), language or ""))
    return tuple(
        OfLanguage(
            language=language,
            comments=counts[language].total(),
            praise=counts[language]["praise"],
            complaint=counts[language]["complaint"],
            mixed=counts[language]["mixed"],
            none=counts[language]["none"],
            quality=QUALITY.get(language or ""),
        )
        for language in order
    )


def _names_of(log: Log) -> Forgotten:
    """Recognises everybody the records know; it lives only as long as the answer is made."""
    people = log.rows("SELECT person_id, name, email FROM {people} ORDER BY person_id")
    alone = alone_in(log, [name for _, name, _ in people if name], ())
    known = Forgotten(bytes(32))
    known.remember_all(
        (
            Known(
                names=(name,) if name else (), emails=(email,) if email and "@" in email else (), alone=alone
            )
            for _, name, email in people
        ),
        "",
    )
    return known
