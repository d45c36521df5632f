"""Events sorted piece by piece stand in the same order, by the same numbers, as events sorted at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polku.records import adding, adding_cases, events, merging, sorting
from polku.records.engine import Engine, Relation
from polku.records.files import ADDED
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import publish
from polku.records.resolving import Resolved, Resolver, as_named
from tests.records.staged_logs import stage
from tests.records.test_adding import ROWS, import_in_pieces, layers, told


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(adding, "ADD_FROM", 1)
    monkeypatch.setattr(adding, "ADD_MOST", 1000.0)
    monkeypatch.setattr(adding_cases, "ADD_MOST_MOVES", 1000.0)
    monkeypatch.setattr(merging, "FEW_LOST", 0)
    monkeypatch.setattr(sorting, "SORTED_AT_ONCE", 2)
    monkeypatch.setattr(events, "WORDS_AT_ONCE", 1)
    monkeypatch.setattr(events, "WORDS_IN_PART", 1)
    yield


def _renamed(engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
    """Other ids than the words, so that they have to be looked up."""
    return replace(
        as_named(engine, tables),
        account_links="SELECT source, ref, upper(ref) AS account_id, 'named' AS reason, 1.0 AS confidence FROM {account_refs}",
        person_links="SELECT source, ref, 'p' || ref AS person_id, 'named' AS reason, 1.0 AS confidence FROM {person_refs}",
        memberships="SELECT NULL AS person_id, NULL AS account_id WHERE false",
    )


def everything(lake: Lake) -> list[list[tuple[Any, ...]]]:
    """Events, moves, cases and codes with all their numbers."""
    with open_log(lake.folder) as log:
        return [
            log.rows(f"SELECT * FROM {{{table}}} ORDER BY ALL")
            for table in ("events", "moves", "cases", "codes", "person_keys")
        ]


@settings(
    max_examples=settings().max_examples // 14,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(ROWS, ROWS, st.integers(1, 5), st.sampled_from([as_named, _renamed]))
def test_pieces_change_neither_rows_nor_numbers(
    rows: list[tuple[Any, ...]], others: list[tuple[Any, ...]], most: int, resolve: Resolver
) -> None:
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        staged = [
            stage(folder / "one", "one.csv", source="crm", events=told(rows)),
            stage(folder / "two", "two.csv", source="web", events=told(others)),
        ]
        for at, limit in enumerate((most, 1_000_000)):
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(sorting, "SORTED_AT_ONCE", limit)
                # Words that events are joined with go part by part, too.
                patched.setattr(events, "WORDS_AT_ONCE", limit)
                patched.setattr(events, "WORDS_IN_PART", limit)
                lake = Lake(folder / f"lake-{at}")
                publish(lake, staged, resolve=resolve)
            found.append(everything(lake))
    assert found[0] == found[1]


def test_the_files_of_many_events_follow_each_other_in_time(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    days = [f"2026-01-{day:02d} 10:00:00" for day in (9, 3, 5, 1, 7, 2, 8)]
    publish(
        lake, [stage(tmp_path / "a", "a.csv", events=told([(day, "a", None, "call", True) for day in days]))]
    )

    entries = lake.open().entries("events")
    assert (len(entries), sum(entry.rows for entry in entries)) == (7, 7)
    with open_log(lake.folder) as log:
        found = log.rows('SELECT event_no, "time" FROM {events} ORDER BY event_no')
    assert [number for number, _ in found] == list(range(7))
    assert [str(time) for _, time in found] == sorted(days)


def test_a_sample_of_the_events_tells_where_files_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = [f"2026-01-{1 + place * 5 % 28:02d} {place % 24:02d}:{place % 60:02d}:00" for place in range(200)]
    staged = stage(tmp_path / "a", "a.csv", events=told([(time, "a", None, "call", True) for time in times]))
    monkeypatch.setattr(sorting, "SORTED_AT_ONCE", 100)
    found = []
    for limit in (1, 1_000_000):
        monkeypatch.setattr(sorting, "SAMPLED_FROM", limit)
        lake = Lake(tmp_path / f"lake-{limit}")
        publish(lake, [staged])
        assert len(lake.open().entries("events")) > 2
        found.append(everything(lake))

    assert len(found[0][0]) == len(set(times)) == 200
    assert found[0] == found[1]


@settings(
    max_examples=settings().max_examples // 25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(ROWS, st.data())
def test_events_are_added_beside_several_files(rows: list[tuple[Any, ...]], data: st.DataObject) -> None:
    import_in_pieces(rows, data)


def test_a_day_beside_several_files_stays_beside_them(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    days = [f"2026-01-{day:02d} 10:00:00" for day in range(1, 9)]
    publish(
        lake, [stage(tmp_path / "a", "a.csv", events=told([(day, "a", None, "call", True) for day in days]))]
    )
    late = [
        ("2026-01-04 12:00:00", "a", None, "mail", True),
        ("2026-02-01 12:00:00", "a", None, "mail", True),
    ]
    publish(lake, [stage(tmp_path / "b", "b.csv", events=told(late))])

    assert ADDED in layers(lake)
    with open_log(lake.folder) as log:
        found = [str(time) for (time,) in log.rows('SELECT "time" FROM {events} ORDER BY event_no')]
    assert found == sorted([*days, *(time for time, *_ in late)])


def test_a_day_into_a_log_of_very_many_people_is_placed_at_once(tmp_path: Path) -> None:
    # Words are cut where they are very many; the events of a day are few, and are joined with theirs alone.
    def rows(day: int) -> list[dict[str, Any]]:
        return [
            {
                "time": f"2026-01-{day:02} {hour:02}:00:00",
                "account_id": who,
                "person_id": f"p{who}",
                "activity": "call",
            }
            for hour, who in enumerate("abcdefgh")
        ]

    lakes = []
    for limit in (1, 1_000_000):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(events, "WORDS_AT_ONCE", limit)
            lakes.append(Lake(tmp_path / str(limit)))
            for day in (5, 7, 6):
                staged = stage(tmp_path / f"{limit}-{day}", f"{day}.csv", source="crm", events=rows(day))
                publish(lakes[-1], [staged], resolve=_renamed)
    assert [ADDED in layers(lake) for lake in lakes] == [True, True]
    assert everything(lakes[0]) == everything(lakes[1])
