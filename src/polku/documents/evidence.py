"""A piece of evidence: what somebody said, wrote or did that a map can stand on."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from polku.documents.base import Document, Ids, Item, Texts

OWN_WORDS = ("interview", "survey", "review", "social", "ticket")
"""Kinds in which a customer speaks."""


class About(Item):
    """What a piece of evidence speaks of."""

    roles: Ids = ()
    touchpoints: Ids = ()
    journeys: Ids = ()
    stages: Ids = ()
    steps: Ids = ()
    segments: Ids = ()
    accounts: Ids = ()


class Evidence(Document):
    """What is known, from whom, and since when."""

    kind: (
        Literal["interview", "staff", "survey", "review", "social", "ticket", "data", "observation"] | None
    ) = None
    """Where it comes from; customers speak for themselves in interview, survey, review, social, ticket."""
    source: str | None = None
    """Who was asked, or what was read."""
    date: dt.date | None = None
    """The day of it."""
    quote: str | None = None
    """What somebody said, word for word."""
    finding: str | None = None
    """What it tells."""
    heard_by: Ids = ()
    """Teams that heard it directly."""
    about: About = Field(default_factory=About)
    """What it speaks of."""
    status: Literal["planned", "done"] = "done"
    """planned: somebody is still to ask."""
    file: str | None = None
    """A recording or document beside the workspace."""
    language: str | None = None
    tags: Texts = ()
