"""A file as a table, to be looked at before it is taken: what its columns become, and what becomes of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from polku.records.engine import Engine
from polku.sources import verdicts
from polku.sources.cells import filled
from polku.sources.filling import Filled, Reading
from polku.sources.mappings import Chosen
from polku.sources.raw import Broken, Raw
from polku.words import Message

Sure = Literal["mapping", "proposed", "unsure", "unused"]
"""Where it stands from: a mapping says it, the header does, the header does but the values do not bear it out, nobody."""
Fate = Literal["used", "repeated", "rejected"]

_CELL = 120
_FAULTS = 60
"""So many rejected rows are shown in their place."""
_UNSURE = 0.1
"""From this share of values that do not fit, a proposal is unsure."""
_FEW = 10
"""Of fewer rows than this nothing is concluded from their being alike."""


@dataclass(frozen=True)
class ShownColumn:
    """A column of the file.

    Args:
        becomes: columns of tables (`events.time`), none where it is not read.
        filled, empty: rows; together all that could be cut into cells.
        failing: rows that are rejected because of what stands here.
        left_out: values that cannot be read as what they should become; their rows are used without them.
        alike: the value that stands in every row, where it is the same throughout.
    """

    name: str
    becomes: tuple[str, ...]
    sure: Sure
    filled: int
    empty: int
    failing: int
    left_out: int
    alike: str | None


@dataclass(frozen=True)
class ShownRow:
    """A row of the file.

    Args:
        cells: in the order of the columns; of a row that cannot be cut, its text alone.
        column: the column that is to blame.
    """

    line: int
    cells: tuple[str | None, ...]
    fate: Fate
    reason: Message | None = None
    column: str | None = None


@dataclass(frozen=True)
class Shown:
    """A file as a table.

    Args:
        rows: the first ones, and those that are rejected with their neighbours, in the order of their lines.
        first: so many of them stand at the beginning.
        faults: lines of the rejected rows that are among them.
    """

    columns: tuple[ShownColumn, ...]
    rows: tuple[ShownRow, ...]
    first: int
    faults: tuple[int, ...] = field(default=())


def show_rows(
    engine: Engine,
    raw: Raw,
    found: Chosen,
    reading: Reading,
    fills: Sequence[Filled],
    folder: Path,
    most: int,
) -> Shown:
    """The file as a table, after it was judged.

    Args:
        folder: where its tables were written.
        most: rows from the beginning.
    """
    rejects = engine.rows(
        'SELECT line, reason, "column", found FROM rejects ORDER BY line LIMIT $most', {"most": _FAULTS}
    )
    seeds = {line for (line, *_) in rejects}
    firsts = engine.rows('SELECT line, reason, "column", found FROM rejects QUALIFY row_number() OVER (PARTITION BY reason, "column" ORDER BY line) <= 3')  # fmt: skip
    seeds |= {line for (line, *_) in firsts}
    blamed = {line: (reason, column, value) for line, reason, column, value in (*rejects, *firsts)}
    rows = _rows(engine, raw, most, seeds)
    lines = [line for line, _ in rows]
    again = verdicts.repeats(fills, folder)
    if again and lines:
        said_before = {
            line
            for (line,) in engine.rows(
                f"SELECT line FROM ({again}) WHERE line IN ({', '.join(map(str, lines))})"
            )
        }
    else:
        said_before = set()
    last = lines[min(most, len(lines)) - 1] if lines else 0
    unseen = [line for line in lines if line not in blamed]
    if unseen:
        for line, reason, column, value in engine.rows(
            f'SELECT line, reason, "column", found FROM rejects WHERE line IN ({", ".join(map(str, unseen))})'
        ):
            blamed[line] = (reason, column, value)
    shown = []
    for line, cells in rows:
        if line in blamed:
            reason, column, value = blamed[line]
            why = Message(reason, {"column": column, "found": value})
            shown.append(ShownRow(line, cells, "rejected", why, column))
        else:
            shown.append(ShownRow(line, cells, "repeated" if line in said_before else "used"))
    return Shown(
        _columns(engine, raw, found, reading),
        tuple(shown),
        sum(line <= last for line in lines),
        tuple(one.line for one in shown if one.fate == "rejected"),
    )


def _rows(
    engine: Engine, raw: Raw, most: int, seeds: Iterable[int]
) -> list[tuple[int, tuple[str | None, ...]]]:
    """The first rows, and the wanted ones with the row before and after each."""
    own = range(raw.own or len(raw.columns))
    cells = ", ".join(f"left(CAST(c{at} AS VARCHAR), {_CELL})" for at in own)
    wanted = sorted({line + step for line in seeds for step in (-1, 0, 1)})
    near = f"line IN ({', '.join(map(str, wanted))})" if wanted else "false"
    found: dict[int, tuple[str | None, ...]] = {
        row[0]: tuple(row[1:])
        for row in engine.rows(
            f"SELECT line, {cells} FROM {raw.table} WHERE line IN (SELECT line FROM {raw.table} ORDER BY line LIMIT {int(most)}) "
            f"OR {near} ORDER BY line"
        )
    }
    first = sorted(found)[: int(most)]
    last = first[-1] if len(first) >= most else None
    apart: list[Broken] = [
        one for one in raw.broken if one.line in set(wanted) or (last is not None and one.line <= last)
    ]
    for one in apart:
        found[one.line] = (one.row[: 4 * _CELL],)
    return sorted(found.items())


def _columns(engine: Engine, raw: Raw, found: Chosen, reading: Reading) -> tuple[ShownColumn, ...]:
    own = raw.columns[: raw.own or len(raw.columns)]
    cells = [filled(f"CAST(c{at} AS VARCHAR)") for at in range(len(own))]
    counts: tuple[int | str | None, ...] = ()
    if own:
        asked = ", ".join(f"count({cell}), min({cell}), max({cell})" for cell in cells)
        counts = engine.rows(f"SELECT count(*), {asked} FROM {raw.table}")[0]
    whole = int(counts[0] or 0) if counts else 0
    failing: dict[str, int] = dict(
        engine.rows('SELECT "column", count(*) FROM rejects WHERE "column" IS NOT NULL GROUP BY 1')
    )
    left_out: dict[str, int] = {}
    for warning in reading.warnings:
        if warning.id.endswith("-left-out"):
            column = str(warning.params["column"])
            left_out[column] = max(left_out.get(column, 0), int(warning.params["count"]))
    shown = []
    for at, name in enumerate(own):
        count, low, high = int(counts[1 + 3 * at] or 0), counts[2 + 3 * at], counts[3 + 3 * at]
        becomes = becomes_of(found, name)
        alike = str(low) if low == high and low is not None and count >= _FEW and count == whole else None
        wrong = failing.get(name, 0) + left_out.get(name, 0)
        sure: Sure = "unused"
        if becomes and found.told_by != "proposal":
            sure = "mapping"
        elif becomes:
            number = alike is not None and alike.strip("0., ") == ""
            sure = "unsure" if number or (count and wrong / count >= _UNSURE) else "proposed"
        shown.append(
            ShownColumn(
                name, becomes, sure, count, whole - count, failing.get(name, 0), left_out.get(name, 0), alike
            )
        )
    return tuple(shown)


def becomes_of(found: Chosen, column: str) -> tuple[str, ...]:
    """The columns of tables that a column of the file becomes: alone first, then as a part of a text."""
    said = f"{{{column}}}"
    targets: dict[str, None] = {}
    for one in found.source.fills:
        for target, what in one.columns.items():
            if what.casefold() == column.casefold():
                targets[f"{one.table}.{target}"] = None
    for one in found.source.fills:
        for target, what in one.columns.items():
            if said in what:
                targets[f"{one.table}.{target}"] = None
        if one.activity and said in one.activity:
            targets[f"{one.table}.activity"] = None
        for target, values in one.values.items():
            if values.get("of") == column:
                targets[f"{one.table}.{target}"] = None
        if one.event_id and said in one.event_id:
            targets[f"{one.table}.event_id"] = None
    if (
        found.source.event_id
        and said in found.source.event_id
        and any(one.table == "events" for one in found.source.fills)
    ):
        targets["events.event_id"] = None
    return tuple(targets)
