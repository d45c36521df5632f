"""`polku schema` prints a schema, and says what it knows where a kind is unknown."""

from __future__ import annotations

import json

import pytest

from polku.cli.app import run


@pytest.mark.parametrize("kind", ["journey", "journeys", "journeys/", "polku", "settings", "sources"])
def test_a_kind_may_be_named_as_document_or_folder(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", kind]) == 0

    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert "id" in schema["properties"]


def test_without_a_kind_any_document_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0

    assert len(json.loads(capsys.readouterr().out)["anyOf"]) == 9


def test_an_unknown_kind_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "jorney"]) == 2

    assert "did you mean “journey”?" in capsys.readouterr().err
