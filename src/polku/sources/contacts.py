"""Contacts of an export of any make: names, addresses, companies, job titles, found by their headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from polku.errors import ImportRefused
from polku.identity.mirror import Contact
from polku.records.engine import Engine
from polku.sources.cells import filled
from polku.sources.files import Opened, open_files
from polku.sources.headers import meanings
from polku.sources.raw import Raw
from polku.sources.scratch import scratch_folder
from polku.sources.systems import Part
from polku.sources.tables import parts_of
from polku.words import Message


@dataclass(frozen=True)
class Contacts:
    """The contacts of a file.

    Args:
        columns: what was read → column of the file.
        rejected: rows that could not be read.
    """

    contacts: tuple[Contact, ...]
    columns: dict[str, str]
    rejected: int
    warnings: tuple[Message, ...]


def read_contacts(path: Path) -> Contacts:
    """Read a contacts export: CSV in any letters and with any delimiter, XLSX, JSON or Parquet; also packed.

    Raises:
        ImportRefused: it is no table, or none of its columns holds job titles.
    """
    with scratch_folder() as scratch, Engine(ordered=True) as engine:
        contacts: list[Contact] = []
        rejected = 0
        warnings: list[Message] = []
        columns: dict[str, str] = {}
        for opened, part in _parts(path, scratch):
            raw, _ = part.load(engine, "raw", None)
            columns = meanings(raw.columns)
            if "title" not in columns:
                raise ImportRefused(
                    Message("mirror.no-title-column", {"columns": list(raw.columns)[:30]}), opened.where
                )
            if not engine.rows(f"SELECT count(*) FROM {raw.table}")[0][0] and not raw.broken:
                raise ImportRefused(Message("mirror.no-rows"), opened.where)
            contacts += _contacts(engine, raw, columns)
            rejected += len(raw.broken)
            warnings += raw.warnings
    return Contacts(tuple(contacts), columns, rejected, tuple(warnings))


def _parts(path: Path, scratch: Path) -> Iterator[tuple[Opened, Part]]:
    """Tables of a file; of a workbook or database the first alone, since the others are no contacts."""
    for opened in open_files(path, scratch):
        if opened.kind == "xes":
            raise ImportRefused(Message("mirror.no-table"), opened.where)
        part = next(parts_of(opened, scratch), None)
        if part is None:
            raise ImportRefused(Message("mirror.no-rows"), opened.where)
        yield opened, part


def _contacts(engine: Engine, raw: Raw, columns: dict[str, str]) -> list[Contact]:
    def cell(meaning: str) -> str:
        return filled(raw.column(columns[meaning])) if meaning in columns else "CAST(NULL AS VARCHAR)"

    name = cell("name")
    if "first_name" in columns or "last_name" in columns:
        both = f"nullif(trim(concat_ws(' ', {cell('first_name')}, {cell('last_name')})), '')"
        name = f"coalesce({both}, {name})"
    company = f"coalesce({cell('account_name')}, {cell('domain')}, {cell('account_id')})"
    rows = engine.rows(
        f"SELECT {name}, {cell('email')}, {company}, {cell('title')} FROM {raw.table} ORDER BY line"
    )
    return [Contact(*row) for row in rows]
