"""How accounts are scored: what they do (engagement, which fades) and what they are (fit), as two figures."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from polku.documents.base import Duration, Id, Item


class EngagementRule(Item):
    """Points for what somebody does; the first rule that fits an event counts."""

    name: str | None = None
    """What people call it."""
    touchpoint: Id | None = None
    """Events at this touchpoint."""
    activity: str | None = None
    """Events of this activity, with `*` and `?` as wildcards, case does not matter."""
    channel: str | None = None
    """Events of this channel."""
    points: float
    """For each event; below zero for what speaks against it."""
    per_day: float | None = Field(default=None, ge=0)
    """At most so many points on one day."""
    most: float | None = Field(default=None, ge=0)
    """At most so many points in all."""

    @property
    def label(self) -> str:
        """What people call it, else what it is about."""
        return self.name or self.touchpoint or self.activity or self.channel or "*"


class FitRule(Item):
    """Points for what an account is; every rule that holds counts."""

    name: str | None = None
    """What people call it."""
    when: str
    """A filter of accounts: segment = large-toy-makers and country = DK."""
    points: float
    """Added where it holds; below zero for what speaks against it."""

    @property
    def label(self) -> str:
        """What people call it, else its filter."""
        return self.name or self.when


class Grades(Item):
    """From how many points on a figure is good, and from how many fair; the rest is low."""

    fit: tuple[float, float] = (70, 40)
    """A from the first, B from the second, else C."""
    engagement: tuple[float, float] = (50, 20)
    """1 from the first, 2 from the second, else 3."""


class Scoring(Item):
    """How accounts are scored; applied anew to all data whenever it changes."""

    half_life: Duration = timedelta(days=30)
    """After so long the points of an event are half as many."""
    look_back: Duration | None = None
    """Older events count nothing."""
    roles: dict[Id, float] = Field(default_factory=dict)
    """Role → how much more (2) or less (0.5) its events weigh; others weigh 1."""
    engagement: tuple[EngagementRule, ...] = ()
    """Points for what people do."""
    fit: tuple[FitRule, ...] = ()
    """Points for what the account is."""
    grades: Grades = Field(default_factory=Grades)
    """Bounds of the grades A1 … C3."""
