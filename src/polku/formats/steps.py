"""The spreadsheet of steps that a marketer already has, as a journey with roles, touchpoints and channels.

Two layouts are known: a row per step under a row of headers, and a matrix whose columns are stages or
steps and whose rows are lanes. What cannot be used is said cell by cell and kept as a note of the step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from polku.documents import Channel, Evidence, Journey, Role, Team, Touchpoint
from polku.errors import DocumentError, Where
from polku.formats.sheets import Sheet, cell_name, read_sheets
from polku.formats.steps_journey import build_journey
from polku.formats.steps_rows import Cell, Row, Said, lines_of
from polku.formats.steps_words import field_of, known_headers
from polku.words import Message

_HEADER_ROWS = 25
_CARRIES = frozenset(("step", "does", "touchpoint", "stage"))
"""A list of steps has at least one of these and one more column that is known."""


@dataclass(frozen=True)
class Steps:
    """A journey read from a spreadsheet, with what it speaks of.

    Args:
        sheet: the sheet that was read.
        layout: `list` or `matrix`.
        said: what was understood in a particular way or could not be used, by cell.
    """

    sheet: str
    layout: str
    journey: Journey
    roles: tuple[Role, ...]
    teams: tuple[Team, ...]
    channels: tuple[Channel, ...]
    touchpoints: tuple[Touchpoint, ...]
    evidence: tuple[Evidence, ...]
    said: tuple[Said, ...]


def read_steps(path: str | Path, *, id: str | None = None, name: str | None = None) -> Steps:
    """Read a journey from an XLSX or CSV file.

    Args:
        path: the file; its first sheet with headers that are known is read.
        id: id of the journey; from its name by default.
        name: name of the journey; the file's by default.

    Raises:
        DocumentError: it cannot be read, or has no headers that are known.
    """
    path = Path(path)
    for sheet in read_sheets(path):
        said: list[Said] = []
        layout = "list"
        rows = _as_list(sheet, said)
        if rows is None:
            layout = "matrix"
            rows = _as_matrix(sheet, said)
        if rows:
            title = name or re.sub(r"[_\s]+", " ", path.stem).strip() or sheet.name
            built = build_journey(rows, said, id=id, name=title)
            return Steps(sheet.name, layout, **built, said=tuple(said))
    known = {"known": known_headers()}
    raise DocumentError(Message("formats.steps-no-header", known), Where(file=str(path)))


def _as_list(sheet: Sheet, said: list[Said]) -> list[Row] | None:
    """A row per step; None where no row of headers is found."""
    best: tuple[int, int] | None = None
    for number, cells in enumerate(sheet.rows[:_HEADER_ROWS]):
        found = {name for text in cells if text and (name := field_of(text))}
        if len(found) >= 2 and found & _CARRIES and (best is None or len(found) > best[0]):
            best = (len(found), number)
    if best is None:
        return None
    header = best[1]
    columns = _columns(sheet, header, said)
    rows: list[Row] = []
    for number in range(header + 1, len(sheet.rows)):
        row = Row()
        for column, text in enumerate(sheet.rows[number]):
            if not text:
                continue
            cell = Cell(text, cell_name(number, column))
            name = columns.get(column)
            if name is not None:
                row.cells.setdefault(name, cell)
            elif (number, column) not in sheet.merged:
                row.unknown.append((_header_text(sheet, header, column), cell))
        if row.cells or row.unknown:
            rows.append(row)
    return rows


def _header_text(sheet: Sheet, header: int, column: int) -> str:
    cells = sheet.rows[header]
    return cells[column] if column < len(cells) else ""


def _columns(sheet: Sheet, header: int, said: list[Said]) -> Mapping[int, str]:
    """Column → field; the first of two with one meaning counts, the other is kept as notes."""
    columns: dict[int, str] = {}
    for column, text in enumerate(sheet.rows[header]):
        if not text:
            continue
        name = field_of(text)
        cell = cell_name(header, column)
        if name is None:
            said.append(Said(cell, Message("formats.steps-column-kept", {"header": text})))
        elif name in columns.values():
            said.append(Said(cell, Message("formats.steps-column-twice", {"header": text})))
        else:
            columns[column] = name
    return columns


def _as_matrix(sheet: Sheet, said: list[Said]) -> list[Row] | None:
    """A column per stage or step, a row per lane; None where no lanes are found."""
    label = _label_column(sheet)
    if label is None:
        return None
    lanes: dict[int, str] = {}
    for number, cells in enumerate(sheet.rows):
        name = field_of(cells[label]) if label < len(cells) and cells[label] else None
        if name is not None and name not in lanes.values():
            lanes[number] = name
        elif name is not None:
            said.append(
                Said(cell_name(number, label), Message("formats.steps-lane-twice", {"header": cells[label]}))
            )
    first = min(lanes)
    heads = _head_rows(sheet, label, first, lanes)
    # A stage stands over several columns, with empty cells beside it where it was not merged.
    stage: Cell | None = None
    rows: list[Row] = []
    width = max((len(cells) for cells in sheet.rows), default=0)
    for column in range(label + 1, width):
        row = Row()
        for number, cells in enumerate(sheet.rows):
            text = cells[column] if column < len(cells) else ""
            if not text or (number < first and number not in heads):
                continue
            cell = Cell(text, cell_name(number, column))
            name = heads.get(number) or lanes.get(number)
            if name is None:
                header = cells[label] if label < len(cells) else ""
                if (number, column) not in sheet.merged:
                    row.unknown.append((header, cell))
            else:
                row.cells.setdefault(name, cell)
        stage = row.cells.get("stage", stage)
        only_merged = all((number, column) in sheet.merged for number in heads)
        if not row.unknown and (not row.cells or (set(row.cells) == {"stage"} and only_merged)):
            continue
        if stage is not None:
            row.cells["stage"] = stage
        rows += _one_per_line(row)
    for number, cells in enumerate(sheet.rows):
        if number > first and number not in lanes and label < len(cells) and cells[label]:
            kept = Message("formats.steps-lane-kept", {"header": cells[label]})
            said.append(Said(cell_name(number, label), kept))
    return rows


def _label_column(sheet: Sheet) -> int | None:
    """The column whose cells name the lanes: at least two that are known, among the first three."""
    best: tuple[int, int] | None = None
    for column in range(3):
        names = {field_of(cells[column]) for cells in sheet.rows if column < len(cells) and cells[column]}
        count = len(names - {None, "number", "note"})
        if (
            count >= 2
            and names & (_CARRIES | {"thinks", "feels", "pains"})
            and (best is None or count > best[0])
        ):
            best = (count, column)
    return best[1] if best else None


def _head_rows(sheet: Sheet, label: int, first: int, lanes: Mapping[int, str]) -> dict[int, str]:
    """Rows above the first lane that name stages and steps without a word that says so."""
    named = set(lanes.values())
    above = [
        number for number in range(first) if sum(bool(text) for text in sheet.rows[number][label + 1 :]) >= 2
    ]
    heads: dict[int, str] = {}
    free = [name for name in ("stage", "step") if name not in named]
    if len(above) == 1 and "stage" in free:
        heads[above[0]] = "stage"
    elif len(above) >= 2:
        heads.update(zip(above[-2:], free, strict=False))
    return heads


def _one_per_line(row: Row) -> list[Row]:
    """A column that lists several things to do is several steps; what else it says stands at the first."""
    does = row.cells.get("does") or row.cells.get("step")
    name = "does" if "does" in row.cells else "step"
    lines = lines_of(does.text) if does is not None else []
    if does is None or len(lines) < 2 or (name == "does" and "step" in row.cells):
        if does is not None and len(lines) == 1:
            row.cells[name] = Cell(lines[0], does.name)  # a single bullet is none
        return [row]
    rest = [
        Row({name: Cell(line, does.name), **({"stage": row.cells["stage"]} if "stage" in row.cells else {})})
        for line in lines[1:]
    ]
    row.cells[name] = Cell(lines[0], does.name)
    return [row, *rest]
