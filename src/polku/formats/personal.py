"""Documents without the names of persons, for readers who may not see them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

from polku.documents import KINDS, PersonalMark, Settings
from polku.formats.model_fields import fields_of, items_of, marks_in

_Document = TypeVar("_Document", bound=BaseModel)


def without_names(document: _Document) -> _Document:
    """The document with every name of a person left out; itself where it holds none."""
    changed: dict[str, Any] = {}
    for name, field in type(document).model_fields.items():
        value = getattr(document, name)
        kept = (
            _emptied(value)
            if any(isinstance(mark, PersonalMark) for mark in marks_in(field))
            else _inside(value)
        )
        if kept is not value:
            changed[name] = kept
    return document.model_copy(update=changed) if changed else document


def holds_names(document: BaseModel) -> bool:
    """Whether a person is named in a field that is for names."""
    return without_names(document) is not document


@cache
def name_fields() -> frozenset[str]:
    """Keys of documents that hold names of persons."""
    return frozenset(
        key
        for model in _models()
        for item in items_of(model)
        for key, field in fields_of(item).items()
        if any(isinstance(mark, PersonalMark) for mark in marks_in(field))
    )


def may_name(path: str, *values: Any) -> bool:
    """Whether a path of a document, or plain data that stands there, may name a person."""
    return bool(set(path.split("/")) & name_fields()) or any(map(_names_within, values))


def _names_within(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(set(value) & name_fields()) or any(map(_names_within, value.values()))
    return isinstance(value, list) and any(map(_names_within, value))


def _models() -> tuple[type[BaseModel], ...]:
    return (Settings, *KINDS.values())


def _emptied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict.fromkeys(value, ()) if any(value.values()) else value
    if isinstance(value, tuple):
        return () if value else value
    return None


def _inside(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return without_names(value)
    if isinstance(value, tuple):
        kept = tuple(_inside(one) for one in value)
        return value if all(a is b for a, b in zip(kept, value, strict=True)) else kept
    if isinstance(value, Mapping):
        held = {key: _inside(one) for key, one in value.items()}
        return value if all(held[key] is one for key, one in value.items()) else held
    return value
