"""The JSON Schema and the reference say the same as the models."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from polku.documents import KINDS
from polku.formats.field_words import field_words
from polku.formats.json_schema import json_schema
from polku.formats.kinds import KIND_WORDS
from polku.formats.model_fields import fields_of, items_of
from polku.formats.reference import reference
from polku.formats.yaml_read import parse_yaml

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "hoppebold"
WORDS = {folder: word for folder, model in KINDS.items() for word in KIND_WORDS if KIND_WORDS[word] is model}
FILES = [EXAMPLE / "polku.yaml", *sorted(path for kind in KINDS for path in (EXAMPLE / kind).glob("*.yaml"))]


def as_json(value: Any) -> Any:
    """YAML data as an editor's validator sees it: days are texts."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_file_of_the_example_fits_its_schema(file: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = as_json(parse_yaml(file.read_text(encoding="utf-8")).data)

    jsonschema.Draft202012Validator(json_schema(WORDS.get(file.parent.name, "settings"))).validate(data)


@pytest.mark.parametrize(
    ("kind", "data", "fits"),
    [
        ("journey", {"id": "a", "steps": [{"id": "s", "pains": "text", "next": {"to": "b"}}]}, True),
        ("journey", {"id": "a", "steps": [{"id": "s", "next": ["b", {"to": "c", "label": "x"}]}]}, True),
        ("journey", {"id": "a", "steps": [{"id": "s", "feels": 3}]}, False),
        ("journey", {"id": "a", "steps": [{"id": "s", "feel": 1}]}, False),
        ("journey", {"name": "no id"}, False),
        ("journey", {"id": "a", "review": "P90D", "rounds": {"ends": ["renewal"]}}, True),
        ("source", {"id": "a", "table": "events", "columns": {"time": "at"}}, True),
        ("source", {"id": "a", "fills": [{"table": "event"}]}, False),
        ("settings", {"checks": {"PK203": "off"}, "limits": {"small": 5}}, True),
        ("settings", {"checks": {"PK203": "quiet"}}, False),
    ],
)
def test_the_schema_knows_short_forms_and_bounds(kind: str, data: dict[str, Any], fits: bool) -> None:
    jsonschema = pytest.importorskip("jsonschema")

    assert jsonschema.Draft202012Validator(json_schema(kind)).is_valid(data) is fits


def test_the_schema_of_all_holds_every_kind_and_resolves() -> None:
    schema = json_schema()

    assert {choice["$ref"].rpartition("/")[2] for choice in schema["anyOf"]} <= set(schema["$defs"])
    references = set(re.findall(r"#/\$defs/(\w+)", str(schema)))
    assert references <= set(schema["$defs"])


def test_the_schema_says_what_fields_mean_and_repeats_no_titles() -> None:
    step = json_schema("journey")["$defs"]["Step"]

    assert step["properties"]["feels"]["description"].startswith("How it feels")
    assert "title" not in step
    assert "title" not in step["properties"]["feels"]
    assert "default" not in step["properties"]["feels"]


@pytest.mark.parametrize("kind", KIND_WORDS)
def test_every_field_of_every_model_is_in_the_reference(kind: str) -> None:
    text = (ROOT / "docs" / "reference" / "format.md").read_text(encoding="utf-8")
    for model in items_of(KIND_WORDS[kind]):
        heading = f"### {model.__name__}\n"
        section = text.partition(heading)[2].partition("\n#")[0] if heading in text else text
        for key in fields_of(model):
            assert f"| `{key}` |" in section, f"{model.__name__}.{key}"


def test_the_reference_in_the_documentation_is_the_generated_one() -> None:
    text = (ROOT / "docs" / "reference" / "format.md").read_text(encoding="utf-8")

    assert text == reference(), "run: python -m polku.formats.reference > docs/reference/format.md"


def test_words_below_a_field_are_found_with_those_it_inherits() -> None:
    words = field_words(KIND_WORDS["journey"])

    assert words["id"].startswith("Its file name")
    assert "In drawn order" in words["steps"] or "drawn order" in words["steps"]
