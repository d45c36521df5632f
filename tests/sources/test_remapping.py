"""Changing what a column becomes changes this column alone."""

from __future__ import annotations

import pytest

from polku.documents import Source
from polku.errors import WrongUse
from polku.sources.remapping import remapped

CONTACTS = Source.model_validate(
    {
        "id": "contacts",
        "fills": [
            {"table": "people", "columns": {"person_id": "mail", "email": "mail", "name": "{first} {last}"}},
            {
                "table": "memberships",
                "when": "firm",
                "columns": {"person_id": "mail", "account_id": "firm"},
            },
        ],
    }
)


def columns(source: Source) -> dict[str, str]:
    return {f"{one.table}.{target}": said for one in source.fills for target, said in one.columns.items()}


def test_a_column_that_becomes_something_else_gives_up_what_it_was() -> None:
    found = columns(remapped(CONTACTS, {"firm": "people.title"}))
    assert found["people.title"] == "firm"
    assert "memberships.account_id" not in found


def test_a_column_that_keeps_one_of_its_meanings_keeps_them_all() -> None:
    assert remapped(CONTACTS, {"mail": "people.email"}) == CONTACTS


def test_a_column_that_is_left_out_leaves_the_parts_of_others() -> None:
    found = columns(remapped(CONTACTS, {"mail": ""}))
    assert found == {"people.name": "{first} {last}", "memberships.account_id": "firm"}


def test_a_new_table_is_filled_beside_the_others() -> None:
    found = remapped(CONTACTS, {"signed": "contracts.from"})
    assert [one.table for one in found.fills] == ["people", "memberships", "contracts"]


def test_what_no_table_has_is_refused_with_what_there_is() -> None:
    with pytest.raises(WrongUse, match=r"people\.email"):
        remapped(CONTACTS, {"mail": "people.shoe_size"})
