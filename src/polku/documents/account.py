"""A customer company as people understand it: five kinds of understanding, relations, signals, value."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from polku.documents.base import Document, Id, Ids, Item, OneOrMany, Personal, Texts

Kind = Literal["business", "buying", "experience", "customers_customers", "value"]
UNDERSTANDING: tuple[Kind, ...] = ("business", "buying", "experience", "customers_customers", "value")


class Understood(Item):
    """One kind of understanding: known, dated and evidenced, or a hole."""

    note: str | None = None
    """What is known."""
    date: dt.date | None = None
    """Since when."""
    evidence: Ids = ()
    """What shows it."""


class Understanding(Item):
    """The five kinds of understanding of an account."""

    business: Understood = Field(default_factory=Understood)
    """The customer's own business."""
    buying: Understood = Field(default_factory=Understood)
    """How the customer buys."""
    experience: Understood = Field(default_factory=Understood)
    """How the customer finds working with us."""
    customers_customers: Understood = Field(default_factory=Understood)
    """Whom the customer serves, and what they want."""
    value: Understood = Field(default_factory=Understood)
    """What is worth most to the customer."""


class Influence(Item):
    """How much a person weighs, 0 … 3."""

    decision: int | None = Field(default=None, ge=0, le=3)
    """On the decision to buy."""
    use: int | None = Field(default=None, ge=0, le=3)
    """On how the product is used."""


class AccountPerson(Item):
    """Somebody at the account, whom they report to and influence, and who of us knows them."""

    id: Id
    name: Personal | None = None
    """The person's name."""
    roles: Ids = ()
    """Roles the person plays."""
    reports_to: Id | None = None
    """Person above."""
    influences: Ids = ()
    """Persons who listen to this one."""
    influence: Influence | None = None
    """How much the person weighs."""
    knows: Ids = ()
    """Teams of ours that know this person."""
    leaves: dt.date | None = None
    """The day the person leaves."""


class Signal(Item):
    """Something that happened to the account and makes understanding old."""

    date: dt.date
    kind: str
    """person-leaves, owner, strategy, regulation, competitor, complaint …"""
    note: str | None = None
    touches: Annotated[tuple[Kind, ...], OneOrMany()] = ()
    """Kinds of understanding that it makes old."""


class ValueOf(Item):
    """What the account values, how we and the rivals do on it."""

    what: str
    """What is valued."""
    weight: float | None = None
    """How much it counts."""
    us: float | None = None
    """How well we do."""
    rivals: dict[str, float] = Field(default_factory=dict)
    """How well they do, by rival."""


class Account(Document):
    """A customer company."""

    domain: str | None = None
    """Domain of its web and e-mail addresses."""
    segment: Id | None = None
    parent: Id | None = None
    """Account it belongs to."""
    records: dict[str, Texts] = Field(default_factory=dict)
    """Its ids in the systems, by source."""
    status: Literal["prospect", "customer", "former"] | None = None
    key_account: bool = False
    """True where the account gets a map of its own."""
    owner: Id | None = None
    """Team that answers for it."""
    understanding: Understanding = Field(default_factory=Understanding)
    """Five kinds of understanding; what is not known is a hole."""
    people: tuple[AccountPerson, ...] = ()
    """People there, and how they hang together."""
    signals: tuple[Signal, ...] = ()
    """What happened to it."""
    value: tuple[ValueOf, ...] = ()
    """What sets us apart there; without it only price is left."""
