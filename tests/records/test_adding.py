"""A small import is added beside what is there; what stands afterwards is as if all had been published anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polku.records import adding, adding_cases
from polku.records.erasing import erase
from polku.records.files import ADDED, GONE
from polku.records.forgotten import Forgotten
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import publish
from polku.records.undoing import undo_imports
from tests.records.staged_logs import events, paths, stage

TIMES = ("2026-01-05", "2026-01-05 10:00:00", "2026-01-05 10:00:01", "2026-01-06", "2026-02-01 09:00:00")


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """However small a log is, add to it."""
    monkeypatch.setattr(adding, "ADD_FROM", 1)
    monkeypatch.setattr(adding, "ADD_MOST", 1000.0)
    monkeypatch.setattr(adding_cases, "ADD_MOST_MOVES", 1000.0)
    yield


def layers(lake: Lake) -> set[int]:
    """Layers of the events and moves of the version in force."""
    version = lake.open()
    return {entry.layer for table in ("events", "moves:account") for entry in version.entries(table)}


def known(lake: Lake) -> Mapping[str, list[tuple[Any, ...]]]:
    """All that questions may see, without where it came from and the numbers by which tables name each other."""
    with open_log(lake.folder) as log:
        return {
            "events": log.rows(
                "SELECT e.* EXCLUDE (source_file, source_row, position, code, event_no, person), k.person_id "
                "FROM {events} e LEFT JOIN {person_keys} k USING (person) ORDER BY event_no"
            ),
            "moves": log.rows(
                "SELECT s.key, m.* EXCLUDE (cid, code, nxt, event_no, person), c.activity, n.activity AS nxt, k.person_id, "
                "e.time, e.activity FROM {moves} m JOIN {cases} s USING (cid) "
                "JOIN {events} e USING (event_no) LEFT JOIN {person_keys} k ON k.person = m.person "
                "JOIN {codes} c ON c.code = m.code LEFT JOIN {codes} n ON n.code = m.nxt ORDER BY key, m.ord"
            ),
            "cases": log.rows("SELECT * EXCLUDE (cid, k1, k2) FROM {cases} ORDER BY key"),
            "people": log.rows(
                "SELECT k.key, m.ord, m.ts, m.gap FROM {moves:person} m JOIN {cases:person} k USING (cid) ORDER BY ALL"
            ),
            "accounts": log.rows(
                "SELECT * EXCLUDE (source_file, source_row) FROM {accounts} ORDER BY account_id"
            ),
            "links": log.rows(
                "SELECT * FROM {account_links} UNION ALL SELECT * FROM {person_links} ORDER BY ALL"
            ),
            "deals": log.rows("SELECT * EXCLUDE (source_file, source_row) FROM {deals} ORDER BY deal_id"),
            "keys": log.rows("SELECT DISTINCT person_id FROM {person_keys} ORDER BY 1"),
        }


ROWS = st.lists(
    st.tuples(
        st.sampled_from(TIMES),
        st.sampled_from(("a", "b", "c", None)),
        st.sampled_from(("ann", "bo", None)),
        st.sampled_from(("call", "mail", "x")),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


def told(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        {
            "time": time,
            "precision": "second" if ":" in time else "day",
            "account_id": account,
            "person_id": person,
            "activity": activity,
            "event_id": f"{time}/{account}/{person}/{activity}" if named else None,
        }
        for time, account, person, activity, named in rows
    ]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.data())
def test_any_split_order_and_repetition_gives_what_one_import_gives(
    rows: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    import_in_pieces(rows, data)


@pytest.mark.long
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ROWS, st.data())
def test_any_split_order_and_repetition_gives_what_one_import_gives_in_many_tries(
    rows: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    import_in_pieces(rows, data)


def import_in_pieces(rows: list[tuple[Any, ...]], data: st.DataObject) -> None:
    """Import rows at once, and cut into files that come in any order; compare."""
    drawn = told(rows)
    members = [{"person_id": "ann", "account_id": "b", "from": "2026-01-06", "parts": ["buyer"]}]
    deals = [{"deal_id": "1", "account_id": "a", "outcome": "won", "amount": 5}]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(drawn)), max_size=3)))
    pieces = [drawn[start:end] for start, end in zip([0, *cuts], [*cuts, len(drawn)], strict=True)]
    numbers = range(len(pieces))
    order = data.draw(st.permutations([*numbers, *data.draw(st.lists(st.sampled_from(numbers), max_size=1))]))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        whole, split = Lake(folder / "whole"), Lake(folder / "split")
        publish(whole, [stage(folder / "all", events=drawn, memberships=members, deals=deals)])
        files = [
            stage(
                folder / f"piece {number}",
                f"part-{number}.csv",
                sha256=str(number) if data.draw(st.booleans()) else "",
                events=piece,
                memberships=members,
                deals=deals if number == 0 else [],
            )
            for number, piece in enumerate(pieces)
        ]
        for number in order:
            published = publish(split, [files[number]])
            for file in published.files:
                for counts in file.tables.values():
                    assert counts.rows == counts.new + counts.changed + counts.repeated

        assert known(split) == known(whole)
        assert sum(one["tables"]["events"]["new"] for one in split.manifest["imports"]) == len(
            {tuple(row.values()) for row in drawn}
        )


def test_events_that_come_later_are_added_beside_those_there_are(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    first = events("2026-01-05T10 acme call", "2026-01-07T10 acme sign", "2026-01-05T11 beta call")
    publish(lake, [stage(tmp_path / "a", "a.csv", events=first)])

    # One late, one tied with what is there, one after all, and a new account.
    later = events(
        "2026-01-06T10 acme mail",
        "2026-01-07T10 acme visit",
        "2026-02-01T10 acme leave",
        "2026-01-01T10 new call",
    )
    published = publish(lake, [stage(tmp_path / "b", "b.csv", events=later)])

    assert paths(lake) == {"acme": "call mail sign visit leave", "beta": "call", "new": "call"}
    assert layers(lake) == {0, ADDED, GONE}
    assert (published.tables["events"], published.cases) == (7, 3)
    assert lake.open().count("moves:account") == 7
    assert lake.files("events")[0].parent.name == "v000001"


def linked(event: str, account: str | None = None, person: str | None = None) -> dict[str, Any]:
    return {"kind": "event", "record_id": event, "account_id": account, "person_id": person}


def acts(*rows: str) -> list[dict[str, Any]]:
    """Events that name nobody, each from `id day activity`."""
    return [dict(zip(("event_id", "time", "activity"), row.split(), strict=True)) for row in rows]


FIRST_LINKS = [linked("1", "acme"), linked("1", None, "ann"), linked("2", "beta")]


@pytest.mark.parametrize(
    "links",
    [
        pytest.param([linked("3", "acme"), linked("4", "new", "bo")], id="of new events"),
        pytest.param([], id="none"),
        pytest.param([linked("9", "acme")], id="of an event that nobody told"),
        pytest.param([linked("3", "acme"), linked("2", "acme")], id="of an event there"),
        pytest.param([{"kind": "event", "record_id": "3", "deal_id": "d"}], id="to a deal"),
    ],
)
def test_events_whose_accounts_link_tables_tell_are_added(
    tmp_path: Path, links: list[dict[str, Any]]
) -> None:
    known_events = [*acts("1 2026-01-05 call", "2 2026-01-06 mail"), *events("2026-01-07 acme sign")]
    first = stage(tmp_path / "a", "a.csv", events=known_events, belongings=FIRST_LINKS)
    later = stage(
        tmp_path / "b",
        "b.csv",
        events=[*acts("3 2026-01-06 visit", "4 2026-02-01 call"), *events("2026-01-08 acme leave")],
        belongings=links,
    )
    whole, split = Lake(tmp_path / "whole"), Lake(tmp_path / "split")
    publish(whole, [first, later])
    publish(split, [first])

    publish(split, [later])

    assert known(split) == known(whole)
    assert ADDED in layers(split)
    with open_log(split.folder) as log:
        accounts = dict(log.rows("SELECT event_id, account_id FROM {events} WHERE event_id IS NOT NULL"))
    told = {link["record_id"]: link["account_id"] for link in links if link.get("account_id")}
    assert accounts.get("3") == told.get("3")


def test_a_word_that_only_an_old_link_said_may_tell_the_account_of_an_old_event(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    publish(lake, [stage(tmp_path / "a", events=acts("1 2026-01-05 call"), belongings=[linked("1", "acme")])])
    publish(lake, [stage(tmp_path / "b", "b.csv", events=acts("2 2026-01-06 call"))])
    publish(lake, [stage(tmp_path / "c", "c.csv", belongings=[linked("2", "beta")])])

    assert paths(lake) == {"acme": "call", "beta": "call"}


def test_events_of_nobody_are_added_to_a_log_of_nobody(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    for number, day in enumerate(("2026-01-05", "2026-01-06")):
        publish(lake, [stage(tmp_path / day, f"{number}.csv", events=events(f"{day} - visit"))])
    assert layers(lake) == {0, ADDED}
    assert paths(lake) == {}
    publish(lake, [stage(tmp_path / "c", "c.csv", events=events("2026-01-07 acme call"))])
    assert paths(lake) == {"acme": "call"}


def test_what_was_added_is_taken_back_as_any_import(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    publish(lake, [stage(tmp_path / "a", "a.csv", events=events("2026-01-05T10 acme call"))])
    publish(lake, [stage(tmp_path / "b", "b.csv", events=events("2026-01-06T10 acme mail"))])
    publish(lake, [stage(tmp_path / "c", "c.csv", events=events("2026-01-07T10 acme sign"))])
    assert ADDED in layers(lake)

    undo_imports(lake)
    assert paths(lake) == {"acme": "call mail"}
    publish(lake, [stage(tmp_path / "d", "d.csv", events=events("2026-01-05T11 acme visit"))])
    assert paths(lake) == {"acme": "call visit mail"}


def test_an_event_there_that_changes_gives_way_to_what_it_says_now(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    row = {"time": "2026-01-05 10:00:00", "precision": "second", "account_id": "acme", "event_id": "1"}
    publish(lake, [stage(tmp_path / "a", "a.csv", events=[{**row, "activity": "call"}])])

    published = publish(lake, [stage(tmp_path / "b", "b.csv", events=[{**row, "activity": "mail"}])])

    assert published.files[0].tables["events"].changed == 1
    assert paths(lake) == {"acme": "mail"}
    assert [(entry.layer, entry.rows) for entry in lake.open().entries("events")] == [
        (0, 1),
        (ADDED, 1),
        (GONE, -1),
    ]


def test_what_stands_beside_is_taken_in_when_it_is_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "ADD_MOST", 1.0)
    lake = Lake(tmp_path / "lake")
    publish(
        lake, [stage(tmp_path / "a", "a.csv", events=events("2026-01-05T10 acme call", "2026-01-08 acme x"))]
    )
    seen = []
    for day in (6, 7, 9):
        publish(
            lake, [stage(tmp_path / str(day), f"{day}.csv", events=events(f"2026-01-0{day}T10 acme mail"))]
        )
        seen.append(ADDED in layers(lake))

    assert seen == [True, True, False]
    assert paths(lake) == {"acme": "call mail mail x mail"}


@pytest.mark.parametrize(("again", "new", "added"), [(10, 2, True), (10, 3, False), (13, 1, False)])
def test_what_is_said_again_counts_a_sixth_of_what_is_new(
    again: int, new: int, added: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "ADD_MOST", 0.1)
    lake = Lake(tmp_path / "lake")
    rows = events(*(f"2026-01-{day:02}T10 acme call" for day in range(1, 21)))
    for number, row in enumerate(rows):
        row["event_id"] = str(number)
    publish(lake, [stage(tmp_path / "a", "a.csv", events=rows)])
    come = [{**rows[0], "event_id": f"new {number}"} for number in range(new)]

    published = publish(lake, [stage(tmp_path / "b", "b.csv", events=[*rows[:again], *come])])

    assert (published.files[0].used, published.files[0].repeated) == (new, again)
    assert (ADDED in layers(lake)) == added
    assert published.how == ("beside" if added else "anew")
    assert lake.open().count("events") == 20 + new


def test_the_same_file_again_leaves_all_files_as_they_are(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    staged = stage(
        tmp_path / "a", events=events("2026-01-05T10 acme call", "2026-01-06 acme mail"), sha256="aa"
    )
    publish(lake, [staged])
    published = publish(lake, [staged])

    assert (published.files[0].used, published.files[0].repeated) == (0, 2)
    assert {path.parts[-2] for path in lake.files("events")} == {"v000001"}
    assert {path.parts[-4] for path in lake.files("moves:account")} == {"v000001"}


def test_deals_that_close_change_the_cases_and_leave_the_events(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    deal = {"deal_id": "1", "account_id": "acme", "outcome": "open", "amount": 5}
    publish(lake, [stage(tmp_path / "a", "a.csv", events=events("2026-01-05T10 acme call"), deals=[deal])])

    won = stage(tmp_path / "b", "b.csv", deals=[{**deal, "outcome": "won", "closed": "2026-01-09"}])
    publish(lake, [won])

    with open_log(lake.folder) as log:
        assert log.rows('SELECT key, outcome, "value" FROM {cases}') == [("acme", "won", 5.0)]
    assert lake.files("events")[0].parent.name == "v000001"


def test_an_erasure_writes_what_was_added_into_one_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    publish(
        lake, [stage(tmp_path / "a", "a.csv", events=events("2026-01-05T10 acme call", "2026-01-08 acme x"))]
    )
    publish(lake, [stage(tmp_path / "b", "b.csv", events=events("2026-01-06T10 acme mail"))])
    assert ADDED in layers(lake)

    erase(lake, Forgotten.read(tmp_path))

    assert layers(lake) == {0}
    assert paths(lake) == {"acme": "call mail x"}
    assert not (lake.folder / "v000001").exists()


def test_new_people_get_the_next_numbers_and_others_keep_theirs(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    row = {"time": "2026-01-05 10:00:00", "precision": "second", "account_id": "acme", "activity": "call"}
    publish(lake, [stage(tmp_path / "a", "a.csv", events=[{**row, "person_id": "mia"}])])

    publish(lake, [stage(tmp_path / "b", "b.csv", events=[{**row, "person_id": "ann"}])])

    with open_log(lake.folder) as log:
        assert log.rows("FROM {person_keys} ORDER BY person") == [(0, "mia"), (1, "ann")]
        assert log.rows("SELECT person, person_id FROM {events} ORDER BY event_no") == [
            (0, "mia"),
            (1, "ann"),
        ]
        assert log.rows("SELECT person FROM {moves} ORDER BY ord") == [(0,), (1,)]
    assert ADDED in layers(lake)
