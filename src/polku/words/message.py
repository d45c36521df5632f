"""What is said, before it is said in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, TypeAlias

from polku.frozen import dataclass

Text: TypeAlias = "Message | str"
"""A message of polku, or words that came from the user's own content and stay as they are."""


@dataclass(frozen=True)
class Message:
    """One sentence by its id in the catalogues, with the values that stand in it.

    Args:
        id: `<area>.<name>`, the area being the catalogue file that holds it.
        params: values by placeholder. Numbers, dates, durations and lists are written the
            reader's way; another Message is rendered in the same language; a str stands as it is.
            `count` chooses between singular and plural where the catalogue has both.
    """

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.id, tuple(sorted((k, str(v)) for k, v in self.params.items()))))
