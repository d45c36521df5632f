"""Published events stand in the order of their times, also where they fill many row groups of their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.records import sorting
from polku.records.engine import Engine, Relation
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.publish import Staged, publish

ROWS = 500_000


def shuffled(folder: Path) -> Staged:
    """So many events, a second apart, in no order; four activities, twenty thousand accounts."""
    folder.mkdir()
    with Engine(ordered=True) as engine:
        engine.write(
            "SELECT 'account-' || (range % 20011) AS account_id, 'activity ' || (range % 4) AS activity, "
            "TIMESTAMP '2026-01-01' + range * INTERVAL 1 second AS \"time\", 'crm' AS source, "
            "'other' AS source_kind, 'log.csv' AS source_file, row_number() OVER () + 1 AS source_row "
            f"FROM range({ROWS}) ORDER BY hash(range)",
            folder / "events.parquet",
        )
    return Staged(folder, "log.csv", "crm", "test")


@pytest.mark.parametrize("few", [sorting.FEW, 1])
def test_events_stand_in_the_order_of_their_times(
    few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "FEW", few)
    publish(Lake(tmp_path / "lake"), [shuffled(tmp_path / "staged")], threads=2)

    with open_log(tmp_path / "lake") as log:
        found = log.engine.rows(
            'SELECT count(*), count(*) FILTER (later < "time") FROM (SELECT "time", '
            'lead("time") OVER (ORDER BY event_no) AS later FROM {events})',
            tables=log.tables,
        )
    assert found == [(ROWS, 0)]


def test_what_is_joined_and_sorted_last_keeps_its_order_on_several_threads(tmp_path: Path) -> None:
    with Engine(ordered=True, threads=2) as engine:
        engine.execute(
            "CREATE TEMP TABLE words AS SELECT range AS code, 'word ' || range AS word FROM range(9)"
        )
        with engine.joining_as_written():
            engine.write(
                f"SELECT s.n, w.word FROM (SELECT range AS n, (range % 9)::BIGINT AS code FROM range({ROWS})) s "
                "JOIN words w ON w.code = s.code ORDER BY hash(s.n) % 1000, s.n",
                tmp_path / "sorted.parquet",
            )
        assert engine.rows("SELECT current_setting('threads')") == [(2,)]
        file = Relation(f"read_parquet('{tmp_path / 'sorted.parquet'}', file_row_number = true)")
        out = engine.rows(
            "SELECT count(*) FROM (SELECT hash(n) % 1000 AS a, n, lead(hash(n) % 1000) OVER w AS b, lead(n) OVER w AS m "
            "FROM {it} WINDOW w AS (ORDER BY file_row_number)) WHERE (b, m) < (a, n)",
            tables={"it": file},
        )
    assert out == [(0,)]
