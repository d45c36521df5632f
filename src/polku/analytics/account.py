"""An account's history: who of its buying centre did what and when, what nobody put a name to, its deals and contracts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from polku.analytics.account_records import AccountEvent, AccountRecord, Told, known_account
from polku.analytics.coverage import required_parts
from polku.documents import PARTS, Workspace
from polku.documents.account import AccountPerson
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.records.log import Log

__all__ = [
    "AccountContract",
    "AccountDeal",
    "AccountEvent",
    "AccountHistory",
    "Member",
    "account_history",
    "known_account",
]


@dataclass(frozen=True)
class Member:
    """Somebody at the account.

    Args:
        number: among those of the same role (or of none), from 1, in the order of their lanes.
        name, title: None unless names were asked for.
        described: id of the person in the account's document; None for those that only data knows.
        gone: the day the membership ended; leaves: the day that the document says is to come.
    """

    role: str | None
    part: str | None
    number: int = 1
    name: str | None = None
    title: str | None = None
    described: str | None = None
    in_crm: bool = False
    gone: dt.date | None = None
    leaves: dt.date | None = None
    events: tuple[AccountEvent, ...] = ()


@dataclass(frozen=True)
class AccountDeal:
    """A sales opportunity from its first to its last day; open ones have no last."""

    kind: str | None
    outcome: str | None
    created: dt.date | None
    closed: dt.date | None
    amount: float | None = None
    currency: str | None = None
    product: str | None = None


@dataclass(frozen=True)
class AccountContract:
    """An agreement from its first to its last day; absent days are open ends."""

    product: str | None
    from_: dt.date | None
    to: dt.date | None
    amount: float | None = None
    currency: str | None = None
    recurring: bool | None = None


@dataclass(frozen=True)
class AccountHistory:
    """What is known of one account.

    Args:
        members: persons in the order of the workspace's roles, those without a role last; of one role those of the
            account's document first, then by number of events.
        unnamed: events that name no person.
        missing: roles that the account's buying centre needs and that nobody known there plays.
        events: all events; equal to those of the members (without `also`) and the unnamed together.
        in_data: whether the records know the account.
    """

    account_id: str
    name: str
    segment: str | None
    status: str | None
    today: dt.date
    members: tuple[Member, ...] = ()
    unnamed: tuple[AccountEvent, ...] = ()
    missing: tuple[str, ...] = ()
    deals: tuple[AccountDeal, ...] = ()
    contracts: tuple[AccountContract, ...] = ()
    events: int = 0
    data_version: int | None = None
    in_data: bool = True

    @property
    def first(self) -> dt.date | None:
        """The day of the first event."""
        return min((one.time.date() for one in self.all_events()), default=None)

    @property
    def last(self) -> dt.date | None:
        """The day of the last event."""
        return max((one.time.date() for one in self.all_events()), default=None)

    def all_events(self) -> Iterable[AccountEvent]:
        """Every event once."""
        for member in self.members:
            yield from (one for one in member.events if not one.also)
        yield from self.unnamed


def account_history(
    log: Log | None,
    workspace: Workspace,
    account_id: str,
    *,
    today: dt.date | None = None,
    names: bool = False,
) -> AccountHistory:
    """Tell what happened at an account, by person.

    Persons of the account's document are found in the records by their name. An event of nobody is perhaps of a
    missing role where a journey gives that role a step at the touchpoint; where one role only is missing, also where
    somebody looked at something of ours by a channel without people.

    Args:
        log: None where nothing is loaded; then only what the account's document says is told.
        names: whether persons' names and titles are in the result; without, they are a role and a number.
    """
    today = today or dt.date.today()
    document = workspace.accounts.get(account_id)
    told = Told(log, workspace, account_id, today) if log is not None else None
    name, segment, status, employees = told.account if told else (None, None, None, None)
    people = told.people() if told else {}
    described = document.people if document else ()
    members = _members(workspace, described, people, names, today)
    segment = (document.segment if document else None) or segment
    needed = required_parts(workspace, segment, employees)
    missing = _missing(workspace, needed, members, people, today)
    unnamed = [_perhaps(one, workspace, missing) for one in (told.unnamed if told else ())]
    label = document.label if document and document.name else name or account_id
    return AccountHistory(
        account_id=account_id,
        name=label,
        segment=segment,
        status=(document.status if document else None) or status,
        today=today,
        members=members,
        unnamed=tuple(unnamed),
        missing=missing,
        deals=tuple(AccountDeal(*row) for row in told.deals()) if told else (),
        contracts=tuple(AccountContract(*row) for row in told.contracts()) if told else (),
        events=told.count if told else 0,
        data_version=log.version.number if log is not None else None,
        in_data=told is not None and (told.known or told.count > 0),
    )


def _members(
    workspace: Workspace,
    described: Iterable[AccountPerson],
    people: Mapping[str, AccountRecord],
    names: bool,
    today: dt.date,
) -> tuple[Member, ...]:
    by_part = {str(workspace.roles[id].part): id for id in reversed(workspace.role_order())}
    by_name: dict[str, list[str]] = defaultdict(list)
    for id, person in people.items():
        if person.name:
            by_name[_folded(person.name)].append(id)
    found: list[tuple[str, Member]] = []
    taken: set[str] = set()
    for place, said in enumerate(described):
        # A name that two persons of the data share finds neither.
        same = by_name.get(_folded(said.name), []) if said.name else []
        match = same[0] if len(same) == 1 and same[0] not in taken else None
        person = people[match] if match is not None else AccountRecord(name=said.name)
        if match is not None:
            taken.add(match)
        role = next((one for one in said.roles if one in workspace.roles), None) or _role(by_part, person)
        part = workspace.roles[role].part if role else (person.parts[0] if person.parts else None)
        found.append(
            (
                f"0{place:04}",
                Member(
                    role=role,
                    part=part,
                    name=said.name or person.name,
                    title=person.title,
                    described=said.id,
                    in_crm=person.in_crm,
                    gone=person.gone or (said.leaves if said.leaves and said.leaves < today else None),
                    leaves=said.leaves if said.leaves and said.leaves >= today else None,
                    events=person.events,
                ),
            )
        )
    for id, person in people.items():
        if id in taken:
            continue
        role = _role(by_part, person)
        found.append(
            (
                f"1{id}",
                Member(
                    role=role,
                    part=person.parts[0] if person.parts else None,
                    name=person.name,
                    title=person.title,
                    in_crm=person.in_crm,
                    gone=person.gone,
                    events=person.events,
                ),
            )
        )
    order = {id: place for place, id in enumerate(workspace.role_order())}

    def key(item: tuple[str, Member]) -> tuple[Any, ...]:
        tie, member = item
        part = PARTS.index(member.part) if member.part in PARTS else len(PARTS)
        described_first = tie if member.described else "1"
        # Without names a person's place must not follow the alphabet of names or addresses.
        moments = tuple(one.time for one in member.events)
        return (
            order.get(member.role or "", len(order)),
            part,
            described_first,
            -len(moments),
            moments[:1],
            tie,
        )

    counted: dict[str | None, int] = defaultdict(int)
    members = []
    for _, member in sorted(found, key=key):
        group = member.role or member.part
        counted[group] += 1
        numbered = replace(member, number=counted[group])
        members.append(numbered if names else replace(numbered, name=None, title=None))
    return tuple(members)


def _role(by_part: Mapping[str, str], person: AccountRecord) -> str | None:
    return next((by_part[part] for part in person.parts if part in by_part), None)


def _folded(name: str | None) -> str:
    return " ".join((name or "").casefold().split())


def _missing(
    workspace: Workspace,
    needed: frozenset[str],
    members: Iterable[Member],
    people: Mapping[str, AccountRecord],
    today: dt.date,
) -> tuple[str, ...]:
    played = {part for person in people.values() if person.here for part in person.parts}
    played |= {member.part for member in members if member.part and member.gone is None}
    return tuple(
        id
        for id in workspace.role_order()
        if workspace.roles[id].part in needed and workspace.roles[id].part not in played
    )


def _perhaps(one: AccountEvent, workspace: Workspace, missing: tuple[str, ...]) -> AccountEvent:
    if not missing:
        return one
    walks = {
        step.role
        for journey in workspace.journeys.values()
        for step in journey.steps
        if one.touchpoint is not None and step.touchpoint == one.touchpoint
    }
    role = next((id for id in missing if id in walks), None)
    if (
        role is None
        and len(missing) == 1
        and not walks
        and one.direction != "out"
        and _looked(one, workspace)
    ):
        role = missing[0]
    return replace(one, perhaps=role)


def _looked(one: AccountEvent, workspace: Workspace) -> bool:
    """Whether somebody met something of ours where no people are, such as a page."""
    channel = workspace.channels.get(one.channel or "")
    touchpoint = workspace.touchpoints.get(one.touchpoint or "")
    return touchpoint is not None and channel is not None and channel.kind in ("owned", "earned", "paid")
