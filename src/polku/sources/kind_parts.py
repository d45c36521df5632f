"""What several kinds of tables share: columns by what they mean, the people whom a row names, words for yes and no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.records.engine import Engine
from polku.sources.raw import Raw

Found = Mapping[str, str]
"""Meaning → column of the file."""


def first_of(found: Found, *meanings: str) -> str | None:
    """The column of the first of some meanings that is there."""
    return next((found[one] for one in meanings if one in found), None)


def some(**columns: str | None) -> dict[str, str]:
    """Columns of a fill, without those that there is nothing for; `from_` is `from`."""
    return {target.rstrip("_"): column for target, column in columns.items() if column}


def person_name(found: Found) -> str | None:
    """The column of a name, or first and last name together."""
    if "first_name" in found and "last_name" in found:
        return f"{{{found['first_name']}}} {{{found['last_name']}}}"
    return found.get("name")


_KINDS = 40
"""Different words up to which a column tells kinds of something."""
_HANDFUL = 3


def few(engine: Engine, raw: Raw, column: str) -> bool:
    """Whether a column says a few words again and again; of a handful of rows it may say each once."""
    cell = raw.column(column)
    count, words = engine.rows(f"SELECT count({cell}), count(DISTINCT {cell}) FROM {raw.table}")[0]
    return bool(words <= _KINDS and (words * 2 <= count or count <= _HANDFUL))


def people_of(found: Found, who: str | None, company: str | None) -> list[dict[str, Any]]:
    """The people whom a file of events names besides."""
    if not who:
        return []
    name = person_name(found)
    told = some(name=name, email=found.get("email"), title=found.get("title"), language=found.get("language"))
    fills: list[dict[str, Any]] = []
    if told:
        # An id alone is that of somebody whom another table describes.
        fills.append({"table": "people", "when": who, "columns": {"person_id": who, **told}})
    if company:
        fills.append(
            {"table": "memberships", "when": who, "columns": {"person_id": who, "account_id": company}}
        )
    return fills


def beside(company: str, person: str, title: str | None) -> list[dict[str, Any]]:
    """The person whom a row names beside a company, known by that alone."""
    who = f"{{{company}}}/{{{person}}}"
    return [
        {
            "table": "people",
            "when": person,
            "columns": {"person_id": who, "name": person, **some(title=title)},
        },
        {"table": "memberships", "when": person, "columns": {"person_id": who, "account_id": company}},
    ]


_DONE = frozenset(("done", "completed", "true", "yes", "1", "x", "tehty", "kyllä", "joo", "attended", "checked in", "osallistui", "paikalla", "deltog", "närvarande", "fremmødt", "klar", "utförd", "ja", "udført", "utført"))  # fmt: skip
_OPEN = frozenset(("to do", "todo", "open", "not done", "planned", "false", "no", "0", "tekemättä", "did not attend", "not attending", "attending", "registered", "cancelled", "absent", "no show", "no-show", "poissa", "ei osallistunut", "deltog ej", "deltog inte", "deltog ikke", "frånvarande", "ej", "ei", "nej", "nei"))  # fmt: skip


def done_words(engine: Engine, raw: Raw, column: str) -> list[str]:
    """Words of a column that say that something was done; none where it says other things, too."""
    cell = raw.column(column)
    said = [
        str(row[0])
        for row in engine.rows(
            f"SELECT DISTINCT trim({cell}) FROM {raw.table} WHERE {cell} IS NOT NULL LIMIT 20"
        )
    ]
    if not said or any(one.lower() not in _DONE | _OPEN for one in said):
        return []
    return sorted(one for one in said if one.lower() in _DONE)
