"""What the models of documents say about their own fields: keys, items inside, possible words, bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

SHORT_FORM_OF_SOURCE = (
    "table",
    "columns",
    "values",
    "when",
    "where",
    "activity",
    "split",
    "split_column",
)
"""Keys of a fill that a source may carry itself when it fills one table."""


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a model by the key that stands in a file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def item_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, in a list or by itself; None for plain values."""
    return next(
        (part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, BaseModel)), None
    )


def words_in(annotation: Any) -> tuple[str, ...]:
    """The words that are possible for a field that knows only some."""
    return tuple(
        str(word) for part in _parts(annotation) if get_origin(part) is Literal for word in get_args(part)
    )


def bounds_of(field: FieldInfo) -> tuple[float | None, float | None]:
    """The least and the greatest value of a number, both possible; None where there is none."""
    low: float | None = None
    high: float | None = None
    for mark in marks_in(field):
        low = getattr(mark, "ge", low)
        high = getattr(mark, "le", high)
    return low, high


def field_at(model: type[BaseModel], path: Iterable[str | int]) -> tuple[type[BaseModel], FieldInfo | None]:
    """The model around a place of a document and the field it is, found by keys (numbers of lists are passed over)."""
    field: FieldInfo | None = None
    for key in path:
        inner = item_in(field.annotation) if field is not None else model
        if inner is not None and isinstance(key, str) and key in fields_of(inner):
            model, field = inner, fields_of(inner)[key]
    return model, field


def model_at(model: type[BaseModel], path: Iterable[str | int]) -> type[BaseModel]:
    """The model of the thing that stands at a place."""
    around, field = field_at(model, path)
    inner = item_in(field.annotation) if field is not None else None
    return inner or around


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _parts(part)


def marks_in(field: FieldInfo) -> Iterator[Any]:
    """All that is annotated to a field and to the parts of its type."""
    yield from field.metadata
    for part in _parts(field.annotation):
        for mark in getattr(part, "__metadata__", ()):
            if isinstance(mark, FieldInfo):
                yield from mark.metadata
            else:
                yield mark


def items_of(model: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """A model and all the models of items in it, each once, in the order in which they are met."""
    found: dict[type[BaseModel], None] = {model: None}

    def walk(around: type[BaseModel]) -> None:
        for field in around.model_fields.values():
            inner = item_in(field.annotation)
            if inner is not None and inner not in found:
                found[inner] = None
                walk(inner)

    walk(model)
    return tuple(found)
