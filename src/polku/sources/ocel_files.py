"""Object-centric event logs (OCEL 1.0 and 2.0) in JSON, XML and SQLite, read into one form."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from polku.errors import ImportRefused
from polku.sources.files import LIMITS, Opened
from polku.sources.json_rows import text_of
from polku.sources.sqlite import opened_database, quoted, table_names
from polku.words import Message

_MOST_JSON = 1 << 30
_LOOK = 1 << 20


@dataclass
class ObjectLog:
    """An object-centric log.

    Args:
        events: id, type, time, attributes.
        relations: event, object, qualifier.
        objects: id → type.
        attributes: object → its attributes, the last value of each.
        links: object, other object, qualifier.
    """

    events: list[tuple[str, str | None, str | None, dict[str, str]]] = field(default_factory=list)
    relations: list[tuple[str, str, str | None]] = field(default_factory=list)
    objects: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    links: list[tuple[str, str, str | None]] = field(default_factory=list)

    def event(self, id: Any, kind: Any, time: Any, attributes: Iterable[tuple[str, Any]] = ()) -> None:
        """Add an event."""
        told = {name: said for name, value in attributes if (said := text_of(value)) is not None}
        self.events.append((str(id), text_of(kind), text_of(time), told))

    def object(self, id: Any, kind: Any, attributes: Iterable[tuple[str, Any]] = ()) -> None:
        """Add an object; of an attribute said twice the later stays."""
        self.objects[str(id)] = str(kind)
        told = {name: said for name, value in attributes if (said := text_of(value)) is not None}
        if told:
            self.attributes.setdefault(str(id), {}).update(told)


def is_object_log(path: Path, head: bytes) -> bool:
    """Whether a file is an object-centric log, by what stands in it."""
    if head.startswith(b"SQLite format 3\0"):
        return _is_database(path)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start not in (b"{", b"<"):
        return False
    with path.open("rb") as file:
        said = file.read(_LOOK)
    if start == b"{":
        if re.search(rb'"ocel:(events|objects|global-log|global-event)"', said):
            return True
        typed = re.search(rb'"(objectTypes|eventTypes)"\s*:\s*\[', said)
        return typed is not None or (b'"relationships"' in said and b'"objectId"' in said)
    return bool(re.search(rb"<(object-types|event-types)\b|key=\"(ocel:activity|ocel:type|omap)\"", said))


def _is_database(path: Path) -> bool:
    try:
        with opened_database(Opened(path, path.name, "sqlite", path.parent)) as connection:
            names = {name.lower() for name in table_names(connection)}
    except ImportRefused:
        return False
    return {"event", "object", "event_object", "event_map_type"} <= names or {
        "events",
        "relations",
        "objects",
    } <= names


def read_object_log(opened: Opened) -> ObjectLog:
    """Read a log of any of the three forms.

    Raises:
        ImportRefused: it is damaged, or not what it says.
    """
    with opened.path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"SQLite"):
        with opened_database(opened) as connection:
            names = {name.lower(): name for name in table_names(connection)}
            return _of_database(connection, names) if "event" in names else _of_database_1(connection, names)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _of_json(opened)
    return _of_xml(opened)


def _of_json(opened: Opened) -> ObjectLog:
    if opened.path.stat().st_size > _MOST_JSON:
        raise ImportRefused(Message("sources.ocel-too-large", {"limit": _MOST_JSON >> 20}), opened.where)
    try:
        with opened.path.open(encoding="utf-8-sig") as file:
            data = json.load(file)
    except RecursionError:
        raise ImportRefused(Message("sources.json-too-deep"), opened.where) from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise ImportRefused(Message("sources.broken-json", {"line": line}), opened.where) from None
    log = ObjectLog()
    try:
        if "ocel:events" in data or "ocel:objects" in data:
            for id, event in data.get("ocel:events", {}).items():
                log.event(
                    id,
                    event.get("ocel:activity"),
                    event.get("ocel:timestamp"),
                    event.get("ocel:vmap", {}).items(),
                )
                log.relations += [(str(id), str(one), None) for one in event.get("ocel:omap", ())]
            for id, one in data.get("ocel:objects", {}).items():
                log.object(id, one.get("ocel:type"), one.get("ocel:ovmap", {}).items())
            return log
        for event in data.get("events", ()):
            log.event(event["id"], event.get("type"), event.get("time"), _pairs(event))
            log.relations += [
                (str(event["id"]), str(one["objectId"]), text_of(one.get("qualifier")))
                for one in event.get("relationships", ())
            ]
        for one in data.get("objects", ()):
            log.object(one["id"], one.get("type"), _pairs(one))
            log.links += [
                (str(one["id"]), str(other["objectId"]), text_of(other.get("qualifier")))
                for other in one.get("relationships", ())
            ]
    except (AttributeError, KeyError, TypeError):
        raise ImportRefused(Message("sources.ocel-odd"), opened.where) from None
    return log


def _pairs(one: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for attribute in sorted(one.get("attributes") or (), key=lambda each: str(each.get("time") or "")):
        yield str(attribute["name"]), attribute.get("value")


def _of_database(connection: sqlite3.Connection, names: dict[str, str]) -> ObjectLog:
    """OCEL 2.0: a table per type, named in the maps."""
    log = ObjectLog()

    def typed(what: str) -> Iterator[tuple[str, list[str], sqlite3.Cursor]]:
        for kind, mapped in connection.execute(
            f"SELECT ocel_type, ocel_type_map FROM {what}_map_type ORDER BY 1"
        ):
            table = names.get(f"{what}_{mapped}".lower())
            if table is not None:
                cursor = connection.execute(f"SELECT * FROM {quoted(table)}")
                yield str(kind), [column[0] for column in cursor.description], cursor

    for kind, columns, cursor in typed("event"):
        for row in cursor:
            told = dict(zip(columns, row, strict=True))
            log.event(told.pop("ocel_id"), kind, told.pop("ocel_time", None), told.items())
    kinds = {str(id): str(kind) for id, kind in connection.execute("SELECT ocel_id, ocel_type FROM object")}
    for _, columns, cursor in typed("object"):
        for row in sorted(
            cursor, key=lambda each: str(dict(zip(columns, each, strict=True)).get("ocel_time") or "")
        ):
            told = dict(zip(columns, row, strict=True))
            id = str(told.pop("ocel_id"))
            told.pop("ocel_time", None)
            told.pop("ocel_changed_field", None)
            if id in kinds:
                log.object(id, kinds[id], told.items())
    for id, kind in kinds.items():
        log.objects.setdefault(id, kind)
    log.relations = [
        (str(event), str(one), text_of(qualifier))
        for event, one, qualifier in connection.execute(
            "SELECT ocel_event_id, ocel_object_id, ocel_qualifier FROM event_object ORDER BY 1, 2, 3"
        )
    ]
    if "object_object" in names:
        log.links = [
            (str(one), str(other), text_of(qualifier))
            for one, other, qualifier in connection.execute(
                "SELECT ocel_source_id, ocel_target_id, ocel_qualifier FROM object_object ORDER BY 1, 2, 3"
            )
        ]
    return log


def _of_database_1(connection: sqlite3.Connection, names: dict[str, str]) -> ObjectLog:
    """OCEL 1.0: events, relations and objects in a table each."""
    log = ObjectLog()

    def rows(table: str) -> Iterator[dict[str, Any]]:
        cursor = connection.execute(f"SELECT * FROM {quoted(names[table])}")
        columns = [column[0] for column in cursor.description]
        return (dict(zip(columns, row, strict=True)) for row in cursor)

    for told in rows("events"):
        log.event(told.pop("ocel:eid"), told.pop("ocel:activity"), told.pop("ocel:timestamp"), told.items())
    for told in rows("objects"):
        log.object(told.pop("ocel:oid"), told.pop("ocel:type"), told.items())
    log.relations = [(str(told["ocel:eid"]), str(told["ocel:oid"]), None) for told in rows("relations")]
    return log


def _of_xml(opened: Opened) -> ObjectLog:
    reading = _Xml(opened)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    try:
        with opened.path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise ImportRefused(
            Message("sources.broken-xml", {"reason": expat.errors.messages.get(error.code, str(error.code))}),
            opened.where,
        ) from None
    except (ValueError, LookupError):
        raise ImportRefused(Message("sources.broken-xml", {"reason": "encoding"}), opened.where) from None
    return reading.log


class _Xml:
    """What has been seen of a log in XML: attributes of elements in 2.0, keys and values in 1.0."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.log = ObjectLog()
        self.path: list[str] = []
        self.lists: list[str] = []
        self.kind = ""
        """event or object, where one is open."""
        self.told: dict[str, str] = {}
        self.attributes: list[tuple[str, str, Any]] = []
        """time, name, value."""
        self.others: list[tuple[str, str | None]] = []
        self.name = ""
        self.time = ""
        self.letters: list[str] = []

    def refuse(self, *_: Any) -> None:
        """A document type or entity: no log needs one, and bombs are made of them."""
        raise ImportRefused(Message("sources.xes-doctype"), self.opened.where)

    def start(self, name: str, said: dict[str, str]) -> None:
        """An element opens."""
        self.path.append(name)
        if len(self.path) > LIMITS.depth:
            raise ImportRefused(Message("sources.xes-too-deep", {"limit": LIMITS.depth}), self.opened.where)
        if name in ("event", "object") and not self.kind and self.path[-2:-1] in (["events"], ["objects"]):
            self.kind, self.told, self.attributes, self.others = name, dict(said), [], []
        elif not self.kind:
            return
        elif name == "attribute":
            self.name, self.time, self.letters = said.get("name", ""), said.get("time", ""), []
            if "value" in said:
                self.letters.append(said["value"])
        elif name in ("relationship", "relobj", "object") and "object-id" in said:
            self.others.append((said["object-id"], said.get("qualifier") or said.get("relationship")))
        elif name in ("list", "container"):
            self.lists.append(said.get("key", ""))
        elif "key" in said and "value" in said:
            self.pair(said["key"], said["value"])

    def pair(self, key: str, value: str) -> None:
        """A key and a value of OCEL 1.0."""
        if not self.lists:
            self.told[{"activity": "type", "timestamp": "time"}.get(key, key)] = value
        elif self.lists[-1] == "omap":
            self.others.append((value, None))
        else:
            self.attributes.append(("", key, value))

    def text(self, said: str) -> None:
        """Letters between elements."""
        if self.name:
            self.letters.append(said)

    def end(self, name: str) -> None:
        """An element closes."""
        self.path.pop()
        if name == "attribute" and self.name:
            self.attributes.append((self.time, self.name, "".join(self.letters).strip()[: LIMITS.cell]))
            self.name = ""
        elif name in ("list", "container") and self.lists:
            self.lists.pop()
        elif (
            name == self.kind
            and self.path[-1:] in (["events"], ["objects"])
            and "objects" not in self.path[:-1]
        ):
            self.close()

    def close(self) -> None:
        """An event or object is whole."""
        id = self.told.get("id", "")
        pairs = [(name, value) for _, name, value in sorted(self.attributes, key=lambda one: one[0])]
        if self.kind == "event":
            self.log.event(id, self.told.get("type"), self.told.get("time"), pairs)
            self.log.relations += [(id, other, qualifier) for other, qualifier in self.others]
        else:
            self.log.object(id, self.told.get("type", ""), pairs)
            self.log.links += [(id, other, qualifier) for other, qualifier in self.others]
        self.kind = ""
