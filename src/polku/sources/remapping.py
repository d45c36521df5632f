"""A mapping changed column by column, as somebody does who looks at the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from polku.documents import Source
from polku.documents.source import Table as TableName
from polku.errors import WrongUse
from polku.records.schema import LINEAGE, RECORDS
from polku.words import Message

TABLES: tuple[str, ...] = get_args(TableName)
_UNSAID = frozenset((*(column.name for column in LINEAGE), "precision", "zone", "priority"))


def targets_of(table: str) -> tuple[str, ...]:
    """The columns of a table that a mapping can fill."""
    return tuple(column.name for column in RECORDS[table].columns if column.name not in _UNSAID)


def remapped(source: Source, changes: Mapping[str, str]) -> Source:
    """The mapping with columns of the file becoming something else.

    What takes its text from several columns keeps the others' share; a column that is left out gives up all it fills.

    Args:
        changes: column of the file → `table.column`; empty leaves it out.

    Raises:
        WrongUse: there is no such table or column.
    """
    data = source.model_dump(by_alias=True, mode="json", exclude_defaults=True)
    fills: list[dict[str, Any]] = [dict(one) for one in data.get("fills", [])]
    for column, target in changes.items():
        table, _, name = target.partition(".")
        if target and (table not in TABLES or name not in targets_of(table)):
            known = [
                f"{one}.{column}"
                for one in ([table] if table in TABLES else TABLES[:1])
                for column in targets_of(one)
            ]
            raise WrongUse(Message("sources.unknown-becomes", {"found": target, "known": known}))
        if target and target in _alone(fills, column):
            continue
        _leave_out(fills, column)
        if target:
            one = next((each for each in fills if each["table"] == table), None)
            if one is None:
                one = {"table": table, "columns": {}}
                fills.append(one)
            one["columns"] = {**one.get("columns", {}), name: column}
            if name == "activity":
                one.pop("activity", None)
    data["fills"] = [one for one in fills if one.get("columns") or one.get("activity") or one.get("values")]
    return Source.model_validate(data)


def _alone(fills: list[dict[str, Any]], column: str) -> set[str]:
    """What the column fills by itself."""
    found = {
        f"{one['table']}.{target}"
        for one in fills
        for target, said in one.get("columns", {}).items()
        if said == column
    }
    return found | {f"{one['table']}.activity" for one in fills if one.get("activity") == f"{{{column}}}"}


def _leave_out(fills: list[dict[str, Any]], column: str) -> None:
    for one in fills:
        one["columns"] = {target: said for target, said in one.get("columns", {}).items() if said != column}
        one["values"] = {
            target: said
            for target, said in one.get("values", {}).items()
            if said.get("of") != column and (said.get("of") or target in one["columns"])
        }
        if one.get("when") == column:
            del one["when"]
        if one.get("split_column") == column:
            del one["split_column"], one["split"]
        if one.get("activity") == f"{{{column}}}":
            del one["activity"]
        one["where"] = {name: values for name, values in one.get("where", {}).items() if name != column}
        for key in ("columns", "values", "where"):
            if not one[key]:
                del one[key]
