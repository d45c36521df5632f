"""What a file was read to, in short forms for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polku.sources.staging import ReadFile

Read = Callable[..., ReadFile]


def rows(found: ReadFile, table: str) -> list[dict[str, Any]]:
    """Staged rows as dictionaries of what is said in them."""
    names, values = found.sample[table]
    return [dict(zip(names, row, strict=True)) for row in values]


def reasons(found: ReadFile) -> dict[str, int]:
    """Reasons of the rejects with their counts, without the area's name."""
    counts: dict[str, int] = {}
    for one in found.reasons:
        key = one.message.id.removeprefix("sources.reject-")
        counts[key] = counts.get(key, 0) + one.count
    return counts


def warned(found: ReadFile) -> set[str]:
    """Ids of the warnings, without the area's name."""
    return {one.id.removeprefix("sources.") for one in found.warnings}
