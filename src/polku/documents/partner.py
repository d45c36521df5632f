"""A partner: who takes part in the customer's journey beside us, and what each expects of the other."""

from __future__ import annotations

import datetime as dt

from polku.documents.base import Document, Item, Texts


class Satisfaction(Item):
    """How content the partner is, on what scale, and when it was asked."""

    score: float | None = None
    scale: float | None = None
    asked: dt.date | None = None


class Partner(Document):
    """A company that does a part of the journey."""

    does: str | None = None
    expects: Texts = ()
    aims: Texts = ()
    """Our own aims with the partner."""
    agreement: str | None = None
    satisfaction: Satisfaction | None = None
