"""JSON of records: one object per line, a list of objects, or an object that holds such lists; flattened into columns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.records.watching import stop_point
from polku.sources.files import LIMITS, Opened
from polku.sources.letters import letters_of
from polku.sources.raw import CHUNK, Broken, Raw, insert
from polku.words import Message

_BLOCK = 1 << 20
_CELLS = 4_000_000
"""Cells kept before they are handed to the engine."""
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def read_json(engine: Engine, opened: Opened, table: str) -> Raw:
    """Read records into a table of the engine: a row per object, a column per path of keys, joined by dots.

    Lists of plain values become one text parted by `;`. A list of `{key, value}` pairs, as Google writes event
    parameters, becomes a column per key; any other list of objects stays JSON. Line counts lines where each
    object has its own, else objects.

    Raises:
        ImportRefused: it is no JSON, or holds no objects.
    """
    letters = letters_of(opened.path, opened.name)
    rows = _Rows(engine, opened, table)
    with opened.path.open(encoding=letters.encoding, newline="") as file:
        lined = _by_line(file)
        file.seek(0)
        for line, record in _lines(file, rows) if lined else _records(file, opened):
            rows.put(line, record)
    return rows.finish()


def _by_line(file: IO[str]) -> bool:
    """Whether the first lines are objects, each by itself."""
    seen = 0
    while seen < 3 and (line := file.readline(LIMITS.cell)):
        bare = line.strip()
        if not bare:
            continue
        if not bare.startswith("{"):
            return False
        try:
            _load(bare)
        except ValueError:
            # One broken line among others is a reject; a first line that is no object is another layout.
            return seen > 0
        seen += 1
    # A single line may still be one object that holds lists of records.
    return seen > 1 or (seen == 1 and not any(_is_records(value) for value in _load(bare).values()))


def _is_records(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) for one in value[:3])
        and len(value) > 1
    )


def _load(said: str) -> Any:
    """A value; ValueError also for what is nested too deep or has numbers beyond measure."""
    try:
        return _DECODER.decode(said)
    except RecursionError:
        raise ValueError("too deep") from None


def _lines(file: IO[str], rows: _Rows) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(iter(lambda: file.readline(4 * LIMITS.cell), ""), 1):
        bare = line.strip()
        if not bare:
            continue
        try:
            record = _load(bare)
        except ValueError:
            rows.broken.append(Broken(number, "sources.reject-json", None, bare[:2000]))
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            rows.broken.append(Broken(number, "sources.reject-json", None, bare[:2000]))


def _records(file: IO[str], opened: Opened) -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects of a list, of the longest-named lists of an object, or objects one after the other."""
    stream = _Stream(file, opened)
    number = 0
    while (sign := stream.peek()) is not None:
        if sign == "[":
            for record in stream.elements():
                number += 1
                yield number, record
        elif sign == "{":
            for record in stream.members():
                number += 1
                yield number, record
        else:
            raise stream.refuse()


class _Stream:
    """A JSON text read value by value, without holding all of it."""

    def __init__(self, file: IO[str], opened: Opened) -> None:
        self.file = file
        self.opened = opened
        self.buffer = ""
        self.at = 0
        self.line = 1

    def refuse(self) -> ImportRefused:
        """The refusal of what stands here."""
        line = self.line + self.buffer.count("\n", 0, self.at)
        return ImportRefused(Message("sources.broken-json", {"line": line}), self.opened.where)

    def more(self) -> bool:
        """Read on; what was used up is dropped."""
        block = self.file.read(_BLOCK)
        self.line += self.buffer.count("\n", 0, self.at)
        self.buffer = self.buffer[self.at :] + block
        self.at = 0
        return bool(block)

    def peek(self) -> str | None:
        """The next sign that is no space and no comma; None at the end."""
        while True:
            found = _BETWEEN.match(self.buffer, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self.more():
                return None

    def take(self, sign: str) -> None:
        """Go past a sign that has to stand here."""
        if self.peek() != sign:
            raise self.refuse()
        self.at += 1

    def value(self) -> Any:
        """The value that stands here."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self.buffer, self.at)
            except RecursionError:
                raise ImportRefused(Message("sources.json-too-deep"), self.opened.where) from None
            except ValueError:
                pass
            else:
                # A number may go on in the next block.
                if end < len(self.buffer) or not isinstance(value, int | float) or not self.more():
                    self.at = end if end <= len(self.buffer) else self.at
                    return value
                continue
            if len(self.buffer) - self.at > 16 * LIMITS.cell or not self.more():
                raise self.refuse()

    def elements(self) -> Iterator[dict[str, Any]]:
        """Objects of a list; other values in it are refused."""
        self.take("[")
        while (sign := self.peek()) != "]":
            if sign != "{":
                raise self.refuse()
            yield self.value()
        self.take("]")

    def members(self) -> Iterator[dict[str, Any]]:
        """Objects of the lists that an object holds; else the object itself."""
        self.take("{")
        alone: dict[str, Any] = {}
        listed = False
        while (sign := self.peek()) != "}":
            if sign != '"':
                raise self.refuse()
            key = self.value()
            self.take(":")
            if self.peek() == "[" and self._objects_follow():
                listed = True
                yield from self.elements()
            else:
                alone[key] = self.value()
        self.take("}")
        if alone and not listed:
            yield alone

    def _objects_follow(self) -> bool:
        found = re.compile(r"\[\s*(.)").match(self.buffer, self.at)
        if found is None and self.more():
            found = re.compile(r"\[\s*(.)").match(self.buffer, self.at)
        return found is not None and found[1] == "{"


class _Rows:
    """Flattened records on their way into the engine."""

    def __init__(self, engine: Engine, opened: Opened, table: str) -> None:
        self.engine = engine
        self.opened = opened
        self.table = table
        self.columns: dict[str, int] = {}
        self.made = 0
        """Columns that the table has so far."""
        self.lines: list[int] = []
        self.rows: list[dict[str, str]] = []
        self.cells = 0
        self.broken: list[Broken] = []
        self.left_out: set[str] = set()
        self.total = 0

    def put(self, line: int, record: dict[str, Any]) -> None:
        """One record."""
        if not self.total & 1023:
            stop_point()
        row: dict[str, str] = {}
        _flatten(record, "", row, 0)
        for key in row:
            if key not in self.columns:
                if len(self.columns) < LIMITS.columns:
                    self.columns[key] = len(self.columns)
                else:
                    self.left_out.add(key)
        self.lines.append(line)
        self.rows.append(row)
        self.cells += len(row)
        self.total += 1
        if len(self.rows) >= CHUNK or self.cells >= _CELLS:
            self.flush()

    def flush(self) -> None:
        """Hand over what is kept."""
        while self.made < max(len(self.columns), 1):
            if self.made == 0:
                self.engine.execute(f"CREATE OR REPLACE TABLE {self.table} (line BIGINT, c0 VARCHAR)")
            else:
                self.engine.execute(f"ALTER TABLE {self.table} ADD COLUMN c{self.made} VARCHAR")
            self.made += 1
        if self.rows:
            values = {f"c{at}": [row.get(key) for row in self.rows] for key, at in self.columns.items()}
            insert(self.engine, self.table, {"line": self.lines, **values})
        self.lines, self.rows, self.cells = [], [], 0

    def finish(self) -> Raw:
        """All records as rows."""
        if not self.total or not self.columns:
            raise ImportRefused(Message("sources.no-records"), self.opened.where)
        self.flush()
        raw = Raw(self.table, tuple(self.columns), self.broken, kind="json")
        if self.left_out:
            raw.warnings.append(
                Message("sources.keys-left-out", {"count": len(self.left_out), "limit": LIMITS.columns})
            )
        return raw


def _flatten(value: Mapping[str, Any], path: str, row: dict[str, str], depth: int) -> None:
    for key, one in value.items():
        name = f"{path}{key}"
        if isinstance(one, dict):
            if depth < 8:
                _flatten(one, f"{name}.", row, depth + 1)
            else:
                row[name] = json.dumps(one, ensure_ascii=False)[: LIMITS.cell]
        elif isinstance(one, list):
            _flatten_list(one, name, row)
        elif (said := text_of(one)) is not None:
            row[name] = said


def _flatten_list(values: list[Any], name: str, row: dict[str, str]) -> None:
    if values and all(isinstance(one, dict) and "key" in one and "value" in one for one in values):
        for pair in values:
            if (said := value_of(pair["value"])) is not None:
                row[f"{name}.{pair['key']}"] = said
    elif any(isinstance(one, dict | list) for one in values):
        row[name] = json.dumps(values, ensure_ascii=False)[: LIMITS.cell]
    else:
        said = ";".join(text for one in values if (text := text_of(one)) is not None)
        if said:
            row[name] = said[: LIMITS.cell]


def value_of(value: Any) -> str | None:
    """A parameter's value: itself, or the one of `string_value`, `int_value` … that is filled."""
    if isinstance(value, dict):
        return next((said for one in value.values() if (said := text_of(one)) is not None), None)
    return text_of(value)


def text_of(value: Any) -> str | None:
    """A plain value as a text; None where there is nothing."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[: LIMITS.cell] or None
