"""The workspace's own file, polku.yaml: why it exists, its shared lists, its limits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from polku.documents.base import Duration, Id, Ids, Ignore, Item, Share, Texts, text_as
from polku.documents.brand import Brand
from polku.documents.scoring import Scoring

FORMAT_VERSION = 1
"""The newest version of the file format that this program reads."""


class Measure(Item):
    """What is looked at to tell whether something became better."""

    kind: Literal["win-rate", "score", "nps", "share", "time", "count", "value", "retention"]
    """What is counted or asked."""
    deals: str | None = None
    """Only deals of this kind (new, renewal, expansion)."""
    touchpoint: Id | None = None
    stage: Id | None = None
    step: Id | None = None
    segment: Id | None = None
    from_: Id | None = Field(default=None, alias="from")
    """For a time: where the clock starts."""
    to: Id | None = None
    """For a time: where it stops."""


class Goal(Item):
    """A measurable aim: where it stands, where it should stand, by when."""

    id: Id
    name: str | None = None
    measure: Measure | None = None
    now: float | None = None
    """Where the measure stands today."""
    target: float | None = None
    """Where it should stand."""
    by: date | None = None
    """The day by which."""


class Purpose(Item):
    """Why the workspace exists, for whom, and what its understanding is used for."""

    why: str | None = None
    """Why are we doing this? The first question of all."""
    goal: str | None = None
    """One line: roof of the pillars, hub of the wheel, heading of home."""
    goals: tuple[Goal, ...] = ()
    """The same in numbers."""
    sponsor: str | None = None
    """Who at the top wants it."""
    readers: Ids = ()
    """Teams that will read the journeys."""
    other_readers: Texts = ()
    """Readers that are no team: the board, a partner."""
    use: Texts = ()
    """What the understanding is for: sales, service, product …"""


class Team(Item):
    """A team of the company or an outside one that belongs to the cross-silo forum."""

    id: Id
    name: str | None = None
    external: bool = False
    """True where its people are not employed here."""


class Employees(Item):
    """Bounds of a company's size, both included."""

    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)


class Segment(Item):
    """A kind of customer company."""

    id: Id
    name: str | None = None
    employees: Employees | None = None
    """Size of the companies."""
    accounts: int | None = Field(default=None, ge=0)
    """How many such companies we believe there are."""
    roles: Literal["distinct", "broad"] | None = None
    """distinct: each role is another person; broad: one person holds several."""
    buying_centre: Ids = ()
    """Roles that take part in buying there."""


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
    """Roles it is made for."""
    stage: Id | None = None
    """Stage it helps in."""
    gated: bool = False
    """True where one has to leave an address to get it."""
    owner: Id | None = None
    """Team that keeps it up."""
    channel: Id | None = None
    """Medium through which it goes out."""
    form: str | None = None
    """What it is: a guide, a training, one page."""
    state: Literal["planned", "draft", "live"] | None = None
    """How far it is."""
    from_: date | None = Field(default=None, alias="from")
    """The first day on which it is worked on or sent; of what is live, since when."""
    to: date | None = None
    """The last day."""


class Channel(Item):
    """The medium of a touchpoint."""

    id: Id
    name: str | None = None
    kind: Literal["owned", "paid", "earned", "human"] | None = None
    """owned: ours; paid: bought; earned: others speak; human: people meet."""
    matches: Texts = ()
    """Words that systems use for it; `*` and `?` are wildcards, case does not matter."""


class EventRule(Item):
    """Which events are this touchpoint; first match in the order of the workspace wins."""

    source: str | None = None
    """Id or kind of the source; absent means any."""
    activity: str | None = None
    """The activity, with `*` and `?` as wildcards, case does not matter; absent means any."""
    channel: str | None = None
    """Only events of this channel."""


class Touchpoint(Item):
    """Where customer and company meet, or where customers learn without the company (direct: false)."""

    id: Id
    name: str | None = None
    channel: Id | None = None
    """Its medium."""
    direct: bool = True
    """False where nobody from the company is present."""
    team: Id | None = None
    """Team that answers for it."""
    contact: bool = False
    """Meeting it counts as the first contact."""
    marketing: bool = False
    """True where it reaches people without their asking."""
    permission: Literal["asks", "teaches", "needs"] | None = None
    """asks: permission is given here; teaches: it is used well; needs: must not happen without it."""
    events: tuple[Annotated[EventRule, text_as("activity")], ...] = ()
    """How it shows up in the data; the first rule that fits wins, in the order of the touchpoints."""

    @property
    def label(self) -> str:
        """What people call it: its name, else its id."""
        return self.name or self.id


class Filter(Item):
    """A choice of cases or events under a name, used as `--cases ID` or `filter(ID)` within another."""

    id: Id
    name: str | None = None
    cases: str | None = None
    """What cases pass: segment = large-toy-makers and outcome = lost."""
    events: str | None = None
    """What events pass: part != unknown."""

    @property
    def label(self) -> str:
        """What people call it: its name, else its id."""
        return self.name or self.id


class Theme(Item):
    """What customers speak of, and the words that tell it in their comments."""

    id: Id
    name: str | None = None
    words: Texts = ()
    """Words and phrases, in any language; * stands for any ending: manual*, ei vastaa."""

    @property
    def label(self) -> str:
        """What people call it: its name, else its id."""
        return self.name or self.id


class Limits(Item):
    """Every threshold that checks and pictures use."""

    ageing: Duration = timedelta(days=90)
    """Evidence older than this carries a clock."""
    stale: Duration = timedelta(days=180)
    """Evidence and understanding older than this are drawn and reported as stale."""
    off_map_share: Share = 0.1
    """A larger share of events or cases off the map is a finding."""
    never: Share = 0.01
    """A drawn way taken in a smaller share of cases counts as never taken."""
    unknown_share: Share = 0.2
    """A larger share of events without account, person or role is a finding."""
    drift: Share = 0.15
    """A greater change of the shares of steps is a finding."""
    small: int = Field(default=5, ge=1)
    """With fewer answers or cases than this no percent is shown."""
    goes_on: Share = 0.6
    """Below this share of cases that go on, a drawing marks the step."""
    long_wait: Duration = timedelta(days=14)
    """From here on a wait is labelled in days."""


Level = Literal["error", "warning", "hint", "off"]
LevelText = Annotated[Level, BeforeValidator(lambda value: "off" if value is False else value)]


class Settings(Item):
    """The workspace's own file: why it exists, its shared lists, its limits."""

    polku: int = FORMAT_VERSION
    """Version of the file format."""
    id: Id = "polku"
    name: str | None = None
    """The company whose customers these are."""
    domains: Texts = ()
    """Its own domains: whoever has an address there is staff, no customer."""
    example: bool = False
    """True where the workspace is an example: everything shown carries 'sample numbers'."""
    language: Literal["en", "fi", "sv", "da"] = "en"
    """Language of reports and drawings."""
    zone: str = "UTC"
    """Time zone of times that carry no offset of their own."""
    currency: str = "EUR"
    """Currency of amounts that name none."""
    brand: Brand | None = None
    """How what is handed out says whose it is."""
    purpose: Purpose | None = None
    """Why the workspace exists, and for whom."""
    teams: tuple[Team, ...] = ()
    """The company's teams; the cross-silo forum is drawn from these."""
    segments: tuple[Segment, ...] = ()
    """Kinds of customer companies."""
    roles: Ids = ()
    """Order of the roles, which gives each its shape and colour, the same in every picture."""
    rivals: tuple[Rival, ...] = ()
    """Competitors, and other ways to solve the problem, such as doing nothing."""
    systems: tuple[System, ...] = ()
    """Systems that carry the work or hold the data."""
    contents: tuple[Content, ...] = ()
    """What is made to be read, watched or tried."""
    words: dict[str, str] = Field(default_factory=dict)
    """A common language across the silos: word and meaning."""
    channels: tuple[Channel, ...] = ()
    """Media through which customer and company meet."""
    touchpoints: tuple[Touchpoint, ...] = ()
    """What a customer meets."""
    filters: tuple[Filter, ...] = ()
    """Choices of cases and events under a name."""
    themes: tuple[Theme, ...] = ()
    """What customers speak of, told by words in their comments."""
    scoring: Scoring | None = None
    """How accounts are scored by what they do and what they are."""
    limits: Limits = Field(default_factory=Limits)
    """Thresholds; each has a default."""
    checks: dict[str, LevelText] = Field(default_factory=dict)
    """Levels of checks: PK203: "off"; also error, warning, hint."""
    ignore: tuple[Ignore, ...] = ()
    """Findings that somebody decided to live with."""
