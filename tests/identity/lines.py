"""Lines of sources as they are staged, in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def staged_line(kinds: Mapping[str, str], source: str, place: int, **cells: Any) -> dict[str, Any]:
    """A line of a source: where it stands, and what it says; `kinds` names the kind of each source."""
    return {
        "source": source,
        "source_kind": kinds[source],
        "source_file": "f",
        "source_row": place,
        **cells,
    }
