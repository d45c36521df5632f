"""A partner: who takes part in the customer's journey beside us, and what each expects of the other."""

from __future__ import annotations

import datetime as dt

from polku.documents.base import Document, Item, Texts


class Satisfaction(Item):
    """How content the partner is, on what scale, and when it was asked."""

    score: float | None = None
    """What the partner gave."""
    scale: float | None = None
    """The best score possible."""
    asked: dt.date | None = None
    """The day of the question."""


class Partner(Document):
    """A company that does a part of the journey."""

    does: str | None = None
    """The partner's part."""
    expects: Texts = ()
    """What the partner expects of us."""
    aims: Texts = ()
    """Our own aims with the partner."""
    agreement: str | None = None
    """What was agreed."""
    satisfaction: Satisfaction | None = None
    """How content the partner is with us."""
