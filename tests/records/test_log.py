"""What an analysis gets: tables by name, codes, the period, and a quick start."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from polku.documents import PARTS
from polku.errors import LakeError, QuestionError
from polku.records import adding, adding_cases, cases, schema
from polku.records.lake import TABLES, Lake
from polku.records.log import Code, open_log
from polku.records.publish import publish
from tests.records.staged_logs import events, stage


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a small lake."""
    rows = [
        *(
            {**row, "person_id": "ann"}
            for row in events("2026-01-05T10 acme call", "2026-01-07T10 acme mail")
        ),
        *events("2026-01-06T10 beta call"),
    ]
    publish(Lake(tmp_path / "lake"), [stage(tmp_path / "staged", events=rows)])
    return tmp_path


def test_every_table_can_be_asked(workspace: Path) -> None:
    with open_log(workspace) as log:
        for table in TABLES:
            log.rows(f"SELECT * FROM {{{table}}} LIMIT 1")


def test_every_table_has_the_columns_that_the_schema_says(workspace: Path) -> None:
    shapes = {**schema.PUBLISHED, "moves": schema.MOVES, "cases": schema.CASES}
    with open_log(workspace) as log:
        for name, table in shapes.items():
            found = [row[0] for row in log.rows(f"DESCRIBE SELECT * FROM {{{name}}}")]
            assert (name, found) == (name, list(table.names))
            types = {row[0]: row[1] for row in log.rows(f"DESCRIBE SELECT * FROM {{{name}}}")}
            assert types == {column.name: column.type for column in table.columns}


def test_values_are_bound_and_those_not_asked_for_are_left_out(workspace: Path) -> None:
    with open_log(workspace) as log:
        rows = log.rows("SELECT count(*) FROM {events} WHERE activity = $activity", activity="call", unused=3)

    assert rows == [(2,)]


def test_moves_are_of_the_kind_that_is_followed(workspace: Path) -> None:
    with open_log(workspace) as log:
        person = log.following("person")
        counts = [
            log.rows("SELECT count(*) FROM {moves}")[0][0],
            person.rows("SELECT count(*) FROM {moves}")[0][0],
            person.rows("SELECT count(*) FROM {moves:account}")[0][0],
        ]
        with pytest.raises(QuestionError, match="account, person, deal and case"):
            log.following("planet")

    assert counts == [3, 2, 3]
    with open_log(workspace, case="person") as log:
        assert log.rows("SELECT key, n FROM {cases}") == [("ann", 2)]


def test_codes_counts_and_period(workspace: Path) -> None:
    with open_log(workspace) as log:
        assert log.codes == (
            Code(0, "crm", "crm", "call", None, None, None),
            Code(1, "crm", "crm", "mail", None, None, None),
        )
        assert (log.counts()["events"], log.counts()["accounts"], log.counts()["deals"]) == (3, 2, 0)
        assert log.period() == (dt.datetime(2026, 1, 5, 10), dt.datetime(2026, 1, 7, 10))
        assert log.default_case == "account"


def test_a_lake_without_events_has_no_period(tmp_path: Path) -> None:
    publish(Lake(tmp_path / "lake"), [stage(tmp_path / "staged", deals=[{"deal_id": "1"}])])

    with open_log(tmp_path) as log:
        assert (log.period(), log.codes, log.rows("FROM {moves}")) == (None, (), [])


def test_a_workspace_without_data_says_how_to_bring_some(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="polku import"):
        open_log(tmp_path)


def test_columns_come_as_arrays(workspace: Path) -> None:
    with open_log(workspace) as log:
        columns = log.columns("SELECT ord, gap FROM {moves} ORDER BY cid, ord")

    assert columns["ord"].tolist() == [1, 2, 1]
    assert columns["gap"].tolist() == [2 * 86_400_000_000, -1, -1]


def test_the_parts_of_moves_are_those_of_the_documents() -> None:
    assert schema.PARTS == PARTS


def test_a_question_on_a_small_lake_starts_quickly_and_without_numpy(workspace: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from polku.records.log import open_log; "
        f"log = open_log(Path({str(workspace)!r})); log.rows('SELECT count(*) FROM {{moves}}'); "
        "import time; print('numpy' in sys.modules, time.process_time())"
    )
    times = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        numpy, seconds = done.stdout.split()
        assert numpy == "False"
        times.append(float(seconds))

    # Of a processor, and far above the figure of a quiet machine: a guard against a heavy import.
    assert min(times) < 1.0


def test_a_range_of_cases_is_read_from_the_files_that_hold_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "BUCKET_ROWS", 5)
    monkeypatch.setattr(adding, "ADD_FROM", 1)
    monkeypatch.setattr(adding, "ADD_MOST", 1000.0)
    monkeypatch.setattr(adding_cases, "ADD_MOST_MOVES", 1000.0)
    lake = Lake(tmp_path / "lake")
    first = [f"2026-01-{day:02} a{day % 23} x" for day in range(1, 31)]
    publish(lake, [stage(tmp_path / "first", events=events(*first))])
    later = events("2026-02-01 a3 y", "2026-02-01 a99 y")

    def look(least_saved: int) -> None:
        everywhere = "SELECT * FROM {moves:account} WHERE cid BETWEEN $low AND $high ORDER BY cid, ord"
        with open_log(tmp_path) as log:
            there = log.tables["moves:account"].files
            for (cid,) in log.rows("SELECT cid FROM {cases:account}"):
                for low, high in ((cid, cid), (cid - 3, cid + 3)):
                    near = log.tables_near("account", low, high)
                    assert len(near["moves:account"].files) <= len(there) - least_saved
                    assert near["accounts"] == log.tables["accounts"]
                    bounds = {"low": low, "high": high}
                    assert log.engine.rows(everywhere, bounds, near) == log.rows(everywhere, **bounds) != []

    look(least_saved=3)
    publish(lake, [stage(tmp_path / "later", "later.csv", events=later)])
    assert {one.layer for one in lake.open().entries("moves:account")} > {0}
    look(least_saved=3)
