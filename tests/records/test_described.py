"""Accounts and people of several sources, one row for each: compared with plain Python, at once and part by part."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polku.records import people
from polku.records.engine import Engine, literal
from polku.records.people import accounts_of, people_of
from polku.records.schema import KIND_ORDER
from tests.records.staged_logs import said_rows

KINDS = {"one": "crm", "two": "erp", "three": "crm", "own": None}
MEANT = {"A1": "acme", "A2": "acme", "A3": "boll", "A4": None}
"""Word → what it means, in all sources."""

cells = st.none() | st.sampled_from(("x", "y"))
said = st.dictionaries(
    st.tuples(st.sampled_from(tuple(KINDS)), st.sampled_from((*MEANT, "A5"))),
    st.tuples(cells, cells, st.none() | st.sampled_from(("A1", "A3", "nobody"))),
    max_size=8,
)


def expected(rows: dict[tuple[str, str], tuple[Any, ...]], columns: int) -> dict[str, tuple[str | None, ...]]:
    """Account or person → what is said of it: column by column the first that says something."""
    found: dict[str, list[str | None]] = {id: [None] * columns for id in MEANT.values() if id}
    found["gone"] = [None] * columns

    def weight(key: tuple[str, str]) -> tuple[int, str, str]:
        kind = KINDS[key[0]]
        return (KIND_ORDER.index(kind) if kind in KIND_ORDER else 99, *key)

    for key in sorted(rows, key=weight):
        id = MEANT.get(key[1])
        if id is None:
            continue
        *cells, above = rows[key]
        values = [*cells, MEANT.get(above, above) if above else None][:columns]
        if columns > 2 and values[2] == id:
            values[2] = None
        found[id] = [old if old is not None else new for old, new in zip(found[id], values, strict=True)]
    return {id: tuple(values) for id, values in found.items()}


@pytest.mark.parametrize("at_once", [1_000, 5])
@settings(max_examples=10)
@given(rows=said)
def test_what_several_sources_say_becomes_one_row(
    at_once: int, rows: dict[tuple[str, str], tuple[Any, ...]]
) -> None:
    with (
        mock.patch.object(people, "LINKED_AT_ONCE", at_once),
        mock.patch.object(people, "SEVERAL_AT_ONCE", max(1, at_once // 3)),
        Engine(threads=1) as engine,
    ):
        for what in ("account", "person"):
            words = ", ".join(
                f"({literal(source)}, {literal(ref)}, {literal(id) if id else 'NULL'})"
                for source in KINDS
                for ref, id in MEANT.items()
            )
            engine.execute(
                f"CREATE TEMP TABLE {what}_links AS FROM (VALUES {words}) AS v(source, ref, {what}_id)"
            )
        engine.execute("CREATE TEMP TABLE memberships AS SELECT 'gone' AS account_id")
        engine.execute(
            "CREATE TEMP TABLE person_keys AS SELECT DISTINCT person_id FROM person_links UNION SELECT 'gone'"
        )
        lines = [
            {"source": source, "source_kind": KINDS[source], "account_id": ref, "person_id": ref,
             "name": a, "domain": b, "title": b, "parent": above}
            for (source, ref), (a, b, above) in rows.items()
        ]  # fmt: skip
        its = said_rows("accounts", lines)
        found = engine.rows(f"SELECT account_id, name, domain, parent FROM ({accounts_of(engine, its)})")
        assert {row[0]: row[1:] for row in found} == expected(rows, 3)
        assert [row[0] for row in found] == sorted(row[0] for row in found)
        found = engine.rows(
            f"SELECT person_id, name, title FROM ({people_of(engine, said_rows('people', lines))})"
        )
        assert {row[0]: row[1:] for row in found} == expected(rows, 2)
