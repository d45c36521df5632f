"""What Spark is asked: where its words mean something else than DuckDB's, the query says it another way."""

from __future__ import annotations

import pytest

pytest.importorskip("sqlglot", reason="SQLGlot comes with the extra spark")

from polku.records.spark_sql import Given, spark_query


@pytest.mark.parametrize(
    ("sql", "spark"),
    [
        (
            "SELECT quantile_disc(gap, [0.5, 0.95]) FROM t",
            "SELECT ARRAY(CAST(PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY gap) AS BIGINT), "
            "CAST(PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY gap) AS BIGINT)) FROM t",
        ),
        (
            "SELECT min(ord) FILTER (WHERE stage = 1) OVER w AS o FROM t WINDOW w AS (PARTITION BY id ORDER BY ord)",
            "SELECT MIN(CASE WHEN stage = 1 THEN ord END) OVER w AS o FROM t "
            "WINDOW w AS (PARTITION BY id ORDER BY ord NULLS LAST)",
        ),
        ("SELECT arg_min(a, b) FROM t", "SELECT MIN_BY(a, CASE WHEN NOT a IS NULL THEN b END) FROM t"),
        ("SELECT parts[1], len(parts) FROM t", "SELECT GET(parts, 0), SIZE(parts) FROM t"),
        ("SELECT sum(gap) FROM t", "SELECT SUM(CAST(gap AS DECIMAL(38, 0))) FROM t"),
        (
            "SELECT epoch_us(a) FROM t WHERE (b, c) IN (SELECT (x, y) FROM s)",
            "SELECT UNIX_MICROS(CAST(a AS TIMESTAMP)) FROM t WHERE (b, c) IN (SELECT x, y FROM s)",
        ),
        (
            "SELECT a FROM t WHERE b = $name ORDER BY a",
            "SELECT a FROM t WHERE b = :name ORDER BY a NULLS LAST",
        ),
    ],
)
def test_what_spark_would_take_otherwise_is_said_its_way(sql: str, spark: str) -> None:
    assert spark_query(sql).sql == spark


def test_lists_that_are_bound_become_tables() -> None:
    asked = spark_query("SELECT a FROM t WHERE b IN (SELECT unnest($some::VARCHAR[]))")
    assert asked.sql == "SELECT a FROM t WHERE b IN (SELECT it0 FROM given_0)"
    assert asked.given == (Given("given_0", (("it0", "some", "STRING"),)),)
    beside = spark_query("SELECT unnest($codes::INT[]) AS code, unnest($nodes::BIGINT[]) AS node")
    assert beside.given[0].columns == (("code", "codes", "INT"), ("node", "nodes", "BIGINT"))


def test_common_tables_come_first_and_those_read_twice_are_known() -> None:
    asked = spark_query(
        "CREATE TEMP TABLE k AS WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) "
        "SELECT * FROM a JOIN b ON a.x = b.x"
    )
    assert [(name, twice) for name, _, twice in asked.ahead] == [("a", True), ("b", False)]
    assert asked.makes == "k"
    assert spark_query("DROP TABLE k").drops == "k"
