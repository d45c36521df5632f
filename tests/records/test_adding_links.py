"""Imports that change whose the events there are: only those are placed anew, and all is as after publishing everything."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polku.records import adding
from polku.records.engine import Engine, Relation
from polku.records.erasing import erase
from polku.records.files import ADDED, GONE
from polku.records.forgotten import Forgotten
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import Staged, publish
from polku.records.resolving import Resolved
from polku.records.undoing import undo_imports
from tests.records.staged_logs import paths, stage
from tests.records.test_adding import _any_size as _any_size
from tests.records.test_adding import known

NEVER = 1 << 60
"""From so many events on a log is added to: it is published anew each time."""


def by_name(engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
    """Words mean the account that has them as its name, or themselves; with a question mark nobody, unless it is a name."""
    return Resolved(
        account_links=(
            "SELECT r.source, r.ref, CASE WHEN a.account_id IS NOT NULL OR r.ref NOT LIKE '?%' "
            "THEN coalesce(a.account_id, r.ref) END AS account_id, 'named' AS reason, 1.0 AS confidence "
            "FROM {account_refs} r LEFT JOIN (SELECT name, min(account_id) AS account_id FROM {accounts} "
            "WHERE name IS NOT NULL GROUP BY name) a ON a.name = r.ref"
        ),
        person_links=(
            "SELECT r.source, r.ref, coalesce(p.person_id, r.ref) AS person_id, 'named' AS reason, 1.0 AS confidence "
            "FROM {person_refs} r LEFT JOIN (SELECT email, min(person_id) AS person_id FROM {people} "
            "WHERE email IS NOT NULL GROUP BY email) p ON p.email = r.ref"
        ),
        memberships=(
            'SELECT DISTINCT ON (m.person_id, coalesce(a.account_id, m.account_id), m."from") '
            "m.* REPLACE (coalesce(a.account_id, m.account_id) AS account_id) FROM {memberships} m "
            "LEFT JOIN (SELECT name, min(account_id) AS account_id FROM {accounts} WHERE name IS NOT NULL GROUP BY name) a "
            'ON a.name = m.account_id ORDER BY m.person_id, 2, m."from", m.source'
        ),
    )


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def few(most: int, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(columns), max_size=most)


DAYS = ("2026-01-05", "2026-01-06", "2026-01-09")
EVENTS = {
    "event_id": one_of("e1", "e2", "e3", "e4", None),
    "time": one_of("2026-01-05 10:00:00", "2026-01-06 10:00:00", "2026-01-08 09:00:00"),
    "account_id": one_of("a", "b", "?x", None, None, None),
    "person_id": one_of("ann", "bo", None, None),
    "deal_id": one_of("1", "2", None, None),
    "case_id": one_of("t1", "t2", None, None),
    "activity": one_of("call", "mail"),
}
TABLES = {
    "deals": few(
        2, deal_id=one_of("1", "2"), account_id=one_of("a", "b", "?x", None), outcome=one_of("open", "won")
    ),
    "belongings": few(
        3,
        kind=one_of("event", "case", "deal"),
        record_id=one_of("e1", "e2", "e3", "t1", "t2", "1", "2"),
        account_id=one_of("a", "b", None, None),
        person_id=one_of("ann", "bo", None, None),
        deal_id=one_of("1", "2", None, None),
        case_id=one_of("t1", "t2", None, None),
        **{"from": one_of(None, None, *DAYS), "to": one_of(None, None, "2026-01-07")},
    ),
    "memberships": few(
        1,
        person_id=one_of("ann", "bo"),
        account_id=one_of("a", "c"),
        parts=one_of(["buyer"], ["expert"], None),
        **{"from": one_of(None, *DAYS)},
    ),
    "accounts": few(1, account_id=one_of("A", "c"), name=one_of("a", "b", "?x", None)),
    "people": few(1, person_id=one_of("p1", "bo"), email=one_of("ann", "bo@c", None)),
}
IMPORT = st.fixed_dictionaries(
    {
        "source": one_of("crm", "crm", "support"),
        "file": one_of("day.csv", "other.csv"),
        "whole": one_of(False, False, False, True),
        "events": st.lists(st.fixed_dictionaries(EVENTS), max_size=5),
    },
    optional=TABLES,
)
BASE = st.fixed_dictionaries(
    {
        "source": st.just("crm"),
        "file": st.just("day.csv"),
        "whole": st.just(False),
        "events": st.lists(st.fixed_dictionaries(EVENTS), min_size=3, max_size=8),
        **TABLES,
    }
)


def all_known(lake: Lake) -> Mapping[str, Any]:
    with open_log(lake.folder) as log:
        more = {
            table: log.rows(f"SELECT * EXCLUDE (source_file, source_row) FROM {{{table}}} ORDER BY ALL")
            for table in ("memberships", "people", "belongings")
        }
        more["of deals"] = log.rows(
            "SELECT k.key, k.account_id, m.ord, m.ts, m.gap, c.activity FROM {moves:deal} m JOIN {cases:deal} k USING (cid) "
            "JOIN {codes} c USING (code) ORDER BY ALL"
        )
    return {**known(lake), **more, "numbers": lake.open().count("events")}


@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None)
@given(BASE, st.lists(IMPORT, min_size=1, max_size=3), st.data())
def test_days_that_say_otherwise_whose_events_are_leave_what_a_whole_publish_leaves(
    base: dict[str, Any], days: list[dict[str, Any]], data: st.DataObject
) -> None:
    import_days(base, days, data)


@pytest.mark.long
@settings(max_examples=250, suppress_health_check=list(HealthCheck), deadline=None)
@given(BASE, st.lists(IMPORT, min_size=1, max_size=4), st.data())
def test_days_that_say_otherwise_whose_events_are_leave_it_in_many_tries(
    base: dict[str, Any], days: list[dict[str, Any]], data: st.DataObject
) -> None:
    import_days(base, days, data)


def import_days(base: dict[str, Any], days: list[dict[str, Any]], data: st.DataObject) -> None:
    """Import day after day, some of them again, some taken back, beside what is there and with all published anew."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        beside, anew = Lake(folder / "beside"), Lake(folder / "anew")
        staged = [staged_day(folder / str(number), one, number) for number, one in enumerate([base, *days])]
        course = [0, *range(1, len(staged)), *data.draw(st.lists(st.integers(0, len(days)), max_size=1))]
        for number in course:
            publish(beside, [staged[number]], resolve=by_name)
            with mock.patch.object(adding, "ADD_FROM", NEVER):
                publish(anew, [staged[number]], resolve=by_name)
            if number and data.draw(one_of(False, False, False, True)):
                for lake in (beside, anew):
                    undo_imports(lake)
            assert all_known(beside) == all_known(anew)
        if data.draw(st.booleans()):
            erase(beside, Forgotten.read(folder), resolve=by_name)
            assert beside.open().count("events") == anew.open().count("events")
            assert not {ADDED, GONE} & {entry.layer for entry in beside.open().entries("events")}


def staged_day(folder: Path, day: Mapping[str, Any], number: int) -> Staged:
    tables = {table: rows for table, rows in day.items() if table not in ("source", "file", "whole")}
    rows = {
        table: [{**({"precision": "second"} if table == "events" else {}), **row} for row in found]
        for table, found in tables.items()
    }
    staged = stage(folder, day["file"], source=day["source"], sha256=str(number), mapping="m", **rows)
    return replace(staged, whole=day["whole"])


def act(event: str, **said: Any) -> dict[str, Any]:
    return {
        "event_id": event,
        "time": "2026-01-05 10:00:00",
        "precision": "second",
        "activity": event,
        **said,
    }


FIRST = {
    "events": [
        act("offer", deal_id="1"),
        act("call", deal_id="1", person_id="ann"),
        act("jam", case_id="t1"),
        act("hum", case_id="t3"),
        act("noise", case_id="t2", account_id="b"),
        act("visit", account_id="b", person_id="bo"),
        *(act(f"other {number}", account_id="c") for number in range(20)),
    ],
    "deals": [{"deal_id": "1", "account_id": "a"}, {"deal_id": "2", "account_id": "a"}],
    "belongings": [
        {"kind": "case", "record_id": record, "deal_id": deal}
        for record, deal in (("t1", "1"), ("t3", "1"), ("t3", "2"))
    ],
    "memberships": [{"person_id": "ann", "account_id": "a", "parts": ["buyer"]}],
    "accounts": [{"account_id": "a"}, {"account_id": "c"}],
}
"""A day with deals, tickets of them, and much else."""


@pytest.mark.parametrize(
    ("day", "anew"),
    [
        pytest.param({"events": [act("mail", deal_id="2")]}, [], id="events of a deal"),
        pytest.param({"events": [act("answer", case_id="t1")]}, [], id="events of a ticket"),
        pytest.param(
            {"belongings": [{"kind": "event", "record_id": "new", "deal_id": "1"}], "events": [act("new")]},
            [],
            id="a link of a new event",
        ),
        pytest.param(
            {"deals": [{"deal_id": "1", "account_id": "b"}]},
            ["call", "hum", "jam", "offer"],
            id="a deal of another company",
        ),
        pytest.param(
            {"deals": [{"deal_id": "2", "account_id": "b"}]},
            ["hum"],
            id="one of two deals that a ticket is linked to",
        ),
        pytest.param(
            {"belongings": [{"kind": "case", "record_id": "t2", "deal_id": "1"}]},
            ["noise"],
            id="a link of a ticket there",
        ),
        pytest.param(
            {"events": [act("report", case_id="t1", account_id="b")]}, ["jam"], id="who a ticket is of"
        ),
        pytest.param(
            {"accounts": [{"account_id": "B", "name": "b"}]}, ["noise", "visit"], id="companies that are one"
        ),
        pytest.param(
            {"memberships": [{"person_id": "ann", "account_id": "a", "parts": ["expert"]}]},
            ["call"],
            id="a new title",
        ),
        pytest.param(
            {"events": [act("visit", account_id="c", person_id="bo")]}, ["visit"], id="an event that changed"
        ),
    ],
)
def test_only_events_that_a_day_changes_are_written_anew(
    tmp_path: Path, day: dict[str, Any], anew: list[str]
) -> None:
    first = stage(tmp_path / "first", "first.csv", **FIRST)
    later = stage(tmp_path / "day", "day.csv", **day)
    lake, whole = Lake(tmp_path / "lake"), Lake(tmp_path / "whole")
    publish(lake, [first], resolve=by_name)
    base = lake.open().entries("events")
    for one in (first, later):
        with mock.patch.object(adding, "ADD_FROM", NEVER):
            publish(whole, [one], resolve=by_name)

    publish(lake, [later], resolve=by_name)

    assert all_known(lake) == all_known(whole)
    entries = lake.open().entries("events")
    assert entries[: len(base)] == base
    before = lake.open(1).relation("events")
    with open_log(lake.folder) as log:
        rows = log.rows(
            f"SELECT b.activity FROM (SELECT *, row_number() OVER (ORDER BY event_no) - 1 AS place FROM {before.sql}) b "
            "JOIN read_parquet('" + str(lake.files("events")[-1]) + "') g ON g.place = b.place ORDER BY 1"
            if entries[-1].layer == GONE
            else "SELECT 1 WHERE false"
        )
    assert [row[0] for row in rows] == anew


def test_a_day_may_only_take_away(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    rows = [act("call", account_id="a"), act("mail", account_id="a"), act("visit", account_id="b")]
    publish(lake, [stage(tmp_path / "a", "a.csv", sha256="1", events=rows)])

    publish(lake, [replace(stage(tmp_path / "b", "a.csv", sha256="2", events=rows[:1]), whole=True)])

    assert [(entry.layer, entry.rows) for entry in lake.open().entries("events")] == [
        (0, 3),
        (ADDED, 0),
        (GONE, -2),
    ]
    assert paths(lake) == {"a": "call"}


def test_what_a_source_holds_no_longer_is_left_out_of_the_base(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    publish(lake, [stage(tmp_path / "a", "a.csv", sha256="1", **FIRST)], resolve=by_name)
    less = {**FIRST, "events": FIRST["events"][:-1], "belongings": []}

    publish(lake, [replace(stage(tmp_path / "b", "a.csv", sha256="2", **less), whole=True)], resolve=by_name)

    assert [(entry.layer, entry.rows) for entry in lake.open().entries("events")] == [
        (0, 26),
        (ADDED, 2),
        (GONE, -3),
    ]
    with open_log(lake.folder) as log:
        asked = "SELECT account_id, activity FROM {events} WHERE activity IN ('jam', 'other 19')"
        assert log.rows(asked) == [(None, "jam")]
