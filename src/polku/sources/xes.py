"""XES event logs, read event by event by a parser that knows no document types and no entities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from polku.errors import ImportRefused, Where
from polku.records.engine import Engine
from polku.records.watching import stop_point
from polku.sources.files import LIMITS, Opened
from polku.sources.raw import CHUNK, Broken, Raw, insert
from polku.words import Message

CASE = "case:"
"""Before the keys of a trace, so that they stand beside those of its events: `case:concept:name`."""
EVENT_ID = "event:id"
"""Column made here: the trace and the event's place in it, unless the log carries identity:id."""
_TYPES = frozenset(("string", "date", "int", "float", "boolean", "id"))
_NESTED = frozenset(("list", "container"))
_OF_OBJECTS = frozenset(("events", "objects", "event-types", "object-types"))
"""What stands in an object-centric log (OCEL), which begins with the same element."""
_KEPT = CHUNK // 2
"""Events that are kept until their trace ends and they are handed on."""
_LONGEST_TRACE = 3 * CHUNK
"""Events of one trace that are kept for what may be said of it after them."""
_CELL = LIMITS.cell
_STATED = frozenset(("time:timestamp", "concept:name", "identity:id"))
"""Never filled from a log's global defaults: an event without them has none."""
_NO_DEFAULTS = frozenset(("", "UNKNOWN", "__INVALID__", "null"))


def read_xes(engine: Engine, opened: Opened, table: str) -> Raw:
    """Read a log into a table of the engine: a row per event, a column per key of events and traces.

    The activity of an event is its concept:name, whatever the log's classifiers join to it; the life cycle
    stands in its own column and may be put into the activity by a mapping. Attributes within attributes
    and lists are not read, and counted. A log's global defaults are used where an event lacks the key,
    but never as its time or name.

    Raises:
        ImportRefused: not XML, not a log, or elements where they cannot be.
    """
    log = _Log(engine, table, opened.name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = log.start
    parser.EndElementHandler = log.end
    parser.StartDoctypeDeclHandler = log.doctype
    parser.EntityDeclHandler = log.doctype
    log.parser = parser
    try:
        with opened.path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise ImportRefused(
            Message("sources.broken-xml", {"reason": expat.errors.messages.get(error.code, str(error.code))}),
            Where(file=opened.name, line=error.lineno, column=error.offset + 1),
        ) from None
    except (ValueError, LookupError):
        raise ImportRefused(Message("sources.broken-xml", {"reason": "encoding"}), opened.where) from None
    return log.finish()


@dataclass
class _Log:
    """What has been seen so far of a log."""

    engine: Engine
    table: str
    file: str
    parser: Any = None
    depth: int = 0
    inside: list[str] = field(default_factory=list)
    """Structural elements that are open: log, trace, event, global."""
    nested: int = 0
    """How many attributes are open; only the outermost are read."""
    trace: dict[str, str] = field(default_factory=dict)
    event: dict[str, str] = field(default_factory=dict)
    open: dict[str, str] | None = None
    """The event that is open."""
    events: list[dict[str, str]] = field(default_factory=list)
    traces: list[dict[str, str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    total: int = 0
    place: int = 0
    trace_number: int = 0
    defaults: dict[str, dict[str, str]] = field(default_factory=lambda: {"trace": {}, "event": {}})
    scope: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    """Key → column of the table."""
    places: dict[str, int] = field(default_factory=dict)
    """Events seen of each trace name: traces of one name are one case."""
    ignored_nested: int = 0
    without_key: int = 0
    doubled: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    classifiers: list[tuple[str, str]] = field(default_factory=list)

    def doctype(self, *_: Any) -> None:
        """A document type or entity: no log needs one, and bombs are made of them."""
        self.refuse("doctype")

    def refuse(self, why: str, **params: Any) -> None:
        """Stop reading, at the parser's line."""
        raise ImportRefused(
            Message(f"sources.xes-{why}", params), Where(file=self.file, line=self.parser.CurrentLineNumber)
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        self.depth += 1
        if self.open is not None and not self.nested and name in _TYPES:
            # Of a hundred elements ninety are these: nothing is asked that does not have to be.
            self.nested = 1
            key, value = attributes.get("key"), attributes.get("value")
            if key is None or value is None:
                self.without_key += 1
                return
            if key in self.open:
                self.doubled += 1
            self.open[key] = value if len(value) <= _CELL else value[:_CELL]
            return
        if self.depth > LIMITS.depth:
            self.refuse("too-deep", limit=LIMITS.depth)
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in _TYPES:
            self.attribute(attributes)
        elif name == "event":
            self.open_event()
        elif name in _NESTED:
            self.nested += 1
            self.ignored_nested += self.counts()
        elif name == "trace":
            if self.inside != ["log"] or self.nested:
                self.refuse("misplaced", element=name, parent=self.parent())
            self.inside.append(name)
            self.trace = {}
            self.trace_number += 1
        elif name == "global":
            self.scope = attributes.get("scope", "event")
            self.inside.append(name)
        elif name == "log":
            if self.inside:
                self.refuse("misplaced", element=name, parent=self.parent())
            self.inside.append(name)
        elif not self.inside:
            self.refuse("no-log", element=name)
        elif name == "classifier":
            self.classifiers.append((attributes.get("name", ""), attributes.get("keys", "").strip()))
        elif name in _OF_OBJECTS and len(self.inside) == 1:
            self.refuse("objects")
        elif name not in ("extension", "values"):
            self.unknown[name[:60]] = self.unknown.get(name[:60], 0) + 1

    def counts(self) -> bool:
        """Whether what stands here belongs to a trace or an event, and not to the log as a whole."""
        return self.inside[-1:] in (["trace"], ["event"])

    def parent(self) -> str:
        """The element that is open."""
        return self.inside[-1] if self.inside else "–"

    def open_event(self) -> None:
        """An event, in a trace or directly in the log."""
        if self.nested or self.inside not in (["log"], ["log", "trace"]):
            self.refuse("misplaced", element="event", parent=self.parent())
        self.inside.append("event")
        self.event = self.open = {}

    def attribute(self, attributes: dict[str, str]) -> None:
        """A typed key and value; those within another attribute are counted only."""
        self.nested += 1
        if self.nested > 1:
            self.ignored_nested += self.counts()
            return
        key, value = attributes.get("key"), attributes.get("value")
        parent = self.inside[-1] if self.inside else None
        if key is None or value is None:
            self.without_key += 1
        elif parent == "event":
            if key in self.event:
                self.doubled += 1
            self.event[key] = value[: LIMITS.cell]
        elif parent == "trace":
            self.trace[key] = value[: LIMITS.cell]
        elif parent == "global" and self.scope in self.defaults and value not in _NO_DEFAULTS:
            if key not in _STATED:
                self.defaults[self.scope][key] = value
        elif parent is None:
            self.refuse("no-log", element="string")

    def end(self, name: str) -> None:
        """An element closes."""
        self.depth -= 1
        if name in _TYPES:
            self.nested -= 1
            return
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in _TYPES or name in _NESTED:
            self.nested -= 1
        elif name == "event":
            self.inside.pop()
            self.close_event()
        elif name in ("trace", "global", "log"):
            self.inside.pop()
            if name == "trace":
                self.trace = {}
                if len(self.events) >= _KEPT:
                    self.flush()

    def close_event(self) -> None:
        """Keep the event with its trace as it is now: a trace's keys may follow its events."""
        self.open = None
        if not self.total & 1023:
            stop_point()
        in_trace = self.inside[-1:] == ["trace"]
        self.total += 1
        self.rows.append(self.total)
        self.events.append(self.event)
        self.traces.append(self.trace if in_trace else {})
        if len(self.events) >= (_LONGEST_TRACE if in_trace else _KEPT):
            self.flush()

    def flush(self) -> None:
        """Hand the events kept so far to the engine."""
        if not self.events:
            return
        for scope, found in (("event", self.events), ("trace", self.traces)):
            prefix = CASE if scope == "trace" else ""
            keys: dict[str, None] = {}
            seen: set[int] = set()
            for row in found:
                if scope == "trace":
                    if id(row) in seen:
                        continue
                    seen.add(id(row))
                keys.update(dict.fromkeys(row))
            for key in (*keys, *self.defaults[scope]):
                self.add_column(prefix + key)
        values: dict[str, list[Any]] = {}
        for key, column in self.columns.items():
            if key == EVENT_ID:
                values[column] = self.identities()
            elif key.startswith(CASE):
                bare = key[len(CASE) :]
                default = self.defaults["trace"].get(bare)
                values[column] = [trace.get(bare, default) or None for trace in self.traces]
            else:
                default = self.defaults["event"].get(key)
                values[column] = [event.get(key, default) or None for event in self.events]
        insert(self.engine, self.table, {"line": self.rows, **values})
        self.events, self.traces, self.rows = [], [], []

    def identities(self) -> list[str | None]:
        """Ids of events: what the log says, else trace and place, the same in every copy of the log."""
        found: list[str | None] = []
        for event, trace, row in zip(self.events, self.traces, self.rows, strict=True):
            if said := event.get("identity:id"):
                found.append(said)
                continue
            name = trace.get("concept:name")
            if name is None:
                found.append(f"-/{row}")
                continue
            self.places[name] = place = self.places.get(name, 0) + 1
            found.append(f"{name}/{place}")
        return found

    def add_column(self, key: str) -> None:
        """A column for a key not met before."""
        if key in self.columns:
            return
        if len(self.columns) >= LIMITS.columns:
            self.refuse("too-many-keys", limit=LIMITS.columns)
        column = f"c{len(self.columns)}"
        if not self.columns:
            self.engine.execute(f"CREATE OR REPLACE TABLE {self.table} (line BIGINT, {column} VARCHAR)")
        else:
            self.engine.execute(f"ALTER TABLE {self.table} ADD COLUMN {column} VARCHAR")
        self.columns[key] = column

    def finish(self) -> Raw:
        """The log as rows, with what was not read of it."""
        self.add_column(EVENT_ID)
        for key in ("concept:name", "time:timestamp", CASE + "concept:name"):
            self.add_column(key)
        self.flush()
        raw = Raw(self.table, tuple(self.columns), kind="xes")
        counted = {
            "xes-nested": self.ignored_nested,
            "xes-without-key": self.without_key,
            "xes-doubled": self.doubled,
        }
        raw.warnings += [
            Message(f"sources.{what}", {"count": count}) for what, count in counted.items() if count
        ]
        if self.unknown:
            raw.warnings.append(
                Message(
                    "sources.xes-unknown",
                    {"count": sum(self.unknown.values()), "elements": list(self.unknown)[:5]},
                )
            )
        for name, keys in self.classifiers:
            if "concept:name" in keys.split() and len(keys.split()) > 1:
                joined = " ".join(f"{{{key}}}" for key in keys.split())
                raw.warnings.append(
                    Message("sources.xes-classifier", {"name": name, "activity": f'activity: "{joined}"'})
                )
        if not self.total:
            raw.warnings.append(Message("sources.xes-no-events"))
        return raw


__all__ = ["CASE", "EVENT_ID", "Broken", "read_xes"]
