"""What is held on a person, whole: every row, text and line of a document, ready to be handed over."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polku.documents import Workspace
from polku.privacy.documents import mentions
from polku.privacy.forget import recognise, spoken_of
from polku.records.forgotten import Forgotten, Known
from polku.records.lake import Lake
from polku.records.log import open_log
from polku.records.whose import find_people, held_of
from polku.words.cells import harmless

ABOUT = ("texts_about", "rejects_about")
"""Tables of what others wrote, in which the person is named."""


@dataclass(frozen=True)
class Subject:
    """All that is held.

    Args:
        known: names, addresses and sources' words by which it was found.
        tables: table → rows, each with the file and line it came from.
        documents: document, path and text of each place that names them.
    """

    known: Known
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    documents: Sequence[Mapping[str, str]]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(map(len, self.tables.values()))


def subject(folder: Path, workspace: Workspace, word: str) -> Subject:
    """Gather what a workspace holds on a person.

    Args:
        word: their id, e-mail address or whole name.

    Raises:
        SeveralPeople: more than one is meant.
        WrongUse: nobody is.
        LakeError: the records are damaged.
    """
    _, known = recognise(folder, workspace, word)
    probe = Forgotten(bytes(32))
    probe.remember(known, "")
    tables: dict[str, Sequence[Mapping[str, Any]]] = {}
    if Lake(folder / "lake").exists():
        with open_log(folder) as log:
            found = find_people(log, word)
            if found:
                tables.update(held_of(log, found[0].person_id))
            own = {(row["source"], row["event_id"]) for row in tables.get("texts", ())}
            for table, rows in spoken_of(log, probe).items():
                rest = [row for row in rows if (row.get("source"), row.get("event_id")) not in own]
                if rest:
                    tables[f"{table}_about"] = rest
            tables.update(_named_elsewhere(log, probe))
    return Subject(known, tables, mentions(workspace, probe))


def _named_elsewhere(log: Any, probe: Forgotten) -> dict[str, list[dict[str, Any]]]:
    """Rows about deals and activities that name the person in words."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, columns in (
        ("deals", ("deal_id", "owner", "lost_to", "lost_reason", "source", "source_file", "source_row")),
        ("codes", ("source", "activity", "channel", "campaign")),
        ("accounts", ("account_id", "name", "domain", "source", "source_file", "source_row")),
    ):
        rows = log.rows(f"SELECT {', '.join(columns)} FROM {{{table}}} ORDER BY ALL")
        about = [
            row for row in rows if any(isinstance(cell, str) and probe.text(cell) != cell for cell in row)
        ]
        if about:
            found[f"{table}_about"] = [dict(zip(columns, row, strict=True)) for row in about]
    return found


def as_json(found: Subject) -> dict[str, Any]:
    """What is held, as plain data: times as ISO 8601."""
    return {
        "person": {
            "names": list(found.known.names),
            "emails": list(found.known.emails),
            "ids": [{"kind": kind, "id": ref} for kind, ref in found.known.refs],
        },
        "tables": {table: [_plain(row) for row in rows] for table, rows in found.tables.items()},
        "documents": [dict(one) for one in found.documents],
    }


def json_bytes(found: Subject) -> bytes:
    """The file of `as_json`."""
    return (json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n").encode()


def zip_bytes(found: Subject) -> bytes:
    """A zip with the JSON, and each table as CSV for people."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_member("person.json"), json_bytes(found))
        tables: dict[str, Sequence[Mapping[str, Any]]] = dict(found.tables)
        if found.documents:
            tables["documents"] = found.documents
        for table, rows in tables.items():
            text = io.StringIO(newline="")
            columns = list(rows[0])
            writer = csv.writer(text)
            writer.writerow(columns)
            for row in rows:
                plain = _plain(row)
                writer.writerow(
                    [
                        harmless(value) if isinstance(value, str) else value
                        for value in map(plain.get, columns)
                    ]
                )
            packed.writestr(_member(f"{table}.csv"), "\ufeff" + text.getvalue())
    return out.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    # No clock in it: the same data gives the same file.
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
        for key, value in row.items()
    }
