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
    date: dt.date | None = None
    evidence: Ids = ()


class Understanding(Item):
    """The five kinds of understanding of an account."""

    business: Understood = Field(default_factory=Understood)
    buying: Understood = Field(default_factory=Understood)
    experience: Understood = Field(default_factory=Understood)
    customers_customers: Understood = Field(default_factory=Understood)
    value: Understood = Field(default_factory=Understood)


class Influence(Item):
    """How much a person weighs, 0 … 3."""

    decision: int | None = Field(default=None, ge=0, le=3)
    use: int | None = Field(default=None, ge=0, le=3)


class AccountPerson(Item):
    """Somebody at the account, whom they report to and influence, and who of us knows them."""

    id: Id
    name: Personal | None = None
    roles: Ids = ()
    reports_to: Id | None = None
    influences: Ids = ()
    influence: Influence | None = None
    knows: Ids = ()
    """Teams of ours that know this person."""
    leaves: dt.date | None = None


class Signal(Item):
    """Something that happened to the account and makes understanding old."""

    date: dt.date
    kind: str
    note: str | None = None
    touches: Annotated[tuple[Kind, ...], OneOrMany()] = ()


class ValueOf(Item):
    """What the account values, how we and the rivals do on it."""

    what: str
    weight: float | None = None
    us: float | None = None
    rivals: dict[str, float] = Field(default_factory=dict)


class Account(Document):
    """A customer company."""

    domain: str | None = None
    segment: Id | None = None
    parent: Id | None = None
    records: dict[str, Texts] = Field(default_factory=dict)
    """Its ids in the systems, by source."""
    status: Literal["prospect", "customer", "former"] | None = None
    key_account: bool = False
    owner: Id | None = None
    understanding: Understanding = Field(default_factory=Understanding)
    people: tuple[AccountPerson, ...] = ()
    signals: tuple[Signal, ...] = ()
    value: tuple[ValueOf, ...] = ()
