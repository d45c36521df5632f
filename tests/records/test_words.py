"""The words by which sources name accounts and people, and whether they are ids themselves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polku.records import people
from polku.records.engine import Engine, Relation, literal
from polku.records.people import keep_refs, said_by_id

Row = tuple[str, str | None, str | None, str | None]
"""Source, its kind, and what it calls an account and a person."""


def naming(rows: list[Row]) -> Relation:
    said = ", ".join(f"({', '.join('NULL' if w is None else literal(w) for w in row)})" for row in rows)
    values = f"VALUES {said}" if rows else "SELECT NULL, NULL, NULL, NULL WHERE false"
    columns = ", ".join(
        f"{one}::VARCHAR AS {one}" for one in ("source", "source_kind", "account_id", "person_id")
    )
    return Relation(f"(SELECT {columns} FROM ({values}) AS w(source, source_kind, account_id, person_id))")


WORDS = st.none() | st.sampled_from(["a", "b", "c"])
ROWS = st.lists(
    st.tuples(st.sampled_from(["s", "t"]), st.none() | st.sampled_from(["crm", "web"]), WORDS, WORDS)
)
ONE_KIND = st.lists(st.tuples(st.sampled_from(["s", "t"]), st.just("crm"), WORDS, WORDS))
ONE_SOURCE = st.lists(st.tuples(st.just("s"), st.none(), WORDS, WORDS))


@given(ROWS | ONE_KIND | ONE_SOURCE, ROWS | ONE_KIND | ONE_SOURCE)
def test_words_are_counted_by_source_whatever_kinds_it_has(events: list[Row], deals: list[Row]) -> None:
    assert_counted(events, deals)


@given(ROWS | ONE_KIND | ONE_SOURCE, ROWS | ONE_KIND | ONE_SOURCE)
def test_very_many_words_are_counted_part_by_part(events: list[Row], deals: list[Row]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "ROWS_AT_ONCE", 3)
        patch.setattr(people, "WORDS_AT_ONCE", 1)
        assert_counted(events, deals)


def assert_counted(events: list[Row], deals: list[Row]) -> None:
    with Engine(threads=1) as engine:
        keep_refs(engine, {"events": naming(events), "deals": naming(deals)})
        for column, table in ((2, "account_refs"), (3, "person_refs")):
            # Deals name no person.
            said = events + deals if column == 2 else events
            times = Counter((row[0], row[column]) for row in said if row[column] is not None)
            expected = {
                (source, max((r[1] for r in said if (r[0], r[column]) == (source, ref) and r[1]), default=None),
                 ref, count)
                for (source, ref), count in times.items()
            }  # fmt: skip
            found = engine.rows(f'SELECT source, source_kind, ref, "rows" FROM {table}')
            assert len(found) == len(expected) and set(found) == expected


REFS = [("s", "a"), ("s", "b"), ("t", "a")]


@pytest.mark.parametrize(
    ("links", "by_id"),
    [
        pytest.param([("s", "a", "a"), ("s", "b", "b"), ("t", "a", "a")], True, id="row by row"),
        pytest.param([("t", "a", "a"), ("s", "b", "b"), ("s", "a", "a")], True, id="in another order"),
        pytest.param([("s", "a", "a"), ("s", "b", "b"), ("t", "a", "a"), ("u", "x", "x")], True, id="others too"),
        pytest.param([("s", "a", "a"), ("s", "b", "c"), ("t", "a", "a")], False, id="another id"),
        pytest.param([("s", "a", "a"), ("s", "b", None), ("t", "a", "a")], False, id="nobody"),
        pytest.param([("s", "a", "a"), ("t", "a", "a")], False, id="not answered"),
        pytest.param([], False, id="no answers"),
    ],
)  # fmt: skip
def test_words_are_ids_where_each_of_them_means_itself(
    links: list[tuple[str, str, str | None]], by_id: bool
) -> None:
    with Engine(threads=1) as engine:
        for what in ("account", "person"):
            engine.execute(f"CREATE TEMP TABLE {what}_refs (source VARCHAR, ref VARCHAR)")
            engine.execute(f"CREATE TEMP TABLE {what}_links (source VARCHAR, ref VARCHAR, {what}_id VARCHAR)")
        for source, ref in REFS:
            engine.execute(f"INSERT INTO account_refs VALUES ({literal(source)}, {literal(ref)})")
        for source, ref, id in links:
            said = "NULL" if id is None else literal(id)
            engine.execute(f"INSERT INTO account_links VALUES ({literal(source)}, {literal(ref)}, {said})")
        assert ("account" in said_by_id(engine)) is by_id
        assert "person" in said_by_id(engine)
