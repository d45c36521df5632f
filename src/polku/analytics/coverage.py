"""Coverage: whom we know and meet in each buying centre, and how far the CRM is from those who act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from polku.analytics.columns.held import Held, count_accounts, places_held
from polku.analytics.columns.held import required_parts as required_parts
from polku.analytics.result import About, Result, share
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study


@dataclass(frozen=True)
class Coverage(Result):
    """One row per part of the buying centre, and a last one (part None) for people whose part nobody knows.

    Nothing is known after today: no event of later days, and nobody whose memberships all begin later and who is in
    later events only, as their actor or one of their further people.

    Args:
        accounts: accounts where a person of the part is known now; people: persons, by their first part; events:
            events whose actor has the part.
        required: accounts whose buying centre needs the part (their segment's roles; all roles where it says none).
        completeness: of the required, the share where somebody of the part is known, unknown parts counted as not.
        in_crm_share: of the people in the CRM, the share of the part; seen_share: of the people seen in events.
        bias: in_crm_share − seen_share.
        high: completeness if every person of unknown part were of this part.
        engaged: of the required, the share where somebody of the part was seen in the last `limits.ageing`.
        completeness_all, high_all, engaged_all: over all required places of all accounts.
    """

    EXTRA: ClassVar[tuple[str, ...]] = (
        "completeness_all",
        "high_all",
        "engaged_all",
        "crm_people",
        "seen_people",
    )

    part: tuple[str | None, ...]
    accounts: tuple[int, ...]
    people: tuple[int, ...]
    events: tuple[int, ...]
    required: tuple[int | None, ...]
    completeness: tuple[float | None, ...]
    in_crm_share: tuple[float | None, ...]
    seen_share: tuple[float | None, ...]
    bias: tuple[float | None, ...]
    high: tuple[float | None, ...]
    engaged: tuple[float | None, ...]
    completeness_all: float | None
    high_all: float | None
    engaged_all: float | None
    crm_people: int
    seen_people: int


@dataclass(frozen=True)
class BuyingCentre:
    """Whom an account's buying centre needs, and of these and others whom we know there now and met lately.

    Args:
        required, known, met: parts; `?` stands for somebody whose part nobody knows.
    """

    account_id: str
    required: frozenset[str]
    known: frozenset[str]
    met: frozenset[str]


_ACCOUNTS = "SELECT account_id, segment, employees FROM {accounts} a WHERE {chosen} ORDER BY account_id"
_NOW = (
    'current AS (SELECT * FROM {memberships} m WHERE (m."from" IS NULL OR epoch_us(m."from"::TIMESTAMP) <= $now) '
    'AND (m."to" IS NULL OR epoch_us((m."to" + 1)::TIMESTAMP) > $now)) '
)
_KNOWN = (
    "WITH "
    + _NOW
    + "SELECT DISTINCT account_id, unnest(CASE WHEN len(parts) > 0 THEN parts ELSE ['?'] END) AS part "
    "FROM current WHERE account_id IS NOT NULL"
)
_ENGAGED = (
    "SELECT DISTINCT e.account_id, e.part FROM {events} e WHERE e.account_id IS NOT NULL AND e.part >= 0 "
    "AND epoch_us(e.time) > $since AND epoch_us(e.time) <= $now"
)
_EVENTS = (
    "SELECT e.part, count(*) FROM {events} e WHERE {chosen} AND epoch_us(e.time) <= $end GROUP BY e.part"
)
_EVENTS_OF = (
    "SELECT e.account_id, count(*) FROM {events} e WHERE {chosen} AND e.part = $of AND epoch_us(e.time) <= $end "
    "GROUP BY e.account_id ORDER BY e.account_id NULLS LAST"
)
# Each person once, with the first part of the primary membership that holds now.
_FIRST = (
    "WITH "
    + _NOW
    + ", first AS (SELECT person_id, arg_min(parts[1], place) AS part, list(DISTINCT account_id) AS at "
    'FROM (SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY coalesce("primary", false) DESC, '
    '"from" DESC NULLS LAST, account_id) AS place FROM current) GROUP BY person_id) '
)
# By today (`$day`, which ends with `$end`) each person is known or not: who has no membership and is in no event is.
_HEARD = (
    _FIRST.rstrip() + ", acts AS (SELECT e.person, bool_or(epoch_us(e.time) <= $end) AS heard, "
    "bool_or(epoch_us(e.time) <= $end AND {chosen}) AS seen FROM {events} e WHERE e.person >= 0 GROUP BY e.person), "
    'belongs AS (SELECT m.person_id, bool_or(m."from" IS NULL OR m."from" <= $day) AS heard '
    "FROM {memberships} m GROUP BY m.person_id), "
    "listed AS (SELECT p.person_id, bool_or(epoch_us(e.time) <= $end) AS heard FROM {event_people} p "
    "JOIN {events} e ON e.event_id = p.event_id AND e.source IS NOT DISTINCT FROM p.source GROUP BY p.person_id) "
)
_KNOWN_PEOPLE = (
    "FROM {person_keys} p LEFT JOIN first f ON f.person_id = p.person_id LEFT JOIN acts ON acts.person = p.person "
    "LEFT JOIN belongs b ON b.person_id = p.person_id LEFT JOIN listed l ON l.person_id = p.person_id "
    "WHERE {members} AND coalesce(acts.heard OR b.heard OR l.heard, "
    "coalesce(acts.heard, b.heard, l.heard) IS NULL)"
)
_PEOPLE_OF = _HEARD + "SELECT f.part, f.at " + _KNOWN_PEOPLE
_PEOPLE = (
    _HEARD.rstrip() + ", crm AS (SELECT l.person_id FROM {source_people} s JOIN {person_links} l "
    "ON l.source = s.source AND l.ref = s.person_id WHERE s.source_kind = 'crm' "
    "UNION SELECT l.person_id FROM {source_memberships} s JOIN {person_links} l "
    "ON l.source = s.source AND l.ref = s.person_id WHERE s.source_kind = 'crm' "
    'AND (s."from" IS NULL OR s."from" <= $day)) '
    "SELECT f.part, count(*), count(*) FILTER (WHERE p.person_id IN (SELECT person_id FROM crm)), "
    "count(*) FILTER (WHERE acts.seen) " + _KNOWN_PEOPLE + " GROUP BY f.part"
)


def coverage(study: Study) -> Coverage:
    """Look at whom we know and meet at the accounts of the study: all accounts, or those of the chosen cases."""
    rows, now, end = _asking(study), study.now, _end(study)
    number = count_accounts(study)
    if number is None:
        (number,) = rows("SELECT count(*) FROM {accounts} a WHERE {chosen}", "a")[0]
    held: dict[str | None, Held] = {
        PARTS[part] if part >= 0 else None: one for part, one in places_held(study, [now])[0].items()
    }
    events, people = _events(study, rows, end), _people(study, rows, end)
    crm, seen = (sum(numbers[which] for numbers in people.values()) for which in (1, 2))

    shown: list[str | None] = [part for part in PARTS if part in held or people.get(part) or events.get(part)]
    shown.append(None)
    nobody = Held(0, 0, 0, 0, 0)
    places = [held.get(part, nobody) for part in shown if part is not None]
    required, known, high, engaged = (
        (
            sum(column)
            for column in zip(*((p.required, p.known, p.high, p.engaged) for p in places), strict=True)
        )
        if places
        else (0, 0, 0, 0)
    )
    return Coverage(
        about=About(
            question="coverage",
            case="account",
            unit="account",
            cases=number,
            accounts=number,
            data_version=study.log.version.number,
            journey=study.journey.id if study.journey is not None else None,
            parameters={**study.parameters, "ageing_days": study.workspace.settings.limits.ageing.days},
            remainder=_remainder(study, number),
            first=study.counts.first,
            last=None if study.counts.last is None else min(study.counts.last, end),
            zone=study.workspace.settings.zone,
        ),
        part=tuple(shown),
        accounts=tuple(held.get(part, nobody).accounts for part in shown),
        people=tuple(people.get(part, (0, 0, 0))[0] for part in shown),
        events=tuple(events.get(part, 0) for part in shown),
        required=(*(place.required for place in places), None),
        completeness=(*(share(place.known, place.required) for place in places), None),
        in_crm_share=tuple(share(people.get(part, (0, 0, 0))[1], crm) for part in shown),
        seen_share=tuple(share(people.get(part, (0, 0, 0))[2], seen) for part in shown),
        bias=tuple(
            people.get(part, (0, 0, 0))[1] / crm - people.get(part, (0, 0, 0))[2] / seen
            if crm and seen
            else None
            for part in shown
        ),
        high=(*(share(place.high, place.required) for place in places), None),
        engaged=(*(share(place.engaged, place.required) for place in places), None),
        completeness_all=share(known, required),
        high_all=share(high, required),
        engaged_all=share(engaged, required),
        crm_people=crm,
        seen_people=seen,
    )


def _events(study: Study, rows: Callable[..., list[tuple[Any, ...]]], end: int) -> dict[str | None, int]:
    """Events by part of their actor."""
    from polku.analytics.columns.counted_people import events_by_part

    found = events_by_part(study, end)
    if found is None:
        found = dict(rows(_EVENTS, end=end))
    return {PARTS[part] if part >= 0 else None: number for part, number in found.items()}


def _people(
    study: Study, rows: Callable[..., list[tuple[Any, ...]]], end: int
) -> dict[str | None, tuple[int, ...]]:
    """People by first part: all, those in the CRM, and those seen in events."""
    from polku.analytics.columns.counted_people import people_by_part

    told = people_by_part(study, end)
    if told is not None:
        return {PARTS[part] if part >= 0 else None: numbers for part, numbers in told.items()}
    found: dict[str | None, tuple[int, ...]] = {}
    for part, *numbers in rows(_PEOPLE, now=study.now, end=end, day=study.today):
        place = part if part in PARTS else None
        found[place] = tuple(map(sum, zip(found.get(place, (0, 0, 0)), numbers, strict=True)))
    return found


def buying_centres(study: Study) -> tuple[BuyingCentre, ...]:
    """The buying centre of each account of the study, in the order of their ids; met is in the last `limits.ageing`."""
    rows = _asking(study)
    now = study.now
    ageing = round(study.workspace.settings.limits.ageing.total_seconds() * 1_000_000)
    accounts = {row[0]: required_parts(study.workspace, row[1], row[2]) for row in rows(_ACCOUNTS, "a")}
    known = _by_account((row for row in rows(_KNOWN, now=now) if row[0] in accounts), accounts)
    met = _by_account(
        (
            (row[0], PARTS[row[1]])
            for row in rows(_ENGAGED, now=now, since=now - ageing)
            if row[0] in accounts
        ),
        accounts,
    )
    return tuple(
        BuyingCentre(account, required, frozenset(known[account]), frozenset(met[account]))
        for account, required in accounts.items()
    )


def events_by_account(study: Study, part: str | None) -> dict[str | None, float]:
    """The events of actors of a part (None: of no known part), by account; None stands for those of none."""
    rows = _asking(study)(_EVENTS_OF, of=-1 if part is None else PARTS.index(part), end=_end(study))
    return {account: int(n) for account, n in rows}


def people_by_account(study: Study, part: str | None) -> dict[str | None, float]:
    """The people whose first part this is (None: unknown), each at one account, None for those at none now."""
    mine = None
    if study.filtered:
        mine = {row[0] for row in study.ask("SELECT DISTINCT account_id FROM kept")}
    found: dict[str | None, float] = {}
    for at in _asking(study)(_PEOPLE_OF, now=study.now, end=_end(study), day=study.today):
        if (at[0] if at[0] in PARTS else None) != part:
            continue
        own = sorted(one for one in at[1] or () if one is not None and (mine is None or one in mine))
        account = own[0] if own else None
        found[account] = found.get(account, 0) + 1
    return found


def _end(study: Study) -> int:
    """The last moment of today; events of no account may lie after the last of those that `Study.now` looks at."""
    return study.moment(study.today + dt.timedelta(days=1)) - 1


def _asking(study: Study) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks templates of the accounts of the study: all, or those of the chosen cases."""
    if not study.filtered:

        def all_rows(template: str, it: str = "e", **more: Any) -> list[tuple[Any, ...]]:
            return study.log.rows(template.replace("{chosen}", "true").replace("{members}", "true"), **more)

        return all_rows

    @cache
    def ids() -> list[str]:
        return [
            row[0] for row in study.ask("SELECT DISTINCT account_id FROM kept WHERE account_id IS NOT NULL")
        ]

    def rows(template: str, it: str = "e", **more: Any) -> list[tuple[Any, ...]]:
        chosen = f"{it}.account_id IN (SELECT unnest($chosen::VARCHAR[]))"
        members = (
            "p.person_id IN (SELECT person_id FROM current WHERE account_id IN "
            "(SELECT unnest($chosen::VARCHAR[])))"
        )
        filled = template.replace("{chosen}", chosen).replace("{members}", members)
        return study.log.rows(filled, chosen=ids(), **more)

    return rows


def _remainder(study: Study, accounts: int) -> dict[str, int]:
    (all_accounts,) = study.log.rows("SELECT count(*) FROM {accounts}")[0]
    return {"accounts_filtered": all_accounts - accounts} if all_accounts != accounts else {}


def _by_account(pairs: Iterable[tuple[Any, ...]], accounts: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {account: set() for account in accounts}
    for account, part in pairs:
        found[account].add(part if part in PARTS else "?")
    return found
