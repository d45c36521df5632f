"""A first look at a file says exactly what its import, published and asked, says."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from polku.analytics import loose as loose_module
from polku.analytics.asking.questions import answer, open_study
from polku.analytics.loose import follow_loose, loose_study
from polku.analytics.paths import Paths, paths
from polku.analytics.result import Result
from polku.analytics.variants import Variants, variants
from polku.documents import Settings, Source, Workspace
from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.records.log import open_log
from polku.sources import looking
from polku.sources.cells import filled, perhaps_untidy, untidy
from polku.sources.importing import import_files
from polku.sources.looking import Taken, look_at

COLUMNS = ("id", "what", "when")
Row = tuple[Any, Any, Any]


def looked(
    file: Path,
    scratch: Path,
    *,
    case: str | None = "id",
    activity: str | None = "what",
    time: str | None = "when",
) -> tuple[Taken, Paths, Variants, int]:
    """What a look at a file finds, and how many rows repeat others."""
    scratch.mkdir()
    with Engine(ordered=True) as engine:
        taken = look_at(file, scratch, engine, case=case, activity=activity, time=time)
        followed = follow_loose(taken.loose)
        with loose_study(followed, engine, Workspace(settings=Settings())) as study:
            return taken, paths(study), variants(study), taken.repeated + followed.repeated


def imported(file: Path, folder: Path) -> tuple[Result, Result, Any]:
    """The same by way of an import, and what this says of the rows."""
    workspace = Workspace(settings=Settings())
    mapping = Source.model_validate(
        {
            "id": "log",
            "fills": [{"table": "events", "columns": {"case_id": "id", "activity": "what", "time": "when"}}],
        }
    )
    folder.mkdir()
    (count,) = import_files(workspace, folder, [file], mapping=mapping).counts
    with open_log(folder) as log:
        study = open_study(log, workspace, case="case")
        return answer(study, "paths"), answer(study, "variants"), count


def plain(result: Result) -> tuple[Any, ...]:
    """A result without the number of its version."""
    about = replace(result.about, data_version=0)
    return about, [getattr(result, name) for name in result.columns()]


def random_rows(seed: int, *, untidy: bool = True) -> list[Row]:
    """Rows with ties, repeats, holes, spaces and no order."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for _ in range(chance.choice((0, 1, 7, 120))):
        case = chance.choice(("a", "b", "åäö", "a-very-long-name-of-a-case-" * 4, *"cdefgh"))
        what = chance.choice(("call", "offer", "Offer", "won", "visit"))
        when = dt.datetime(2026, 1, 1) + dt.timedelta(
            hours=chance.randrange(30), microseconds=chance.choice((0, 0, 7))
        )
        if untidy and chance.random() < 0.2:
            case = chance.choice((f" {case}", f"{case}\u00a0", "", "NULL", None))
        if untidy and chance.random() < 0.2:
            what = chance.choice((f"{what} ", f"\t{what}", "", None))
        rows.append((case, what, when if chance.random() < 0.9 or not untidy else None))
        if chance.random() < 0.2:
            rows.append(rows[-1])
    chance.shuffle(rows)
    return rows


def parquet(file: Path, rows: list[Row], time: str = "TIMESTAMP", case: str = "VARCHAR") -> Path:
    """The rows as a Parquet file."""
    with duckdb.connect() as engine:
        engine.execute(f'CREATE TABLE t (id {case}, what VARCHAR, "when" {time}, more INTEGER)')
        if rows:
            engine.executemany("INSERT INTO t VALUES (?, ?, ?, 1)", rows)
        engine.execute(f"COPY t TO '{file}' (FORMAT parquet)")
    return file


def delimited(file: Path, rows: list[Row]) -> Path:
    """The rows as a CSV file."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return file


def same(file: Path, folder: Path) -> None:
    """Hold a look against an import."""
    taken, edges, ways, repeated = looked(file, folder / "look")
    their_edges, their_ways, count = imported(file, folder / "there")
    assert plain(edges) == plain(their_edges)
    assert plain(ways) == plain(their_ways)
    assert (taken.rejected, repeated) == (count.rejected, count.repeated)


@pytest.mark.parametrize("seed", range(12))
def test_a_look_at_parquet_says_what_its_import_says(tmp_path: Path, seed: int) -> None:
    rows = [*random_rows(seed), ("z", "call", dt.datetime(2026, 1, 3))]
    same(parquet(tmp_path / "log.parquet", rows), tmp_path)


@pytest.mark.parametrize("seed", range(3))
def test_a_look_at_csv_says_what_its_import_says(tmp_path: Path, seed: int) -> None:
    rows = [*random_rows(seed + 50), ("z", "call", dt.datetime(2026, 1, 3, 4))]
    same(delimited(tmp_path / "log.csv", rows), tmp_path)


@pytest.mark.parametrize(
    ("time", "case"), [("TIMESTAMPTZ", "VARCHAR"), ("DATE", "VARCHAR"), ("TIMESTAMP_S", "BIGINT")]
)
def test_other_types_of_columns_say_the_same(tmp_path: Path, time: str, case: str) -> None:
    rows: list[Row] = [
        (5 if case == "BIGINT" else "a", what, dt.datetime(2026, 1, day, hour))
        for day, hour, what in ((3, 2, "won"), (1, 9, "call"), (1, 9, "visit"), (2, 0, "offer"))
    ]
    same(parquet(tmp_path / "log.parquet", rows, time, case), tmp_path)


def test_days_come_after_what_has_a_time_of_that_day(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("a", "call", "2026-01-02"), ("a", "offer", "2026-01-02 10:00:00"), ("a", "won", "2026-01-03 00:00:00"),
        ("a", "visit", "2026-01-01"), ("b", "visit", "2026-01-01"),
    ]  # fmt: skip
    same(delimited(tmp_path / "log.csv", rows), tmp_path)


@pytest.mark.parametrize("case", ["Order 7", "a b ", "a\u00a0", "NULL", "!", "7", "Åse"])
def test_cases_with_blanks_in_them_or_about_them_are_those_of_the_import(tmp_path: Path, case: str) -> None:
    rows = [
        (one, what, f"2026-01-0{day} 12:00:00")
        for one in (case, "b", "c d")
        for day, what in ((1, "x"), (2, "y"))
    ]
    same(parquet(tmp_path / "log.parquet", rows), tmp_path)


def test_what_is_untidy_is_perhaps_untidy() -> None:
    signs = ("a", " ", "\t", "\r", "\n", "\u00a0", "\ufeff", "!", "~", "Å", "NULL", "\\N", "\x01", "")
    texts = sorted({"".join(some) for some in itertools.product(signs, repeat=3)})
    with Engine() as engine, engine.holding("texts", {"x": np.array(texts, dtype=object)}) as held:
        for kept in ("true", "x >= '!'", "x >= '!' AND x < 'N'", "x > 'a'"):
            least, most = engine.rows(f"SELECT min(x), max(x) FROM {{t}} WHERE {kept}", tables={"t": held})[0]
            perhaps = perhaps_untidy("x", least, most)
            told = engine.rows(
                f"SELECT x, {perhaps}, {untidy('x')}, ({filled('x')}) IS DISTINCT FROM x FROM {{t}} WHERE {kept}",
                tables={"t": held},
            )
            assert not [x for x, maybe, sure, _ in told if sure and not maybe]
            assert not [x for x, _, sure, changed in told if changed and not sure]


def test_many_blocks_say_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loose_module, "PIECE", 20)
    rows = [row for seed in range(8) for row in random_rows(seed, untidy=False)]
    rows = [(f"{case}{place % 40}", what, when) for place, (case, what, when) in enumerate(rows)]
    same(parquet(tmp_path / "log.parquet", rows), tmp_path)


def test_many_activities_are_numbered_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "FEW", 3)
    same(parquet(tmp_path / "log.parquet", random_rows(3)), tmp_path)


def test_long_times_between_many_activities_are_left_to_the_engine(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("a", f"act {number}", dt.datetime(1990 + number // 12, 1 + number % 12, 1)) for number in range(400)
    ]
    rows += [("b", f"act {number}", dt.datetime(1990 + number // 40, 1, 1)) for number in range(0, 400, 40)]
    same(parquet(tmp_path / "log.parquet", rows), tmp_path)


def test_columns_are_told_by_their_headers(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(
        "Case ID,Activity,Timestamp,x\na,call,2026-01-01 10:00,1\na,won,2026-01-02 10:00,2\n", "utf-8"
    )
    taken, edges, _, _ = looked(file, tmp_path / "look", case=None, activity=None, time=None)

    assert taken.columns == {"case": "Case ID", "activity": "Activity", "time": "Timestamp"}
    assert (None, "call") in set(zip(edges.from_, edges.to, strict=True))


@pytest.mark.parametrize(
    ("columns", "id", "found"),
    [
        ({"case": "idd"}, "sources.unknown-column-near", "id"),
        ({"case": "qqqqqq"}, "sources.unknown-column", None),
        ({"case": None}, "look.not-told", None),
    ],
)
def test_a_column_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path, columns: dict[str, str | None], id: str, found: str | None
) -> None:
    file = parquet(tmp_path / "log.parquet", [("a", "call", dt.datetime(2026, 1, 1))])
    with pytest.raises(ImportRefused) as refused:
        looked(file, tmp_path / "look", **columns)

    message = refused.value.message
    assert message.id == id
    assert message.params["known"] == ["id", "what", "when", "more"]
    assert message.params.get("near") == found


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "log.parquet"
    file.write_bytes(b"PAR1" + b"nonsense" * 30 + b"PAR1")
    with pytest.raises(ImportRefused):
        looked(file, tmp_path / "look")
