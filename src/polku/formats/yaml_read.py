"""YAML text to plain data and the place of each thing in it, in one pass over the events of the C parser.

Scalars follow YAML 1.2 (`no` is a text, `0123` is the number 123) with ISO days as dates. Keys are always
texts. Each container carries a parallel tree of marks, so that a check can point at line and column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from polku.words import Message

MAX_BYTES = 10_000_000
MAX_DEPTH = 60
MAX_NODES = 1_000_000
"""Values of one file after its aliases are unfolded; a bomb of aliases ends here."""

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_INT = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class BrokenYaml(Exception):
    """A text that is not YAML, or more of it than anybody writes; becomes a finding PK008."""

    def __init__(self, message: Message, line: int = 1, column: int = 1) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column


@dataclass(slots=True)
class Mark:
    """Where a value stands, how it was written, and the marks of what is in it.

    Args:
        line: from 1; of the key in a mapping, of the value in a list.
        column: from 1.
        raw: the text of a scalar that became something else than a text.
        inside: marks by key, or one per member of a list.
        segment: what the value is called in a path: its key, its id, or its number from 1.
    """

    line: int
    column: int
    raw: str | None = None
    inside: dict[str, Mark] | list[Mark] | None = None
    segment: str = ""


@dataclass(slots=True)
class Repeated:
    """A key that stands twice in one mapping; the first counts."""

    key: str
    line: int
    column: int
    first_line: int


@dataclass(slots=True)
class Parsed:
    """The data of one YAML document, the mark of each value, and keys that stand twice."""

    data: Any
    mark: Mark
    repeated: list[Repeated] = field(default_factory=list)
    second_document: int | None = None
    """Line of a second document in the file, which is not read."""


def decode(content: bytes) -> str:
    """The text of a file: UTF-8 with or without byte-order mark, or UTF-16 with one.

    Raises:
        BrokenYaml: the bytes are something else; names the line of the first that cannot be.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise BrokenYaml(Message("formats.not-utf8")) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise BrokenYaml(Message("formats.not-utf8"), before.count(b"\n") + 1, column) from error


def scalar(text: str) -> Any:
    """What an unquoted text is in YAML 1.2, plus ISO days; a text where it is nothing else."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    try:
        if _INT.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
        if _DAY.match(text):
            return date.fromisoformat(text)
        if _OTHER_INT.match(text):
            return int(text, 0)
    except ValueError:  # 2026-02-30, or more digits than Python reads
        pass
    return text


_OPEN_QUOTE = "found unexpected end of stream"
_CONFLICT = re.compile(r"^(<{7}|>{7})(?: |\r?$)", re.MULTILINE)
"""Lines that version control leaves where two people changed the same."""


def parse_yaml(text: str) -> Parsed:
    """Read one YAML document.

    Raises:
        BrokenYaml: the text is not YAML, nests or unfolds too far; with line and column.
    """
    try:
        return _Builder(CParser(text)).document()
    except MarkedYAMLError as error:
        if conflict := _CONFLICT.search(text):
            line = text.count("\n", 0, conflict.start()) + 1
            raise BrokenYaml(Message("formats.yaml-conflict", {"found": conflict.group(1)}), line) from error
        # A quotation mark that is never closed is mended where it opens, not where the file ends.
        opens = error.context_mark if error.problem == _OPEN_QUOTE else None
        mark = opens or error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise BrokenYaml(_reason(error), line, column) from error
    except ReaderError as error:
        before = text.encode("utf-8", "replace")[: error.position or 0]
        raise BrokenYaml(Message("formats.yaml-character"), before.count(b"\n") + 1) from error
    except YAMLError as error:
        raise BrokenYaml(Message("formats.yaml-other", {"reason": str(error)})) from error


class _Builder:
    """Builds data and marks side by side; a stack instead of recursion, so that depth cannot hurt."""

    def __init__(self, parser: CParser) -> None:
        self.parser = parser
        self.anchors: dict[str, tuple[Any, Mark]] = {}
        self.repeated: list[Repeated] = []
        self.nodes = 0

    def document(self) -> Parsed:
        next_event = self.parser.get_event
        event: Any = next_event()
        while event is not None and type(event) is not DocumentStartEvent:
            event = next_event()
        if event is None:
            return Parsed(None, Mark(1, 1))
        data, mark = self._value(next_event)
        second = None
        while (event := next_event()) is not None:
            if second is None and type(event) is DocumentStartEvent:
                second = event.start_mark.line + 1  # type: ignore[union-attr]
        return Parsed(data, mark, self.repeated, second)

    def _value(self, next_event: Any) -> tuple[Any, Mark]:
        # Of the container under construction: its data, its marks, and the key that waits for a value.
        stack: list[tuple[Any, Any, Mark, str | None, Mark | None]] = []
        data: Any = None
        inside: Any = None
        mark = Mark(1, 1)
        key: str | None = None
        key_mark: Mark | None = None
        while True:
            event = next_event()
            kind = type(event)
            at = event.start_mark
            if kind is ScalarEvent:
                text = event.value
                if type(inside) is dict and key is None:
                    key, key_mark = text, Mark(at.line + 1, at.column + 1, None, None, text)
                    continue
                raw = None
                value: Any = text
                if event.implicit[0] and not event.style:
                    value = scalar(text)
                    if type(value) is not str:
                        raw = text
                done = Mark(at.line + 1, at.column + 1, raw)
                if event.anchor:
                    self.anchors[event.anchor] = (value, done)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if type(inside) is dict and key is None:
                    raise BrokenYaml(Message("formats.yaml-key"), at.line + 1, at.column + 1)
                if len(stack) >= MAX_DEPTH:
                    raise BrokenYaml(
                        Message("formats.yaml-deep", {"limit": MAX_DEPTH}), at.line + 1, at.column + 1
                    )
                stack.append((data, inside, mark, key, key_mark))
                data, inside = ({}, {}) if kind is MappingStartEvent else ([], [])
                mark = Mark(at.line + 1, at.column + 1, None, inside)
                key = key_mark = None
                if event.anchor:
                    self.anchors[event.anchor] = (data, mark)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value, done = data, mark
                data, inside, mark, key, key_mark = stack.pop()
            elif kind is AliasEvent:
                if type(inside) is dict and key is None:
                    raise BrokenYaml(Message("formats.yaml-key"), at.line + 1, at.column + 1)
                value, done = self._unfold(event)
            else:
                raise BrokenYaml(Message("formats.yaml-other", {"reason": kind.__name__}))

            self.nodes += 1
            if self.nodes > MAX_NODES:
                raise BrokenYaml(Message("formats.yaml-much", {"limit": MAX_NODES}), at.line + 1)
            if inside is None:
                return value, done
            if type(inside) is list:
                data.append(value)
                inside.append(done)
                continue
            assert key is not None and key_mark is not None
            if key in data:
                first = inside[key].line
                self.repeated.append(Repeated(key, key_mark.line, key_mark.column, first))
            else:
                data[key] = value
                key_mark.raw, key_mark.inside = done.raw, done.inside
                inside[key] = key_mark
            key = key_mark = None

    def _unfold(self, event: Any) -> tuple[Any, Mark]:
        at = event.start_mark
        if event.anchor not in self.anchors:
            raise BrokenYaml(
                Message("formats.yaml-alias", {"name": event.anchor}), at.line + 1, at.column + 1
            )
        value, mark = self._copy(*self.anchors[event.anchor], 0)
        mark.line, mark.column = at.line + 1, at.column + 1
        return value, mark

    def _copy(self, value: Any, mark: Mark, depth: int) -> tuple[Any, Mark]:
        # A copy, so that mending one use leaves the others; counted, so that bombs end; an alias
        # of what it stands in would never end, so depth is watched too.
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise BrokenYaml(Message("formats.yaml-much", {"limit": MAX_NODES}), mark.line, mark.column)
        inside = mark.inside
        if isinstance(value, dict) and isinstance(inside, dict):
            pairs = {key: self._copy(value[key], inside[key], depth + 1) for key in list(inside)}
            return (
                {key: pair[0] for key, pair in pairs.items()},
                Mark(
                    mark.line, mark.column, None, {key: pair[1] for key, pair in pairs.items()}, mark.segment
                ),
            )
        if isinstance(value, list) and isinstance(inside, list):
            members = [self._copy(*pair, depth + 1) for pair in zip(list(value), list(inside), strict=True)]
            return (
                [member[0] for member in members],
                Mark(mark.line, mark.column, None, [member[1] for member in members], mark.segment),
            )
        return value, Mark(mark.line, mark.column, mark.raw, None, mark.segment)


_REASONS = (
    ("mapping values are not allowed", "formats.yaml-colon"),
    ("did not find expected ',' or ']'", "formats.yaml-bracket"),
    ("did not find expected ',' or '}'", "formats.yaml-brace"),
    (_OPEN_QUOTE, "formats.yaml-quote-open"),
    ("did not find expected '-' indicator", "formats.yaml-dash"),
    ("did not find expected key", "formats.yaml-indent"),
    ("could not find expected ':'", "formats.yaml-no-colon"),
    ("cannot start any token", "formats.yaml-start"),
    ("found a tab character", "formats.yaml-tab"),
    ("found undefined tag handle", "formats.yaml-tag"),
    ("did not find expected <document start>", "formats.yaml-after-end"),
    ("block sequence entries are not allowed", "formats.yaml-dash-here"),
    ("unknown escape character", "formats.yaml-escape"),
)


def _reason(error: MarkedYAMLError) -> Message:
    """The parser's complaint in words for people; in the parser's own where it is a rare one."""
    said = error.problem or error.context or ""
    for words, id in _REASONS:
        if words in said:
            return Message(id)
    return Message("formats.yaml-other", {"reason": said})
