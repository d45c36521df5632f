"""The comments of a workspace's data as a page lists them: chosen, with the words that told their themes and hints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from polku.analytics.texts.comment import Comment
from polku.analytics.texts.comments import Comments, comments
from polku.analytics.texts.themes import Proposal, propose
from polku.documents import Evidence, Workspace
from polku.formats.ids import id_from
from polku.studio.measured import data_version, log_of, remembered
from polku.studio.reading import workspace_seen

if TYPE_CHECKING:
    from polku.studio.models import Space

NONE = "none"
"""Stands for comments without a theme, language, or hint."""
KINDS = {"survey": "survey", "support": "ticket", "reviews": "review", "social": "social"}
"""Kind of a source → the kind of evidence that its comments are."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a comment.

    Args:
        kind: theme, praise or complaint where a word told it; empty else.
    """

    words: str
    kind: str = ""


@dataclass(frozen=True)
class Chosen:
    """Which comments are looked at; empty lets all through."""

    theme: str = ""
    language: str = ""
    hint: str = ""
    touchpoint: str = ""
    words: str = ""

    def fits(self, one: Comment) -> bool:
        """Whether a comment is among them."""
        return (
            (not self.theme or self.theme in ([told.theme for told in one.themes] or [NONE]))
            and (not self.language or self.language == (one.language or NONE))
            and (not self.hint or self.hint == (one.sentiment.hint or NONE))
            and (not self.touchpoint or self.touchpoint == (one.touchpoint or NONE))
            and self.words.casefold() in f"{one.text} {one.account or ''}".casefold()
        )


def comments_of(space: Space, *, names: bool) -> Comments | None:
    """All comments; None where no data is loaded.

    Args:
        names: False masks the names of the people the records know.
    """

    def work() -> Comments | None:
        log = log_of(space)
        if log is None:
            return None
        with log:
            return comments(log, workspace_seen(space), names=names)

    return remembered(space, ("comments", names), work) if data_version(space) else None


def proposals_of(space: Space) -> list[Proposal]:
    """Words that might make a theme; names are masked in them whoever looks."""

    def work() -> list[Proposal]:
        found = comments_of(space, names=False)
        return propose(found.comments, workspace_seen(space).settings.themes) if found is not None else []

    return remembered(space, "comment-proposals", work)


def keys_of(found: Sequence[Comment]) -> list[str]:
    """A name for each comment, the same with names and without; an event can have several."""
    seen: dict[tuple[str | None, str | None], int] = {}
    keys = []
    for one in found:
        event = (one.source, one.event_id)
        seen[event] = seen.get(event, 0) + 1
        keys.append(sha256(f"{event} {seen[event]}".encode()).hexdigest()[:16])
    return keys


def pieces_of(one: Comment) -> list[Piece]:
    """A comment cut where a word told something."""
    kinds: dict[str, str] = {}
    for cause in one.sentiment.causes:
        kinds.setdefault(cause.word, "praise" if cause.sign > 0 else "complaint")
    for told in one.themes:
        for word in told.words:
            kinds.setdefault(word, "theme")
    if not kinds:
        return [Piece(one.text)]
    longest = sorted(kinds, key=len, reverse=True)
    cut = re.split(r"(?<!\w)(" + "|".join(map(re.escape, longest)) + r")(?!\w)", one.text)
    return [
        Piece(words, kinds.get(words, "") if place % 2 else "") for place, words in enumerate(cut) if words
    ]


def steps_for(workspace: Workspace, touchpoint: str | None) -> list[tuple[str, str, str]]:
    """Steps that a comment can stand on: journey, step, words; those at its touchpoint first."""
    rows = [
        (
            step.touchpoint != touchpoint or touchpoint is None,
            journey.id,
            step.id,
            f"{step.label} – {journey.label}",
        )
        for journey in workspace.journeys.values()
        for step in journey.steps
    ]
    return [(journey, step, words) for _, journey, step, words in sorted(rows, key=lambda one: one[0])]


def evidence_of(one: Comment, workspace: Workspace) -> Evidence:
    """A comment as a piece of evidence.

    Args:
        one: with the names of persons masked, since documents are read by people who may not see them.
    """
    kind = KINDS.get(one.source_kind or "") or ("survey" if one.score is not None else None)
    roles = [id for id, role in workspace.roles.items() if one.part is not None and role.part == one.part]
    about = {
        "touchpoints": [one.touchpoint] if one.touchpoint in workspace.touchpoints else [],
        "accounts": [one.account_id] if one.account_id in workspace.accounts else [],
        "roles": roles if len(roles) == 1 else [],
    }
    labels = {theme.id: theme.label for theme in workspace.settings.themes}
    day = one.time.date()
    said = f"{kind or 'comment'} {one.account or ''} {day:%m%d}"
    return Evidence.model_validate(
        {
            "id": id_from(said, workspace.evidence, "evidence"),
            "kind": kind,
            "source": ", ".join(part for part in (one.account, one.activity) if part),
            "date": day,
            "quote": " ".join(one.text.split()),
            "language": one.language,
            "about": {key: value for key, value in about.items() if value},
            "tags": [labels[told.theme] for told in one.themes if told.theme in labels],
        }
    )


def kept_as(one: Comment, pieces: Iterable[Evidence]) -> str:
    """The piece of evidence that a comment was kept as; empty where it was not.

    Args:
        one: with names masked, as it was kept.
    """
    words = " ".join(one.text.split())
    return next((piece.id for piece in pieces if piece.quote == words and piece.date == one.time.date()), "")
