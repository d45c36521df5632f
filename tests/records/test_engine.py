"""The engine fills templates, binds values, and says in words what went wrong."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from polku.errors import Cancelled, LakeError
from polku.records.engine import Engine, Relation
from polku.records.schema import RECORDS


@pytest.fixture
def engine() -> Engine:
    return Engine(ordered=True)


def test_a_value_is_bound_and_never_read_as_sql(engine: Engine) -> None:
    rows = engine.rows(
        "SELECT $word, $many", {"word": "'; DROP TABLE x; --", "many": ["a", "b"], "unused": 1}
    )

    assert rows == [("'; DROP TABLE x; --", ["a", "b"])]


def test_a_table_without_files_has_its_columns_and_no_rows(engine: Engine) -> None:
    empty = Relation.of_files((), RECORDS["memberships"])

    assert engine.rows('SELECT "from", parts, "primary" FROM {it}', tables={"it": empty}) == []
    assert set(engine.columns("FROM {it}", tables={"it": empty})) == set(RECORDS["memberships"].names)


def test_a_folder_named_like_a_pattern_is_read_literally(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "it's [old] * 100 %? {x} $y"
    folder.mkdir()
    engine.write("SELECT 7 AS n", folder / "n.parquet")

    relation = Relation.of_files((folder / "n.parquet",), RECORDS["spend"])

    assert engine.rows("SELECT n FROM {it}", tables={"it": relation}) == [(7,)]


def test_a_table_that_is_not_there_is_a_defect_of_the_caller(engine: Engine) -> None:
    with pytest.raises(LookupError, match="nowhere"):
        engine.rows("FROM {nowhere}")


def test_the_callers_variables_cannot_be_read(engine: Engine) -> None:
    secret = {"a": [1, 2]}

    with pytest.raises(Exception, match="secret"):
        engine.rows("SELECT * FROM secret")
    assert secret


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone", "empty"])
def test_a_damaged_file_is_named(engine: Engine, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "events.parquet"
    engine.write("SELECT range AS n, 'word ' || range AS w FROM range(100000)", file)
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        # Past the header: a page that cannot be unpacked, whose error does not tell the file.
        content[1000:1400] = bytes(255 - byte for byte in content[1000:1400])
        file.write_bytes(content)
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        file.unlink()

    with pytest.raises(LakeError) as raised:
        engine.rows(
            "SELECT max(hash(n, w)) FROM {it}", tables={"it": Relation.of_files((file,), RECORDS["events"])}
        )

    assert raised.value.where is not None
    assert raised.value.where.file == str(file)


def test_a_full_disk_is_told_in_words(engine: Engine) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(LakeError, match="the disk is full"):
        engine.write("SELECT 1 AS n", Path("/dev/full"))


def test_too_little_memory_is_told_in_words() -> None:
    with Engine(memory_limit="10MB") as small, pytest.raises(LakeError, match="more memory"):
        small.execute("CREATE TABLE t AS SELECT range AS n, hash(range) AS h FROM range(10000000)")


def test_a_running_query_can_be_stopped(engine: Engine) -> None:
    threading.Timer(0.2, engine.interrupt).start()
    start = time.perf_counter()

    with pytest.raises(Cancelled):
        engine.rows(
            "SELECT count(*) FROM range(100000000) a, range(1000) b WHERE hash(a.range + b.range) % 7 = 1"
        )

    assert time.perf_counter() - start < 5
