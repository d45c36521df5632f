"""What can happen in the market: walks, deals, machines, and what each system sees of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from market.world import Account, Person


@dataclass(eq=False)
class Deal:
    """A sales opportunity."""

    number: str
    account: Account
    kind: str
    created: date
    offered: date | None
    closed: date
    outcome: str
    amount: int
    product: str
    owner: str
    people: list[Person]
    lost_to: str = ""
    lost_reason: str = ""

    def outcome_by(self, day: date) -> str:
        """Won, lost, or open until it is closed."""
        return self.outcome if self.closed <= day else "open"


@dataclass(eq=False)
class Walk:
    """One way of one account towards a machine: what opened it and where it ended."""

    account: Account
    kind: str
    opener: str
    deal: Deal | None = None


@dataclass(eq=False)
class Happening:
    """Something that happened, seen by one system, in local time."""

    time: datetime
    system: str
    activity: str
    account: Account | None
    person: Person | None = None
    deal: Deal | None = None
    walk: Walk | None = None
    score: int | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Machine:
    """A machine at a customer, under contract from the signature on."""

    number: str
    account: Account
    product: str
    signed: date
    running: date
    yearly: int
    ended: date | None = None
    ended_because: str = ""


@dataclass
class World:
    """All there is and all that happened between the first and the last day."""

    seed: int
    accounts: list[Account]
    deals: list[Deal] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def of(self, system: str) -> list[Happening]:
        """What one system saw, in order of time."""
        return [happening for happening in self.happenings if happening.system == system]
