"""Held documents: the same fields and words as those that were read, without their classes."""

from __future__ import annotations

import copy
import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from polku import documents
from polku.documents import KINDS, Item, Settings, Source, Step, Workspace
from polku.documents.held import Held, held_text, read_held
from polku.formats.workspace import read_workspace

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"


@pytest.fixture(scope="module")
def read() -> Workspace:
    return read_workspace(EXAMPLE)


def compared(item: Any, held: Any) -> int:
    """How many items are the same, field by field and word by word."""
    if isinstance(item, Item):
        fields = type(item).model_fields
        assert isinstance(held, Held)
        told = sum(compared(getattr(item, name), getattr(held, name)) for name in fields)
        if hasattr(type(item), "label"):
            assert held.label == item.label  # type: ignore[attr-defined]
        return told + 1
    assert type(held) is type(item)
    if isinstance(item, tuple):
        assert len(item) == len(held)
        return sum(map(compared, item, held))
    if isinstance(item, Mapping):
        assert list(item) == list(held)
        return sum(compared(item[key], held[key]) for key in item)
    assert item == held
    return 0


def test_the_example_says_the_same_held(read: Workspace) -> None:
    held = read_held(held_text(read))

    told = compared(read.settings, held.settings)
    for kind in KINDS:
        assert list(getattr(held, kind)) == list(getattr(read, kind))
        told += sum(compared(getattr(read, kind)[id], one) for id, one in getattr(held, kind).items())
    assert told > 200
    assert held.role_order() == read.role_order()
    assert list(held.touchpoints) == list(read.touchpoints)
    assert list(held.accounts_by_record) == list(read.accounts_by_record)
    assert held.label("roles", "ole") == read.label("roles", "ole")


def test_what_a_held_item_does_not_know_is_asked_of_its_class(read: Workspace) -> None:
    held = read_held(held_text(read))
    journey = read.journeys["new-machine"]
    step = held.journeys["new-machine"].step(journey.steps[0].id)
    named = held.settings.model_copy(update={"name": "Other"})

    assert step == journey.steps[0]
    assert named == read.settings.model_copy(update={"name": "Other"})
    with pytest.raises(AttributeError, match="nonsense"):
        held.settings.nonsense  # type: ignore[attr-defined]  # noqa: B018


def test_held_items_are_alike_by_what_they_say_and_never_change(read: Workspace) -> None:
    first, again = (read_held(held_text(read)).journeys["new-machine"].steps for _ in range(2))

    assert first == again
    assert first[0] != first[1]
    ways, same = (next(step.next for step in steps if step.next) for steps in (first, again))
    assert len({*ways, *same}) == len(ways)
    assert copy.copy(first[0]) == first[0]
    with pytest.raises(AttributeError, match="in place"):
        first[0].stage = "other"  # type: ignore[misc]


def test_values_of_any_type_that_documents_have_are_told(read: Workspace) -> None:
    values = {"a": {"yes": [1, 2.5, None], "when": dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC), "is": "dict"}}
    source = Source.model_validate({"id": "odd", "fills": [{"table": "events", "columns": {}}]})
    fill = source.fills[0].model_copy(update={"values": values})
    odd = replace(read, sources={"odd": source.model_copy(update={"fills": (fill,)})})
    held = read_held(held_text(odd))

    assert held.sources["odd"].fills[0].values == values
    strange = Settings.model_construct(name={1, 2})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="set is no part of a document"):
        held_text(Workspace(settings=strange))


def test_only_items_of_documents_are_made_of_a_text() -> None:
    held = Held("held.json", {}, {})

    with pytest.raises((TypeError, AttributeError)):
        held.anything  # noqa: B018


def test_names_are_loaded_where_they_are_first_asked_for() -> None:
    said = "from polku.documents import PARTS, Workspace, parse_duration; import sys; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
    assert {getattr(documents, name) is not None for name in documents.__all__} == {True}
    assert documents.Step is Step
    with pytest.raises(AttributeError, match="nothing"):
        documents.nothing  # noqa: B018
