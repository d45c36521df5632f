"""Documents: short forms, durations, frozen and strict fields, and what a workspace answers."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from polku.documents import (
    KINDS,
    Journey,
    Place,
    Role,
    Settings,
    Source,
    Step,
    Team,
    Workspace,
    document_file,
    parse_duration,
)
from polku.documents.base import PersonalMark
from polku.formats.model_fields import items_of, marks_in


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P90D", dt.timedelta(days=90)),
        ("P2W", dt.timedelta(weeks=2)),
        ("PT4H", dt.timedelta(hours=4)),
        ("P1Y2M3DT4H5M6S", dt.timedelta(days=365 + 60 + 3, hours=4, minutes=5, seconds=6)),
    ],
)
def test_durations_are_iso_8601(text: str, duration: dt.timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "P", "PT", "90", "P-1D", "1D", "P1.5D", "p1d", None, 5, "P1D ", "P1DT"])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_short_forms_mean_the_same_as_long_ones() -> None:
    short = Step.model_validate(
        {
            "id": "a",
            "pains": "It stops",
            "next": ["b", {"to": "c"}],
            "partner": "nordlift",
            "front": ["Hotline"],
        }
    )
    long = Step.model_validate(
        {
            "id": "a",
            "pains": [{"says": "It stops"}],
            "next": [{"to": "b"}, {"to": "c"}],
            "partner": {"id": "nordlift"},
            "front": [{"does": "Hotline"}],
        }
    )

    assert short == long


def test_absent_next_and_empty_next_differ() -> None:
    assert Step(id="a").next is None
    assert Step.model_validate({"id": "a", "next": []}).next == ()


def test_a_source_of_one_table_is_a_source_of_one_fill() -> None:
    short = Source.model_validate({"id": "a", "table": "events", "columns": {"time": "at"}})
    long = Source.model_validate({"id": "a", "fills": [{"table": "events", "columns": {"time": "at"}}]})

    assert short == long


def test_unknown_keys_and_changes_are_refused() -> None:
    with pytest.raises(ValidationError):
        Step.model_validate({"id": "a", "feel": 1})
    with pytest.raises(ValidationError):
        Step(id="a").feels = 1  # type: ignore[misc]


def test_keys_that_are_words_of_python_have_their_own_names_in_files() -> None:
    step = Step.model_validate({"id": "a", "with": "per", "receives": {"from": "sales"}})

    assert step.with_ == ("per",)
    assert step.receives is not None
    assert step.receives.from_ == "sales"


def test_a_place_is_that_of_the_nearest_thing_around() -> None:
    places = {"journeys/a": {"": Place("journeys/a.yaml"), "steps/s": Place("journeys/a.yaml", 7, 5)}}
    workspace = Workspace(Settings(), journeys={"a": Journey(id="a")}, places=places)

    assert workspace.place("journeys/a", "steps/s/pains/1/says") == Place("journeys/a.yaml", 7, 5)
    assert workspace.place("journeys/a", "stages") == Place("journeys/a.yaml")
    assert workspace.place("roles/none", "x") == Place("roles/none.yaml")
    assert document_file("polku") == "polku.yaml"


def test_roles_keep_the_order_of_the_workspace_and_labels_fall_back_to_ids() -> None:
    workspace = Workspace(
        Settings(roles=("per", "gone", "ole"), teams=(Team(id="it"), Team(id="it", name="second"))),
        roles={id: Role(id=id) for id in ("anders", "ole", "per")},
    )

    assert workspace.role_order() == ("per", "ole", "anders")
    assert (
        workspace.label("teams", "it"),
        workspace.label("teams", "x"),
        workspace.label("teams", None),
    ) == (
        "it",
        "x",
        "",
    )
    assert [name for name, _ in workspace.documents()] == ["polku", "roles/anders", "roles/ole", "roles/per"]


def test_names_of_persons_are_marked_so_that_erasure_finds_them() -> None:
    found = {
        f"{item.__name__}.{name}"
        for model in KINDS.values()
        for item in items_of(model)
        for name, field in item.model_fields.items()
        if any(isinstance(mark, PersonalMark) for mark in marks_in(field))
    }

    assert found == {
        "AccountPerson.name",
        "OwnerChange.from_",
        "OwnerChange.to",
        "Journey.mapped_with",
        "Sprint.members",
        "Improvement.made_with",
    }
