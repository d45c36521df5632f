"""The workspace's own file, polku.yaml: why it exists, its shared lists, its limits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from polku.documents.base import Duration, Id, Ids, Ignore, Item, Share, Texts, text_as

FORMAT_VERSION = 1
"""The newest version of the file format that this program reads."""


class Measure(Item):
    """What is looked at to tell whether something became better."""

    kind: Literal["win-rate", "score", "nps", "share", "time", "count", "value", "retention"]
    deals: str | None = None
    touchpoint: Id | None = None
    stage: Id | None = None
    step: Id | None = None
    segment: Id | None = None
    from_: Id | None = Field(default=None, alias="from")
    to: Id | None = None


class Goal(Item):
    """A measurable aim: where it stands, where it should stand, by when."""

    id: Id
    name: str | None = None
    measure: Measure | None = None
    now: float | None = None
    target: float | None = None
    by: date | None = None


class Purpose(Item):
    """Why the workspace exists, for whom, and what its understanding is used for."""

    why: str | None = None
    goal: str | None = None
    """One line: roof of the pillars, hub of the wheel, heading of home."""
    goals: tuple[Goal, ...] = ()
    sponsor: str | None = None
    readers: Ids = ()
    other_readers: Texts = ()
    use: Texts = ()


class Team(Item):
    """A team of the company or an outside one that belongs to the cross-silo forum."""

    id: Id
    name: str | None = None
    external: bool = False


class Employees(Item):
    """Bounds of a company's size, both included."""

    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)


class Segment(Item):
    """A kind of customer company."""

    id: Id
    name: str | None = None
    employees: Employees | None = None
    accounts: int | None = Field(default=None, ge=0)
    """How many such companies we believe there are."""
    roles: Literal["distinct", "broad"] | None = None
    """distinct: each role is another person; broad: one person holds several."""
    buying_centre: Ids = ()


class Rival(Item):
    """Another way to solve the problem: a competitor, an overhaul, doing nothing."""

    id: Id
    name: str | None = None


class System(Item):
    """A system that carries the work or holds the data."""

    id: Id
    name: str | None = None


class Content(Item):
    """Something made to be read, watched or tried by a role in a stage."""

    id: Id
    name: str | None = None
    for_: Ids = Field(default=(), alias="for")
    stage: Id | None = None
    gated: bool = False
    owner: Id | None = None
    channel: Id | None = None


class Channel(Item):
    """The medium of a touchpoint."""

    id: Id
    name: str | None = None
    kind: Literal["owned", "paid", "earned", "human"] | None = None
    matches: Texts = ()
    """Words that systems use for it; `*` and `?` are wildcards, case does not matter."""


class EventRule(Item):
    """Which events are this touchpoint; first match in the order of the workspace wins."""

    source: str | None = None
    """Id or kind of the source; absent means any."""
    activity: str | None = None
    """The activity, with `*` and `?` as wildcards, case does not matter; absent means any."""
    channel: str | None = None


class Touchpoint(Item):
    """Where customer and company meet, or where customers learn without the company (direct: false)."""

    id: Id
    name: str | None = None
    channel: Id | None = None
    direct: bool = True
    team: Id | None = None
    contact: bool = False
    """Meeting it counts as the first contact."""
    marketing: bool = False
    permission: Literal["asks", "teaches", "needs"] | None = None
    events: tuple[Annotated[EventRule, text_as("activity")], ...] = ()

    @property
    def label(self) -> str:
        """What people call it: its name, else its id."""
        return self.name or self.id


class Limits(Item):
    """Every threshold that checks and pictures use."""

    ageing: Duration = timedelta(days=90)
    stale: Duration = timedelta(days=180)
    off_map_share: Share = 0.1
    never: Share = 0.01
    unknown_share: Share = 0.2
    drift: Share = 0.15
    small: int = Field(default=5, ge=1)
    goes_on: Share = 0.6
    """Below this share of cases that go on, a drawing marks the step."""
    long_wait: Duration = timedelta(days=14)
    """From here on a wait is labelled in days."""


Level = Literal["error", "warning", "hint", "off"]
LevelText = Annotated[Level, BeforeValidator(lambda value: "off" if value is False else value)]


class Settings(Item):
    """polku.yaml."""

    polku: int = FORMAT_VERSION
    id: Id = "polku"
    name: str | None = None
    example: bool = False
    """True where the workspace is an example: everything shown carries 'sample numbers'."""
    language: Literal["en", "fi", "sv", "da"] = "en"
    zone: str = "UTC"
    currency: str = "EUR"
    purpose: Purpose | None = None
    teams: tuple[Team, ...] = ()
    segments: tuple[Segment, ...] = ()
    roles: Ids = ()
    rivals: tuple[Rival, ...] = ()
    systems: tuple[System, ...] = ()
    contents: tuple[Content, ...] = ()
    words: dict[str, str] = Field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    limits: Limits = Field(default_factory=Limits)
    checks: dict[str, LevelText] = Field(default_factory=dict)
    ignore: tuple[Ignore, ...] = ()
