"""What a reading process tells the one that asked, as JSON: plain data, since the files it read are not to be trusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polku.documents import Source
from polku.errors import ImportRefused, PolkuError, Where, WrongUse
from polku.identity.mirror import Contact
from polku.records.publish import Staged
from polku.sources.contacts import Contacts
from polku.sources.mappings import Chosen, Sign
from polku.sources.shown import Shown, ShownColumn, ShownRow
from polku.sources.staging import ReadFile
from polku.sources.systems import Guess
from polku.sources.unclear import Column, Unclear
from polku.sources.verdicts import Reason
from polku.words import Message

Data = dict[str, Any]


def message_data(message: Message) -> Data:
    """A message, with those within it."""
    return {"id": message.id, "params": {key: _value(value) for key, value in message.params.items()}}


def message_of(data: Data) -> Message:
    """The message again."""
    return Message(str(data["id"]), {str(key): _unvalue(value) for key, value in data["params"].items()})


def _value(value: Any) -> Any:
    if isinstance(value, Message):
        return {"message": message_data(value)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(one) for one in value]
    if isinstance(value, dt.datetime):
        return {"time": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _unvalue(value: Any) -> Any:
    if isinstance(value, dict):
        if "message" in value:
            return message_of(value["message"])
        return (
            dt.datetime.fromisoformat(value["time"])
            if "time" in value
            else dt.date.fromisoformat(value["day"])
        )
    return [_unvalue(one) for one in value] if isinstance(value, list) else value


def error_data(error: PolkuError) -> Data:
    """An error that a user can mend."""
    where = error.where
    data: Data = {
        "code": error.code,
        "message": message_data(error.message),
        "where": None if where is None else [where.file, where.line, where.column, where.cell, where.item],
    }
    if isinstance(error, Unclear):
        data["unclear"] = {
            "columns": [[one.name, one.meaning, one.example] for one in error.columns],
            "draft": dict(error.draft),
            "table": error.table,
        }
    return data


def error_of(data: Data) -> PolkuError:
    """The error again."""
    message, where = message_of(data["message"]), Where(*data["where"]) if data["where"] else None
    if (unclear := data.get("unclear")) is not None:
        columns = tuple(Column(*one) for one in unclear["columns"])
        return Unclear(message, where or Where(), columns, unclear["draft"], unclear["table"])
    return WrongUse(message, where) if data["code"] == WrongUse.code else ImportRefused(message, where)


def file_data(read: ReadFile, folder: Path) -> Data:
    """A file as it was read; paths are told from the folder of all staged files."""
    staged, chosen = read.staged, read.mapping
    return {
        "staged": {
            "folder": staged.folder.relative_to(folder).as_posix(),
            **{
                key: getattr(staged, key)
                for key in ("file", "source", "as_", "sha256", "mapping", "rows", "whole", "begins")
            },
        },
        **{key: getattr(read, key) for key in _PLAIN},
        "mapping": {
            "source": chosen.source.model_dump(by_alias=True, mode="json"),
            "said": sorted(chosen.source.model_fields_set),
            **{key: getattr(chosen, key) for key in ("told_by", "document", "kind")},
            "signs": [[one.column, one.target, one.by] for one in chosen.signs],
            "system": None if chosen.system is None else [chosen.system[0], _guess_data(chosen.system[1])],
        },
        "tables": dict(read.tables),
        "warnings": [message_data(one) for one in read.warnings],
        "reasons": [[message_data(one.message), one.count, list(one.lines)] for one in read.reasons],
        "sample": {
            table: [list(names), [[_cell(cell) for cell in row] for row in rows]]
            for table, (names, rows) in read.sample.items()
        },
        "shown": None if read.rows_shown is None else shown_data(read.rows_shown),
    }


def file_of(data: Data, folder: Path) -> ReadFile:
    """The file again, its staged tables under `folder`."""
    staged, mapping = data["staged"], data["mapping"]
    inside = Path(staged["folder"])
    if inside.is_absolute() or ".." in inside.parts:
        raise ValueError("staged outside of its folder")
    warnings = tuple(message_of(one) for one in data["warnings"])
    said = mapping["source"]
    system = mapping["system"]
    return ReadFile(
        staged=Staged(**{**staged, "folder": folder / inside, "warnings": warnings}),
        **{key: _tuple(data[key]) for key in _PLAIN},
        mapping=Chosen(
            Source.model_validate({key: said[key] for key in said if key in mapping["said"] or key == "as"}),
            mapping["told_by"],
            mapping["document"],
            tuple(Sign(*one) for one in mapping["signs"]),
            mapping["kind"],
            None if system is None else (system[0], _guess_of(system[1])),
        ),
        tables=data["tables"],
        warnings=warnings,
        reasons=tuple(Reason(message_of(one), count, tuple(lines)) for one, count, lines in data["reasons"]),
        sample={
            table: (tuple(names), [tuple(row) for row in rows])
            for table, (names, rows) in data["sample"].items()
        },
        rows_shown=None if data["shown"] is None else shown_of(data["shown"]),
    )


_PLAIN = (
    *("name", "kind", "rows", "rejected", "columns", "used_columns"),
    *("letters", "delimiter", "dates", "zone", "seconds", "repeated"),
)


def shown_data(shown: Shown) -> Data:
    """The file as a table."""
    return {
        "columns": [
            [
                one.name,
                list(one.becomes),
                one.sure,
                one.filled,
                one.empty,
                one.failing,
                one.left_out,
                one.alike,
            ]
            for one in shown.columns
        ],
        "rows": [
            [
                one.line,
                list(one.cells),
                one.fate,
                None if one.reason is None else message_data(one.reason),
                one.column,
            ]
            for one in shown.rows
        ],
        "first": shown.first,
        "faults": list(shown.faults),
    }


def shown_of(data: Data) -> Shown:
    """The table again."""
    return Shown(
        tuple(ShownColumn(name, tuple(becomes), *rest) for name, becomes, *rest in data["columns"]),
        tuple(
            ShownRow(line, tuple(cells), fate, None if reason is None else message_of(reason), column)
            for line, cells, fate, reason, column in data["rows"]
        ),
        data["first"],
        tuple(data["faults"]),
    )


def contacts_data(read: Contacts) -> Data:
    """Contacts, row by row."""
    return {
        "contacts": [[one.name, one.email, one.company, one.title] for one in read.contacts],
        "columns": dict(read.columns),
        "rejected": read.rejected,
        "warnings": [message_data(one) for one in read.warnings],
    }


def contacts_of(data: Data) -> Contacts:
    """The contacts again."""
    contacts = tuple(Contact(*one) for one in data["contacts"])
    return Contacts(contacts, data["columns"], data["rejected"], tuple(map(message_of, data["warnings"])))


def _guess_data(guess: Guess) -> Data:
    return {
        "shape": guess.shape,
        "score": guess.score,
        "signs": [message_data(one) for one in guess.signs],
        "found": dict(guess.found),
        "language": guess.language,
    }


def _guess_of(data: Mapping[str, Any]) -> Guess:
    signs = tuple(map(message_of, data["signs"]))
    return Guess(data["shape"], data["score"], signs, data["found"], data["language"])


def _cell(value: object) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value if value is None or isinstance(value, str | int | float | bool | list) else str(value)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
