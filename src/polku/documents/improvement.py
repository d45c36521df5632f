"""Improvements and sprints: what is done about a pain, by whom, and whether it helped."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from polku.documents.base import Document, Id, Ids, Item, People, Share
from polku.documents.settings import Measure


class Solves(Item):
    """The pain that an improvement takes away."""

    journey: Id | None = None
    step: Id | None = None
    pain: Id | None = None
    """Id of the pain in the step, or of the role."""
    role: Id | None = None
    """For a pain of a role."""


class Looked(Item):
    """What was seen afterwards."""

    date: dt.date | None = None
    result: float | str | None = None
    """What the measure showed."""
    note: str | None = None


class Improvement(Document):
    """Something that is to become better."""

    solves: tuple[Solves, ...] = ()
    """Pains it takes away."""
    because: Ids = ()
    """Evidence it stands on."""
    reach: Share | None = None
    """Share of accounts that meet the pain."""
    impact: float | None = Field(default=None, ge=0, le=3)
    """How much it would help, from 0 to 3."""
    confidence: Share | None = None
    """How sure we are, from 0 to 1."""
    effort: float | None = Field(default=None, ge=0)
    """Person-weeks."""
    teams: Ids = ()
    """Teams that take part."""
    owner: Id | None = None
    """Team that answers for it."""
    measure: Measure | None = None
    """What is looked at before and after."""
    target: float | None = None
    """What the measure should reach."""
    live: dt.date | None = None
    """The day customers meet it."""
    looked: Looked = Field(default_factory=Looked)
    """What was seen afterwards."""
    status: Literal["idea", "planned", "doing", "done", "dropped"] = "idea"
    sprint: Id | None = None
    """Sprint in which it is done."""
    made_with: People = ()
    """Customers who took part in designing it."""


class Sprint(Document):
    """A stretch of time in which the cross-silo forum works on improvements."""

    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None
    goal: str | None = None
    """What the sprint is to bring."""
    members: dict[str, People] = Field(default_factory=dict)
    """Names of people, by team."""
    capacity: dict[str, float] = Field(default_factory=dict)
    """Person-weeks, by team."""
