"""A file that is only looked through gives what one that is kept row by row gives, whatever stands in it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polku.documents import Settings, Source, Workspace
from polku.errors import PolkuError
from polku.records.counts import Staged
from polku.records.engine import Engine, Relation, file_text
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.merging import staged_columns
from polku.records.publish import publish
from polku.records.schema import RECORDS
from polku.sources import delimited, scanning, staging
from polku.sources.scanning import Scan, scan
from polku.sources.staging import ReadFile, read_files

MAPPING = {
    "id": "crm",
    "kind": "crm",
    "table": "events",
    "columns": {
        "event_id": "Id",
        "time": "When",
        "account_id": "Firm",
        "score": "Score",
        "direction": "Way",
        "channel": "=mail",
    },
    "activity": "{What}",
}
HEAD = "Id,When,Firm,Score,Way,What"
PLAIN = "1,2026-01-05 10:00:00,Acme,7,in,call"
CELLS = (
    st.sampled_from(("1", "2", "3", "", " 4", "NULL")),
    st.sampled_from(
        (
            "2026-01-05 10:00:00",
            "2026-02-01 09:30:00",
            "2026-01-05",
            "2026-01-05T10:00:00Z",
            "soon",
            "",
            "5.1.2026 9:00",
        )
    ),
    st.sampled_from(("Acme", "Beta Oy", "Beta Oy ", "", "N/A", '"Cee, Inc"', "\u00a0Acme", "Åbo")),
    st.sampled_from(("7", "7,5", "", "-", "x")),
    st.sampled_from(("in", "out", "sideways", "")),
    st.sampled_from(("call", "mail", "", "1-May", "Total")),
)
LINES = st.lists(st.one_of(st.just(PLAIN), st.tuples(*CELLS).map(",".join)), min_size=1, max_size=8)
ENDS = st.sampled_from(("\n", "\r\n"))
LAST = st.sampled_from(
    ("", "Total,,,,,\n", "\n", "short,row\n", '"open,2026-01-05 10:00:00,Acme,1,in,call\n')
)


def read(
    text: str, folder: Path, zone: str, *, straight: bool, trusting: bool = True
) -> ReadFile | PolkuError:
    """Read a file in one of the three ways; an error is handed back."""
    out = folder / ("trusted" if straight and trusting else "straight" if straight else "kept")
    out.mkdir()
    file = folder / "events.csv"
    file.write_bytes(text.encode())
    workspace = Workspace(Settings(zone=zone))
    with pytest.MonkeyPatch.context() as patched:
        if not straight:
            patched.setattr(staging, "_one_row_each", lambda source: False)
        if not trusting:
            patched.setattr(delimited, "scan", lambda path, sign: replace(scan(path, sign), tidy=False))
        try:
            (found,) = read_files(workspace, [file], out, mapping=Source.model_validate(MAPPING))
        except PolkuError as error:
            return error
    return found


def rows(staged: Staged) -> list[tuple[Any, ...]]:
    """All columns of the staged events, in their order."""
    with Engine(ordered=True) as engine:
        file = staged.folder / "events.parquet"
        values = staged_columns(RECORDS["events"], engine.describe(file), staged.begins)
        it = Relation(f"read_parquet({file_text(file)}, file_row_number = true)")
        return engine.rows(f"SELECT {values} FROM {{it}} ORDER BY file_row_number", tables={"it": it})


def figures(found: ReadFile) -> dict[str, Any]:
    """What is told of a file that was read."""
    told = (
        "name",
        "kind",
        "rows",
        "rejected",
        "tables",
        "warnings",
        "reasons",
        "columns",
        "used_columns",
        "dates",
        "zone",
    )
    return {one: getattr(found, one) for one in told}


@settings(max_examples=settings().max_examples // 5, deadline=None)
@given(LINES, ENDS, LAST, st.sampled_from(("UTC", "Europe/Helsinki")))
@example([PLAIN, "2,2026-03-29 03:30:00,Acme,7,in,call"], "\n", "", "Europe/Helsinki")
@example([PLAIN, "2,2026-01-05 10:00:00,Acme,7,in,1-May"], "\n", "", "UTC")
@example([PLAIN, "2,soon,Acme,7,in,call"], "\n", "", "UTC")
def test_all_ways_give_the_same(lines: list[str], end: str, last: str, zone: str) -> None:
    all_alike(end.join([HEAD, *lines]) + end + last.replace("\n", end), zone)


def all_alike(text: str, zone: str = "UTC") -> None:
    with tempfile.TemporaryDirectory() as name:
        kept = read(text, Path(name), zone, straight=False)
        for trusting in (True, False):
            one = read(text, Path(name), zone, straight=True, trusting=trusting)
            if isinstance(one, PolkuError) or isinstance(kept, PolkuError):
                assert str(one) == str(kept)
                continue
            assert figures(one) == figures(kept)
            assert rows(one.staged) == rows(kept.staged)


@pytest.mark.parametrize(
    "line",
    [
        "x,2026-02-01 9:30:00,Acme,7,in,call",
        "x,2026-02-01 09:30,Acme,7,in,call",
        "x,2026-02-01T09:30:00,Acme,7,in,call",
        "x,24-02-01 009:30:00,Acme,7,in,call",
        "x,2026-02-01 09:30:0Z,Acme,7,in,call",
        "x,2026-13-01 09:30:00,Acme,7,in,call",
        "x,,Acme,7,in,call",
        "x,2026-02-01 09:30:00, Acme,7,in,call",
        "x,2026-02-01 09:30:00,Acme,7,in,",
        "x,2026-02-01 09:30:00,Acme,7,in,1-May",
        "x,2026-02-01 09:30:00,NULL,7,in,call",
        'x,2026-02-01 09:30:00,"Acme, Inc",7,in,a  b',
        "x,2026-02-01 09:30:00,Åbo\u00a0,7,in,call",
        ",,,,,",
    ],
)
def test_a_late_row_that_is_unlike_the_first_is_read_as_if_all_were_looked_at(line: str) -> None:
    plain = [f"{number},2026-01-05 10:00:00,Acme,7,in,call" for number in range(1010)]

    all_alike("\n".join([HEAD, *plain, line]) + "\n")


@pytest.mark.parametrize("ways", ["Z", "+02:00", ".250", ".250Z"])
def test_times_with_what_may_stand_behind_them_are_trusted(ways: str) -> None:
    plain = [f"{number},2026-01-05T10:00:00{ways},Acme,7,in,call" for number in range(1010)]

    all_alike("\n".join([HEAD, *plain]) + "\n", "Europe/Helsinki")
    all_alike("\n".join([HEAD, *plain, f"x,2026-01-05T10:00:00{ways[:-1]}0,Acme,7,in,call"]) + "\n")


def test_a_file_of_plain_rows_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    rows_of = Engine.rows
    monkeypatch.setattr(
        Engine,
        "rows",
        lambda self, sql, *rest, **named: asked.append(sql) or rows_of(self, sql, *rest, **named),
    )

    found = read(f"{HEAD}\n{PLAIN}\n", tmp_path, "UTC", straight=True)

    assert isinstance(found, ReadFile)
    # What is asked of scores is asked of the rows as they are read.
    assert [one for one in asked if "FROM raw" in one or ("FROM joined" in one and "LIMIT" not in one)] == []


@pytest.mark.parametrize(
    ("text", "lines", "tidy"),
    [
        ("a,b\n1,x y\n", 2, True),
        ("a,b\r\n1,x y\r\n", 2, True),
        ("a,b\n1,Åbo", 2, True),
        ("\ufeffa,b\n1,2\n", 2, True),
        ("a,b\n1, x\n", 2, False),
        ("a,b\n1,x \n", 2, False),
        ("a,b\n1,x ", 2, False),
        ("a,b\r\n1,x \r\n", 2, False),
        ('a,b\n1," x"\n', 2, False),
        ("a,b\n1,x  y\n", 2, False),
        ("a,b\n1,x\ty\n", 2, False),
        ("a,b\n1,x\u00a0\n", 2, False),
        ("a,b\n1,NULL\n", 2, False),
        ("a,b\n1,\\N\n", 2, False),
        (" a,b\n1,2\n", 2, False),
    ],
)
def test_bytes_tell_whether_a_cell_needs_cleaning(text: str, lines: int, tidy: bool, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    for before in (0, scanning._BLOCK - 7, scanning._BLOCK - 5, scanning._BLOCK - 4, scanning._BLOCK - 3):
        # Wherever the blocks are cut.
        said = ("x" * before + "\n" if before else "") + text
        file.write_bytes(said.encode())
        if not (before and text.startswith("\ufeff")):
            assert scan(file, ",") == Scan(lines + bool(before), False, tidy)


def test_plain_lines_are_looked_through(tmp_path: Path) -> None:
    found = read(f"{HEAD}\n{PLAIN}\n2,2026-01-06 10:00:00,Beta,,out,mail\n", tmp_path, "UTC", straight=True)

    assert isinstance(found, ReadFile)
    assert found.staged.begins == 2
    lake = Lake(tmp_path / "lake")
    done = publish(lake, [found.staged])
    with open_log(lake.folder) as log:
        told = log.rows(
            "SELECT source_row, account_ref, activity, channel, source_file FROM {events} ORDER BY event_no"
        )
    assert told == [(2, "Acme", "call", "mail", "events.csv"), (3, "Beta", "mail", "mail", "events.csv")]
    assert (done.files[0].used, done.files[0].rejected, done.files[0].repeated) == (2, 0, 0)


@pytest.mark.parametrize(
    "line",
    ["3,soon,Acme,7,in,call", "short", "", "Total,,,,,", '3,2026-01-06 10:00:00,"two\nlines",7,in,call'],
)
def test_one_odd_line_is_enough_to_look_at_all(line: str, tmp_path: Path) -> None:
    found = read(f"{HEAD}\n{PLAIN}\n{PLAIN}\n{line}\n", tmp_path, "UTC", straight=True)

    assert isinstance(found, ReadFile)
    assert found.staged.begins is None


def test_the_same_file_again_is_counted_as_repeated(tmp_path: Path) -> None:
    found = read(f"{HEAD}\n{PLAIN}\n2,2026-01-06 10:00:00,Beta,,out,mail\n", tmp_path, "UTC", straight=True)
    assert isinstance(found, ReadFile)
    lake = Lake(tmp_path / "lake")
    publish(lake, [found.staged])
    again = publish(lake, [found.staged])

    assert (again.files[0].used, again.files[0].repeated) == (0, 2)
    assert lake.open().count("events") == 2


GOOD = st.tuples(
    st.sampled_from(("1", "2", "3", "")),
    st.sampled_from(("2026-01-05 10:00:00", "2026-02-01 09:30:00")),
    st.sampled_from(("Acme", "Beta Oy", "")),
    st.sampled_from(("7", "8", "")),
    st.sampled_from(("in", "out", "")),
    st.sampled_from(("call", "mail")),
).map(",".join)


@settings(max_examples=settings().max_examples // 12, deadline=None)
@given(
    st.lists(GOOD, min_size=2, max_size=9, unique_by=lambda line: line.partition(",")[0] or line), st.data()
)
def test_any_split_order_and_repetition_gives_the_same_events(lines: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(lines) - 1))
    pieces = [lines[:at], lines[at:], lines[at - 1 :]]
    orders = data.draw(st.permutations(pieces))
    with tempfile.TemporaryDirectory() as name:
        known = []
        for number, files in enumerate(([lines], [[*orders[0], orders[0][0]], *orders[1:]])):
            lake = Lake(Path(name) / f"lake-{number}")
            for place, some in enumerate(files):
                folder = Path(name) / f"{number}-{place}"
                folder.mkdir()
                found = read("\n".join([HEAD, *some]) + "\n", folder, "UTC", straight=True)
                assert isinstance(found, ReadFile)
                assert found.staged.begins == 2
                publish(lake, [replace(found.staged, file=f"{place}.csv")])
            with open_log(lake.folder) as log:
                known.append(
                    log.rows(
                        "SELECT event_id, time, account_ref, account_id, score, direction, activity FROM {events} ORDER BY ALL"
                    )
                )
        assert known[0] == known[1]


@pytest.mark.parametrize("straight", [True, False], ids=["looked through", "kept"])
def test_events_of_a_large_file_name_the_line_they_stand_on(straight: bool, tmp_path: Path) -> None:
    """Several threads read and write it, a row group at a time."""
    count = 400_000
    text = "".join(f"{line},2026-01-05 10:00:00,Firm {line % 50},7,in,call\n" for line in range(2, count + 2))
    found = read(f"{HEAD}\n{text}", tmp_path, "UTC", straight=straight)
    assert isinstance(found, ReadFile)
    events = found.staged.folder / "events.parquet"
    with Engine(threads=2) as engine:
        columns = staged_columns(RECORDS["events"], engine.describe(events), found.staged.begins)
        its = Relation(f"read_parquet({file_text(events)}, file_row_number = true)", (events,))
        [(lines, wrong)] = engine.rows(
            f"SELECT count(*), count(*) FILTER (event_id::BIGINT <> source_row) FROM (SELECT {columns} FROM {{it}})",
            tables={"it": its},
        )
    assert (lines, wrong) == (count, 0)
