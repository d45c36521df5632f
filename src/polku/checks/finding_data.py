"""A finding as plain data for other programs: the keys are a promise."""

from __future__ import annotations

from typing import Any

from polku.checks.finding import Finding
from polku.words import render


def finding_data(found: Finding, language: str) -> dict[str, Any]:
    """One finding, its sentences in a language."""
    return {
        "code": found.code,
        "level": found.level,
        "document": found.document,
        "item": found.item,
        "line": found.place.line,
        "column": found.place.column,
        "count": found.count,
        "key": found.key,
        "message": render(found.message, language),
        "why": render(found.why, language),
        "fix": render(found.fix, language) if found.fix is not None else None,
    }
