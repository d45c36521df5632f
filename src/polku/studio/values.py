"""Plain data of a document: what stands at a path, and what an edit did to the letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def value_at(data: Any, path: str) -> Any:
    """What stands at a path of plain data; members of lists by id, else by number from 1; None where nothing."""
    for segment in [part for part in path.split("/") if part]:
        if isinstance(data, list):
            data = member_of(data, segment)[1]
        elif isinstance(data, Mapping):
            data = data.get(segment)
        else:
            return None
    return data


def member_of(members: list[Any], segment: str) -> tuple[int | None, Any]:
    """Number from 1 and value of a list's member by id, else by number."""
    for number, member in enumerate(members, start=1):
        if (member.get("id") if isinstance(member, Mapping) else None) == segment:
            return number, member
    if segment.isascii() and segment.isdigit() and len(segment) < 9 and 1 <= int(segment) <= len(members):
        return int(segment), members[int(segment) - 1]
    return None, None


def splice_of(before: str, after: str) -> list[Any]:
    """Start, letters taken, letters put: what turns one text into the other."""
    most = min(len(before), len(after))
    start = 0
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[len(before) - 1 - end] == after[len(after) - 1 - end]:
        end += 1
    return [start, before[start : len(before) - end], after[start : len(after) - end]]


def as_json(value: Any) -> Any:
    """Plain data as JSON holds it: dates and durations as they are written, without NUL, which PostgreSQL has not."""
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("\0", "")
    return value if value is None or isinstance(value, int | float | bool) else str(value)
