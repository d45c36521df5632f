"""Members: who belongs to which account when, and when each person was first known, as arrays of a version.

Accounts and people go by number, in the order of their ids, so that no name is joined or compared when a question is
asked. Engines that hand out no arrays, and logs whose columns do not fit in memory, are asked in SQL.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.kept import filled, kept_with, narrow
from polku.analytics.result import DAY
from polku.documents import PARTS
from polku.frozen import dataclass
from polku.records.engine import file_text

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.records.log import Log

UNKNOWN = len(PARTS)
"""The bit of somebody whose part nobody knows."""
FAR = 2**30
"""A day that never comes; its negative one was always there."""
NO_WORD = -2
"""Stands for a membership that says no part."""
NOTHING = 2**62
"""A moment that never comes, and more than any day."""
_OF_ACCOUNT, _OF_PERSON = 18, 16
_AT_ONCE = 1 << 16
_READ = 20_000_000
"""So many events are read rather than grouped by the engine, which takes four times as long and less memory."""

_NUMBERED = "numbered AS (SELECT account_id, (row_number() OVER (ORDER BY account_id) - 1)::INT AS account FROM {accounts}) "
_DAYS = (
    "coalesce((m.\"from\" - DATE '1970-01-01')::INT, -$far) AS since, "
    "coalesce((m.\"to\" - DATE '1970-01-01')::INT + 1, $far) AS until "
)
_KINDS = (
    "SELECT DISTINCT segment, employees FROM {accounts} ORDER BY segment NULLS FIRST, employees NULLS FIRST"
)
_ACCOUNTS = (
    "WITH kinds AS (SELECT segment, employees, (row_number() OVER (ORDER BY segment NULLS FIRST, "
    "employees NULLS FIRST) - 1)::INT AS kind FROM (SELECT DISTINCT segment, employees FROM {accounts})) "
    "SELECT k.kind FROM {accounts} a JOIN kinds k ON k.segment IS NOT DISTINCT FROM a.segment "
    "AND k.employees IS NOT DISTINCT FROM a.employees ORDER BY a.account_id"
)
_CASES = (
    "WITH " + _NUMBERED + "SELECT c.cid, coalesce(n.account, -1) AS account FROM {cases:account} c "
    "LEFT JOIN numbered n ON n.account_id = c.account_id ORDER BY c.cid"
)
_NAMED = "named AS (SELECT unnest($names::VARCHAR[]) AS name, unnest($numbers::INT[]) AS part), "
_FURTHER = (
    "WITH "
    + _NAMED
    + _NUMBERED
    + ", own AS (SELECT m.account_id, unnest(m.parts[2:]) AS name, "
    + _DAYS
    + "FROM {memberships} m WHERE len(m.parts) > 1) "
    "SELECT n.account, coalesce(k.part, $unknown) AS part, o.since, o.until FROM own o "
    "JOIN numbered n ON n.account_id = o.account_id LEFT JOIN named k ON k.name = o.name"
)
# Memberships lie in their files by person, people in the order of their names: where everybody has one membership, they
# stand at the same places.
_ALIKE = "SELECT count(*) FROM {memberships} m POSITIONAL JOIN {person_keys} p WHERE m.person_id IS DISTINCT FROM p.person_id"
_SAID = (
    "CASE WHEN m.parts[1] IS NULL THEN $no_word "
    "ELSE coalesce(list_position($names::VARCHAR[], m.parts[1]) - 1, -1) END::TINYINT AS part, "
    "coalesce(len(m.parts) > 1, false) AS more, " + _DAYS + ', coalesce(m."primary", false) AS main '
)
_PLACED = "SELECT " + _SAID + "FROM {memberships} m"
_ACCOUNT_AT = (
    "WITH " + _NUMBERED + "SELECT m.file_row_number::INT AS place, n.account FROM {placed} m "
    "JOIN numbered n ON n.account_id = m.account_id"
)
_ROWS = (
    "WITH "
    + _NUMBERED
    + "SELECT p.person, coalesce(n.account, -1) AS account, "
    + _SAID
    + "FROM {memberships} m "
    "JOIN {person_keys} p ON p.person_id = m.person_id LEFT JOIN numbered n ON n.account_id = m.account_id"
)
# In the order in which a person's memberships are asked for the first part.
_IN_ORDER = ' ORDER BY p.person, main DESC, m."from" DESC NULLS LAST, m.account_id'
_NUMBER = "SELECT coalesce(max(person), -1) + 1 FROM {person_keys}"
_ACTS = "SELECT person, epoch_us(time) AS at FROM {events} WHERE person >= 0"
_FIRST_ACTS = "SELECT person, min(epoch_us(time)) AS at FROM {events} WHERE person >= 0 GROUP BY person"
_LISTED = (
    "WITH listed AS (SELECT p.person_id, min(epoch_us(e.time)) AS at FROM {event_people} p JOIN {events} e "
    "ON e.event_id = p.event_id AND e.source IS NOT DISTINCT FROM p.source GROUP BY p.person_id) "
    "SELECT k.person, l.at FROM listed l JOIN {person_keys} k ON k.person_id = l.person_id"
)
_IN_CRM = " UNION ALL ".join(
    f"(SELECT 1 FROM {{{table}}} WHERE source_kind = 'crm' LIMIT 1)"
    for table in ("source_people", "source_memberships")
)
_CRM = (
    "WITH told AS (SELECT l.person_id, -$far AS since FROM {source_people} s JOIN {person_links} l "
    "ON l.source = s.source AND l.ref = s.person_id WHERE s.source_kind = 'crm' UNION ALL SELECT l.person_id, "
    "coalesce((s.\"from\" - DATE '1970-01-01')::INT, -$far) FROM {source_memberships} s JOIN {person_links} l "
    "ON l.source = s.source AND l.ref = s.person_id WHERE s.source_kind = 'crm'), "
    "crm AS (SELECT person_id, min(since) AS since FROM told GROUP BY person_id) "
    "SELECT k.person, c.since FROM crm c JOIN {person_keys} k ON k.person_id = c.person_id"
)


@dataclass(frozen=True)
class Members:
    """See the module.

    Args:
        kind: account → place of its segment and number of employees in `kinds`; steady: account → bits of the parts
            that were there always; account, bit, since, until: the others, from a day to before another.
        cid, of_case: case of an account, rising, and the number of the account.
    """

    kinds: tuple[tuple[str | None, int | None], ...]
    kind: Column
    steady: Column
    account: Column
    bit: Column
    since: Column
    until: Column
    cid: Column
    of_case: Column

    def known_on(self, day: int) -> Column:
        """Account → bits of the parts that somebody has there on a day."""
        if not len(self.account):
            return self.steady
        found = self.steady.copy()
        holds = (self.since <= day) & (self.until > day)
        for bit in range(UNKNOWN + 1):
            found[self.account[holds & (self.bit == bit)]] |= np.uint16(1 << bit)
        return found


@dataclass(frozen=True)
class CaseAccounts:
    """Cases of accounts by number, rising, and the number of each one's account, −1 none."""

    cid: Column
    of_case: Column


def accounts_of_cases(log: Log) -> CaseAccounts:
    """Which account each case of an account is of; only where an engine gives arrays."""

    def make() -> CaseAccounts:
        told = log.columns(_CASES)
        return CaseAccounts(*(np.asarray(told[name]).astype(np.int32) for name in ("cid", "account")))

    needed = log.version.count("accounts") * 8
    return kept_with(log, "accounts of cases", ("accounts", "cases:account"), needed, make) or make()


def members(log: Log) -> Members | None:
    """Who belongs to which account of a log; None where an engine has to be asked in SQL."""
    if not log.engine.gives_arrays:
        return None
    version = log.version
    needed = version.count("accounts") * _OF_ACCOUNT + version.count("memberships")
    return kept_with(
        log, "members", ("accounts", "memberships", "cases:account"), needed, lambda: _members(log)
    )


def _members(log: Log) -> Members:
    kind = np.asarray(log.columns(_ACCOUNTS)["kind"])
    cases = accounts_of_cases(log)
    own = _parts_of(log)
    steady = np.zeros(len(kind), dtype=np.uint16)
    always = (own["since"] == -FAR) & (own["until"] == FAR)
    np.bitwise_or.at(steady, _those(own["account"], always), _BITS.take(_those(own["part"], always)))
    dated = np.flatnonzero(~always)
    return Members(
        kinds=tuple((row[0], row[1]) for row in log.rows(_KINDS)),
        kind=narrow(kind),
        steady=steady,
        account=own["account"].take(dated).astype(np.int32),
        bit=own["part"].take(dated).astype(np.int8),
        since=own["since"].take(dated).astype(np.int32),
        until=own["until"].take(dated).astype(np.int32),
        cid=cases.cid,
        of_case=cases.of_case,
    )


def _parts_of(log: Log) -> dict[str, Column]:
    """Every part that a membership of an account says: account, part (UNKNOWN where none is known), since, until."""
    told = belonging(log) or _belonging(log)
    there = told.account >= 0
    own = {
        "account": _those(told.account, there),
        "part": _those(np.where(told.first < 0, np.int8(UNKNOWN), told.first), there),
        "since": _those(told.since, there),
        "until": _those(told.until, there),
    }
    if not told.more.any():
        return own
    further = log.columns(_FURTHER, **_asked())
    return {name: np.append(column, np.asarray(further[name])) for name, column in own.items()}


def _those(column: Column, which: Column) -> Column:
    """The rows of a column that are flagged, which are all as a rule."""
    return column if which.all() else column.take(np.flatnonzero(which))


_BITS = np.left_shift(np.uint16(1), np.arange(UNKNOWN + 1, dtype=np.uint16))
"""The bit of each part."""


def _asked() -> dict[str, Any]:
    return {
        "names": list(PARTS),
        "numbers": list(range(len(PARTS))),
        "far": FAR,
        "unknown": UNKNOWN,
        "no_word": NO_WORD,
    }


@dataclass(frozen=True)
class People:
    """People of a log by number.

    Args:
        part: person → first part (−1 unknown), of those whose memberships hold always; moving: the other persons.
        known, crm, seen: person → day from which we know them, have them in the CRM, and saw them act.
        person, first, since, until: memberships of those who move: whose, its first part (NO_WORD: none), and from
            which day to before which; in the order in which they are asked for a person's first part.
    """

    part: Column
    known: Column
    crm: Column
    seen: Column
    moving: Column
    person: Column
    first: Column
    since: Column
    until: Column

    def part_on(self, day: int) -> Column:
        """Person → first part of the memberships that hold on a day, the primary one asked first."""
        if not len(self.moving):
            return self.part
        found = self.part.copy()
        found[self.moving] = -1
        rows = np.flatnonzero((self.since <= day) & (self.until > day) & (self.first != NO_WORD))
        person = self.person[rows]
        firsts = rows[np.append(True, person[1:] != person[:-1])[: len(rows)]]
        found[self.person[firsts]] = self.first[firsts]
        return found


def people(study: Study) -> People | None:
    """The people of a study's log; None where an engine has to be asked in SQL."""
    log = study.log
    if not log.engine.gives_arrays:
        return None
    tables = (
        "memberships",
        "events",
        "event_people",
        "source_people",
        "source_memberships",
        "person_links",
        "person_keys",
    )
    name = ("people", study.workspace.settings.zone)
    return kept_with(log, name, tables, log.version.count("person_keys") * _OF_PERSON, lambda: _people(study))


@dataclass(frozen=True)
class Belonging:
    """Memberships by number, those of a person the primary one first, then the latest, then by account.

    Args:
        account: −1 none that is known; since, until: the days from which and before which; first: part that is said
            first, −1 one that is none, NO_WORD where none is said; more: whether further ones are said.
    """

    person: Column
    account: Column
    since: Column
    until: Column
    first: Column
    more: Column


def belonging(log: Log) -> Belonging | None:
    """Every membership of a log; None where an engine has to be asked in SQL."""
    if not log.engine.gives_arrays:
        return None
    tables = ("memberships", "person_keys", "accounts")
    return kept_with(log, "belonging", tables, log.version.count("memberships") * 18, lambda: _belonging(log))


def _belonging(log: Log) -> Belonging:
    rows = _memberships(log)
    person, account, since, until = (
        rows[name].astype(np.int32, copy=False) for name in ("person", "account", "since", "until")
    )
    return Belonging(person, account, since, until, first=rows["part"], more=rows["more"])


def _by_place(log: Log) -> dict[str, Column] | None:
    """Memberships by number, by person; None where their places do not tell whose they are.

    A join by the names of people takes several times as long.
    """
    relation = log.tables["memberships"]
    one_each = log.count("memberships") == log.count("person_keys")
    if not one_each or log.rolled_up or relation.layers is not None or len(relation.files) != 1:
        return None
    placed = f"read_parquet({file_text(relation.files[0])}, file_row_number = true)"
    with log.engine.sibling(ordered=True) as engine:
        if engine.rows(_ALIKE, tables=log.tables) != [(0,)]:
            return None
        told = engine.columns(_PLACED, _asked(), tables=log.tables)
        told |= engine.columns("SELECT person FROM {person_keys}", tables=log.tables)
    at = log.columns(_ACCOUNT_AT.replace("{placed}", placed))
    rows = {name: np.asarray(column) for name, column in told.items()}
    rows["account"] = np.full(len(rows["person"]), -1, dtype=np.int32)
    rows["account"][np.asarray(at["place"])] = np.asarray(at["account"])
    return rows


def _by_name(log: Log) -> dict[str, Column]:
    """The same, joined by names."""
    rows = {name: np.asarray(column) for name, column in log.columns(_ROWS, **_asked()).items()}
    order = np.argsort(rows["person"], kind="stable")
    return {name: column.take(order) for name, column in rows.items()}


def _memberships(log: Log) -> dict[str, Column]:
    """Memberships by number: those of a person the primary one first, then the latest, then by account."""
    rows = _by_place(log) or _by_name(log)
    person = rows["person"]
    alike = person[1:] == person[:-1]
    # Most have one; of accounts without a number only their names tell which comes first.
    several = np.flatnonzero(np.append(alike, False) | np.append(False, alike)) if len(person) else person
    if (rows["account"].take(several) < 0).any():
        rows = log.columns(_ROWS + _IN_ORDER, **_asked())
        return {name: np.asarray(column) for name, column in rows.items()}
    some = {name: column.take(several) for name, column in rows.items()}
    keys = (some["until"], some["part"], some["account"], -some["since"], ~some["main"], some["person"])
    order = np.lexsort(keys)
    for name, column in rows.items():
        column[several] = some[name].take(order)
    return rows


def _by_person(log: Log, sql: str, number: int) -> Column:
    """Person → the number that a query tells, NOTHING where it tells none."""
    told = log.columns(sql, far=FAR)
    person, value = (filled(column, NOTHING) for column in told.values())
    found = np.full(number, NOTHING)
    np.minimum.at(found, person, value.astype(np.int64, copy=False))
    return found


def _people(study: Study) -> People:
    log = study.log
    number = int(log.rows(_NUMBER)[0][0])
    told = belonging(log) or _belonging(log)
    known = np.full(number, FAR, dtype=np.int32)
    np.minimum.at(known, told.person, told.since)
    told_once = _ACTS if log.count("events") <= _READ else _FIRST_ACTS
    acts = days_of(study, _by_person(log, told_once, number)).astype(np.int32)
    np.minimum(known, acts, out=known)
    if log.count("event_people"):
        np.minimum(known, days_of(study, _by_person(log, _LISTED, number)).astype(np.int32), out=known)
    crm = np.full(number, FAR, dtype=np.int64)
    if log.rows(_IN_CRM):
        np.minimum(_by_person(log, _CRM, number), FAR, out=crm)
    always = (told.since == -FAR) & (told.until == FAR)
    moving = np.unique(told.person[~always])
    moves = np.isin(told.person, moving) if len(moving) else np.zeros(len(always), dtype=bool)
    part = np.full(len(known), -1, dtype=np.int8)
    steady = ~moves & (told.first != NO_WORD)
    person, first = _those(told.person, steady), _those(told.first, steady)
    new = np.append(True, person[1:] != person[:-1])[: len(person)]
    part[_those(person, new)] = _those(first, new)
    return People(
        part=part,
        # Who is told of by no membership and in no event was always there.
        known=np.where(known == FAR, np.int32(-FAR), known),
        crm=crm.astype(np.int32),
        seen=acts,
        moving=moving.astype(np.int32),
        person=told.person[moves],
        first=told.first[moves],
        since=told.since[moves],
        until=told.until[moves],
    )


def days_of(study: Study, moments: Any) -> Column:
    """The days of moments in the zone of the workspace, as numbers; FAR where there is none (masked, or NOTHING)."""
    values = np.ma.filled(moments, NOTHING)
    found = np.full(len(values), FAR, dtype=np.int64)
    told = values < NOTHING
    if not told.any():
        return found
    first = int(values.min()) // DAY - 1
    last = int(values.max(where=told, initial=values.min())) // DAY + 2
    bounds = np.array(
        [study.moment(dt.date(1970, 1, 1) + dt.timedelta(days=day)) for day in range(first, last + 1)]
    )
    # So many at a time that what is reckoned with stays in the caches.
    for low in range(0, len(values), _AT_ONCE):
        there = low + np.flatnonzero(told[low : low + _AT_ONCE])
        some = values.take(there)
        # A day of UTC holds one midnight of a zone, or none; from its beginning on it is a step or two.
        day = some // DAY - first
        day += bounds.take(np.minimum(day + 1, len(bounds) - 1)) <= some
        day -= bounds.take(day) > some
        found[there] = day + first
    return found


def day_of(day: dt.date) -> int:
    """A day as its number from 1970."""
    return (day - dt.date(1970, 1, 1)).days
