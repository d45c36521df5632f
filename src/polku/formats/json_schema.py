"""JSON Schema of the documents, so that editors complete and check while one writes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from polku.documents import Source
from polku.documents.source import Fill
from polku.formats.field_words import field_words, model_words
from polku.formats.kinds import KIND_WORDS
from polku.formats.model_fields import SHORT_FORM_OF_SOURCE, items_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: str | None = None) -> dict[str, Any]:
    """The schema of one kind of document (`journey`), or of all: any of them fits.

    Short forms are part of it; descriptions are those of the models.
    """
    if kind is not None:
        return {"$schema": DIALECT, **_schema(KIND_WORDS[kind])}
    definitions: dict[str, Any] = {}
    for model in KIND_WORDS.values():
        schema = _schema(model)
        definitions.update(schema.pop("$defs", {}))
        definitions[model.__name__] = schema
    choices = [{"$ref": f"#/$defs/{model.__name__}"} for model in KIND_WORDS.values()]
    return {"$schema": DIALECT, "anyOf": choices, "$defs": definitions}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True, mode="validation")
    by_name = {item.__name__: item for item in items_of(model)}
    for name, inner in (*schema.get("$defs", {}).items(), (model.__name__, schema)):
        _describe(inner, by_name[name])
    if model is Source:
        fill = schema["$defs"][Fill.__name__]["properties"]
        schema["properties"].update({key: fill[key] for key in SHORT_FORM_OF_SOURCE})
    cleaned: dict[str, Any] = _without_noise(schema)
    return cleaned


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    schema["description"] = model_words(model)
    words = field_words(model)
    for name, field in model.model_fields.items():
        if name in words:
            schema["properties"][field.alias or name]["description"] = words[name]


def _without_noise(schema: Any) -> Any:
    """The schema without titles that repeat the key, and defaults that say only 'absent'."""
    if isinstance(schema, list):
        return [_without_noise(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, part in schema.items():
        if key in ("properties", "$defs"):
            found[key] = {name: _without_noise(inner) for name, inner in part.items()}
        elif key == "title" or (key == "default" and part in (None, [], {})):
            continue
        else:
            found[key] = part if key in ("default", "enum", "const") else _without_noise(part)
    return found
