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
    source: str | None = None
    date: dt.date | None = None
    quote: str | None = None
    finding: str | None = None
    heard_by: Ids = ()
    about: About = Field(default_factory=About)
    status: Literal["planned", "done"] = "done"
    file: str | None = None
    language: str | None = None
    tags: Texts = ()
