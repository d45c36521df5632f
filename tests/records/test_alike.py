"""Rows that are known by the same are found, however many are read and sorted at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polku.records import alike
from polku.records.alike import Rows, find_alike
from polku.records.engine import Engine, file_text

said = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), max_size=20)


@settings(max_examples=25, deadline=None)
@given(
    there=st.lists(said, max_size=2), come=st.lists(said, max_size=2), at_once=st.sampled_from((1, 3, 1000))
)
def test_rows_that_meet_another_are_found(
    tmp_path_factory: pytest.TempPathFactory, there: list, come: list, at_once: int
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    with pytest.MonkeyPatch.context() as patched, Engine(ordered=True, temp_directory=folder) as engine:
        patched.setattr(alike, "READ_AT_ONCE", at_once)
        patched.setattr(alike, "SORTED_AT_ONCE", max(8, 2 * at_once))
        rows, expected = [], []
        for number, one in enumerate([*there, *come]):
            batch = -1 if number < len(there) else number - len(there)
            rows.append(_rows(engine, folder / f"{number}.parquet", batch, number << 8, one))
            expected += [(batch, (number << 8) + place, *values) for place, values in enumerate(one)]
        found = find_alike(engine, rows, "hash(known)", "hash(known, more)")

    times = Counter(known for _, _, known, _ in expected)
    old = {(known, more): r for batch, r, known, more in expected if batch < 0}
    again = {
        (batch, r): old[known, more]
        for batch, r, known, more in expected
        if batch >= 0 and times[known] == 2 and (known, more) in old
    }
    met = (
        {(batch, r) for batch, r, known, _ in expected if times[known] > 1}
        - again.keys()
        - {(-1, r) for r in again.values()}
    )
    assert found is not None
    assert set(zip(found.again_batch.tolist(), found.again_r.tolist(), strict=True)) == again.keys()
    assert sorted(found.there_r.tolist()) == sorted(again.values())
    assert set(zip(found.batch.tolist(), found.r.tolist(), strict=True)) == met


def _rows(engine: Engine, file: Path, batch: int, begin: int, values: list[tuple[int, int]]) -> Rows:
    listed = ", ".join(map(str, values)) or "(0, 0)"
    engine.write(f"SELECT * FROM (VALUES {listed}) AS t(known, more){'' if values else ' WHERE false'}", file)
    sql = (
        f"SELECT * FROM (SELECT *, file_row_number + {begin} AS r "
        f"FROM read_parquet({file_text(file)}, file_row_number = true))"
    )
    return Rows(batch, sql, len(values), (file,), begin)
