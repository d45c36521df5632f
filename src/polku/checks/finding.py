"""What a check says: a hit is one place, a finding is all places of one code in one document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from polku.documents import Place
from polku.words import Message, Text

FindingLevel: TypeAlias = Literal["error", "warning", "hint", "not-measured"]
LEVELS: tuple[FindingLevel, ...] = ("error", "warning", "hint", "not-measured")
"""Worst first."""


@dataclass(frozen=True)
class Hit:
    """One place where a check finds something.

    Args:
        document: `journeys/new-machine`, or `polku` for polku.yaml.
        item: path within it (`steps/sign/feels`), or None for the whole.
        says: the sentence when this is the only hit of its code in the document.
        label: the few words that stand for this hit in a sentence about several.
        fix: what mends it, where that is more than the catalogue's general advice.
        level: where it differs from the level of its code.
        place: where the workspace cannot tell it.
        total: how many there are of what is counted ("13 of 16"), the same in all hits of a document.
    """

    document: str
    item: str | None
    says: Message
    label: Text = ""
    fix: Message | None = None
    level: FindingLevel | None = None
    place: Place | None = None
    total: int | None = None


@dataclass(frozen=True)
class Occurrence:
    """One hit of a finding with its place."""

    code: str
    document: str
    item: str | None
    place: Place
    message: Message
    fix: Message | None = None

    @property
    def key(self) -> str:
        """The same in every run until the place is mended: code, document and item."""
        return ":".join(part for part in (self.code, self.document, self.item) if part)


@dataclass(frozen=True)
class Finding:
    """All that one check finds in one document, as one row.

    Args:
        code: PK101 …
        level: after the workspace's own settings.
        item: of the first occurrence in the order of the file.
        place: of the first occurrence.
        count: number of occurrences; 0 where nothing could be measured.
        message: one sentence about all of them.
        why: why it matters to the customer.
        fix: what mends it.
        occurrences: each place, in the order of the file.
        silenced: the reason somebody gave for living with it; None where nobody did.
    """

    code: str
    level: FindingLevel
    document: str
    item: str | None
    place: Place
    count: int
    message: Message
    why: Message
    fix: Message | None
    occurrences: tuple[Occurrence, ...] = field(default=())
    silenced: str | None = None

    @property
    def key(self) -> str:
        """The same in every run as long as its first place stays: code, document and item."""
        return ":".join(part for part in (self.code, self.document, self.item) if part)
