"""The kinds of documents by the words people use for them: journey, role, settings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel

from polku.documents import (
    Account,
    Evidence,
    Improvement,
    Journey,
    Partner,
    Role,
    Settings,
    Source,
    Sprint,
)

KIND_WORDS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "settings": Settings,
        "role": Role,
        "journey": Journey,
        "partner": Partner,
        "evidence": Evidence,
        "account": Account,
        "improvement": Improvement,
        "sprint": Sprint,
        "source": Source,
    }
)
"""Word for one document of a kind → its model; `settings` is polku.yaml."""
