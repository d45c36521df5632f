"""What the records tell of one account: its events by person, its members, its deals and contracts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from polku.analytics.map.places import Code, place_codes
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import Workspace
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


@dataclass
class AccountRecord:
    """What the records know of a person; `gone` is the day the membership ended."""

    parts: tuple[str, ...] = ()
    name: str | None = None
    title: str | None = None
    in_crm: bool = False
    gone: dt.date | None = None
    events: tuple[AccountEvent, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the person is still there."""
        return self.gone is None


class Told:
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
        """The rows of a query about this account."""
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

    def people(self) -> dict[str, AccountRecord]:
        """Members of the account, now or once, and all who did something there, by id."""
        people: dict[str, AccountRecord] = {}
        for id, parts, begin, end in self.rows(_MEMBERS):
            if begin is not None and begin > self.today:
                continue
            known = tuple(part for part in parts or () if part in PARTS)
            gone = end if end is not None and end < self.today else None
            if id not in people:
                people[id] = AccountRecord(known, gone=gone)
            elif gone is None:
                # Two memberships that both hold: the parts of each.
                people[id].parts = tuple(dict.fromkeys((*people[id].parts, *known)))
        for id in sorted(self.by_person):
            people.setdefault(id, AccountRecord())
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

    def deals(self) -> list[tuple[Any, ...]]:
        """The fields of its deals, in the order they began."""
        return self.rows(_DEALS)

    def contracts(self) -> list[tuple[Any, ...]]:
        """The fields of its contracts, in the order they began."""
        return self.rows(_CONTRACTS)


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
