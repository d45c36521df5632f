"""What a version's files say: its tables as their sources said them, and its events as they are published, row by row."""

from __future__ import annotations

from pathlib import Path

from polku.records.engine import Relation, name
from polku.records.files import ADDED, BASE, GONE, FileEntry
from polku.records.lake import Version
from polku.records.layers import but_gone, shifted, whole
from polku.records.merging import as_staged, row_number, together, with_later
from polku.records.schema import DEAL_BY, ENTITIES, PUBLISHED


def said_in_files(version: Version, table: str) -> tuple[Relation, ...]:
    """A table of a version as its sources said it, file by file, in the columns of a staged one, with position and r."""
    published = f"source_{table}" if table in ENTITIES else table
    linked = table == "events" and bool(version.entries("belongings"))
    gone = _files(version, published, GONE)
    return tuple(
        as_staged(
            table,
            (file,),
            (entry.left_out,),
            linked=linked,
            first=number,
            gone=gone if entry.layer == BASE else (),
        )
        for number, (entry, file) in enumerate(_rows(version, published))
    )


def said_by(version: Version, table: str) -> Relation:
    """A table of a version as its sources said it; one without rows where it has none."""
    return together(said_in_files(version, table)) or as_staged(table, ())


def events_there(version: Version, layer: int | None = None) -> Relation:
    """The published events of a version, or of a layer of it, with r (`merging.row_number`) and number.

    The number is what `event_no` is once others stand beside the base; the key by which a row is known and what told
    its deal are among the columns.
    """
    gone, selects, before = _files(version, "events", GONE), [], 0
    columns = ", ".join(name(one) for one in PUBLISHED["events"].names if one != "event_no")
    rows = _rows(version, "events")
    for piece, (entry, file) in enumerate(rows):
        number = shifted(f"(b.file_row_number + {before})") if entry.layer == BASE else "event_no"
        read = with_later("events", whole(PUBLISHED["events"], file, entry.left_out), linked=True)
        but = but_gone(gone, piece) if entry.layer == BASE else ""
        if layer in (None, entry.layer):
            selects.append(
                f"SELECT {columns}, {DEAL_BY}::VARCHAR AS {DEAL_BY}, key, b.file_row_number + {row_number(piece, 0)} AS r, "
                f"{number} AS number FROM ({read}) AS b{but}"
            )
        before += entry.rows
    return Relation(f"({' UNION ALL '.join(selects)})", tuple(file for _, file in rows) + gone)


def _rows(version: Version, table: str) -> list[tuple[FileEntry, Path]]:
    """The files that have rows of a table: those of the base, then what was added."""
    each = zip(version.entries(table), version.files(table), strict=True)
    return sorted((one for one in each if one[0].layer != GONE), key=lambda one: one[0].layer == ADDED)


def _files(version: Version, table: str, layer: int) -> tuple[Path, ...]:
    each = zip(version.entries(table), version.files(table), strict=True)
    return tuple(file for entry, file in each if entry.layer == layer)
