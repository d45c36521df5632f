"""Columns that say nothing, or what another says, are left out of files, and read as if they were there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from polku.records import adding, adding_cases, cases, sorting
from polku.records.engine import Engine, name
from polku.records.erasing import erase
from polku.records.forgotten import Forgotten
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import Staged, publish
from polku.records.schema import CASES, PUBLISHED
from tests.records.earlier import write_all_columns
from tests.records.staged_logs import events, stage

Read = Mapping[str, list[tuple[Any, ...]]]
FIRST = events(*(f"2026-01-{day:02}T{day % 5 + 8:02} a{day % 7} {'xyz'[day % 3]}" for day in range(1, 31)))
LATER = [
    {**row, "person_id": "ann", "device": "phone", "value": 3.5}
    for row in events("2026-02-01T10 a1 y", "2026-01-11T09 a9 y")
]
DEALS = [
    {"deal_id": "d1", "account_id": "a1", "outcome": "won", "closed": "2026-03-01", "amount": 9},
    {"deal_id": "d2", "account_id": "a2", "outcome": "open", "amount": 4},
]


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(adding, "ADD_FROM", 1)
    monkeypatch.setattr(adding, "ADD_MOST", 1000.0)
    monkeypatch.setattr(adding_cases, "ADD_MOST_MOVES", 1000.0)
    monkeypatch.setattr(cases, "BUCKET_ROWS", 8)
    monkeypatch.setattr(sorting, "SORTED_AT_ONCE", 12)
    yield


def read(lake: Lake) -> Read:
    """Events and cases, whatever files they are read from."""
    version = lake.open()
    with open_log(lake.folder) as log:
        return {
            table: log.rows(f"SELECT {', '.join(map(name, shape.names))} FROM {{{table}}} ORDER BY {by}")
            for table, shape, by in (
                ("events", PUBLISHED["events"], "event_no"),
                (f"cases:{version.default_case}", CASES, "key"),
            )
        }  # fmt: skip


def in_files(lake: Lake, table: str) -> set[str]:
    with Engine() as engine:
        return {column for file in lake.files(table) for column in engine.describe(file)}


def first(tmp_path: Path, of: str) -> Staged:
    return stage(tmp_path / f"first-{of}", events=FIRST)


def later(tmp_path: Path, of: str) -> Staged:
    return stage(tmp_path / f"later-{of}", "later.csv", events=LATER)


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake whose files have all columns."""
    lake = Lake(tmp_path / "full")
    with monkeypatch.context() as patched:
        write_all_columns(patched)
        publish(lake, [first(tmp_path, "full")])
    assert {"zone", "device", "account_ref"} <= in_files(lake, "events")
    return lake


def test_what_says_nothing_stands_in_no_file_and_reads_as_before(full: Lake, tmp_path: Path) -> None:
    lean = Lake(tmp_path / "lean")
    publish(lean, [first(tmp_path, "lean")])

    assert len(lean.files("events")) > 1
    left_out = dict(lean.open().left_out("events")[0])
    assert left_out["zone"] is None and left_out["person_id"] is None
    assert left_out["account_ref"] == "account_id"
    assert not set(left_out) & in_files(lean, "events")
    assert set(left_out) | in_files(lean, "events") >= set(PUBLISHED["events"].names) - {"event_no"}
    assert "account_id" not in in_files(lean, "cases:account") and "outcome" not in in_files(
        lean, "cases:account"
    )
    assert read(lean) == read(full)


def test_a_column_of_which_nothing_is_known_keeps_its_type(tmp_path: Path) -> None:
    lean = Lake(tmp_path / "lean")
    publish(lean, [first(tmp_path, "lean")])

    for table, shape in (("events", PUBLISHED["events"]), ("cases:account", CASES)):
        with open_log(lean.folder) as log:
            types = {str(row[0]): str(row[1]) for row in log.rows(f"DESCRIBE FROM {{{table}}}")}
        silent = dict(lean.open().left_out(table)[0])
        assert silent and {one: types[one] for one in silent} == {
            one: column.type for one in silent if (column := shape.column(one))
        }


def test_what_a_later_import_says_for_the_first_time_is_read_beside_what_says_nothing(
    full: Lake, tmp_path: Path
) -> None:
    lean = Lake(tmp_path / "lean")
    publish(lean, [first(tmp_path, "lean")])
    for lake in (lean, full):
        publish(lake, [later(tmp_path, lake.folder.name)])

    assert len({entry.layer for entry in lean.open().entries("events")}) == 2
    assert {row[PUBLISHED["events"].names.index("device")] for row in read(lean)["events"]} == {None, "phone"}
    assert read(lean) == read(full)


def test_deals_that_close_fill_what_cases_left_out(full: Lake, tmp_path: Path) -> None:
    lean = Lake(tmp_path / "lean")
    publish(lean, [first(tmp_path, "lean")])
    for lake in (lean, full):
        publish(lake, [stage(tmp_path / f"deals-{lake.folder.name}", "deals.csv", deals=DEALS)])

    outcomes = {row[1]: row[CASES.names.index("outcome")] for row in read(lean)["cases:account"]}
    assert outcomes["a1"] == "won" and outcomes["a2"] is None
    assert read(lean) == read(full)


def test_a_lake_with_all_columns_is_written_without_them_when_all_is_published_anew(
    full: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = full.open().entries("events")
    assert full.manifest["polku"] == 2 and not any(entry.left_out for entry in before)
    publish(full, [later(tmp_path, "beside")])
    assert full.open().entries("events")[: len(before)] == before

    monkeypatch.setattr(adding, "ADD_FROM", 1_000_000)
    publish(full, [stage(tmp_path / "more", "more.csv", events=events("2026-02-03T10 a1 z"))])

    anew = Lake(tmp_path / "anew")
    publish(anew, [first(tmp_path, "anew")])
    publish(anew, [later(tmp_path, "anew")])
    publish(anew, [stage(tmp_path / "more-anew", "more.csv", events=events("2026-02-03T10 a1 z"))])
    assert "zone" not in in_files(full, "events")
    assert read(full) == read(anew)


def test_an_erasure_reads_what_files_leave_out(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    publish(lake, [stage(tmp_path / "people", events=[{**row, "person_id": "ann"} for row in FIRST])])
    assert dict(lake.open().left_out("events")[0])["person_ref"] == "person_id"
    before = read(lake)

    erase(lake, Forgotten.read(tmp_path))

    assert before["events"][0][PUBLISHED["events"].names.index("person_ref")] == "ann"
    assert read(lake) == before
