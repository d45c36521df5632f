"""From parsed YAML to a document, leaving out only what cannot be: each broken value becomes a Problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from polku.documents import Place, Problem, Source
from polku.formats import complaints
from polku.formats.ids import id_from
from polku.formats.model_fields import SHORT_FORM_OF_SOURCE, field_at, fields_of, model_at
from polku.formats.yaml_read import Mark, Parsed
from polku.words import Message

Model = TypeVar("Model", bound=BaseModel)
Keys = tuple[str | int, ...]

_GONE: Any = object()
_ROUNDS = 20
_TAKES_TEXT = frozenset({"string_type", "model_type", "model_attributes_type", "tuple_type", "list_type"})
_WRITTEN_FROM = ("name", "does", "says", "ask")


@dataclass
class Mended(Generic[Model]):
    """A document, what was wrong in its file, and the place of everything in it."""

    document: Model | None
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)


def mend(model: type[Model], parsed: Parsed, *, document: str, file: str, id: str | None) -> Mended[Model]:
    """Build a document of a model from parsed YAML.

    Args:
        model: the kind of document.
        parsed: data and marks; both are changed.
        document: its name in problems (`journeys/new-machine`).
        file: relative to the workspace.
        id: the id to give where the file has none; None for a kind without.
    """
    return _Mender(model, parsed, document, file, id).run()


class _Mender(Generic[Model]):
    def __init__(self, model: type[Model], parsed: Parsed, document: str, file: str, id: str | None) -> None:
        self.model, self.parsed, self.document, self.file, self.id = model, parsed, document, file, id
        self.mended: Mended[Model] = Mended(None)

    def run(self) -> Mended[Model]:
        parsed = self.parsed
        self.mended.places[""] = Place(self.file, parsed.mark.line, parsed.mark.column)
        for repeated in parsed.repeated:
            said = Message("formats.key-twice", {"key": repeated.key, "line": repeated.first_line})
            self._problem("PK007", said, repeated.line, repeated.column, None)
        if parsed.second_document is not None:
            self._problem("PK008", Message("formats.second-document"), parsed.second_document, 1, None)
        if parsed.data is None:
            parsed.data, parsed.mark.inside = {}, {}
        if not isinstance(parsed.data, dict):
            said = Message("formats.not-a-document", {"known": list(fields_of(self.model))[:8]})
            self._problem("PK008", said, parsed.mark.line, parsed.mark.column, None)
            return self.mended
        self._name_places(parsed.data, parsed.mark, "")
        self._sweep()
        for _ in range(_ROUNDS):
            try:
                self.mended.document = self.model.model_validate(parsed.data)
                break
            except ValidationError as error:
                self._mend_all(error.errors(include_url=False))
                self._sweep()
        else:
            said = Message("formats.beyond-mending")
            self._problem("PK007", said, parsed.mark.line, parsed.mark.column, None)
        return self.mended

    def _problem(self, code: str, message: Message, line: int, column: int, item: str | None) -> None:
        place = Place(self.file, line, column)
        self.mended.problems.append(Problem(code, message, self.document, item or None, place))

    def _name_places(self, data: Any, mark: Mark, path: str) -> None:
        """Give every value its path; of members of a list that share an id the first stays."""
        places, file = self.mended.places, self.file
        inside = mark.inside
        if isinstance(inside, dict):
            prefix = path + "/" if path else ""
            for key, inner in inside.items():
                here = prefix + key
                places[here] = Place(file, inner.line, inner.column)
                if inner.inside:
                    self._name_places(data[key], inner, here)
        elif isinstance(inside, list):
            prefix = path + "/" if path else ""
            seen: dict[str, int] = {}
            for number, inner in enumerate(inside):
                member = data[number]
                id = member.get("id") if isinstance(member, dict) else None
                inner.segment = str(number + 1)
                if isinstance(id, str) and id:
                    if id in seen:
                        said = Message("formats.id-twice", {"id": id, "line": seen[id]})
                        self._problem("PK002", said, inner.line, inner.column, prefix + inner.segment)
                        data[number] = _GONE
                    else:
                        inner.segment = id
                        seen[id] = inner.line
                here = prefix + inner.segment
                places[here] = Place(file, inner.line, inner.column)
                if inner.inside:
                    self._name_places(member, inner, here)

    def _sweep(self) -> None:
        """Take out everything that was marked as gone, in the data and in its marks."""

        def sweep(data: Any, mark: Mark) -> None:
            inside = mark.inside
            if isinstance(data, dict) and isinstance(inside, dict):
                for key in [key for key, value in data.items() if value is _GONE]:
                    del data[key]
                    inside.pop(key, None)
                for key, inner in inside.items():
                    if inner.inside:
                        sweep(data[key], inner)
            elif isinstance(data, list) and isinstance(inside, list):
                kept = [pair for pair in zip(data, inside, strict=True) if pair[0] is not _GONE]
                data[:] = [pair[0] for pair in kept]
                inside[:] = [pair[1] for pair in kept]
                for value, inner in kept:
                    if inner.inside:
                        sweep(value, inner)

        sweep(self.parsed.data, self.parsed.mark)

    def _mend_all(self, errors: Iterable[Mapping[str, Any]]) -> None:
        done: set[Keys] = set()
        for error in errors:
            keys = self._keys(error["loc"], missing=error["type"] == "missing")
            # Unions complain once per branch; what stands in something that goes needs no word of its own.
            if any(keys[:length] in done for length in range(len(keys) + 1)):
                continue
            if self._mend(error, keys):
                done.add(keys)

    def _keys(self, loc: Keys, *, missing: bool) -> Keys:
        """Where the complaint stands in the data, whose short forms pydantic has already spelt out."""
        if self.model is Source and loc[:2] == ("fills", 0) and "fills" not in self.parsed.data:
            loc = loc[2:]
        if missing:
            loc = loc[:-1]
        data: Any = self.parsed.data
        found: list[str | int] = []
        for key in loc:
            if isinstance(data, dict) and isinstance(key, str):
                name = key if key in data else f"{key}_"
                if name not in data:
                    break
                data = data[name]
                found.append(name)
            elif isinstance(data, list) and isinstance(key, int):
                data = data[key]
                found.append(key)
            elif not (isinstance(data, dict) and isinstance(key, int)):
                break
        return tuple(found)

    def _at(self, keys: Keys) -> tuple[Any, Mark, str]:
        data, mark = self.parsed.data, self.parsed.mark
        path: list[str] = []
        for key in keys:
            data = data[key]
            mark = mark.inside[key]  # type: ignore[index]
            path.append(key if isinstance(key, str) else mark.segment)
        return data, mark, "/".join(path)

    def _put(self, keys: Keys, value: Any) -> None:
        data = self.parsed.data
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = value

    def _mend(self, error: Mapping[str, Any], keys: Keys) -> bool:
        """Mend one thing; whether whatever else is said about it and its inside can be passed over."""
        kind = str(error["type"])
        value, mark, path = self._at(keys)
        if value is _GONE:
            return True
        if kind == "missing":
            return self._mend_missing(str(error["loc"][-1]), keys, value, mark, path)
        if not keys:
            # A complaint that cannot be traced to a value would come back for ever.
            self._problem("PK007", complaints.other(error), mark.line, mark.column, None)
            self.parsed.data.clear()
            return True
        if kind == "extra_forbidden" and self.model is Source and keys[0] in SHORT_FORM_OF_SOURCE:
            said = Message("formats.missing", {"key": "table"})
            self._problem("PK007", said, mark.line, mark.column, path)
        elif kind == "extra_forbidden":
            known = self._known_keys(keys[:-1])
            self._problem("PK006", complaints.unknown_key(str(keys[-1]), known), mark.line, mark.column, path)
        elif value is None:
            pass  # an empty value is a hole, like an absent one
        elif kind in _TAKES_TEXT and mark.raw is not None and not isinstance(value, str):
            self._put(keys, mark.raw)  # a name that looks like a number: 3, 2026-07-01, true
            return True
        elif kind == "string_pattern_mismatch" and isinstance(value, str):
            return self._mend_id(keys, value, mark, path)
        else:
            _, field = field_at(self.model, keys)
            around = self._known_keys(keys)
            said = complaints.wrong_value(error, value, mark.raw, field, around)
            self._problem("PK007", said, mark.line, mark.column, path)
        self._put(keys, _GONE)
        if self.model is Source and keys == ("table",):
            for key in SHORT_FORM_OF_SOURCE:  # they say nothing without their table
                if key in self.parsed.data:
                    self.parsed.data[key] = _GONE
        return True

    def _known_keys(self, keys: Keys) -> tuple[str, ...]:
        known = tuple(fields_of(model_at(self.model, keys)))
        return (*known, *SHORT_FORM_OF_SOURCE) if self.model is Source and not keys else known

    def _mend_id(self, keys: Keys, value: str, mark: Mark, path: str) -> bool:
        slug = id_from(value, fallback="")
        said = Message("formats.id-form", {"id": value, "slug": slug} if slug else {"id": value})
        if not slug:
            said = Message("formats.id-empty", {"id": value})
        self._problem("PK007", said, mark.line, mark.column, path)
        self._put(keys, slug or _GONE)
        if slug and keys[-1] == "id" and len(keys) > 1:
            self._rename(path.rpartition("/")[0], slug)
        return True

    def _rename(self, path: str, id: str) -> None:
        """Let an item that was given an id be found by it, too."""
        places = self.mended.places
        new = "/".join((*path.split("/")[:-1], id))
        for old in [old for old in places if old == path or old.startswith(path + "/")]:
            places.setdefault(new + old[len(path) :], places[old])

    def _mend_missing(self, key: str, keys: Keys, value: Any, mark: Mark, path: str) -> bool:
        if key == "id" and isinstance(value, dict):
            id = self._new_id(keys, value)
            if keys:
                said = Message("formats.no-id", {"id": id})
                self._problem("PK007", said, mark.line, mark.column, path)
                self._rename(path, id)
            else:
                said = Message("formats.no-document-id", {"id": id})
                self._problem("PK007", said, mark.line, mark.column, None)
            value["id"] = id
            if isinstance(mark.inside, dict):
                mark.inside["id"] = Mark(mark.line, mark.column)
            return True
        if not keys:
            self._problem("PK007", Message("formats.missing", {"key": key}), mark.line, mark.column, None)
            self.parsed.data.clear()
            return True
        self._problem("PK007", Message("formats.missing", {"key": key}), mark.line, mark.column, path)
        self._put(keys, _GONE)
        return True

    def _new_id(self, keys: Keys, value: Mapping[str, Any]) -> str:
        if not keys:
            return self.id or "unnamed"
        around, _, _ = self._at(keys[:-1])
        members = around if isinstance(around, list) else ()
        taken = {str(member.get("id")) for member in members if isinstance(member, dict)}
        words = next((str(value[key]) for key in _WRITTEN_FROM if isinstance(value.get(key), str)), "")
        number = keys[-1] + 1 if isinstance(keys[-1], int) else 1
        return id_from(words, taken, fallback=f"item-{number}")
