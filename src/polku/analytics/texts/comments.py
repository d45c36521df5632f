"""Comments: what customers wrote, its language, and a hint of praise or complaint with the words that led to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from polku.analytics.map.places import Code, place_codes
from polku.analytics.texts.comment import Comment
from polku.analytics.texts.sentiment import QUALITY, Quality, sentiment
from polku.analytics.texts.themes import themes_in
from polku.analytics.texts.tongue import Detect, detector
from polku.documents import PARTS
from polku.frozen import dataclass
from polku.records.forgotten import PSEUDONYM, Forgotten, Known
from polku.records.whose import alone_in

if TYPE_CHECKING:
    from polku.documents import Workspace
    from polku.records.log import Log

MASK = "[…]"
"""Stands for the name of a person where names are masked."""


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
class OfTheme:
    """Comments that a theme's words stand in, by hint; accounts: that wrote these."""

    theme: str
    comments: int
    accounts: int
    praise: int
    complaint: int
    mixed: int
    none: int


@dataclass(frozen=True)
class Comments:
    """All comments, the newest first, and their counts by language.

    Args:
        detects: whether languages are told from texts, too.
        erased: comments whose text went with somebody who was erased.
        themes: of the workspace, most comments first; unthemed: comments that none of them is told in.
    """

    comments: tuple[Comment, ...]
    languages: tuple[OfLanguage, ...]
    detects: bool
    erased: int
    themes: tuple[OfTheme, ...] = ()
    unthemed: int = 0


def comments(
    log: Log, workspace: Workspace | None = None, *, names: bool = True, detect: Detect | None = None
) -> Comments:
    """Read all comments of the records.

    Args:
        workspace: whose themes and touchpoints are looked for; None looks for none.
        names: False masks the names and addresses of the people the records know.
        detect: tells the language of a text; default the extra `voice`, where it is installed.
    """
    tells = detect or detector()
    mask = None if names else _names_of(log)
    themes = workspace.settings.themes if workspace is not None else ()
    points = _touchpoints(log, workspace) if workspace is not None else {}
    found, erased = [], 0
    for time, account, part, activity, score, language, text, code, account_id, source, event in log.rows(
        "SELECT e.time, coalesce(a.name, e.account_id), e.part, e.activity, e.score, t.language, t.text, e.code, "
        "e.account_id, e.source, e.event_id "
        "FROM {texts} t JOIN {events} e ON e.source IS NOT DISTINCT FROM t.source AND e.event_id = t.event_id "
        "LEFT JOIN {accounts} a ON a.account_id = e.account_id ORDER BY e.event_no DESC, t.text"
    ):
        if PSEUDONYM.fullmatch(text):
            erased += 1
            continue
        said = (language or "")[:2].lower() or None
        told = said or (tells(text) if tells else None)
        shown = text if mask is None else PSEUDONYM.sub(MASK, mask.text(text, prose=True))
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
                shown,
                themes_in(shown, themes),
                points.get(code, (None, None))[0],
                account_id,
                points.get(code, (None, None))[1],
                source,
                event,
            )
        )
    return Comments(
        tuple(found),
        _by_language(found),
        tells is not None,
        erased,
        _by_theme(found, [theme.id for theme in themes]),
        sum(not one.themes for one in found),
    )


def _touchpoints(log: Log, workspace: Workspace) -> Mapping[int, tuple[str | None, str | None]]:
    """Where each code belongs on the map, and the kind of its source."""
    rows = log.rows("SELECT code, source, source_kind, activity, channel, campaign, direction FROM {codes}")
    codes = [Code(*row) for row in rows]
    points = place_codes(codes, workspace).touchpoint
    return {code.code: (points.get(code.code), code.source_kind) for code in codes}


def _by_theme(found: Iterable[Comment], themes: Iterable[str]) -> tuple[OfTheme, ...]:
    counts: dict[str, Counter[str]] = {theme: Counter() for theme in themes}
    accounts: dict[str, set[str]] = {theme: set() for theme in counts}
    for one in found:
        for told in one.themes:
            counts[told.theme][one.sentiment.hint or "none"] += 1
            if one.account_id is not None:
                accounts[told.theme].add(one.account_id)
    return tuple(
        OfTheme(
            theme=theme,
            comments=own.total(),
            accounts=len(accounts[theme]),
            praise=own["praise"],
            complaint=own["complaint"],
            mixed=own["mixed"],
            none=own["none"],
        )
        for theme, own in sorted(counts.items(), key=lambda one: -one[1].total())
    )


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
