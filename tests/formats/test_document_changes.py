"""What differs between two versions of a document is found, and written without touching the rest."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from polku.documents import Journey
from polku.formats.document_changes import changes_between, write_changes
from polku.formats.order import merged_order
from polku.formats.workspace import read_document

TEXT = """id: j   # ours
stages:
  - id: a
    questions: [Why?, {ask: Who?, answer: Per}]
steps:
  # the first
  - {id: one, feels: 1}    # quick
  - id: two
    does: "Twice"
    pains: [{says: Slow, weight: 2}, Dear]
  - id: three
    receives: {from: sales, passes: [a, b]}
"""


def document(text: str) -> Journey:
    journey = read_document(text, Journey, document="journeys/j").document
    assert journey is not None
    return journey


def changed(**steps: dict[str, Any]) -> str:
    """The text after fields of its steps became others."""
    old = document(TEXT)
    data = old.model_dump(by_alias=True)
    for step in data["steps"]:
        step.update(steps.get(step["id"], {}))
    new = Journey.model_validate(data)
    return write_changes(TEXT, changes_between(old, new), new)


def test_nothing_differs_between_a_document_and_itself() -> None:
    assert changes_between(document(TEXT), document(TEXT)) == ()


def test_a_field_changes_on_its_line_and_comments_stay() -> None:
    assert changed(one={"feels": -1}) == TEXT.replace("feels: 1}    # quick", "feels: -1}    # quick")


def test_a_field_that_is_taken_away_goes_and_one_that_comes_finds_its_place() -> None:
    text = changed(two={"does": None, "thinks": "Again"})

    assert "Twice" not in text
    assert "  - id: two\n    thinks: Again\n    pains:" in text


def test_what_is_deep_inside_changes_without_its_neighbours() -> None:
    text = changed(two={"pains": [{"says": "Slow", "weight": 4}, "Dear"]})

    assert text == TEXT.replace("weight: 2", "weight: 4")


def test_members_go_come_and_move() -> None:
    old = document(TEXT)
    one, two, three = old.steps
    new = old.model_copy(update={"steps": (three, one, two.model_copy(update={"id": "new"}))})

    changes = changes_between(old, new)

    assert [(change.kind, change.path, change.at) for change in changes] == [
        ("remove", "steps/two", 0),
        ("move", "steps/one", 2),
        ("add", "steps", 3),
    ]
    assert document(write_changes(TEXT, changes, new)) == new


@given(st.permutations(["one", "two", "three"]))
def test_any_order_can_be_reached(order: list[str]) -> None:
    old = document(TEXT)
    new = old.model_copy(update={"steps": tuple(sorted(old.steps, key=lambda step: order.index(step.id)))})

    assert document(write_changes(TEXT, changes_between(old, new), new)) == new


def test_new_members_stand_behind_their_neighbour() -> None:
    assert merged_order(["a", "n", "b"], ["a", "b"], ["a", "b"]) == ["a", "n", "b"]


def test_members_that_joined_the_document_in_the_meantime_stay() -> None:
    assert merged_order(["a", "b"], ["x", "a", "y", "b"], ["a", "b"]) == ["x", "a", "y", "b"]


def test_an_order_that_changed_in_the_document_stays_unless_the_file_moved_something() -> None:
    assert merged_order(["a", "b", "c"], ["c", "a", "b"], ["a", "b", "c"]) == ["c", "a", "b"]
    assert merged_order(["b", "a", "c"], ["a", "x", "b", "c"], ["a", "b", "c"]) == ["b", "a", "x", "c"]


def test_members_that_are_not_shown_any_more_go() -> None:
    assert merged_order(["a", "c"], ["a", "b", "c"], ["a", "b", "c"]) == ["a", "c"]
