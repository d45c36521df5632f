"""The buying centre equals its definition on random memberships: intervals, several parts, unknown ones, other sources."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import open_study
from polku.analytics.centre import CentreBy, centre
from polku.analytics.coverage import Coverage, buying_centres, coverage
from polku.analytics.filters.filters import read_filter
from polku.analytics.study import Study
from polku.documents import PARTS, Role, Settings, Workspace
from polku.records.engine import Engine
from polku.records.log import Log
from tests.analytics.logs import publish_rows

START, DAY = dt.date(2025, 1, 1), dt.timedelta(days=1)
LATE, EARLY = dt.date(2026, 6, 30), dt.date(2025, 9, 17)
AGEING = dt.timedelta(days=90)
ROLES = {
    "ole": Role(id="ole", part="operator"),
    "per": Role(id="per", part="expert"),
    "ivan": Role(id="ivan", part="decision-maker"),
    "eva": Role(id="eva"),
}
SETTINGS = Settings.model_validate(
    {
        "name": "Test",
        "limits": {"ageing": "P90D"},
        "segments": [
            {"id": "big", "name": "Big ones", "buying_centre": ["ole", "per", "ivan"]},
            {"id": "tiny", "employees": {"max": 20}, "buying_centre": ["ivan"]},
            {"id": "odd"},
        ],
    }
)
WORKSPACE = Workspace(settings=SETTINGS, roles=ROLES)


@dataclass
class Membership:
    person: str
    account: str
    since: dt.date | None
    until: dt.date | None
    parts: list[str]
    crm: bool
    primary: bool

    def holds(self, day: dt.date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass
class Firm:
    """Accounts, who belongs to them when, and what they did."""

    accounts: list[dict[str, Any]]
    memberships: list[Membership]
    events: list[dict[str, Any]]
    lists: list[tuple[dict[str, Any], str]]
    """Events, and further people of them."""

    def log(self, folder: Path) -> Log:
        sources: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {
            ("erp", "erp"): {"accounts": self.accounts},
            ("crm", "crm"): {"memberships": []},
            ("web", "web"): {
                "memberships": [],
                "events": self.events,
                "event_people": [
                    {"event_id": one["event_id"], "person_id": person} for one, person in self.lists
                ],
            },
        }
        for one in self.memberships:
            sources[("crm", "crm") if one.crm else ("web", "web")]["memberships"].append(
                {
                    "person_id": one.person,
                    "account_id": one.account,
                    "from": one.since,
                    "to": one.until,
                    "parts": one.parts or None,
                    "primary": one.primary,
                }
            )
        return publish_rows(folder, sources)

    def needed(self, account: str) -> set[str]:
        row = next((one for one in self.accounts if one["account_id"] == account), {})
        segment, employees = row.get("segment"), row.get("employees")
        if segment in ("big", "Big ones"):
            return {"operator", "expert", "decision-maker"}
        if segment == "tiny" or (segment not in ("odd",) and employees is not None and employees <= 20):
            return {"decision-maker"}
        return {"operator", "expert", "decision-maker"}

    def places(self, accounts: Iterable[str], day: dt.date) -> dict[tuple[str, str], tuple[bool, bool, bool]]:
        """Account and part → whether known, known at most, and met, on the evening of a day."""
        found = {}
        for account in accounts:
            own = [one for one in self.memberships if one.account == account and one.holds(day)]
            known = {part for one in own for part in one.parts}
            unknown = any(not one.parts for one in own)
            met = {
                part
                for event in self.events
                if event["account_id"] == account and day - AGEING < event["time"].date() <= day
                for part in [self.part(event)]
            }
            for part in self.needed(account):
                found[account, part] = (part in known, part in known or unknown, part in met)
        return found

    def part(self, event: dict[str, Any]) -> str | None:
        """Of the actor: the first part of the membership at the event's account that holds on its day."""
        own = [
            one
            for one in self.memberships
            if one.person == event["person_id"]
            and one.account == event["account_id"]
            and one.holds(event["time"].date())
        ]
        return own[0].parts[0] if own and own[0].parts else None


def a_firm(seed: int) -> Firm:
    """Each person has one membership at a time and place, and acts only while it holds."""
    chance = random.Random(seed)
    names = [f"a{n}" for n in range(chance.choice([1, 3, 8]))]
    accounts = [
        {
            "account_id": name,
            "segment": chance.choice(["big", "Big ones", "tiny", "odd", "strange", None]),
            "employees": chance.choice([None, 3, 20, 21, 4000]),
        }
        for name in names
    ]
    firm = Firm(accounts, [], [], [])
    for number in range(chance.choice([0, 4, 20])):
        since = chance.choice([None, START + chance.randrange(400) * DAY])
        until = chance.choice([None, None, (since or START) + chance.randrange(300) * DAY])
        one = Membership(
            f"p{number}",
            chance.choice(names),
            since,
            until,
            chance.choice([[], [chance.choice(PARTS)], chance.sample(["operator", "expert"], 2)]),
            chance.random() < 0.5,
            chance.random() < 0.8,
        )
        firm.memberships.append(one)
        for _ in range(chance.randrange(6)):
            day = (one.since or START) + chance.randrange(300) * DAY
            if one.holds(day):
                firm.events.append(event(one.person, one.account, day, chance))
    for _ in range(chance.randrange(4)):
        account = chance.choice([*names, None])
        firm.events.append(event(None, account, START + chance.randrange(400) * DAY, chance))
    firm.events.append(event(None, names[0], START + 420 * DAY, chance))
    for number, row in enumerate(firm.events):
        row["event_id"] = str(number)
    for _ in range(chance.choice([0, 2, 6])):
        further = chance.choice(["x0", "x1", "x2", *(one.person for one in firm.memberships)])
        firm.lists.append((chance.choice(firm.events), further))
    chance.shuffle(firm.events)
    return firm


def event(person: str | None, account: str | None, day: dt.date, chance: random.Random) -> dict[str, Any]:
    time = dt.datetime.combine(day, dt.time(chance.choice([0, 12, 23])))
    return {"person_id": person, "account_id": account, "activity": "call", "time": time}


def end_of(firm: Firm, today: dt.date) -> dt.datetime:
    """What is observed ends with the last event that names an account, or with the day we stand on."""
    last = max(row["time"] for row in firm.events if row["account_id"] is not None)
    return min(last, dt.datetime.combine(today + DAY, dt.time()) - dt.timedelta(microseconds=1))


def by(firm: Firm, day: dt.date) -> Firm:
    """What was known of the firm on the evening of a day: what has begun, and what has been done, and by whom else."""
    begun = [one for one in firm.memberships if one.since is None or one.since <= day]
    lists = [(row, person) for row, person in firm.lists if row["time"].date() <= day]
    return Firm(firm.accounts, begun, [row for row in firm.events if row["time"].date() <= day], lists)


def shares(places: dict[tuple[str, str], tuple[bool, bool, bool]], part: str | None) -> list[float | None]:
    own = [said for (_, of), said in places.items() if part in (None, of)]
    return [len(own), *(sum(one[n] for one in own) / len(own) if own else None for n in range(3))]


def compare_coverage(folder: Path, seed: int) -> None:
    firm = a_firm(seed)
    known_accounts = {row["account_id"] for row in firm.accounts}
    today = LATE if seed % 3 else EARLY
    moment = end_of(firm, today)
    last = moment.date()
    with firm.log(folder) as log:
        study = open_study(log, WORKSPACE, case="account", today=today)
        told = coverage(study)
        centres = buying_centres(study)
        by_time: CentreBy = "quarter" if seed % 2 else "month"
        over_time = centre(study, by_time).rows()
        if seed % 5 == 0:
            same_as_in_sql(study, told, by_time, over_time)
        study.close()

    now_met = dict(firm.places(known_accounts, last).items())
    # On the last day the data ends with its last event, and so does what was met.
    for account, part in now_met:
        met = any(
            row["account_id"] == account
            and firm.part(row) == part
            and moment - AGEING < row["time"] <= moment
            for row in firm.events
        )
        now_met[account, part] = (*now_met[account, part][:2], met)
    rows = {row["part"]: row for row in told.rows()}
    people: dict[str | None, set[str]] = {}
    at = {}
    known = by(firm, today)
    for person in {one.person for one in known.memberships}:
        own = [one for one in known.memberships if one.person == person]
        here = [one for one in own if one.holds(last)]
        part = here[0].parts[0] if here and here[0].parts else None
        people.setdefault(part, set()).add(person)
        at[person] = own
    for person in {person for _, person in known.lists} - at.keys():
        people.setdefault(None, set()).add(person)
        at[person] = []
    crm = {one.person for one in known.memberships if one.crm}
    seen = {row["person_id"] for row in known.events if row["person_id"] is not None}
    assert (told.crm_people, told.seen_people) == (len(crm), len(seen))
    for part, row in rows.items():
        own = people.get(part, set())
        assert row["people"] == len(own), part
        assert row["events"] == sum(
            (firm.part(one) if one["person_id"] else None) == part for one in known.events
        )
        in_crm = len(own & crm) / len(crm) if crm else None
        in_seen = len(own & seen) / len(seen) if seen else None
        assert (row["in_crm_share"], row["seen_share"]) == (in_crm, in_seen)
        assert row["bias"] == (None if in_crm is None or in_seen is None else pytest.approx(in_crm - in_seen))
        holders = {
            one.account
            for one in firm.memberships
            if one.holds(last) and (part in one.parts if part else not one.parts)
        }
        assert row["accounts"] == len(holders & known_accounts), part
        if part is not None:
            figures = [row["required"], row["completeness"], row["high"], row["engaged"]]
            assert figures == shares(now_met, part), part
    assert sum(len(own) for part, own in people.items() if part in rows) == len(at)
    assert [told.completeness_all, told.high_all, told.engaged_all] == shares(now_met, None)[1:]
    for one in centres:
        needed = {part: said for (account, part), said in now_met.items() if account == one.account_id}
        assert one.required == needed.keys()
        assert {part for part in one.required if part in one.known} == {p for p, s in needed.items() if s[0]}
        assert {part for part in one.required if part in one.met} == {p for p, s in needed.items() if s[2]}
    compare_centre(firm, over_time, known_accounts, moment, now_met)


def same_as_in_sql(study: Study, told: Coverage, by: CentreBy, over_time: list[dict[str, Any]]) -> None:
    """What columns in memory say is what an engine says, of all accounts and of some."""
    some = replace(study, cases=read_filter("segment = big or events > 2"), texts=("some", None))
    of_some = coverage(some), centre(some, by).rows()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "gives_arrays", False)
        assert (coverage(study), centre(study, by).rows()) == (told, over_time)
        assert (coverage(some), centre(some, by).rows()) == of_some
    some.close()


def compare_centre(
    firm: Firm, rows: list[dict[str, Any]], accounts: set[str], end: dt.datetime, at_end: Any
) -> None:
    last = end.date()
    for row in rows:
        day = dt.date.fromisoformat(row["day"])
        places = at_end if day == last else firm.places(accounts, day)
        figures = [row["required"], row["completeness"], row["high"], row["engaged"]]
        assert figures == shares(places, row["part"]), row
        if row["part"] is not None:
            continue
        moment = dt.datetime.combine(day + DAY, dt.time())
        if day == last:
            moment = end + dt.timedelta(microseconds=1)
        met = [
            one
            for one in firm.events
            if one["person_id"] and one["account_id"] and moment - AGEING <= one["time"] < moment
        ]
        by_account: dict[str, list[dict[str, Any]]] = {}
        for one in met:
            by_account.setdefault(one["account_id"], []).append(one)
        persons = sum(len({one["person_id"] for one in own}) for own in by_account.values())
        several = sum(len({firm.part(one) for one in own} - {None}) >= 2 for own in by_account.values())
        assert row["accounts_met"] == len(by_account)
        assert row["people"] == (persons / len(by_account) if by_account else None)
        assert row["events_per_person"] == (len(met) / persons if persons else None)
        assert row["multithreaded"] == (several / len(by_account) if by_account else None)


@pytest.mark.parametrize("seed", range(100))
def test_the_buying_centre_equals_its_definition(seed: int, tmp_path: Path) -> None:
    compare_coverage(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 1000))
def test_the_buying_centre_equals_its_definition_a_thousand_times(seed: int, tmp_path: Path) -> None:
    compare_coverage(tmp_path, seed)
