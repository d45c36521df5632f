"""An account's history: who of its buying centre did what and when, what nobody put a name to, its deals and contracts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from polku.analytics.coverage import required_parts
from polku.analytics.places import Code, place_codes
from polku.documents import PARTS, Workspace
from polku.documents.account import AccountPerson

if TYPE_CHECKING:
    from polku.records.log import Log

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class AccountEvent:
    """Something that happened.

    Args:
        time: in the workspace's zone, without it; midnight where only the day is known.
        touchpoint: None off the map; channel: the map's channel, else the source's word.
        share: a score as a share of the best possible; None where the scale is unknown.
        perhaps: role that an event of nobody may belong to (see `account_history`).
        also: somebody else did it and this person took part; it is not counted again.
    """

    time: dt.datetime
    activity: str
    day_only: bool = False
    touchpoint: str | None = None
    channel: str | None = None
    direction: str | None = None
    score: float | None = None
    score_kind: str | None = None
    score_max: float | None = None
    perhaps: str | None = None
    also: bool = False

    @property
    def share(self) -> float | None:
        """The score as a share of the best possible."""
        most = self.score_max or (10.0 if self.score_kind == "nps" else None)
        return None if self.score is None or not most else self.score / most


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


_ACCOUNT = "SELECT name, segment, status, employees FROM {accounts} WHERE account_id = $account"
_EVENTS = (
    "SELECT e.event_no, epoch_us(e.time), e.precision, e.activity, e.code, e.direction, e.score, e.score_kind, "
    "e.score_max, e.person_id, e.part FROM {events} e "
    "WHERE e.account_id = $account AND epoch_us(e.time) <= $now ORDER BY e.event_no"
)
_ALSO = (
    "SELECT e.event_no, p.person_id FROM {events} e JOIN {event_people} p ON p.event_id = e.event_id "
    "AND p.source IS NOT DISTINCT FROM e.source WHERE e.account_id = $account AND epoch_us(e.time) <= $now "
    "AND p.person_id IS NOT NULL AND p.person_id IS DISTINCT FROM e.person_id GROUP BY ALL ORDER BY ALL"
)
_MEMBERS = (
    'SELECT m.person_id, m.parts, m."from", m."to" FROM {memberships} m WHERE m.account_id = $account '
    'ORDER BY m.person_id, m."to" DESC NULLS FIRST, m."from" DESC NULLS LAST'
)
_PEOPLE = "SELECT p.person_id, p.name, p.title FROM {people} p WHERE p.person_id IN (SELECT unnest($people::VARCHAR[]))"
_CRM = (
    "SELECT DISTINCT l.person_id FROM {person_links} l WHERE l.person_id IN (SELECT unnest($people::VARCHAR[])) "
    "AND (EXISTS (SELECT 1 FROM {source_people} s WHERE s.source = l.source AND s.person_id = l.ref "
    "AND s.source_kind = 'crm') OR EXISTS (SELECT 1 FROM {source_memberships} s WHERE s.source = l.source "
    "AND s.person_id = l.ref AND s.source_kind = 'crm'))"
)
_DEALS = (
    "SELECT kind, outcome, created::DATE, closed::DATE, amount, currency, product FROM {deals} "
    "WHERE account_id = $account ORDER BY created NULLS LAST, closed NULLS LAST, deal_id"
)
_CONTRACTS = (
    'SELECT product, "from", "to", amount, currency, recurring FROM {contracts} WHERE account_id = $account '
    'ORDER BY "from" NULLS FIRST, "to" NULLS LAST, contract_id'
)


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
    told = _Told(log, workspace, account_id, today) if log is not None else None
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
        deals=tuple(AccountDeal(*row) for row in told.rows(_DEALS)) if told else (),
        contracts=tuple(AccountContract(*row) for row in told.rows(_CONTRACTS)) if told else (),
        events=told.count if told else 0,
        data_version=log.version.number if log is not None else None,
        in_data=told is not None and (told.known or told.count > 0),
    )


@dataclass
class _Person:
    """What the records know of a person."""

    parts: tuple[str, ...] = ()
    name: str | None = None
    title: str | None = None
    in_crm: bool = False
    gone: dt.date | None = None
    events: tuple[AccountEvent, ...] = ()

    @property
    def here(self) -> bool:
        return self.gone is None


class _Told:
    """What the records tell of one account."""

    def __init__(self, log: Log, workspace: Workspace, account: str, today: dt.date) -> None:
        self.log, self.workspace, self.id, self.today = log, workspace, account, today
        self.zone = ZoneInfo(workspace.settings.zone)
        end = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), tzinfo=self.zone)
        self.now = (end - _EPOCH) // dt.timedelta(microseconds=1) - 1
        found = self.rows(_ACCOUNT)
        self.known = bool(found)
        self.account: tuple[Any, ...] = found[0] if found else (None, None, None, None)
        rows = log.rows(
            "SELECT code, source, source_kind, activity, channel, campaign, direction FROM {codes}"
        )
        self.places = place_codes((Code(*row) for row in rows), workspace)
        self.by_person: dict[str, list[AccountEvent]] = defaultdict(list)
        self.parts_seen: dict[str, str] = {}
        self.unnamed: list[AccountEvent] = []
        self.count = 0
        self._read()

    def rows(self, sql: str, **more: Any) -> list[tuple[Any, ...]]:
        return self.log.rows(sql, account=self.id, now=self.now, **more)

    def _read(self) -> None:
        also: dict[int, list[str]] = defaultdict(list)
        for number, person in self.rows(_ALSO):
            also[number].append(person)
        for number, at, precision, activity, code, direction, score, kind, most, person, part in self.rows(
            _EVENTS
        ):
            one = AccountEvent(
                time=self._local(at, precision == "day"),
                activity=activity,
                day_only=precision == "day",
                touchpoint=self.places.touchpoint.get(code),
                channel=self.places.channel.get(code),
                direction=direction,
                score=score,
                score_kind=kind,
                score_max=most,
            )
            self.count += 1
            if person is None:
                self.unnamed.append(one)
            else:
                self.by_person[person].append(one)
                if part is not None and part >= 0:
                    self.parts_seen[person] = PARTS[part]
            for other in also.get(number, ()):
                self.by_person[other].append(replace(one, also=True))

    def _local(self, at: int, day_only: bool) -> dt.datetime:
        moment = _EPOCH + dt.timedelta(microseconds=at)
        return (moment if day_only else moment.astimezone(self.zone)).replace(tzinfo=None)

    def people(self) -> dict[str, _Person]:
        """Members of the account, now or once, and all who did something there, by id."""
        people: dict[str, _Person] = {}
        for id, parts, begin, end in self.rows(_MEMBERS):
            if begin is not None and begin > self.today:
                continue
            known = tuple(part for part in parts or () if part in PARTS)
            gone = end if end is not None and end < self.today else None
            if id not in people:
                people[id] = _Person(known, gone=gone)
            elif gone is None:
                # Two memberships that both hold: the parts of each.
                people[id].parts = tuple(dict.fromkeys((*people[id].parts, *known)))
        for id in sorted(self.by_person):
            people.setdefault(id, _Person())
        ids = list(people)
        for id, name, title in self.rows(_PEOPLE, people=ids):
            people[id].name, people[id].title = name, title
        for (id,) in self.rows(_CRM, people=ids):
            people[id].in_crm = True
        for id, person in people.items():
            person.events = tuple(self.by_person.get(id, ()))
            if not person.parts and id in self.parts_seen:
                person.parts = (self.parts_seen[id],)
        return people


def _members(
    workspace: Workspace,
    described: Iterable[AccountPerson],
    people: Mapping[str, _Person],
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
        person = people[match] if match is not None else _Person(name=said.name)
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


def _role(by_part: Mapping[str, str], person: _Person) -> str | None:
    return next((by_part[part] for part in person.parts if part in by_part), None)


def _folded(name: str | None) -> str:
    return " ".join((name or "").casefold().split())


def _missing(
    workspace: Workspace,
    needed: frozenset[str],
    members: Iterable[Member],
    people: Mapping[str, _Person],
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


def known_account(log: Log | None, workspace: Workspace, account_id: str) -> bool:
    """Whether a document or the records know an account by this id."""
    if account_id in workspace.accounts or log is None:
        return account_id in workspace.accounts
    return bool(
        log.rows(
            "SELECT 1 FROM {accounts} WHERE account_id = $account UNION ALL "
            "SELECT 1 FROM {events} WHERE account_id = $account LIMIT 1",
            account=account_id,
        )
    )
