"""Documents as the plain data that stands in a file: short forms, the models' order, nothing that goes without saying."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from polku.documents import Settings, Source
from polku.documents.base import TextAs
from polku.formats.model_fields import SHORT_FORM_OF_SOURCE, marks_in


def plain_document(document: BaseModel) -> dict[str, Any]:
    """The data of a document, ready to be written: numbers, texts, days, lists and mappings with text keys."""
    data = _plain_item(document)
    if isinstance(document, Settings):
        return {"polku": document.polku, **{key: value for key, value in data.items() if key != "polku"}}
    if isinstance(document, Source) and len(document.fills) == 1:
        fill = data["fills"][0]
        if set(fill) <= set(SHORT_FORM_OF_SOURCE):
            del data["fills"]
            data.update(fill)
    return data


def plain(value: Any) -> Any:
    """Any value of a document as plain data; durations are written as ISO 8601."""
    if isinstance(value, BaseModel):
        return _plain_item(value)
    if isinstance(value, dt.timedelta):
        return duration_text(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def duration_text(duration: dt.timedelta) -> str:
    """A duration as people write it in a document: P90D, P2W only where it was weeks, PT4H."""
    seconds = int(duration.total_seconds())
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    clock = "".join(
        f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount
    )
    return "P" + (f"{days}D" if days or not clock else "") + (f"T{clock}" if clock else "")


def _plain_item(item: BaseModel) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in type(item).model_fields.items():
        value = getattr(item, name)
        if not field.is_required() and value == field.get_default(call_default_factory=True):
            continue
        short = next((mark.key for mark in marks_in(field) if isinstance(mark, TextAs)), None)
        data = plain(value)
        if short is not None:
            data = [_short(one, short) for one in data] if isinstance(data, list) else _short(data, short)
        found[field.alias or name] = data
    return found


def _short(data: Any, key: str) -> Any:
    return data[key] if isinstance(data, dict) and set(data) == {key} else data
