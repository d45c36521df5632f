"""Findings for other programs: our own JSON, and SARIF for those that show findings beside code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from polku import __version__
from polku.checks import CATALOGUE, Finding
from polku.checks.explain import sentence
from polku.checks.finding_data import finding_data
from polku.words import render

SARIF_LEVELS = {"error": "error", "warning": "warning", "hint": "note", "not-measured": "none"}


def findings_as_json(found: Sequence[Finding], language: str) -> str:
    """A list of findings; the keys are a promise."""
    rows = [finding_data(one, language) for one in found]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def findings_as_sarif(found: Sequence[Finding], folder: Path, language: str) -> str:
    """SARIF 2.1.0: one rule per check, one result per place; what a document silences is suppressed."""
    codes = list(CATALOGUE)
    rules = [
        {
            "id": check.code,
            "shortDescription": {"text": sentence(render(check.finds, language))},
            "fullDescription": {"text": render(check.why, language)},
            "help": {"text": render(check.mend, language)},
            "defaultConfiguration": {"level": SARIF_LEVELS[check.level]},
        }
        for check in CATALOGUE.values()
    ]
    results = [result for one in found for result in _results(one, codes.index(one.code), folder, language)]
    run = {
        "tool": {"driver": {"name": "polku", "semanticVersion": _semantic(__version__), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _results(finding: Finding, rule: int, folder: Path, language: str) -> list[dict[str, Any]]:
    places = [(one.place, one.message, one.key) for one in finding.occurrences]
    results = []
    for place, message, key in places or [(finding.place, finding.message, finding.key)]:
        text = f"{sentence(render(message, language))} {render(finding.why, language)}"
        result: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": rule,
            "level": SARIF_LEVELS[finding.level],
            "message": {"text": text},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(folder / place.file)},
                        "region": {"startLine": place.line, "startColumn": place.column},
                    }
                }
            ],
            "partialFingerprints": {"polku/v1": key},
        }
        if finding.level == "not-measured":
            result["kind"] = "notApplicable"
        if finding.silenced is not None:
            result["suppressions"] = [{"kind": "inSource", "justification": finding.silenced}]
        results.append(result)
    return results


def _uri(file: Path) -> str:
    """A file as SARIF names it: relative to where polku runs, or whole."""
    return file.as_uri() if file.is_absolute() else quote(file.as_posix())


def _semantic(version: str) -> str:
    """0.1.0.dev0 as semantic versioning writes it: 0.1.0-dev0."""
    return version.replace(".dev", "-dev")
