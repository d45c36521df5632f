"""Documents that were read and checked, as a text that needs neither YAML nor the classes of documents to be read.

A question to the data takes less time than loading those classes, so that a workspace which has not changed since the
last question is taken from such a text. Its items carry the same fields and say the same words. What else is asked of
one (a copy with changes, a step by its id) is asked of its class, which is loaded then.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from polku.documents.workspace import Workspace

if TYPE_CHECKING:
    from polku.documents.base import Item

_KINDS = ("roles", "journeys", "partners", "evidence", "accounts", "improvements", "sprints", "sources")
_PLAIN = (str, int, float, bool, type(None))


def held_text(workspace: Workspace) -> str:
    """All documents of a workspace as a text; not the places of their items, nor what could not be read.

    Raises:
        TypeError: an item carries what has no such text.
    """
    held = {kind: {id: _told(one) for id, one in getattr(workspace, kind).items()} for kind in _KINDS}
    return json.dumps({"settings": _told(workspace.settings), **held}, ensure_ascii=False)


def read_held(text: str) -> Workspace:
    """The workspace of such a text, for questions to data.

    Raises:
        ValueError, KeyError, TypeError: it is no such text.
    """
    held = json.loads(text)
    kinds: dict[str, Any] = {kind: _Kind(held[kind]) for kind in _KINDS}
    return Workspace(settings=_read(held["settings"]), **kinds)


class _Kind(Mapping[str, Any]):
    """Documents of a kind by id, each read when it is first asked for."""

    def __init__(self, held: dict[str, Any]) -> None:
        self._held = held
        self._read: dict[str, Any] = {}

    def __getitem__(self, id: str) -> Any:
        if id not in self._read:
            self._read[id] = _read(self._held[id])
        return self._read[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


class Held:
    """An item of a document with its fields, without the class that checked them."""

    def __init__(self, of: str, fields: dict[str, Any], words: dict[str, Any]) -> None:
        state = self.__dict__
        state.update(fields)
        state.update(words)
        # Names of fields begin with a letter.
        state["_of"], state["_fields"] = of, fields

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._checked(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"documents are never changed in place: {name}")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Held):
            return (self._of, self._fields) == (other._of, other._fields)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self._of, tuple(self._fields.values())))

    def __repr__(self) -> str:
        return f"Held({self._of}, {self._fields})"

    def _checked(self) -> Item:
        """The same as an item of its class; its fields were checked before."""
        from polku.documents.base import Item

        module, _, name = self._of.partition(".")
        model = getattr(importlib.import_module(f"polku.documents.{module}"), name)
        if not issubclass(model, Item):
            raise TypeError(self._of)
        fields = {field: _with_class(value) for field, value in self._fields.items()}
        item: Item = model.model_construct(**fields)
        return item


def _with_class(value: Any) -> Any:
    if isinstance(value, Held):
        return value._checked()
    if isinstance(value, tuple):
        return tuple(map(_with_class, value))
    if isinstance(value, list):
        return list(map(_with_class, value))
    if isinstance(value, dict):
        return {key: _with_class(one) for key, one in value.items()}
    return value


def _told(value: Any) -> Any:
    """A value as JSON: what is no plain value is an object that says what it is."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return [_told(one) for one in value]
    if kind is list:
        return {"is": "list", "of": [_told(one) for one in value]}
    if kind is dict and all(type(key) is str for key in value):
        return {"is": "dict", "of": {key: _told(one) for key, one in value.items()}}
    if kind is timedelta:
        return {"is": "timedelta", "of": [value.days, value.seconds, value.microseconds]}
    if kind in (date, datetime):
        return {"is": kind.__name__, "of": value.isoformat()}
    from polku.documents.base import Item

    if not isinstance(value, Item) or kind.__module__.rpartition(".")[0] != "polku.documents":
        raise TypeError(f"{kind.__name__} is no part of a document")
    return {
        "is": f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}",
        "of": {name: _told(getattr(value, name)) for name in kind.model_fields},
        "says": {name: _told(getattr(value, name)) for name in _words(kind)},
    }


def _words(kind: type[Item]) -> list[str]:
    """What items of a class say that is no field, as their label."""
    own = [base for base in kind.__mro__ if base.__module__.startswith("polku.")]
    return sorted({name for base in own for name, one in vars(base).items() if isinstance(one, property)})


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_read, value))
    if not isinstance(value, dict):
        return value
    kind, of = value["is"], value["of"]
    if kind in _READ:
        return _READ[kind](of)
    fields = {name: _read(one) for name, one in of.items()}
    return Held(kind, fields, {name: _read(one) for name, one in value["says"].items()})


_READ: dict[str, Callable[[Any], Any]] = {
    "list": lambda of: list(map(_read, of)),
    "dict": lambda of: {key: _read(one) for key, one in of.items()},
    "timedelta": lambda of: timedelta(days=of[0], seconds=of[1], microseconds=of[2]),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
